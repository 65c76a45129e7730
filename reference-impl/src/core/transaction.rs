//! One command in progress: what it can read, change and deliver.

use super::call::{Call, Delivery, Refusal};
use super::id::{ConferenceId, Ids, SessionId, SocketId, UserId};
use super::policy::Policy;
use super::rules::{News, Rules};
use super::state::{Conference, Session, Tenant};
use super::time::Time;
use super::timers::{Timer, Timers};
use super::token::{Claims, Keys, TokenKind};
use invite_spec::error::Failure;
use invite_spec::push::Push;
use serde::Serialize;
use serde_json::Value;
use std::sync::Arc;

/// One command in progress, within one tenant.
pub(super) struct Transaction<'a> {
    /// The time of the command.
    pub(super) now: Time,
    /// The index of the tenant.
    pub(super) application: usize,
    /// The state of the tenant.
    pub(super) tenant: &'a mut Tenant,
    pub(super) rules: &'a dyn Rules,
    pub(super) policy: &'a Policy,
    /// The key that tokens are signed with.
    pub(super) keys: &'a Keys,
    /// The source of new ids.
    pub(super) ids: &'a mut dyn Ids,
    pub(super) timers: &'a mut Timers,
    /// The frames that it delivers, in this order.
    pub(super) deliveries: Vec<Delivery>,
    /// The sockets that it closes.
    pub(super) closings: Vec<SocketId>,
}

impl Transaction<'_> {
    /// A new id.
    pub(super) fn fresh(&mut self) -> Arc<str> {
        self.rules.hooks().rewrite_id(self.ids.fresh())
    }

    /// Sets a timer.
    pub(super) fn remind(&mut self, at: Time, timer: Timer) {
        self.timers.set(at, self.application, timer);
    }

    /// The conference in the path of a call.
    pub(super) fn conference_of(&self, call: &Call) -> Result<&Conference, Refusal> {
        self.conference(call.parameter("conferenceId"))
    }

    /// The conference of this id.
    pub(super) fn conference(&self, id: &str) -> Result<&Conference, Refusal> {
        self.tenant.conferences.get(id).ok_or_else(no_conference)
    }

    /// The conference of this id, to change it.
    pub(super) fn conference_mut(&mut self, id: &ConferenceId) -> Result<&mut Conference, Refusal> {
        self.tenant.conferences.get_mut(id).ok_or_else(no_conference)
    }

    /// The session of this id.
    pub(super) fn session(&self, id: &SessionId) -> Result<&Session, Refusal> {
        self.tenant.sessions.get(id).ok_or_else(no_session)
    }

    /// The session of this id, to change it.
    pub(super) fn session_mut(&mut self, id: &SessionId) -> Result<&mut Session, Refusal> {
        self.tenant.sessions.get_mut(id).ok_or_else(no_session)
    }

    /// Delivers a frame.
    pub(super) fn deliver(&mut self, to: Vec<SessionId>, push: impl Into<Push>) {
        self.deliveries.push(Delivery::new(to, push));
    }

    /// Announces news about a participant.
    pub(super) fn announce(&mut self, conference: &ConferenceId, about: &UserId, news: News) {
        if let Some(conference) = self.tenant.conferences.get(conference) {
            let deliveries =
                self.rules.announcements().deliveries_of_news(self.tenant, conference, about, news);
            self.deliveries.extend(deliveries);
        }
    }

    /// The claims of a new token of this tenant that is valid for this many seconds.
    pub(super) fn claims(&mut self, kind: TokenKind, seconds: u64) -> Claims {
        let id = self.fresh();
        Claims::new(kind, &self.tenant.application.key, self.now, seconds, &id)
    }

    /// Signs a token with these claims.
    pub(super) fn issue(&self, claims: &Claims) -> Result<String, Refusal> {
        let signed = self.keys.sign(&self.rules.tokens().payload(claims));
        signed.map_err(|error| {
            Refusal::new(Failure::Internal, format!("cannot sign a token: {error}"))
        })
    }
}

/// The body of a response.
pub(super) fn respond(answer: impl Serialize) -> Result<Value, Refusal> {
    let value = serde_json::to_value(answer);
    value.map_err(|error| {
        Refusal::new(Failure::Internal, format!("cannot serialize the response: {error}"))
    })
}

/// The body of a response without content: an empty object.
pub(super) fn respond_empty() -> Result<Value, Refusal> {
    Ok(Value::Object(serde_json::Map::new()))
}

pub(super) fn no_conference() -> Refusal {
    Refusal::new(Failure::NoSuchConference, "there is no such conference, or it has ended")
}

fn no_session() -> Refusal {
    Refusal::token(TokenKind::Session.title())
}
