//! The values of a text: one JSON value, an array of values, or JSON lines.

use super::place::{self, Lines};
use invite_text::Position;
use serde::Serialize;
use serde::de::IgnoredAny;
use serde_json::error::Category;
use serde_json::{Deserializer, Value};
use std::ops::Range;

/// Why a text has no values that could be validated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{message}")]
pub struct Unreadable {
    /// Where, if it is the fault of one place.
    #[serde(flatten)]
    pub position: Option<Position>,
    /// What is wrong.
    pub message: String,
}

/// Where each value of a text stands: at least one. They are not kept as values, which take many
/// times the memory of their text.
pub(crate) fn spans(bytes: &[u8]) -> Result<(&str, Vec<Range<usize>>), Unreadable> {
    let text = decode(bytes)?;
    let mut spans = Vec::new();
    let mut stream = Deserializer::from_str(text).into_iter::<IgnoredAny>();
    let mut end = 0;
    while let Some(next) = stream.next() {
        next.map_err(|error| syntax(&error, text, 0))?;
        let from = end + blanks(&text[end..]);
        if end > 0 && !text[end..from].contains('\n') {
            let message = "a second value on the same line: put each value on a line of its own, \
                           or all of them into one array";
            return Err(fault(text, from, message.into()));
        }
        end = stream.byte_offset();
        if let Some(flaw) = place::walk(&text[from..end], |_, _| {}) {
            return Err(fault(text, from + flaw.offset, flaw.to_string()));
        }
        spans.push(from..end);
    }
    if let [only] = spans.as_slice()
        && text[only.clone()].starts_with('[')
    {
        spans = elements(text, only);
    }
    if spans.is_empty() {
        let message = "holds no value: nothing was validated".into();
        return Err(Unreadable { position: None, message });
    }
    Ok((text, spans))
}

/// The value that stands there.
pub(crate) fn value(text: &str, span: &Range<usize>) -> Result<Value, Unreadable> {
    serde_json::from_str(&text[span.clone()]).map_err(|error| syntax(&error, text, span.start))
}

/// The elements of an array.
fn elements(text: &str, array: &Range<usize>) -> Vec<Range<usize>> {
    let mut starts = Vec::new();
    // Flaws were looked for before.
    let _ = place::walk(&text[array.clone()], |pointer, offset| {
        if pointer.rfind('/') == Some(0) {
            starts.push(array.start + offset);
        }
    });
    let after = |end: usize| text[..end].trim_end_matches([' ', '\t', '\r', '\n', ',']).len();
    let inside = array.end - 1;
    let ends = starts.iter().skip(1).copied().chain([inside]).map(after);
    starts.iter().copied().zip(ends).map(|(start, end)| start..end).collect()
}

fn decode(bytes: &[u8]) -> Result<&str, Unreadable> {
    let at_start = |message: &str| Unreadable {
        position: Some(Position { line: 1, column: 1 }),
        message: message.into(),
    };
    if bytes.starts_with(b"\xef\xbb\xbf") {
        return Err(at_start(
            "begins with a byte order mark, which a JSON text must not have (RFC 8259, section \
             8.1): the clients do not read such a payload; save the file without it",
        ));
    }
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(at_start("is UTF-16, and a JSON text is UTF-8 (RFC 8259, section 8.1)"));
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let valid = std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default();
        fault(valid, valid.len(), "not UTF-8, and so not JSON".into())
    })
}

fn blanks(text: &str) -> usize {
    text.len() - text.trim_start_matches([' ', '\t', '\r', '\n']).len()
}

fn fault(text: &str, offset: usize, message: String) -> Unreadable {
    Unreadable { position: Some(Lines::new(text).position(offset)), message }
}

/// What `serde_json` found in the text from `from` on, in words that need no knowledge of it.
fn syntax(error: &serde_json::Error, text: &str, from: usize) -> Unreadable {
    let said = error.to_string();
    let said = said.rsplit_once(" at line ").map_or(said.as_str(), |(words, _)| words);
    let words = match (error.classify(), said) {
        (Category::Eof, _) => "not JSON: the text ends within a value".to_owned(),
        (_, "number out of range") => "a number beyond what can be held".to_owned(),
        _ => format!("not JSON: {said}"),
    };
    // It counts lines from 1, and columns in bytes.
    let read = &text[from..];
    let line: usize = read.split_inclusive('\n').take(error.line().max(1) - 1).map(str::len).sum();
    let mut at = (line + error.column().max(1) - 1).min(read.len());
    while !read.is_char_boundary(at) {
        at -= 1;
    }
    fault(text, from + at, words)
}
