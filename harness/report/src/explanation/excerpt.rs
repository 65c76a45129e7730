//! A JSON document line by line, with the places marked that a failure is about; cut down to what shows
//! them.

use super::Names;
use invite_text::escape;
use serde_json::{Map, Value};

/// The most lines of a document that is shown as a whole.
const MOST_LINES: usize = 40;

/// The most lines of any document: one that is cut down rarely comes near it.
const LIMIT: usize = 120;

/// The most fields or items of a container that are shown where the document is cut down.
const FEW: usize = 8;

/// The most characters of one value, and of one key.
pub(super) const LONGEST_VALUE: usize = 300;
const LONGEST_KEY: usize = 120;

/// A document, line by line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Excerpt {
    /// The lines.
    pub lines: Vec<Line>,
    /// Whether something was left out.
    pub is_cut: bool,
}

/// A line of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// How deep it is within the document.
    pub depth: usize,
    /// What it says.
    pub text: String,
    /// The place that the failure is about, if it is this line.
    pub place: Option<Place>,
}

/// A place that a failure is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Where: a JSON Pointer, or the name of a header.
    pub at: String,
    /// Whether there is nothing there.
    pub is_missing: bool,
}

impl Line {
    pub(super) fn plain(text: String) -> Line {
        Line { depth: 0, text, place: None }
    }
}

/// A document, with these places in it marked.
pub(super) fn excerpt(document: &Value, places: &[String], names: &Names) -> Excerpt {
    let is_whole = lines(document, MOST_LINES).is_some();
    let marks =
        places.iter().filter(|place| !place.is_empty()).map(|place| Mark::of(place, document));
    let mut writer =
        Writer { names, marks: marks.collect(), is_whole, excerpt: Excerpt::default() };
    writer.write(&Spot { key: None, pointer: String::new(), depth: 0, end: "" }, document);
    writer.excerpt
}

/// Text that is no JSON, as far as it was recorded.
pub(super) fn of_text(beginning: &str, bytes: usize, names: &Names) -> Excerpt {
    let mut lines: Vec<Line> = Vec::new();
    let mut is_cut = beginning.len() < bytes;
    for line in beginning.lines() {
        if lines.len() == MOST_LINES {
            is_cut = true;
            break;
        }
        let (text, was_cut) = cut(&names.text(line), LONGEST_VALUE);
        is_cut |= was_cut;
        lines.push(Line::plain(text));
    }
    Excerpt { lines, is_cut }
}

/// How many lines a document has, unless they are more than that.
fn lines(value: &Value, most: usize) -> Option<usize> {
    let inner: &mut dyn Iterator<Item = &Value> = match value {
        Value::Array(items) if !items.is_empty() => &mut items.iter(),
        Value::Object(fields) if !fields.is_empty() => &mut fields.values(),
        _ => return (most >= 1).then_some(1),
    };
    let mut count = 2;
    for value in inner {
        count += lines(value, most.checked_sub(count)?)?;
    }
    (count <= most).then_some(count)
}

/// A place to mark.
struct Mark {
    /// The pointer.
    place: String,
    /// The part of it that is in the document.
    found: String,
    /// The rest, which is not.
    missing: String,
}

impl Mark {
    fn of(place: &str, document: &Value) -> Mark {
        let mut found = place;
        while document.pointer(found).is_none() {
            found = found.rfind('/').map_or("", |at| &found[..at]);
        }
        let missing = place[found.len()..].trim_start_matches('/').to_owned();
        Mark { place: place.to_owned(), found: found.to_owned(), missing }
    }

    fn is_missing(&self) -> bool {
        !self.missing.is_empty()
    }

    fn place(&self, names: &Names) -> Place {
        Place { at: names.text(&self.place), is_missing: self.is_missing() }
    }
}

/// Where a value is within its document.
struct Spot<'v> {
    key: Option<&'v str>,
    pointer: String,
    depth: usize,
    /// What follows it: a comma, or nothing.
    end: &'static str,
}

struct Writer<'n> {
    names: &'n Names,
    marks: Vec<Mark>,
    is_whole: bool,
    excerpt: Excerpt,
}

impl Writer<'_> {
    fn write(&mut self, at: &Spot<'_>, value: &Value) {
        let (open, close, all) = match value {
            Value::Array(items) if !items.is_empty() => ("[", "]", of_items(at, items)),
            Value::Object(fields) if !fields.is_empty() => ("{", "}", of_fields(at, fields)),
            plain => {
                let text = self.plain(plain);
                let place = self.marks.iter().find(|mark| mark.found == at.pointer);
                let place = place.map(|mark| mark.place(self.names));
                return self.line(at, &format!("{text}{}", at.end), place);
            }
        };
        let here = |mark: &&Mark| mark.found == at.pointer;
        let place = self.marks.iter().filter(here).find(|mark| !mark.is_missing());
        let place = place.map(|mark| mark.place(self.names));
        if !(self.is_whole || at.pointer.is_empty() || self.leads(&at.pointer)) {
            self.excerpt.is_cut = true;
            let what = if open == "[" { "item" } else { "field" };
            let many = if all.len() == 1 { "" } else { "s" };
            let text = format!("{open} {} {what}{many} {close}{}", all.len(), at.end);
            return self.line(at, &text, place);
        }
        self.line(at, open, place);
        let mut left_out = 0;
        for (index, (inner, value)) in all.iter().enumerate() {
            let is_told = self.is_whole || index < FEW || self.leads(&inner.pointer);
            if is_told && self.excerpt.lines.len() < LIMIT {
                self.write(inner, value);
            } else {
                left_out += 1;
            }
        }
        let depth = at.depth + 1;
        if left_out > 0 {
            self.excerpt.is_cut = true;
            let text = format!("... {left_out} more");
            self.excerpt.lines.push(Line { depth, text, place: None });
        }
        // What is missing is shown where it should be.
        for mark in self.marks.iter().filter(here).filter(|mark| mark.is_missing()) {
            let text = Value::String(self.names.text(&mark.missing)).to_string();
            let place = Some(mark.place(self.names));
            self.excerpt.lines.push(Line { depth, text, place });
        }
        let text = format!("{close}{}", at.end);
        self.excerpt.lines.push(Line { depth: at.depth, text, place: None });
    }

    /// Whether something to mark is here, or further in.
    fn leads(&self, pointer: &str) -> bool {
        let is_within = |place: &str| {
            place.strip_prefix(pointer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.marks.iter().any(|mark| is_within(&mark.found))
    }

    fn line(&mut self, at: &Spot<'_>, text: &str, place: Option<Place>) {
        let key = at.key.map_or(String::new(), |key| {
            let (key, was_cut) = cut(&self.names.text(key), LONGEST_KEY);
            self.excerpt.is_cut |= was_cut;
            format!("{}: ", Value::String(key))
        });
        self.excerpt.lines.push(Line { depth: at.depth, text: format!("{key}{text}"), place });
    }

    /// A value that holds no others.
    fn plain(&mut self, value: &Value) -> String {
        let Value::String(text) = value else { return value.to_string() };
        let text = self.names.text(text);
        let (beginning, was_cut) = cut(&text, LONGEST_VALUE);
        if !was_cut {
            return Value::String(text).to_string();
        }
        self.excerpt.is_cut = true;
        format!("{} ({} characters)", Value::String(beginning), text.chars().count())
    }
}

type Inner<'v> = Vec<(Spot<'v>, &'v Value)>;

fn of_items<'v>(at: &Spot<'_>, items: &'v [Value]) -> Inner<'v> {
    let all = items.iter().enumerate();
    all.map(|(index, item)| (at.inner(None, index, items.len()), item)).collect()
}

fn of_fields<'v>(at: &Spot<'_>, fields: &'v Map<String, Value>) -> Inner<'v> {
    let all = fields.iter().enumerate();
    all.map(|(index, (key, item))| (at.inner(Some(key), index, fields.len()), item)).collect()
}

impl<'v> Spot<'_> {
    fn inner(&self, key: Option<&'v str>, index: usize, of: usize) -> Spot<'v> {
        let name = key.map_or_else(|| index.to_string(), escape);
        Spot {
            key,
            pointer: format!("{}/{name}", self.pointer),
            depth: self.depth + 1,
            end: if index + 1 == of { "" } else { "," },
        }
    }
}

/// The beginning of a text, and whether that is not all of it.
pub(super) fn cut(text: &str, most: usize) -> (String, bool) {
    match text.char_indices().nth(most) {
        Some((end, _)) => (format!("{}...", &text[..end]), true),
        None => (text.to_owned(), false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn shown(document: &Value, places: &[&str]) -> (String, bool) {
        let places: Vec<String> = places.iter().map(ToString::to_string).collect();
        let excerpt = excerpt(document, &places, &Names::default());
        let line = |line: &Line| {
            let place = line.place.as_ref().map(|place| {
                format!(" <- {}{}", place.at, if place.is_missing { " is missing" } else { "" })
            });
            format!("{:width$}{}{}\n", "", line.text, place.unwrap_or_default(), width = line.depth)
        };
        (excerpt.lines.iter().map(line).collect(), excerpt.is_cut)
    }

    #[test]
    fn the_place_is_marked_and_so_is_what_is_missing() {
        let document = json!({ "a": { "b/c": [1, "x"], "empty": {} } });
        let (text, is_cut) =
            shown(&document, &["/a/b~1c/1", "/a/d", "/a/empty/e", "/a/b~1c/0/f", ""]);
        let right = "{\n \"a\": {\n  \"b/c\": [\n   1, <- /a/b~1c/0/f is missing\n   \"x\" <- \
                     /a/b~1c/1\n  ],\n  \"empty\": {} <- /a/empty/e is missing\n  \"d\" <- /a/d is \
                     missing\n }\n}\n";
        assert_eq!((text.as_str(), is_cut), (right, false));
        assert_eq!(shown(&json!("x"), &["/a"]).0, "\"x\" <- /a is missing\n");
    }

    #[test]
    fn a_long_document_is_cut_down_to_the_place() {
        let people: Vec<Value> = (0..500)
            .map(|n| json!({ "id": n, "more": { "x": [n], "y": "z".repeat(400) } }))
            .collect();
        let document = json!({ "people": people, "other": { "a": [1, 2], "b": 2 } });
        let (text, is_cut) = shown(&document, &["/people/300/more/y"]);
        assert!(is_cut && text.lines().count() < MOST_LINES, "{text}");
        assert!(
            text.contains("... 491 more") && text.contains("\"other\": { 2 fields }"),
            "{text}"
        );
        let marked: Vec<&str> = text.lines().filter(|line| line.contains(" <- ")).collect();
        assert_eq!(marked.len(), 1, "{text}");
        assert!(marked[0].contains("zzz...\" (400 characters)"), "{}", marked[0]);
        // However many places there are, it ends.
        let places: Vec<String> = (0..500).map(|n| format!("/people/{n}/more/x/0")).collect();
        let places: Vec<&str> = places.iter().map(String::as_str).collect();
        assert!(shown(&document, &places).0.lines().count() < 2 * LIMIT);
    }

    #[test]
    fn text_is_cut_where_the_record_or_this_ends() {
        let names = Names::default();
        assert!(!of_text("a\nb", 3, &names).is_cut);
        assert!(of_text("a", 2, &names).is_cut);
        let many = of_text(&"a\n".repeat(100), 200, &names);
        assert!(many.is_cut && many.lines.len() == MOST_LINES);
    }
}
