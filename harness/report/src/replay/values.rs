//! What the server gave in the run, and the shell variables that stand for it in a script.

use super::Unavailable;
use super::frame_kind;
use invite_judge::history::History;
use invite_trace::{Content, Event, Trace};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Names that a script uses for itself.
const TAKEN: [&str; 13] = [
    "number", "again", "actor", "method", "url", "turn", "status", "process", "path", "pwd",
    "home", "ifs", "ps1",
];

/// Where a value came from, and the variable that keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Source {
    pub(super) variable: String,
    pub(super) value: String,
    pub(super) pointer: String,
}

/// Values and what stands for them, as it is known at one place of a script.
#[derive(Debug, Default)]
pub(super) struct Values {
    /// The longest first: one may contain another.
    known: Vec<(String, String)>,
}

impl Values {
    /// From now on this stands for a value.
    pub(super) fn know(&mut self, value: impl Into<String>, shell: impl Into<String>) {
        let value = value.into();
        if !self.known.iter().any(|(known, _)| *known == value) {
            self.known.push((value, shell.into()));
            self.known.sort_by_key(|(known, _)| std::cmp::Reverse(known.len()));
        }
    }

    /// Whether something stands for a value.
    pub(super) fn knows(&self, value: &str) -> bool {
        self.known.iter().any(|(known, _)| known == value)
    }

    /// A text for a here-document or, with `quotes`, for double quotes.
    pub(super) fn shell(&self, text: &str, quotes: bool) -> Result<String, Unavailable> {
        let mut shell = String::with_capacity(text.len());
        let mut rest = text;
        'next: while let Some(first) = rest.chars().next() {
            for (value, stands) in &self.known {
                if let Some(after) = rest.strip_prefix(value.as_str()) {
                    shell.push_str(stands);
                    rest = after;
                    continue 'next;
                }
            }
            if let Some(end) = rest.find('>').filter(|_| is_secret(rest)) {
                let name = &rest[..=end];
                return Err(Unavailable(format!("{name} cannot be had again from the outside")));
            }
            if matches!(first, '\\' | '$' | '`') || (quotes && first == '"') {
                shell.push('\\');
            }
            // What no shell keeps as it is.
            if first == '\0' {
                return Err(Unavailable("a zero byte was sent".into()));
            }
            shell.push(first);
            rest = &rest[first.len_utf8()..];
        }
        Ok(shell)
    }
}

/// Whether a text begins with a secret's pseudonym.
fn is_secret(text: &str) -> bool {
    ["<token-", "<credentials of ", "<secret of "].iter().any(|prefix| text.starts_with(prefix))
}

/// The values that are needed after they were received: for each entry of the trace, which of its
/// values are kept. `uses` are texts besides what was sent that need values, each with its place.
pub(super) fn sources(
    trace: &Trace,
    mut uses: Vec<(usize, String)>,
    end: usize,
) -> BTreeMap<usize, Vec<Source>> {
    let history = History::read(trace);
    uses.extend(sent(trace, end));
    let mut wanted = wanted(trace, &history);
    let mut named: BTreeSet<String> = BTreeSet::new();
    let mut found: BTreeMap<usize, Vec<Source>> = BTreeMap::new();
    // An answer comes to whoever asked; a frame may come to nobody the next time.
    let received = |is_answer: bool| {
        let bodies = trace.entries.iter().enumerate().take(end);
        bodies.filter_map(move |(at, entry)| match &entry.event {
            Event::Answer { body, .. } if is_answer => Some((at, body.json()?)),
            Event::Received { body, .. } if !is_answer => Some((at, body.json()?)),
            _ => None,
        })
    };
    for (at, body) in received(true).chain(received(false)) {
        // A frame often comes before the answer to the request that caused it.
        let after = match &trace.entries[at].event {
            Event::Answer { exchange, .. } => asked(trace, *exchange).unwrap_or(at),
            _ => at,
        };
        let mut leaves = Vec::new();
        collect("", body, &mut leaves);
        for (pointer, value) in leaves {
            let Some(name) = wanted.get(value).cloned() else { continue };
            if !uses.iter().any(|(place, text)| *place > after && text.contains(value)) {
                continue;
            }
            wanted.remove(value);
            let variable = unique(&name, &mut named);
            let source = Source { variable, value: value.to_owned(), pointer };
            found.entry(at).or_default().push(source);
        }
    }
    found
}

/// Where a request stands.
fn asked(trace: &Trace, number: u32) -> Option<usize> {
    trace.entries.iter().position(
        |entry| matches!(entry.event, Event::Request { exchange, .. } if exchange == number),
    )
}

/// The texts that were sent, with the place of each. A forged token rests on the right one.
fn sent(trace: &Trace, end: usize) -> Vec<(usize, String)> {
    let mut sent = Vec::new();
    for (at, entry) in trace.entries.iter().enumerate().take(end) {
        let content = |body: &Content| match body {
            Content::Empty => String::new(),
            Content::Json(value) => value.to_string(),
            Content::Text { beginning, .. } => beginning.clone(),
        };
        let mut text = match &entry.event {
            Event::Request { path, headers, body, .. } => {
                let headers: Vec<&str> = headers.values().map(String::as_str).collect();
                format!("{path} {} {}", headers.join(" "), content(body))
            }
            Event::Sent { body, .. } => content(body),
            Event::SocketOpened { path, .. } | Event::SocketRefused { path, .. } => path.clone(),
            Event::Fence { conference, .. } => conference.clone(),
            _ => continue,
        };
        for (name, record) in &trace.tokens {
            if let Some(from) = record.forged_from.as_ref().filter(|_| text.contains(name.as_str()))
            {
                text = format!("{text} {from}");
            }
        }
        sent.push((at, text));
    }
    sent
}

/// The values that may be needed, each with a name.
fn wanted(trace: &Trace, history: &History<'_>) -> BTreeMap<String, String> {
    let mut wanted = BTreeMap::new();
    let bindings = &trace.bindings;
    for (name, value) in &bindings.values {
        let Some(value) = value.as_str() else { continue };
        let own =
            value.contains(&bindings.alias_prefix) || name.ends_with(".name") || name == "host";
        let odd = value.chars().any(|c| c.is_ascii_digit()) || value.len() > 15;
        if !own && odd && value.len() > 3 {
            wanted.entry(value.to_owned()).or_insert_with(|| name.clone());
        }
    }
    for exchange in &history.exchanges {
        for (name, value) in &exchange.parameters {
            if !value.is_empty() && !value.contains(&bindings.alias_prefix) {
                wanted.entry(value.clone()).or_insert_with(|| (*name).to_owned());
            }
        }
    }
    for token in trace.tokens.keys() {
        let name = token.trim_matches(['<', '>']).to_owned();
        wanted.entry(token.clone()).or_insert(name);
    }
    for fence in &history.fences {
        wanted.entry((*fence).to_owned()).or_insert_with(|| "fence".to_owned());
    }
    for entry in &trace.entries {
        let Event::Received { body, .. } = &entry.event else { continue };
        let Some(frame) = body.json().filter(|frame| frame_kind(frame) == "UpdateToken") else {
            continue;
        };
        if let Some(amu) = frame.get("amu").and_then(Value::as_str) {
            wanted.entry(amu.to_owned()).or_insert_with(|| "amu".to_owned());
        }
    }
    wanted
}

/// Every text of a value, with its JSON Pointer.
fn collect<'v>(pointer: &str, value: &'v Value, leaves: &mut Vec<(String, &'v str)>) {
    match value {
        Value::String(text) => leaves.push((pointer.to_owned(), text)),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                collect(&format!("{pointer}/{index}"), item, leaves);
            }
        }
        Value::Object(fields) => {
            for (key, item) in fields {
                collect(&format!("{pointer}/{}", invite_text::escape(key)), item, leaves);
            }
        }
        _ => {}
    }
}

/// A name as a shell variable, taken by no other.
fn unique(name: &str, named: &mut BTreeSet<String>) -> String {
    let mut base: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    if base.starts_with(|c: char| !c.is_ascii_alphabetic()) || TAKEN.contains(&&*base) {
        base = format!("the_{base}");
    }
    let mut candidate = base.clone();
    let mut next = 2;
    while !named.insert(candidate.clone()) {
        candidate = format!("{base}_{next}");
        next += 1;
    }
    candidate
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_is_replaced_and_nothing_else_means_anything_to_a_shell() {
        let mut values = Values::default();
        values.know("room-1", "$room");
        values.know("room-11", "$other");
        values.know("<token-1>", "$token");
        let shell = |text| values.shell(text, true).unwrap();
        assert_eq!(shell("room-11/room-1 <token-1>"), "$other/$room $token");
        assert_eq!(shell("`rm` $(rm) \\ \"x\" < <b>"), "\\`rm\\` \\$(rm) \\\\ \\\"x\\\" < <b>");
        assert_eq!(values.shell("\"x\"", false).unwrap(), "\"x\"");
        assert!(values.shell("<token-2>", true).is_err());
    }

    #[test]
    fn variables_have_names_that_a_shell_takes() {
        let mut named = BTreeSet::new();
        let names = ["bob.session_token", "room", "room", "path", "1x"];
        let names: Vec<String> = names.iter().map(|name| unique(name, &mut named)).collect();
        assert_eq!(names, ["bob_session_token", "room", "room_2", "the_path", "the_1x"]);
    }
}
