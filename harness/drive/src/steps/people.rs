//! Whose sessions a step is about.

use super::harness_fault;
use crate::session::Session;
use crate::stage::Stage;
use crate::{fence, socket};
use invite_scenario::People;
use invite_trace::Stop;
use std::sync::Arc;

pub(crate) fn everybody(stage: &Stage, people: &People) -> Vec<String> {
    people.0.iter().flat_map(|who| stage.actors(who)).collect()
}

pub(crate) fn open_sessions(
    stage: &Stage,
    step: &str,
    people: &People,
) -> Result<Vec<Arc<Session>>, Stop> {
    everybody(stage, people).iter().map(|actor| session(stage, step, actor)).collect()
}

/// Sessions by which it can be shown that nothing arrives: of a WebSocket that the target closed
/// that would prove nothing.
pub(crate) fn listening(
    stage: &Stage,
    step: &str,
    people: &People,
) -> Result<Vec<Arc<Session>>, Stop> {
    let sessions = open_sessions(stage, step, people)?;
    for session in &sessions {
        if let Some(end) = session.lost() {
            return Err(socket::lost(step, session, &end, fence::STAYS_OPEN));
        }
    }
    Ok(sessions)
}

pub(crate) fn session(stage: &Stage, step: &str, actor: &str) -> Result<Arc<Session>, Stop> {
    stage
        .session(actor)
        .ok_or_else(|| harness_fault(step, actor, "an open session", "none: open it first"))
}
