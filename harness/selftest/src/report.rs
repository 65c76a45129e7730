//! What came of all specimens.

use crate::measure::{self, Measure};
use crate::specimen::{Expected, Kind, Specimen};
use crate::suite::Suite;
use crate::trial::{SpecimenOutcome, Trial};
use invite_record::Kills;
use invite_spec::requirement::{self, RequirementId};
use invite_trace::Deadlines;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The name and version of the JSON format.
pub const FORMAT: &str = "invite-conformance-selftest/1";

/// The most requirements that one fault should turn red.
pub const FEW: usize = 3;

/// What came of all specimens.
#[derive(Debug, Clone)]
pub struct Report {
    /// How the selftest was run.
    pub setting: Setting,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// The counts, and the result.
    pub summary: Summary,
    /// The counts of each kind of mutant.
    pub kinds: BTreeMap<Kind, Counts>,
    /// How many of the mutants of each requirement were killed.
    pub requirements: BTreeMap<RequirementId, OfRequirement>,
    /// The requirements that bind and are tested, and that no known mutant breaks.
    pub without_mutant: Vec<RequirementId>,
    /// The scenarios that no mutant made fail; empty if only some mutants were tried.
    pub never_failed: Vec<String>,
    /// How many expectations no specimen made fail; `None` if only some specimens were tried, so
    /// that nobody can tell.
    pub measure: Option<Measure>,
    /// The mutants that were killed, by what they had to be killed for.
    pub kills: Kills,
    /// Every specimen that was tried, in the order of the catalogue.
    pub trials: Vec<Trial>,
}

/// How a selftest was run.
#[derive(Debug, Clone, Serialize)]
pub struct Setting {
    /// The scenarios that were run.
    pub scenarios: Vec<String>,
    /// The heavy ones, which run only against mutants that they are about, and why each is heavy.
    pub heavy: BTreeMap<String, String>,
    /// The deadlines for mutants.
    pub deadlines: Deadlines,
    /// How many specimens ran at once.
    pub jobs: usize,
    /// Whether scenarios in which a mutant finds nothing to change were judged by the traces of the
    /// unchanged server.
    pub lean: bool,
    /// Whether slow scenarios ran against the mutants that nothing else can detect.
    pub slow: bool,
    /// Whether each mutant's verdicts were recomputed from its own record.
    pub verify: bool,
}

/// Counts of mutants.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Tried at all.
    pub tried: usize,
    /// Those that the suite must blame, and that did anything.
    pub must_kill: usize,
    /// Those that it blames for what they break.
    pub killed: usize,
    /// Those that it blames only for something else.
    pub wrong_reason: usize,
    /// Those that it does not blame, though it must.
    pub survived: usize,
    /// Those that the sources allow, and that did anything.
    pub permitted: usize,
    /// Those that it blames, though it must not.
    pub false_alarms: usize,
    /// Those that found nothing to change.
    pub never_acted: usize,
    /// Those that only slow scenarios can detect, and that were not tried for that.
    pub needs_slow: usize,
    /// Those that could not be tried.
    pub untried: usize,
}

/// The counts of a selftest, and its result.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Summary {
    /// Of all mutants.
    pub all: Counts,
    /// For each number of red requirements, how many killed mutants turned that many red.
    pub red_lines: BTreeMap<usize, usize>,
    /// How many killed mutants turned at most [`FEW`] requirements red.
    pub few_red_lines: usize,
    /// How many killed mutants have what they break as their first red requirement.
    pub cause_first: usize,
    /// How many null targets got the right verdict.
    pub nulls_right: usize,
    /// How many hostile servers got the right verdict.
    pub hostile_right: usize,
    /// Whether the suite did its job: something was shown, and nothing failed.
    pub holds: bool,
}

/// How many mutants of a requirement were killed.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct OfRequirement {
    /// How many break this requirement and no other.
    pub mutants: usize,
    /// How many of them were killed.
    pub killed: usize,
    /// In how many independent ways it was seen to be broken: by how many mutants that break it,
    /// alone or with others, it failed.
    pub ways: usize,
}

impl Counts {
    fn add(&mut self, trial: &Trial) {
        self.tried += 1;
        match trial.outcome {
            SpecimenOutcome::NeverActed | SpecimenOutcome::Unreached => self.never_acted += 1,
            SpecimenOutcome::NeedsSlow => self.needs_slow += 1,
            SpecimenOutcome::Untried => self.untried += 1,
            _ if matches!(trial.expected, Expected::Allowed(_)) => self.permitted += 1,
            _ => self.must_kill += 1,
        }
        match trial.outcome {
            SpecimenOutcome::Killed => self.killed += 1,
            SpecimenOutcome::WrongReason => self.wrong_reason += 1,
            SpecimenOutcome::Survived => self.survived += 1,
            SpecimenOutcome::FalseAlarm => self.false_alarms += 1,
            SpecimenOutcome::Green
            | SpecimenOutcome::NeverActed
            | SpecimenOutcome::Unreached
            | SpecimenOutcome::NeedsSlow
            | SpecimenOutcome::Untried => {}
        }
    }
}

impl Report {
    /// Counts the trials. `every` are all known specimens, tried or not.
    pub(crate) fn new(
        every: &[Specimen],
        trials: Vec<Trial>,
        setting: Setting,
        suite: &Suite,
        duration_ms: u64,
    ) -> Report {
        let mut report = Report {
            summary: Summary::default(),
            kinds: BTreeMap::new(),
            requirements: BTreeMap::new(),
            without_mutant: without_mutant(every),
            never_failed: Vec::new(),
            measure: None,
            kills: measure::kills(&trials),
            setting,
            duration_ms,
            trials,
        };
        if report.trials.len() == every.len() {
            report.measure = Some(Measure::of(suite, &report.trials));
        }
        report.count();
        let known = every.iter().filter(|specimen| specimen.kind.is_mutant()).count();
        if report.mutants().count() == known {
            report.never_failed = report.never_failed();
        }
        report
    }

    /// What was killed, beside what `earlier` says of other `known` mutants.
    pub fn kills_beside(&self, earlier: Kills, known: &BTreeSet<String>) -> Kills {
        let tried: BTreeSet<&str> = self.trials.iter().map(|trial| trial.name.as_str()).collect();
        let stays = |name: &str| known.contains(name) && !tried.contains(name);
        invite_record::add_kills(earlier, &self.kills, stays)
    }

    fn count(&mut self) {
        let summary = &mut self.summary;
        for trial in self.trials.iter().filter(|trial| trial.kind == Kind::Expectation) {
            summary.all.add(trial);
            self.kinds.entry(trial.kind).or_default().add(trial);
        }
        for (id, mutants) in &self.kills {
            self.requirements.entry(*id).or_default().ways = mutants.len();
        }
        for trial in self.trials.iter().filter(|trial| trial.kind.is_mutant()) {
            summary.all.add(trial);
            self.kinds.entry(trial.kind).or_default().add(trial);
            let killed = trial.outcome == SpecimenOutcome::Killed;
            // A mutant that breaks one of several requirements says nothing about each of them.
            let idle = [SpecimenOutcome::NeverActed, SpecimenOutcome::NeedsSlow];
            let acted = !idle.contains(&trial.outcome);
            if let ([id], true) = (trial.expected.broken(), acted) {
                let row = self.requirements.entry(*id).or_default();
                row.mutants += 1;
                row.killed += usize::from(killed);
            }
            summary.cause_first += usize::from(killed && trial.shows_cause_first());
            if killed && !trial.red.is_empty() {
                *summary.red_lines.entry(trial.red.len()).or_default() += 1;
            }
        }
        summary.few_red_lines = summary.red_lines.range(..=FEW).map(|(_, count)| count).sum();
        let right = |kind| {
            let all = self.trials.iter().filter(|trial| trial.kind == kind);
            all.filter(|trial| trial.outcome.is_success()).count()
        };
        summary.nulls_right = right(Kind::Null);
        summary.hostile_right = right(Kind::Hostile);
        let shows = self.trials.iter().any(|trial| trial.outcome.is_success());
        let fails = |trial: &Trial| trial.outcome.is_failure() || trial.unverified.is_some();
        let unfailed = self.measure.as_ref().is_some_and(|it| !it.without_mutant.is_empty());
        summary.holds = shows && !unfailed && !self.trials.iter().any(fails);
    }

    fn never_failed(&self) -> Vec<String> {
        let fails = |id: &String| self.mutants().any(|trial| trial.failing.contains(id));
        self.setting.scenarios.iter().filter(|id| !fails(id)).cloned().collect()
    }

    /// The mutants that were tried.
    pub fn mutants(&self) -> impl Iterator<Item = &Trial> {
        self.trials.iter().filter(|trial| trial.kind.is_mutant())
    }

    /// The specimens of this kind that were tried.
    pub fn of_kind(&self, kind: Kind) -> Vec<&Trial> {
        self.trials.iter().filter(|trial| trial.kind == kind).collect()
    }

    /// The mutants with this outcome, those with the most red requirements first.
    pub fn with(&self, outcome: SpecimenOutcome) -> Vec<&Trial> {
        let tried =
            self.trials.iter().filter(|it| it.kind.is_mutant() || it.kind == Kind::Expectation);
        let mut found: Vec<&Trial> = tried.filter(|trial| trial.outcome == outcome).collect();
        found.sort_by_key(|trial| std::cmp::Reverse(trial.red.len()));
        found
    }
}

fn without_mutant(every: &[Specimen]) -> Vec<RequirementId> {
    let mutants = every.iter().filter(|specimen| specimen.kind.is_mutant());
    let broken: BTreeSet<RequirementId> =
        mutants.flat_map(|mutant| mutant.expected.broken()).copied().collect();
    let rows = requirement::all().filter(|row| row.is_binding() && row.excluded.is_none());
    rows.map(|row| row.id).filter(|id| !broken.contains(id)).collect()
}
