//! A client's WebSocket, recorded: one task owns it.

use super::http::Edge;
use super::recorder::Recorder;
use super::session::{Order, Session, Socket};
use crate::target::Deadline;
use crate::trace::{Content, Event, SocketEnd};
use futures_util::{SinkExt as _, StreamExt as _};
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

/// The largest frame that is read.
const MOST_BYTES: usize = 1024 * 1024;

/// Why a WebSocket could not be opened.
#[derive(Debug, Clone)]
pub(super) struct Refused {
    pub(super) status: Option<u16>,
    pub(super) why: String,
}

/// Opens a WebSocket, recorded.
pub(super) async fn connect(
    edge: Edge<'_>,
    step: &str,
    actor: &str,
    base: &str,
    path: &str,
) -> Result<(u32, Stream), Refused> {
    const KIND: &str = "the WebSocket";
    let number = edge.recorder.next_socket();
    let opening =
        tokio::time::timeout(edge.deadlines.get(Deadline::Answer), open(edge, base, path));
    let outcome = if edge.health.is_dead(KIND) {
        Err(Refused { status: None, why: "not waited for: it never opened before".into() })
    } else {
        match opening.await {
            Ok(Ok(stream)) => {
                edge.health.came(KIND);
                Ok(stream)
            }
            Ok(Err(error)) => Err(explain(&error)),
            Err(_) => {
                edge.health.missed(KIND);
                let within = edge.deadlines.answer_ms;
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
        .max_frame_size(Some(MOST_BYTES));
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
pub(super) fn attend(recorder: Arc<Recorder>, session: Arc<Session>, number: u32, stream: Stream) {
    let (orders, inbox) = mpsc::unbounded_channel();
    session.set_socket(Some(Socket { number, orders }));
    tokio::spawn(async move {
        let closed = serve(&recorder, &session, number, stream, inbox).await;
        session.lose_socket(number);
        recorder.add_with("", &session.actor, |state| {
            let (by, code, reason) = closed;
            let reason = state.vault.text(&reason);
            Event::SocketClosed { socket: number, by, code, reason }
        });
    });
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
                    if !recorder.has_room(text.len()) {
                        return (SocketEnd::Client, None, "too many frames to go on".into());
                    }
                    received(recorder, session, number, text.as_bytes())
                }
                Some(Ok(Message::Binary(bytes))) => {
                    if !recorder.has_room(bytes.len()) {
                        return (SocketEnd::Client, None, "too many frames to go on".into());
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
