//! Traffic as it passes between a client and a server, as a trace without secrets.

use super::parts::{headers, routed};
use invite_spec::endpoint::{
    CLIENT_ID_HEADER, Endpoint, Operation, SOCKET_CLIENT_ID, SOCKET_PATH, SOCKET_TOKEN,
};
use invite_spec::status::StatusClass;
use invite_trace::{
    ANSWER_HEADERS, AdapterFault, ClientEvent, ClientReply, Ended, Entry, Event, NoAnswer,
    REQUEST_HEADERS, Redactor, SocketEnd, SocketRefusal, Trace, View,
};
use serde_json::Value;
use std::collections::BTreeMap;

/// How much is kept of what passes, in bytes.
const MOST_BYTES: usize = 128 * 1024 * 1024;

/// Who acts without a client id.
const APPLICATION: &str = "application";

/// What passed so far.
#[derive(Debug)]
pub struct Live {
    redactor: Redactor,
    happened: Vec<Happened>,
    /// The step of a scenario during which things happen, if there is one.
    step: String,
    /// Client instances by their id: called by the external id that they gave, else by a number.
    clients: BTreeMap<String, String>,
    /// The external id for which each client access token was issued.
    issued: BTreeMap<String, String>,
    /// What people are called instead of by their external ids.
    names: BTreeMap<String, String>,
    exchanges: u32,
    sockets: u32,
    epoch_us: u64,
    bytes: usize,
    /// How much could not be kept.
    dropped: usize,
    others: usize,
}

/// One thing that passed.
#[derive(Debug)]
struct Happened {
    at_us: u64,
    who: Who,
    step: String,
    event: Event,
}

/// Who did it.
#[derive(Debug)]
enum Who {
    /// A client instance, if it names one.
    Client(Option<String>),
    /// Somebody whose name is known.
    Named(String),
}

/// A request that passes.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'r> {
    /// The method.
    pub method: &'r str,
    /// The path, without the query.
    pub path: &'r str,
    /// The headers, by name in lower case.
    pub headers: &'r [(String, String)],
    /// The body.
    pub body: &'r [u8],
}

/// The response to one.
#[derive(Debug, Clone, Copy)]
pub struct Answered<'r> {
    /// The status.
    pub status: u16,
    /// The headers, by name in lower case.
    pub headers: &'r [(String, String)],
    /// The body.
    pub body: &'r [u8],
}

/// A request that was noted.
#[derive(Debug, Clone)]
pub struct Exchange {
    number: u32,
    client: Option<String>,
    /// What it calls.
    pub endpoint: &'static Endpoint,
    /// For whom it asks for a client access token, if it does.
    external: Option<String>,
}

/// A WebSocket that was noted.
#[derive(Debug, Clone)]
pub struct Socket {
    number: u32,
    client: Option<String>,
    path: String,
}

impl Live {
    /// Nothing has passed. Times are microseconds since `epoch_us`, which is since 1970.
    pub fn new(epoch_us: u64) -> Live {
        Live {
            redactor: Redactor::default(),
            happened: Vec::new(),
            step: String::new(),
            clients: BTreeMap::new(),
            issued: BTreeMap::new(),
            names: BTreeMap::new(),
            exchanges: 0,
            sockets: 0,
            epoch_us,
            bytes: 0,
            dropped: 0,
            others: 0,
        }
    }

    /// A request passes. `None` if it is no part of the protocol.
    pub fn request(&mut self, at_us: u64, asked: Asked<'_>) -> Option<Exchange> {
        let Some((endpoint, path)) = routed(asked.method, asked.path) else {
            self.others += 1;
            return None;
        };
        let client = find(asked.headers, CLIENT_ID_HEADER).map(str::to_owned);
        if let Some(client) = &client {
            let number = self.clients.len() + 1;
            let name =
                self.clients.entry(client.clone()).or_insert_with(|| format!("client {number}"));
            let said = serde_json::from_slice::<Value>(asked.body).unwrap_or_default();
            let bearer = find(asked.headers, "authorization").and_then(|it| it.split_once(' '));
            let issued = bearer.and_then(|(_, token)| self.issued.get(token)).map(String::as_str);
            let external = said.get("externalId").and_then(Value::as_str).or(issued);
            if let Some(external) = external.filter(|_| asked.path.contains("/users/identify")) {
                let known = self.names.get(external).map(String::as_str);
                *name = known.unwrap_or(external).to_owned();
            }
        }
        self.exchanges += 1;
        let number = self.exchanges;
        let event = Event::Request {
            exchange: number,
            method: asked.method.to_owned(),
            path: self.redactor.text(&path),
            headers: headers(&mut self.redactor, &REQUEST_HEADERS, |name| {
                find(asked.headers, name)
            }),
            body: self.redactor.content(asked.body, false),
        };
        self.note(at_us, client.clone(), asked.body.len(), event);
        let said = || serde_json::from_slice::<Value>(asked.body).ok();
        let asks_token = endpoint.operation == Operation::ClientAccessToken;
        let external = said()
            .filter(|_| asks_token)
            .and_then(|said| said.get("externalId").and_then(Value::as_str).map(str::to_owned));
        Some(Exchange { number, client, endpoint, external })
    }

    /// The response to a request passes.
    pub fn answer(&mut self, at_us: u64, exchange: &Exchange, answered: Answered<'_>) {
        let is_accepted = StatusClass::of(answered.status).is_accepted();
        if let Some(external) = &exchange.external
            && let Ok(said) = serde_json::from_slice::<Value>(answered.body)
            && let Some(token) = said.get("access_token").and_then(Value::as_str)
        {
            self.issued.insert(token.to_owned(), external.clone());
        }
        let all_tokens = exchange.endpoint.answers_tokens() && is_accepted;
        let event = Event::Answer {
            exchange: exchange.number,
            status: answered.status,
            headers: headers(&mut self.redactor, &ANSWER_HEADERS, |name| {
                find(answered.headers, name)
            }),
            body: self.redactor.content(answered.body, all_tokens),
        };
        self.note(at_us, exchange.client.clone(), answered.body.len(), event);
    }

    /// No response came.
    pub fn no_answer(&mut self, at_us: u64, exchange: &Exchange, cause: &str) {
        let why = NoAnswer::Broken { cause: self.redactor.text(cause) };
        let event = Event::NoAnswer { exchange: exchange.number, why, deadline: None };
        self.note(at_us, exchange.client.clone(), 0, event);
    }

    /// A client opens a WebSocket with this query.
    pub fn opens(&mut self, query: &str) -> Socket {
        let query: BTreeMap<String, String> =
            url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        self.sockets += 1;
        let token = query.get(SOCKET_TOKEN).map(|raw| self.redactor.token(raw)).unwrap_or_default();
        Socket {
            number: self.sockets,
            client: query.get(SOCKET_CLIENT_ID).cloned(),
            path: format!(
                "{SOCKET_PATH}?{SOCKET_CLIENT_ID}={}&{SOCKET_TOKEN}={token}",
                self.redactor.text(query.get(SOCKET_CLIENT_ID).map_or("", String::as_str))
            ),
        }
    }

    /// The WebSocket is open.
    pub fn opened(&mut self, at_us: u64, socket: &Socket) {
        let event = Event::SocketOpened { socket: socket.number, path: socket.path.clone() };
        self.note(at_us, socket.client.clone(), 0, event);
    }

    /// The server refused the WebSocket, or could not be reached.
    pub fn refused(&mut self, at_us: u64, socket: &Socket, why: SocketRefusal) {
        let path = socket.path.clone();
        let event = Event::SocketRefused { socket: socket.number, path, why };
        self.note(at_us, socket.client.clone(), 0, event);
    }

    /// A frame of the client passes.
    pub fn sent(&mut self, at_us: u64, socket: &Socket, text: &str) {
        let body = self.redactor.content(text.as_bytes(), false);
        let event = Event::Sent { socket: socket.number, body };
        self.note(at_us, socket.client.clone(), text.len(), event);
    }

    /// A frame of the server passes.
    pub fn received(&mut self, at_us: u64, socket: &Socket, text: &str) {
        let body = self.redactor.content(text.as_bytes(), false);
        let event = Event::Received { socket: socket.number, body };
        self.note(at_us, socket.client.clone(), text.len(), event);
    }

    /// A WebSocket closes.
    pub fn closed(
        &mut self,
        at_us: u64,
        socket: &Socket,
        by: SocketEnd,
        code: Option<u16>,
        reason: &str,
    ) {
        let reason = self.redactor.text(reason);
        let event = Event::SocketClosed { socket: socket.number, by, code, reason };
        self.note(at_us, socket.client.clone(), 0, event);
    }

    /// From now on, a person is called by this name instead of the external id.
    pub fn call(&mut self, external_id: &str, name: &str) {
        self.names.insert(external_id.to_owned(), name.to_owned());
    }

    /// A step of a scenario begins.
    pub fn begin(&mut self, at_us: u64, step: &str) {
        step.clone_into(&mut self.step);
        self.add(at_us, Who::Named(String::new()), 0, Event::Begun);
    }

    /// Something passes between the harness and a client under test.
    pub fn client(&mut self, at_us: u64, who: &str, event: ClientEvent) {
        let event = self.redacted(event);
        // What it may say is bounded where it is read.
        let bytes = serde_json::to_vec(&event).map_or(0, |bytes| bytes.len());
        self.add(at_us, Who::Named(who.to_owned()), bytes, Event::Client(event));
    }

    fn redacted(&mut self, event: ClientEvent) -> ClientEvent {
        let mut value = |value| self.redactor.value(value, false);
        match event {
            ClientEvent::Told { id, operation, arguments } => {
                ClientEvent::Told { id, operation, arguments: value(arguments) }
            }
            ClientEvent::Reported { kind, body } => {
                ClientEvent::Reported { kind, body: value(body) }
            }
            ClientEvent::Intervened { how } => ClientEvent::Intervened { how: value(how) },
            ClientEvent::Replied { id, reply } => {
                let reply = match reply {
                    ClientReply::Done(done) => ClientReply::Done(value(done)),
                    ClientReply::Refused { status, code, message } => {
                        let message = self.redactor.text(&message);
                        ClientReply::Refused { status, code, message }
                    }
                    ClientReply::Failed(message) => {
                        ClientReply::Failed(self.redactor.text(&message))
                    }
                    ClientReply::Unsupported(why) => {
                        ClientReply::Unsupported(self.redactor.text(&why))
                    }
                };
                ClientEvent::Replied { id, reply }
            }
            ClientEvent::Failed { how } => {
                let did = self.redactor.text(&how.did);
                ClientEvent::Failed { how: AdapterFault { did, ..how } }
            }
            other @ (ClientEvent::Introduced { .. }
            | ClientEvent::NotDone { .. }
            | ClientEvent::Skipped) => other,
        }
    }

    /// A value with the secrets that its pseudonyms stand for.
    pub fn revealed(&self, value: &Value) -> Value {
        self.redactor.reveal_value(value)
    }

    /// A text with the secrets that its pseudonyms stand for.
    pub fn revealed_text(&self, text: &str) -> String {
        self.redactor.reveal(text)
    }

    fn note(&mut self, at_us: u64, client: Option<String>, bytes: usize, event: Event) {
        self.add(at_us, Who::Client(client), bytes, event);
    }

    fn add(&mut self, at_us: u64, who: Who, bytes: usize, event: Event) {
        // What an entry takes besides its body.
        const ENTRY: usize = 512;
        if self.bytes.saturating_add(bytes + ENTRY) > MOST_BYTES {
            self.dropped += 1;
            return;
        }
        self.bytes += bytes + ENTRY;
        let step = self.step.clone();
        self.happened.push(Happened { at_us, who, step, event });
    }

    /// What a client is called.
    pub fn name(&self, client: Option<&String>) -> String {
        let name = client.and_then(|client| self.clients.get(client));
        name.map_or_else(|| APPLICATION.to_owned(), Clone::clone)
    }

    /// Who made a request.
    pub fn caller(&self, exchange: &Exchange) -> String {
        self.name(exchange.client.as_ref())
    }

    /// Whose WebSocket it is.
    pub fn owner(&self, socket: &Socket) -> String {
        self.name(socket.client.as_ref())
    }

    /// How many requests and WebSockets passed.
    pub fn counts(&self) -> (u32, u32) {
        (self.exchanges, self.sockets)
    }

    /// How many requests were no part of the protocol.
    pub fn others(&self) -> usize {
        self.others
    }

    /// How many events are kept.
    pub fn events(&self) -> usize {
        self.happened.len()
    }

    /// How many events were dropped because the recording is full.
    pub fn dropped(&self) -> usize {
        self.dropped
    }

    /// Everything, as a trace.
    pub fn trace(&self) -> Trace {
        let entry = |one: &Happened| Entry {
            at_us: one.at_us,
            step: one.step.clone(),
            actor: match &one.who {
                Who::Client(client) => self.name(client.as_ref()),
                Who::Named(name) => name.clone(),
            },
            event: one.event.clone(),
        };
        Trace {
            scenario: "capture".into(),
            view: View::Part,
            epoch_us: self.epoch_us,
            bindings: Default::default(),
            tokens: self.redactor.tokens().clone(),
            entries: self.happened.iter().map(entry).collect(),
            ended: Ended::Complete,
        }
    }
}

fn find<'h>(headers: &'h [(String, String)], name: &str) -> Option<&'h str> {
    headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
}

/// The type that a frame names, for people: at most 60 characters of it.
pub fn frame_type(text: &str) -> String {
    const LONGEST: usize = 60;
    let frame = serde_json::from_str::<Value>(text).unwrap_or_default();
    let named = frame.get("type").and_then(Value::as_str);
    let acknowledges = frame.get("ackMessageUuid").map(|_| "acknowledgement");
    let named = named.or(acknowledges).unwrap_or("a frame without a type");
    named.chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(all: &[(&str, &str)]) -> Vec<(String, String)> {
        all.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn what_passes_is_kept_without_its_secrets() {
        let mut live = Live::new(1_000);
        let auth = pairs(&[("authorization", "Bearer s3cret"), ("voxeet-id", "c-1")]);
        let asked = Asked {
            method: "POST",
            path: "/v2/users/identify",
            headers: &auth,
            body: br#"{"externalId":"bob"}"#,
        };
        let exchange = live.request(1, asked).unwrap();
        let json = pairs(&[("content-type", "application/json")]);
        let body = br#"{"user_id":"u","jwt_user_token":"t0ken","wsUri":"ws://host"}"#;
        live.answer(2, &exchange, Answered { status: 200, headers: &json, body });
        let socket = live.opens("Token=t0ken&Voxeet-Id=c-1");
        live.opened(3, &socket);
        live.received(4, &socket, r#"{"type":"InvitationReceived","confToken":"t0ken-2"}"#);
        live.closed(5, &socket, SocketEnd::Target, Some(1001), "t0ken");
        assert!(live.request(6, Asked { path: "/else", ..asked }).is_none());
        assert_eq!((live.counts(), live.others(), live.dropped()), ((1, 1), 1, 0));
        let trace = live.trace();
        assert!(trace.entries.iter().all(|entry| entry.actor == "bob"), "{trace:#?}");
        assert_eq!(trace.entries.len(), 5);
        let text = serde_json::to_string(&trace).unwrap();
        for secret in ["s3cret", "t0ken"] {
            assert!(!text.contains(secret), "{text}");
        }
    }

    #[test]
    fn what_is_too_much_is_counted() {
        let mut live = Live::new(0);
        let socket = live.opens("");
        let text = "x".repeat(MOST_BYTES / 2);
        live.sent(1, &socket, &text);
        live.sent(2, &socket, &text);
        assert_eq!((live.trace().entries.len(), live.dropped()), (1, 1));
        assert_eq!(live.owner(&socket), APPLICATION);
    }
}
