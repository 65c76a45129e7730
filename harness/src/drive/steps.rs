//! One step after the other.

use super::http::{Answer, NoAnswer, Request};
use super::session::{End, Order, Session};
use super::stage::{self, APPLICATION, SECOND, Stage, no_answer};
use super::{fence, forge, habits, socket, wire};
use crate::judge;
use crate::matching::{Context, Pattern};
use crate::scenario::reference::Unbound;
use crate::scenario::{
    Await, Call, Check, Close, Connect, Forge, Open, Outcome, People, Pointers, Say, Scenario,
    Step, TokenChoice, Until,
};
use crate::target::Deadline;
use crate::trace::{Content, Ended, Event, Stop, StopReason, Trace};
use futures_util::StreamExt as _;
use futures_util::future::join_all;
use invite_spec::endpoint::{self, Endpoint, Plane};
use invite_spec::{push, requirement};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How many sessions of a group are opened side by side.
const SIDE_BY_SIDE: usize = 64;

/// How often a call is tried again that must come to be refused.
const AGAIN: Duration = Duration::from_millis(250);

/// The label of what is done after the last step.
const EPILOGUE: &str = "end";

/// Drives a scenario to its end, or to the first step that cannot be done.
pub(super) async fn drive(stage: &Stage, scenario: &Scenario) -> Trace {
    let ended = match perform_all(stage, scenario).await {
        Ok(()) => Ended::Complete,
        Err(stop) => Ended::Stopped(stop),
    };
    finish(stage, scenario, ended)
}

/// Closes what is open and gives the trace.
pub(super) fn finish(stage: &Stage, scenario: &Scenario, ended: Ended) -> Trace {
    let trace = stage.recorder.finish(&scenario.scenario, ended);
    for session in stage.sessions() {
        order(&session, Order::Close);
    }
    trace
}

async fn perform_all(stage: &Stage, scenario: &Scenario) -> Result<(), Stop> {
    let mut labels = scenario.labelled().into_iter();
    for step in &scenario.steps {
        let Some((label, _)) = labels.next() else { break };
        match step {
            Step::Together(steps) => {
                let inner: Vec<_> = labels.by_ref().take(steps.len()).collect();
                let all = inner.iter().map(|(label, step)| perform(stage, label, step));
                join_all(all).await.into_iter().collect::<Result<(), Stop>>()?;
            }
            step => perform(stage, &label, step).await?,
        }
    }
    // What is still on its way belongs to the trace: the laws are judged on all of it.
    fence::fence(stage, EPILOGUE, &stage.sessions()).await
}

async fn perform(stage: &Stage, label: &str, step: &Step) -> Result<(), Stop> {
    stage.recorder.add(label, "", Event::Begun);
    match step {
        Step::Open(step) => open(stage, label, step).await,
        Step::Close(step) => close(stage, label, step).await,
        Step::Drop(step) => drop_sockets(stage, label, step).await,
        Step::Reconnect(step) => reconnect(stage, label, step).await,
        Step::Connect(step) => connect(stage, label, step).await,
        Step::Call(step) => {
            call(stage, label, step).await?;
            settle(stage, label, step).await
        }
        Step::Wire(step) => wire::send(stage, label, step).await,
        Step::Await(step) => await_frame(stage, label, step).await,
        Step::Never(never) => {
            let sessions = listening(stage, label, &never.by)?;
            fence::fence(stage, label, &sessions).await
        }
        Step::Forge(step) => forge_token(stage, label, step),
        Step::Together(_) => Ok(()),
        Step::UntilExpired(step) => until_expired(stage, label, step).await,
        Step::Say(step) => say(stage, label, step),
        Step::Check(Check { fence: people, .. }) => match people {
            None => Ok(()),
            Some(people) => {
                let sessions = listening(stage, label, people)?;
                fence::fence(stage, label, &sessions).await
            }
        },
    }
}

/// A stop that is nobody's fault but the scenario's or the harness's.
fn harness_fault(step: &str, actor: &str, expected: &str, seen: impl Into<String>) -> Stop {
    Stop {
        step: step.into(),
        actor: actor.into(),
        reason: StopReason::Harness,
        requirement: String::new(),
        expected: expected.into(),
        seen: seen.into(),
    }
}

fn unbound(step: &str, error: &Unbound) -> Stop {
    harness_fault(step, "", "every reference has a value", error.to_string())
}

fn everybody(stage: &Stage, people: &People) -> Vec<String> {
    people.0.iter().flat_map(|who| stage.actors(who)).collect()
}

fn open_sessions(stage: &Stage, step: &str, people: &People) -> Result<Vec<Arc<Session>>, Stop> {
    everybody(stage, people).iter().map(|actor| session(stage, step, actor)).collect()
}

/// Sessions by which it can be shown that nothing arrives: of a WebSocket that the target closed
/// that would prove nothing.
fn listening(stage: &Stage, step: &str, people: &People) -> Result<Vec<Arc<Session>>, Stop> {
    let sessions = open_sessions(stage, step, people)?;
    for session in &sessions {
        if let Some(end) = session.lost() {
            return Err(socket::lost(step, session, &end, fence::STAYS_OPEN));
        }
    }
    Ok(sessions)
}

fn session(stage: &Stage, step: &str, actor: &str) -> Result<Arc<Session>, Stop> {
    stage
        .session(actor)
        .ok_or_else(|| harness_fault(step, actor, "an open session", "none: open it first"))
}

fn order(session: &Session, order: Order) {
    if let Some(socket) = session.socket() {
        // A task that is gone has nothing left to close.
        let _ = socket.orders.send(order);
    }
}

async fn open(stage: &Stage, label: &str, step: &Open) -> Result<(), Stop> {
    let actors = everybody(stage, &step.who);
    let mut opening = futures_util::stream::iter(actors)
        .map(|actor| async move { stage.open(label, &actor, step).await })
        .buffer_unordered(SIDE_BY_SIDE);
    let mut first = Ok(());
    // Those that are on their way are seen through: what is cut off would look like the target's
    // failure.
    while let Some(opened) = opening.next().await {
        first = first.and(opened);
    }
    first
}

async fn close(stage: &Stage, label: &str, step: &Close) -> Result<(), Stop> {
    for session in open_sessions(stage, label, &step.who)? {
        let endpoint = &invite_spec::sdk::logout::ENDPOINT;
        let body = habits::body(endpoint, None);
        let path = endpoint.path.to_owned();
        let request = stage.request(label, &session.actor, endpoint, path, body.as_ref()).await?;
        stage.accepted(label, &session.actor, endpoint, request).await?;
        lose(stage, &session, Order::Close).await;
    }
    Ok(())
}

async fn drop_sockets(stage: &Stage, label: &str, step: &Close) -> Result<(), Stop> {
    for session in open_sessions(stage, label, &step.who)? {
        lose(stage, &session, Order::Drop).await;
    }
    Ok(())
}

/// Ends a socket and waits until its end is recorded.
async fn lose(stage: &Stage, session: &Session, how: Order) {
    let Some(number) = session.socket().map(|socket| socket.number) else { return };
    order(session, how);
    let ours = stage.edge().within(Deadline::Answer);
    stage
        .recorder
        .wait(0, ours, |_, _, entry| {
            matches!(entry.event, Event::SocketClosed { socket, .. } if socket == number)
        })
        .await;
}

async fn reconnect(stage: &Stage, label: &str, step: &Close) -> Result<(), Stop> {
    let requirement = step.requires.as_ref().map_or("SES-009", |id| id.text.as_str());
    for session in open_sessions(stage, label, &step.who)? {
        stage.connect(label, &session, requirement).await?;
    }
    Ok(())
}

async fn connect(stage: &Stage, label: &str, step: &Connect) -> Result<(), Stop> {
    let token = stage.recorder.lock().bindings.resolve_string(&step.user_token);
    let token = token.map_err(|error| unbound(label, &error))?;
    let known = session(stage, label, &step.who)?;
    let path = format!(
        "{}?Voxeet-Id={}&Token={token}",
        endpoint::SOCKET_PATH,
        habits::client_id(&format!("{label}{}", known.client_id)),
    );
    let edge = stage.edge();
    let opened = socket::connect(edge, label, &known.actor, &known.socket_base, &path).await;
    let accepted = match opened {
        Err(_) => false,
        Ok((number, mut stream)) => {
            // A server may also accept the upgrade and close at once: that is a refusal, too.
            let quiet = edge.deadlines.get(Deadline::Quiet);
            let closed = tokio::time::timeout(quiet, stream.next()).await.is_ok_and(|next| {
                next.is_none_or(|message| message.is_err() || message.is_ok_and(|m| m.is_close()))
            });
            let by = if closed {
                crate::trace::SocketEnd::Target
            } else {
                crate::trace::SocketEnd::Client
            };
            let event =
                Event::SocketClosed { socket: number, by, code: None, reason: String::new() };
            edge.recorder.add(label, &known.actor, event);
            !closed
        }
    };
    let right = match step.outcome {
        Outcome::Accepted => accepted,
        Outcome::Refused => !accepted,
        Outcome::Any => true,
    };
    if right {
        return Ok(());
    }
    Err(Stop {
        step: label.into(),
        actor: known.actor.clone(),
        reason: StopReason::Socket,
        requirement: step.requires.text.clone(),
        expected: format!("the WebSocket is {}", if accepted { "refused" } else { "opened" }),
        seen: if accepted { "it opened" } else { "it did not open" }.into(),
    })
}

fn say(stage: &Stage, label: &str, step: &Say) -> Result<(), Stop> {
    for session in open_sessions(stage, label, &step.who)? {
        for frame in &step.frames {
            let frame = stage.recorder.lock().bindings.resolve(frame);
            order(&session, Order::Say(frame.map_err(|error| unbound(label, &error))?));
        }
    }
    Ok(())
}

/// Waits, after a refusal, for what may have come of the call all the same: later it could be put
/// down to the call that is allowed. And after leaving, for what was on its way: later it would be
/// news for an outsider.
async fn settle(stage: &Stage, label: &str, step: &Call) -> Result<(), Stop> {
    let is_refusal = step.outcome == Outcome::Refused && judge::is_seen(&step.operation);
    let is_leave = step.outcome == Outcome::Accepted && step.operation.text == "sdk.leave";
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

async fn call(stage: &Stage, label: &str, step: &Call) -> Result<(), Stop> {
    let Some(endpoint) = endpoint::find(&step.operation) else {
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
        match endpoint.operation {
            "sdk.create" => session.learn_from_create(&answer.body),
            "sdk.join" => session.note_join(),
            "sdk.leave" => session.note_leave(),
            _ => {}
        }
    }
    let right = match step.outcome {
        _ if step.preflight => true,
        Outcome::Accepted => answer.is_accepted(),
        Outcome::Refused => answer.is_refused(),
        Outcome::Any => true,
    };
    let requirement =
        step.requires.0.first().map_or(endpoint.requirement, |id| id.text.as_str()).to_owned();
    if !right {
        let expected = match step.outcome {
            Outcome::Refused => "refused (a status of 400 or more)",
            _ => "accepted (a status from 200 to 299)",
        };
        return Err(Stop {
            step: label.into(),
            actor: actor.into(),
            reason: StopReason::Outcome,
            requirement,
            expected: format!("{} is {expected}", endpoint.operation),
            seen: format!("status {}", answer.status),
        });
    }
    if step.outcome == Outcome::Any && !answer.is_accepted() && !step.save.is_empty() {
        // The scenario allows this, and has nothing to go on with.
        return Err(Stop {
            step: label.into(),
            actor: actor.into(),
            reason: StopReason::Excused,
            requirement,
            expected: format!("{} is accepted or refused", endpoint.operation),
            seen: format!("status {}", answer.status),
        });
    }
    let payload = endpoint.answer.map_or("", |payload| payload.name);
    save(stage, label, actor, &step.save, answer.body.json(), payload, &requirement)
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

async fn prepare(
    stage: &Stage,
    label: &str,
    actor: &str,
    endpoint: &Endpoint,
    step: &Call,
) -> Result<Request, Stop> {
    let resolve = |text: &str| {
        stage.recorder.lock().bindings.resolve_string(text).map_err(|error| unbound(label, &error))
    };
    let conference = step.conference.as_deref().map(resolve).transpose()?;
    let mut path = endpoint.path.to_owned();
    for parameter in endpoint.parameters() {
        let value = match parameter {
            "conferenceId" => conference.clone().unwrap_or_default(),
            other => resolve(step.path.get(other).map_or("", String::as_str))?,
        };
        path = path.replace(&format!("{{{parameter}}}"), &stage::path_segment(&value));
    }
    let own = step
        .body
        .as_ref()
        .map(|body| stage.recorder.lock().bindings.resolve(body))
        .transpose()
        .map_err(|error| unbound(label, &error))?;
    let body = habits::body(endpoint, own.as_ref());
    remember_token(stage, label, actor, endpoint, step, conference.as_deref())?;
    let mut request = stage.request(label, actor, endpoint, path, body.as_ref()).await?;
    if endpoint.authentication == endpoint::Authentication::ClientToken {
        // A client instance of its own: the open session is not to be taken for replaced.
        let name = format!("{label}{}", stage.recorder.lock().bindings.alias_prefix);
        request.headers.insert(endpoint::CLIENT_ID_HEADER.into(), habits::client_id(&name));
    }
    credentials(stage, label, actor, step, &mut request)?;
    if let Some(text) = &step.text {
        let text = resolve(text)?;
        let bytes = stage.recorder.lock().vault.reveal(&text).into_bytes();
        request.shown = stage.recorder.lock().vault.content(&bytes, false);
        request.body = Some(bytes);
    }
    if let Some(bytes) = step.filler {
        let shown = format!("{bytes} bytes of filler");
        request.shown = Content::Text { beginning: shown, bytes };
        request.body = Some(filler(bytes));
    }
    for (name, value) in &step.headers {
        request.headers.insert(name.to_lowercase(), resolve(value)?);
    }
    if step.preflight {
        ask_first(&mut request, endpoint);
    }
    Ok(request)
}

/// A JSON object of exactly this many bytes (or a few more, if they are very few).
fn filler(bytes: usize) -> Vec<u8> {
    let frame = r#"{"filler":""}"#;
    format!(r#"{{"filler":"{}"}}"#, "x".repeat(bytes.saturating_sub(frame.len()))).into_bytes()
}

/// The browser's question before a request of another origin.
fn ask_first(request: &mut Request, endpoint: &Endpoint) {
    let asked: Vec<&str> = ["authorization", "content-type"]
        .into_iter()
        .chain([
            endpoint::CLIENT_ID_HEADER,
            endpoint::CONFERENCE_TOKEN_HEADER,
            endpoint::SESSION_TOKEN_HEADER,
        ])
        .collect();
    request.headers = BTreeMap::from([
        ("origin".to_owned(), habits::ORIGIN.to_owned()),
        ("access-control-request-method".to_owned(), endpoint.method.as_str().to_owned()),
        ("access-control-request-headers".to_owned(), asked.join(",")),
    ]);
    request.method = "OPTIONS".to_owned();
    request.body = None;
    request.shown = Content::Empty;
}

/// Joining makes the conference's token the current one, as in the real client.
fn remember_token(
    stage: &Stage,
    label: &str,
    actor: &str,
    endpoint: &Endpoint,
    step: &Call,
    conference: Option<&str>,
) -> Result<(), Stop> {
    let Some(session) = stage.session(actor).filter(|_| endpoint.operation == "sdk.join") else {
        return Ok(());
    };
    let token = match &step.token {
        TokenChoice::Absent => None,
        TokenChoice::Usual => conference.and_then(|id| session.stored(id)),
        TokenChoice::Given(text) => Some(
            stage
                .recorder
                .lock()
                .bindings
                .resolve_string(text)
                .map_err(|error| unbound(label, &error))?,
        ),
    };
    if let Some(token) = token {
        session.set_current(token);
    }
    Ok(())
}

/// Lays the scenario's choice of credentials over the usual ones.
fn credentials(
    stage: &Stage,
    label: &str,
    actor: &str,
    step: &Call,
    request: &mut Request,
) -> Result<(), Stop> {
    let mut state = stage.recorder.lock();
    let choices = [
        (&step.bearer, "authorization", "Bearer "),
        (&step.session_token, endpoint::SESSION_TOKEN_HEADER, ""),
        (&step.token, endpoint::CONFERENCE_TOKEN_HEADER, ""),
    ];
    for (choice, header, scheme) in choices {
        match choice {
            TokenChoice::Usual => {}
            TokenChoice::Absent => {
                request.headers.remove(header);
            }
            TokenChoice::Given(text) => {
                let value = state.bindings.resolve_string(text);
                let value = value.map_err(|error| unbound(label, &error))?;
                request.headers.insert(header.to_owned(), format!("{scheme}{value}"));
            }
        }
    }
    match &step.basic {
        TokenChoice::Usual => {}
        TokenChoice::Absent => {
            request.headers.remove("authorization");
        }
        TokenChoice::Given(text) => {
            let value = state.bindings.resolve_string(text);
            let value = value.map_err(|error| unbound(label, &error))?;
            let (own, _) = stage.credentials(actor == SECOND);
            // `usual` stands for the application's own key or secret.
            let (key, secret) = value.split_once(':').unwrap_or((value.as_str(), ""));
            let pick = |text: &str, usual: &str| {
                if text == "usual" { usual.to_owned() } else { text.to_owned() }
            };
            let pair = crate::target::Credentials {
                key: pick(key, &own.key),
                secret: pick(secret, &own.secret),
            };
            let raw = stage::basic(&pair);
            let name = state.vault.token(&raw);
            request.headers.insert("authorization".to_owned(), format!("Basic {name}"));
        }
    }
    Ok(())
}

fn save(
    stage: &Stage,
    label: &str,
    actor: &str,
    pointers: &Pointers,
    value: Option<&Value>,
    payload: &str,
    requirement: &str,
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
                requirement: requirement::of_field(payload, &pointer).unwrap_or(requirement).into(),
                expected: format!("a value at {pointer}"),
                seen: crate::matching::show(value),
            });
        };
        stage.recorder.lock().bindings.bind(name.clone(), found.clone());
    }
    Ok(())
}

async fn await_frame(stage: &Stage, label: &str, step: &Await) -> Result<(), Stop> {
    let sessions = open_sessions(stage, label, &step.by)?;
    let from = match &step.after {
        None => 0,
        Some(after) => beginning(stage, after),
    };
    let pattern =
        Pattern { frame: Some(&step.frame), about: step.about.as_ref(), fits: &step.fits };
    let requirement = match (step.requires.0.first(), push::kind(&step.frame)) {
        (Some(id), _) => id.text.clone(),
        (None, Some(kind)) => kind.requirement.to_owned(),
        (None, None) => String::new(),
    };
    let mut missing: BTreeMap<&str, &Arc<Session>> =
        sessions.iter().map(|session| (session.actor.as_str(), session)).collect();
    let mut frame = None;
    let mut gone: Option<(&Session, End)> = None;
    let health = &stage.shared.health;
    let kind = format!("frame {}", step.frame.text);
    let (deadline, usual) = stage.edge().within(Deadline::Event);
    let patience = health.patience(&kind, usual);
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
        health.came(&kind);
        let payload = push::kind(&step.frame).map_or("", |kind| kind.payload.name);
        let who = &step.by.0[0];
        return save(stage, label, who, &step.save, frame.as_ref(), payload, &requirement);
    }
    if let Some((session, end)) = gone {
        let mut stop = socket::lost(label, session, &end, &requirement);
        if stop.requirement == requirement {
            stop.expected = pattern.to_string();
        }
        return Err(stop);
    }
    health.missed(&kind);
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
        requirement,
        expected: pattern.to_string(),
        seen,
    })
}

/// Where a step began; the end of the trace so far, if it has not.
fn beginning(stage: &Stage, step: &str) -> usize {
    let state = stage.recorder.lock();
    let place = |entry: &crate::trace::Entry| entry.step == step && entry.event == Event::Begun;
    state.entries.iter().position(place).unwrap_or(state.entries.len())
}

fn forge_token(stage: &Stage, label: &str, step: &Forge) -> Result<(), Stop> {
    let mut state = stage.recorder.lock();
    let from = state.bindings.resolve_string(&step.from).map_err(|error| unbound(label, &error))?;
    let raw = state.vault.secret(&from).map(str::to_owned);
    let requirement = step.requires.as_ref().map_or("TOK-004", |id| id.text.as_str());
    let Some(forged) = raw.as_deref().and_then(|raw| forge::forge(raw, step.how)) else {
        return Err(Stop {
            step: label.into(),
            actor: String::new(),
            reason: if step.may_be_opaque { StopReason::Excused } else { StopReason::Missing },
            requirement: requirement.into(),
            expected: "a token that is a JWT".into(),
            seen: "a token of another form".into(),
        });
    };
    let how = serde_name(step.how);
    let name = state.vault.forged(&forged, &from, how);
    state.bindings.bind(step.name.text.clone(), name);
    Ok(())
}

fn serde_name(how: crate::scenario::Forgery) -> &'static str {
    use crate::scenario::Forgery;
    match how {
        Forgery::Tampered => "tampered with",
        Forgery::Unsigned => "unsigned",
        Forgery::TamperedAndUnsigned => "tampered with and unsigned",
        Forgery::OtherKey => "signed with another key",
        Forgery::Garbage => "replaced by garbage",
    }
}

async fn until_expired(stage: &Stage, label: &str, step: &Until) -> Result<(), Stop> {
    let expiry = {
        let state = stage.recorder.lock();
        let token = state.bindings.resolve_string(&step.token);
        let token = token.map_err(|error| unbound(label, &error))?;
        let tokens = state.vault.tokens();
        tokens.get(&token).and_then(|record| match &record.form {
            crate::trace::TokenForm::Jwt { claims, .. } => claims.get("exp")?.as_f64(),
            crate::trace::TokenForm::Opaque { .. } => None,
        })
    };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64();
    let requirement = |usual: &str| step.requires.as_ref().map_or(usual, |id| &id.text).to_owned();
    let expiry = expiry.or_else(|| step.seconds.map(|seconds| now + seconds as f64));
    let Some(expiry) = expiry else {
        return Err(Stop {
            step: label.into(),
            actor: String::new(),
            reason: StopReason::Missing,
            requirement: requirement("AUTH-008"),
            expected: "a JWT with an exp".into(),
            seen: "a token without".into(),
        });
    };
    let wait = (expiry - now).max(0.0);
    if wait > 30.0 {
        return Err(Stop {
            step: label.into(),
            actor: String::new(),
            reason: StopReason::Missing,
            requirement: requirement("AUTH-010"),
            expected: "a token that lives no longer than was asked for".into(),
            seen: format!("it expires in {wait:.0} s"),
        });
    }
    // The one thing that the clock decides.
    tokio::time::sleep(Duration::from_secs_f64(wait)).await;
    Ok(())
}
