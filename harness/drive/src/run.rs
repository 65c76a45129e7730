//! All scenarios, side by side.

use super::circuit_breaker::CircuitBreaker;
use super::connector::ConnectorError;
use super::late::Late;
use super::limits::{Connections, Limits};
use super::output_budget::MIB_OF_A_RUN;
use super::pace::Pace;
use super::probe::{self, Depth, Probed, Untestable};
use super::recorder::Began;
use super::scenario_run::{ScenarioRun, Shared};
use super::steps;
use super::unclaimed;
use futures_util::{Stream, StreamExt as _};
use invite_adapter::Adapter;
use invite_scenario::cover::Cover;
use invite_scenario::description::Target;
use invite_scenario::{Driven, Kinds, Plan, Scenario, Skipped, admit};
use invite_trace::{Interruption, SkipReason, Trace};
use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// How many scenarios are driven at once by default: all of a suite side by side, so that a broken
/// target costs one deadline and not one for each.
pub const USUAL_JOBS: u16 = 128;

/// How many scenarios are driven at once if the target tells strangers what is not for them: each
/// scenario hears all others, and many at once would drown each other.
const LEAKY_JOBS: usize = 6;

/// What happens while a run goes on.
#[derive(Debug, Clone, Copy)]
pub enum Progress<'p> {
    /// The target can be tested: what was said, and which kinds of application it has.
    Probed(&'p Trace, Kinds),
    /// So many scenarios are to be driven.
    Planned(usize),
    /// One begins.
    Begun(&'p str),
    /// One has ended, and may be tried once more: it ends again, for good.
    Held(&'p Result<Trace, Skipped>),
    /// One has ended.
    Ended(&'p Scenario, &'p Result<Trace, Skipped>),
}

/// Why nothing could be driven.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// No connection can be made at all.
    #[error(transparent)]
    Connector(#[from] ConnectorError),
    /// The target cannot be tested.
    #[error(transparent)]
    Untestable(#[from] Untestable),
    /// The harness could not open a single connection.
    #[error(
        "the harness may open no more files, so that nothing can be tested: raise the limit \
         (`ulimit -n`)"
    )]
    OutOfDescriptors,
    /// There are not two applications to test.
    #[error(
        "the second application is the first one: both have the key `{key}`\nGive the key and secret \
         of another application (`--second-app-key` and `--second-app-secret`), or none: then the \
         scenarios about two applications are skipped."
    )]
    OneApplication {
        /// The key.
        key: String,
    },
    /// It was interrupted before the target had shown that it can be tested.
    #[error("{0}, before the target had answered: nothing was judged")]
    Interrupted(Interruption),
}

/// Drives all scenarios of a plan against a target.
///
/// # Errors
///
/// If no scenario can be driven.
pub async fn run(
    target: Target,
    plan: &Plan,
    watch: impl Fn(Progress<'_>),
) -> Result<Driven, RunError> {
    run_until(std::future::pending(), Limits::default(), target, plan, watch).await
}

/// The same within limits, ended as soon as `stop` is ready: scenarios that have not ended by then are
/// skipped.
///
/// # Errors
///
/// If no scenario can be driven.
pub async fn run_until(
    stop: impl Future<Output = Interruption>,
    limits: Limits,
    target: Target,
    plan: &Plan,
    watch: impl Fn(Progress<'_>),
) -> Result<Driven, RunError> {
    run_through(None, stop, limits, target, plan, watch, |_, _| {}).await
}

/// The same with an adapter that drives the clients of people. `settle` gets each trace as soon as nothing
/// is added to it any more, and may take out what nobody will read.
///
/// # Errors
///
/// If no scenario can be driven.
pub async fn run_through(
    adapter: Option<Arc<Adapter>>,
    stop: impl Future<Output = Interruption>,
    limits: Limits,
    target: Target,
    plan: &Plan,
    watch: impl Fn(Progress<'_>),
    settle: impl Fn(&Scenario, &mut Trace),
) -> Result<Driven, RunError> {
    let key = &target.application.key;
    if target.second_application.as_ref().is_some_and(|second| second.key == *key) {
        return Err(RunError::OneApplication { key: key.clone() });
    }
    let connections = Arc::new(Connections::new(limits.connections));
    let shared = Arc::new(Shared {
        connector: connections.connector(&target)?,
        target,
        breaker: Arc::default(),
        budget: Arc::default(),
        pace: Arc::new(Pace::new(limits.rate)),
        limits,
        began: Began::now(),
        run_id: plan.run_id.clone(),
        cover: Cover::of(&plan.run_id),
        fencing: OnceLock::new(),
        adapter,
        made: Arc::default(),
    });
    let (budget, breaker) = (Arc::clone(&shared.budget), Arc::clone(&shared.breaker));
    let pace = Arc::clone(&shared.pace);
    let extra = Arc::new(OnceLock::new());
    let stretched = Arc::clone(&extra);
    let mut stop = pin!(async move {
        tokio::select! {
            reason = stop => reason,
            () = budget.exhausted() => {
                Interruption::TooMuchReceived { most_mib: MIB_OF_A_RUN }
            }
            seconds = out_of_time(limits, &stretched, &pace) => Interruption::OutOfTime { seconds },
            () = silence(&breaker, SILENCE) => Interruption::TargetSilent { seconds: SILENCE.as_secs() },
        }
    });
    let probe_began = tokio::time::Instant::now();
    let Probed { kinds, preflight, leaks } = tokio::select! {
        biased;
        reason = &mut stop => return Err(RunError::Interrupted(reason)),
        outcome = probe::probe(&shared, Depth::of(&plan.scenarios)) => outcome?,
    };
    watch(Progress::Probed(&preflight, kinds));
    let _ = extra.set(limits.extra(probe_began.elapsed()));
    let mut beyond = pin!(unclaimed::attempt(&shared, &plan.scenarios, kinds));
    let jobs = limits.jobs(if leaks { plan.jobs.min(LEAKY_JOBS) } else { plan.jobs });
    let mut driving = pin!(drive_all(&shared, &connections, plan, jobs, kinds, &watch));
    let mut traces: Vec<Option<Result<Trace, Skipped>>> =
        plan.scenarios.iter().map(|_| None).collect();
    let mut late = Late::new(plan, &watch);
    let settle = |place: usize, traces: &mut [Option<Result<Trace, Skipped>>]| {
        if let Some(Ok(trace)) = &mut traces[place] {
            settle(&plan.scenarios[place].scenario, trace);
        }
    };
    let (mut tried, mut done) = (None, false);
    let mut reason = loop {
        if done && tried.is_some() {
            break None;
        }
        tokio::select! {
            biased;
            reason = &mut stop => break Some(reason),
            found = &mut beyond, if tried.is_none() => tried = Some(found),
            ended = driving.next(), if !done => match ended {
                Some((place, outcome)) => {
                    let reported = late.ended(place, &outcome, &traces);
                    traces[place] = Some(outcome);
                    reported.into_iter().for_each(|place| settle(place, &mut traces));
                }
                None => done = true,
            },
        }
    };
    let held = late.places();
    let mut retried = Vec::new();
    if reason.is_none() {
        let mut again = pin!(late.try_again(&shared, kinds, &mut traces));
        tokio::select! {
            biased;
            stopped = &mut stop => reason = Some(stopped),
            found = &mut again => retried = found,
        }
    }
    held.into_iter().for_each(|place| settle(place, &mut traces));
    // A run that is ended when all is done is not ended early.
    let interrupted = reason.filter(|_| traces.iter().any(Option::is_none));
    shared.made.blame(traces.iter_mut().flatten().filter_map(|outcome| outcome.as_mut().ok()));
    let traces = with_skipped(traces, plan, interrupted);
    let tried = tried.unwrap_or_default();
    Ok(Driven { preflight, kinds, traces, retried, tried, interrupted })
}

/// For how long a dead target is asked on. Many scenarios at once end sooner.
const SILENCE: Duration = Duration::from_secs(5);

/// Ready when the target has answered nothing for a while, though it was asked a lot.
async fn silence(breaker: &CircuitBreaker, patience: Duration) {
    let mut dead = breaker.watch_death();
    while dead.wait_for(|is_dead| *is_dead).await.is_ok() {
        let alive = dead.wait_for(|is_dead| !*is_dead);
        if tokio::time::timeout(patience, alive).await.is_err() {
            return;
        }
    }
    // The breaker lives as long as the run.
    std::future::pending().await
}

/// Ready when a run has taken all its time: gives that, in seconds.
///
/// It may take longer if the target is far away, and if its calls wait for their turns.
async fn out_of_time(limits: Limits, extra: &OnceLock<Duration>, pace: &Pace) -> u64 {
    let Some(time) = limits.time else { return std::future::pending().await };
    let began = tokio::time::Instant::now();
    loop {
        let extra = extra.get().copied().unwrap_or_default();
        let time = time + extra + limits.turns(pace.taken());
        if began.elapsed() >= time {
            return time.as_secs();
        }
        tokio::time::sleep_until(began + time).await;
    }
}

/// Drives the scenarios of a plan, several at once. Gives each outcome with its place in the plan.
///
/// Slow scenarios wait most of the time. All of them begin at once, beside the others, whatever the
/// number of jobs: together they take about as long as the longest one.
fn drive_all<'p>(
    shared: &'p Arc<Shared>,
    connections: &'p Arc<Connections>,
    plan: &'p Plan,
    jobs: usize,
    kinds: Kinds,
    watch: &'p impl Fn(Progress<'_>),
) -> impl Stream<Item = (usize, Result<Trace, Skipped>)> + 'p {
    let places = order(plan);
    watch(Progress::Planned(places.len()));
    let (slow, usual): (Vec<usize>, Vec<usize>) =
        places.into_iter().partition(|place| plan.scenarios[*place].scenario.is_slow());
    // Held for reading by the scenarios that crowds wait for.
    let others = Arc::new(tokio::sync::RwLock::new(()));
    let drive = move |place: usize| {
        let (shared, others) = (Arc::clone(shared), Arc::clone(&others));
        let connections = Arc::clone(connections);
        async move {
            let scenario = &plan.scenarios[place].scenario;
            let _turn = match Load::of(scenario) {
                Load::Crowd => {
                    drop(others.write().await);
                    None
                }
                Load::Wait => None,
                Load::Light => Some(others.read().await),
            };
            let is_admitted = admit(scenario, &shared.target.claims, kinds).is_ok();
            let taken = match is_admitted {
                true => connections.take(scenario).await,
                false => Ok(None),
            };
            let _taken = match taken {
                Ok(taken) => taken,
                Err(skipped) => return (place, Err(skipped)),
            };
            watch(Progress::Begun(&scenario.id));
            (place, drive_one(shared, scenario, kinds).await)
        }
    };
    let at_once = slow.len().max(1);
    let slow = futures_util::stream::iter(slow).map(drive.clone()).buffer_unordered(at_once);
    let usual = futures_util::stream::iter(usual).map(drive).buffer_unordered(jobs.max(1));
    futures_util::stream::select(slow, usual)
}

/// The places of a plan, in the order in which they begin. What waits for the clock begins first, so
/// that it waits beside everything else. Crowds begin when all others are done: misdirected crowd
/// traffic must not drown the messages of other scenarios.
fn order(plan: &Plan) -> Vec<usize> {
    let mut places: Vec<usize> = (0..plan.scenarios.len()).collect();
    shuffle(&mut places, plan.seed);
    places.sort_by_key(|place| Load::of(&plan.scenarios[*place].scenario));
    places
}

/// The outcomes of a plan; scenarios without one are skipped because of the interruption.
fn with_skipped(
    traces: Vec<Option<Result<Trace, Skipped>>>,
    plan: &Plan,
    interrupted: Option<Interruption>,
) -> Vec<Result<Trace, Skipped>> {
    let skipped = |scenario: &Scenario, reason: Interruption| Skipped {
        scenario: scenario.id.value.clone(),
        reason: SkipReason::Interrupted(reason),
    };
    traces
        .into_iter()
        .zip(&plan.scenarios)
        .filter_map(|(trace, selection)| match (trace, interrupted) {
            (None, Some(reason)) => Some(Err(skipped(&selection.scenario, reason))),
            (trace, _) => trace,
        })
        .collect()
}

pub(crate) async fn drive_one(
    shared: Arc<Shared>,
    scenario: &Scenario,
    kinds: Kinds,
) -> Result<Trace, Skipped> {
    let own = admit(scenario, &shared.target.claims, kinds)
        .map_err(|reason| Skipped { scenario: scenario.id.value.clone(), reason })?;
    let run = ScenarioRun::with_clients(shared, scenario, own);
    let trace = steps::drive(&run, scenario).await;
    if let Some(sdk) = &run.sdk {
        sdk.end(&run).await;
    }
    Ok(trace)
}

/// How a scenario loads the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Load {
    /// With almost nothing: it waits until a token expires.
    Wait,
    /// With a few people.
    Light,
    /// With a crowd that sends and receives a lot.
    Crowd,
}

impl Load {
    fn of(scenario: &Scenario) -> Load {
        if scenario.waits() {
            Load::Wait
        } else if scenario.heavy.is_some() {
            Load::Crowd
        } else {
            Load::Light
        }
    }
}

/// A fixed shuffle: the same seed gives the same order (Fisher and Yates, by SplitMix64).
fn shuffle(items: &mut [usize], seed: u64) {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    };
    for last in (1..items.len()).rev() {
        let other = usize::try_from(next() % (last as u64 + 1)).unwrap_or(0);
        items.swap(last, other);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::circuit_breaker::Awaited;
    use futures_util::FutureExt as _;

    #[tokio::test]
    async fn a_target_is_silent_when_it_is_dead_for_a_while() {
        let breaker = CircuitBreaker::default();
        let (at_once, hour) = (Duration::ZERO, Duration::from_secs(3600));
        assert_eq!(silence(&breaker, at_once).now_or_never(), None, "it lives");
        (0..3).for_each(|_| breaker.missed(Awaited::WebSocket));
        let soon = tokio::time::timeout(Duration::from_secs(10), silence(&breaker, at_once));
        assert_eq!(soon.await, Ok(()), "it is dead, and for long enough");
        let mut patient = pin!(silence(&breaker, hour));
        assert_eq!(patient.as_mut().now_or_never(), None, "not for long enough");
        breaker.came(Awaited::WebSocket);
        assert_eq!(patient.now_or_never(), None);
        assert_eq!(silence(&breaker, at_once).now_or_never(), None, "it lives again");
    }
}
