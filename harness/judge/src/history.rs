//! What a trace says happened. Everything here follows from the bytes on the wire, so that traffic
//! that was captured elsewhere reads the same way.

use invite_spec::endpoint::Operation;
use invite_spec::endpoint::{self, Endpoint, Method, Plane, SOCKET_CLIENT_ID, SOCKET_TOKEN};
use invite_spec::push::FrameType;
use invite_spec::status::StatusClass;
use invite_trace::{
    Content, Entry, Event, FrameAt, NoAnswer, Outside, Seen, SocketEnd, SocketRefusal, Trace,
};
use percent_encoding::percent_decode_str;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A trace, read.
#[derive(Debug)]
pub struct History<'t> {
    pub trace: &'t Trace,
    pub exchanges: Vec<Exchange<'t>>,
    pub sockets: Vec<Socket<'t>>,
    /// Every WebSocket that somebody tried to open, whatever came of it.
    pub attempts: Vec<Attempt<'t>>,
    /// Sessions by their own tokens.
    pub sessions: BTreeMap<&'t str, Session<'t>>,
    /// Who was invited where, in the order of the requests.
    pub invitations: Vec<Invitation<'t>>,
    /// The throw-away conferences of fences.
    pub fences: BTreeSet<&'t str>,
    /// What is known of API tokens and client access tokens.
    issued: BTreeMap<&'t str, Issued<'t>>,
    /// What each session called, by its token: places among the exchanges.
    calls: BTreeMap<&'t str, Vec<usize>>,
    /// The calls of each operation: places among the exchanges.
    operations: BTreeMap<Operation, Vec<usize>>,
    /// The joins of each person that were not refused, by user id: places among the exchanges.
    joins_of: BTreeMap<&'t str, Vec<usize>>,
    /// Who was invited, by external id: places among the invitations.
    invited: BTreeMap<&'t str, Vec<usize>>,
    /// The ids that responses gave to conferences.
    known: BTreeSet<&'t str>,
    /// The users who have an external id.
    named: BTreeSet<&'t str>,
}

/// A request and what came of it.
#[derive(Debug)]
pub struct Exchange<'t> {
    pub step: &'t str,
    pub actor: &'t str,
    pub asked_at: usize,
    pub method: &'t str,
    pub headers: &'t BTreeMap<String, String>,
    pub body: &'t Content,
    pub endpoint: Option<&'static Endpoint>,
    pub parameters: BTreeMap<&'static str, String>,
    pub reply: Option<Reply<'t>>,
    /// Why there is no answer, if it was waited for in vain.
    pub silence: Option<&'t NoAnswer>,
}

/// An answer.
#[derive(Debug)]
pub struct Reply<'t> {
    pub at: usize,
    pub status: u16,
    pub headers: &'t BTreeMap<String, String>,
    pub body: &'t Content,
}

/// One WebSocket, from its opening to its end.
#[derive(Debug)]
pub struct Socket<'t> {
    pub number: u32,
    pub actor: &'t str,
    /// The token of the session.
    pub session: &'t str,
    pub opened_at: usize,
    pub closed_at: Option<usize>,
    /// By whom it was closed.
    pub closed_by: Option<SocketEnd>,
    /// Whether the session had another socket before.
    pub is_reconnect: bool,
    pub received: Vec<(usize, &'t Content)>,
    pub sent: Vec<(usize, &'t Content)>,
    /// When everything due before an entry had arrived: (the entry, when).
    pub fenced: Vec<(usize, usize)>,
}

/// One try to open a WebSocket.
#[derive(Debug, Clone, Copy)]
pub struct Attempt<'t> {
    pub at: usize,
    pub actor: &'t str,
    /// The token of the session.
    pub session: &'t str,
    /// The instance id in the address; `None` where the trace does not keep it, empty where the
    /// address has none.
    pub instance: Option<&'t str>,
    pub is_open: bool,
    /// Whether the server no longer accepts the session: it refused it with 401 or 403.
    pub is_rejected: bool,
}

/// Who a session is.
#[derive(Debug, Clone, Copy)]
pub struct Session<'t> {
    pub user: &'t str,
    pub external_id: Option<&'t str>,
    /// Whether its client access token was issued for that external id.
    pub is_verified: bool,
    /// The application that it belongs to, by its credentials' pseudonym.
    pub application: Option<&'t str>,
}

/// One person named in one request that invites.
#[derive(Debug, Clone)]
pub struct Invitation<'t> {
    /// The request, as an index of the exchanges.
    pub exchange: usize,
    pub asked_at: usize,
    pub answered_at: Option<usize>,
    /// Whether it was accepted; `None` without an answer.
    pub accepted: Option<bool>,
    pub conference: String,
    pub application: Option<&'t str>,
    pub external_id: &'t str,
    /// Whether open sessions are to be told: true for SDK invitations, the flag for REST.
    pub notify: Notify,
}

/// Whether an invitation is to be delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notify {
    /// Yes.
    Yes,
    /// The request says no.
    No,
    /// The request does not say.
    Unsaid,
}

impl Invitation<'_> {
    /// Whether it is for the person of a session, as far as is known.
    pub fn is_addressed_to(&self, session: &Session<'_>) -> bool {
        effort::spend();
        let same_application = match (session.application, self.application) {
            (Some(own), Some(other)) => own == other,
            _ => true,
        };
        same_application && Some(self.external_id) == session.external_id
    }
}

impl<'t> Exchange<'t> {
    pub fn operation(&self) -> Option<Operation> {
        effort::spend();
        self.endpoint.map(|endpoint| endpoint.operation)
    }

    pub fn is(&self, operation: Operation) -> bool {
        self.operation() == Some(operation)
    }

    pub fn status(&self) -> Option<u16> {
        self.reply.as_ref().map(|reply| reply.status)
    }

    /// The class of the response's status, if there is a response.
    pub fn class(&self) -> Option<StatusClass> {
        self.status().map(StatusClass::of)
    }

    pub fn is_accepted(&self) -> bool {
        self.class().is_some_and(StatusClass::is_accepted)
    }

    /// Whether it was answered by a refusal. A redirect is none: nobody knows what it did.
    pub fn is_refused(&self) -> bool {
        self.class().is_some_and(StatusClass::is_refused)
    }

    /// Whether nobody waited for what became of it, or read it to its end: it proves nothing about
    /// the target.
    pub fn is_abandoned(&self) -> bool {
        self.reply.is_none() && self.silence.is_none_or(NoAnswer::is_of_harness)
    }

    /// What became of it.
    pub fn outcome(&self) -> Seen {
        match (self.status(), self.silence) {
            (Some(status), _) => Seen::Status(status),
            (None, Some(why)) => Seen::NoAnswer(why.clone()),
            (None, None) => Seen::NotAwaited,
        }
    }

    /// The JSON of an accepted answer.
    pub fn answer(&self) -> Option<&'t Value> {
        self.reply.as_ref().filter(|_| self.is_accepted())?.body.json()
    }

    /// The token of the session that asked.
    pub fn session(&self) -> Option<&'t str> {
        self.headers.get(endpoint::SESSION_TOKEN_HEADER).map(String::as_str)
    }

    /// The credentials in `Authorization`, without the scheme.
    pub fn credentials(&self) -> Option<&'t str> {
        self.headers.get("authorization")?.split_once(' ').map(|(_, credentials)| credentials)
    }

    /// The conference that it is about: of the path, or of the answer to a create.
    pub fn conference(&self) -> Option<&str> {
        let of_path = self.parameters.get("conferenceId").map(String::as_str);
        of_path.or_else(|| self.answer()?.get("conferenceId")?.as_str())
    }

    /// The entries that show it.
    pub fn entries(&self) -> Vec<usize> {
        std::iter::once(self.asked_at).chain(self.reply.as_ref().map(|reply| reply.at)).collect()
    }

    /// Whether it is of the plane of clients.
    pub fn is_of_sdk(&self) -> bool {
        self.endpoint.is_some_and(|endpoint| endpoint.plane == Plane::Session)
    }

    /// Whether it is of one of the planes of application servers.
    pub fn is_of_rest(&self) -> bool {
        self.endpoint.is_some_and(|endpoint| matches!(endpoint.plane, Plane::Rest | Plane::Auth))
    }
}

impl<'t> Socket<'t> {
    /// The frames of one type: index and value.
    pub fn frames(&self, wanted: FrameType) -> impl Iterator<Item = (usize, &'t Value)> {
        self.values().filter(move |(_, frame)| FrameType::of(frame) == Some(wanted))
    }

    /// A frame at this socket's session.
    pub fn frame_at(&self, frame: FrameType) -> FrameAt {
        FrameAt { frame, actor: self.actor.to_owned() }
    }

    /// All frames that are JSON.
    pub fn values(&self) -> impl Iterator<Item = (usize, &'t Value)> {
        self.received.iter().filter_map(|(at, content)| Some((*at, content.json()?)))
    }

    /// Whether everything that was due at an entry had arrived by some fence.
    pub fn is_fenced_after(&self, entry: usize) -> bool {
        self.fenced.iter().any(|(since, _)| *since > entry)
    }
}

/// Calls a function with every text and every key of a value.
pub fn each_text<'v>(value: &'v Value, found: &mut impl FnMut(&'v str)) {
    match value {
        Value::String(text) => found(text),
        Value::Array(items) => items.iter().for_each(|item| each_text(item, found)),
        Value::Object(fields) => {
            for (key, item) in fields {
                found(key);
                each_text(item, found);
            }
        }
        _ => {}
    }
}

/// Whether a text or a key of a value is this one.
pub fn mentions(value: &Value, wanted: &str) -> bool {
    let mut is_there = false;
    each_text(value, &mut |text| is_there |= text == wanted);
    is_there
}

/// A trace on its way to a history, entry by entry.
#[derive(Default)]
struct Reader<'t> {
    exchanges: Vec<Exchange<'t>>,
    /// Places among the exchanges, by number.
    by_number: BTreeMap<u32, usize>,
    sockets: Vec<Socket<'t>>,
    attempts: Vec<Attempt<'t>>,
    /// Places among the sockets, by number.
    places: BTreeMap<u32, usize>,
    /// The sessions that have had a socket, by token.
    connected: BTreeSet<&'t str>,
    fences: BTreeSet<&'t str>,
}

impl<'t> Reader<'t> {
    fn read(&mut self, at: usize, entry: &'t Entry) {
        match &entry.event {
            Event::Request { exchange, method, path, headers, body } => {
                self.by_number.insert(*exchange, self.exchanges.len());
                self.exchanges.push(asked(at, entry, method, path, headers, body));
            }
            Event::Answer { exchange, status, headers, body } => {
                if let Some(exchange) = self.exchange(*exchange) {
                    exchange.reply = Some(Reply { at, status: *status, headers, body });
                }
            }
            Event::NoAnswer { exchange, why, .. } => {
                if let Some(exchange) = self.exchange(*exchange) {
                    exchange.silence = Some(why);
                }
            }
            Event::SocketOpened { socket, path } => {
                self.attempts.push(attempt(at, entry, path, None));
                self.opened(at, entry, *socket, path);
            }
            Event::SocketRefused { path, why, .. } => {
                self.attempts.push(attempt(at, entry, path, Some(why)));
            }
            Event::Sent { socket, body } => {
                if let Some(socket) = self.socket(*socket) {
                    socket.sent.push((at, body));
                }
            }
            Event::Received { socket, body } => {
                if let Some(socket) = self.socket(*socket) {
                    socket.received.push((at, body));
                }
            }
            Event::SocketClosed { socket, by, .. } => {
                if let Some(socket) = self.socket(*socket) {
                    socket.closed_at = Some(at);
                    socket.closed_by = Some(*by);
                }
            }
            // An empty conference stands for a quiet window.
            Event::Fence { conference, .. } if !conference.is_empty() => {
                self.fences.insert(conference.as_str());
            }
            Event::Fenced { socket, since } => {
                if let Some(socket) = self.socket(*socket) {
                    socket.fenced.push((*since, at));
                }
            }
            Event::Begun | Event::Client(_) | Event::Fence { .. } | Event::Expired { .. } => {}
        }
    }

    fn exchange(&mut self, number: u32) -> Option<&mut Exchange<'t>> {
        self.by_number.get(&number).and_then(|place| self.exchanges.get_mut(*place))
    }

    fn socket(&mut self, number: u32) -> Option<&mut Socket<'t>> {
        self.places.get(&number).and_then(|place| self.sockets.get_mut(*place))
    }

    fn opened(&mut self, at: usize, entry: &'t Entry, number: u32, path: &'t str) {
        let session = session_of_address(path);
        let is_reconnect = !self.connected.insert(session);
        self.places.insert(number, self.sockets.len());
        self.sockets.push(Socket {
            number,
            actor: &entry.actor,
            session,
            opened_at: at,
            closed_at: None,
            closed_by: None,
            is_reconnect,
            received: Vec::new(),
            sent: Vec::new(),
            fenced: Vec::new(),
        });
    }
}

fn attempt<'t>(
    at: usize,
    entry: &'t Entry,
    path: &'t str,
    refused: Option<&SocketRefusal>,
) -> Attempt<'t> {
    Attempt {
        at,
        actor: &entry.actor,
        session: session_of_address(path),
        instance: in_address(path, SOCKET_CLIENT_ID),
        is_open: refused.is_none(),
        is_rejected: matches!(refused, Some(SocketRefusal::Status(401 | 403))),
    }
}

/// The session's token in the address of a WebSocket. Traces hold it by pseudonym, unescaped.
fn session_of_address(path: &str) -> &str {
    in_address(path, SOCKET_TOKEN).unwrap_or("")
}

/// A parameter in the address of a WebSocket.
fn in_address<'p>(path: &'p str, name: &str) -> Option<&'p str> {
    let query = path.split_once('?').map_or("", |(_, query)| query);
    let parameters = query.split('&').filter_map(|parameter| parameter.split_once('='));
    parameters.filter(|(other, _)| *other == name).map(|(_, value)| value).next_back()
}

fn asked<'t>(
    at: usize,
    entry: &'t Entry,
    method: &'t str,
    path: &'t str,
    headers: &'t BTreeMap<String, String>,
    body: &'t Content,
) -> Exchange<'t> {
    let bare = path.split('?').next().unwrap_or(path);
    let routed = Method::parse(method).and_then(|method| endpoint::route(method, bare));
    let (endpoint, parameters) = match routed {
        Some((endpoint, parameters)) => (Some(endpoint), parameters),
        None => (None, Vec::new()),
    };
    let decoded = |value: String| percent_decode_str(&value).decode_utf8_lossy().into_owned();
    let parameters = parameters.into_iter().map(|(name, value)| (name, decoded(value))).collect();
    Exchange {
        step: &entry.step,
        actor: &entry.actor,
        asked_at: at,
        method,
        headers,
        body,
        endpoint,
        parameters,
        reply: None,
        silence: None,
    }
}

impl<'t> History<'t> {
    pub fn read(trace: &'t Trace) -> History<'t> {
        let mut reader = Reader::default();
        for (at, entry) in trace.entries.iter().enumerate() {
            reader.read(at, entry);
        }
        let Reader { exchanges, sockets, attempts, fences, .. } = reader;
        let issued = issued(&exchanges);
        let sessions = sessions(&exchanges, &issued);
        let invitations = invitations(&exchanges, &issued, &sessions);
        let mut calls: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        let mut operations: BTreeMap<Operation, Vec<usize>> = BTreeMap::new();
        let mut joins_of: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        let mut known = BTreeSet::new();
        for (place, exchange) in exchanges.iter().enumerate() {
            if let Some(session) = exchange.session() {
                calls.entry(session).or_default().push(place);
            }
            if let Some(operation) = exchange.operation() {
                operations.entry(operation).or_default().push(place);
            }
            let person = exchange.session().and_then(|token| sessions.get(token));
            if let Some(person) = person
                && exchange.is(Operation::SdkJoin)
                && !exchange.is_refused()
            {
                joins_of.entry(person.user).or_default().push(place);
            }
            known.extend(exchange.answer().and_then(|it| it.get("conferenceId")?.as_str()));
        }
        let mut invited: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (place, invitation) in invitations.iter().enumerate() {
            invited.entry(invitation.external_id).or_default().push(place);
        }
        let named = sessions.values().filter(|it| it.external_id.is_some()).map(|it| it.user);
        let named = named.collect();
        History {
            trace,
            exchanges,
            sockets,
            attempts,
            sessions,
            invitations,
            fences,
            issued,
            calls,
            operations,
            joins_of,
            invited,
            known,
            named,
        }
    }

    /// Whether a user has an external id, as far as is known.
    pub fn has_external_id(&self, user: &str) -> bool {
        self.named.contains(user)
    }

    /// The calls of one operation, in order.
    pub fn calls_of(&self, operation: Operation) -> impl Iterator<Item = &Exchange<'t>> {
        self.operations.get(&operation).into_iter().flatten().map(|place| &self.exchanges[*place])
    }

    /// The joins of a person that were not refused, from whichever session, in order.
    pub fn joins_of(&self, user: &str) -> impl DoubleEndedIterator<Item = &Exchange<'t>> {
        self.joins_of.get(user).into_iter().flatten().map(|place| &self.exchanges[*place])
    }

    /// The invitations of whoever has this external id, in whichever application, in order.
    pub fn invitations_of(&self, external_id: &str) -> impl Iterator<Item = &Invitation<'t>> {
        self.invited.get(external_id).into_iter().flatten().map(|place| &self.invitations[*place])
    }

    /// Whether a response gave this id to a conference.
    pub fn is_conference(&self, id: &str) -> bool {
        self.known.contains(id)
    }

    /// Whether two calls can be about the same conference: one may name it by its alias.
    pub fn may_be_same(&self, one: Option<&str>, other: Option<&str>) -> bool {
        match (one, other) {
            (Some(one), Some(other)) => {
                one == other || !self.is_conference(one) || !self.is_conference(other)
            }
            _ => true,
        }
    }

    /// Why a session was certainly in no conference at an entry.
    pub fn outside(&self, socket: &Socket<'_>, at: usize) -> Option<Outside> {
        let joined = self
            .joins(socket.session)
            .rev()
            .filter(|join| join.asked_at < at && !join.is_refused())
            .map(|join| join.asked_at)
            .next();
        let Some(joined) = joined else { return Some(Outside::NotJoined) };
        // After leaving, news may still be in flight until a later fence has arrived.
        let left = self
            .of_session(socket.session, Operation::SdkLeave)
            .filter(|leave| leave.asked_at > joined && leave.is_accepted())
            .filter_map(|leave| leave.reply.as_ref().map(|reply| reply.at))
            .next()?;
        let fenced = socket.fenced.iter().any(|(since, arrived)| *since > left && *arrived < at);
        fenced.then_some(Outside::Left)
    }

    /// Who is behind a socket.
    pub fn session_of(&self, socket: &Socket<'t>) -> Option<Session<'t>> {
        self.sessions.get(socket.session).copied()
    }

    /// The application whose credentials a call bears, by their pseudonym.
    pub fn application_of(&self, exchange: &Exchange<'t>) -> Option<&'t str> {
        let of_session = exchange.session().and_then(|token| self.sessions.get(token)?.application);
        let of_token =
            || exchange.credentials().and_then(|token| self.issued.get(token)?.application);
        of_session.or_else(of_token)
    }

    /// The joins of a session, in order.
    pub fn joins(&self, session: &str) -> impl DoubleEndedIterator<Item = &Exchange<'t>> {
        self.of_session(session, Operation::SdkJoin)
    }

    /// The calls of one operation that a session made.
    pub fn of_session(
        &self,
        session: &str,
        operation: Operation,
    ) -> impl DoubleEndedIterator<Item = &Exchange<'t>> {
        let places = self.calls.get(session).into_iter().flatten();
        places.map(|place| &self.exchanges[*place]).filter(move |exchange| exchange.is(operation))
    }

    /// Whether everything that somebody did is in the trace, so that what has no cause in it has
    /// none.
    pub fn is_whole(&self) -> bool {
        self.trace.view.is_whole()
    }

    /// Whether everything that a socket's session did is in the trace: at least from the time on
    /// when it identified itself.
    pub fn accounts_for(&self, socket: &Socket<'t>) -> bool {
        self.is_whole() || self.session_of(socket).is_some()
    }

    /// Whether a frame belongs to a fence and not to the scenario.
    pub fn is_of_fence(&self, frame: &Value) -> bool {
        frame
            .get("conferenceId")
            .and_then(Value::as_str)
            .is_some_and(|conference| self.fences.contains(conference))
    }
}

/// What is known of an API token or a client access token by the request that it was issued for.
#[derive(Debug, Clone, Copy)]
struct Issued<'t> {
    application: Option<&'t str>,
    external_id: Option<&'t str>,
}

/// Every token that was issued, followed back to the application's credentials.
fn issued<'t>(exchanges: &[Exchange<'t>]) -> BTreeMap<&'t str, Issued<'t>> {
    let mut issued: BTreeMap<&str, Issued<'t>> = BTreeMap::new();
    for exchange in exchanges {
        let token = exchange.answer().and_then(|answer| answer.get("access_token")?.as_str());
        let (Some(token), Some(credentials)) = (token, exchange.credentials()) else { continue };
        let external_id = exchange.body.json().and_then(|body| body.get("externalId")?.as_str());
        let application = match exchange.operation() {
            Some(Operation::AuthToken | Operation::SignIn | Operation::Refresh) => {
                Some(credentials)
            }
            Some(Operation::ClientAccessToken) => {
                issued.get(credentials).and_then(|issued| issued.application)
            }
            _ => continue,
        };
        issued.insert(token, Issued { application, external_id });
    }
    issued
}

fn sessions<'t>(
    exchanges: &[Exchange<'t>],
    issued: &BTreeMap<&'t str, Issued<'t>>,
) -> BTreeMap<&'t str, Session<'t>> {
    exchanges
        .iter()
        .filter(|exchange| exchange.is(Operation::Identify))
        .filter_map(|exchange| {
            let answer = exchange.answer()?;
            let token = answer.get("jwt_user_token")?.as_str()?;
            let user = answer.get("user_id")?.as_str()?;
            let external_id = exchange.body.json()?.get("externalId").and_then(Value::as_str);
            let client = exchange.credentials().and_then(|token| issued.get(token));
            let application = client.and_then(|client| client.application);
            let verified = client.and_then(|client| client.external_id);
            let is_verified = external_id.is_some() && verified == external_id;
            Some((token, Session { user, external_id, is_verified, application }))
        })
        .collect()
}

fn invitations<'t>(
    exchanges: &[Exchange<'t>],
    issued: &BTreeMap<&'t str, Issued<'t>>,
    sessions: &BTreeMap<&'t str, Session<'t>>,
) -> Vec<Invitation<'t>> {
    let mut found = Vec::new();
    for (index, exchange) in exchanges.iter().enumerate() {
        let Some(body) = exchange.body.json() else { continue };
        let named: Vec<(&'t str, Notify)> = match exchange.operation() {
            Some(Operation::RestCreate | Operation::RestInvite) => {
                let people = body.get("participants").and_then(Value::as_object);
                people
                    .into_iter()
                    .flatten()
                    .map(|(id, invitee)| (id.as_str(), notify(invitee)))
                    .collect()
            }
            Some(Operation::SdkInvite) => {
                let profiles = body.get("externalProfiles").and_then(Value::as_array);
                let ids = profiles
                    .into_iter()
                    .flatten()
                    .filter_map(|profile| profile.get("externalId")?.as_str());
                // Whom one invite names twice, it invites once.
                let once: BTreeSet<&str> = ids.collect();
                once.into_iter().map(|id| (id, Notify::Yes)).collect()
            }
            _ => continue,
        };
        let Some(conference) = exchange.conference().map(str::to_owned) else { continue };
        let accepted = exchange.status().map(|_| exchange.is_accepted());
        let of_session = exchange.session().and_then(|token| sessions.get(token)?.application);
        let of_token = exchange.credentials().and_then(|token| issued.get(token)?.application);
        let application = of_session.or(of_token);
        for (external_id, notify) in named {
            found.push(Invitation {
                exchange: index,
                asked_at: exchange.asked_at,
                answered_at: exchange.reply.as_ref().map(|reply| reply.at),
                accepted,
                conference: conference.clone(),
                application,
                external_id,
                notify,
            });
        }
    }
    found
}

fn notify(invitee: &Value) -> Notify {
    match invitee.get("notification").and_then(Value::as_bool) {
        Some(true) => Notify::Yes,
        Some(false) => Notify::No,
        None => Notify::Unsaid,
    }
}

/// How often judging looks at one thing that happened: a test holds it against the length of the
/// trace.
pub(crate) mod effort {
    #[cfg(test)]
    thread_local! {
        static SPENT: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
    }

    #[inline]
    pub(crate) fn spend() {
        #[cfg(test)]
        SPENT.with(|spent| spent.set(spent.get() + 1));
    }

    /// What a function spends.
    #[cfg(test)]
    pub(crate) fn of(what: impl FnOnce()) -> usize {
        SPENT.with(|spent| spent.set(0));
        what();
        SPENT.with(std::cell::Cell::get)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_session_is_the_token_wherever_it_is_in_the_url() {
        let of = session_of_address;
        assert_eq!(of("/v2/session?Voxeet-Id=a&Token=<token-1>"), "<token-1>");
        assert_eq!(of("/v2/session?Token=<token-1>&OtherToken=b"), "<token-1>");
        assert_eq!(of("/v2/session?Voxeet-Id=a"), "");
        assert_eq!(of("/v2/session"), "");
    }
}
