//! Checks on their way to a verdict.

use super::clause::{Claim, Turn};
use super::expectation::Found;
use invite_spec::push::FrameType;
use invite_spec::requirement::RequirementId;
use invite_trace::{At, Check, CheckResult};

/// A check on its way to its verdict.
#[derive(Debug, Clone)]
pub(crate) struct PendingCheck {
    pub check: Check,
    /// Whether what it is about happened at all.
    pub reached: bool,
    /// The step that must succeed for this one to prove anything.
    pub twin: Option<String>,
    /// For a detail of a refusal: the step that shows that the same call is accepted when it is right.
    /// How a call is refused that is never accepted at all is a consequence.
    pub detail_beside: Option<String>,
    /// The entries whose content it looked at.
    pub subject: Vec<usize>,
    /// The type of frame that did not come, and the sessions that it did not reach.
    pub missed: Option<(FrameType, Vec<String>)>,
    /// Whether it is the outcome of its step, which a twin can rest on.
    pub is_outcome: bool,
    /// The claims of its expectation that do not hold, and where within it they are.
    pub broken: Vec<(Vec<Turn>, Claim)>,
}

impl PendingCheck {
    /// A check of a step.
    pub(crate) fn new(
        scenario: &str,
        requirement: impl Into<Option<RequirementId>>,
        step: &str,
        found: Found,
    ) -> PendingCheck {
        let reached = found != Found::NotReached;
        let result = match found {
            Found::Holds(outcome) => CheckResult::Pass { outcome, entries: Vec::new() },
            Found::Broken(evidence) => CheckResult::Fail(*evidence),
            Found::NotReached => CheckResult::Blocked { by: None },
        };
        PendingCheck {
            check: Check::new(requirement, scenario, At::Step(step.to_owned()), result),
            reached,
            twin: None,
            detail_beside: None,
            subject: Vec::new(),
            missed: None,
            is_outcome: false,
            broken: Vec::new(),
        }
    }
}
