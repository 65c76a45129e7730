//! What came of one specimen.

use crate::specimen::{Conclusion, Expected, Kind, Specimen};
use invite_drive::Untestable;
use invite_judge::CheckId;
use invite_record::Record;
use invite_spec::requirement::RequirementId;
use invite_trace::{Check, Verdict};
use std::collections::{BTreeMap, BTreeSet};

/// The longest that a run against a null target may take, in milliseconds.
pub const LONGEST_MS: u64 = 10_000;

/// What came of one specimen.
#[derive(Debug, Clone)]
pub struct Trial {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: Kind,
    /// What it does.
    pub does: String,
    /// What the suite had to make of it.
    pub expected: Expected,
    /// How often the proxy changed something; `None` for a specimen without a proxy.
    pub acted: Option<u64>,
    /// What the run came to; `None` if it came to nothing, or the harness broke.
    pub conclusion: Option<Conclusion>,
    /// The requirements that failed and count, in the order of a report: the likeliest cause first.
    pub red: Vec<RequirementId>,
    /// The requirements that failed and do not count.
    pub noted: Vec<RequirementId>,
    /// How many requirements were blocked.
    pub blocked: usize,
    /// How many requirements passed.
    pub passed: usize,
    /// For each requirement that failed: the scenario, what was expected and what was seen.
    pub shown_by: BTreeMap<RequirementId, String>,
    /// What failed, in the smallest things that can.
    pub failed: BTreeSet<CheckId>,
    /// The scenarios that failed.
    pub failing: BTreeSet<String>,
    /// What a report shows first: the first failure, or why the target cannot be tested.
    pub cause: Option<String>,
    /// Why nothing was judged; `None` if something was.
    pub untested: Option<String>,
    /// The first verdict of its record that does not follow from its own traces; `None` if there is
    /// none, or nobody looked.
    pub unverified: Option<String>,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// What all this means for the suite.
    pub outcome: SpecimenOutcome,
}

/// What a trial means for the suite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SpecimenOutcome {
    /// It had to be blamed, and was blamed as expected.
    Killed,
    /// It had to be blamed, and was blamed for something else.
    WrongReason,
    /// It had to be blamed, and was not.
    Survived,
    /// It is allowed, and was not blamed.
    Green,
    /// It is allowed, or breaks only what does not count, and something that counts failed.
    FalseAlarm,
    /// The proxy found nothing to change, so the trial shows nothing.
    NeverActed,
    /// It breaks a step to which the unchanged server never comes: another specimen has to.
    Unreached,
    /// Only slow scenarios can detect it, and they were not wanted.
    NeedsSlow,
    /// It could not be tried.
    Untried,
}

impl SpecimenOutcome {
    /// Whether the suite did not do its job.
    pub fn is_failure(self) -> bool {
        match self {
            SpecimenOutcome::WrongReason
            | SpecimenOutcome::Survived
            | SpecimenOutcome::FalseAlarm
            | SpecimenOutcome::Untried => true,
            SpecimenOutcome::Killed
            | SpecimenOutcome::Green
            | SpecimenOutcome::NeverActed
            | SpecimenOutcome::Unreached
            | SpecimenOutcome::NeedsSlow => false,
        }
    }

    /// Whether the suite did its job, and the trial shows it.
    pub fn is_success(self) -> bool {
        matches!(self, SpecimenOutcome::Killed | SpecimenOutcome::Green)
    }
}

/// What was observed of a specimen.
pub(crate) enum Observed {
    /// The suite ran.
    Judged(Box<Record>),
    /// The suite refused to run.
    Untestable(Untestable),
    /// Nothing could be observed, for this reason.
    Nothing(String),
}

impl Trial {
    pub(crate) fn new(
        specimen: &Specimen,
        observed: Observed,
        acted: Option<u64>,
        unverified: Option<String>,
        duration_ms: u64,
    ) -> Trial {
        let mut trial = Trial {
            name: specimen.name.clone(),
            kind: specimen.kind,
            does: specimen.does.clone(),
            expected: specimen.expected.clone(),
            acted,
            conclusion: None,
            red: Vec::new(),
            noted: Vec::new(),
            blocked: 0,
            passed: 0,
            shown_by: BTreeMap::new(),
            failed: BTreeSet::new(),
            failing: BTreeSet::new(),
            cause: None,
            untested: None,
            unverified,
            duration_ms,
            outcome: SpecimenOutcome::Untried,
        };
        match observed {
            Observed::Judged(record) => trial.take(&record),
            Observed::Untestable(why) => {
                let cause = format!("{}: {}", why.what, why.seen);
                trial.conclusion = Some(Conclusion::Untestable);
                trial.untested = Some(cause.clone());
                trial.cause = Some(cause);
            }
            Observed::Nothing(why) => {
                trial.untested = Some(why.clone());
                trial.cause = Some(why);
            }
        }
        trial.outcome = trial.assess();
        trial
    }

    /// The trial of a specimen that only slow scenarios can detect, when they are not wanted.
    pub(crate) fn postponed(specimen: &Specimen) -> Trial {
        let why = "only slow scenarios can detect it (`--slow`)".to_owned();
        let trial = Trial::new(specimen, Observed::Nothing(why), None, None, 0);
        Trial { outcome: SpecimenOutcome::NeedsSlow, ..trial }
    }

    /// What came of a server that breaks one clause: the checks and what failed, `None` if nothing
    /// made the clause fail.
    pub(crate) fn of_clause(
        specimen: &Specimen,
        found: Option<(Vec<Check>, BTreeSet<CheckId>)>,
    ) -> Trial {
        let mut trial = Trial::new(specimen, Observed::Nothing(String::new()), None, None, 0);
        trial.outcome = match found {
            Some(_) => SpecimenOutcome::Killed,
            None => SpecimenOutcome::Survived,
        };
        (trial.untested, trial.conclusion) = (None, Some(Conclusion::DoesNotConform));
        for check in found.iter().flat_map(|(checks, _)| checks) {
            let (Some(id), Verdict::Fail) = (check.requirement, check.verdict()) else { continue };
            let failed = if id.row().is_binding() { &mut trial.red } else { &mut trial.noted };
            if !failed.contains(&id) {
                failed.push(id);
            }
            trial.failing.insert(check.scenario.clone());
            trial.shown_by.entry(id).or_insert_with(|| shown(check));
        }
        trial.failed = found.map(|(_, failed)| failed).unwrap_or_default();
        trial.cause = trial.shown_by.values().next().cloned();
        trial
    }

    /// A trial that came to nothing.
    pub(crate) fn of_nothing(specimen: &Specimen, why: &str, outcome: SpecimenOutcome) -> Trial {
        let observed = Observed::Nothing(why.to_owned());
        Trial { outcome, ..Trial::new(specimen, observed, None, None, 0) }
    }

    /// Whether what it breaks is its first red requirement.
    pub fn shows_cause_first(&self) -> bool {
        self.red.first().is_some_and(|first| self.expected.broken().contains(first))
    }

    fn take(&mut self, record: &Record) {
        let failed = invite_judge::by_cause(&record.tally, &record.checks).into_iter();
        let rows = failed.filter_map(|id| record.tally.find(id));
        for row in rows.filter(|row| row.verdict == Verdict::Fail) {
            let failed = if row.counted { &mut self.red } else { &mut self.noted };
            failed.push(row.requirement);
        }
        for check in record.checks.iter().filter(|check| check.verdict() == Verdict::Fail) {
            self.failing.insert(check.scenario.clone());
            if let Some(id) = check.requirement {
                self.shown_by.entry(id).or_insert_with(|| shown(check));
            }
        }
        self.cause = first_failure(record);
        let summary = &record.tally.summary;
        self.blocked = summary.blocked;
        self.passed = summary.passed;
        if summary.errors > 0 {
            let count = summary.errors;
            let noun = if count == 1 { "requirement" } else { "requirements" };
            self.untested = Some(format!("the harness broke in {count} {noun}"));
            return;
        }
        self.conclusion =
            Some(if summary.conforms { Conclusion::Conforms } else { Conclusion::DoesNotConform });
    }

    fn assess(&self) -> SpecimenOutcome {
        let Some(conclusion) = self.conclusion else { return SpecimenOutcome::Untried };
        if self.acted == Some(0) {
            return SpecimenOutcome::NeverActed;
        }
        let is_untestable = conclusion == Conclusion::Untestable;
        match &self.expected {
            Expected::Allowed(_) | Expected::MustFail(_) if is_untestable => {
                SpecimenOutcome::Untried
            }
            Expected::Allowed(_) if conclusion == Conclusion::Conforms => SpecimenOutcome::Green,
            Expected::Allowed(_) => SpecimenOutcome::FalseAlarm,
            Expected::MustFail(ids) => self.assess_failures(ids),
            Expected::NothingPasses | Expected::Untestable => {
                let is_slow = self.kind == Kind::Null && self.duration_ms >= LONGEST_MS;
                self.assess_conclusion(conclusion, self.passed == 0 && !is_slow)
            }
            Expected::DoesNotConform => self.assess_conclusion(conclusion, true),
        }
    }

    fn assess_failures(&self, ids: &[RequirementId]) -> SpecimenOutcome {
        let failed = |id: &RequirementId| self.red.contains(id) || self.noted.contains(id);
        if !ids.iter().any(|id| id.row().is_binding()) && !self.red.is_empty() {
            SpecimenOutcome::FalseAlarm
        } else if ids.iter().any(failed) {
            SpecimenOutcome::Killed
        } else if self.red.is_empty() && self.noted.is_empty() {
            SpecimenOutcome::Survived
        } else {
            SpecimenOutcome::WrongReason
        }
    }

    fn assess_conclusion(&self, conclusion: Conclusion, is_fair: bool) -> SpecimenOutcome {
        if conclusion == Conclusion::Conforms {
            SpecimenOutcome::Survived
        } else if conclusion == self.expected.conclusion() && is_fair && self.cause.is_some() {
            SpecimenOutcome::Killed
        } else {
            SpecimenOutcome::WrongReason
        }
    }
}

/// The first failure of a report, with its evidence.
fn first_failure(record: &Record) -> Option<String> {
    let (id, check) = first_failed(record)?;
    Some(format!("{id}: {}", check.evidence()?))
}

/// The first requirement that failed, in the order of a report, with the check that shows it.
pub(crate) fn first_failed(record: &Record) -> Option<(RequirementId, &Check)> {
    let order = invite_judge::by_cause(&record.tally, &record.checks).into_iter();
    let mut rows = order.filter_map(|id| record.tally.find(id));
    let id = rows.find(|row| row.verdict == Verdict::Fail)?.requirement;
    let mut failed = record.checks.iter().filter(|check| check.verdict() == Verdict::Fail);
    failed.find(|check| check.requirement == Some(id)).map(|check| (id, check))
}

/// What a failed check shows, and where.
pub(crate) fn shown(check: &Check) -> String {
    let what = check.evidence().map(ToString::to_string).unwrap_or_default();
    format!("{} at {}: {what}", check.scenario, check.at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proxy::Change;
    use crate::scope::Scope;
    use crate::specimen::Make;
    use invite_spec::requirement::id;
    use std::sync::Arc;

    struct Nothing;
    impl Change for Nothing {}

    fn trial(kind: Kind, expected: Expected, conclusion: Option<Conclusion>) -> Trial {
        let make = Make::Proxy {
            change: Arc::new(|| Arc::new(Nothing)),
            keeps_order: true,
            scope: Scope::Everything,
        };
        let (name, does) = ("some".to_owned(), "does something".to_owned());
        let specimen = Specimen { name, kind, does, expected, make };
        let observed = Observed::Nothing("nothing".to_owned());
        Trial { conclusion, ..Trial::new(&specimen, observed, Some(1), None, 1) }
    }

    #[test]
    fn a_wrong_server_is_killed_only_by_what_it_breaks() {
        use Conclusion::DoesNotConform;
        let expected = || Expected::must_fail(&[id::INV_010]);
        let with = |red: &[RequirementId]| {
            let trial = trial(Kind::Shape, expected(), Some(DoesNotConform));
            Trial { red: red.to_vec(), ..trial }.assess()
        };
        assert_eq!(with(&[id::INV_010, id::INV_011]), SpecimenOutcome::Killed);
        assert_eq!(with(&[id::INV_011]), SpecimenOutcome::WrongReason);
        assert_eq!(with(&[]), SpecimenOutcome::Survived);
        let untestable = trial(Kind::Shape, expected(), Some(Conclusion::Untestable));
        assert_eq!(untestable.assess(), SpecimenOutcome::Untried);
    }

    #[test]
    fn an_allowed_server_must_conform() {
        let with =
            |conclusion| trial(Kind::Legal, Expected::allowed("so it is"), conclusion).assess();
        assert_eq!(with(Some(Conclusion::Conforms)), SpecimenOutcome::Green);
        assert_eq!(with(Some(Conclusion::DoesNotConform)), SpecimenOutcome::FalseAlarm);
        assert_eq!(with(None), SpecimenOutcome::Untried);
    }

    #[test]
    fn a_change_that_never_happened_shows_nothing() {
        let trial = trial(Kind::Shape, Expected::allowed("so it is"), Some(Conclusion::Conforms));
        let outcome = Trial { acted: Some(0), ..trial }.assess();
        assert_eq!(outcome, SpecimenOutcome::NeverActed);
        assert!(!outcome.is_failure() && !outcome.is_success());
    }

    #[test]
    fn a_null_target_passes_nothing_and_ends_soon() {
        let null = || trial(Kind::Null, Expected::NothingPasses, Some(Conclusion::DoesNotConform));
        assert_eq!(null().assess(), SpecimenOutcome::Killed);
        assert_eq!(Trial { passed: 1, ..null() }.assess(), SpecimenOutcome::WrongReason);
        let slow = Trial { duration_ms: LONGEST_MS, ..null() };
        assert_eq!(slow.assess(), SpecimenOutcome::WrongReason);
        let conforms = Trial { conclusion: Some(Conclusion::Conforms), ..null() };
        assert_eq!(conforms.assess(), SpecimenOutcome::Survived);
        let unexplained = Trial { cause: None, ..null() };
        assert_eq!(unexplained.assess(), SpecimenOutcome::WrongReason);
    }
}
