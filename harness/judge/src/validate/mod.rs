//! Whether payloads fit their schemas, and where they do not.
//!
//! A text holds one JSON value, an array of values, or JSON lines. Pure: text in, faults out.
//!
//! | module | what |
//! | --- | --- |
//! | `fault` | what is wrong with one value, by JSON Pointer; for traces too |
//! | `expected` | what a schema asks for, in words |
//! | `read` | the values of a text, or why it has none |
//! | `place` | where in a text a pointer points to: line and column |
//! | `text` | the outcome for a terminal |

mod expected;
mod fault;
mod place;
mod read;

pub use fault::{Fault, faults};
pub use invite_text::Position;
pub use read::Unreadable;

use invite_spec::payload::Payload;
use invite_text::show;
use invite_trace::Redactor;
use place::Lines;
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What came of a text whose values could all be read.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Checked {
    /// How many values it holds: one at least.
    pub values: usize,
    /// How many of them fit.
    pub valid: usize,
    /// Every fault, in the order of the text.
    pub faults: Vec<Located>,
}

/// A fault and where it stands in the text.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Located {
    /// Which value of the text, from 1.
    pub value: usize,
    /// Where the value at fault begins; of an absent field, where the object begins that lacks it.
    #[serde(flatten)]
    pub position: Position,
    /// What is wrong. The pointer begins at the value, not at the text.
    #[serde(flatten)]
    pub fault: Fault,
}

/// Validates the values that a text holds. Tokens are masked in what is shown of them.
///
/// # Errors
///
/// When the text is not JSON, holds nothing, or does not mean the same to every reader.
pub fn validate(payload: &Payload, text: &[u8]) -> Result<Checked, Unreadable> {
    let (text, spans) = read::spans(text)?;
    let general = invite_spec::requirement::general(payload.name)
        .unwrap_or_else(invite_spec::requirement::of_frames);
    let mut checked = Checked { values: spans.len(), valid: 0, faults: Vec::new() };
    let mut lines = Lines::new(text);
    for (index, span) in spans.iter().enumerate() {
        let value = read::value(text, span)?;
        let faults = faults(payload, &value, general);
        if faults.is_empty() {
            checked.valid += 1;
            continue;
        }
        let places = places(&text[span.clone()], &faults);
        let mut located: Vec<(usize, Fault)> = faults
            .into_iter()
            .map(|fault| (span.start + at(&places, &fault.pointer), masked(fault, &value)))
            .collect();
        located.sort_by(|a, b| (a.0, &a.1.pointer).cmp(&(b.0, &b.1.pointer)));
        checked.faults.extend(located.into_iter().map(|(offset, fault)| Located {
            value: index + 1,
            position: lines.position(offset),
            fault,
        }));
    }
    Ok(checked)
}

/// The offsets of every value that a fault points to, and of those around them.
fn places(text: &str, faults: &[Fault]) -> BTreeMap<String, usize> {
    let mut wanted = BTreeSet::new();
    for fault in faults {
        let mut pointer = fault.pointer.as_str();
        while wanted.insert(pointer) {
            let Some((parent, _)) = pointer.rsplit_once('/') else { break };
            pointer = parent;
        }
    }
    let mut found = BTreeMap::new();
    // Flaws were found when the text was read.
    let _ = place::walk(text, |pointer, offset| {
        if wanted.contains(pointer) {
            found.insert(pointer.to_owned(), offset);
        }
    });
    found
}

/// The offset of a pointer: of what it points to, or of the nearest value around it.
fn at(places: &BTreeMap<String, usize>, pointer: &str) -> usize {
    let mut pointer = pointer;
    loop {
        if let Some(offset) = places.get(pointer) {
            return *offset;
        }
        match pointer.rsplit_once('/') {
            Some((parent, _)) => pointer = parent,
            None => return 0,
        }
    }
}

/// The same fault, without the tokens in what was seen.
fn masked(fault: Fault, value: &Value) -> Fault {
    let seen =
        value.pointer(&fault.pointer).map(|seen| Redactor::default().value(seen.clone(), false));
    Fault { seen: show(seen.as_ref()), ..fault }
}

#[cfg(test)]
mod tests;
