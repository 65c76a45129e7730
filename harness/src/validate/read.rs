//! The values of a text: one JSON value, an array of values, or JSON lines.

use super::place::{self, Lines, Position};
use serde::Serialize;
use serde_json::error::Category;
use serde_json::{Deserializer, Value};

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

/// A value and where it stands.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) value: Value,
    pub(super) from: usize,
    pub(super) to: usize,
}

/// The values of a text: at least one.
pub(super) fn values(bytes: &[u8]) -> Result<(&str, Vec<Read>), Unreadable> {
    let text = decode(bytes)?;
    let mut values = Vec::new();
    let mut stream = Deserializer::from_str(text).into_iter::<Value>();
    let mut end = 0;
    while let Some(next) = stream.next() {
        let value = next.map_err(|error| syntax(&error, text))?;
        let from = end + blanks(&text[end..]);
        if end > 0 && !text[end..from].contains('\n') {
            let message = "a second value on the same line: put each value on a line of its own, \
                           or all of them into one array";
            return Err(fault(text, from, message.into()));
        }
        end = stream.byte_offset();
        if let Some(twice) = place::walk(&text[from..end], |_, _| {}) {
            let message = format!(
                "{} stands twice in one object, and readers differ in which they take",
                twice.pointer
            );
            return Err(fault(text, from + twice.offset, message));
        }
        values.push(Read { value, from, to: end });
    }
    if values.len() == 1 && values[0].value.is_array() {
        values = values.drain(..).flat_map(|array| elements(text, array)).collect();
    }
    if values.is_empty() {
        let message = "holds no value: nothing was validated".into();
        return Err(Unreadable { position: None, message });
    }
    Ok((text, values))
}

/// The elements of an array, each with its place.
fn elements(text: &str, array: Read) -> Vec<Read> {
    let Read { value: Value::Array(items), from, to } = array else { return vec![array] };
    let mut starts = Vec::with_capacity(items.len() + 1);
    // A key that stands twice was found before.
    let _ = place::walk(&text[from..to], |pointer, offset| {
        if pointer.rfind('/') == Some(0) {
            starts.push(from + offset);
        }
    });
    let mut ends = starts.clone().into_iter().skip(1).chain([to]);
    let places = starts.into_iter().map(|from| (from, ends.next().unwrap_or(to)));
    items.into_iter().zip(places).map(|(value, (from, to))| Read { value, from, to }).collect()
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

/// What `serde_json` found, with its place in characters and in words that need no knowledge of it.
fn syntax(error: &serde_json::Error, text: &str) -> Unreadable {
    let said = error.to_string();
    let said = said.rsplit_once(" at line ").map_or(said.as_str(), |(words, _)| words);
    let words = match (error.classify(), said) {
        (Category::Eof, _) => "not JSON: the text ends within a value".to_owned(),
        (_, "recursion limit exceeded") => {
            "nested more than 127 deep, deeper than any payload".to_owned()
        }
        (_, "number out of range") => "a number beyond what can be held".to_owned(),
        _ => format!("not JSON: {said}"),
    };
    let (line, column) = (error.line().max(1), error.column());
    let before = text.split('\n').nth(line - 1).unwrap_or_default();
    let characters = before.char_indices().take_while(|(at, _)| at + 1 < column).count();
    let position = Position { line, column: characters + 1 };
    Unreadable { position: Some(position), message: words }
}
