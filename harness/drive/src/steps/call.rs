//! Calls, and what is waited for after them.

use super::frames::save;
use super::harness_fault;
use super::people::session;
use super::request::prepare;
use crate::fence;
use crate::http::{Answer, NoAnswer};
use crate::stage::{APPLICATION, SECOND, Stage, no_answer};
use invite_scenario::{Call, Outcome};
use invite_spec::endpoint::{self, Endpoint, Operation, Plane};
use invite_spec::requirement::RequirementId;
use invite_trace::Deadline;
use invite_trace::{Stop, StopReason};
use std::time::Duration;

/// How often a call is tried again that must come to be refused.
const AGAIN: Duration = Duration::from_millis(250);

pub(crate) async fn call(stage: &Stage, label: &str, step: &Call) -> Result<(), Stop> {
    let Some(endpoint) = Operation::parse(&step.operation).map(Operation::endpoint) else {
        return Err(harness_fault(label, "", "a known operation", step.operation.text.clone()));
    };
    let callers = match &step.caller {
        None => vec![APPLICATION.to_owned()],
        Some(who) if [APPLICATION, SECOND].contains(&&*who.text) => vec![who.text.clone()],
        Some(who) => stage.actors(who),
    };
    for actor in &callers {
        if endpoint.plane == Plane::Session
            && endpoint.authentication == endpoint::Authentication::Session
        {
            session(stage, label, actor)?;
        }
        call_as(stage, label, actor, endpoint, step).await?;
    }
    Ok(())
}

async fn call_as(
    stage: &Stage,
    label: &str,
    actor: &str,
    endpoint: &Endpoint,
    step: &Call,
) -> Result<(), Stop> {
    let request = prepare(stage, label, actor, endpoint, step).await?;
    let edge = stage.edge();
    let end = tokio::time::Instant::now() + edge.deadlines.get(Deadline::Leeway);
    let outcome = loop {
        let outcome = edge.exchange(label, actor, request.clone()).await;
        let refused = outcome.as_ref().is_ok_and(Answer::is_refused);
        if !step.until_refused || refused || tokio::time::Instant::now() + AGAIN > end {
            break outcome;
        }
        tokio::time::sleep(AGAIN).await;
    };
    let answer = match outcome {
        Ok(answer) => answer,
        Err(fault) => return broken(label, actor, endpoint, step, &fault),
    };
    if let Some(session) = stage.session(actor).filter(|_| answer.is_accepted()) {
        let conference = step.conference.as_deref().unwrap_or_default();
        match endpoint.operation {
            Operation::SdkCreate => session.learn_from_create(&answer.body),
            Operation::SdkJoin => session.note_join(conference),
            Operation::SdkLeave => session.note_leave(conference),
            _ => {}
        }
    }
    let right = match step.outcome {
        _ if step.preflight => true,
        Outcome::Accepted => answer.is_accepted(),
        Outcome::Refused => answer.is_refused(),
        Outcome::Any => true,
    };
    let named = step.requires.0.first().and_then(|id| RequirementId::parse(id));
    let requirement = named.unwrap_or(endpoint.requirement);
    let stop = |reason: StopReason, expected: &str| {
        Err(Stop {
            step: label.into(),
            actor: actor.into(),
            reason,
            requirement: requirement.to_string(),
            expected: format!("{} is {expected}", endpoint.operation),
            seen: format!("status {}", answer.status),
        })
    };
    if !right {
        let expected = match step.outcome {
            Outcome::Refused => "refused (a status of 400 or more)",
            _ => "accepted (a status from 200 to 299)",
        };
        return stop(StopReason::Outcome, expected);
    }
    if step.outcome == Outcome::Any && !answer.is_accepted() && !step.save.is_empty() {
        // The scenario allows this, and has nothing to go on with.
        return stop(StopReason::Excused, "accepted or refused");
    }
    let payload = endpoint.answer.map_or("", |payload| payload.name);
    save(stage, label, actor, &step.save, answer.body.json(), payload, requirement)
}

/// A call without an answer stops the scenario, unless nothing was expected of it.
fn broken(
    label: &str,
    actor: &str,
    endpoint: &Endpoint,
    step: &Call,
    fault: &NoAnswer,
) -> Result<(), Stop> {
    if step.outcome == Outcome::Any && step.save.is_empty() {
        return Ok(());
    }
    let mut stop = no_answer(label, actor, endpoint, fault);
    if let Some(id) = step.requires.0.first() {
        stop.requirement = id.text.clone();
    }
    Err(stop)
}

/// Waits, after a refusal, for what may have come of the call all the same: later it could be put
/// down to the call that is allowed. And after leaving, for what was on its way: later it would be
/// news for an outsider.
pub(crate) async fn settle(stage: &Stage, label: &str, step: &Call) -> Result<(), Stop> {
    let operation = Operation::parse(&step.operation);
    let effect = operation.and_then(|operation| operation.endpoint().effect);
    let is_refusal = step.outcome == Outcome::Refused && effect.is_some();
    let is_leave = step.outcome == Outcome::Accepted && operation == Some(Operation::SdkLeave);
    if step.preflight || !(is_refusal || is_leave) {
        return Ok(());
    }
    // Who leaves is alone concerned: what arrives after this is no longer on its way.
    let mut sessions = stage.sessions();
    if let (true, Some(caller)) = (is_leave, &step.caller) {
        let actors = stage.actors(caller);
        sessions.retain(|session| actors.contains(&session.actor));
    }
    fence::fence_what_can_be(stage, &format!("after {label}"), &sessions).await
}
