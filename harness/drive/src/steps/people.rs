//! Whose sessions a step is about.

use crate::actor::Actor;
use crate::scenario_run::ScenarioRun;
use crate::session::Session;
use crate::stop::{STAYS_OPEN, no_session, socket_lost};
use invite_scenario::People;
use invite_trace::Stop;
use std::sync::Arc;

pub(crate) fn everybody(run: &ScenarioRun, people: &People) -> Vec<Actor> {
    people.0.iter().flat_map(|who| run.actors(who)).collect()
}

pub(crate) fn open_sessions(
    run: &ScenarioRun,
    step: &str,
    people: &People,
) -> Result<Vec<Arc<Session>>, Stop> {
    everybody(run, people).iter().map(|actor| session(run, step, actor)).collect()
}

/// Sessions that can show that nothing arrives. A WebSocket that the target has closed proves
/// nothing.
pub(crate) fn listening(
    run: &ScenarioRun,
    step: &str,
    people: &People,
) -> Result<Vec<Arc<Session>>, Stop> {
    let sessions = open_sessions(run, step, people)?;
    for session in &sessions {
        if let Some(end) = session.lost() {
            return Err(socket_lost(step, session, &end, STAYS_OPEN, None));
        }
    }
    Ok(sessions)
}

pub(crate) fn session(run: &ScenarioRun, step: &str, actor: &Actor) -> Result<Arc<Session>, Stop> {
    run.session(actor).ok_or_else(|| no_session(step, actor))
}
