//! What a trace says happened. Everything here follows from the bytes on the wire, so that traffic
//! that was captured elsewhere reads the same way.
//!
//! | file | what |
//! | --- | --- |
//! | `exchange` | a request and what came of it |
//! | `socket` | a WebSocket, and each try to open one |
//! | `identity` | who is behind a session or a token |
//! | `invitation` | who was invited where |
//! | `reader` | reads a trace, entry by entry |
//! | `text` | the texts in a JSON value |
//! | `effort` | counts what judging looks at, for a test |

pub(crate) mod effort;
mod exchange;
mod identity;
mod invitation;
mod reader;
mod socket;
mod text;

pub use exchange::{Exchange, Reply};
pub use identity::Session;
pub use invitation::{Invitation, Notify};
pub use socket::{Attempt, Socket};
pub use text::{each_text, mentions};

use identity::{Issued, issued, sessions};
use invitation::invitations;
use invite_spec::endpoint::Operation;
use invite_spec::permission::{Permission, PermissionSet};
use invite_trace::{Outside, Trace};
use reader::Reader;
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

    /// The permissions that a token lists, if it can be read.
    pub fn grants(&self, token: &str) -> Option<PermissionSet> {
        let names = self.trace.claims(token)?.get("authorities")?.as_array()?;
        Some(names.iter().filter_map(|name| Permission::parse(name.as_str()?)).collect())
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
        let outside = self.outside_by_own_calls(socket, at);
        outside.filter(|_| !self.is_unclear(socket, Operation::SdkJoin, at))
    }

    /// Whether the client of a socket had a call accepted before an entry that showed no session: for
    /// which one it was carried out, nobody can tell.
    pub fn is_unclear(&self, socket: &Socket<'_>, operation: Operation, at: usize) -> bool {
        let is_session = |token: &str| {
            self.sessions.contains_key(token) || self.sockets.iter().any(|it| it.session == token)
        };
        self.calls_of(operation).any(|call| {
            call.asked_at < at
                && call.actor == socket.actor
                && call.is_accepted()
                && !call.session().is_some_and(is_session)
        })
    }

    fn outside_by_own_calls(&self, socket: &Socket<'_>, at: usize) -> Option<Outside> {
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
