//! Changes of a text: of its JSON, of its lines and words, of its bytes.

use super::MOST_BYTES;
use serde_json::{Map, Value, json};

/// Values that are odd nearly anywhere.
const ODD: &[&str] = &[
    "null",
    "true",
    "false",
    "0",
    "-1",
    "1e308",
    "-0.0",
    "18446744073709551615",
    "-9223372036854775808",
    "\"\"",
    "\"${x}\"",
    "\"<token-1>\"",
    "\"<\\\\token-1>\"",
    "\"/\"",
    "\"/~1~0/0\"",
    "\"\\u0000\"",
    "\"\\u202e\"",
    "\"::error::x\"",
    "\"eyJhbGciOiJIUzI1NiJ9.e30.c2ln\"",
    "\"a.b.c\"",
    "\"2026-11-29T00:00:00Z\"",
    "[]",
    "{}",
    "[[]]",
    "{\"\":{}}",
    "\"http://[::1]:0/\"",
    "\"ws://\"",
    "\"INV-001\"",
    "\"\u{fffd}\u{10ffff}\"",
];

/// Pieces of text that mean something to a reader of YAML or TOML.
const PIECES: &[&str] = &[
    "\n",
    "  ",
    "\t",
    ": ",
    "- ",
    "#",
    "&a ",
    "*a",
    "<<: *a",
    "|",
    ">",
    "{",
    "}",
    "[",
    "]",
    "\"",
    "'",
    "---",
    "!!str ",
    "${",
    "}",
    "null",
    "~",
    "1e999",
    "0x7fffffffffffffff",
    "[[",
    "]]",
    "=",
    "\u{feff}",
    "\r",
    "\u{85}",
    ".nan",
    "[a]\n",
    "a.b = 1\n",
    "\"\"\"",
];

/// Makes changes, the same for the same seed.
#[derive(Debug)]
pub(super) struct Mutator {
    state: u64,
    words: Vec<String>,
}

impl Mutator {
    pub(super) fn new(seed: u64) -> Mutator {
        Mutator { state: seed, words: Vec::new() }
    }

    /// SplitMix64.
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below this one; 0 if that is 0.
    pub(super) fn below(&mut self, most: usize) -> usize {
        let most = u64::try_from(most.max(1)).unwrap_or(u64::MAX);
        usize::try_from(self.next() % most).unwrap_or(0)
    }

    fn one<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.below(all.len())]
    }

    /// Takes words from inputs, to be put into others.
    pub(super) fn learn(&mut self, inputs: &[String]) {
        let is_part = |c: char| c.is_alphanumeric() || "_-./$".contains(c);
        let words = inputs.iter().flat_map(|text| text.split(move |c| !is_part(c)));
        let words = words.filter(|word| (2..40).contains(&word.len())).map(str::to_owned);
        self.words = words.collect::<std::collections::BTreeSet<_>>().into_iter().collect();
    }

    fn word(&mut self) -> String {
        let at = self.below(self.words.len());
        self.words.get(at).cloned().unwrap_or_default()
    }

    /// One of these inputs, changed.
    pub(super) fn change(&mut self, inputs: &[String]) -> String {
        let mut text = inputs[self.below(inputs.len())].clone();
        let other = &inputs[self.below(inputs.len())];
        let parsed = serde_json::from_str::<Value>(&text).ok().filter(|_| self.below(8) > 0);
        if let Some(mut value) = parsed {
            let other = serde_json::from_str::<Value>(other).unwrap_or(Value::Null);
            for _ in 0..=self.below(3) {
                self.change_json(&mut value, &other);
                if value.to_string().len() > MOST_BYTES {
                    break;
                }
            }
            return value.to_string();
        }
        for _ in 0..=self.below(4) {
            if text.len() > MOST_BYTES {
                break;
            }
            text = match self.below(3) {
                0 => self.change_lines(&text, other),
                1 => self.change_words(&text),
                _ => self.change_bytes(text),
            };
        }
        text
    }

    fn change_json(&mut self, value: &mut Value, other: &Value) {
        let count = size(value);
        let (at, from) = (self.below(count), self.below(count));
        let copy = nth(value, from).cloned().unwrap_or(Value::Null);
        let word = self.word();
        let foreign = nth(other, self.below(size(other))).cloned().unwrap_or(Value::Null);
        let kind = self.below(12);
        let odd = serde_json::from_str(self.one(ODD)).unwrap_or(Value::Null);
        let (some, times) = (self.next(), 1 << self.below(11));
        let depth = 1 << self.below(7);
        let Some(place) = nth_mut(value, at) else { return };
        match kind {
            0 | 1 => *place = odd,
            2 => *place = copy,
            3 => *place = foreign,
            4 => *place = word.into(),
            5 => remove(place, some),
            6 => rename(place, some, word),
            7 => repeat(place, some, times),
            8 => (0..depth).for_each(|_| *place = json!([place.take()])),
            9 => nudge(place, some),
            10 => insert(place, word, copy),
            _ => shuffle(place, some),
        }
    }

    fn change_lines(&mut self, text: &str, other: &str) -> String {
        let mut lines: Vec<&str> = text.split('\n').collect();
        let (at, from) = (self.below(lines.len()), self.below(lines.len()));
        match self.below(6) {
            0 => drop(lines.remove(at)),
            1 => lines.insert(at, lines[from]),
            2 => lines.swap(at, from),
            3 => {
                let foreign: Vec<&str> = other.split('\n').collect();
                lines.insert(at, foreign[self.below(foreign.len())]);
            }
            4 => {
                let times = 1 << self.below(11);
                let repeated = vec![lines[from]; at_most(times, lines[from].len())];
                lines.splice(at..at, repeated);
            }
            _ => {
                let changed = match self.below(2) {
                    0 => format!("  {}", lines[at]),
                    _ => lines[at].strip_prefix("  ").unwrap_or(lines[at]).to_owned(),
                };
                let mut lines: Vec<String> = lines.into_iter().map(str::to_owned).collect();
                lines[at] = changed;
                return lines.join("\n");
            }
        }
        lines.join("\n")
    }

    fn change_words(&mut self, text: &str) -> String {
        let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        let Some(at) = ends.get(self.below(ends.len())).copied() else { return self.word() };
        let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
        let end = text[at..].find(|c| !is_word(c)).map_or(text.len(), |end| at + end);
        let start = text[..at]
            .rfind(|c| !is_word(c))
            .map_or(0, |start| start + text[start..].chars().next().map_or(1, char::len_utf8));
        let new = match self.below(4) {
            0 => self.one(ODD).trim_matches('"').to_owned(),
            1 => self.one(PIECES).to_owned(),
            2 => {
                let word = &text[start..end.max(start)];
                word.repeat(at_most(1 << self.below(8), word.len()))
            }
            _ => self.word(),
        };
        [&text[..start], &new, &text[end.max(start)..]].concat()
    }

    fn change_bytes(&mut self, text: String) -> String {
        let mut bytes = text.into_bytes();
        let at = self.below(bytes.len());
        match self.below(5) {
            _ if bytes.is_empty() => bytes.push(b'{'),
            0 => bytes[at] ^= 1 << self.below(7),
            1 => drop(bytes.remove(at)),
            2 => bytes.truncate(at),
            3 => drop(bytes.splice(at..at, self.one(PIECES).bytes())),
            _ => {
                let end = (at + self.below(64)).min(bytes.len());
                let piece = bytes[at..end].repeat(1 << self.below(10));
                bytes.splice(at..at, piece);
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

/// How often something of this length is repeated, if it should be so often: what is longer than any
/// input that is tried would only take memory.
fn at_most(times: usize, length: usize) -> usize {
    times.min(1 + MOST_BYTES / length.max(1))
}

/// How many values a value holds, with itself.
fn size(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(size).sum(),
        Value::Object(fields) => fields.values().map(size).sum::<usize>(),
        _ => 0,
    }
}

fn nth(value: &Value, mut at: usize) -> Option<&Value> {
    if at == 0 {
        return Some(value);
    }
    at -= 1;
    let inner: Box<dyn Iterator<Item = &Value>> = match value {
        Value::Array(items) => Box::new(items.iter()),
        Value::Object(fields) => Box::new(fields.values()),
        _ => return None,
    };
    for value in inner {
        let size = size(value);
        if at < size {
            return nth(value, at);
        }
        at -= size;
    }
    None
}

fn nth_mut(value: &mut Value, mut at: usize) -> Option<&mut Value> {
    if at == 0 {
        return Some(value);
    }
    at -= 1;
    let inner: Box<dyn Iterator<Item = &mut Value>> = match value {
        Value::Array(items) => Box::new(items.iter_mut()),
        Value::Object(fields) => Box::new(fields.values_mut()),
        _ => return None,
    };
    for value in inner {
        let size = size(value);
        if at < size {
            return nth_mut(value, at);
        }
        at -= size;
    }
    None
}

fn place(some: u64, most: usize) -> usize {
    usize::try_from(some).unwrap_or(0) % most.max(1)
}

fn remove(value: &mut Value, some: u64) {
    match value {
        Value::Array(items) if !items.is_empty() => drop(items.remove(place(some, items.len()))),
        Value::Object(fields) => {
            let key = fields.keys().nth(place(some, fields.len())).cloned().unwrap_or_default();
            fields.shift_remove(&key);
        }
        other => *other = Value::Null,
    }
}

fn rename(value: &mut Value, some: u64, name: String) {
    if let Value::Object(fields) = value {
        let key = fields.keys().nth(place(some, fields.len())).cloned().unwrap_or_default();
        if let Some(value) = fields.shift_remove(&key) {
            fields.insert(name, value);
        }
    }
}

fn repeat(value: &mut Value, some: u64, times: usize) {
    match value {
        Value::Array(items) if !items.is_empty() => {
            let item = items[place(some, items.len())].clone();
            let times = at_most(times, item.to_string().len());
            items.extend(vec![item; times]);
        }
        Value::Object(fields) => {
            let found = fields.iter().nth(place(some, fields.len()));
            if let Some((key, value)) = found.map(|(key, value)| (key.clone(), value.clone())) {
                let times = at_most(times, value.to_string().len());
                let more = (0..times).map(|n| (format!("{key}{n}"), value.clone()));
                fields.extend(more.collect::<Map<_, _>>());
            }
        }
        Value::String(text) => *text = text.repeat(at_most(times, text.len())),
        _ => {}
    }
}

fn nudge(value: &mut Value, some: u64) {
    match value {
        Value::Number(number) => {
            let number = number.as_i64().unwrap_or(0);
            let by = [1, -1, 1_000, -1_000_000, i64::MAX, i64::MIN][place(some, 6)];
            *value = number.wrapping_add(by).into();
        }
        Value::Bool(is) => *is = !*is,
        Value::String(text) => {
            let end = text.char_indices().nth(place(some, text.chars().count() + 1));
            text.truncate(end.map_or(text.len(), |(at, _)| at));
        }
        _ => {}
    }
}

fn insert(value: &mut Value, name: String, new: Value) {
    match value {
        Value::Array(items) => items.push(new),
        Value::Object(fields) => drop(fields.insert(name, new)),
        other => *other = new,
    }
}

fn shuffle(value: &mut Value, some: u64) {
    if let Value::Array(items) = value {
        let (one, other) = (place(some, items.len()), place(some >> 20, items.len()));
        if one < items.len() && other < items.len() {
            items.swap(one, other);
        }
    }
}
