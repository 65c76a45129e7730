//! Small traces for the tests of the laws, written by hand.

use super::{Finding, Findings, Law};
use crate::history::History;
use invite_spec::endpoint::{
    CLIENT_ID_HEADER, SESSION_TOKEN_HEADER, SOCKET_CLIENT_ID, SOCKET_PATH, SOCKET_TOKEN,
};
use invite_spec::permission::Permission;
use invite_spec::requirement::RequirementId;
use invite_trace::{
    ClientEvent, Content, CutOff, Ended, Entry, Event, Evidence, SocketEnd, SocketRefusal,
    TokenForm, TokenRecord, Trace, View,
};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The application server, as an actor.
pub(crate) const APP: &str = "app";

/// What happens, told line by line.
///
/// The session `bob/phone` belongs to the person `bob`, whose user id is `u-bob`. Its token is
/// `<bob/phone>`.
pub(crate) struct Story {
    trace: Trace,
    /// The step of a scenario that goes on.
    step: String,
    exchanges: u32,
    /// How much time has passed besides that of the entries.
    later_us: u64,
    /// The sockets of the sessions, by actor.
    sockets: BTreeMap<String, u32>,
    /// Headers of the next request.
    asking: BTreeMap<String, String>,
    /// Headers of the next response.
    answering: BTreeMap<String, String>,
}

impl Story {
    /// Nothing has happened.
    pub(crate) fn new() -> Story {
        let trace = Trace {
            scenario: "story".into(),
            view: View::Whole,
            epoch_us: 0,
            bindings: Default::default(),
            tokens: BTreeMap::new(),
            entries: Vec::new(),
            ended: Ended::Complete,
        };
        Story {
            trace,
            step: String::new(),
            exchanges: 0,
            later_us: 0,
            sockets: BTreeMap::new(),
            asking: BTreeMap::new(),
            answering: BTreeMap::new(),
        }
    }

    /// What was told so far.
    pub(crate) fn trace(&self) -> &Trace {
        &self.trace
    }

    /// Each of these people has an open session.
    pub(crate) fn of(actors: &[&str]) -> Story {
        let mut story = Story::new();
        for actor in actors {
            story.session(actor);
        }
        story
    }

    /// Others may have acted besides.
    pub(crate) fn captured(mut self) -> Story {
        self.trace.view = View::Part;
        self
    }

    fn push(&mut self, actor: &str, event: Event) -> usize {
        let at = self.trace.entries.len();
        let actor = actor.to_owned();
        self.trace.entries.push(Entry {
            at_us: at as u64 + self.later_us,
            step: self.step.clone(),
            actor,
            event,
        });
        at
    }

    /// Somebody identifies with a client access token of their own, and opens a WebSocket.
    pub(crate) fn session(&mut self, actor: &str) {
        let person = actor.split('/').next().unwrap_or(actor);
        self.identify(actor, json!({ "externalId": person }));
    }

    /// The same, under a name.
    pub(crate) fn named_session(&mut self, actor: &str, name: &str) {
        self.identify(actor, json!({ "externalId": actor, "name": name }));
    }

    fn identify(&mut self, actor: &str, named: Value) {
        let person = actor.split('/').next().unwrap_or(actor);
        let client = format!("<client-{actor}>");
        self.token(&client, json!({ "exp": 1 }));
        let issued = json!({ "access_token": client });
        self.call(
            APP,
            "POST /v2/client-access-token",
            json!({ "externalId": person }),
            200,
            issued,
        );
        self.asking("authorization", &format!("Bearer {client}"));
        let user = format!("u-{person}");
        let token = format!("<{actor}>");
        let who = json!({ "user_id": user, "jwt_user_token": token, "wsUri": "wss://host" });
        self.call(actor, "POST /v2/users/identify", named, 200, who);
        self.open(actor);
    }

    /// A session opens a WebSocket, or another one.
    pub(crate) fn open(&mut self, actor: &str) {
        let socket = self.trace.entries.len() as u32;
        self.sockets.insert(actor.to_owned(), socket);
        let path = format!("{SOCKET_PATH}?{SOCKET_TOKEN}=<{actor}>");
        self.push(actor, Event::SocketOpened { socket, path });
    }

    /// A session of an instance, whose calls and WebSockets name it.
    pub(crate) fn of_client(actor: &str, instance: &str) -> Story {
        let mut story = Story::new();
        let client = format!("<client-{actor}>");
        story.asking("authorization", &format!("Bearer {client}"));
        story.asking(CLIENT_ID_HEADER, instance);
        let token = format!("<{actor}>");
        let who = json!({ "user_id": format!("u-{actor}"), "jwt_user_token": token });
        story.call(actor, "POST /v2/users/identify", json!({}), 200, who);
        story.opens_as(actor, instance, &token);
        story
    }

    /// A WebSocket with this instance and session token in its address. Gives its entry.
    pub(crate) fn opens_as(&mut self, actor: &str, instance: &str, token: &str) -> usize {
        let socket = self.trace.entries.len() as u32;
        self.sockets.insert(actor.to_owned(), socket);
        let path = format!("{SOCKET_PATH}?{SOCKET_CLIENT_ID}={instance}&{SOCKET_TOKEN}={token}");
        self.push(actor, Event::SocketOpened { socket, path })
    }

    /// A session opens one more WebSocket, beside the one that it has. Gives its number.
    pub(crate) fn opens_another(&mut self, actor: &str) -> u32 {
        let socket = self.trace.entries.len() as u32;
        let path = format!("{SOCKET_PATH}?{SOCKET_TOKEN}=<{actor}>");
        self.push(actor, Event::SocketOpened { socket, path });
        socket
    }

    /// A WebSocket of a session is refused for a while.
    pub(crate) fn is_not_let_in(&mut self, actor: &str) {
        self.is_refused_at_the_door(actor, 503);
    }

    /// A WebSocket of a session is refused with a status.
    pub(crate) fn is_refused_at_the_door(&mut self, actor: &str, status: u16) {
        let socket = self.trace.entries.len() as u32;
        let path = format!("{SOCKET_PATH}?{SOCKET_TOKEN}=<{actor}>");
        let why = SocketRefusal::Status(status);
        self.push(actor, Event::SocketRefused { socket, path, why });
    }

    /// A step of the scenario begins.
    pub(crate) fn begin(&mut self, step: &str) {
        step.clone_into(&mut self.step);
        self.push("", Event::Begun);
    }

    /// Something passes between the harness and the client of somebody.
    pub(crate) fn client(&mut self, actor: &str, event: ClientEvent) -> usize {
        self.push(actor, Event::Client(event))
    }

    /// A session sends a frame. Gives its entry.
    pub(crate) fn sends(&mut self, actor: &str, frame: Value) -> usize {
        let socket = self.sockets[actor];
        self.push(actor, Event::Sent { socket, body: Content::Json(frame) })
    }

    /// The server, or the network, ends the WebSocket of a session.
    pub(crate) fn loses(&mut self, actor: &str) -> usize {
        self.loses_socket(actor, self.sockets[actor])
    }

    /// The same for any of its WebSockets.
    pub(crate) fn loses_socket(&mut self, actor: &str, socket: u32) -> usize {
        let by = SocketEnd::Target;
        self.push(actor, Event::SocketClosed { socket, by, code: None, reason: String::new() })
    }

    /// Time passes until something unimportant happens.
    pub(crate) fn passes_ms(&mut self, actor: &str, ms: u64) {
        self.later_us += ms * 1_000;
        self.push(actor, Event::Begun);
    }

    /// Somebody asks with any body, and is not answered.
    pub(crate) fn asks_raw(&mut self, actor: &str, line: &str, body: Content) {
        self.ask_raw(actor, line, body);
    }

    /// The next request has this header.
    pub(crate) fn asking(&mut self, name: &str, value: &str) -> &mut Story {
        self.asking.insert(name.into(), value.into());
        self
    }

    /// The next response has this header.
    pub(crate) fn answering(&mut self, name: &str, value: &str) -> &mut Story {
        self.answering.insert(name.into(), value.into());
        self
    }

    /// Somebody calls `POST /path` and is answered JSON. Gives the entries of both.
    pub(crate) fn call(
        &mut self,
        actor: &str,
        line: &str,
        body: Value,
        status: u16,
        answer: Value,
    ) -> [usize; 2] {
        self.answering.entry("content-type".into()).or_insert("application/json".into());
        self.call_raw(actor, line, body, status, Content::Json(answer))
    }

    /// The same, answered anything.
    pub(crate) fn call_raw(
        &mut self,
        actor: &str,
        line: &str,
        body: Value,
        status: u16,
        answer: Content,
    ) -> [usize; 2] {
        let (exchange, asked) = self.ask(actor, line, body);
        let headers = std::mem::take(&mut self.answering);
        [asked, self.push(actor, Event::Answer { exchange, status, headers, body: answer })]
    }

    /// Somebody calls, and is not answered yet. Gives the exchange.
    pub(crate) fn asks(&mut self, actor: &str, line: &str, body: Value) -> u32 {
        self.ask(actor, line, body).0
    }

    /// A call that was not answered yet is answered JSON.
    pub(crate) fn is_answered(&mut self, actor: &str, exchange: u32, status: u16, answer: Value) {
        let headers = std::mem::take(&mut self.answering);
        let body = Content::Json(answer);
        self.push(actor, Event::Answer { exchange, status, headers, body });
    }

    fn ask(&mut self, actor: &str, line: &str, body: Value) -> (u32, usize) {
        self.ask_raw(actor, line, Content::Json(body))
    }

    fn ask_raw(&mut self, actor: &str, line: &str, body: Content) -> (u32, usize) {
        let (method, path) = line.split_once(' ').expect("a method and a path");
        let exchange = self.exchanges;
        self.exchanges += 1;
        let mut headers = std::mem::take(&mut self.asking);
        if self.sockets.contains_key(actor) {
            headers.entry(SESSION_TOKEN_HEADER.into()).or_insert(format!("<{actor}>"));
        } else {
            headers.entry("authorization".into()).or_insert("Bearer <api>".into());
        }
        let (method, path) = (method.to_owned(), path.to_owned());
        (exchange, self.push(actor, Event::Request { exchange, method, path, headers, body }))
    }

    /// A session joins a conference, whose response lists nobody.
    pub(crate) fn joins(&mut self, actor: &str, conference: &str) -> [usize; 2] {
        let line = format!("POST /v1/conferences/{conference}/join");
        self.call(actor, &line, json!({}), 200, json!({ "participants": [] }))
    }

    /// The application server invites by REST.
    pub(crate) fn invites(&mut self, conference: &str, people: Value) -> [usize; 2] {
        let line = format!("POST /v2/conferences/{conference}/invite");
        self.call(APP, &line, json!({ "participants": people }), 200, json!({}))
    }

    /// A session receives a frame. Gives its entry.
    pub(crate) fn frame(&mut self, actor: &str, frame: Value) -> usize {
        self.frame_raw(actor, Content::Json(frame))
    }

    /// A session receives anything.
    pub(crate) fn frame_raw(&mut self, actor: &str, body: Content) -> usize {
        let socket = self.sockets[actor];
        self.push(actor, Event::Received { socket, body })
    }

    /// Everything that was due at a session has arrived.
    pub(crate) fn fence(&mut self, actor: &str) {
        let socket = self.sockets[actor];
        let since = self.push(actor, Event::Fence { socket, conference: "fence".into() });
        self.push(actor, Event::Fenced { socket, since });
    }

    /// The harness cuts a WebSocket off.
    pub(crate) fn cut(&mut self, actor: &str, why: CutOff) -> usize {
        let (socket, by) = (self.sockets[actor], SocketEnd::Cut(why));
        self.push(actor, Event::SocketClosed { socket, by, code: None, reason: String::new() })
    }

    /// A token is a JWT with these claims.
    pub(crate) fn token(&mut self, token: &str, claims: Value) {
        let form = TokenForm::Jwt { header: json!({}), claims, signature: String::new() };
        self.trace.tokens.insert(token.into(), TokenRecord { form, forged_from: None });
    }

    /// A token grants this.
    pub(crate) fn grants(&mut self, token: &str, permissions: &[Permission]) {
        let names: Vec<&str> = permissions.iter().map(|it| it.as_str()).collect();
        self.token(token, json!({ "authorities": names }));
    }

    /// A token is no JWT.
    pub(crate) fn opaque(&mut self, token: &str) {
        let form = TokenForm::Opaque { bytes: 16 };
        self.trace.tokens.insert(token.into(), TokenRecord { form, forged_from: None });
    }

    /// What one law finds.
    pub(crate) fn examined(&self, law: &'static Law) -> Findings {
        let mut findings = Findings { law, breaches: Vec::new(), observed: BTreeSet::new() };
        (law.examine)(&History::read(&self.trace), &mut findings);
        findings
    }

    /// What all laws find.
    pub(crate) fn examined_by_all(&self) -> Findings {
        super::examine(&History::read(&self.trace))
    }

    /// The law finds nothing wrong, and has looked at these requirements.
    #[track_caller]
    pub(crate) fn holds(&self, law: &'static Law, requirements: &[RequirementId]) {
        let findings = self.examined(law);
        assert!(findings.breaches.is_empty(), "{:#?}", findings.breaches);
        let observed: BTreeSet<_> = findings.observed.iter().map(|(_, id)| *id).collect();
        for requirement in requirements {
            assert!(observed.contains(requirement), "{requirement} was not looked at");
        }
    }

    /// The law finds exactly this wrong.
    #[track_caller]
    pub(crate) fn breaks(&self, law: &'static Law, requirement: RequirementId, evidence: Evidence) {
        let finding = self.only_breach(law);
        assert_eq!((finding.requirement, finding.evidence), (requirement, evidence));
    }

    /// The one thing that the law finds wrong.
    #[track_caller]
    pub(crate) fn only_breach(&self, law: &'static Law) -> Finding {
        let mut breaches = self.examined(law).breaches;
        assert_eq!(breaches.len(), 1, "{breaches:#?}");
        breaches.remove(0)
    }
}
