//! What several runs came to, in the order in which they began: the trend, and what comes and goes.

use crate::{Record, RunSummary};
use chrono::DateTime;
use invite_judge::{Outcome, Summary};
use invite_spec::requirement::RequirementId;
use serde::ser::SerializeSeq as _;
use serde::{Serialize, Serializer};
use std::collections::{BTreeMap, BTreeSet};

/// What several runs came to.
#[derive(Debug, Clone, Serialize)]
pub struct History {
    /// The runs, the first one first.
    pub runs: Vec<PastRun>,
    /// The requirements that did not hold in every run that looked at them.
    pub courses: Vec<Course>,
}

/// What one run came to.
#[derive(Debug, Clone, Serialize)]
pub struct PastRun {
    /// When it began: microseconds since 1970-01-01, UTC.
    pub began_us: u64,
    /// Its target, harness, verdict and duration.
    #[serde(flatten)]
    pub run: RunSummary,
    /// Why it is about less than everything, if it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partial: Option<String>,
    /// How many requirements came to what.
    #[serde(flatten)]
    pub summary: Summary,
}

/// What came of one requirement in all runs.
#[derive(Debug, Clone, Serialize)]
pub struct Course {
    /// The requirement.
    pub requirement: RequirementId,
    /// What came of it, run by run; none where a run did not evaluate it.
    #[serde(serialize_with = "words")]
    pub outcomes: Vec<Option<Outcome>>,
    /// How often it began or ceased to fail.
    pub turns: usize,
}

impl PastRun {
    /// When it began, to the minute, UTC.
    pub fn began(&self) -> String {
        let began = i64::try_from(self.began_us).ok().and_then(DateTime::from_timestamp_micros);
        began.map_or_else(String::new, |it| it.format("%Y-%m-%d %H:%M").to_string())
    }
}

impl Course {
    /// Whether it failed in between, or held in between: whether it comes and goes.
    pub fn is_flaky(&self) -> bool {
        self.turns > 1
    }

    /// Whether it failed in the last run that looked at it.
    pub fn fails(&self) -> bool {
        self.outcomes.iter().rev().find_map(|it| is_broken(*it)).unwrap_or(false)
    }
}

fn words<S: Serializer>(outcomes: &[Option<Outcome>], serializer: S) -> Result<S::Ok, S::Error> {
    let mut all = serializer.serialize_seq(Some(outcomes.len()))?;
    for outcome in outcomes {
        all.serialize_element(&outcome.map(Outcome::word))?;
    }
    all.end()
}

/// Whether a requirement was broken; none if nobody knows.
fn is_broken(outcome: Option<Outcome>) -> Option<bool> {
    match outcome? {
        Outcome::Failed | Outcome::Noted => Some(true),
        Outcome::Passed => Some(false),
        Outcome::Error | Outcome::Blocked | Outcome::Skipped => None,
    }
}

/// How often a requirement began or ceased to be broken.
fn turns(outcomes: &[Option<Outcome>]) -> usize {
    let known: Vec<bool> = outcomes.iter().filter_map(|it| is_broken(*it)).collect();
    known.windows(2).filter(|pair| pair[0] != pair[1]).count()
}

/// Runs on their way to a history, one by one: records are large.
#[derive(Debug, Default)]
pub struct HistoryBuilder {
    runs: Vec<(PastRun, BTreeMap<RequirementId, Outcome>)>,
}

impl HistoryBuilder {
    /// Adds a run, in any order.
    pub fn add(&mut self, record: &Record) {
        let began_us = std::iter::once(&record.preflight)
            .chain(record.scenarios.iter().filter_map(|it| it.trace.as_ref()))
            .map(|trace| trace.epoch_us)
            .find(|epoch_us| *epoch_us > 0);
        let run = PastRun {
            began_us: began_us.unwrap_or(0),
            run: RunSummary::of(record),
            partial: record.partial.as_ref().map(ToString::to_string),
            summary: record.tally.summary,
        };
        let rows = record.tally.requirements.iter();
        self.runs.push((run, rows.map(|row| (row.requirement, row.outcome())).collect()));
    }

    /// The history of these runs.
    pub fn build(mut self) -> History {
        self.runs.sort_by_key(|(run, _)| run.began_us);
        let all: BTreeSet<RequirementId> =
            self.runs.iter().flat_map(|(_, rows)| rows.keys().copied()).collect();
        let course = |requirement: RequirementId| {
            let outcome = |rows: &BTreeMap<_, _>| rows.get(&requirement).copied();
            let outcomes: Vec<_> = self.runs.iter().map(|(_, rows)| outcome(rows)).collect();
            Course { requirement, turns: turns(&outcomes), outcomes }
        };
        let is_told = |course: &Course| {
            let holds = |it: &Option<Outcome>| {
                matches!(it, None | Some(Outcome::Passed | Outcome::Skipped))
            };
            !course.outcomes.iter().all(holds)
        };
        let courses = all.into_iter().map(course).filter(is_told).collect();
        History { runs: self.runs.into_iter().map(|(run, _)| run).collect(), courses }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn course(outcomes: &[Option<Outcome>]) -> Course {
        let requirement = invite_spec::requirement::id::INV_010;
        Course { requirement, turns: turns(outcomes), outcomes: outcomes.to_vec() }
    }

    #[test]
    fn what_comes_and_goes_is_flaky_and_what_broke_once_is_not() {
        let (good, bad) = (Some(Outcome::Passed), Some(Outcome::Failed));
        for (outcomes, is_flaky, fails) in [
            (&[good, bad, good][..], true, false),
            (&[bad, good, bad], true, true),
            (&[good, bad, bad], false, true),
            (&[bad, bad, good], false, false),
            (&[good, None, Some(Outcome::Blocked), bad, None], false, true),
            (&[good, Some(Outcome::Skipped), good], false, false),
            (&[None], false, false),
        ] {
            let course = course(outcomes);
            assert_eq!((course.is_flaky(), course.fails()), (is_flaky, fails), "{outcomes:?}");
        }
    }
}
