//! The state of the server: people, sessions and conferences of each tenant.

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

/// The state of one application. Nothing in it refers to another one.
#[derive(Debug)]
pub struct Tenant {
    /// The application whose state it is.
    pub application: Application,
    /// Everybody who has been identified, invited or named as an owner, until they are forgotten.
    pub people: BTreeMap<UserId, Person>,
    /// The people by external id.
    pub external_ids: BTreeMap<String, UserId>,
    /// The open sessions.
    pub sessions: BTreeMap<SessionId, Session>,
    /// The conferences that have not ended.
    pub conferences: BTreeMap<ConferenceId, Conference>,
    /// The conferences by alias, in the form in which aliases are compared.
    pub aliases: BTreeMap<String, ConferenceId>,
    /// The subscribers of each topic.
    pub subscribers: BTreeMap<Topic, BTreeSet<SessionId>>,
    /// The people whom no session and no conference refers to, and since when.
    pub unused: BTreeSet<(Time, UserId)>,
    /// Roughly how many bytes all of this takes.
    pub weight: usize,
}

/// What can be subscribed to: an alias, in the form in which aliases are compared, and the type of
/// the subscription.
pub type Topic = (String, String);

impl Tenant {
    /// A tenant without any state.
    pub fn new(application: Application) -> Tenant {
        Tenant {
            application,
            people: BTreeMap::new(),
            external_ids: BTreeMap::new(),
            sessions: BTreeMap::new(),
            conferences: BTreeMap::new(),
            aliases: BTreeMap::new(),
            subscribers: BTreeMap::new(),
            unused: BTreeSet::new(),
            weight: 0,
        }
    }

    /// The person with this external id.
    pub fn by_external_id(&self, external_id: &str) -> Option<&Person> {
        self.people.get(self.external_ids.get(external_id)?)
    }

    /// The sessions of this person with an open socket.
    pub fn open_sessions<'a>(&'a self, user: &UserId) -> impl Iterator<Item = &'a Session> {
        let sessions = self.people.get(user).into_iter().flat_map(|person| &person.sessions);
        sessions.filter_map(|id| self.sessions.get(id)).filter(|session| session.is_open())
    }
}

/// A person.
#[derive(Debug, Clone)]
pub struct Person {
    /// The id that the server assigned.
    pub id: UserId,
    /// The id that the application assigned; anonymous people have none.
    pub external_id: Option<String>,
    /// The display name.
    pub name: Option<String>,
    /// The address of the avatar.
    pub avatar_url: Option<String>,
    /// Whether a client access token has vouched for the person. Its name is then changed by such
    /// sessions only.
    pub verified: bool,
    /// The open sessions of the person.
    pub sessions: BTreeSet<SessionId>,
    /// How many conferences it has a membership in.
    pub conferences: usize,
    /// Since when it has had neither a session nor a membership, if it has none.
    pub unused_since: Option<Time>,
}

/// A session: one client instance in which one person is identified.
#[derive(Debug)]
pub struct Session {
    /// The id, which is the `jti` of the session token.
    pub id: SessionId,
    /// The person who is identified in it.
    pub user: UserId,
    /// The external id that its client access token vouches for.
    pub verified: Option<String>,
    /// Whether it may use conference access tokens.
    pub identified: bool,
    /// The id that the client instance assigned to itself.
    pub client_id: String,
    /// The open socket, if there is one.
    pub socket: Option<SocketId>,
    /// When its socket closed; while none has been opened, when it was created.
    pub lost_since: Time,
    /// When the session token expires.
    pub expires: Time,
    /// The conference that it has joined, if any.
    pub joined: Option<ConferenceId>,
    /// The conferences that it has left or that have ended while it was in them.
    pub left: BTreeSet<ConferenceId>,
    /// The participants of its conference about whom it missed news while its socket was closed,
    /// and whether it had heard about them before.
    pub missed: BTreeMap<UserId, Heard>,
    /// Its subscriptions.
    pub topics: BTreeSet<Topic>,
    /// The token updates that it has not acknowledged, by `amu`.
    pub unacknowledged: BTreeMap<String, Unacknowledged>,
    /// The address of its client.
    pub address: Option<IpAddr>,
    /// The `User-Agent` header of its client.
    pub user_agent: Option<String>,
}

/// Whether a session has heard about a participant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// It has heard about the participant.
    Before,
    /// It has not: it missed the first news.
    Never,
}

impl Session {
    /// Takes the session out of its conference.
    pub fn go(&mut self) {
        if let Some(conference) = self.joined.take() {
            self.note_left(conference);
        }
        self.missed.clear();
    }

    /// Whether it has an open socket.
    pub fn is_open(&self) -> bool {
        self.socket.is_some()
    }

    /// Whether it may use conference access tokens: only a session with an external id, which its
    /// client access token has to vouch for if the server demands that
    /// ([`Policy::verified_ids`](super::Policy::verified_ids)).
    pub fn may_use_conference_tokens(&self) -> bool {
        self.identified
    }
}

/// A token update that is delivered again until it is acknowledged.
#[derive(Debug, Clone)]
pub struct Unacknowledged {
    /// The conference that the token is for.
    pub conference: ConferenceId,
    /// The frame.
    pub push: Push,
    /// How often it has been delivered.
    pub given: u32,
    /// When it is due to be delivered again.
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
    /// The id that the server assigned.
    pub id: ConferenceId,
    /// The alias, as its creator spelled it.
    pub alias: Option<String>,
    /// The alias, in the form in which aliases are compared.
    pub alias_key: Option<String>,
    /// The PIN code for joining by telephone.
    pub pin_code: Option<String>,
    /// Whether calls about it require a conference access token.
    pub protected: bool,
    /// The person who created it, or in whose name it was created.
    pub owner: UserId,
    /// The settings that clients read from the join response.
    pub metadata: serde_json::Map<String, serde_json::Value>,
    /// How long it is kept while it is empty.
    pub ttl: Duration,
    /// When it was created.
    pub created: Time,
    /// Since when it has had no participants; `None` while it has some.
    pub empty_since: Option<Time>,
    /// The next time at which the server looks whether it has ended.
    pub looked_at: Option<Time>,
    /// The owner, and everybody who was invited or has joined.
    pub memberships: BTreeMap<UserId, Membership>,
    /// The session by which each participant has joined.
    pub joined: BTreeMap<UserId, SessionId>,
}

impl Conference {
    /// The membership of this person, if there is one.
    pub fn membership(&self, user: &UserId) -> Option<&Membership> {
        self.memberships.get(user)
    }

    /// The status of this person, if there is one.
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

/// What a conference stores about a person.
#[derive(Debug, Clone, Default)]
pub struct Membership {
    /// The status that others see; `None` for an owner who has never joined.
    pub status: Option<ParticipantStatus>,
    /// The role of the last join.
    pub role: Option<ParticipantType>,
    /// How often the person's conference access tokens have been revoked.
    pub generation: u64,
    /// The time of the last join.
    pub last_join: Option<Time>,
    /// How often the person has joined.
    pub joins: u64,
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
