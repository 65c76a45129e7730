//! Kicks: a person is removed from a conference and cannot return.

use super::authenticate::Caller;
use super::bounds::check_items;
use super::call::{Call, Refusal};
use super::frames;
use super::id::{ConferenceId, UserId};
use super::rules::News;
use super::transaction::{Transaction, respond_empty};
use invite_spec::error::Failure;
use invite_spec::participant::ParticipantStatus;
use invite_spec::rest;
use serde_json::Value;

/// An application server kicks people. It ignores people without a membership in the conference.
pub(super) fn kick_by_rest(
    tx: &mut Transaction<'_>,
    call: &Call,
    _: &Caller,
) -> Result<Value, Refusal> {
    let id = tx.conference_of(call)?.id.clone();
    let request: rest::kick::Request = call.read()?;
    check_items("externalIds", request.external_ids.len())?;
    for external_id in &request.external_ids {
        let person = tx.tenant.by_external_id(external_id).map(|person| person.id.clone());
        if let Some(user) = person {
            tx.kick(&id, &user)?;
        }
    }
    respond_empty()
}

/// A participant kicks another one.
pub(super) fn kick_by_sdk(
    tx: &mut Transaction<'_>,
    call: &Call,
    caller: &Caller,
) -> Result<Value, Refusal> {
    let admission = tx.admit(call, caller)?;
    let user = UserId::new(call.parameter("userId"));
    if !tx.kick(&admission.conference, &user)? {
        return Err(Refusal::new(
            Failure::NoSuchParticipant,
            "there is no such participant in this conference",
        ));
    }
    respond_empty()
}

impl Transaction<'_> {
    /// Kicks a person. Returns whether the person has a membership in the conference.
    fn kick(&mut self, id: &ConferenceId, user: &UserId) -> Result<bool, Refusal> {
        let conference = self.conference(id.as_str())?;
        let Some(membership) = conference.membership(user) else { return Ok(false) };
        let announced = self.rules.announcements().is_kick_announced(membership);
        if membership.is_kicked() {
            return Ok(true);
        }
        let to = self.rules.announcements().recipient_of_kick(self.tenant, conference, user);
        let kicked = frames::kicked(conference, user);
        self.revoke(id, user)?;
        self.forget_updates(id, user);
        self.deliver(to.into_iter().collect(), kicked);
        if self.conference(id.as_str())?.joined.contains_key(user) {
            self.depart(id, user, News::Kicked);
        } else {
            self.membership(id, user)?.status = Some(ParticipantStatus::Kicked);
            if announced {
                self.announce(id, user, News::Kicked);
            }
        }
        Ok(true)
    }
}
