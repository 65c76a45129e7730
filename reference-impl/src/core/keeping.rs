//! What the server keeps for an application, how much of it, and what it forgets.
//!
//! A person whom nothing refers to any more is forgotten a day later: no session, no conference. The
//! user id of an external id stays the same all the same, because it is derived from it. Only the
//! name and the avatar are lost.
//!
//! All that an application keeps is weighed. Where there is no room for more, the people who may be
//! forgotten go first, then sessions that have had no socket for longest, and then requests that
//! would add something are refused.

use super::bounds;
use super::call::Refusal;
use super::id::{ConferenceId, SessionId, UserId};
use super::state::{Conference, Membership, Person, Session};
use super::transaction::Transaction;
use invite_spec::error::Failure;
use std::time::Duration;

/// How long a person is remembered whom nothing refers to: as long as the longest token.
const REMEMBERED: Duration = Duration::from_secs(invite_spec::limits::TOKEN_SECONDS_MAX);
/// How long a session may be without a socket before it can be closed for lack of room: much longer
/// than a client needs to open one, and as long as it may need to open the next one.
const WITHOUT_SOCKET: Duration = Duration::from_secs(15);
/// The share of such sessions that are closed at once, so that looking for them stays rare.
const CLOSED_AT_ONCE: usize = 8;
/// How long a caller should wait who is refused for lack of room.
const RETRY_FOR_ROOM: Duration = Duration::from_secs(60);

// What each thing takes, in bytes, in addition to its texts: measured and rounded up.
const PERSON: usize = 512;
const SESSION: usize = 1_024;
const CONFERENCE: usize = 2_048;
/// A membership of a conference.
pub(super) const MEMBERSHIP: usize = 192;
const TOPIC: usize = 256;

/// The weight of a person with these texts.
pub(super) fn weight_of_person(external_id: Option<&str>, texts: usize) -> usize {
    // The external id is stored in two maps.
    PERSON + 2 * external_id.map_or(0, str::len) + texts
}

/// The weight of a session with these texts.
pub(super) fn weight_of_session(texts: usize) -> usize {
    SESSION + texts
}

/// The weight of a subscription to a topic with this alias.
pub(super) fn weight_of_topic(alias: &str) -> usize {
    TOPIC + 2 * alias.len()
}

/// The weight of a conference with these texts, without its members.
pub(super) fn weight_of_conference(texts: usize) -> usize {
    CONFERENCE + texts
}

impl Person {
    fn weight(&self) -> usize {
        let texts = [&self.name, &self.avatar_url];
        let texts = texts.into_iter().flatten().map(String::len).sum();
        weight_of_person(self.external_id.as_deref(), texts)
    }
}

impl Session {
    pub(super) fn weight(&self) -> usize {
        weight_of_session(self.client_id.len() + self.user_agent.as_ref().map_or(0, String::len))
    }
}

impl Conference {
    pub(super) fn weight(&self) -> usize {
        let texts = [&self.alias, &self.alias_key, &self.pin_code];
        let texts: usize = texts.into_iter().flatten().map(String::len).sum();
        let metadata = self.metadata.values().filter_map(|value| value.as_str());
        weight_of_conference(texts + metadata.map(str::len).sum::<usize>())
    }
}

impl Transaction<'_> {
    /// Makes sure that there is room for this many more bytes.
    ///
    /// # Errors
    ///
    /// [`Failure::TooManyRequests`] if nothing can be forgotten that would make room.
    pub(super) fn make_room(&mut self, bytes: usize) -> Result<(), Refusal> {
        let now = self.now;
        self.forget_people(|tx, since| since.after(REMEMBERED) <= now || !tx.has_room_for(bytes));
        if !self.has_room_for(bytes) {
            self.close_abandoned_sessions();
            self.forget_people(|tx, _| !tx.has_room_for(bytes));
        }
        if self.has_room_for(bytes) {
            return Ok(());
        }
        let refusal =
            Refusal::new(Failure::TooManyRequests, "the server keeps no more for this application");
        Err(refusal.retry_after(RETRY_FOR_ROOM))
    }

    fn has_room_for(&self, bytes: usize) -> bool {
        self.tenant.weight.saturating_add(bytes) <= self.policy.application_bytes
    }

    /// Forgets people whom nothing refers to, the longest unused first, while `is_due` says so.
    fn forget_people(&mut self, is_due: impl Fn(&Self, super::time::Time) -> bool) {
        while let Some((since, user)) = self.tenant.unused.first().cloned() {
            if !is_due(self, since) {
                break;
            }
            self.tenant.unused.remove(&(since, user.clone()));
            self.forget(&user);
        }
    }

    /// Closes the sessions that have had no socket for longest.
    fn close_abandoned_sessions(&mut self) {
        let until = self.now;
        let abandoned = self.tenant.sessions.values().filter(|session| {
            !session.is_open()
                && session.joined.is_none()
                && session.lost_since.after(WITHOUT_SOCKET) <= until
        });
        let mut abandoned: Vec<_> =
            abandoned.map(|session| (session.lost_since, session.id.clone())).collect();
        abandoned.sort_unstable();
        abandoned.truncate(abandoned.len().div_ceil(CLOSED_AT_ONCE));
        for (_, session) in abandoned {
            self.close_session(&session);
        }
    }

    /// Stores a new person, to whom nothing refers yet.
    pub(super) fn keep_person(&mut self, person: Person) {
        self.tenant.weight += person.weight();
        let id = person.id.clone();
        if let Some(external_id) = &person.external_id {
            self.tenant.external_ids.insert(external_id.clone(), id.clone());
        }
        self.tenant.people.insert(id.clone(), person);
        self.look_after(&id);
    }

    /// Changes the texts of a person.
    pub(super) fn change_person(&mut self, user: &UserId, change: impl FnOnce(&mut Person)) {
        if let Some(person) = self.tenant.people.get_mut(user) {
            let before = person.weight();
            change(person);
            let after = person.weight();
            self.tenant.weight = (self.tenant.weight + after).saturating_sub(before);
        }
    }

    /// Notes since when nothing has referred to a person, if that is so.
    pub(super) fn look_after(&mut self, user: &UserId) {
        let Some(person) = self.tenant.people.get_mut(user) else { return };
        let is_used = !person.sessions.is_empty() || person.conferences > 0;
        let since = (!is_used).then_some(self.now);
        let earlier = std::mem::replace(&mut person.unused_since, since);
        if let Some(earlier) = earlier {
            self.tenant.unused.remove(&(earlier, user.clone()));
        }
        if let Some(since) = since {
            self.tenant.unused.insert((since, user.clone()));
        }
    }

    fn forget(&mut self, user: &UserId) {
        let Some(person) = self.tenant.people.remove(user) else { return };
        self.tenant.weight = self.tenant.weight.saturating_sub(person.weight());
        if let Some(since) = person.unused_since {
            self.tenant.unused.remove(&(since, user.clone()));
        }
        if let Some(external_id) = &person.external_id
            && self.tenant.external_ids.get(external_id) == Some(user)
        {
            self.tenant.external_ids.remove(external_id);
        }
    }

    /// Stores a session of a person.
    pub(super) fn keep_session(&mut self, session: Session) {
        self.tenant.weight += session.weight();
        let (id, user) = (session.id.clone(), session.user.clone());
        self.tenant.sessions.insert(id.clone(), session);
        if let Some(person) = self.tenant.people.get_mut(&user) {
            person.sessions.insert(id);
        }
        self.look_after(&user);
    }

    /// Removes a session. Its person is forgotten if nobody can identify as that person again.
    pub(super) fn drop_session(&mut self, id: &SessionId) {
        let Some(session) = self.tenant.sessions.remove(id) else { return };
        self.tenant.weight = self.tenant.weight.saturating_sub(session.weight());
        for topic in &session.topics {
            self.forget_subscriber(topic, id);
        }
        let user = session.user;
        let Some(person) = self.tenant.people.get_mut(&user) else { return };
        person.sessions.remove(id);
        // Without an external id nobody can identify as this person again.
        if person.external_id.is_none() && person.sessions.is_empty() {
            self.forget(&user);
        } else {
            self.look_after(&user);
        }
    }

    /// The membership of a person in a conference, which is created if there is none.
    pub(super) fn membership(
        &mut self,
        id: &ConferenceId,
        user: &UserId,
    ) -> Result<&mut Membership, Refusal> {
        if self.conference(id.as_str())?.membership(user).is_none() {
            self.tenant.weight += MEMBERSHIP;
            if let Some(person) = self.tenant.people.get_mut(user) {
                person.conferences += 1;
            }
            self.look_after(user);
        }
        Ok(self.conference_mut(id)?.memberships.entry(user.clone()).or_default())
    }

    /// Removes a conference that has ended.
    pub(super) fn drop_conference(&mut self, id: &ConferenceId) -> Option<Conference> {
        let conference = self.tenant.conferences.remove(id)?;
        let weight = conference.weight() + conference.memberships.len() * MEMBERSHIP;
        self.tenant.weight = self.tenant.weight.saturating_sub(weight);
        for user in conference.memberships.keys() {
            if let Some(person) = self.tenant.people.get_mut(user) {
                person.conferences = person.conferences.saturating_sub(1);
            }
            self.look_after(user);
        }
        Some(conference)
    }
}

impl Session {
    /// Remembers that the session has left a conference.
    pub(super) fn note_left(&mut self, conference: ConferenceId) {
        if self.left.len() >= bounds::CONFERENCES_LEFT {
            self.left.pop_first();
        }
        self.left.insert(conference);
    }
}
