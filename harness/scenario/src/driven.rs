//! What is to be driven, and what came of it.

use crate::{Kinds, Selection};
use invite_trace::{Feature, Interruption, SkipReason, StopReason, Trace};

/// The scenario id of the preflight's trace.
pub const PREFLIGHT: &str = "preflight";

/// What the id of a run ends with where a scenario is tried once more.
pub const AGAIN: &str = "-again";

/// What to drive, and how.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The scenarios.
    pub scenarios: Vec<Selection>,
    /// How many of them at once.
    pub jobs: usize,
    /// Fixes the order in which they begin.
    pub seed: u64,
    /// Makes the names of this run differ from those of every other.
    pub run_id: String,
}

/// What was driven.
#[derive(Debug)]
pub struct Driven {
    /// The preflight's trace.
    pub preflight: Trace,
    /// Which kinds of application the target has.
    pub kinds: Kinds,
    /// The traces, in the order of the plan.
    pub traces: Vec<Result<Trace, Skipped>>,
    /// The scenarios that were tried once more.
    pub retried: Vec<Retried>,
    /// What was tried beyond the target's claims.
    pub tried: Vec<Tried>,
    /// Why some scenarios were not driven to their end, where the run was ended before.
    pub interrupted: Option<Interruption>,
}

/// Why a scenario was not driven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// The scenario's id.
    pub scenario: String,
    /// Why.
    pub reason: SkipReason,
}

/// A scenario that was tried once more, alone, because its first try may have failed by chance. Its
/// trace is that of the second try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retried {
    /// The scenario's id.
    pub scenario: String,
    /// Why the first try stopped.
    pub first: StopReason,
}

/// A scenario that was driven although the target does not claim what it needs.
#[derive(Debug)]
pub struct Tried {
    /// The feature that is not claimed.
    pub feature: Feature,
    /// The scenario, as a place in the plan.
    pub place: usize,
    /// What was said.
    pub trace: Trace,
}
