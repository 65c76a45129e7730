//! A client's WebSocket, recorded: one task owns it.

use super::actor::Actor;
use super::circuit_breaker::{Awaited, CircuitBreaker};
use super::client_defaults;
use super::connector::is_out_of_descriptors;
use super::encode;
use super::inflated::{self, Inflated, Uninflated};
use super::metered::{MOST_OVERHEAD, Meter, Metered, TooMuchOverhead};
use super::recorder::Recorder;
use super::session::{End, Session, Socket, SocketCommand};
use super::transport::{Transport, millis};
use futures_util::{SinkExt as _, StreamExt as _};
use invite_spec::endpoint::Plane;
use invite_trace::{Content, CutOff, Deadline, Event, Malformed, SocketEnd, SocketRefusal};
use rustls::pki_types::ServerName;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_rustls::TlsConnector;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::error::{CapacityError, ProtocolError, UrlError};
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue};
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// The frames of a WebSocket.
type Frames = WebSocketStream<Inflated<MaybeTlsStream<Metered>>>;

/// An open WebSocket, with the meter of its connection.
pub(crate) struct Stream {
    pub(crate) frames: Frames,
    meter: Arc<Meter>,
}

/// How often the real client sends a keep-alive frame.
const KEEP_ALIVE: Duration = Duration::from_secs(30);

/// How long a close frame may take to be sent.
const GOODBYE: Duration = Duration::from_secs(1);

/// Bytes to read at once: frames are small, and a thousand sockets may be open.
const READ_BUFFER: usize = 4 * 1024;

/// The largest frame that is read.
const MOST_BYTES: usize = 1024 * 1024;

/// The most bytes that wait to be sent, to a target that reads nothing.
const UNSENT_BYTES: usize = 256 * 1024;

/// The most pings and pongs of one WebSocket, and as many more for each second that it is open:
/// servers send one in several seconds, and a few of them several in one.
const CONTROL_FRAMES: usize = 200;
const CONTROL_FRAMES_OF_A_SECOND: u64 = 10;

/// Opens a WebSocket, recorded.
pub(crate) async fn connect(
    transport: Transport<'_>,
    step: &str,
    actor: &Actor,
    base: &str,
    path: &str,
) -> Result<(u32, Stream), SocketRefusal> {
    transport.pace.turn().await;
    let number = transport.recorder.next_socket();
    let patience =
        transport.breaker.patience(Awaited::WebSocket, transport.deadlines.get(Deadline::Answer));
    let outcome = if let Some(by) = transport.breaker.flood() {
        Err(SocketRefusal::Flooded { by })
    } else {
        match tokio::time::timeout(patience, open(transport, base, path)).await {
            Ok(Ok(stream)) => {
                transport.breaker.came(Awaited::WebSocket);
                Ok(stream)
            }
            Ok(Err(refused)) => Err(refused),
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

async fn open(transport: Transport<'_>, base: &str, path: &str) -> Result<Stream, SocketRefusal> {
    let failed = |error: Error| explain(&error);
    let path = encode::revealed_path(&transport.recorder.lock().redactor, path);
    let base = match base.split_once("://") {
        Some((scheme, rest)) => match scheme.to_ascii_lowercase().as_str() {
            "http" => format!("ws://{rest}"),
            "https" => format!("wss://{rest}"),
            scheme => format!("{scheme}://{rest}"),
        },
        None => base.to_owned(),
    };
    let mut request = format!("{base}{path}").into_client_request().map_err(failed)?;
    let no_host = || explain(&Error::Url(UrlError::NoHostName));
    let host = request.uri().host().ok_or_else(no_host)?.to_owned();
    let is_secure = request.uri().scheme_str() == Some("wss");
    let port = request.uri().port_u16().unwrap_or(if is_secure { 443 } else { 80 });
    if !transport.target.trusts(&host, port) {
        return Err(SocketRefusal::ForeignHost { host: format!("{host}:{port}") });
    }
    let headers = request.headers_mut();
    headers.insert("origin", HeaderValue::from_static(transport.cover.origin));
    headers.insert("sec-websocket-extensions", HeaderValue::from_static(inflated::OFFERED));
    let agent = client_defaults::user_agent(transport.cover, Plane::Session);
    headers.insert("user-agent", HeaderValue::from_static(agent));
    for (name, value) in &transport.target.headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
            headers.insert(name, value);
        }
    }
    let config = WebSocketConfig::default()
        .max_message_size(Some(MOST_BYTES))
        .max_frame_size(Some(MOST_BYTES))
        .write_buffer_size(UNSENT_BYTES / 2)
        .max_write_buffer_size(UNSENT_BYTES)
        .read_buffer_size(READ_BUFFER);
    let meter = Arc::new(Meter::default());
    let connect = async {
        let plain = TcpStream::connect((host.trim_matches(['[', ']']), port)).await?;
        plain.set_nodelay(true)?;
        let metered = Metered::new(plain, Arc::clone(&meter));
        let stream = match is_secure {
            false => MaybeTlsStream::Plain(metered),
            true => {
                let tls = TlsConnector::from(Arc::clone(&transport.connector.tls));
                let name = ServerName::try_from(host.trim_matches(['[', ']']).to_owned());
                let name = name.map_err(std::io::Error::other)?;
                MaybeTlsStream::Rustls(tls.connect(name, metered).await?)
            }
        };
        let stream = Inflated::new(stream, MOST_BYTES);
        let opened =
            tokio_tungstenite::client_async_with_config(request, stream, Some(config)).await;
        opened.map(|(frames, _)| frames)
    };
    Ok(Stream { frames: connect.await.map_err(failed)?, meter })
}

fn explain(error: &Error) -> SocketRefusal {
    match error {
        Error::Http(answer) => SocketRefusal::Status(answer.status().as_u16()),
        Error::Io(error) if is_out_of_descriptors(error) => SocketRefusal::OutOfDescriptors,
        Error::Io(error) => match Uninflated::caused(error) {
            Some(why) => SocketRefusal::Failed { cause: why.to_string() },
            None => SocketRefusal::NoConnection { cause: error.to_string() },
        },
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
        let reader = Reader {
            recorder: &recorder,
            session: &session,
            number,
            meter: Arc::clone(&stream.meter),
            frames: 0,
            control_frames: 0,
            opened: Instant::now(),
        };
        let End { by, code, reason } = reader.serve(stream.frames, inbox).await;
        if let SocketEnd::Cut(
            why @ (CutOff::TooManyFrames { .. }
            | CutOff::FrameTooLong { .. }
            | CutOff::TooManyControlFrames { .. }
            | CutOff::TooManyFragments { .. }),
        ) = by
        {
            breaker.flooded(why);
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
    meter: Arc<Meter>,
    /// How many frames have arrived.
    frames: usize,
    /// How many pings and pongs have arrived.
    control_frames: usize,
    opened: Instant,
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
        mut stream: Frames,
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
                    let frame = self.recorder.lock().redactor.reveal_value(&frame);
                    if let Err(error) = stream.send(Message::text(frame.to_string())).await {
                        return broken(&error);
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
            Some(Err(error)) => Next::End(broken(&error)),
            Some(Ok(Message::Close(frame))) => Next::End(closed(frame)),
            Some(Ok(Message::Text(text))) => match self.too_much(text.len()) {
                Some(end) => Next::End(end),
                None if !self.recorder.has_memory(text.as_bytes()) => {
                    Next::End(cut(CutOff::TooManyBytes))
                }
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
            Some(Ok(Message::Ping(bytes) | Message::Pong(bytes))) => {
                self.meter.content(bytes.len() + 2);
                self.control_frames += 1;
                let later = self.opened.elapsed().as_secs() * CONTROL_FRAMES_OF_A_SECOND;
                let most = CONTROL_FRAMES + usize::try_from(later).unwrap_or(usize::MAX / 2);
                match self.control_frames > most {
                    true => Next::End(cut(CutOff::TooManyControlFrames { most })),
                    false => Next::Wait,
                }
            }
            Some(Ok(Message::Frame(_))) => Next::Wait,
        }
    }

    /// The end of a socket that brings more than any correct server would.
    fn too_much(&mut self, bytes: usize) -> Option<End> {
        self.meter.content(bytes);
        self.frames += 1;
        let most = self.recorder.most_frames();
        let why = if self.frames > most {
            CutOff::TooManyFrames { most }
        } else if self.recorder.has_room(bytes) {
            return None;
        } else {
            CutOff::TooManyBytes
        };
        Some(cut(why))
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

fn cut(why: CutOff) -> End {
    End { by: SocketEnd::Cut(why), code: None, reason: String::new() }
}

/// What comes of a close frame. The library puts this one in the place of one with a code that must
/// not be sent.
fn closed(frame: Option<CloseFrame>) -> End {
    match frame {
        Some(frame)
            if frame.code == CloseCode::Protocol && frame.reason == "Protocol violation" =>
        {
            cut(CutOff::Malformed(Malformed::Close))
        }
        Some(frame) => ended_by_target(Some(u16::from(frame.code)), frame.reason.to_string()),
        None => ended_by_target(None, String::new()),
    }
}

/// Why there is nothing more to read: because the target is gone, or because the harness does not read
/// what it sends.
fn broken(error: &Error) -> End {
    use ProtocolError as P;
    let malformed = |how| cut(CutOff::Malformed(how));
    match error {
        Error::Capacity(CapacityError::MessageTooLong { .. }) => {
            cut(CutOff::FrameTooLong { most_bytes: MOST_BYTES })
        }
        Error::Io(error) if TooMuchOverhead::caused(error) => {
            cut(CutOff::TooManyFragments { most_bytes: MOST_OVERHEAD })
        }
        Error::Io(error) => match Uninflated::caused(error) {
            Some(Uninflated::TooLong) => cut(CutOff::FrameTooLong { most_bytes: MOST_BYTES }),
            Some(Uninflated::NotDeflated) => malformed(Malformed::Compression),
            Some(Uninflated::NotOffered) => malformed(Malformed::Other),
            None => ended_by_target(None, error.to_string()),
        },
        Error::Utf8(_) => malformed(Malformed::Utf8),
        Error::Protocol(error) => match error {
            P::ResetWithoutClosingHandshake | P::SendAfterClosing => {
                ended_by_target(None, error.to_string())
            }
            P::NonZeroReservedBits => malformed(Malformed::ReservedBits),
            P::InvalidOpcode(_) | P::UnknownControlFrameType(_) | P::UnknownDataFrameType(_) => {
                malformed(Malformed::Opcode)
            }
            P::MaskedFrameFromServer => malformed(Malformed::Masked),
            P::FragmentedControlFrame | P::ControlFrameTooBig => malformed(Malformed::Control),
            P::InvalidCloseSequence => malformed(Malformed::Close),
            P::UnexpectedContinueFrame | P::ExpectedFragment(_) => malformed(Malformed::Fragments),
            _ => malformed(Malformed::Other),
        },
        error => ended_by_target(None, error.to_string()),
    }
}

/// Closes the WebSocket as the real client does.
async fn close(stream: &mut Frames) -> End {
    const REASON: &str = "Close session.";
    let goodbye = CloseFrame { code: CloseCode::Normal, reason: REASON.into() };
    // The target may be gone already: then nobody reads the close frame.
    let _ = tokio::time::timeout(GOODBYE, stream.close(Some(goodbye))).await;
    End { by: SocketEnd::Client, code: Some(u16::from(CloseCode::Normal)), reason: REASON.into() }
}
