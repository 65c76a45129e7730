//! The WebSocket of the sample client: frames, acknowledgements, keep-alives, reconnecting.

use super::fault::Fault;
use super::session::CallError;
use futures_util::{SinkExt as _, StreamExt as _};
use invite_adapter::Event;
use invite_spec::endpoint::{
    CLIENT_ID_HEADER, Operation, SOCKET_CLIENT_ID, SOCKET_PATH, SOCKET_TOKEN,
};
use invite_spec::push::FrameType;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep, timeout};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// How often a keep-alive is sent.
const KEEP_ALIVE: Duration = Duration::from_secs(30);
/// The first pause before an attempt to reconnect; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// The pause of a client that makes a storm.
const STORM: Duration = Duration::from_millis(5);
/// How long an attempt may take.
const ATTEMPT: Duration = Duration::from_secs(2);
/// After how long the client gives up.
const GIVES_UP: Duration = Duration::from_secs(60);

type Stream = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// What a client identifies itself with.
pub(super) struct Identity {
    pub(super) http: reqwest::Client,
    pub(super) url: String,
    pub(super) client_token: String,
    pub(super) external_id: String,
    pub(super) instance: String,
}

/// A session that was opened.
pub(super) struct Opened {
    pub(super) token: String,
    base: String,
}

impl Identity {
    pub(super) async fn identify(&self) -> Result<Opened, CallError> {
        let endpoint = Operation::Identify.endpoint();
        let body = json!({ "externalId": self.external_id, "name": self.external_id });
        let failed = |error: reqwest::Error| CallError::Failed(error.without_url().to_string());
        let request = self
            .http
            .post(format!("{}{}", self.url, endpoint.path))
            .bearer_auth(&self.client_token)
            .header("content-type", "application/json")
            .header(CLIENT_ID_HEADER, &self.instance)
            .body(body.to_string());
        let response = request.send().await.map_err(failed)?;
        let status = response.status();
        let bytes = response.bytes().await.map_err(failed)?;
        let body: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        if !status.is_success() {
            return Err(CallError::Refused { status: status.as_u16(), body });
        }
        let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
        let Some(token) = text("jwt_user_token") else {
            return Err(CallError::Failed("identify gives no session token".to_owned()));
        };
        let base = text("wsUri").unwrap_or_else(|| self.url.replacen("http", "ws", 1));
        Ok(Opened { token, base })
    }
}

/// What the calls and the WebSocket of a session share.
pub(super) struct Shared {
    name: String,
    fault: Option<Fault>,
    events: mpsc::UnboundedSender<Event>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Conference access tokens by conference.
    tokens: BTreeMap<String, String>,
    current: Option<String>,
    /// User ids by external id.
    people: BTreeMap<String, String>,
    /// The token of the session, if it is another one by now.
    session: Option<String>,
    numbered: u64,
    /// Whether a join has no response yet.
    is_joining: bool,
    acknowledged: BTreeSet<String>,
}

impl Shared {
    pub(super) fn new(
        name: String,
        fault: Option<Fault>,
        events: mpsc::UnboundedSender<Event>,
    ) -> Shared {
        Shared { name, fault, events, state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn has(&self, fault: Fault) -> bool {
        self.fault == Some(fault)
    }

    /// Keeps the token of a conference.
    pub(super) fn hold(&self, conference: &str, token: &str) {
        self.state().tokens.insert(conference.to_owned(), token.to_owned());
    }

    /// The token of a conference becomes the current one.
    pub(super) fn enter(&self, conference: &str) {
        let mut state = self.state();
        if let Some(token) = state.tokens.get(conference).cloned() {
            state.current = Some(token);
        }
    }

    /// Notes whether a join has no response yet.
    pub(super) fn joining(&self, is_joining: bool) {
        self.state().is_joining = is_joining;
    }

    /// A wrong client hears nothing of updates while it joins.
    fn is_deaf(&self) -> bool {
        self.has(Fault::DeafWhileJoining) && self.state().is_joining
    }

    /// The current conference access token.
    pub(super) fn current(&self) -> Option<String> {
        self.state().current.clone()
    }

    /// The token of the session.
    pub(super) fn session(&self, first: &str) -> String {
        self.state().session.clone().unwrap_or_else(|| first.to_owned())
    }

    /// The user id of a person who was met.
    pub(super) fn user(&self, external_id: &str) -> Option<String> {
        self.state().people.get(external_id).cloned()
    }

    /// Notes who somebody is.
    pub(super) fn meet(&self, person: &Value) {
        let text = |name: &str| person.get(name).and_then(Value::as_str);
        let user = text("participant_id").or_else(|| text("user_id"));
        if let Some((external_id, user)) = text("externalId").zip(user) {
            self.state().people.insert(external_id.to_owned(), user.to_owned());
        }
    }

    fn next_number(&self) -> Value {
        let mut state = self.state();
        state.numbered += 1;
        match self.fault {
            Some(Fault::OneNumber) => json!(1),
            Some(Fault::NumberAsText) => json!(state.numbered.to_string()),
            _ => json!(state.numbered),
        }
    }
}

/// The WebSocket of a session. It is closed when this goes.
pub(super) struct Handle {
    end: Option<oneshot::Sender<()>>,
}

impl Handle {
    pub(super) fn close(&mut self) {
        self.end.take();
    }
}

/// Opens the WebSocket and keeps it open.
pub(super) async fn start(
    identity: Identity,
    opened: Opened,
    shared: Arc<Shared>,
) -> Result<Handle, CallError> {
    let stream = connect(&identity, &opened, &shared).await;
    let stream = stream.ok_or_else(|| CallError::Failed("the WebSocket does not open".into()))?;
    let (end, ended) = oneshot::channel();
    tokio::spawn(keep(identity, opened, shared, stream, ended));
    Ok(Handle { end: Some(end) })
}

async fn connect(identity: &Identity, opened: &Opened, shared: &Shared) -> Option<Stream> {
    let instance = match shared.has(Fault::OtherInstance) {
        true => identity.instance.chars().rev().collect(),
        false => identity.instance.clone(),
    };
    let (base, token) = (&opened.base, &opened.token);
    let address =
        format!("{base}{SOCKET_PATH}?{SOCKET_CLIENT_ID}={instance}&{SOCKET_TOKEN}={token}");
    let opened = timeout(ATTEMPT, connect_async(address)).await.ok()?;
    opened.ok().map(|(stream, _)| stream)
}

/// Serves the WebSocket, and opens another one when it is lost.
async fn keep(
    identity: Identity,
    mut opened: Opened,
    shared: Arc<Shared>,
    mut stream: Stream,
    mut ended: oneshot::Receiver<()>,
) {
    loop {
        if let End::Wanted = serve(&shared, &mut stream, &mut ended).await {
            let _ = stream.close(None).await;
            return;
        }
        if shared.has(Fault::StaysAway) {
            return;
        }
        if shared.has(Fault::NewSession)
            && let Ok(anew) = identity.identify().await
        {
            shared.state().session = Some(anew.token.clone());
            opened = anew;
        }
        match reconnect(&identity, &opened, &shared, &mut ended).await {
            Some(again) => stream = again,
            None => return,
        }
    }
}

async fn reconnect(
    identity: &Identity,
    opened: &Opened,
    shared: &Shared,
    ended: &mut oneshot::Receiver<()>,
) -> Option<Stream> {
    let until = Instant::now() + GIVES_UP;
    let mut pause = if shared.has(Fault::Storm) { STORM } else { FIRST_PAUSE };
    while Instant::now() < until {
        tokio::select! {
            () = sleep(pause) => {}
            _ = &mut *ended => return None,
        }
        if let Some(stream) = connect(identity, opened, shared).await {
            return Some(stream);
        }
        if !shared.has(Fault::Storm) {
            pause = LONGEST_PAUSE.min(pause * 2);
        }
    }
    None
}

/// Why a WebSocket is no longer served.
enum End {
    /// The session closes.
    Wanted,
    /// It is lost.
    Lost,
}

async fn serve(shared: &Shared, stream: &mut Stream, ended: &mut oneshot::Receiver<()>) -> End {
    let mut next = Instant::now() + KEEP_ALIVE;
    loop {
        let frames = tokio::select! {
            _ = &mut *ended => return End::Wanted,
            () = tokio::time::sleep_until(next) => {
                next += KEEP_ALIVE;
                match shared.has(Fault::NoKeepAlive) {
                    true => continue,
                    false => json!({ "type": "keep_alive", "message_id": shared.next_number() }),
                }
            }
            message = stream.next() => match message {
                Some(Ok(Message::Text(text))) => match heard(shared, &text) {
                    Heard::Nothing => continue,
                    Heard::Send(frame) => frame,
                    Heard::Hangs => {
                        let _ = stream.close(None).await;
                        return End::Lost;
                    }
                },
                Some(Ok(Message::Close(_)) | Err(_)) | None => return End::Lost,
                Some(Ok(_)) => continue,
            },
        };
        if stream.send(Message::text(frames.to_string())).await.is_err() {
            return End::Lost;
        }
    }
}

/// What a frame brings about.
enum Heard {
    Nothing,
    Send(Value),
    /// A wrong client closes its WebSocket.
    Hangs,
}

fn heard(shared: &Shared, text: &str) -> Heard {
    let frame: Value = serde_json::from_str(text).unwrap_or_default();
    let spelled = frame.get("type").and_then(Value::as_str);
    let kind = spelled
        .and_then(FrameType::parse)
        .filter(|kind| !shared.has(Fault::OneSpelling) || Some(kind.as_str()) == spelled);
    let field = |pointer: &str| frame.pointer(pointer).and_then(Value::as_str);
    match kind {
        Some(FrameType::InvitationReceived) => {
            if let Some((conference, token)) = field("/conferenceId").zip(field("/confToken")) {
                shared.hold(conference, token);
            }
            let body = frame.as_object().cloned().unwrap_or_default();
            // The token is the SDK's, and not the application's.
            let body: Map<_, _> =
                body.into_iter().filter(|(name, _)| name != "confToken").collect();
            let (session, kind) = (shared.name.clone(), "InvitationReceived".to_owned());
            // Nobody listens once the program ends.
            let _ = shared.events.send(Event { session, kind, body });
            Heard::Nothing
        }
        Some(FrameType::UpdateToken) if shared.is_deaf() => Heard::Nothing,
        Some(FrameType::UpdateToken) => {
            let token = field("/content/access_token");
            if let Some((conference, token)) = field("/conferenceId").zip(token)
                && !shared.has(Fault::OldToken)
            {
                if !shared.has(Fault::ForgetsUpdate) {
                    shared.hold(conference, token);
                }
                shared.state().current = Some(token.to_owned());
            }
            let Some(amu) = field("/amu") else { return Heard::Nothing };
            let is_new = shared.state().acknowledged.insert(amu.to_owned());
            let is_silent = shared.has(Fault::NoAcknowledgement)
                || (shared.has(Fault::OneAcknowledgement) && !is_new);
            match is_silent {
                true => Heard::Nothing,
                false => Heard::Send(
                    json!({ "ackMessageUuid": amu, "message_id": shared.next_number() }),
                ),
            }
        }
        Some(FrameType::ParticipantAdded | FrameType::ParticipantUpdated) => {
            shared.meet(&frame);
            Heard::Nothing
        }
        Some(_) => Heard::Nothing,
        None if shared.has(Fault::NothingUnknown) => Heard::Hangs,
        None => Heard::Nothing,
    }
}
