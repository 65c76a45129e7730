//! The only part that drives a target: scenarios of walks, several at once, each with fresh names.

use crate::finding::{Shown, is_broken, shown};
use crate::parallel;
use invite_drive::{Limits, RunError, run_until};
use invite_record::{Options, Part, Record};
use invite_scenario::description::Target;
use invite_scenario::{Driven, Kinds, Plan, Scenario, Selection, Step};
use invite_trace::{Check, Event, Interruption, Trace, Verdict};
use std::future::Future;
use std::time::Instant;

const TOO_MANY_REQUESTS: u16 = 429;

/// What came of a scenario.
#[derive(Debug, Clone)]
pub(crate) enum Came {
    /// Nothing failed.
    Held,
    /// Something did.
    Failed(Shown),
    /// The target answered a call by 429: it had no room, and nothing was judged.
    TurnedAway,
    /// It was not driven to its end, or the harness broke.
    Nothing,
}

impl Came {
    /// Whether this requirement failed, and first.
    pub(crate) fn shows(&self, wanted: &Shown) -> bool {
        matches!(self, Came::Failed(shown) if shown.requirement == wanted.requirement)
    }
}

/// Drives scenarios.
pub(crate) struct Lab<S> {
    pub(crate) target: Target,
    pub(crate) seed: u64,
    pub(crate) strict: bool,
    pub(crate) limits: Limits,
    /// What the names of all runs begin with.
    pub(crate) run_id: String,
    pub(crate) runs: u64,
    pub(crate) stop: S,
}

/// What a run of several scenarios came to.
pub(crate) struct Batch {
    pub(crate) came: Vec<Came>,
    pub(crate) kinds: Kinds,
    pub(crate) interrupted: Option<Interruption>,
    pub(crate) run: Run,
}

/// A run, of which a record can be made.
pub(crate) struct Run {
    scenarios: Vec<Selection>,
    driven: Driven,
    options: Options,
    duration_ms: u64,
}

impl Run {
    /// Its record: judged as a whole.
    pub(crate) fn record(self, target: &Target) -> Record {
        let Run { scenarios, driven, options, duration_ms } = self;
        Record::new(target, &scenarios, foreign(), driven, options, duration_ms)
    }
}

/// These scenarios are not the suite's own.
fn foreign() -> Part {
    Part { foreign: true, ..Part::default() }
}

impl<S, F> Lab<S>
where
    S: Fn() -> F,
    F: Future<Output = Interruption>,
{
    /// Drives these, so many at once.
    pub(crate) async fn drive(
        &mut self,
        scenarios: Vec<Selection>,
        jobs: usize,
    ) -> Result<Batch, RunError> {
        self.runs += 1;
        let run_id = format!("{}{}", self.run_id, self.runs);
        let plan = Plan { scenarios, jobs, seed: self.seed, run_id: run_id.clone() };
        let began = Instant::now();
        let target = self.target.clone();
        let driven = run_until((self.stop)(), self.limits, target, &plan, |_| {}).await?;
        let duration_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let options = Options { seed: self.seed, run_id, strict: self.strict, jobs, rate: None };
        let pairs: Vec<_> = plan.scenarios.iter().zip(&driven.traces).collect();
        let target = &self.target;
        let came = parallel::map(&pairs, |(selection, trace)| match trace {
            Ok(trace) => judge(target, selection, trace, &driven, &options),
            Err(_) => Came::Nothing,
        });
        let (kinds, interrupted) = (driven.kinds, driven.interrupted);
        let run = Run { scenarios: plan.scenarios, driven, options, duration_ms };
        Ok(Batch { came, kinds, interrupted, run })
    }
}

/// Whether the target said of a call that it has no room for it now. What follows says nothing about
/// the protocol: `run` tells whether a target that is not full refuses calls in this way.
fn is_turned_away(trace: &Trace) -> bool {
    let statuses = trace.entries.iter().filter_map(|entry| match entry.event {
        Event::Answer { status, .. } => Some(status),
        _ => None,
    });
    statuses.into_iter().any(|status| status == TOO_MANY_REQUESTS)
}

/// What one trace shows by itself.
fn judge(
    target: &Target,
    selection: &Selection,
    trace: &Trace,
    driven: &Driven,
    options: &Options,
) -> Came {
    if is_turned_away(trace) {
        return Came::TurnedAway;
    }
    let checks = invite_judge::judge(&selection.scenario, trace);
    let is_bad = |check: &Check| matches!(check.verdict(), Verdict::Fail | Verdict::Error);
    if !checks.iter().any(is_bad) {
        return Came::Held;
    }
    let alone = Driven {
        preflight: driven.preflight.clone(),
        kinds: driven.kinds,
        traces: vec![Ok(trace.clone())],
        retried: Vec::new(),
        tried: Vec::new(),
        interrupted: None,
    };
    let scenarios = [selection.clone()];
    let record = Record::new(target, &scenarios, foreign(), alone, options.clone(), 0);
    if is_broken(&record) {
        return Came::Nothing;
    }
    shown(&record, left_open(&selection.scenario, trace)).map_or(Came::Held, Came::Failed)
}

/// Where the last call of a scenario began, if no source settles that it is refused.
fn left_open(scenario: &Scenario, trace: &Trace) -> Option<usize> {
    let steps = scenario.labelled();
    let (label, call) = steps.iter().rev().find_map(|(label, step)| match step {
        Step::Call(call) => Some((label, call)),
        _ => None,
    })?;
    let refused = call.request()?.expected.refusal()?;
    let is_settled = refused.requires.first().is_none_or(|id| id.row().is_binding());
    trace.beginning(label).filter(|_| !is_settled)
}
