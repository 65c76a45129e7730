//! How the proxy performs a mutant, and how often it did.

mod edit;
mod way;
mod whole;

pub(super) use edit::{Edit, To, edited};
pub(super) use way::Way;
pub(super) use whole::{Answer, Whole};

use super::spot::Of;
use crate::proxy::{Answered, Change, Delivery, Frame, Passed};
use serde_json::Value;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// The change that does something to whole answers.
pub(super) fn answer(answer: Answer, whole: Whole) -> Arc<dyn Change> {
    Arc::new(whole::OfAnswers { answer, whole })
}

/// The change that delivers a kind of frame in another way.
pub(super) fn frame(kind: &'static str, way: Way) -> Arc<dyn Change> {
    Arc::new(way::OfFrames::new(kind, way))
}

/// The change that edits a field.
pub(super) fn field(of: Of, pointer: String, edit: Edit, to: To) -> Arc<dyn Change> {
    Arc::new(OfField { of, pointer, edit, to, earlier: Mutex::default() })
}

/// Edits a field wherever it occurs.
struct OfField {
    of: Of,
    pointer: String,
    edit: Edit,
    to: To,
    /// What stood there last, for a value of something else.
    earlier: Mutex<Option<Value>>,
}

impl OfField {
    fn edited(&self, value: &Value) -> Option<Value> {
        let mut changed = value.clone();
        edit::each(&mut changed, &self.pointer, &mut |parent, name| {
            edit::apply(parent, name, self.edit, |held| self.altered(held));
        });
        (changed != *value).then_some(changed)
    }

    fn altered(&self, held: &Value) -> Value {
        if self.to != To::Earlier || held.is_null() {
            return edit::other(held, self.to);
        }
        let mut earlier = self.earlier.lock().unwrap_or_else(PoisonError::into_inner);
        earlier.replace(held.clone()).unwrap_or_else(|| held.clone())
    }
}

impl Change for OfField {
    fn answer(&self, exchange: &Answered<'_>, mut answer: Passed) -> Passed {
        let which = match self.of {
            Of::Answer(endpoint) => Answer::Accepted(endpoint.operation.as_str()),
            Of::Refusal { sdk } => Answer::Refusal { sdk },
            Of::Frame(_) => return answer,
        };
        if which.is_of(exchange, &answer)
            && let Some(changed) = answer.json().and_then(|body| self.edited(&body))
        {
            answer.set_json(&changed);
        }
        answer
    }

    fn frame(&self, frame: Frame) -> Vec<Delivery> {
        let changed = match self.of {
            Of::Frame(kind) if way::kind(&frame.body) == kind => self.edited(&frame.body),
            _ => None,
        };
        vec![changed.map_or_else(|| Delivery::of(frame), |body| Delivery::json(&body))]
    }
}

/// A change, with a count of how often it made a difference.
pub(super) struct Counted {
    change: Arc<dyn Change>,
    acted: AtomicU64,
}

impl Counted {
    pub(super) fn new(change: Arc<dyn Change>) -> Counted {
        Counted { change, acted: AtomicU64::new(0) }
    }

    /// How often it made a difference.
    pub(super) fn acted(&self) -> u64 {
        self.acted.load(Ordering::Relaxed)
    }

    fn count(&self, differs: bool) {
        if differs {
            self.acted.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Change for Counted {
    fn answer(&self, exchange: &Answered<'_>, answer: Passed) -> Passed {
        let before = answer.clone();
        let after = self.change.answer(exchange, answer);
        self.count(after != before);
        after
    }

    fn frame(&self, frame: Frame) -> Vec<Delivery> {
        let before = [Delivery::of(frame.clone())];
        let after = self.change.frame(frame);
        self.count(after != before);
        after
    }
}
