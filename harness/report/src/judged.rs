//! What came of each requirement, with its row: what every list of requirements is made of.

use super::Record;
use invite_judge::{Outcome, RequirementResult};
use invite_spec::requirement::{Area, Requirement};
use invite_trace::Verdict;

/// What came of one requirement.
#[derive(Debug, Clone, Copy)]
pub(super) struct Judged<'r> {
    pub(super) row: &'static Requirement,
    pub(super) area: &'static Area,
    pub(super) result: &'r RequirementResult,
    pub(super) outcome: Outcome,
}

impl Judged<'_> {
    /// Why it neither passed nor failed.
    pub(super) fn reason(&self) -> String {
        match (self.result.verdict, self.result.blocked_by) {
            (Verdict::Blocked, Some(cause)) => format!("blocked by {cause}"),
            (Verdict::Blocked, None) => "not reached".to_owned(),
            _ => "every scenario that evaluates it was skipped".to_owned(),
        }
    }
}

/// What came of every requirement that some check evaluated, in the order of the catalogue.
pub(super) fn judged(record: &Record) -> Vec<Judged<'_>> {
    let results = record.tally.requirements.iter();
    results
        .map(|result| {
            let (row, area) = (result.requirement.row(), result.requirement.area());
            // What is known counts as little as what is only noted.
            let outcome = if record.is_known(row.id) { Outcome::Noted } else { result.outcome() };
            Judged { row, area, result, outcome }
        })
        .collect()
}
