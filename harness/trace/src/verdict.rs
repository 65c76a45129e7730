//! One verdict about one requirement, with its evidence.

use invite_spec::endpoint::Operation;
use invite_spec::push::FrameType;
use invite_spec::requirement::RequirementId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What came of a check.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The requirement held.
    Pass,
    /// The target broke the requirement.
    Fail,
    /// The target does not claim what the check needs, or only a `chosen` check stood in the way.
    Skip,
    /// An earlier failure kept the check from being reached. Counts as not conforming.
    Blocked,
    /// The harness or the environment broke. Never the target's fault.
    Error,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Verdict::Pass => "pass",
            Verdict::Fail => "fail",
            Verdict::Skip => "skip",
            Verdict::Blocked => "blocked",
            Verdict::Error => "error",
        })
    }
}

/// What a check looked for: something that the target does again and again, or never.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// That a frame of this type arrives.
    Arrives(FrameType),
    /// That this operation is accepted.
    Accepts(Operation),
    /// That this operation is refused.
    Refuses(Operation),
}

/// One verdict about one requirement, in one scenario.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Check {
    /// The requirement; none where the harness itself broke.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requirement: Option<RequirementId>,
    /// The scenario.
    pub scenario: String,
    /// The step that it belongs to, or the law.
    pub at: String,
    /// What came of it.
    pub verdict: Verdict,
    /// What it looked for, where that is one thing of which there are many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<About>,
    /// What was expected and what was seen; empty for a pass that says nothing more.
    #[serde(default, skip_serializing_if = "Evidence::is_empty")]
    pub evidence: Evidence,
    /// Which of several acceptable outcomes was seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// The requirement whose failure kept the check from being reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocked_by: Option<RequirementId>,
}

/// What a verdict rests on.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// What was expected.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub expected: String,
    /// What was seen.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub seen: String,
    /// Where in the payload, as a JSON Pointer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// The entries of the trace that show it, by index; the offending one last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entries: Vec<usize>,
}

impl Check {
    /// Whether it belongs to no requirement: the harness itself broke.
    pub fn is_orphan(&self) -> bool {
        self.requirement.is_none()
    }
}

impl Evidence {
    /// What was expected, and what was seen.
    pub fn new(expected: impl Into<String>, seen: impl Into<String>) -> Evidence {
        Evidence { expected: expected.into(), seen: seen.into(), ..Evidence::default() }
    }

    /// The same, shown by these entries of the trace; the offending one last.
    pub fn at(mut self, entries: impl IntoIterator<Item = usize>) -> Evidence {
        self.entries = entries.into_iter().collect();
        self
    }

    /// The same, about one place in the payload.
    pub fn pointing(mut self, pointer: impl Into<String>) -> Evidence {
        self.pointer = Some(pointer.into());
        self
    }

    fn is_empty(&self) -> bool {
        *self == Evidence::default()
    }
}
