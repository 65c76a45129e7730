//! What a run really evaluated: requirement by requirement, by which scenarios and laws.

use super::Record;
use invite_scenario::Selection;
use invite_spec::requirement::RequirementId;
use invite_trace::{At, Check, Verdict};
use std::collections::{BTreeMap, BTreeSet};

/// Requirements, and what evaluated each.
pub type Coverage = BTreeMap<RequirementId, BTreeSet<String>>;

/// The committed coverage: what a run of the built-in scenarios against the reference server
/// evaluates.
const COMMITTED: &str = include_str!("../../coverage.json");

/// What a run evaluated: the checks that came to a verdict about the target.
pub fn coverage(record: &Record) -> Coverage {
    let mut found = Coverage::new();
    let decided = |check: &&Check| matches!(check.verdict(), Verdict::Pass | Verdict::Fail);
    for check in record.checks.iter().filter(decided) {
        let by = match &check.at {
            At::Law(_) => check.at.to_string(),
            At::Step(_) | At::NotDriven => check.scenario.clone(),
        };
        let Some(requirement) = check.requirement else { continue };
        found.entry(requirement).or_default().insert(by);
    }
    found
}

/// The same, with the slow scenarios by what they name: nobody waits a minute for generated files.
pub fn with_slow(mut found: Coverage, slow: &[Selection]) -> Coverage {
    for scenario in slow.iter().map(|found| &found.scenario) {
        for requirement in invite_judge::requirements(scenario) {
            found.entry(requirement).or_default().insert(scenario.id.value.clone());
        }
    }
    found
}

/// The committed coverage.
pub fn committed_coverage() -> Coverage {
    // It is generated; a test reads it.
    serde_json::from_str(COMMITTED).unwrap_or_default()
}
