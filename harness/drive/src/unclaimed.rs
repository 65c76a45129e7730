//! What a target does beyond its claims: tried in passing, next to all else, for a note. None of it is
//! judged.

use super::connector::Connector;
use super::recorder::Began;
use super::scenario_run::{ScenarioRun, Shared};
use super::steps;
use futures_util::future::join_all;
use invite_scenario::cover::Cover;
use invite_scenario::description::Target;
use invite_scenario::{App, Kinds, Scenario, Selection, Tried, admit, needs};
use invite_trace::Feature;
use invite_trace::Trace;
use std::sync::{Arc, OnceLock};

/// The longest deadline, in milliseconds: what does not come soon is not worth a note.
const PATIENCE_MS: u64 = 1_000;

/// Drives one scenario, the cheapest, for each feature that is not claimed.
pub(crate) async fn attempt(shared: &Shared, scenarios: &[Selection], kinds: Kinds) -> Vec<Tried> {
    // Having kept the order once is no guarantee.
    let features = Feature::ALL.into_iter().filter(|feature| *feature != Feature::FrameOrder);
    let unclaimed = features.filter(|feature| !shared.target.claims.contains(feature));
    let tried = unclaimed.filter_map(|feature| {
        let mut target = shared.target.clone();
        target.claims.insert(feature);
        let fitting = scenarios.iter().enumerate().filter_map(|(place, selection)| {
            let scenario = Some(&selection.scenario).filter(|it| !it.is_slow())?;
            let own = admit(scenario, &target.claims, kinds).ok()?;
            needs(scenario).any(|it| it == feature).then_some((place, scenario, own))
        });
        let (place, scenario, own) = fitting.min_by_key(|(_, it, _)| it.cost())?;
        Some(async move {
            let trace = drive(shared, target, scenario, own).await?;
            Some(Tried { feature, place, trace })
        })
    });
    join_all(tried).await.into_iter().flatten().collect()
}

/// Drives a scenario with a circuit breaker of its own: what is not claimed may be dead, which says
/// nothing about the rest.
async fn drive(of: &Shared, mut target: Target, scenario: &Scenario, own: App) -> Option<Trace> {
    let deadlines = &mut target.deadlines;
    for deadline in [&mut deadlines.connect_ms, &mut deadlines.answer_ms, &mut deadlines.event_ms] {
        *deadline = (*deadline).min(PATIENCE_MS);
    }
    let shared = Shared {
        connector: Connector::new(&target).ok()?,
        target,
        breaker: Arc::default(),
        budget: Arc::default(),
        pace: Arc::clone(&of.pace),
        limits: of.limits,
        began: Began::now(),
        cover: Cover::of(&of.run_id),
        run_id: of.run_id.clone(),
        fencing: OnceLock::new(),
        adapter: None,
        made: Arc::default(),
    };
    let run = ScenarioRun::new(Arc::new(shared), scenario, own);
    Some(steps::drive(&run, scenario).await)
}
