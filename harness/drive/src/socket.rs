//! A client's WebSocket, recorded: one task owns it.

use super::actor::Actor;
use super::circuit_breaker::{Awaited, CircuitBreaker};
use super::recorder::Recorder;
use super::session::{End, Session, Socket, SocketCommand};
use super::transport::{Transport, millis};
use futures_util::{SinkExt as _, StreamExt as _};
use invite_trace::{Content, CutOff, Deadline, Event, SocketEnd, SocketRefusal};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::error::CapacityError;
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue};
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

type Stream = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// How often the real client sends a keep-alive frame.
const KEEP_ALIVE: Duration = Duration::from_secs(30);

/// How long a close frame may take to be sent.
const GOODBYE: Duration = Duration::from_secs(1);

/// Bytes to read at once: frames are small, and a thousand sockets may be open.
const READ_BUFFER: usize = 4 * 1024;

/// The largest frame that is read.
const MOST_BYTES: usize = 1024 * 1024;

/// Opens a WebSocket, recorded.
pub(crate) async fn connect(
    transport: Transport<'_>,
    step: &str,
    actor: &Actor,
    base: &str,
    path: &str,
) -> Result<(u32, Stream), SocketRefusal> {
    let number = transport.recorder.next_socket();
    let patience =
        transport.breaker.patience(Awaited::WebSocket, transport.deadlines.get(Deadline::Answer));
    let outcome = if transport.breaker.is_broken(Awaited::Silence) {
        Err(SocketRefusal::Flooded)
    } else {
        match tokio::time::timeout(patience, open(transport, base, path)).await {
            Ok(Ok(stream)) => {
                transport.breaker.came(Awaited::WebSocket);
                Ok(stream)
            }
            Ok(Err(error)) => Err(explain(&error)),
            Err(_) => {
                transport.breaker.missed(Awaited::WebSocket);
                Err(SocketRefusal::TooLate { waited_ms: millis(patience) })
            }
        }
    };
    let path = path.to_owned();
    transport.recorder.add_with(step, actor, |state| match &outcome {
        Ok(_) => Event::SocketOpened { socket: number, path },
        Err(refused) => {
            let why = refused.clone().map_cause(|cause| state.redactor.text(cause));
            Event::SocketRefused { socket: number, path, why }
        }
    });
    outcome.map(|stream| (number, stream))
}

async fn open(transport: Transport<'_>, base: &str, path: &str) -> Result<Stream, Error> {
    let path = transport.recorder.lock().redactor.reveal(path);
    let base = match base.split_once("://") {
        Some(("http", rest)) => format!("ws://{rest}"),
        Some(("https", rest)) => format!("wss://{rest}"),
        _ => base.to_owned(),
    };
    let mut request = format!("{base}{path}").into_client_request()?;
    let headers = request.headers_mut();
    headers.insert("origin", HeaderValue::from_static(super::client_defaults::ORIGIN));
    for (name, value) in transport.extra {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
            headers.insert(name, value);
        }
    }
    let config = WebSocketConfig::default()
        .max_message_size(Some(MOST_BYTES))
        .max_frame_size(Some(MOST_BYTES))
        .read_buffer_size(READ_BUFFER);
    let connector = tokio_tungstenite::Connector::Rustls(Arc::clone(&transport.connector.tls));
    let (stream, _) = tokio_tungstenite::connect_async_tls_with_config(
        request,
        Some(config),
        true,
        Some(connector),
    )
    .await?;
    Ok(stream)
}

fn explain(error: &Error) -> SocketRefusal {
    match error {
        Error::Http(answer) => SocketRefusal::Status(answer.status().as_u16()),
        Error::Io(error) => SocketRefusal::NoConnection { cause: error.to_string() },
        other => SocketRefusal::Failed { cause: other.to_string() },
    }
}

/// Spawns the task that owns a socket: it records what arrives, and does what the real client does by
/// itself.
pub(crate) fn spawn_reader(
    recorder: Arc<Recorder>,
    breaker: Arc<CircuitBreaker>,
    session: Arc<Session>,
    number: u32,
    stream: Stream,
) {
    let (commands, inbox) = mpsc::unbounded_channel();
    session.set_socket(Socket { number, commands });
    tokio::spawn(async move {
        let reader = Reader { recorder: &recorder, session: &session, number, frames: 0 };
        let End { by, code, reason } = reader.serve(stream, inbox).await;
        if matches!(by, SocketEnd::Cut(CutOff::TooManyFrames { .. } | CutOff::FrameTooLong { .. }))
        {
            breaker.missed(Awaited::Silence);
        }
        let reason = recorder.lock().redactor.text(&reason);
        session.lose_socket(number, &End { by, code, reason: reason.clone() });
        let event = Event::SocketClosed { socket: number, by, code, reason };
        recorder.add(None, &session.identity.actor, event);
    });
}

/// The side of a WebSocket that a task owns.
struct Reader<'r> {
    recorder: &'r Recorder,
    session: &'r Session,
    number: u32,
    /// How many frames have arrived.
    frames: usize,
}

/// What the reader does next.
enum Next {
    /// Waits on.
    Wait,
    /// Sends a frame.
    Send(Value),
    /// Ends.
    End(End),
}

impl Reader<'_> {
    /// Serves the WebSocket until it ends.
    async fn serve(
        mut self,
        mut stream: Stream,
        mut inbox: mpsc::UnboundedReceiver<SocketCommand>,
    ) -> End {
        let mut keep_alive =
            tokio::time::interval_at(tokio::time::Instant::now() + KEEP_ALIVE, KEEP_ALIVE);
        loop {
            let next = tokio::select! {
                command = inbox.recv() => match command {
                    Some(SocketCommand::Send(frame)) => Next::Send(frame),
                    Some(SocketCommand::Close) => Next::End(close(&mut stream).await),
                    Some(SocketCommand::Drop) | None => {
                        Next::End(End { by: SocketEnd::Client, code: None, reason: String::new() })
                    }
                },
                _ = keep_alive.tick() => {
                    let id = self.session.next_message();
                    Next::Send(json!({ "type": "keep_alive", "message_id": id }))
                }
                message = stream.next() => self.received(message),
            };
            match next {
                Next::Wait => {}
                Next::End(end) => return end,
                Next::Send(frame) => {
                    let body = Content::Json(frame.clone());
                    self.add(Event::Sent { socket: self.number, body });
                    if let Err(error) = stream.send(Message::text(frame.to_string())).await {
                        return ended_by_target(None, error.to_string());
                    }
                }
            }
        }
    }

    fn add(&self, event: Event) {
        self.recorder.add(None, &self.session.identity.actor, event);
    }

    /// What comes of a message, or of the end of the stream.
    fn received(&mut self, message: Option<Result<Message, Error>>) -> Next {
        match message {
            None => Next::End(ended_by_target(None, String::new())),
            Some(Err(Error::Capacity(CapacityError::MessageTooLong { .. }))) => {
                let by = SocketEnd::Cut(CutOff::FrameTooLong { most_bytes: MOST_BYTES });
                Next::End(End { by, code: None, reason: String::new() })
            }
            Some(Err(error)) => Next::End(ended_by_target(None, error.to_string())),
            Some(Ok(Message::Close(frame))) => {
                let (code, reason) = frame.map_or((None, String::new()), |frame| {
                    (Some(u16::from(frame.code)), frame.reason.to_string())
                });
                Next::End(ended_by_target(code, reason))
            }
            Some(Ok(Message::Text(text))) => match self.too_much(text.len()) {
                Some(end) => Next::End(end),
                None => self.learn(text.as_bytes()).map_or(Next::Wait, Next::Send),
            },
            Some(Ok(Message::Binary(bytes))) => match self.too_much(bytes.len()) {
                Some(end) => Next::End(end),
                None => {
                    let shown = format!("a binary frame of {} bytes", bytes.len());
                    let body = Content::Text { beginning: shown, bytes: bytes.len() };
                    self.add(Event::Received { socket: self.number, body });
                    Next::Wait
                }
            },
            Some(Ok(_)) => Next::Wait,
        }
    }

    /// The end of a socket that brings more than any correct server would.
    fn too_much(&mut self, bytes: usize) -> Option<End> {
        self.frames += 1;
        let most = self.recorder.most_frames();
        let why = if self.frames > most {
            CutOff::TooManyFrames { most }
        } else if self.recorder.has_room(bytes) {
            return None;
        } else {
            CutOff::TooManyBytes
        };
        Some(End { by: SocketEnd::Cut(why), code: None, reason: String::new() })
    }

    /// Records a frame, and returns the acknowledgement that is due, if any.
    fn learn(&self, text: &[u8]) -> Option<Value> {
        let mut acknowledgement = None;
        self.recorder.add_with(None, &self.session.identity.actor, |state| {
            let body = state.redactor.content(text, false);
            // The client must have learnt from the frame before a step that waits for it goes on.
            acknowledgement = body.json().and_then(|frame| self.session.learn_from_frame(frame));
            Event::Received { socket: self.number, body }
        });
        acknowledgement
    }
}

fn ended_by_target(code: Option<u16>, reason: String) -> End {
    End { by: SocketEnd::Target, code, reason }
}

/// Closes the WebSocket as the real client does.
async fn close(stream: &mut Stream) -> End {
    const REASON: &str = "Close session.";
    let goodbye = CloseFrame { code: CloseCode::Normal, reason: REASON.into() };
    // The target may be gone already: then nobody reads the close frame.
    let _ = tokio::time::timeout(GOODBYE, stream.close(Some(goodbye))).await;
    End { by: SocketEnd::Client, code: Some(u16::from(CloseCode::Normal)), reason: REASON.into() }
}
