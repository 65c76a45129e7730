//! Sessions and their WebSockets: opened, closed, lost and opened again.

use super::people::{everybody, open_sessions, session};
use crate::actor::Actor;
use crate::limits::SIDE_BY_SIDE;
use crate::scenario_run::ScenarioRun;
use crate::session::{Identity, Session, SocketCommand};
use crate::stop::{Demand, unbound};
use crate::{client_defaults, socket};
use futures_util::StreamExt as _;
use invite_scenario::{Connect, Open, Say, SessionStep, Upgrade};
use invite_spec::endpoint;
use invite_spec::requirement::id;
use invite_trace::{Deadline, Event, SocketEnd, Stop, StopReason};
use std::sync::atomic::{AtomicBool, Ordering};

pub(crate) fn command(session: &Session, command: SocketCommand) {
    if let Some(socket) = session.socket() {
        // A task that is gone has nothing left to close.
        let _ = socket.commands.send(command);
    }
}

pub(crate) async fn open(run: &ScenarioRun, label: &str, step: &Open) -> Result<(), Stop> {
    let actors = everybody(run, &step.who);
    let has_failed = &AtomicBool::new(false);
    // Once one cannot be opened, no more are begun: a silent target costs one deadline, and not one for
    // each member of a crowd.
    let wanted = actors.into_iter().take_while(|_| !has_failed.load(Ordering::Relaxed));
    let mut opening = futures_util::stream::iter(wanted)
        .map(|actor| async move { run.open(label, &actor, step).await })
        .buffer_unordered(SIDE_BY_SIDE);
    let mut first = Ok(());
    // Let calls in flight finish: what is cut off would look like the target's failure.
    while let Some(opened) = opening.next().await {
        has_failed.fetch_or(opened.is_err(), Ordering::Relaxed);
        first = first.and(opened);
    }
    first
}

pub(crate) async fn close(run: &ScenarioRun, label: &str, step: &SessionStep) -> Result<(), Stop> {
    for session in open_sessions(run, label, &step.who)? {
        if let Some(sdk) = run.sdk(&session.identity.actor) {
            sdk.close(run, label, &session).await?;
            continue;
        }
        let endpoint = &invite_spec::sdk::logout::ENDPOINT;
        let body = client_defaults::body(endpoint, None);
        let path = endpoint.path.to_owned();
        let request =
            run.request(label, &session.identity.actor, endpoint, path, body.as_ref()).await?;
        run.accepted(label, &session.identity.actor, endpoint, request).await?;
        lose(run, &session, SocketCommand::Close).await;
    }
    Ok(())
}

pub(crate) async fn drop_sockets(
    run: &ScenarioRun,
    label: &str,
    step: &SessionStep,
) -> Result<(), Stop> {
    for session in open_sessions(run, label, &step.who)? {
        lose(run, &session, SocketCommand::Drop).await;
    }
    Ok(())
}

/// Ends a socket and waits until its end is recorded.
async fn lose(run: &ScenarioRun, session: &Session, how: SocketCommand) {
    let Some(number) = session.socket().map(|socket| socket.number) else { return };
    command(session, how);
    let ours = run.transport().within(Deadline::Answer);
    run
        .recorder
        .wait(0, ours, |_, _, entry| {
            matches!(entry.event, Event::SocketClosed { socket, .. } if socket == number)
        })
        .await;
}

pub(crate) async fn reconnect(
    run: &ScenarioRun,
    label: &str,
    step: &SessionStep,
) -> Result<(), Stop> {
    let requirement = step.requires.as_ref().map_or(id::SES_009, |id| id.value);
    for session in open_sessions(run, label, &step.who)? {
        run.connect(label, &session, requirement).await?;
    }
    Ok(())
}

pub(crate) async fn connect(run: &ScenarioRun, label: &str, step: &Connect) -> Result<(), Stop> {
    let token = run.recorder.lock().bindings.resolve_string(&step.user_token);
    let token = token.map_err(|error| unbound(label, &error))?;
    let known = session(run, label, &Actor::session(&step.who))?;
    let identity = &known.identity;
    let path = format!(
        "{}?Voxeet-Id={}&Token={token}",
        endpoint::SOCKET_PATH,
        client_defaults::client_id(&format!("{label}{}", identity.client_id)),
    );
    let is_open = opens(run, label, identity, &path).await;
    let must_open = step.expected == Upgrade::Opened;
    if is_open == must_open {
        return Ok(());
    }
    let reason = StopReason::SocketOutcome { opened: is_open };
    Err(Demand::of(label, &identity.actor, step.requires.value).not_met(reason))
}

/// Whether a WebSocket opens, and stays open for a moment.
async fn opens(run: &ScenarioRun, label: &str, identity: &Identity, path: &str) -> bool {
    let transport = run.transport();
    let opened =
        socket::connect(transport, label, &identity.actor, &identity.socket_base, path).await;
    let Ok((number, mut stream)) = opened else { return false };
    // A server may also accept the upgrade and close at once, which is a refusal, too.
    let quiet = transport.deadlines.get(Deadline::Quiet);
    let is_closed = tokio::time::timeout(quiet, stream.frames.next()).await.is_ok_and(|next| {
        next.is_none_or(|message| message.is_err() || message.is_ok_and(|it| it.is_close()))
    });
    let by = if is_closed { SocketEnd::Target } else { SocketEnd::Client };
    let event = Event::SocketClosed { socket: number, by, code: None, reason: String::new() };
    transport.recorder.add(label, &identity.actor, event);
    !is_closed
}

pub(crate) fn say(run: &ScenarioRun, label: &str, step: &Say) -> Result<(), Stop> {
    for session in open_sessions(run, label, &step.who)? {
        for frame in &step.frames {
            let frame = run.recorder.lock().bindings.resolve(frame);
            command(&session, SocketCommand::Send(frame.map_err(|error| unbound(label, &error))?));
        }
    }
    Ok(())
}
