//! What was found: a requirement that a walk shows to be broken.

use crate::script::{Muted, Script};
use crate::walk::Walk;
use invite_judge::{RequirementResult, by_cause};
use invite_record::Record;
use invite_scenario::Selection;
use invite_spec::requirement::RequirementId;
use invite_trace::{Check, Evidence, Expected, Seen, Verdict};
use serde::Serialize;
use serde_json::Value;

/// What a walk, or a candidate cut out of it, shows first.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// The requirement that fails, the likeliest cause of all that do.
    pub requirement: RequirementId,
    /// Whether it counts.
    pub counted: bool,
    /// What was expected, what was seen, and where.
    pub evidence: String,
    /// The same without the names that differ from walk to walk.
    pub kind: String,
    /// The step at which it failed, if it is not a law's.
    pub step: Option<String>,
}

impl Shown {
    /// Whether it shows the same fault: the same requirement fails, or the same is wrong with the same call.
    /// Which requirement says that a call is accepted depends on its arguments, such as how many people
    /// it names.
    pub(crate) fn is_of_same_fault(&self, other: &Shown) -> bool {
        let is_of_same_call =
            self.step.is_some() && self.step == other.step && self.kind == other.kind;
        self.requirement == other.requirement || is_of_same_call && self.counted == other.counted
    }
}

/// What a record shows of one scenario. From `left_open` on, what the target may do is left open.
pub(crate) fn shown(record: &Record, left_open: Option<usize>) -> Option<Shown> {
    let order = by_cause(&record.tally, &record.checks);
    let rows = order.into_iter().filter_map(|id| record.tally.find(id));
    let rows: Vec<_> = rows.filter(|row| row.verdict == Verdict::Fail).collect();
    // Once a target has done otherwise where no source settles it, nothing is known of what follows.
    let unsettled = unsettled(record).into_iter().chain(left_open).min();
    let known = |row: &&&RequirementResult| {
        let complete = complete_at(record, row.requirement);
        unsettled.is_none_or(|at| complete.is_none_or(|complete| complete <= at))
    };
    let row = rows.iter().find(known).or(rows.iter().find(|row| !row.counted))?;
    let is_it = |check: &&Check| {
        check.requirement == Some(row.requirement) && check.verdict() == Verdict::Fail
    };
    let check = record.checks.iter().find(is_it)?;
    let evidence = check.evidence();
    let words = evidence.map(ToString::to_string).unwrap_or_default();
    let kind = evidence.and_then(|it| serde_json::to_value(&it.expected).ok());
    let kind = kind.map(|it| kind_of(&it)).unwrap_or_default();
    Some(Shown {
        requirement: row.requirement,
        counted: row.counted,
        evidence: words,
        kind,
        step: check.at.step().map(str::to_owned),
    })
}

/// Where a call was first accepted, refused or had an effect otherwise than a requirement says that no
/// source settles.
fn unsettled(record: &Record) -> Option<usize> {
    let is_outcome = |evidence: &&Evidence| match (&evidence.expected, &evidence.seen) {
        (Expected::Accepted(_) | Expected::Refused(_), _) => true,
        (Expected::RefusedWithoutEffect(_), _) => true,
        // What only a message would have said changes nothing.
        (_, Seen::NoOutcome(all)) => {
            all.iter().any(|it| matches!(it.expected, Expected::Status(_)))
        }
        _ => false,
    };
    let failed = record.checks.iter().filter(|check| check.verdict() == Verdict::Fail);
    let own = failed.filter(|check| check.requirement.is_some_and(|id| !id.row().is_binding()));
    let evidence = own.filter_map(Check::evidence).filter(is_outcome);
    evidence.filter_map(|it| it.entries.first().copied()).min()
}

/// Where the first failure of a requirement is complete: the last entry that shows it.
fn complete_at(record: &Record, requirement: RequirementId) -> Option<usize> {
    let own = record
        .checks
        .iter()
        .filter(|check| check.requirement == Some(requirement) && check.verdict() == Verdict::Fail);
    own.filter_map(Check::evidence).filter_map(|it| it.entries.iter().max().copied()).min()
}

/// Whether the harness broke while it drove or judged.
pub(crate) fn is_broken(record: &Record) -> bool {
    record.tally.summary.errors > 0
}

/// What an expectation is made of, without the values that differ from walk to walk: what is left is
/// alike for faults that are alike.
fn kind_of(expected: &Value) -> String {
    match expected {
        Value::Object(fields) => {
            let all = fields.iter().map(|(key, value)| match value {
                // The types of frames and the operations are few.
                Value::String(text) if ["frame", "operation"].contains(&key.as_str()) => {
                    text.clone()
                }
                value => format!("{key}({})", kind_of(value)),
            });
            all.collect::<Vec<_>>().join(" ")
        }
        Value::Array(all) => all.first().map(kind_of).unwrap_or_default(),
        _ => String::new(),
    }
}

/// How often a walk failed when it was driven again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Rate {
    /// How often it failed by the same requirement.
    pub failed: u32,
    /// How often it was driven.
    pub of: u32,
}

impl Rate {
    /// Whether it failed each time.
    pub fn is_steady(self) -> bool {
        self.failed == self.of
    }
}

/// A finding.
#[derive(Debug, Clone)]
pub struct Finding {
    /// What it shows.
    pub shown: Shown,
    /// How often its walk failed again.
    pub rate: Rate,
    /// The walk, cut down as far as it goes.
    pub walk: Walk,
    /// What of its script is left out.
    pub muted: Muted,
    /// The scenario.
    pub scenario: Selection,
    /// How many steps the scenario has.
    pub steps: usize,
    /// How many steps the walk had that it was cut out of.
    pub steps_before: usize,
    /// How long cutting it down took, in milliseconds.
    pub shrink_ms: u64,
    /// How many candidates were driven for that.
    pub candidates: u32,
    /// When it was found, in milliseconds from the beginning.
    pub found_ms: u64,
    /// How many walks showed it.
    pub times: u32,
}

impl Finding {
    /// What two findings have in common that show the same.
    pub fn identity(&self) -> (RequirementId, String) {
        (self.shown.requirement, self.walk.shape())
    }
}

/// The scenario of a walk.
pub(crate) fn selection(
    script: &Script,
    heading: &crate::Heading,
    muted: &Muted,
) -> Option<Selection> {
    let source = script.text(heading, muted);
    let file = format!("{}.yaml", heading.id);
    // What is left of an aside may miss what was left out.
    let scenario = invite_scenario::parse(&file, &source).ok()?;
    Some(Selection { file, source, scenario })
}
