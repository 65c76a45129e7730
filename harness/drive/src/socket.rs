//! A client's WebSocket, recorded: one task owns it.

use super::health::Health;
use super::http::Edge;
use super::recorder::Recorder;
use super::session::{End, Order, Session, Socket};
use futures_util::{SinkExt as _, StreamExt as _};
use invite_spec::requirement::{RequirementId, id};
use invite_trace::Deadline;
use invite_trace::{Content, Event, SocketEnd, Stop, StopReason};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue};
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

type Stream = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// How often the real client says that it is there.
const KEEP_ALIVE: Duration = Duration::from_secs(30);

/// What a babbling target brings, for taking its WebSockets for useless.
const ENDLESS: &str = "frames without end";

/// The requirement that a WebSocket is of use.
const USABLE: RequirementId = id::SES_002;

/// Bytes that are read at once: frames are small, and a thousand sockets may be open.
const READ_BUFFER: usize = 4 * 1024;

/// The largest frame that is read.
const MOST_BYTES: usize = 1024 * 1024;

/// Why a WebSocket could not be opened.
#[derive(Debug, Clone)]
pub(crate) struct Refused {
    pub(crate) status: Option<u16>,
    pub(crate) why: String,
}

/// Opens a WebSocket, recorded.
pub(crate) async fn connect(
    edge: Edge<'_>,
    step: &str,
    actor: &str,
    base: &str,
    path: &str,
) -> Result<(u32, Stream), Refused> {
    const KIND: &str = "the WebSocket";
    let number = edge.recorder.next_socket();
    let patience = edge.health.patience(KIND, edge.deadlines.get(Deadline::Answer));
    let outcome = if edge.health.is_dead(ENDLESS) {
        Err(Refused { status: None, why: format!("not opened: {ENDLESS} came over earlier ones") })
    } else {
        match tokio::time::timeout(patience, open(edge, base, path)).await {
            Ok(Ok(stream)) => {
                edge.health.came(KIND);
                Ok(stream)
            }
            Ok(Err(error)) => Err(explain(&error)),
            Err(_) => {
                edge.health.missed(KIND);
                let within = patience.as_millis();
                Err(Refused { status: None, why: format!("no answer within {within} ms") })
            }
        }
    };
    let path = path.to_owned();
    edge.recorder.add_with(step, actor, |state| match &outcome {
        Ok(_) => Event::SocketOpened { socket: number, path },
        Err(refused) => Event::SocketRefused {
            socket: number,
            path,
            status: refused.status,
            why: state.vault.text(&refused.why),
        },
    });
    outcome.map(|stream| (number, stream))
}

async fn open(edge: Edge<'_>, base: &str, path: &str) -> Result<Stream, Error> {
    let path = edge.recorder.lock().vault.reveal(path);
    let base = match base.split_once("://") {
        Some(("http", rest)) => format!("ws://{rest}"),
        Some(("https", rest)) => format!("wss://{rest}"),
        _ => base.to_owned(),
    };
    let mut request = format!("{base}{path}").into_client_request()?;
    let headers = request.headers_mut();
    headers.insert("origin", HeaderValue::from_static(super::habits::ORIGIN));
    for (name, value) in edge.extra {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
            headers.insert(name, value);
        }
    }
    let config = WebSocketConfig::default()
        .max_message_size(Some(MOST_BYTES))
        .max_frame_size(Some(MOST_BYTES))
        .read_buffer_size(READ_BUFFER);
    let connector = tokio_tungstenite::Connector::Rustls(Arc::clone(&edge.connector.tls));
    let (stream, _) = tokio_tungstenite::connect_async_tls_with_config(
        request,
        Some(config),
        true,
        Some(connector),
    )
    .await?;
    Ok(stream)
}

fn explain(error: &Error) -> Refused {
    match error {
        Error::Http(answer) => Refused {
            status: Some(answer.status().as_u16()),
            why: format!("the upgrade was answered with status {}", answer.status().as_u16()),
        },
        Error::Io(error) => Refused { status: None, why: format!("cannot connect: {error}") },
        other => Refused { status: None, why: other.to_string() },
    }
}

/// Gives a socket to a task of its own, which records what arrives and does what the real client
/// does by itself.
pub(crate) fn attend(
    recorder: Arc<Recorder>,
    health: Arc<Health>,
    session: Arc<Session>,
    number: u32,
    stream: Stream,
) {
    let (orders, inbox) = mpsc::unbounded_channel();
    session.set_socket(Socket { number, orders });
    tokio::spawn(async move {
        let (by, code, reason) = serve(&recorder, &session, number, stream, inbox).await;
        if by == SocketEnd::Cut {
            health.missed(ENDLESS);
        }
        let reason = recorder.lock().vault.text(&reason);
        session.lose_socket(number, &End { by, code, reason: reason.clone() });
        let event = Event::SocketClosed { socket: number, by, code, reason };
        recorder.add("", &session.actor, event);
    });
}

/// The stop of a step that needs a WebSocket that is gone. `requirement` is what it is put down to
/// where the target closed it.
pub(crate) fn lost(step: &str, session: &Session, end: &End, requirement: RequirementId) -> Stop {
    let (requirement, expected, seen) = match end.by {
        SocketEnd::Cut => {
            (USABLE, "a WebSocket that can be listened to", format!("cut off: {}", end.reason))
        }
        SocketEnd::Target | SocketEnd::Client => {
            let how = match (end.code, end.reason.as_str()) {
                (None, "") => String::new(),
                (None, reason) => format!(": {reason}"),
                (Some(code), "") => format!(" with code {code}"),
                (Some(code), reason) => format!(" with code {code}: {reason}"),
            };
            (requirement, "the WebSocket stays open", format!("the target closed it{how}"))
        }
    };
    // No source says that the socket of somebody who was kicked stays open.
    let is_allowed = session.was_kicked() && end.by == SocketEnd::Target && end.code == Some(1000);
    Stop {
        step: step.into(),
        actor: session.actor.clone(),
        reason: if is_allowed { StopReason::Excused } else { StopReason::Socket },
        requirement: requirement.to_string(),
        expected: expected.into(),
        seen,
    }
}

async fn serve(
    recorder: &Recorder,
    session: &Session,
    number: u32,
    mut stream: Stream,
    mut inbox: mpsc::UnboundedReceiver<Order>,
) -> (SocketEnd, Option<u16>, String) {
    let mut keep_alive =
        tokio::time::interval_at(tokio::time::Instant::now() + KEEP_ALIVE, KEEP_ALIVE);
    let mut frames = 0;
    loop {
        let outgoing = tokio::select! {
            order = inbox.recv() => match order {
                Some(Order::Close) => {
                    let goodbye = CloseFrame {
                        code: CloseCode::Normal,
                        reason: "Close session.".into(),
                    };
                    // It may be gone already: then there is nobody to say goodbye to.
                    let _ = tokio::time::timeout(Duration::from_secs(1), stream.close(Some(goodbye))).await;
                    return (SocketEnd::Client, Some(1000), "Close session.".into());
                }
                Some(Order::Say(frame)) => Some(frame),
                Some(Order::Drop) | None => return (SocketEnd::Client, None, String::new()),
            },
            _ = keep_alive.tick() => {
                let id = session.next_message();
                Some(serde_json::json!({ "type": "keep_alive", "message_id": id }))
            }
            message = stream.next() => match message {
                None => return (SocketEnd::Target, None, "the connection ended".into()),
                Some(Err(error)) => return (SocketEnd::Target, None, error.to_string()),
                Some(Ok(Message::Close(frame))) => {
                    let (code, reason) = frame.map_or((None, String::new()), |frame| {
                        (Some(u16::from(frame.code)), frame.reason.to_string())
                    });
                    return (SocketEnd::Target, code, reason);
                }
                Some(Ok(Message::Text(text))) => {
                    frames += 1;
                    if let Some(cut) = too_much(recorder, frames, text.len()) {
                        return cut;
                    }
                    received(recorder, session, number, text.as_bytes())
                }
                Some(Ok(Message::Binary(bytes))) => {
                    frames += 1;
                    if let Some(cut) = too_much(recorder, frames, bytes.len()) {
                        return cut;
                    }
                    let shown = format!("a binary frame of {} bytes", bytes.len());
                    let body = Content::Text { beginning: shown, bytes: bytes.len() };
                    recorder.add("", &session.actor, Event::Received { socket: number, body });
                    None
                }
                Some(Ok(_)) => None,
            },
        };
        if let Some(frame) = outgoing {
            let body = Content::Json(frame.clone());
            recorder.add("", &session.actor, Event::Sent { socket: number, body });
            if let Err(error) = stream.send(Message::text(frame.to_string())).await {
                return (SocketEnd::Target, None, error.to_string());
            }
        }
    }
}

/// The end of a socket that brings more than any right server would.
fn too_much(
    recorder: &Recorder,
    frames: usize,
    bytes: usize,
) -> Option<(SocketEnd, Option<u16>, String)> {
    let most = recorder.most_frames();
    let why = if frames > most {
        format!("more than {most} frames, which is far more than the scenario causes")
    } else if recorder.has_room(bytes) {
        return None;
    } else {
        "more bytes than any right server sends".to_owned()
    };
    Some((SocketEnd::Cut, None, why))
}

fn received(
    recorder: &Recorder,
    session: &Session,
    number: u32,
    text: &[u8],
) -> Option<serde_json::Value> {
    let mut answer = None;
    recorder.add_with("", &session.actor, |state| {
        let body = state.vault.content(text, false);
        // Before anybody who waits for the frame goes on, the client must have learnt from it.
        answer = body.json().and_then(|frame| session.learn_from_frame(frame));
        Event::Received { socket: number, body }
    });
    answer
}
