//! Joining and leaving.

use super::authenticate::Caller;
use super::bounds::MEMBERS;
use super::call::{Call, Refusal};
use super::frames;
use super::id::{ConferenceId, SessionId, UserId};
use super::rules::News;
use super::timers::Timer;
use super::transaction::{Transaction, no_conference, respond, respond_empty};
use invite_spec::error::Failure;
use invite_spec::participant::{ParticipantStatus, ParticipantType};
use invite_spec::push::{
    OwnParticipantSwitched, ParticipantJoinedNotification, ParticipantLeftNotification,
};
use invite_spec::sdk::join::{self, RoleType};
use invite_spec::sdk::leave;
use invite_spec::sdk::subscriptions::SubscriptionType;
use serde_json::Value;

/// A session joins a conference.
pub(super) fn join(
    tx: &mut Transaction<'_>,
    call: &Call,
    caller: &Caller,
) -> Result<Value, Refusal> {
    let admission = tx.admit(call, caller)?;
    let request: join::Request = call.read()?;
    let conference = tx.conference(admission.conference.as_str())?;
    tx.rules.joining().may_join(conference, &admission.user)?;
    let is_member = conference.membership(&admission.user).is_some();
    if conference.is_full(&admission.user, tx.policy.capacity)
        || (!is_member && conference.memberships.len() >= MEMBERS)
    {
        return Err(Refusal::new(Failure::CapacityReached, "the conference is full"));
    }
    let replaced = tx.rules.joining().replaced_session(conference, tx.session(&admission.session)?);
    let elsewhere = tx.session(&admission.session)?.joined.clone();
    if let Some(elsewhere) = elsewhere.filter(|joined| *joined != admission.conference) {
        tx.depart(&elsewhere, &admission.user, News::Left);
    }
    let role = match request.user.map(|role| role.kind) {
        Some(RoleType::Listener) => ParticipantType::Listener,
        Some(RoleType::Mixer) => ParticipantType::Mixer,
        _ => ParticipantType::User,
    };
    tx.take_part(&admission.conference, &admission.session, &admission.user, role)?;
    if let Some(replaced) = replaced {
        tx.switch(&replaced);
    }

    let conference = tx.conference(admission.conference.as_str())?;
    let listed = tx.rules.joining().listed_on_join(conference, &admission.user);
    let listed = listed.iter().map(|user| frames::listed(tx.tenant, conference, user)).collect();
    respond(join::Answer {
        conference_id: Some((&conference.id).into()),
        conference_alias: conference.alias.clone(),
        conference_type: Some("sdk_conf".to_owned()),
        conference_pincode: conference.pin_code.clone(),
        metadata: conference.metadata.clone(),
        recording_status: Some("NOT_RECORDING".to_owned()),
        participants: Some(listed),
    })
}

/// A session leaves a conference.
pub(super) fn leave(
    tx: &mut Transaction<'_>,
    call: &Call,
    caller: &Caller,
) -> Result<Value, Refusal> {
    let _: leave::Request = call.read()?;
    let session = tx.session(caller.session()?)?;
    let id = call.parameter("conferenceId");
    let found = tx.tenant.conferences.get(id);
    if found.is_none() && !session.left.contains(id) {
        return Err(no_conference());
    }
    if let Some(conference) = found
        && tx.rules.access().requires_conference_token(call, conference, session)
    {
        tx.conference_token(call, conference, session)?;
    }
    if let Some(conference) = found
        && tx.rules.joining().ends_participation(conference, session)
    {
        let (id, user) = (conference.id.clone(), session.user.clone());
        tx.depart(&id, &user, News::Left);
    }
    respond_empty()
}

impl Transaction<'_> {
    /// Makes a person a participant by this session.
    fn take_part(
        &mut self,
        id: &ConferenceId,
        session: &SessionId,
        user: &UserId,
        role: ParticipantType,
    ) -> Result<(), Refusal> {
        let now = self.now;
        let conference = self.conference_mut(id)?;
        let was_in = conference.joined.insert(user.clone(), session.clone()).is_some();
        conference.empty_since = None;
        let membership = self.membership(id, user)?;
        let known = was_in || membership.status == Some(ParticipantStatus::Reserved);
        membership.status = Some(ParticipantStatus::Connecting);
        membership.role = Some(role);
        membership.last_join = Some(now);
        membership.joins += 1;
        let joined = self.session_mut(session)?;
        joined.joined = Some(id.clone());
        // The join response lists everybody.
        joined.missed.clear();
        if !joined.is_open() {
            // It has as long to open its socket as others have to reconnect.
            joined.lost_since = now;
        }
        self.await_socket(session);
        self.announce(id, user, News::Joining { known });
        if !was_in {
            let conference = frames::conference_name(self.conference(id.as_str())?);
            let participant = frames::notified(self.tenant, user);
            let joined = ParticipantJoinedNotification { conference, participant };
            self.notify(id, &SubscriptionType::ParticipantJoined, joined);
        }
        // No media are negotiated: the person is connected at once.
        self.remind(now, Timer::Connected(id.clone(), user.clone()));
        Ok(())
    }

    /// Takes a replaced session out of its conference and notifies it.
    fn switch(&mut self, replaced: &SessionId) {
        if let Ok(session) = self.session_mut(replaced) {
            session.go();
        }
        self.deliver(vec![replaced.clone()], OwnParticipantSwitched {});
    }

    /// Marks a person who was joining as connected.
    pub(super) fn connect(&mut self, id: &ConferenceId, user: &UserId) {
        let Ok(conference) = self.conference_mut(id) else { return };
        let Some(membership) = conference.memberships.get_mut(user) else { return };
        if membership.status == Some(ParticipantStatus::Connecting) {
            membership.status = Some(ParticipantStatus::OnAir);
            self.announce(id, user, News::Connected);
        }
    }

    /// Removes a person from the conference and announces it as left or kicked.
    pub(super) fn depart(&mut self, id: &ConferenceId, user: &UserId, news: News) {
        let now = self.now;
        let Ok(conference) = self.conference_mut(id) else { return };
        let Some(session) = conference.joined.remove(user) else { return };
        if conference.joined.is_empty() {
            conference.empty_since = Some(now);
        }
        if let Some(membership) = conference.memberships.get_mut(user) {
            membership.status = Some(match news {
                News::Kicked => ParticipantStatus::Kicked,
                _ => ParticipantStatus::Left,
            });
        }
        if let Ok(session) = self.session_mut(&session) {
            session.go();
        }
        self.announce(id, user, news);
        if let Ok(conference) = self.conference(id.as_str()) {
            let left = ParticipantLeftNotification {
                conference: frames::conference_name(conference),
                participant: frames::notified(self.tenant, user),
            };
            self.notify(id, &SubscriptionType::ParticipantLeft, left);
        }
        self.await_end(id);
    }
}
