//! All scenarios, side by side.

use super::connector::{Connector, ConnectorError};
use super::preflight::{self, Untestable};
use super::recorder::Began;
use super::stage::{Shared, Stage};
use super::steps;
use super::unclaimed;
use futures_util::StreamExt as _;
use invite_scenario::description::Target;
use invite_scenario::{Driven, Interruption, Kinds, Plan, Scenario, Skipped, Step, admit};
use invite_trace::Trace;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;

/// How many scenarios are driven at once, if nobody says otherwise: all of a suite side by side, so
/// that a broken target costs one deadline and not one for each.
pub const USUAL_JOBS: u16 = 128;

/// What happens meanwhile, for whoever watches.
#[derive(Debug, Clone, Copy)]
pub enum Progress<'p> {
    /// So many scenarios are to be driven.
    Planned(usize),
    /// One begins.
    Begun(&'p str),
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
    /// It was ended before the target had shown that it can be tested.
    #[error("{0}, before the target had answered: nothing was judged")]
    Interrupted(Interruption),
}

/// Drives all scenarios of a plan against a target.
pub async fn run(
    target: Target,
    plan: &Plan,
    watch: impl Fn(Progress<'_>),
) -> Result<Driven, RunError> {
    run_until(std::future::pending(), target, plan, watch).await
}

/// The same, ended as soon as `stop` is ready: scenarios that have not ended by then are skipped.
pub async fn run_until(
    stop: impl Future<Output = Interruption>,
    target: Target,
    plan: &Plan,
    watch: impl Fn(Progress<'_>),
) -> Result<Driven, RunError> {
    let mut stop = pin!(stop);
    let shared = Arc::new(Shared {
        connector: Connector::new(&target)?,
        target,
        health: Arc::default(),
        allowance: Arc::default(),
        began: Began::now(),
        run_id: plan.run_id.clone(),
    });
    let (kinds, preflight) = tokio::select! {
        biased;
        reason = &mut stop => return Err(RunError::Interrupted(reason)),
        outcome = preflight::preflight(&shared) => outcome?,
    };
    let beyond = unclaimed::attempt(&shared, &plan.scenarios, kinds);
    tokio::pin!(beyond);
    let mut places: Vec<usize> = (0..plan.scenarios.len()).collect();
    shuffle(&mut places, plan.seed);
    // Crowds come when all others are done: what a target says of a crowd to whom it should not must
    // not drown what others listen for.
    places.sort_by_key(|place| is_crowd(&plan.scenarios[*place].scenario));
    let others = tokio::sync::RwLock::new(());
    watch(Progress::Planned(places.len()));
    let mut driving = futures_util::stream::iter(places)
        .map(|place| {
            let (shared, watch, others) = (Arc::clone(&shared), &watch, &others);
            async move {
                let scenario = &plan.scenarios[place].scenario;
                let _turn = match (is_crowd(scenario), waits(scenario)) {
                    (true, _) => {
                        drop(others.write().await);
                        None
                    }
                    (false, true) => None,
                    (false, false) => Some(others.read().await),
                };
                watch(Progress::Begun(&scenario.scenario));
                let outcome = drive_one(shared, scenario, kinds).await;
                watch(Progress::Ended(scenario, &outcome));
                (place, outcome)
            }
        })
        .buffer_unordered(plan.jobs.max(1));
    let mut traces: Vec<Option<Result<Trace, Skipped>>> =
        plan.scenarios.iter().map(|_| None).collect();
    let (mut tried, mut done) = (None, false);
    let reason = loop {
        if done && tried.is_some() {
            break None;
        }
        tokio::select! {
            biased;
            reason = &mut stop => break Some(reason),
            found = &mut beyond, if tried.is_none() => tried = Some(found),
            ended = driving.next(), if !done => match ended {
                Some((place, outcome)) => traces[place] = Some(outcome),
                None => done = true,
            },
        }
    };
    drop(driving);
    // Ended when all was done is not ended early.
    let interrupted = reason.filter(|_| traces.iter().any(Option::is_none));
    let traces = traces
        .into_iter()
        .zip(&plan.scenarios)
        .filter_map(|(trace, selection)| match (trace, interrupted) {
            (None, Some(reason)) => Some(Err(Skipped {
                scenario: selection.scenario.scenario.text.clone(),
                reason: reason.to_string(),
            })),
            (trace, _) => trace,
        })
        .collect();
    Ok(Driven { preflight, kinds, traces, tried: tried.unwrap_or_default(), interrupted })
}

async fn drive_one(
    shared: Arc<Shared>,
    scenario: &Scenario,
    kinds: Kinds,
) -> Result<Trace, Skipped> {
    let swapped = admit(scenario, &shared.target.claims, kinds)
        .map_err(|reason| Skipped { scenario: scenario.scenario.text.clone(), reason })?;
    let stage = Stage::new(shared, scenario, swapped);
    Ok(steps::drive(&stage, scenario).await)
}

/// Whether a scenario is heavy because of how much is said in it.
fn is_crowd(scenario: &Scenario) -> bool {
    scenario.heavy.is_some() && !waits(scenario)
}

/// Whether a scenario waits until a token expires.
fn waits(scenario: &Scenario) -> bool {
    scenario.steps.iter().any(|step| matches!(step, Step::UntilExpired(_)))
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
