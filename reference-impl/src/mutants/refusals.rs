//! Servers that refuse a call and carry it out all the same.

use super::request::is;
use super::{Mutant, wrong};
use crate::core::rules::{Access, Hooks, Inviting, Joining, Sessions, Tokens};
use crate::core::state::{Conference, Membership, Session, Tenant};
use crate::core::token::{Claims, TokenKind};
use crate::core::{Call, Refusal, Standard, Time, UserId};
use invite_spec::endpoint::{Authentication, Endpoint, Plane};
use invite_spec::error::Failure;
use invite_spec::participant::ParticipantStatus;
use invite_spec::permission::{Permission, PermissionSet, RequestedPermissions};
use invite_spec::scope::Scopes;
use serde_json::Value;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the current call is to be refused after it has been carried out. Calls run one at a time.
#[derive(Debug, Default)]
struct Regret(AtomicBool);

impl Regret {
    /// Allows the current call, to refuse it later. Always `true`.
    fn allow(&self) -> bool {
        self.0.store(true, Ordering::Relaxed);
        true
    }

    /// Whether the current call is allowed only for now.
    fn is_due(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Refuses the call if it was allowed only for now; otherwise keeps its result.
    fn settle(&self, why: Failure, result: Result<Value, Refusal>) -> Result<Value, Refusal> {
        if self.0.swap(false, Ordering::Relaxed) {
            return Err(Refusal::new(why, "this is not allowed"));
        }
        result
    }
}

/// A server that allows a call by wrong rules, carries it out, and then refuses it with this failure.
macro_rules! regrets {
    (
        $name:literal breaks $breaks:ident: $does:literal,
        $failure:ident,
        $($rules:tt)+
    ) => {
        wrong! {
            $name breaks $breaks: $does,
            remembers { regret: Regret }
            $($rules)+
            in Hooks: fn rewrite_result(
                &self,
                _: &Call,
                result: Result<Value, Refusal>,
            ) -> Result<Value, Refusal> {
                self.regret.settle(Failure::$failure, result)
            }
        }
    };
}

/// A server that refuses a call for want of a permission, and carries it out.
macro_rules! lacking {
    ($name:literal breaks $breaks:ident: $does:literal, $permission:ident) => {
        regrets! {
            $name breaks $breaks: $does,
            InsufficientPermissions,
            in Access: fn permissions_allow(
                &self,
                held: &PermissionSet,
                endpoint: &Endpoint,
            ) -> bool {
                let concerned = endpoint.permission == Some(Permission::$permission);
                Standard.permissions_allow(held, endpoint) || (concerned && self.regret.allow())
            }
        }
    };
}

/// A server that refuses a call with an expired token, and carries it out.
macro_rules! expired {
    ($name:literal breaks $breaks:ident: $does:literal, $kind:ident) => {
        regrets! {
            $name breaks $breaks: $does,
            InvalidToken,
            in Tokens: fn has_expired(&self, claims: &Claims, now: Time) -> bool {
                let concerned = claims.kind == TokenKind::$kind;
                Standard.has_expired(claims, now) && !(concerned && self.regret.allow())
            }
        }
    };
}

pub(super) const WRONG: &[Mutant] = &[
    expired! {
        "refuses-expired-api-tokens-and-serves" breaks AUTH_005:
        "refuses a REST call with an expired token, and carries it out.",
        Api
    },
    expired! {
        "refuses-expired-clients-and-serves" breaks AUTH_012:
        "refuses an SDK call with an expired client access token, and carries it out.",
        Client
    },
    regrets! {
        "refuses-narrow-tokens-and-serves" breaks AUTH_006:
        "refuses a REST call that the scopes do not allow, and carries it out.",
        InsufficientScope,
        in Tokens: fn scopes_allow(&self, scopes: &Scopes, endpoint: &Endpoint) -> bool {
            let concerned = endpoint.plane == Plane::Rest;
            Standard.scopes_allow(scopes, endpoint) || (concerned && self.regret.allow())
        }
    },
    regrets! {
        "refuses-clients-on-rest-and-serves" breaks AUTH_015:
        "refuses a REST call with a client access token, and carries it out.",
        InvalidToken,
        in Tokens: fn is_of_kind(&self, claims: &Claims, required: TokenKind) -> bool {
            let concerned = required == TokenKind::Api && claims.kind == TokenKind::Client;
            Standard.is_of_kind(claims, required) || (concerned && self.regret.allow())
        }
        fn scopes_allow(&self, scopes: &Scopes, endpoint: &Endpoint) -> bool {
            self.regret.is_due() || Standard.scopes_allow(scopes, endpoint)
        }
    },
    regrets! {
        "refuses-an-identity-and-renames" breaks SES_006:
        "refuses to identify somebody under another external id, and takes the name from it.",
        UserNotValid,
        in Sessions: fn identity(
            &self,
            claimed: Option<&str>,
            requested: Option<&str>,
        ) -> Result<Option<String>, Refusal> {
            let identity = Standard.identity(claimed, requested);
            if identity.is_err() {
                self.regret.allow();
                return Ok(claimed.map(str::to_owned));
            }
            identity
        }
    },
    regrets! {
        "refuses-over-grants-and-invites" breaks PRM_011:
        "refuses an SDK invite that grants more than the inviter has, and grants the rest.",
        InsufficientPermissions,
        in Inviting: fn grants_of_invitation(
            &self,
            requested: &RequestedPermissions,
            held: Option<&PermissionSet>,
        ) -> Result<PermissionSet, Refusal> {
            let granted = Standard.grants_of_invitation(requested, held);
            let Some(held) = held.filter(|_| granted.is_err()) else { return granted };
            self.regret.allow();
            Ok(requested.resolve().intersection(held).copied().collect())
        }
    },
    lacking! {
        "refuses-kicks-and-kicks" breaks KCK_006:
        "refuses a kick without the permission, and kicks.",
        Kick
    },
    lacking! {
        "refuses-invitations-and-invites" breaks INV_032:
        "refuses an invitation without the permission, and invites.",
        Invite
    },
    lacking! {
        "refuses-updates-and-updates" breaks PRM_022:
        "refuses an update without the permission, and updates.",
        UpdatePermissions
    },
    lacking! {
        "refuses-messages-and-sends" breaks MSG_004:
        "refuses a message without the permission, and sends it.",
        SendMessage
    },
    lacking! {
        "refuses-joins-and-joins" breaks JOIN_015:
        "refuses a join without the permission, and announces the participant.",
        Join
    },
    regrets! {
        "refuses-bare-joins-and-joins" breaks JOIN_010:
        "refuses a join without a token, and announces the participant.",
        InvalidToken,
        in Access: fn requires_conference_token(
            &self,
            call: &Call,
            conference: &Conference,
            session: &Session,
        ) -> bool {
            let is_bare = call.credentials.conference_token.is_none();
            let is_allowed = is(call.endpoint, "sdk.join") && is_bare && self.regret.allow();
            !is_allowed && Standard.requires_conference_token(call, conference, session)
        }
    },
    regrets! {
        "refuses-early-invitations-and-invites" breaks INV_029:
        "refuses an invitation from a session that has not joined, and invites.",
        InsufficientPermissions,
        in Access: fn requires_joining(
            &self,
            call: &Call,
            conference: &Conference,
            session: &Session,
        ) -> bool {
            let is_allowed = invites_early(call, conference, session) && self.regret.allow();
            !is_allowed && Standard.requires_joining(call, conference, session)
        }
        fn requires_conference_token(
            &self,
            call: &Call,
            conference: &Conference,
            session: &Session,
        ) -> bool {
            !invites_early(call, conference, session)
                && Standard.requires_conference_token(call, conference, session)
        }
    },
    regrets! {
        "refuses-the-kicked-and-joins" breaks KCK_005:
        "refuses a join of a kicked person, and announces the participant.",
        InvalidToken,
        in Access: fn is_revoked(&self, claims: &Claims, membership: Option<&Membership>) -> bool {
            let kicked =
                membership.is_some_and(|it| it.status == Some(ParticipantStatus::Kicked));
            !kicked && Standard.is_revoked(claims, membership)
        }
        in Joining: fn may_join(
            &self,
            conference: &Conference,
            user: &UserId,
        ) -> Result<(), Refusal> {
            if Standard.may_join(conference, user).is_err() {
                self.regret.allow();
            }
            Ok(())
        }
    },
    wrong! {
        "refuses-strangers-and-serves" breaks AUTH_004:
        "refuses a REST call without a token, and carries it out.",
        remembers { regret: Regret, first: OnceLock<String> }
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            if call.endpoint.authentication != Authentication::ApiToken {
                return;
            }
            if let Some(shown) = &call.credentials.authorization {
                self.first.get_or_init(|| shown.clone());
                return;
            }
            self.regret.allow();
            call.credentials.authorization = self.first.get().cloned();
        }
        fn rewrite_result(
            &self,
            _: &Call,
            result: Result<Value, Refusal>,
        ) -> Result<Value, Refusal> {
            self.regret.settle(Failure::InvalidToken, result)
        }
    },
    wrong! {
        "refuses-other-applications-and-serves" breaks APP_003:
        "refuses a REST call of another application, and carries it out.",
        remembers { regret: Regret }
        in Hooks: fn tenant_of_call(&self, tenants: &[Tenant], own: usize, call: &Call) -> usize {
            let id = call.parameter("conferenceId");
            let found = tenants.iter().position(|tenant| tenant.conferences.contains_key(id));
            match found.filter(|_| call.endpoint.plane == Plane::Rest) {
                Some(other) if other != own => {
                    self.regret.allow();
                    other
                }
                _ => own,
            }
        }
        fn rewrite_result(
            &self,
            _: &Call,
            result: Result<Value, Refusal>,
        ) -> Result<Value, Refusal> {
            self.regret.settle(Failure::NoSuchConference, result)
        }
    },
    regrets! {
        "refuses-creation-and-creates" breaks AUTH_013:
        "refuses a create that the scopes do not allow, and creates the conference.",
        InsufficientPermissions,
        in Tokens: fn scopes_allow(&self, scopes: &Scopes, endpoint: &Endpoint) -> bool {
            let creates = is(endpoint, "sdk.create");
            Standard.scopes_allow(scopes, endpoint) || (creates && self.regret.allow())
        }
    },
];

/// Whether this is an invite of an owner who has not joined any conference.
fn invites_early(call: &Call, conference: &Conference, session: &Session) -> bool {
    let is_early = session.joined.is_none() && conference.owner == session.user;
    is(call.endpoint, "sdk.invite") && is_early
}
