//! Waiting for frames, and keeping values of messages for later steps.

use super::people::open_sessions;
use crate::circuit_breaker::Awaited;
use crate::scenario_run::ScenarioRun;
use crate::session::{End, Session};
use crate::stop::{Demand, socket_lost, unbound};
use crate::transport::millis;
use invite_scenario::matching::{Context, Pattern};
use invite_scenario::{Await, Pointers};
use invite_spec::requirement;
use invite_trace::{Deadline, Entry, Event, Seen, Stop, StopReason};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

pub(crate) async fn await_frame(run: &ScenarioRun, label: &str, step: &Await) -> Result<(), Stop> {
    let sessions = open_sessions(run, label, &step.by)?;
    let kind = step.frame.kind();
    let requirement = step.requires.first().unwrap_or(kind.requirement);
    let pattern = Pattern { frame: Some(kind.name), about: step.about.as_ref(), fits: &step.fits };
    let wait = wait_for(run, pattern, step, &sessions).await;
    let breaker = &run.shared.breaker;
    let Some(first) = wait.missing.first() else {
        breaker.came(Awaited::Frame(kind.name));
        let who = sessions.first().map(|session| &session.identity.actor);
        let demand = Demand { step: label, actor: who, requirement: Some(requirement) };
        return save(run, demand, &step.save, wait.frame.as_ref(), Some(kind.payload.name));
    };
    if let Some((session, end)) = wait.gone {
        return Err(socket_lost(label, &session, &end, requirement, Some(pattern.into())));
    }
    breaker.missed(Awaited::Frame(kind.name));
    let first = &first.identity.actor;
    let waiting_for = invite_trace::Awaited::Frame(pattern.into());
    run.recorder.add(label, first, Event::Expired { deadline: Deadline::Event, waiting_for });
    let reason = StopReason::NoFrame {
        pattern: pattern.into(),
        waited_ms: wait.waited_ms,
        missing: wait.missing.len(),
        of: sessions.len(),
    };
    Err(Demand::of(label, first, requirement).not_met(reason))
}

/// What came of waiting for a frame at several sessions.
struct Wait {
    /// The sessions that it did not reach, by name.
    missing: Vec<Arc<Session>>,
    /// The first one of them whose WebSocket is gone, and how it ended.
    gone: Option<(Arc<Session>, End)>,
    /// The first frame that came.
    frame: Option<Value>,
    /// How long was waited at most.
    waited_ms: u64,
}

/// Waits until a frame has reached each session, or cannot reach one any more.
async fn wait_for(
    run: &ScenarioRun,
    pattern: Pattern<'_>,
    step: &Await,
    sessions: &[Arc<Session>],
) -> Wait {
    let from = step.after.as_ref().map_or(0, |after| beginning(run, after));
    let mut missing: BTreeMap<String, &Arc<Session>> =
        sessions.iter().map(|session| (session.identity.actor.to_string(), session)).collect();
    let mut frame = None;
    let mut gone = None;
    let (deadline, usual) = run.transport().within(Deadline::Event);
    let patience = run.shared.breaker.patience(Awaited::Frame(step.frame.value), usual);
    run.recorder
        .wait(from, (deadline, patience), |state, place, entry| {
            if let Event::Received { body, .. } = &entry.event {
                let context = Context {
                    bindings: &state.bindings,
                    tokens: state.redactor.tokens(),
                    received_at: None,
                };
                let json = body.json().filter(|_| missing.contains_key(&entry.actor));
                if let Some(json) = json.filter(|json| pattern.matches(json, context)) {
                    missing.remove(&entry.actor);
                    frame.get_or_insert_with(|| json.clone());
                }
            }
            // A socket that is gone and was not opened again brings nothing more, but what it brought
            // before counts.
            if place + 1 == state.entries.len() {
                let lost = |session: &&Arc<Session>| Some((Arc::clone(session), session.lost()?));
                gone = missing.values().find_map(lost);
            }
            missing.is_empty() || gone.is_some()
        })
        .await;
    let missing = missing.into_values().cloned().collect();
    Wait { missing, gone, frame, waited_ms: millis(patience) }
}

/// Where a step began; the end of the trace so far, if it has not.
fn beginning(run: &ScenarioRun, step: &str) -> usize {
    let state = run.recorder.lock();
    let is_it = |entry: &Entry| entry.step == step && entry.event == Event::Begun;
    state.entries.iter().position(is_it).unwrap_or(state.entries.len())
}

/// Keeps values of a message. A missing one breaks the requirement of its field, if the payload is
/// known and its field has one.
pub(crate) fn save(
    run: &ScenarioRun,
    demand: Demand<'_>,
    pointers: &Pointers,
    value: Option<&Value>,
    payload: Option<&str>,
) -> Result<(), Stop> {
    for (name, pointer) in pointers {
        let pointer = run.recorder.lock().bindings.resolve_string(pointer);
        let pointer = pointer.map_err(|error| unbound(demand.step, &error))?;
        let found =
            value.and_then(|value| value.pointer(&pointer)).filter(|found| !found.is_null());
        let Some(found) = found else {
            let of_field = payload.and_then(|name| requirement::of_field(name, &pointer));
            let demand = Demand { requirement: of_field.or(demand.requirement), ..demand };
            let reason = StopReason::NoValue { pointer, seen: Seen::value(value) };
            return Err(demand.not_met(reason));
        };
        run.recorder.lock().bindings.bind(name.clone(), found.clone());
    }
    Ok(())
}
