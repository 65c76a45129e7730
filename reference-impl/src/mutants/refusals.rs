//! Wrong with refusals: they say no, and do it all the same.

use super::request::is;
use super::{Mutant, wrong};
use crate::core::state::{Conference, Membership, Session, Tenant};
use crate::core::token::Claims;
use crate::core::{Call, Refusal, Rules, Standard, UserId};
use invite_spec::endpoint::{Authentication, Endpoint, Plane};
use invite_spec::error::Failure;
use invite_spec::participant::ParticipantStatus;
use invite_spec::permission::{Permission, PermissionSet};
use invite_spec::scope::Scopes;
use serde_json::Value;
use std::borrow::Cow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

/// Whether the call that is being done is to be refused afterwards. Calls are done one after the
/// other.
#[derive(Debug, Default)]
struct Regret(AtomicBool);

impl Regret {
    /// Lets a call be done.
    fn let_by(&self) -> bool {
        self.0.store(true, Ordering::Relaxed);
        true
    }

    /// Refuses what was let by, and leaves the rest as it is.
    fn says(&self, why: Failure, result: Result<Value, Refusal>) -> Result<Value, Refusal> {
        if self.0.swap(false, Ordering::Relaxed) {
            return Err(Refusal::new(why, "this is not allowed"));
        }
        result
    }
}

/// A server that refuses who lacks a permission, and does what it was asked.
macro_rules! lacking {
    ($name:literal breaks $breaks:literal: $does:literal, $permission:ident) => {
        wrong! {
            $name breaks $breaks: $does,
            remembers { regret: Regret }
            fn permits(&self, held: &PermissionSet, endpoint: &Endpoint) -> bool {
                let concerned = endpoint.permission == Some(Permission::$permission);
                Standard.permits(held, endpoint) || (concerned && self.regret.let_by())
            }
            fn says(&self, _: &Call, result: Result<Value, Refusal>) -> Result<Value, Refusal> {
                self.regret.says(Failure::InsufficientPermissions, result)
            }
        }
    };
}

pub(super) const WRONG: &[Mutant] = &[
    lacking! {
        "refuses-kicks-and-kicks" breaks "KCK-006":
        "refuses a kick without the permission to, and kicks.",
        Kick
    },
    lacking! {
        "refuses-invitations-and-invites" breaks "INV-032":
        "refuses an invitation without the permission to, and invites.",
        Invite
    },
    lacking! {
        "refuses-updates-and-updates" breaks "PRM-022":
        "refuses an update without the permission to, and updates.",
        UpdatePermissions
    },
    lacking! {
        "refuses-messages-and-sends" breaks "MSG-004":
        "refuses a message without the permission to send any, and sends it.",
        SendMessage
    },
    lacking! {
        "refuses-joins-and-joins" breaks "JOIN-015":
        "refuses to let somebody join without the permission to, and tells the others who joins.",
        Join
    },
    wrong! {
        "refuses-bare-joins-and-joins" breaks "JOIN-010":
        "refuses to let somebody join without a token, and tells the others who joins.",
        remembers { regret: Regret }
        fn trusts(&self, call: &Call, _: &Conference, _: &Session) -> bool {
            let is_bare = call.credentials.conference_token.is_none();
            is(call.endpoint, "sdk.join") && is_bare && self.regret.let_by()
        }
        fn says(&self, _: &Call, result: Result<Value, Refusal>) -> Result<Value, Refusal> {
            self.regret.says(Failure::InvalidToken, result)
        }
    },
    wrong! {
        "refuses-early-invitations-and-invites" breaks "INV-029":
        "refuses an invitation of who has not joined, and invites.",
        remembers { regret: Regret }
        fn trusts(&self, call: &Call, conference: &Conference, session: &Session) -> bool {
            let is_early = session.joined.is_none() && conference.owner == session.user;
            is(call.endpoint, "sdk.invite") && is_early && self.regret.let_by()
        }
        fn says(&self, _: &Call, result: Result<Value, Refusal>) -> Result<Value, Refusal> {
            self.regret.says(Failure::InsufficientPermissions, result)
        }
    },
    wrong! {
        "refuses-the-kicked-and-joins" breaks "KCK-005":
        "refuses to let somebody join who was kicked, and tells the others who joins.",
        remembers { regret: Regret }
        fn is_revoked(&self, claims: &Claims, membership: Option<&Membership>) -> bool {
            let kicked =
                membership.is_some_and(|it| it.status == Some(ParticipantStatus::Kicked));
            !kicked && Standard.is_revoked(claims, membership)
        }
        fn admits(&self, conference: &Conference, user: &UserId) -> Result<(), Refusal> {
            if Standard.admits(conference, user).is_err() {
                self.regret.let_by();
            }
            Ok(())
        }
        fn says(&self, _: &Call, result: Result<Value, Refusal>) -> Result<Value, Refusal> {
            self.regret.says(Failure::InvalidToken, result)
        }
    },
    wrong! {
        "refuses-strangers-and-serves" breaks "AUTH-004":
        "refuses an application server without a token, and does what it was asked.",
        remembers { regret: Regret, first: OnceLock<String> }
        fn takes<'c>(&self, call: &'c Call) -> Cow<'c, Call> {
            if call.endpoint.authentication != Authentication::ApiToken {
                return Cow::Borrowed(call);
            }
            if let Some(shown) = &call.credentials.authorization {
                self.first.get_or_init(|| shown.clone());
                return Cow::Borrowed(call);
            }
            self.regret.let_by();
            let mut call = call.clone();
            call.credentials.authorization = self.first.get().cloned();
            Cow::Owned(call)
        }
        fn says(&self, _: &Call, result: Result<Value, Refusal>) -> Result<Value, Refusal> {
            self.regret.says(Failure::InvalidToken, result)
        }
    },
    wrong! {
        "refuses-other-applications-and-serves" breaks "APP-003":
        "refuses an application server of another application, and does what it was asked.",
        remembers { regret: Regret }
        fn acts_in(&self, tenants: &[Tenant], own: usize, call: &Call) -> usize {
            let id = call.parameter("conferenceId");
            let found = tenants.iter().position(|tenant| tenant.conferences.contains_key(id));
            match found.filter(|_| call.endpoint.plane == Plane::Rest) {
                Some(other) if other != own => {
                    self.regret.let_by();
                    other
                }
                _ => own,
            }
        }
        fn says(&self, _: &Call, result: Result<Value, Refusal>) -> Result<Value, Refusal> {
            self.regret.says(Failure::NoSuchConference, result)
        }
    },
    wrong! {
        "refuses-creation-and-creates" breaks "AUTH-013":
        "refuses to create a conference for a client whose scopes do not allow it, and creates it.",
        remembers { regret: Regret }
        fn covers(&self, scopes: &Scopes, endpoint: &Endpoint) -> bool {
            let creates = is(endpoint, "sdk.create");
            Standard.covers(scopes, endpoint) || (creates && self.regret.let_by())
        }
        fn says(&self, _: &Call, result: Result<Value, Refusal>) -> Result<Value, Refusal> {
            self.regret.says(Failure::InsufficientPermissions, result)
        }
    },
];
