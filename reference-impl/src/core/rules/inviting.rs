//! Rules about invitations.

use crate::core::call::Refusal;
use crate::core::frames;
use crate::core::id::{SessionId, UserId};
use crate::core::state::{Conference, Membership, Tenant};
use invite_spec::error::Failure;
use invite_spec::participant::ParticipantStatus;
use invite_spec::permission::{PermissionSet, RequestedPermissions};
use invite_spec::push::InvitationReceived;

/// What an invitation of one person leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Invitation {
    /// Nothing: the person is in the conference.
    Nothing,
    /// A token and an invitation. The person is reserved already, and the participants know it.
    Again,
    /// A token and an invitation. The person becomes reserved, and the participants hear about it.
    First,
}

/// Who can be invited, what an invitation grants, and which sessions receive it.
pub trait Inviting {
    /// Checks that a person may be invited, or have permissions updated.
    ///
    /// # Errors
    ///
    /// [`Failure::Kicked`] if the person was kicked from the conference.
    fn check_invitee(&self, membership: Option<&Membership>) -> Result<(), Refusal> {
        match membership {
            Some(membership) => membership.check_not_kicked(),
            None => Ok(()),
        }
    }

    /// What an invitation leads to.
    fn effect_of_invitation(&self, membership: Option<&Membership>) -> Invitation {
        use ParticipantStatus::{Connecting, OnAir, Reserved};
        match membership.and_then(|membership| membership.status.as_ref()) {
            Some(Connecting | OnAir) => Invitation::Nothing,
            Some(Reserved) => Invitation::Again,
            _ => Invitation::First,
        }
    }

    /// What an invitation grants. `held` are the permissions of the inviter; `None` for an
    /// application server, which may grant every permission.
    ///
    /// # Errors
    ///
    /// [`Failure::InsufficientPermissions`] if a permission is requested that the inviter does not
    /// have.
    fn grants_of_invitation(
        &self,
        requested: &RequestedPermissions,
        held: Option<&PermissionSet>,
    ) -> Result<PermissionSet, Refusal> {
        let set = requested.resolve();
        match held {
            Some(held) if requested.is_default() => Ok(set.intersection(held).copied().collect()),
            Some(held) if !set.is_subset(held) => Err(over_grant()),
            _ => Ok(set),
        }
    }

    /// The sessions that receive an invitation.
    fn recipients_of_invitation(
        &self,
        tenant: &Tenant,
        conference: &Conference,
        user: &UserId,
    ) -> Vec<SessionId> {
        let open = tenant.open_sessions(user);
        let fit =
            open.filter(|session| !conference.protected || session.may_use_conference_tokens());
        fit.map(|session| session.id.clone()).collect()
    }

    /// The frame of an invitation. `token` is the conference access token of the invitee.
    fn invitation(
        &self,
        tenant: &Tenant,
        conference: &Conference,
        inviter: &UserId,
        _invitee: &UserId,
        token: String,
    ) -> InvitationReceived {
        let token = conference.protected.then_some(token);
        frames::invitation(conference, frames::inviter(tenant, inviter), token)
    }
}

/// The refusal of a grant beyond the permissions of the granter.
pub(super) fn over_grant() -> Refusal {
    Refusal::new(
        Failure::InsufficientPermissions,
        "nobody can grant a permission that they do not have",
    )
}
