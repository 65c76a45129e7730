//! What came of one mutant.

use super::mutant::{Class, Kind, Mutant};
use invite_record::Record;
use invite_spec::requirement;
use invite_trace::Verdict;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What came of one mutant.
#[derive(Debug, Clone, Serialize)]
pub struct Outcome {
    /// Its name.
    pub name: String,
    /// How it was made.
    pub kind: Kind,
    /// What it does.
    pub does: String,
    /// What the sources say of it.
    pub class: Class,
    /// How often the proxy changed something; `None` for a server of its own.
    pub acted: Option<u64>,
    /// The requirements that failed and count: the red lines.
    pub red: Vec<String>,
    /// The requirements that failed and do not count.
    pub noted: Vec<String>,
    /// How many requirements were blocked.
    pub blocked: usize,
    /// How many passed.
    pub passed: usize,
    /// What was wrong, for each requirement that failed: the scenario, what was expected and seen.
    pub shown_by: BTreeMap<String, String>,
    /// The scenarios that failed.
    pub failing: BTreeSet<String>,
    /// Why nothing was judged, if nothing was.
    pub untested: Option<String>,
    /// Where its record does not say what its own traces say, if that was looked at.
    pub unverified: Option<String>,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// What to think of it.
    pub fate: Fate,
}

/// What to think of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// It is wrong, and what it breaks failed.
    Killed,
    /// It is wrong, and something failed, but not what it breaks.
    WrongReason,
    /// It is wrong, and nothing failed.
    Survived,
    /// It is allowed, and nothing that counts failed.
    Green,
    /// It is allowed, or breaks only what does not count, and something that counts failed.
    FalseAlarm,
    /// The proxy found nothing to change: nothing is shown.
    NeverActed,
    /// It could not be tried.
    Untried,
}

impl Fate {
    /// Whether the suite did not do what it is there for.
    pub fn is_failure(self) -> bool {
        use Fate::{FalseAlarm, Survived, Untried, WrongReason};
        matches!(self, WrongReason | Survived | FalseAlarm | Untried)
    }
}

/// What was observed of a mutant.
pub(super) enum Observed {
    Judged(Box<Record>),
    Untested(String),
}

impl Outcome {
    pub(super) fn of(
        mutant: &Mutant,
        observed: Observed,
        acted: Option<u64>,
        duration_ms: u64,
    ) -> Outcome {
        let mut outcome = Outcome {
            name: mutant.name.clone(),
            kind: mutant.kind,
            does: mutant.does.clone(),
            class: mutant.class.clone(),
            acted,
            red: Vec::new(),
            noted: Vec::new(),
            blocked: 0,
            passed: 0,
            shown_by: BTreeMap::new(),
            failing: BTreeSet::new(),
            untested: None,
            unverified: None,
            duration_ms,
            fate: Fate::Untried,
        };
        match observed {
            Observed::Judged(record) => outcome.take(&record),
            Observed::Untested(why) => outcome.untested = Some(why),
        }
        outcome
    }

    fn take(&mut self, record: &Record) {
        for row in &record.tally.requirements {
            match (row.verdict, row.counted) {
                (Verdict::Fail, true) => self.red.push(row.requirement.to_string()),
                (Verdict::Fail, false) => self.noted.push(row.requirement.to_string()),
                _ => {}
            }
        }
        for check in record.checks.iter().filter(|check| check.verdict() == Verdict::Fail) {
            self.failing.insert(check.scenario.clone());
            let id = check.requirement.map_or(String::new(), |id| id.to_string());
            self.shown_by.entry(id).or_insert_with(|| {
                let what = check.evidence().map(ToString::to_string).unwrap_or_default();
                format!("{} at {}: {what}", check.scenario, check.at)
            });
        }
        let summary = &record.tally.summary;
        self.blocked = summary.blocked;
        self.passed = summary.passed;
        if summary.errors > 0 {
            self.untested = Some(format!("the harness broke in {} requirements", summary.errors));
            return;
        }
        self.fate = self.judge(summary.conforms);
    }

    fn judge(&self, conforms: bool) -> Fate {
        let failed = |id: &&str| self.red.iter().chain(&self.noted).any(|failed| failed == id);
        if self.acted == Some(0) {
            return Fate::NeverActed;
        }
        match &self.class {
            Class::Permitted { .. } if conforms => Fate::Green,
            Class::Permitted { .. } => Fate::FalseAlarm,
            Class::MustKill { breaks } => {
                let counts = |id: &&str| requirement::find(id).is_some_and(|row| row.is_binding());
                if !breaks.iter().any(counts) && !self.red.is_empty() {
                    Fate::FalseAlarm
                } else if breaks.iter().any(failed) {
                    Fate::Killed
                } else if self.red.is_empty() && self.noted.is_empty() {
                    Fate::Survived
                } else {
                    Fate::WrongReason
                }
            }
        }
    }
}
