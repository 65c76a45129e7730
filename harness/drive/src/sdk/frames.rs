//! The WebSocket of a client: its frames are passed on and recorded, in both directions.

use super::tap::Tap;
use crate::scenario_run::ScenarioRun;
use crate::session::{End, Socket, SocketCommand};
use crate::socket::{self, Stream};
use axum::body::Body;
use axum::extract::ws::{self, WebSocket, WebSocketUpgrade};
use axum::extract::{RawQuery, State};
use axum::http::{Response, StatusCode};
use futures_util::{SinkExt as _, StreamExt as _};
use invite_spec::endpoint::{SOCKET_CLIENT_ID, SOCKET_PATH, SOCKET_TOKEN};
use invite_trace::{Content, CutOff, Event, SocketEnd, SocketRefusal};
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

/// How long both sides may take to hear that it is over.
const PARTING: Duration = Duration::from_secs(1);

pub(super) async fn open(
    State(tap): State<Weak<Tap>>,
    RawQuery(query): RawQuery,
    upgrade: WebSocketUpgrade,
) -> Response<Body> {
    let refused = |status| {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = status;
        response
    };
    let Some(tap) = tap.upgrade() else { return refused(StatusCode::SERVICE_UNAVAILABLE) };
    let Some(run) = tap.run.upgrade() else { return refused(StatusCode::SERVICE_UNAVAILABLE) };
    let (mut client, mut token) = (String::new(), String::new());
    for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        match &*name {
            SOCKET_CLIENT_ID => client = value.into_owned(),
            SOCKET_TOKEN => token = run.recorder.lock().redactor.token(&value),
            _ => {}
        }
    }
    let path = format!("{SOCKET_PATH}?{SOCKET_CLIENT_ID}={client}&{SOCKET_TOKEN}={token}");
    let (label, base) = (tap.label(), tap.socket_base(&run));
    match socket::connect(run.transport(), &label, &tap.actor, &base, &path).await {
        Ok((number, stream)) => {
            let (commands, inbox) = mpsc::unbounded_channel();
            tap.set_socket(Ok(Socket { number, commands }));
            upgrade.on_upgrade(move |client| async move {
                let pump = Pump { tap, run, number };
                pump.pass(client, stream, inbox).await;
            })
        }
        Err(why) => {
            let status = match &why {
                SocketRefusal::Status(status) => StatusCode::from_u16(*status).ok(),
                _ => None,
            };
            tap.set_socket(Err(why));
            refused(status.unwrap_or(StatusCode::BAD_GATEWAY))
        }
    }
}

/// Passes the frames of one WebSocket on.
struct Pump {
    tap: Arc<Tap>,
    run: Arc<ScenarioRun>,
    number: u32,
}

impl Pump {
    async fn pass(
        self,
        mut client: WebSocket,
        mut stream: Stream,
        mut inbox: mpsc::UnboundedReceiver<SocketCommand>,
    ) {
        let mut frames = 0;
        let end = loop {
            let passed = tokio::select! {
                command = inbox.recv() => match command {
                    // A client says what it wants to say by itself.
                    Some(SocketCommand::Send(_)) => Ok(()),
                    Some(SocketCommand::Close | SocketCommand::Drop) | None => {
                        Err(ended(SocketEnd::Client))
                    }
                },
                message = client.recv() => self.up(message, &mut stream).await,
                message = stream.frames.next() => {
                    frames += 1;
                    match message {
                        Some(Ok(message)) => self.down(message, frames, &mut client).await,
                        Some(Err(_)) | None => Err(ended(SocketEnd::Target)),
                    }
                }
            };
            if let Err(end) = passed {
                break end;
            }
        };
        let End { by, code, reason } = end;
        let reason = self.run.recorder.lock().redactor.text(&reason);
        if let Some(session) = self.tap.session() {
            session.lose_socket(self.number, &End { by, code, reason: reason.clone() });
        }
        let event = Event::SocketClosed { socket: self.number, by, code, reason: reason.clone() };
        self.run.recorder.add(None, &self.tap.actor, event);
        let frame = code.map(|code| (code, reason));
        let to_target = frame
            .clone()
            .map(|(code, reason)| CloseFrame { code: code.into(), reason: reason.into() });
        let to_client = frame.map(|(code, reason)| ws::CloseFrame { code, reason: reason.into() });
        let _ = tokio::time::timeout(PARTING, async {
            let _ = stream.frames.close(to_target).await;
            let _ = client.send(ws::Message::Close(to_client)).await;
        })
        .await;
    }

    /// A message of the client.
    async fn up(
        &self,
        message: Option<Result<ws::Message, axum::Error>>,
        stream: &mut Stream,
    ) -> Result<(), End> {
        let sent = match message {
            Some(Ok(ws::Message::Text(text))) => {
                self.record(text.as_bytes(), |socket, body| Event::Sent { socket, body });
                Message::text(text.to_string())
            }
            Some(Ok(ws::Message::Binary(bytes))) => Message::Binary(bytes),
            Some(Ok(ws::Message::Close(frame))) => {
                let (code, reason) = frame.map(|it| (it.code, it.reason.to_string())).unzip();
                let reason = reason.unwrap_or_default();
                return Err(End { by: SocketEnd::Client, code, reason });
            }
            Some(Ok(_)) => return Ok(()),
            Some(Err(_)) | None => return Err(ended(SocketEnd::Client)),
        };
        stream.frames.send(sent).await.map_err(|_| ended(SocketEnd::Target))
    }

    /// A message of the target.
    async fn down(
        &self,
        message: Message,
        frames: usize,
        client: &mut WebSocket,
    ) -> Result<(), End> {
        let recorder = &self.run.recorder;
        let most = recorder.most_frames();
        if frames > most {
            return Err(ended(SocketEnd::Cut(CutOff::TooManyFrames { most })));
        }
        if !recorder.has_room(message.len()) || !recorder.has_memory(&message.clone().into_data()) {
            return Err(ended(SocketEnd::Cut(CutOff::TooManyBytes)));
        }
        let received = match message {
            Message::Text(text) => {
                self.record(text.as_bytes(), |socket, body| Event::Received { socket, body });
                ws::Message::text(text.to_string())
            }
            Message::Binary(bytes) => ws::Message::Binary(bytes),
            Message::Close(frame) => {
                let (code, reason) =
                    frame.map(|it| (u16::from(it.code), it.reason.to_string())).unzip();
                let reason = reason.unwrap_or_default();
                return Err(End { by: SocketEnd::Target, code, reason });
            }
            _ => return Ok(()),
        };
        client.send(received).await.map_err(|_| ended(SocketEnd::Client))
    }

    fn record(&self, text: &[u8], event: impl FnOnce(u32, Content) -> Event) {
        let session = self.tap.session();
        self.run.recorder.add_with(None, &self.tap.actor, |state| {
            let body = state.redactor.content(text, false);
            if let (Some(session), Some(frame)) = (session, body.json()) {
                // The client acknowledges by itself.
                let _ = session.learn_from_frame(frame);
            }
            event(self.number, body)
        });
    }
}

fn ended(by: SocketEnd) -> End {
    End { by, code: None, reason: String::new() }
}
