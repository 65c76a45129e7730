//! Scenarios that only time, or a connection that any server may close, made fail: each is tried once
//! more, with nothing beside it, before the target is blamed.

use super::circuit_breaker::Awaited;
use super::connector::Connector;
use super::run::{Progress, drive_one};
use super::scenario_run::Shared;
use invite_scenario::{AGAIN, Kinds, Plan, Retried, Skipped};
use invite_trace::{Ended, NoAnswer, SocketRefusal, StopReason, Trace};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// The most scenarios that are tried once more. If more were late, the target is slow or dead, and
/// another try would only make the run longer.
const MOST_RETRIES: usize = 12;

/// After so long no further scenario is tried once more, for the same reason.
const TIME_FOR_RETRIES: Duration = Duration::from_secs(10);

type Outcome = Result<Trace, Skipped>;

/// The scenarios of a run that may have failed by chance.
pub(crate) struct Late<'p, W> {
    plan: &'p Plan,
    watch: &'p W,
    /// Their places in the plan. That they have ended is not reported yet.
    places: Vec<usize>,
    /// Whether there are too many.
    are_too_many: bool,
}

impl<'p, W: Fn(Progress<'_>)> Late<'p, W> {
    pub(crate) fn new(plan: &'p Plan, watch: &'p W) -> Late<'p, W> {
        Late { plan, watch, places: Vec::new(), are_too_many: false }
    }

    /// A scenario has ended: reports it, unless it may be tried once more. Gives the places of those that
    /// it reports.
    pub(crate) fn ended(
        &mut self,
        place: usize,
        outcome: &Outcome,
        ended: &[Option<Outcome>],
    ) -> Vec<usize> {
        let mut reported = Vec::new();
        if chance(outcome).is_some() && !self.are_too_many {
            if self.places.len() < MOST_RETRIES {
                self.places.push(place);
                (self.watch)(Progress::Held(outcome));
                return reported;
            }
            self.are_too_many = true;
            for held in self.places.drain(..) {
                report(self.plan, self.watch, held, ended[held].as_ref());
                reported.push(held);
            }
        }
        report(self.plan, self.watch, place, Some(outcome));
        reported.push(place);
        reported
    }

    /// The scenarios that have ended and may be tried once more.
    pub(crate) fn places(&self) -> Vec<usize> {
        self.places.clone()
    }

    /// Tries the late scenarios once more, one after the other. What is awaited in vain again will not
    /// come in the others either, and neither does what never came in the whole run.
    pub(crate) async fn try_again(
        self,
        shared: &Shared,
        kinds: Kinds,
        traces: &mut [Option<Outcome>],
    ) -> Vec<Retried> {
        let mut retried = Vec::new();
        let began = Instant::now();
        let mut lives = false;
        let mut missing: BTreeSet<Option<Awaited>> = BTreeSet::new();
        for place in self.places {
            let scenario = &self.plan.scenarios[place].scenario;
            let first = traces[place].as_ref().and_then(chance).cloned();
            let awaited = first.as_ref().and_then(awaited);
            let is_hopeless = missing.contains(&awaited)
                || awaited.is_some_and(|what| shared.breaker.has_never_come(what))
                // One try shows whether it lives again.
                || (shared.breaker.is_dead() && !lives && !retried.is_empty())
                || began.elapsed() > TIME_FOR_RETRIES;
            if let Some(first) = first.filter(|_| !is_hopeless)
                && let Some(alone) = alone(shared)
            {
                let outcome = drive_one(alone, scenario, kinds).await;
                // What the target did before it was gone says more than that it is gone.
                if is_unreachable(&outcome) {
                    report(self.plan, self.watch, place, traces[place].as_ref());
                    continue;
                }
                match chance(&outcome) {
                    Some(_) => _ = missing.insert(awaited),
                    None => lives = true,
                }
                let id = scenario.id.value.clone();
                retried.push(Retried { scenario: id, first });
                traces[place] = Some(outcome);
            }
            report(self.plan, self.watch, place, traces[place].as_ref());
        }
        retried
    }
}

fn report(plan: &Plan, watch: &impl Fn(Progress<'_>), place: usize, outcome: Option<&Outcome>) {
    if let Some(outcome) = outcome {
        watch(Progress::Ended(&plan.scenarios[place].scenario, outcome));
    }
}

/// Why a scenario stopped, if that may be chance.
fn chance(outcome: &Outcome) -> Option<&StopReason> {
    match &outcome.as_ref().ok()?.ended {
        Ended::Stopped(stop) => Some(&stop.reason).filter(|reason| reason.may_be_chance()),
        Ended::Complete => None,
    }
}

/// Whether nothing could be tried, because nobody can connect any more.
fn is_unreachable(outcome: &Outcome) -> bool {
    matches!(
        outcome.as_ref().map(|trace| &trace.ended),
        Ok(Ended::Stopped(stop)) if matches!(
            stop.reason,
            StopReason::NoAnswer { why: NoAnswer::NoConnection { .. }, .. }
                | StopReason::SocketRefused(SocketRefusal::NoConnection { .. })
        )
    )
}

/// What was awaited in vain.
fn awaited(reason: &StopReason) -> Option<Awaited> {
    match reason {
        StopReason::NoAnswer { operation, .. } => Some(Awaited::Answer(*operation)),
        StopReason::NoFrame { pattern, .. } => pattern.frame.map(Awaited::Frame),
        StopReason::NoFence { .. } => Some(Awaited::Fence),
        StopReason::SocketRefused(_) => Some(Awaited::WebSocket),
        _ => None,
    }
}

/// The same run, with names, connections and patience of its own for a second try.
fn alone(shared: &Shared) -> Option<Arc<Shared>> {
    Some(Arc::new(Shared {
        connector: Connector::without_reuse(&shared.target).ok()?,
        target: shared.target.clone(),
        breaker: Arc::default(),
        budget: Arc::clone(&shared.budget),
        pace: Arc::clone(&shared.pace),
        began: shared.began,
        run_id: format!("{}{AGAIN}", shared.run_id),
        cover: shared.cover,
        adapter: shared.adapter.clone(),
        made: Arc::clone(&shared.made),
        limits: shared.limits,
        fencing: shared.fencing.clone(),
    }))
}
