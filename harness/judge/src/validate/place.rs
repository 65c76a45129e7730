//! Where in a JSON text a value stands.
//!
//! The parsers that keep places are either not kept themselves or read another language than
//! `serde_json` does; so this walks over text which `serde_json` has already accepted, and need
//! not look for syntax errors.

use invite_text::{Position, escape};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// Turns offsets into positions. Quick for offsets that grow.
#[derive(Debug)]
pub(crate) struct Lines<'t> {
    text: &'t str,
    at: usize,
    position: Position,
}

impl<'t> Lines<'t> {
    pub(crate) fn new(text: &'t str) -> Lines<'t> {
        Lines { text, at: 0, position: Position { line: 1, column: 1 } }
    }

    /// The position of the character at this offset, which must be one's beginning.
    pub(crate) fn position(&mut self, offset: usize) -> Position {
        if offset < self.at {
            *self = Lines::new(self.text);
        }
        for character in self.text[self.at..offset].chars() {
            if character == '\n' {
                self.position.line += 1;
                self.position.column = 1;
            } else {
                self.position.column += 1;
            }
        }
        self.at = offset;
        self.position
    }
}

/// What makes a text that is JSON unfit to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Flaw {
    /// Where.
    pub(crate) offset: usize,
    kind: FlawKind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum FlawKind {
    /// The key of this field stands twice in one object.
    Twice(String),
    /// An array or object within too many others.
    Deep,
}

impl std::fmt::Display for Flaw {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.kind {
            FlawKind::Twice(pointer) => write!(
                f,
                "{pointer} stands twice in one object, and readers differ in which they take"
            ),
            FlawKind::Deep => {
                write!(f, "nested more than {MOST_DEEP} deep, deeper than any payload")
            }
        }
    }
}

/// How deep a value may be nested: as deep as `serde_json` reads.
const MOST_DEEP: usize = 127;

/// An object or array whose end has not come.
struct Open<'t> {
    /// How long its own pointer is.
    length: usize,
    inside: Inside<'t>,
}

enum Inside<'t> {
    Array { next: usize },
    Object { keys: BTreeSet<Cow<'t, str>>, key_is_next: bool },
}

/// Visits every value of one JSON value that `serde_json` accepts, with its pointer and offset, in
/// the order of the text; stops at the first flaw.
pub(crate) fn walk(text: &str, mut visit: impl FnMut(&str, usize)) -> Option<Flaw> {
    let bytes = text.as_bytes();
    let mut pointer = String::new();
    let mut open: Vec<Open<'_>> = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let from = at;
        at += 1;
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' | b':' => continue,
            b',' => {
                if let Some(Open { inside: Inside::Object { key_is_next, .. }, .. }) =
                    open.last_mut()
                {
                    *key_is_next = true;
                }
                continue;
            }
            b'}' | b']' => {
                if let Some(closed) = open.pop() {
                    pointer.truncate(closed.length);
                }
                continue;
            }
            b'"' => at = after_string(bytes, at),
            b'{' | b'[' => {}
            _ => at = after_word(bytes, at),
        }
        match open.last_mut() {
            Some(Open { length, inside: Inside::Object { keys, key_is_next } }) if *key_is_next => {
                *key_is_next = false;
                let key = decoded(&text[from..at]);
                pointer.truncate(*length);
                pointer.push('/');
                pointer.push_str(&escape(&key));
                if !keys.insert(key) {
                    return Some(Flaw { offset: from, kind: FlawKind::Twice(pointer) });
                }
                continue;
            }
            Some(Open { length, inside: Inside::Array { next } }) => {
                pointer.truncate(*length);
                pointer.push_str(&format!("/{next}"));
                *next += 1;
            }
            _ => {}
        }
        visit(&pointer, from);
        let inside = match byte {
            b'{' => Inside::Object { keys: BTreeSet::new(), key_is_next: true },
            b'[' => Inside::Array { next: 0 },
            _ => continue,
        };
        if open.len() == MOST_DEEP {
            return Some(Flaw { offset: from, kind: FlawKind::Deep });
        }
        open.push(Open { length: pointer.len(), inside });
    }
    None
}

/// The offset after the string whose opening quotation mark stands before `at`.
fn after_string(bytes: &[u8], mut at: usize) -> usize {
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    at.min(bytes.len())
}

/// The offset after a number, `true`, `false` or `null`.
fn after_word(bytes: &[u8], at: usize) -> usize {
    let is_end = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b',' | b'}' | b']');
    bytes[at..].iter().position(is_end).map_or(bytes.len(), |length| at + length)
}

/// What a string stands for; `quoted` has its quotation marks.
fn decoded(quoted: &str) -> Cow<'_, str> {
    let inner = quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default();
    if !inner.contains('\\') {
        return Cow::Borrowed(inner);
    }
    serde_json::from_str(quoted).map_or(Cow::Borrowed(inner), Cow::Owned)
}
