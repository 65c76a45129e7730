//! Tries the suite on one specimen.

use crate::error::SelftestError;
use crate::runner::millis;
use crate::servers::{Servers, Started};
use crate::specimen::{Make, Specimen};
use crate::suite::Suite;
use crate::trial::Observed;
use crate::unchanged::Unchanged;
use invite_drive::RunError;
use invite_judge::CheckId;
use invite_record::{Options, Part, Record, verify};
use invite_scenario::{Driven, Plan, Selection};
use invite_trace::{CheckResult, Deadlines, Trace};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

/// How many scenarios run at once against one specimen. Few, so that an event is late because the
/// target is wrong, and not because the machine is busy.
const SCENARIOS_AT_ONCE: usize = 20;

/// What all attempts share.
pub(crate) struct Bench {
    pub(crate) servers: Arc<dyn Servers>,
    pub(crate) suite: Suite,
    /// Whether specimens are tried that only slow scenarios can detect.
    pub(crate) slow: bool,
    /// The deadlines for all targets but those that are not servers of this protocol: those are
    /// waited for as long as a user would wait who gives no deadlines.
    pub(crate) deadlines: Deadlines,
    pub(crate) run_id: String,
    /// Whether records are sealed, so that they can be verified.
    pub(crate) seals: bool,
    /// The traces of the unchanged server; empty if nobody needs them.
    pub(crate) unchanged: Unchanged,
    /// Whether they stand in for those of mutants that find nothing to change.
    pub(crate) lean: bool,
}

/// What one attempt came to, and how often the proxy acted.
pub(crate) type Attempt = (Observed, Option<u64>);

impl Bench {
    /// Runs the scenarios against a specimen and judges them.
    pub(crate) async fn attempt(
        &self,
        specimen: &Specimen,
        run_id: String,
    ) -> Result<Attempt, SelftestError> {
        let (started, counted) = specimen.start_counted(&*self.servers).await?;
        let Started { mut target, server } = started;
        let mut jobs = SCENARIOS_AT_ONCE;
        if let Make::Alone(_) = specimen.make {
            jobs = usize::from(invite_drive::USUAL_JOBS);
        } else {
            target.deadlines = self.deadlines;
        }
        let selected = self.suite.scenarios_for(specimen);
        let standing_in: Vec<Option<&Trace>> = selected
            .iter()
            .map(|found| match self.lean {
                true => self.unchanged.trace_for(specimen, &found.scenario.id.value),
                false => None,
            })
            .collect();
        let plan = Plan { scenarios: without(&selected, &standing_in), jobs, seed: 1, run_id };
        let began = Instant::now();
        let driven = match invite_drive::run(target.clone(), &plan, |_| {}).await {
            Ok(driven) => driven,
            Err(RunError::Untestable(why)) => return Ok((Observed::Untestable(why), None)),
            Err(error) => return Err(error.into()),
        };
        let lasted = millis(began);
        drop(server);
        // Traces that stand in are of the run against the unchanged server.
        let run_id = match standing_in.iter().any(Option::is_some) {
            true => format!("{}+{}u", plan.run_id, self.run_id),
            false => plan.run_id,
        };
        let driven = merged(driven, standing_in);
        let options =
            Options { seed: plan.seed, run_id, strict: false, jobs: plan.jobs, rate: None };
        let mut record =
            Box::new(Record::new(&target, &selected, Part::default(), driven, options, lasted));
        if self.seals {
            record.seal();
        }
        Ok((Observed::Judged(record), counted.map(|counted| counted.acted())))
    }

    /// Runs the scenarios that are not heavy against the unchanged server, and these besides; the slow
    /// ones, too, if any specimen is to be detected by them.
    pub(crate) async fn drive_unchanged(
        &self,
        besides: &BTreeSet<String>,
    ) -> Result<Record, SelftestError> {
        let Started { mut target, server } = self.servers.right()?;
        target.deadlines = self.deadlines;
        let mut scenarios = self.suite.light_and(besides);
        scenarios.extend(self.suite.slow().cloned());
        let plan = Plan {
            scenarios,
            jobs: SCENARIOS_AT_ONCE,
            seed: 1,
            run_id: format!("{}u", self.run_id),
        };
        let driven = invite_drive::run(target.clone(), &plan, |_| {}).await?;
        drop(server);
        let options =
            Options { seed: 1, run_id: plan.run_id, strict: false, jobs: plan.jobs, rate: None };
        Ok(Record::new(&target, &plan.scenarios, Part::default(), driven, options, 0))
    }
}

/// What fails of a record, in the smallest things that can: only scenarios with a failed check are
/// looked at.
pub(crate) fn failed(record: &Record, suite: &Suite) -> BTreeSet<CheckId> {
    let failing: BTreeSet<&str> = record
        .checks
        .iter()
        .filter(|check| matches!(check.result, CheckResult::Fail(_) | CheckResult::Folded { .. }))
        .map(|check| check.scenario.as_str())
        .collect();
    let mut all = BTreeSet::new();
    if failing.contains(record.preflight.scenario.as_str()) {
        all.extend(invite_judge::failed_laws(&record.preflight));
    }
    let traces = record.scenarios.iter().filter_map(|scenario| scenario.trace.as_ref());
    for trace in traces.filter(|trace| failing.contains(trace.scenario.as_str())) {
        if let Some(scenario) = suite.find(&trace.scenario) {
            all.extend(invite_judge::judge_in_detail(scenario, trace).1);
        }
    }
    all
}

/// The scenarios for which no other trace stands in.
fn without(selected: &[Selection], standing_in: &[Option<&Trace>]) -> Vec<Selection> {
    let pairs = selected.iter().zip(standing_in);
    pairs.filter(|(_, standing)| standing.is_none()).map(|(found, _)| found.clone()).collect()
}

/// All traces in the order of the scenarios: those that were driven, and those that stand in.
fn merged(driven: Driven, standing_in: Vec<Option<&Trace>>) -> Driven {
    let mut own = driven.traces.into_iter();
    let traces = standing_in.into_iter().filter_map(|standing| match standing {
        Some(trace) => Some(Ok(trace.clone())),
        None => own.next(),
    });
    Driven { traces: traces.collect(), ..driven }
}

/// Writes a record down, reads it again and recomputes its verdicts: the first difference.
pub(crate) fn unverified(record: &Record) -> Option<String> {
    let read = serde_json::to_string(record).and_then(|text| serde_json::from_str(&text));
    let read: Record = match read {
        Ok(read) => read,
        Err(error) => return Some(format!("its record cannot be read again: {error}")),
    };
    match verify(&read) {
        Ok(differences) => differences.first().map(|it| {
            format!("{}: recorded {}, recomputed {}", it.place, it.recorded, it.recomputed)
        }),
        Err(error) => Some(error.to_string()),
    }
}
