//! What is to be driven, and what came of it.

use crate::{Kinds, Selection};
use invite_trace::{Feature, Trace};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The scenario id of the preflight's trace.
pub const PREFLIGHT: &str = "preflight";

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
    /// What was tried beyond the target's claims.
    pub tried: Vec<Tried>,
    /// Why some scenarios were not driven to their end, where the run was ended before.
    pub interrupted: Option<Interruption>,
}

/// Why a run was ended before all its scenarios were.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Interruption {
    /// Somebody wanted it (Ctrl-C).
    Asked,
    /// Something had failed, and the first failure was to end it (`--fail-fast`).
    FirstFailure,
}

impl Interruption {
    /// Every one.
    pub const ALL: [Interruption; 2] = [Interruption::Asked, Interruption::FirstFailure];
}

/// As the reason for which a scenario was skipped.
impl fmt::Display for Interruption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Interruption::Asked => "the run was interrupted",
            Interruption::FirstFailure => "the run ended at its first failure (`--fail-fast`)",
        })
    }
}

/// Why a scenario was not driven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// The scenario's id.
    pub scenario: String,
    /// Why.
    pub reason: String,
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
