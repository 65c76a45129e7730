//! Invitations by REST and by SDK.

use super::authenticate::Caller;
use super::bounds::{check_description, check_items, check_members};
use super::call::{Call, Refusal};
use super::id::{ConferenceId, UserId};
use super::keeping::{MEMBERSHIP, weight_of_person};
use super::rules::{Invitation, News};
use super::transaction::{Transaction, respond, respond_empty};
use invite_spec::participant::ParticipantStatus;
use invite_spec::permission::{PermissionSet, RequestedPermissions};
use invite_spec::{rest, sdk};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A person who is to be invited.
#[derive(Debug)]
pub(super) struct Guest {
    external_id: String,
    name: Option<String>,
    avatar_url: Option<String>,
    requested: RequestedPermissions,
    notified: bool,
}

impl Guest {
    /// The people that a REST request names.
    pub(super) fn of_application_server(
        participants: BTreeMap<String, rest::create::Invitee>,
    ) -> Vec<Guest> {
        let guest = |(external_id, invitee): (String, rest::create::Invitee)| Guest {
            external_id,
            name: None,
            avatar_url: None,
            notified: invitee.notification,
            requested: invitee.permissions,
        };
        participants.into_iter().map(guest).collect()
    }

    /// The people that an SDK request names, each once.
    fn of_participant(profiles: Vec<sdk::invite::Invitee>) -> Vec<Guest> {
        let mut named = BTreeSet::new();
        let first = profiles.into_iter().filter(|guest| named.insert(guest.external_id.clone()));
        let guest = |invitee: sdk::invite::Invitee| Guest {
            external_id: invitee.external_id,
            name: invitee.external_name,
            avatar_url: invitee.external_photo_url,
            requested: invitee.permissions,
            notified: true,
        };
        first.map(guest).collect()
    }
}

/// An application server invites people.
pub(super) fn invite_by_rest(
    tx: &mut Transaction<'_>,
    call: &Call,
    _: &Caller,
) -> Result<Value, Refusal> {
    let conference = tx.conference_of(call)?;
    let (id, owner) = (conference.id.clone(), conference.owner.clone());
    let request: rest::invite::Request = call.read()?;
    let guests = Guest::of_application_server(request.participants);
    let granted = tx.check_guests(Some(&id), &guests, None)?;
    tx.make_room_for_guests(&guests)?;
    let tokens = tx.invite(&id, &owner, guests.into_iter().zip(granted).collect())?;
    respond(rest::invite::Answer(tokens))
}

/// A participant invites people.
pub(super) fn invite_by_sdk(
    tx: &mut Transaction<'_>,
    call: &Call,
    caller: &Caller,
) -> Result<Value, Refusal> {
    let admission = tx.admit(call, caller)?;
    let request: sdk::invite::Request = call.read()?;
    let mut guests = Guest::of_participant(request.external_profiles);
    if !tx.conference(admission.conference.as_str())?.protected {
        // Permissions have no meaning there.
        for guest in &mut guests {
            guest.requested = RequestedPermissions::Default;
        }
    }
    let granted = tx.check_guests(Some(&admission.conference), &guests, admission.held.as_ref())?;
    tx.make_room_for_guests(&guests)?;
    let guests = guests.into_iter().zip(granted).collect();
    tx.invite(&admission.conference, &admission.user, guests)?;
    respond_empty()
}

impl Transaction<'_> {
    /// The permissions that each guest is granted, or why none of them is invited. `None` stands for
    /// a conference that does not exist yet.
    pub(super) fn check_guests(
        &self,
        conference: Option<&ConferenceId>,
        guests: &[Guest],
        held: Option<&PermissionSet>,
    ) -> Result<Vec<PermissionSet>, Refusal> {
        check_items("the people to invite", guests.len())?;
        let conference = conference.and_then(|id| self.tenant.conferences.get(id));
        let mut members = conference.map_or(0, |conference| conference.memberships.len());
        let check = |guest: &Guest| {
            self.rules.sessions().check_external_id(&guest.external_id)?;
            check_description(
                ("externalName", guest.name.as_deref()),
                ("externalPhotoUrl", guest.avatar_url.as_deref()),
            )?;
            let person = self.tenant.by_external_id(&guest.external_id);
            let membership = person.and_then(|person| conference?.membership(&person.id));
            members += usize::from(membership.is_none());
            check_members(members)?;
            self.rules.inviting().check_invitee(membership)?;
            self.rules.inviting().grants_of_invitation(&guest.requested, held)
        };
        guests.iter().map(check).collect()
    }

    /// Makes sure that there is room for these people.
    pub(super) fn make_room_for_guests(&mut self, guests: &[Guest]) -> Result<(), Refusal> {
        let new = guests.iter().map(|guest| {
            let texts = [&guest.name, &guest.avatar_url];
            let texts = texts.into_iter().flatten().map(String::len).sum();
            let is_known = self.tenant.external_ids.contains_key(&guest.external_id);
            let person =
                if is_known { texts } else { weight_of_person(Some(&guest.external_id), texts) };
            MEMBERSHIP + person
        });
        let new = new.sum();
        self.make_room(new)
    }

    /// Invites people who have been checked. Returns a token for each by external id, except for
    /// those who are in the conference.
    pub(super) fn invite(
        &mut self,
        id: &ConferenceId,
        inviter: &UserId,
        guests: Vec<(Guest, PermissionSet)>,
    ) -> Result<BTreeMap<String, String>, Refusal> {
        let rules = self.rules;
        let inviting = rules.inviting();
        let mut tokens = BTreeMap::new();
        for (guest, granted) in guests {
            let user = self.person(Some(&guest.external_id));
            // A name from the person takes precedence.
            if self.tenant.people.get(&user).is_some_and(|person| person.name.is_none()) {
                self.describe(&user, guest.name, guest.avatar_url);
            }
            let membership = self.conference(id.as_str())?.membership(&user);
            let invitation = inviting.effect_of_invitation(membership);
            if invitation == Invitation::Nothing {
                continue;
            }
            if invitation == Invitation::First {
                self.reserve(id, &user)?;
            }
            let token = self.conference_token_for(id, &user, &granted)?;
            if guest.notified {
                let conference = self.conference(id.as_str())?;
                let to = inviting.recipients_of_invitation(self.tenant, conference, &user);
                // The frame has copies of the inviter's texts. Most invitees are not listening.
                if !to.is_empty() {
                    let frame =
                        inviting.invitation(self.tenant, conference, inviter, &user, token.clone());
                    self.deliver(to, frame);
                }
            }
            tokens.insert(guest.external_id, token);
        }
        Ok(tokens)
    }

    fn reserve(&mut self, id: &ConferenceId, user: &UserId) -> Result<(), Refusal> {
        self.membership(id, user)?.status = Some(ParticipantStatus::Reserved);
        self.announce(id, user, News::Invited);
        Ok(())
    }

    /// Revokes every conference access token of the person for this conference.
    pub(super) fn revoke(&mut self, id: &ConferenceId, user: &UserId) -> Result<(), Refusal> {
        self.membership(id, user)?.generation += 1;
        Ok(())
    }
}
