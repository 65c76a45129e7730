//! What a verdict rests on.

use super::{Expected, NearMiss, Seen};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What was expected and what was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// What was expected.
    pub expected: Expected,
    /// What was seen.
    pub seen: Seen,
    /// Where in the message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spot: Option<Spot>,
    /// The entries of the trace that show it, by index; the offending one last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entries: Vec<usize>,
    /// How many more breaches of the same kind there are.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub more: usize,
    /// What arrived in place of it; the first of the entries shows it, if it is a frame.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub near: Option<NearMiss>,
}

/// A place in a message.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Spot {
    /// In the body, as a JSON Pointer; empty for all of it.
    Body(String),
    /// A header, by its name.
    Header(String),
}

impl Spot {
    /// The pointer into the body, if it is there.
    pub fn pointer(&self) -> Option<&str> {
        match self {
            Spot::Body(pointer) => Some(pointer),
            Spot::Header(_) => None,
        }
    }
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Spot::Body(pointer) => f.write_str(pointer),
            Spot::Header(name) => write!(f, "header {name}"),
        }
    }
}

impl Evidence {
    /// What was expected, and what was seen.
    pub fn new(expected: Expected, seen: Seen) -> Evidence {
        Evidence { expected, seen, spot: None, entries: Vec::new(), more: 0, near: None }
    }

    /// The same, shown by these entries of the trace; the offending one last.
    pub fn at(mut self, entries: impl IntoIterator<Item = usize>) -> Evidence {
        self.entries = entries.into_iter().collect();
        self
    }

    /// The same, about one place in the body.
    pub fn pointing(mut self, pointer: impl Into<String>) -> Evidence {
        self.spot = Some(Spot::Body(pointer.into()));
        self
    }

    /// The same, about one header.
    pub fn in_header(mut self, name: impl Into<String>) -> Evidence {
        self.spot = Some(Spot::Header(name.into()));
        self
    }

    /// What was seen, in words, what was almost right, and how often.
    pub fn seen_in_words(&self) -> String {
        let near = self.near.as_ref().map(|near| format!("; {near}")).unwrap_or_default();
        match self.more {
            0 => format!("{}{near}", self.seen),
            more => format!("{}{near} (and {more} more like it)", self.seen),
        }
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}, saw {}", self.expected, self.seen_in_words())
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes it so")]
fn is_zero(count: &usize) -> bool {
    *count == 0
}
