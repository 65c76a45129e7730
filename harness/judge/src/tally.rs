//! All checks of a run, requirement by requirement.

use crate::outcome::Outcome;
use invite_spec::release;
use invite_spec::requirement::{self, Breach, Requirement, RequirementId, Side};
use invite_trace::{Check, Verdict};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What came of one requirement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RequirementResult {
    /// The requirement.
    pub requirement: RequirementId,
    /// The worst verdict of its checks.
    pub verdict: Verdict,
    /// How many of its checks came out how.
    pub counts: BTreeMap<Verdict, usize>,
    /// Whether a failure makes the target fail.
    pub counted: bool,
    /// What a failure lets somebody do that is not theirs, if it protects somebody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub security: Option<Breach>,
    /// The requirement that blocks it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocked_by: Option<RequirementId>,
}

/// The result of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tally {
    /// Every requirement that some check evaluated, in the order of the catalogue.
    pub requirements: Vec<RequirementResult>,
    /// The counts.
    pub summary: Summary,
}

/// The counts of a run, and its result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Summary {
    /// Requirements that held.
    pub passed: usize,
    /// Requirements that were broken, and count.
    pub failed: usize,
    /// Requirements that were broken, and do not count: `chosen` ones, those that are no MUST, and
    /// those that no release demands yet.
    pub noted: usize,
    /// Those of the noted ones whose failure lets somebody do what is not theirs.
    #[serde(default)]
    pub security_notes: usize,
    /// Requirements that could not be reached because of a failed one.
    pub blocked: usize,
    /// Requirements that were skipped.
    pub skipped: usize,
    /// Requirements that could not be evaluated because the harness broke.
    pub errors: usize,
    /// Checks in all.
    pub checks: usize,
    /// Whether the target conforms.
    pub conforms: bool,
    /// Whether the run was ended before all its scenarios were: then it shows no conformance.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub interrupted: bool,
}

impl RequirementResult {
    /// Whether it failed, does not count, and its failure lets somebody do what is not theirs.
    pub fn is_security_note(&self) -> bool {
        self.verdict == Verdict::Fail && !self.counted && self.security.is_some()
    }

    /// What came of it.
    pub fn outcome(&self) -> Outcome {
        Outcome::of(self.verdict, self.counted)
    }
}

impl Summary {
    /// The verdict on a run that was ended before anything had failed.
    pub const INTERRUPTED: &str = "INTERRUPTED";

    /// The verdict on a run in which nothing was judged.
    pub const NOTHING: &str = "NOTHING WAS JUDGED";

    /// The verdict on a run in which nothing failed, and something could not be judged because the
    /// harness, an adapter or the environment broke.
    pub const BROKEN: &str = "NO VERDICT";

    /// The counts of requirements, by what came of them, the worst first.
    pub fn counts(&self) -> [(Outcome, usize); 6] {
        Outcome::ALL.map(|outcome| (outcome, self.count(outcome)))
    }

    /// How many requirements came out so.
    pub fn count(&self, outcome: Outcome) -> usize {
        match outcome {
            Outcome::Failed => self.failed,
            Outcome::Error => self.errors,
            Outcome::Blocked => self.blocked,
            Outcome::Noted => self.noted,
            Outcome::Passed => self.passed,
            Outcome::Skipped => self.skipped,
        }
    }

    /// Whether nothing was judged, so that there is no verdict: no scenario could be driven, or
    /// nothing came of any.
    pub fn is_empty(&self) -> bool {
        let nothing_broke = self.failed == 0 && self.errors == 0;
        !self.conforms && nothing_broke && (self.passed == 0 || self.blocked == 0)
    }

    /// The verdict on the target, in words.
    pub fn verdict(&self) -> &'static str {
        if self.conforms {
            "CONFORMS"
        } else if self.interrupted && self.failed == 0 && self.errors == 0 {
            Summary::INTERRUPTED
        } else if self.is_empty() {
            Summary::NOTHING
        } else if self.failed == 0 && self.errors > 0 {
            Summary::BROKEN
        } else {
            "DOES NOT CONFORM"
        }
    }
}

impl Tally {
    /// Counts the checks. With `strict`, every MUST of the newest release counts, `chosen` ones as
    /// well.
    pub fn of(checks: &[Check], strict: bool) -> Tally {
        let mut by_row: BTreeMap<Option<RequirementId>, Vec<&Check>> = BTreeMap::new();
        for check in checks {
            by_row.entry(check.requirement).or_default().push(check);
        }
        let both = requirement::all().chain(requirement::all_of(Side::Client));
        let mut requirements: Vec<RequirementResult> = both
            .filter_map(|row| {
                by_row.remove(&Some(row.id)).map(|checks| result(row, &checks, strict))
            })
            .collect();
        name_causes(&mut requirements);
        let mut summary = summarise(&requirements, checks.len());
        // A check without a requirement is the harness's own failure.
        let orphans = by_row.values().flatten().filter(|check| check.verdict() == Verdict::Error);
        summary.errors += orphans.count();
        summary.conforms = summary.passed > 0
            && summary.failed == 0
            && summary.errors == 0
            && !requirements.iter().any(|r| r.verdict == Verdict::Blocked && r.counted);
        requirements.shrink_to_fit();
        Tally { requirements, summary }
    }

    /// The result of one requirement.
    pub fn find(&self, id: RequirementId) -> Option<&RequirementResult> {
        self.requirements.iter().find(|result| result.requirement == id)
    }
}

fn result(row: &Requirement, checks: &[&Check], strict: bool) -> RequirementResult {
    let mut found: BTreeMap<Verdict, usize> = BTreeMap::new();
    for check in checks {
        *found.entry(check.verdict()).or_default() += 1;
    }
    // The worst first; a skip says nothing where another scenario could look.
    let verdict = [Verdict::Fail, Verdict::Error, Verdict::Blocked, Verdict::Pass, Verdict::Skip]
        .into_iter()
        .find(|verdict| found.contains_key(verdict))
        .unwrap_or(Verdict::Skip);
    let blocked_by = (verdict == Verdict::Blocked)
        .then(|| checks.iter().find_map(|check| check.blocked_by()))
        .flatten();
    RequirementResult {
        requirement: row.id,
        verdict,
        counts: found,
        counted: release::counts(row, strict),
        security: row.security(),
        blocked_by,
    }
}

/// What blocks a requirement is a failure: where that one is blocked itself, whatever blocks it.
fn name_causes(requirements: &mut [RequirementResult]) {
    let blocked: BTreeMap<RequirementId, RequirementId> = requirements
        .iter()
        .filter(|it| it.verdict == Verdict::Blocked)
        .filter_map(|it| Some((it.requirement, it.blocked_by?)))
        .collect();
    for result in requirements {
        let mut seen = BTreeSet::from([result.requirement]);
        while let Some(by) = result.blocked_by
            && let Some(further) = blocked.get(&by)
            && seen.insert(by)
        {
            result.blocked_by = Some(*further);
        }
    }
}

fn summarise(requirements: &[RequirementResult], checks: usize) -> Summary {
    let mut summary = Summary { checks, ..Summary::default() };
    for result in requirements {
        let slot = match (result.verdict, result.counted) {
            (Verdict::Pass, _) => &mut summary.passed,
            (Verdict::Fail, true) => &mut summary.failed,
            (Verdict::Fail, false) => &mut summary.noted,
            (Verdict::Blocked, _) => &mut summary.blocked,
            (Verdict::Skip, _) => &mut summary.skipped,
            (Verdict::Error, _) => &mut summary.errors,
        };
        *slot += 1;
        summary.security_notes += usize::from(result.is_security_note());
    }
    summary
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_failed_is_said_not_to_conform() {
        let of = |failed, errors, passed, conforms| Summary {
            failed,
            errors,
            passed,
            conforms,
            ..Summary::default()
        };
        assert_eq!(of(0, 0, 1, true).verdict(), "CONFORMS");
        assert_eq!(of(1, 0, 1, false).verdict(), "DOES NOT CONFORM");
        assert_eq!(of(1, 1, 1, false).verdict(), "DOES NOT CONFORM");
        assert_eq!(of(0, 1, 1, false).verdict(), Summary::BROKEN);
        assert_eq!(of(0, 0, 0, false).verdict(), Summary::NOTHING);
        let interrupted = Summary { interrupted: true, ..of(0, 0, 1, false) };
        assert_eq!(interrupted.verdict(), Summary::INTERRUPTED);
    }
}
