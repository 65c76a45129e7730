//! What the server knows: people, sessions and conferences of each application.

use super::application::Application;
use super::call::Refusal;
use super::id::{ConferenceId, SessionId, SocketId, UserId};
use super::time::Time;
use invite_spec::error::Failure;
use invite_spec::participant::{ParticipantStatus, ParticipantType};
use invite_spec::push::Push;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::time::Duration;

/// Everything of one application. Nothing in it refers to another one.
#[derive(Debug)]
pub struct Tenant {
    /// The application.
    pub application: Application,
    /// Everybody who was ever heard of.
    pub people: BTreeMap<UserId, Person>,
    /// Who has which external id.
    pub external_ids: BTreeMap<String, UserId>,
    /// The sessions that were opened and not closed.
    pub sessions: BTreeMap<SessionId, Session>,
    /// The conferences that have not ended.
    pub conferences: BTreeMap<ConferenceId, Conference>,
    /// Which of them has which alias, as aliases are compared.
    pub aliases: BTreeMap<String, ConferenceId>,
    /// Who subscribed to what.
    pub subscribers: BTreeMap<Topic, BTreeSet<SessionId>>,
}

/// What can be subscribed to: a conference's alias, as aliases are compared, and what about it.
pub type Topic = (String, String);

impl Tenant {
    /// The empty tenant of an application.
    pub fn new(application: Application) -> Tenant {
        Tenant {
            application,
            people: BTreeMap::new(),
            external_ids: BTreeMap::new(),
            sessions: BTreeMap::new(),
            conferences: BTreeMap::new(),
            aliases: BTreeMap::new(),
            subscribers: BTreeMap::new(),
        }
    }

    /// The person with this external id.
    pub fn by_external_id(&self, external_id: &str) -> Option<&Person> {
        self.people.get(self.external_ids.get(external_id)?)
    }

    /// The sessions of this person whose sockets are open.
    pub fn open_sessions<'a>(&'a self, user: &UserId) -> impl Iterator<Item = &'a Session> {
        let sessions = self.people.get(user).into_iter().flat_map(|person| &person.sessions);
        sessions.filter_map(|id| self.sessions.get(id)).filter(|session| session.is_open())
    }
}

/// A person.
#[derive(Debug, Clone)]
pub struct Person {
    /// The id that the server gave.
    pub id: UserId,
    /// The id that the application gave; nobody knows who somebody without it is.
    pub external_id: Option<String>,
    /// The name.
    pub name: Option<String>,
    /// Where a picture is.
    pub avatar_url: Option<String>,
    /// The person's sessions.
    pub sessions: BTreeSet<SessionId>,
}

/// A session: one client instance in which one person is identified.
#[derive(Debug)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Whose it is.
    pub user: UserId,
    /// The external id that its client access token vouches for.
    pub verified: Option<String>,
    /// The name that the client instance gave itself.
    pub client_id: String,
    /// Its socket, while that is open.
    pub socket: Option<SocketId>,
    /// Since when it has had no socket.
    pub lost_since: Time,
    /// When its token expires.
    pub expires: Time,
    /// The conference that it has joined.
    pub joined: Option<ConferenceId>,
    /// The conferences that it has left, or that have ended, since it was opened.
    pub left: BTreeSet<ConferenceId>,
    /// The participants of its conference of whom it missed news while its socket was closed, and
    /// whether it has ever heard of them.
    pub missed: BTreeMap<UserId, Heard>,
    /// What it subscribed to.
    pub topics: BTreeSet<Topic>,
    /// The token updates that it has not acknowledged, by `amu`.
    pub unacknowledged: BTreeMap<String, Unacknowledged>,
    /// The address of its client.
    pub address: Option<IpAddr>,
    /// What its client calls itself.
    pub user_agent: Option<String>,
}

/// Whether a session has heard of somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// It has.
    Before,
    /// It has not: what it missed was the first news.
    Never,
}

impl Session {
    /// Takes it out of its conference.
    pub fn go(&mut self) {
        self.left.extend(self.joined.take());
        self.missed.clear();
    }

    /// Whether its socket is open.
    pub fn is_open(&self) -> bool {
        self.socket.is_some()
    }

    /// Whether it may use conference access tokens: only a session whose client access token vouches
    /// for an external id.
    pub fn may_use_conference_tokens(&self) -> bool {
        self.verified.is_some()
    }
}

/// A token update that is given again until it is acknowledged.
#[derive(Debug, Clone)]
pub struct Unacknowledged {
    /// The conference that the token is for.
    pub conference: ConferenceId,
    /// The frame.
    pub push: Push,
    /// How often it was given.
    pub given: u32,
    /// When it is due to be given again.
    pub due: Time,
}

impl Unacknowledged {
    /// How long to wait before it is delivered again, given the first pause: the pause doubles each
    /// time, up to a minute. `None` if the first pause is zero, which means never.
    pub fn pause(&self, first: Duration) -> Option<Duration> {
        const LONGEST: Duration = Duration::from_secs(60);
        let doublings = self.given.saturating_sub(1);
        let pause = first.saturating_mul(2u32.saturating_pow(doublings)).min(LONGEST.max(first));
        (!pause.is_zero()).then_some(pause)
    }
}

/// A conference that has not ended.
#[derive(Debug)]
pub struct Conference {
    /// Its id.
    pub id: ConferenceId,
    /// Its alias, as its creator spelled it.
    pub alias: Option<String>,
    /// The same, as aliases are compared.
    pub alias_key: Option<String>,
    /// Its code for joining by telephone.
    pub pin_code: Option<String>,
    /// Whether a conference access token is needed in it.
    pub protected: bool,
    /// Who owns it.
    pub owner: UserId,
    /// How it is run, as far as clients read it.
    pub metadata: serde_json::Map<String, serde_json::Value>,
    /// How long it is kept when it is empty.
    pub ttl: Duration,
    /// When it was created.
    pub created: Time,
    /// Since when nobody has been in it; `None` while somebody is.
    pub empty_since: Option<Time>,
    /// How everybody stands who has to do with it: its owner, and who was invited or joined.
    pub memberships: BTreeMap<UserId, Membership>,
    /// The session by which each participant has joined.
    pub joined: BTreeMap<UserId, SessionId>,
}

impl Conference {
    /// How this person stands.
    pub fn membership(&self, user: &UserId) -> Option<&Membership> {
        self.memberships.get(user)
    }

    /// Where this person stands, if anywhere.
    pub fn status(&self, user: &UserId) -> Option<&ParticipantStatus> {
        self.membership(user)?.status.as_ref()
    }

    /// Whether there is no room for this person; `capacity` is the number of people who may be in
    /// the conference.
    pub fn is_full(&self, user: &UserId, capacity: Option<usize>) -> bool {
        let others = self.joined.len() - usize::from(self.joined.contains_key(user));
        capacity.is_some_and(|capacity| others >= capacity)
    }

    /// The sessions that have joined.
    pub fn joined_sessions(&self) -> Vec<SessionId> {
        self.joined.values().cloned().collect()
    }
}

/// How a person stands to a conference.
#[derive(Debug, Clone, Default)]
pub struct Membership {
    /// As the others see it; `None` for an owner who has never joined.
    pub status: Option<ParticipantStatus>,
    /// In which role the person joined last.
    pub role: Option<ParticipantType>,
    /// How often the person's conference access tokens have been revoked.
    pub generation: u64,
    /// When the person joined last.
    pub last_join: Option<Time>,
}

impl Membership {
    /// Whether the person is in the conference or invited to it.
    pub fn is_present(&self) -> bool {
        use ParticipantStatus::{Connecting, OnAir, Reserved};
        matches!(self.status, Some(Reserved | Connecting | OnAir))
    }

    /// Whether the person was kicked from the conference.
    pub fn is_kicked(&self) -> bool {
        self.status == Some(ParticipantStatus::Kicked)
    }

    /// Checks that the person was not kicked from the conference.
    ///
    /// # Errors
    ///
    /// [`Failure::Kicked`] if the person was.
    pub fn check_not_kicked(&self) -> Result<(), Refusal> {
        if self.is_kicked() {
            return Err(Refusal::new(
                Failure::Kicked,
                "the person was kicked from this conference",
            ));
        }
        Ok(())
    }
}
