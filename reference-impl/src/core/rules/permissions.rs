//! Rules about updates of permissions.

use super::inviting::over_grant;
use crate::core::call::Refusal;
use crate::core::id::{SessionId, UserId};
use crate::core::state::{Conference, Tenant};
use invite_spec::permission::{PermissionSet, RequestedPermissions};

/// What an update of permissions grants, and which sessions receive the new token.
pub trait Permissions {
    /// What an update grants. `held` are the permissions of the person who updates; `None` for an
    /// application server, which may grant every permission.
    ///
    /// # Errors
    ///
    /// A refusal with the failure `InsufficientPermissions` if a permission is requested that the
    /// person who updates does not have.
    fn grants_of_update(
        &self,
        requested: &RequestedPermissions,
        held: Option<&PermissionSet>,
    ) -> Result<PermissionSet, Refusal> {
        let set = requested.resolve();
        if held.is_some_and(|held| !set.is_subset(held)) {
            return Err(over_grant());
        }
        Ok(set)
    }

    /// The sessions that receive the new token: the one by which the person has joined, else the
    /// open ones that are in no other conference.
    fn recipients_of_new_token(
        &self,
        tenant: &Tenant,
        conference: &Conference,
        user: &UserId,
    ) -> Vec<SessionId> {
        if !conference.protected {
            return Vec::new();
        }
        if let Some(joined) = conference.joined.get(user) {
            return vec![joined.clone()];
        }
        let open = tenant.open_sessions(user);
        let free =
            open.filter(|session| session.joined.is_none() && session.may_use_conference_tokens());
        free.map(|session| session.id.clone()).collect()
    }
}
