//! Updates of permissions, which replace the conference access tokens of a person.

use super::authenticate::Caller;
use super::bounds::check_items;
use super::call::{Call, Refusal};
use super::frames;
use super::id::{ConferenceId, SessionId, UserId};
use super::state::Unacknowledged;
use super::timers::Timer;
use super::transaction::{Transaction, respond, respond_empty};
use invite_spec::error::Failure;
use invite_spec::permission::{PermissionSet, RequestedPermissions};
use invite_spec::{rest, sdk};
use serde_json::Value;
use std::collections::BTreeMap;

/// An application server replaces permissions.
pub(super) fn update_by_rest(
    tx: &mut Transaction<'_>,
    call: &Call,
    _: &Caller,
) -> Result<Value, Refusal> {
    let id = tx.conference_of(call)?.id.clone();
    let request: rest::permissions::Request = call.read()?;
    let mut updates = BTreeMap::new();
    check_items("participants", request.participants.len())?;
    for (external_id, update) in &request.participants {
        let person = tx.tenant.by_external_id(external_id).map(|person| person.id.clone());
        let user = person.ok_or_else(no_participant)?;
        updates.insert(user.clone(), tx.check_update(&id, &user, &update.permissions, None)?);
    }
    let tokens = tx.update(&id, updates)?;
    let named = tokens.into_iter().filter_map(|(user, token)| {
        Some((tx.tenant.people.get(&user)?.external_id.clone()?, token))
    });
    respond(rest::permissions::Answer(named.collect()))
}

/// A participant replaces permissions.
pub(super) fn update_by_sdk(
    tx: &mut Transaction<'_>,
    call: &Call,
    caller: &Caller,
) -> Result<Value, Refusal> {
    let admission = tx.admit(call, caller)?;
    let request: sdk::permissions::Request = call.read()?;
    let mut updates = BTreeMap::new();
    check_items("userPermissions", request.user_permissions.len())?;
    for update in &request.user_permissions {
        let user = UserId::new(update.user_id.as_str());
        let asked = &update.new_permissions;
        let granted =
            tx.check_update(&admission.conference, &user, asked, admission.held.as_ref())?;
        updates.insert(user, granted);
    }
    tx.update(&admission.conference, updates)?;
    respond_empty()
}

fn no_participant() -> Refusal {
    Refusal::new(Failure::NoSuchParticipant, "there is no such participant in this conference")
}

impl Transaction<'_> {
    /// The permissions that an update grants to a person, or why it is refused.
    fn check_update(
        &self,
        id: &ConferenceId,
        user: &UserId,
        asked: &RequestedPermissions,
        held: Option<&PermissionSet>,
    ) -> Result<PermissionSet, Refusal> {
        let membership =
            self.conference(id.as_str())?.membership(user).ok_or_else(no_participant)?;
        self.rules.inviting().check_invitee(Some(membership))?;
        self.rules.permissions().grants_of_update(asked, held)
    }

    /// Replaces permissions that have been checked. Returns the new token of each person.
    fn update(
        &mut self,
        id: &ConferenceId,
        updates: BTreeMap<UserId, PermissionSet>,
    ) -> Result<BTreeMap<UserId, String>, Refusal> {
        let mut tokens = BTreeMap::new();
        for (user, granted) in updates {
            self.revoke(id, &user)?;
            let token = self.conference_token_for(id, &user, &granted)?;
            let conference = self.conference(id.as_str())?;
            for session in
                self.rules.permissions().recipients_of_new_token(self.tenant, conference, &user)
            {
                self.hand_over(id, &user, session, &token)?;
            }
            tokens.insert(user, token);
        }
        Ok(tokens)
    }

    /// Delivers its person's new token to a session, again and again until it is acknowledged.
    fn hand_over(
        &mut self,
        id: &ConferenceId,
        user: &UserId,
        session: SessionId,
        token: &str,
    ) -> Result<(), Refusal> {
        let amu = String::from(&*self.fresh());
        let conference = self.conference(id.as_str())?;
        let push = frames::update_token(conference, user, amu.clone(), token.to_owned());
        let update = Unacknowledged {
            conference: id.clone(),
            push: push.clone().into(),
            given: 1,
            due: self.now,
        };
        let unacknowledged = &mut self.session_mut(&session)?.unacknowledged;
        // A client uses whatever token it received last: it must not receive a revoked one again.
        unacknowledged.retain(|_, earlier| earlier.conference != *id);
        unacknowledged.insert(amu.clone(), update);
        self.deliver(vec![session.clone()], push);
        self.await_acknowledgement(&session, &amu);
        Ok(())
    }

    /// Schedules the next delivery of an update.
    fn await_acknowledgement(&mut self, session: &SessionId, amu: &str) {
        let (now, first) = (self.now, self.policy.update_token_repeat);
        let Ok(found) = self.session_mut(session) else { return };
        let Some(update) = found.unacknowledged.get_mut(amu) else { return };
        let Some(pause) = update.pause(first) else { return };
        update.due = now.after(pause);
        let due = update.due;
        self.remind(due, Timer::UpdateUnacknowledged(session.clone(), amu.to_owned()));
    }

    /// Delivers an update again if its time has come and the socket is open.
    pub(super) fn repeat_update(&mut self, session: &SessionId, amu: &str) {
        let now = self.now;
        let Ok(found) = self.session_mut(session) else { return };
        let open = found.is_open();
        let Some(update) = found.unacknowledged.get_mut(amu) else { return };
        if !open || update.due > now {
            return;
        }
        update.given += 1;
        let push = update.push.clone();
        self.deliver(vec![session.clone()], push);
        self.await_acknowledgement(session, amu);
    }

    /// Counts the deliveries of the updates that a session receives again because it has
    /// reconnected, and schedules the next ones.
    pub(super) fn give_updates_again(&mut self, session: &SessionId) {
        let Ok(found) = self.session_mut(session) else { return };
        let mut owed = Vec::new();
        for (amu, update) in &mut found.unacknowledged {
            update.given += 1;
            owed.push(amu.clone());
        }
        for amu in owed {
            self.await_acknowledgement(session, &amu);
        }
    }

    /// Marks an update as acknowledged.
    pub(super) fn acknowledge(&mut self, session: &SessionId, amu: &str) {
        if let Ok(session) = self.session_mut(session) {
            session.unacknowledged.remove(amu);
        }
    }

    /// Stops the delivery of tokens for a conference that is over for this person.
    pub(super) fn forget_updates(&mut self, id: &ConferenceId, user: &UserId) {
        let Some(person) = self.tenant.people.get(user) else { return };
        for session in &person.sessions {
            if let Some(session) = self.tenant.sessions.get_mut(session) {
                session.unacknowledged.retain(|_, update| update.conference != *id);
            }
        }
    }
}
