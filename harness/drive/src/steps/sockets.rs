//! Sessions and their WebSockets: opened, closed, lost and opened again.

use super::people::{everybody, open_sessions, session};
use super::unbound;
use crate::session::{Order, Session};
use crate::stage::Stage;
use crate::{habits, socket};
use futures_util::StreamExt as _;
use invite_scenario::{Close, Connect, Open, Outcome, Say};
use invite_spec::endpoint;
use invite_spec::requirement::{RequirementId, id};
use invite_trace::Deadline;
use invite_trace::{Event, Stop, StopReason};

/// How many sessions of a group are opened side by side.
const SIDE_BY_SIDE: usize = 64;

pub(crate) fn order(session: &Session, order: Order) {
    if let Some(socket) = session.socket() {
        // A task that is gone has nothing left to close.
        let _ = socket.orders.send(order);
    }
}

pub(crate) async fn open(stage: &Stage, label: &str, step: &Open) -> Result<(), Stop> {
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

pub(crate) async fn close(stage: &Stage, label: &str, step: &Close) -> Result<(), Stop> {
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

pub(crate) async fn drop_sockets(stage: &Stage, label: &str, step: &Close) -> Result<(), Stop> {
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

pub(crate) async fn reconnect(stage: &Stage, label: &str, step: &Close) -> Result<(), Stop> {
    let requirement = step.requires.as_ref().and_then(|id| RequirementId::parse(id));
    let requirement = requirement.unwrap_or(id::SES_009);
    for session in open_sessions(stage, label, &step.who)? {
        stage.connect(label, &session, requirement).await?;
    }
    Ok(())
}

pub(crate) async fn connect(stage: &Stage, label: &str, step: &Connect) -> Result<(), Stop> {
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
                invite_trace::SocketEnd::Target
            } else {
                invite_trace::SocketEnd::Client
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

pub(crate) fn say(stage: &Stage, label: &str, step: &Say) -> Result<(), Stop> {
    for session in open_sessions(stage, label, &step.who)? {
        for frame in &step.frames {
            let frame = stage.recorder.lock().bindings.resolve(frame);
            order(&session, Order::Say(frame.map_err(|error| unbound(label, &error))?));
        }
    }
    Ok(())
}
