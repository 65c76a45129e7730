//! A baseline, and how a run stands to it.

use super::Day;
use invite_spec::requirement::RequirementId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Known failures.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Baseline {
    /// The file that it was read from.
    pub file: String,
    /// The entries, in the order of the file.
    pub entries: Vec<Entry>,
}

/// One known failure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Entry {
    /// The requirement that is not fulfilled.
    pub requirement: RequirementId,
    /// The scenario in which it is not; `*` for every one.
    pub scenario: String,
    /// Why it is known and not mended.
    pub reason: String,
    /// The last day on which the entry holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Day>,
    /// Where more about it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// Whether it fails only at times: then it is never stale.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub flaky: bool,
    /// Its line in the file, from 1.
    pub line: usize,
}

/// The baseline of a run, the day on which it was looked at, and what follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Baselined {
    /// The baseline.
    pub baseline: Baseline,
    /// The day that expiries were compared with.
    pub today: Day,
    /// How the run stands to it.
    pub assessment: Assessment,
}

/// How a run stands to a baseline.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Assessment {
    /// Whether the target conforms but for what is known, and every entry is still true.
    pub conforms: bool,
    /// What became of each entry of the baseline, in its order.
    pub entries: Vec<State>,
    /// Failures that count and that no entry lists.
    pub new: Vec<Place>,
    /// Requirements that were not reached, and not because of something that is listed.
    pub unreached: Vec<Place>,
    /// Requirements that were not reached because of something that is listed: they count as
    /// little as that.
    pub excused: Vec<Consequence>,
}

/// A requirement in a scenario.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Place {
    /// The requirement.
    pub requirement: RequirementId,
    /// The scenario.
    pub scenario: String,
}

/// A requirement that was not reached, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Consequence {
    /// The requirement.
    pub requirement: RequirementId,
    /// The scenario.
    pub scenario: String,
    /// The requirement whose failure is known.
    pub because_of: RequirementId,
}

/// What became of an entry in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It failed, as it says.
    Known,
    /// It is flaky, and failed.
    FlakyFailed,
    /// It is flaky, and held.
    FlakyHeld,
    /// It no longer fails: it has to go.
    Stale,
    /// Its day is over: it counts no more.
    Expired,
    /// Its scenario was not run.
    NotRun,
    /// Its scenario was run, and did not come to it.
    NotReached,
}

impl Assessment {
    /// Whether nothing is wrong but that entries no longer fail.
    pub fn only_stale(&self) -> bool {
        self.new.is_empty() && self.unreached.is_empty() && self.entries.contains(&State::Stale)
    }
}

impl Baselined {
    /// The entries with what became of them.
    pub fn entries(&self) -> impl Iterator<Item = (&Entry, State)> {
        self.baseline.entries.iter().zip(self.assessment.entries.iter().copied())
    }

    /// The entries of which this became.
    pub fn of(&self, state: State) -> impl Iterator<Item = &Entry> {
        self.entries().filter(move |(_, of)| *of == state).map(|(entry, _)| entry)
    }
}
