//! Rules about access to a conference.

use crate::core::call::Call;
use crate::core::id::UserId;
use crate::core::state::{Conference, Membership, Session};
use crate::core::token::Claims;
use invite_spec::endpoint::Endpoint;
use invite_spec::permission::{Permission, PermissionSet};

/// Whether a session may make a call about a conference.
pub trait Access {
    /// Whether the session must have joined the conference to make this call. Anybody invites to an
    /// unprotected conference, which anybody can join, too.
    fn requires_joining(&self, call: &Call, conference: &Conference, session: &Session) -> bool {
        match call.endpoint.permission {
            Some(Permission::Join) => false,
            Some(Permission::Invite) => {
                conference.protected
                    || conference.membership(&session.user).is_some_and(Membership::is_kicked)
            }
            _ => true,
        }
    }

    /// Whether the session must present a conference access token to make this call.
    fn requires_conference_token(
        &self,
        call: &Call,
        conference: &Conference,
        _session: &Session,
    ) -> bool {
        conference.protected && call.endpoint.permission.is_some()
    }

    /// Whether a conference access token was issued for this person and this conference.
    fn is_token_for(&self, claims: &Claims, conference: &Conference, user: &UserId) -> bool {
        claims.is_of(user) && claims.conference_id.as_deref() == Some(conference.id.as_str())
    }

    /// Whether a conference access token has been revoked.
    fn is_revoked(&self, claims: &Claims, membership: Option<&Membership>) -> bool {
        let current = membership.map_or(0, |membership| membership.generation);
        claims.generation != Some(current)
    }

    /// Whether these permissions allow the call.
    fn permissions_allow(&self, held: &PermissionSet, endpoint: &Endpoint) -> bool {
        endpoint.permission.is_none_or(|needed| held.contains(&needed))
    }
}
