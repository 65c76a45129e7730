//! The report as JSON: mutants, null targets and hostile servers in lists of their own.

use crate::measure::Measure;
use crate::report::{Counts, FORMAT, OfRequirement, Report, Setting, Summary};
use crate::specimen::{Conclusion, Expected, Kind};
use crate::trial::{SpecimenOutcome, Trial};
use invite_record::Kills;
use invite_spec::requirement::RequirementId;
use serde::{Serialize, Serializer};
use std::collections::{BTreeMap, BTreeSet};

impl Serialize for Report {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let targets = |kind| self.of_kind(kind).into_iter().map(TargetJson::of).collect();
        let report = ReportJson {
            format: FORMAT,
            harness: env!("CARGO_PKG_VERSION"),
            setting: &self.setting,
            duration_ms: self.duration_ms,
            summary: &self.summary,
            kinds: &self.kinds,
            requirements: &self.requirements,
            without_mutant: &self.without_mutant,
            never_failed: &self.never_failed,
            measure: self.measure.as_ref(),
            kills: &self.kills,
            expectations: self.of_kind(Kind::Expectation).into_iter().map(BrokenJson::of).collect(),
            mutants: self.mutants().map(MutantJson::of).collect(),
            nulls: targets(Kind::Null),
            hostile: targets(Kind::Hostile),
        };
        report.serialize(to)
    }
}

#[derive(Serialize)]
struct ReportJson<'r> {
    format: &'static str,
    harness: &'static str,
    setting: &'r Setting,
    duration_ms: u64,
    summary: &'r Summary,
    kinds: &'r BTreeMap<Kind, Counts>,
    requirements: &'r BTreeMap<RequirementId, OfRequirement>,
    without_mutant: &'r [RequirementId],
    never_failed: &'r [String],
    measure: Option<&'r Measure>,
    kills: &'r Kills,
    expectations: Vec<BrokenJson<'r>>,
    mutants: Vec<MutantJson<'r>>,
    nulls: Vec<TargetJson<'r>>,
    hostile: Vec<TargetJson<'r>>,
}

/// A variant of a right server.
#[derive(Serialize)]
struct MutantJson<'r> {
    name: &'r str,
    kind: Kind,
    does: &'r str,
    class: ClassJson<'r>,
    acted: Option<u64>,
    red: &'r [RequirementId],
    noted: &'r [RequirementId],
    blocked: usize,
    passed: usize,
    shown_by: &'r BTreeMap<RequirementId, String>,
    failing: &'r BTreeSet<String>,
    failed: Vec<String>,
    untested: Option<&'r str>,
    unverified: Option<&'r str>,
    duration_ms: u64,
    fate: SpecimenOutcome,
}

/// A server that breaks one thing that one scenario expects.
#[derive(Serialize)]
struct BrokenJson<'r> {
    name: &'r str,
    does: &'r str,
    breaks: &'r [RequirementId],
    red: &'r [RequirementId],
    noted: &'r [RequirementId],
    failed: Vec<String>,
    fate: SpecimenOutcome,
}

/// What a mutant must come to.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum ClassJson<'r> {
    MustKill { breaks: &'r [RequirementId] },
    Permitted { because: &'r str },
}

/// A target that may break a run as a whole.
#[derive(Serialize)]
struct TargetJson<'r> {
    name: &'r str,
    does: &'r str,
    expected: Conclusion,
    seen: Option<Conclusion>,
    passed: usize,
    red: usize,
    cause: &'r str,
    duration_ms: u64,
}

impl MutantJson<'_> {
    fn of(trial: &Trial) -> MutantJson<'_> {
        MutantJson {
            name: &trial.name,
            kind: trial.kind,
            does: &trial.does,
            class: match &trial.expected {
                Expected::Allowed(because) => ClassJson::Permitted { because },
                other => ClassJson::MustKill { breaks: other.broken() },
            },
            acted: trial.acted,
            red: &trial.red,
            noted: &trial.noted,
            blocked: trial.blocked,
            passed: trial.passed,
            shown_by: &trial.shown_by,
            failing: &trial.failing,
            failed: trial.failed.iter().map(ToString::to_string).collect(),
            untested: trial.untested.as_deref(),
            unverified: trial.unverified.as_deref(),
            duration_ms: trial.duration_ms,
            fate: trial.outcome,
        }
    }
}

impl BrokenJson<'_> {
    fn of(trial: &Trial) -> BrokenJson<'_> {
        BrokenJson {
            name: &trial.name,
            does: &trial.does,
            breaks: trial.expected.broken(),
            red: &trial.red,
            noted: &trial.noted,
            failed: trial.failed.iter().map(ToString::to_string).collect(),
            fate: trial.outcome,
        }
    }
}

impl TargetJson<'_> {
    fn of(trial: &Trial) -> TargetJson<'_> {
        TargetJson {
            name: &trial.name,
            does: &trial.does,
            expected: trial.expected.conclusion(),
            seen: trial.conclusion.filter(|seen| *seen != Conclusion::Conforms),
            passed: trial.passed,
            red: trial.red.len(),
            cause: trial.cause.as_deref().unwrap_or_default(),
            duration_ms: trial.duration_ms,
        }
    }
}
