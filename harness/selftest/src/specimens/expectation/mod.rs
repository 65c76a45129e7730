//! One specimen for each clause of each scenario: a server that does what the unchanged one does,
//! but for the one thing that the clause is about.
//!
//! Verdicts are a pure function of the trace, so the specimen is not driven again: the trace that it
//! would have left is made from the one that the unchanged server left. Where the driver would have
//! stopped, the trace stops.
//!
//! | file | what |
//! | --- | --- |
//! | `edit` | changes to a trace |
//! | `values` | values that do not fit a matcher, and values that do |
//! | `spoil` | the edits that may break a clause, the likeliest first |
//! | `frames` | frames that a clause forbids |

mod edit;
mod frames;
mod spoil;
mod values;

use crate::specimen::{Expected, Kind, Make, Specimen};
use invite_judge::CheckId;
use invite_judge::clause::{Clause, ClauseId, clauses};
use invite_scenario::{Scenario, Selection};
use invite_trace::{Check, Trace};
use std::collections::BTreeSet;

/// A specimen for each clause of these scenarios.
pub(crate) fn all(scenarios: &[Selection]) -> Vec<Specimen> {
    let every = scenarios.iter().flat_map(|found| clauses(&found.scenario));
    every.map(specimen).collect()
}

fn specimen(clause: Clause) -> Specimen {
    Specimen {
        name: clause.id.to_string(),
        kind: Kind::Expectation,
        does: format!("breaks one thing: {}", clause.expects),
        expected: Expected::MustFail(clause.requirements),
        make: Make::Clause(clause.id),
    }
}

/// The checks of a server that breaks this clause and does all else as in this trace, and what
/// fails of them; `None` if nothing that was tried makes the clause fail.
pub(crate) fn spoilt(
    scenario: &Scenario,
    trace: &Trace,
    clause: &ClauseId,
) -> Option<(Vec<Check>, BTreeSet<CheckId>)> {
    let wanted = CheckId::Clause(clause.clone());
    spoil::candidates(scenario, trace, clause).into_iter().find_map(|edits| {
        let spoilt = edit::edited(trace, &edits);
        let found = invite_judge::judge_in_detail(scenario, &spoilt);
        found.1.contains(&wanted).then_some(found)
    })
}

#[cfg(test)]
mod tests;
