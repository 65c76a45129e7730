//! Calls, and what is waited for after them.

use super::frames::save;
use super::people::session;
use super::request::prepare;
use crate::actor::Actor;
use crate::fence;
use crate::scenario_run::ScenarioRun;
use crate::stop::Demand;
use crate::transport::{Answer, Request, millis};
use invite_scenario::{App, Call, CallKind, Expected, Outcome};
use invite_spec::endpoint::{Authentication, Operation, Plane, SESSION_TOKEN_HEADER};
use invite_spec::limits::NEW_CONFERENCE_SECONDS;
use invite_trace::{Deadline, Excuse, NoAnswer, Stop, StopReason};
use std::time::Duration;

/// How long to wait before a call is repeated that must come to be refused; twice as long each time
/// after that. What the call causes must not look like a flood.
const AGAIN: Duration = Duration::from_millis(250);
/// The longest of these pauses.
const LONGEST_PAUSE: Duration = Duration::from_secs(4);

/// What no target takes for a token.
const RUBBISH: &str = "rubbish";

pub(crate) async fn call(run: &ScenarioRun, label: &str, step: &Call) -> Result<(), Stop> {
    let endpoint = step.operation.endpoint();
    for actor in &callers(run, step) {
        if endpoint.plane == Plane::Session && endpoint.authentication == Authentication::Session {
            session(run, label, actor)?;
        }
        call_as(run, label, actor, step).await?;
    }
    Ok(())
}

fn callers(run: &ScenarioRun, step: &Call) -> Vec<Actor> {
    match &step.caller {
        None => vec![Actor::Application(App::First)],
        Some(who) => {
            Actor::application(who).map_or_else(|| run.actors(who), |application| vec![application])
        }
    }
}

async fn call_as(run: &ScenarioRun, label: &str, actor: &Actor, step: &Call) -> Result<(), Stop> {
    let endpoint = step.operation.endpoint();
    let demand = Demand::of(label, actor, step.requirement());
    let answer = match exchange(run, label, actor, step).await? {
        Ok(answer) => answer,
        Err(_) if expects_nothing(step) => return Ok(()),
        Err(why) => {
            let operation = endpoint.operation;
            return Err(demand.not_met(StopReason::NoAnswer { operation, why }));
        }
    };
    if let Some(session) = run.session(actor).filter(|_| answer.is_accepted()) {
        let conference = step.conference.as_deref().unwrap_or_default();
        match step.operation.value {
            Operation::SdkCreate => session.learn_from_create(&answer.body),
            Operation::SdkJoin => session.note_join(conference),
            Operation::SdkLeave => session.note_leave(conference),
            _ => {}
        }
    }
    let CallKind::Request(request) = &step.kind else { return Ok(()) };
    let (operation, status) = (endpoint.operation, answer.status);
    match &request.expected {
        Expected::Accepted { .. } if !answer.is_accepted() => {
            let reason = match may_be_over(run, step) {
                Some(excuse) => StopReason::Excused(excuse),
                None => StopReason::NotAccepted { operation, status },
            };
            return Err(demand.not_met(reason));
        }
        Expected::Refused(_) if !answer.is_refused() => {
            return Err(demand.not_met(StopReason::NotRefused { operation, status }));
        }
        Expected::Any { .. } if !answer.is_accepted() && !request.save.is_empty() => {
            // The scenario allows this, and has nothing to go on with.
            let excuse = Excuse::Refused { operation, status };
            return Err(demand.not_met(StopReason::Excused(excuse)));
        }
        Expected::Accepted { .. } | Expected::Refused(_) | Expected::Any { .. } => {}
    }
    let payload = endpoint.answer.map(|payload| payload.name);
    save(run, demand, &request.save, answer.body.json(), payload)
}

/// On a machine that was late, a conference that nobody has joined may be over by now, and rightly so
/// (CNF-014).
fn may_be_over(run: &ScenarioRun, step: &Call) -> Option<Excuse> {
    let conference = step.conference.as_deref()?;
    let conference = run.recorder.lock().bindings.resolve_string(conference).ok()?;
    let passed = run.recorder.unjoined_for(&conference)?;
    let at_most = NEW_CONFERENCE_SECONDS;
    let waited_ms = millis(passed);
    (passed > Duration::from_secs(at_most)).then_some(Excuse::TooLate { waited_ms, at_most })
}

/// Sends the call; again and again if it must come to be refused, and is refused for another reason.
async fn exchange(
    run: &ScenarioRun,
    label: &str,
    actor: &Actor,
    step: &Call,
) -> Result<Result<Answer, NoAnswer>, Stop> {
    if let Some(sdk) = run.sdk(actor).filter(|sdk| sdk.makes(actor, step)) {
        return sdk.perform(run, label, actor, step).await;
    }
    let request = prepare(run, label, actor, step).await?;
    let refusal = step.request().and_then(|request| request.expected.refusal());
    let is_repeated = refusal.is_some_and(|refusal| refusal.until_refused);
    let transport = run.transport();
    let end = tokio::time::Instant::now() + transport.deadlines.get(Deadline::Leeway);
    let mut outcome = transport.exchange(label, actor, request.clone()).await;
    let is_accepted = |outcome: &Result<Answer, NoAnswer>| {
        outcome.as_ref().is_ok_and(|answer| !answer.is_refused())
    };
    if !is_repeated || !is_accepted(&outcome) {
        return Ok(outcome);
    }
    // A target that does not refuse rubbish either will not come to refuse this.
    let rubbish = transport.exchange(label, actor, with_rubbish(request.clone())).await;
    let mut goes_on = !is_accepted(&rubbish);
    let mut pause = AGAIN;
    loop {
        if goes_on {
            tokio::time::sleep(pause).await;
        }
        // The last request of the step is the one that is judged.
        outcome = transport.exchange(label, actor, request.clone()).await;
        pause = (2 * pause).min(LONGEST_PAUSE);
        goes_on &= tokio::time::Instant::now() + pause <= end;
        if !goes_on || !is_accepted(&outcome) {
            return Ok(outcome);
        }
    }
}

/// The same request with credentials that no target can know.
fn with_rubbish(mut request: Request) -> Request {
    for (name, scheme) in [("authorization", "Bearer "), (SESSION_TOKEN_HEADER, "")] {
        if let Some(value) = request.headers.get_mut(name) {
            *value = format!("{scheme}{RUBBISH}");
        }
    }
    request
}

/// Whether a scenario goes on without a response to the call.
fn expects_nothing(step: &Call) -> bool {
    step.request().is_some_and(|request| {
        request.expected.outcome() == Outcome::Any && request.save.is_empty()
    })
}

/// Waits, after a refusal, for what the call may have caused all the same: later it could be
/// attributed to the call that is allowed. And after leaving, for what was in flight: later it would
/// be news for an outsider.
pub(crate) async fn settle(run: &ScenarioRun, label: &str, step: &Call) -> Result<(), Stop> {
    let Some(request) = step.request() else { return Ok(()) };
    let operation = step.operation.value;
    let sessions = match request.expected.outcome() {
        Outcome::Refused if operation.endpoint().effect.is_some() => run.sessions(),
        Outcome::Accepted if operation == Operation::SdkLeave => {
            // Leaving affects only the participant who leaves.
            let callers = callers(run, step);
            let mut sessions = run.sessions();
            sessions.retain(|session| callers.contains(&session.identity.actor));
            sessions
        }
        Outcome::Accepted | Outcome::Refused | Outcome::Any => return Ok(()),
    };
    // Concurrent calls settle in random order: their fences share one label.
    let group = label.split_once('.').map_or(label, |(group, _)| group);
    fence::fence_what_can_be(run, &format!("after {group}"), &sessions).await
}
