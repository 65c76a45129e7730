//! Whether a value satisfies a matcher. The driver waits and the judge decides by the same functions,
//! on the same recorded values.

mod person;
mod value;

pub use person::{names, subject};
pub use value::{Mismatch, fits, fits_all};

use crate::{Located, Matcher};
use invite_spec::push::FrameType;
use invite_trace::reference::Bindings;
use invite_trace::{FramePattern, TokenRecord};
use serde_json::Value;
use std::collections::BTreeMap;

/// What matching needs to know besides the value.
#[derive(Debug, Clone, Copy)]
pub struct Context<'t> {
    /// What references stand for.
    pub bindings: &'t Bindings,
    /// What tokens were.
    pub tokens: &'t BTreeMap<String, TokenRecord>,
    /// When the value was received, in seconds since 1970, where that matters.
    pub received_at: Option<f64>,
}

/// A frame, as a scenario describes it.
#[derive(Debug, Clone, Copy)]
pub struct Pattern<'s> {
    /// Its type; any when `None`.
    pub frame: Option<FrameType>,
    /// The person whom it is about.
    pub about: Option<&'s Located>,
    /// What it says, by JSON Pointer.
    pub fits: &'s BTreeMap<String, Matcher>,
}

impl Pattern<'_> {
    /// Whether a frame is of this pattern's type, or counts as one.
    ///
    /// A client treats the addition of a participant whom it knows as an update, so either frame
    /// satisfies a pattern that asks for an update to some status.
    pub fn is_of_type(&self, frame: &Value) -> bool {
        let Some(wanted) = self.frame else { return true };
        let is_update =
            wanted == FrameType::ParticipantUpdated && self.fits.contains_key("/status");
        FrameType::of(frame).is_some_and(|found| {
            found == wanted || (is_update && found == FrameType::ParticipantAdded)
        })
    }

    /// Whether a frame is as described.
    pub fn matches(&self, frame: &Value, context: Context<'_>) -> bool {
        self.is_of_type(frame)
            && self.about.is_none_or(|who| names(subject(frame), who, context.bindings))
            && fits_all(self.fits, frame, context).is_ok()
    }
}

/// As a trace and a verdict hold it.
impl From<Pattern<'_>> for FramePattern {
    fn from(pattern: Pattern<'_>) -> FramePattern {
        let described = |(at, matcher): (&String, &Matcher)| (at.clone(), value::describe(matcher));
        FramePattern {
            frame: pattern.frame,
            about: pattern.about.map(|who| who.value.clone()),
            fits: pattern.fits.iter().map(described).collect(),
        }
    }
}
