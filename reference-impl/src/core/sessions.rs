//! Sessions: opened by identify, kept alive by a socket, closed by logout.

use super::authenticate::Caller;
use super::bounds::{TEXT_BYTES, check_description, check_text};
use super::call::{Call, Refusal};
use super::id::{SessionId, SocketId};
use super::keeping::{weight_of_person, weight_of_session};
use super::rules::News;
use super::state::Session;
use super::time::Time;
use super::timers::Timer;
use super::token::TokenKind;
use super::transaction::{Transaction, respond, respond_empty};
use invite_spec::endpoint::CLIENT_ID_HEADER;
use invite_spec::sdk::identify;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// How long the server waits for the client of a closed session to close its socket.
const LEFT_OVER_SOCKET: Duration = Duration::from_secs(5);

/// Opens a session.
pub(super) fn identify(
    tx: &mut Transaction<'_>,
    call: &Call,
    caller: &Caller,
) -> Result<Value, Refusal> {
    let request: identify::Request = call.read()?;
    let vouched = caller.claims.as_ref().and_then(|claims| claims.external_id.clone());
    let external_id =
        tx.rules.sessions().identity(vouched.as_deref(), request.external_id.as_deref())?;
    if let Some(external_id) = &external_id {
        tx.rules.sessions().check_external_id(external_id)?;
    }
    let Some(client_id) = call.credentials.client_id.clone().filter(|id| !id.is_empty()) else {
        return Err(Refusal::argument(format!("the header {CLIENT_ID_HEADER} is missing")));
    };
    check_description(
        ("name", request.name.as_deref()),
        ("avatarUrl", request.avatar_url.as_deref()),
    )?;
    check_text(CLIENT_ID_HEADER, Some(&client_id), TEXT_BYTES)?;
    let user_agent = call.origin.user_agent.as_deref().map(shortened);
    let texts = |given: &Option<String>| given.as_ref().map_or(0, String::len);
    let described = texts(&request.name) + texts(&request.avatar_url);
    tx.make_room(
        weight_of_person(external_id.as_deref(), described)
            + weight_of_session(client_id.len() + texts(&user_agent)),
    )?;
    let user = tx.person(external_id.as_deref());
    tx.introduce(&user, vouched.is_some(), request.name, request.avatar_url);

    let lifetime = tx.rules.tokens().lifetime(TokenKind::Session, None);
    let mut claims = tx.claims(TokenKind::Session, lifetime);
    claims.sub = Some((&user).into());
    claims.client_id = Some(client_id.clone());
    let token = tx.issue(&claims)?;
    let id = SessionId::new(claims.jti.as_str());
    let expires = Time::from_millis(claims.exp.saturating_mul(1_000));
    let session = Session {
        id: id.clone(),
        user: user.clone(),
        identified: if tx.policy.verified_ids { vouched.is_some() } else { external_id.is_some() },
        verified: vouched,
        client_id,
        socket: None,
        lost_since: tx.now,
        expires,
        joined: None,
        left: BTreeSet::new(),
        missed: BTreeMap::new(),
        topics: BTreeSet::new(),
        unacknowledged: BTreeMap::new(),
        address: call.origin.address,
        user_agent,
    };
    tx.keep_session(session);
    tx.remind(expires, Timer::SessionExpired(id));
    respond(identify::Answer {
        user_id: (&user).into(),
        jwt_user_token: token,
        ws_uri: call.origin.socket_origin.clone(),
    })
}

/// As much of a text as is kept. It is for people to read.
fn shortened(text: &str) -> String {
    text.chars().take(TEXT_BYTES / char::MAX.len_utf8()).collect()
}

/// Closes a session.
pub(super) fn logout(
    tx: &mut Transaction<'_>,
    _: &Call,
    caller: &Caller,
) -> Result<Value, Refusal> {
    let id = caller.session()?.clone();
    let session = tx.session(&id)?;
    if !tx.rules.sessions().logout_closes(session) {
        return respond_empty();
    }
    if let Some(socket) = session.socket {
        // Clients close their socket themselves; the timer is for those that do not.
        tx.remind(tx.now.after(LEFT_OVER_SOCKET), Timer::SocketLeftOver(socket));
    }
    tx.close_session(&id);
    respond_empty()
}

impl Transaction<'_> {
    /// Notes that a socket has opened. An earlier one of the session is closed.
    pub(super) fn socket_opened(
        &mut self,
        id: &SessionId,
        socket: SocketId,
    ) -> Result<(), Refusal> {
        let session = self.session_mut(id)?;
        let earlier = session.socket.replace(socket);
        self.closings.extend(earlier);
        self.give_updates_again(id);
        let session = self.session(id)?;
        let pushed = self.rules.sessions().deliveries_on_open(self.tenant, session);
        self.deliveries.extend(pushed);
        self.session_mut(id)?.missed.clear();
        Ok(())
    }

    /// Notes that a socket has closed.
    pub(super) fn socket_closed(&mut self, id: &SessionId, socket: SocketId) {
        let now = self.now;
        let Ok(session) = self.session_mut(id) else { return };
        // The session may have reconnected before the server noticed that this socket was gone.
        if session.socket != Some(socket) {
            return;
        }
        session.socket = None;
        session.lost_since = now;
        let expires = session.expires;
        self.await_socket(id);
        self.remind(expires, Timer::SessionExpired(id.clone()));
    }

    /// Schedules the removal of a participant without a socket.
    pub(super) fn await_socket(&mut self, id: &SessionId) {
        let Ok(session) = self.session(id) else { return };
        if session.is_open() || session.joined.is_none() {
            return;
        }
        let until = session.lost_since.after(self.policy.lost_socket);
        self.remind(until, Timer::SocketLost(id.clone()));
    }

    /// Removes a participant who has had no socket for too long.
    pub(super) fn socket_lost(&mut self, id: &SessionId) {
        let Ok(session) = self.session(id) else { return };
        if session.is_open() || session.lost_since.after(self.policy.lost_socket) > self.now {
            return;
        }
        if let Some(conference) = session.joined.clone() {
            let user = session.user.clone();
            self.depart(&conference, &user, News::Left);
        }
    }

    /// Closes a session whose token has expired, unless its socket is still open.
    pub(super) fn session_expired(&mut self, id: &SessionId) {
        let Ok(session) = self.session(id) else { return };
        if !session.is_open() && session.expires <= self.now {
            self.close_session(id);
        }
    }

    /// Removes a session, and its person from the conference.
    pub(super) fn close_session(&mut self, id: &SessionId) {
        let Ok(session) = self.session(id) else { return };
        let (user, expires) = (session.user.clone(), session.expires);
        if let Some(conference) = session.joined.clone() {
            self.depart(&conference, &user, News::Left);
        }
        self.drop_session(id);
        // It would be kept for as long as the token is valid.
        self.timers.cancel(expires, self.application, Timer::SessionExpired(id.clone()));
    }
}
