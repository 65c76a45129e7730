//! What came of all mutants.

use super::mutant::{Class, Kind, Mutant};
use super::null::NullOutcome;
use super::outcome::{Fate, Outcome};
use invite_spec::requirement;
use invite_trace::Deadlines;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The name and version of the format.
pub const FORMAT: &str = "invite-conformance-selftest/1";

/// The most red lines that one fault should make.
pub const FEW: usize = 3;

/// What came of all mutants.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// [`FORMAT`].
    pub format: &'static str,
    /// The version of the harness.
    pub harness: &'static str,
    /// How it was run.
    pub setting: Setting,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// The counts.
    pub summary: Summary,
    /// The same of each kind of mutant.
    pub kinds: BTreeMap<Kind, Counts>,
    /// How many of the mutants of each requirement were killed.
    pub requirements: BTreeMap<String, OfRequirement>,
    /// The requirements that bind and are tested, and that no mutant breaks, tried here or not.
    pub without_mutant: Vec<&'static str>,
    /// The scenarios that no mutant made fail; empty where only some mutants were tried.
    pub never_failed: Vec<String>,
    /// Every mutant that was tried.
    pub mutants: Vec<Outcome>,
    /// Every target that is no server.
    pub nulls: Vec<NullOutcome>,
}

/// How a selftest was run.
#[derive(Debug, Clone, Serialize)]
pub struct Setting {
    /// The scenarios that were met.
    pub scenarios: Vec<String>,
    /// Those that meet only mutants of what they are there for, and why.
    pub heavy: BTreeMap<String, String>,
    /// How long it was waited for.
    pub deadlines: Deadlines,
    /// How many mutants at once.
    pub jobs: usize,
    /// Whether scenarios in which a mutant finds nothing to change were judged by the traces of the
    /// unchanged server.
    pub lean: bool,
    /// Whether each mutant's verdicts were recomputed from its own record.
    pub verify: bool,
}

/// Counts of mutants.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Tried at all.
    pub tried: usize,
    /// Of them, those that the suite must blame, and that did anything.
    pub must_kill: usize,
    /// Of them, those that it blames for what they break.
    pub killed: usize,
    /// Those that it blames for something else only.
    pub wrong_reason: usize,
    /// Those that it does not blame.
    pub survived: usize,
    /// Those that the sources allow, and that did anything.
    pub permitted: usize,
    /// Those that it blames although it must not.
    pub false_alarms: usize,
    /// Those that had nothing to do.
    pub never_acted: usize,
    /// Those that could not be tried.
    pub untried: usize,
}

/// The counts of a selftest, and its result.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Summary {
    /// Of all mutants.
    pub all: Counts,
    /// How many killed mutants made how many lines red.
    pub red_lines: BTreeMap<usize, usize>,
    /// How many of those that count made at most [`FEW`] lines red.
    pub few_red_lines: usize,
    /// How many targets that are no server got what they deserve.
    pub nulls_right: usize,
    /// Whether the suite did what it is there for.
    pub holds: bool,
}

/// How many mutants of a requirement were killed.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct OfRequirement {
    /// How many break it.
    pub mutants: usize,
    /// How many of them were killed.
    pub killed: usize,
}

impl Counts {
    fn add(&mut self, outcome: &Outcome) {
        self.tried += 1;
        match outcome.fate {
            Fate::NeverActed => self.never_acted += 1,
            Fate::Untried => self.untried += 1,
            _ if matches!(outcome.class, Class::Permitted { .. }) => self.permitted += 1,
            _ => self.must_kill += 1,
        }
        match outcome.fate {
            Fate::Killed => self.killed += 1,
            Fate::WrongReason => self.wrong_reason += 1,
            Fate::Survived => self.survived += 1,
            Fate::FalseAlarm => self.false_alarms += 1,
            Fate::Green | Fate::NeverActed | Fate::Untried => {}
        }
    }
}

impl Report {
    pub(super) fn new(
        every: &[Mutant],
        mutants: Vec<Outcome>,
        nulls: Vec<NullOutcome>,
        setting: Setting,
        duration_ms: u64,
    ) -> Report {
        let mut summary = Summary::default();
        let mut kinds: BTreeMap<Kind, Counts> = BTreeMap::new();
        let mut requirements: BTreeMap<String, OfRequirement> = BTreeMap::new();
        for outcome in &mutants {
            summary.all.add(outcome);
            kinds.entry(outcome.kind).or_default().add(outcome);
            // What has alternatives says nothing of each of them.
            if let ([id], false) = (outcome.class.broken(), outcome.fate == Fate::NeverActed) {
                let row = requirements.entry((*id).to_owned()).or_default();
                row.mutants += 1;
                row.killed += usize::from(outcome.fate == Fate::Killed);
            }
            if outcome.fate == Fate::Killed && !outcome.red.is_empty() {
                *summary.red_lines.entry(outcome.red.len()).or_default() += 1;
            }
        }
        summary.few_red_lines = summary.red_lines.range(..=FEW).map(|(_, count)| count).sum();
        summary.nulls_right = nulls.iter().filter(|null| !null.is_failure()).count();
        summary.holds = summary.nulls_right == nulls.len()
            && !mutants.iter().any(|it| it.fate.is_failure() || it.unverified.is_some());
        let never_failed = if mutants.len() == every.len() {
            let fails = |id: &&String| mutants.iter().any(|outcome| outcome.failing.contains(*id));
            setting.scenarios.iter().filter(|id| !fails(id)).cloned().collect()
        } else {
            Vec::new()
        };
        let broken: BTreeSet<&str> =
            every.iter().flat_map(|mutant| mutant.class.broken()).copied().collect();
        let rows = requirement::all().filter(|row| row.is_binding() && row.excluded.is_none());
        Report {
            format: FORMAT,
            harness: env!("CARGO_PKG_VERSION"),
            setting,
            duration_ms,
            summary,
            kinds,
            requirements,
            without_mutant: rows
                .map(|row| row.id.as_str())
                .filter(|id| !broken.contains(id))
                .collect(),
            never_failed,
            mutants,
            nulls,
        }
    }

    /// The mutants that came out so, those with the most red lines first.
    pub fn with(&self, fate: Fate) -> Vec<&Outcome> {
        let mut found: Vec<&Outcome> =
            self.mutants.iter().filter(|outcome| outcome.fate == fate).collect();
        found.sort_by_key(|outcome| std::cmp::Reverse(outcome.red.len()));
        found
    }
}
