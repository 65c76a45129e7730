//! What several failures have in common: the first thing to look at.

use super::{Explanation, SERVER, Sequence};
use invite_judge::history::History;
use invite_spec::endpoint::Operation;
use invite_spec::push::FrameType;
use invite_trace::{About, Check, Expected};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Something that failures can have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// A call.
    Call(Operation),
    /// A type of frame.
    Frame(FrameType),
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Subject::Call(operation) => operation.fmt(f),
            Subject::Frame(frame) => frame.fmt(f),
        }
    }
}

/// What most of several failures have in common.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Common {
    /// How many failures.
    pub failures: usize,
    /// What.
    pub subject: Subject,
}

impl fmt::Display for Common {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "common to these {}: {}", self.failures, self.subject)
    }
}

/// The fewest failures of which it is worth telling.
const FEWEST: usize = 3;

/// Calls on the way to almost everything.
const USUAL: [Operation; 4] =
    [Operation::SdkCreate, Operation::RestCreate, Operation::SdkJoin, Operation::Identify];

/// What all of these failures have in common, if there are several and they do.
pub fn common(failures: &[&Explanation]) -> Option<Common> {
    if failures.len() < FEWEST {
        return None;
    }
    let mut counts: BTreeMap<Subject, usize> = BTreeMap::new();
    for subject in failures.iter().flat_map(|one| &one.subjects) {
        *counts.entry(*subject).or_default() += 1;
    }
    let shared = counts.into_iter().find(|(_, count)| *count == failures.len());
    shared.map(|(subject, failures)| Common { failures, subject })
}

/// What a failure has to do with: what its check is about, and the calls of the messages that show it.
pub(super) fn subjects(
    check: &Check,
    sequence: &Sequence,
    history: &History<'_>,
) -> BTreeSet<Subject> {
    let about = match &check.about {
        Some(About::Accepts(operation) | About::Refuses(operation)) => {
            Some(Subject::Call(*operation))
        }
        Some(About::Arrives(frame)) => Some(Subject::Frame(*frame)),
        None => None,
    };
    let expected = check.evidence().and_then(|evidence| match &evidence.expected {
        Expected::Accepted(operation)
        | Expected::Refused(operation)
        | Expected::RefusedWithoutEffect(operation)
        | Expected::Answer(operation)
        | Expected::NoEffect(operation)
        | Expected::InvitationArrives { operation, .. } => Some(Subject::Call(*operation)),
        Expected::Frame { pattern, .. }
        | Expected::SomeFrame(pattern)
        | Expected::NoFrame { pattern, .. } => pattern.frame.map(Subject::Frame),
        _ => None,
    });
    let asked = sequence.messages.iter().filter(|message| message.to == SERVER);
    let called = asked.filter_map(|message| {
        let at = message.entry?;
        let exchange = history.exchanges.iter().find(|exchange| exchange.asked_at == at)?;
        let operation = exchange.operation().filter(|it| !USUAL.contains(it))?;
        Some(Subject::Call(operation))
    });
    about.into_iter().chain(expected).chain(called).collect()
}
