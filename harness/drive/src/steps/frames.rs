//! Waiting for frames, and keeping what messages say for later steps.

use super::people::open_sessions;
use super::{harness_fault, unbound};
use crate::session::{End, Session};
use crate::socket;
use crate::stage::Stage;
use invite_scenario::matching::{Context, Pattern};
use invite_scenario::{Await, Pointers};
use invite_spec::push::FrameType;
use invite_spec::requirement::{self, RequirementId};
use invite_trace::Deadline;
use invite_trace::{Event, Stop, StopReason};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

pub(crate) async fn await_frame(stage: &Stage, label: &str, step: &Await) -> Result<(), Stop> {
    let sessions = open_sessions(stage, label, &step.by)?;
    let from = match &step.after {
        None => 0,
        Some(after) => beginning(stage, after),
    };
    let pattern =
        Pattern { frame: Some(&step.frame), about: step.about.as_ref(), fits: &step.fits };
    let Some(kind) = FrameType::parse(&step.frame).map(FrameType::kind) else {
        return Err(harness_fault(label, "", "a known type of frame", step.frame.text.clone()));
    };
    let named = step.requires.0.first().and_then(|id| RequirementId::parse(id));
    let requirement = named.unwrap_or(kind.requirement);
    let mut missing: BTreeMap<&str, &Arc<Session>> =
        sessions.iter().map(|session| (session.actor.as_str(), session)).collect();
    let mut frame = None;
    let mut gone: Option<(&Session, End)> = None;
    let health = &stage.shared.health;
    let awaited = format!("frame {}", step.frame.text);
    let (deadline, usual) = stage.edge().within(Deadline::Event);
    let patience = health.patience(&awaited, usual);
    stage
        .recorder
        .wait(from, (deadline, patience), |state, place, entry| {
            if let Event::Received { body, .. } = &entry.event {
                let context = Context {
                    bindings: &state.bindings,
                    tokens: state.vault.tokens(),
                    received_at: None,
                };
                let json = body.json().filter(|_| missing.contains_key(entry.actor.as_str()));
                if let Some(json) = json.filter(|json| pattern.matches(json, context)) {
                    missing.remove(entry.actor.as_str());
                    frame.get_or_insert_with(|| json.clone());
                }
            }
            // A socket that is gone, and was not opened again, brings nothing more: but what it
            // brought before counts.
            if place + 1 == state.entries.len() {
                gone = missing.values().find_map(|session| Some((&***session, session.lost()?)));
            }
            missing.is_empty() || gone.is_some()
        })
        .await;
    if missing.is_empty() {
        health.came(&awaited);
        let who = &step.by.0[0];
        return save(stage, label, who, &step.save, frame.as_ref(), kind.payload.name, requirement);
    }
    if let Some((session, end)) = gone {
        let mut stop = socket::lost(label, session, &end, requirement);
        if stop.requirement == requirement.as_str() {
            stop.expected = pattern.to_string();
        }
        return Err(stop);
    }
    health.missed(&awaited);
    let first = missing.keys().next().copied().unwrap_or_default().to_owned();
    let waiting_for = pattern.to_string();
    stage.recorder.add(label, &first, Event::Expired { deadline, waiting_for });
    let mut seen = format!("none within {} ms", patience.as_millis());
    if sessions.len() > 1 {
        seen.push_str(&format!(" at {} of {}, {first} among them", missing.len(), sessions.len()));
    }
    Err(Stop {
        step: label.into(),
        actor: first,
        reason: StopReason::NoFrame,
        requirement: requirement.to_string(),
        expected: pattern.to_string(),
        seen,
    })
}

/// Where a step began; the end of the trace so far, if it has not.
fn beginning(stage: &Stage, step: &str) -> usize {
    let state = stage.recorder.lock();
    let place = |entry: &invite_trace::Entry| entry.step == step && entry.event == Event::Begun;
    state.entries.iter().position(place).unwrap_or(state.entries.len())
}

pub(crate) fn save(
    stage: &Stage,
    label: &str,
    actor: &str,
    pointers: &Pointers,
    value: Option<&Value>,
    payload: &str,
    requirement: RequirementId,
) -> Result<(), Stop> {
    for (name, pointer) in pointers {
        let pointer = stage.recorder.lock().bindings.resolve_string(pointer);
        let pointer = pointer.map_err(|error| unbound(label, &error))?;
        let found =
            value.and_then(|value| value.pointer(&pointer)).filter(|found| !found.is_null());
        let Some(found) = found else {
            return Err(Stop {
                step: label.into(),
                actor: actor.into(),
                reason: StopReason::Missing,
                requirement: requirement::of_field(payload, &pointer)
                    .unwrap_or(requirement)
                    .to_string(),
                expected: format!("a value at {pointer}"),
                seen: invite_text::show(value),
            });
        };
        stage.recorder.lock().bindings.bind(name.clone(), found.clone());
    }
    Ok(())
}
