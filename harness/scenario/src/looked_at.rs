//! How far each number of seconds in the specification is looked at: what `list`, `explain` and the
//! reports say comes from the waits of the scenarios, and from nothing else.

use crate::{Scenario, Step};
use invite_spec::requirement::Seconds;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// How far a number of seconds in the specification is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LookedAt {
    /// The number.
    pub number: Seconds,
    /// The longest wait of a usual scenario for it, in seconds; `None` if none waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usual: Option<u64>,
    /// The longest wait of a slow scenario for it, in seconds; `None` if none waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slow: Option<u64>,
}

/// How far these scenarios look at each number, in the order of [`Seconds::ALL`].
pub fn looked_at<'s>(scenarios: impl IntoIterator<Item = &'s Scenario>) -> Vec<LookedAt> {
    let nothing = |number| LookedAt { number, usual: None, slow: None };
    let mut found: Vec<LookedAt> = Seconds::ALL.into_iter().map(nothing).collect();
    for scenario in scenarios {
        for (seconds, number) in scenario.steps.iter().filter_map(Step::waits) {
            let Some(one) = found.iter_mut().find(|one| Some(one.number) == number) else {
                continue;
            };
            let longest = if scenario.is_slow() { &mut one.slow } else { &mut one.usual };
            *longest = (*longest).max(Some(seconds));
        }
    }
    found
}

impl LookedAt {
    /// The longer of both waits: for two runs of the same scenarios, or of parts of them.
    pub fn max(self, other: LookedAt) -> LookedAt {
        LookedAt { usual: self.usual.max(other.usual), slow: self.slow.max(other.slow), ..self }
    }
}

/// `ttl: kept for 3 s; 35 s with --slow`.
impl fmt::Display for LookedAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (subject, predicate) = (self.number.subject(), self.number.predicate());
        match (self.usual, self.slow) {
            (Some(usual), Some(slow)) if slow > usual => {
                write!(f, "{subject}: {predicate} {usual} s; {slow} s with --slow")?;
            }
            (Some(usual), _) => write!(f, "{subject}: {predicate} {usual} s")?,
            (None, Some(slow)) => write!(f, "{subject}: {predicate} {slow} s with --slow only")?,
            (None, None) => write!(f, "{subject}: {predicate} a time that is not waited for")?,
        }
        match self.number.number() {
            Some(number) => write!(f, " (of {number} s)"),
            None => Ok(()),
        }
    }
}
