//! Wrong with updates of permissions: what is granted, revoked and handed over.

use super::request::{edit, is, profiles};
use super::{Mutant, wrong};
use crate::core::rules::{Access, ClientFrame, Hooks, Permissions, Sessions, Wire};
use crate::core::state::{Conference, Membership, Session, Tenant};
use crate::core::token::Claims;
use crate::core::{Call, Delivery, Refusal, Rules, SessionId, Standard, UserId};
use invite_spec::endpoint::Endpoint;
use invite_spec::participant::ParticipantStatus;
use invite_spec::permission::{Permission, PermissionSet, RequestedPermissions};
use invite_spec::push::Push;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// A server that hands a new token over to other sessions than it ought to.
macro_rules! hands_over_to {
    (
        $name:literal breaks $breaks:literal: $does:literal,
        |$tenant:pat_param, $conference:ident, $user:pat_param, $to:ident| $change:block
    ) => {
        wrong! {
            $name breaks $breaks: $does,
            in Permissions: fn recipients_of_new_token(
                &self,
                tenant: &Tenant,
                conference: &Conference,
                user: &UserId,
            ) -> Vec<SessionId> {
                let ($tenant, $conference, $user) = (tenant, conference, user);
                let mut $to = Standard.recipients_of_new_token(tenant, conference, user);
                $change
                $to
            }
        }
    };
}

/// A server that grants something else in an update than it ought to.
macro_rules! updates_with {
    (
        $name:literal breaks $breaks:literal: $does:literal,
        |$asked:ident, $held:ident| $granted:expr
    ) => {
        wrong! {
            $name breaks $breaks: $does,
            in Permissions: fn grants_of_update(
                &self,
                $asked: &RequestedPermissions,
                $held: Option<&PermissionSet>,
            ) -> Result<PermissionSet, Refusal> {
                $granted
            }
        }
    };
}

pub(super) const WRONG: &[Mutant] = &[
    wrong! {
        "update-answers-nothing" breaks "PRM-015":
        "answers no tokens to a REST update of permissions.",
        in Hooks: fn rewrite_response(&self, endpoint: &Endpoint, answer: Value) -> Value {
            if is(endpoint, "rest.permissions") { json!({}) } else { answer }
        }
    },
    wrong! {
        "update-revokes-nothing" breaks "PRM-016":
        "leaves the tokens valid that somebody had before an update.",
        in Access: fn is_revoked(&self, _: &Claims, membership: Option<&Membership>) -> bool {
            membership.is_some_and(|membership| membership.is_kicked())
        }
    },
    wrong! {
        "revoked-once-gone" breaks "PRM-021":
        "takes a revoked token from somebody who is in the conference.",
        in Access: fn is_revoked(&self, claims: &Claims, membership: Option<&Membership>) -> bool {
            use ParticipantStatus::{Connecting, OnAir};
            let status = membership.and_then(|membership| membership.status.as_ref());
            let inside = matches!(status, Some(Connecting | OnAir));
            !inside && Standard.is_revoked(claims, membership)
        }
    },
    wrong! {
        "revoked-while-inside" breaks "PRM-021":
        "takes a revoked token from somebody who has left the conference.",
        in Access: fn is_revoked(&self, claims: &Claims, membership: Option<&Membership>) -> bool {
            let status = membership.and_then(|membership| membership.status.as_ref());
            status != Some(&ParticipantStatus::Left) && Standard.is_revoked(claims, membership)
        }
    },
    wrong! {
        "revokes-once" breaks "PRM-016":
        "revokes nothing by any update but somebody's first.",
        in Access: fn is_revoked(&self, claims: &Claims, membership: Option<&Membership>) -> bool {
            claims.generation == Some(0) && Standard.is_revoked(claims, membership)
        }
    },
    wrong! {
        "never-revoked-before-joining" breaks "PRM-016":
        "takes a revoked token from somebody who has never joined.",
        in Access: fn is_revoked(&self, claims: &Claims, membership: Option<&Membership>) -> bool {
            let has_joined = membership.is_some_and(|membership| membership.last_join.is_some());
            has_joined && Standard.is_revoked(claims, membership)
        }
    },
    hands_over_to! {
        "lone-participant-keeps-token" breaks "PRM-017":
        "pushes no new token to somebody who is alone in the conference.",
        |_, conference, _, to| { to.retain(|_| conference.joined.len() != 1); }
    },
    hands_over_to! {
        "token-never-handed-over" breaks "PRM-019":
        "pushes no new token to somebody who is not alone in the conference.",
        |_, conference, _, to| { to.retain(|_| conference.joined.len() < 2); }
    },
    updates_with! {
        "update-always-grants-invite" breaks "PRM-020":
        "adds the permission to invite to whatever a participant grants in an update.",
        |asked, held| {
            let mut granted = Standard.grants_of_update(asked, held)?;
            if held.is_some() {
                granted.insert(Permission::Invite);
            }
            Ok(granted)
        }
    },
    updates_with! {
        "update-never-grants-invite" breaks "PRM-020":
        "leaves the permission to invite out of whatever a participant grants in an update.",
        |asked, held| {
            let mut granted = Standard.grants_of_update(asked, held)?;
            if held.is_some() {
                granted.remove(&Permission::Invite);
            }
            Ok(granted)
        }
    },
    hands_over_to! {
        "token-for-everybody" breaks "PRM-026":
        "pushes somebody's new token to everybody in the conference.",
        |_, conference, _, to| {
            let others = conference.joined_sessions();
            to.extend(others.into_iter().filter(|id| !to.contains(id)).collect::<Vec<_>>());
        }
    },
    wrong! {
        "another-amu-each-time" breaks "PRM-027":
        "gives a token update that it repeats another amu.",
        in Sessions: fn deliveries_on_open(
            &self,
            tenant: &Tenant,
            session: &Session,
        ) -> Vec<Delivery> {
            let mut pushed = Standard.deliveries_on_open(tenant, session);
            for delivery in &mut pushed {
                if let Push::UpdateToken(update) = &mut delivery.push {
                    update.amu.push_str("-again");
                }
            }
            pushed
        }
    },
    wrong! {
        "acknowledgement-ignored" breaks "PRM-027":
        "gives a token update again that was acknowledged.",
        in Hooks: fn inspect_client_frame(&self, _: &str) -> ClientFrame {
            ClientFrame::Ignore
        }
    },
    hands_over_to! {
        "only-participants-are-updated" breaks "PRM-028":
        "pushes no new token to somebody who has not joined.",
        |_, conference, user, to| { to.retain(|_| conference.joined.contains_key(user)); }
    },
    hands_over_to! {
        "busy-are-updated" breaks "PRM-028":
        "pushes a new token to a session that is in another conference.",
        |tenant, conference, user, to| {
            if !conference.joined.contains_key(user) {
                to.clear();
                to.extend(tenant.open_sessions(user).map(|session| session.id.clone()));
            }
        }
    },
    updates_with! {
        "over-update-is-nothing" breaks "PRM-029":
        "takes all permissions away where an update grants too much.",
        |asked, held| {
            Standard.grants_of_update(asked, held).or_else(|_| Ok(PermissionSet::new()))
        }
    },
    wrong! {
        "first-of-rest-update" breaks "PRM-015":
        "updates only the first of the people whom a REST update names.",
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            edit(call, &["rest.permissions"], |body| {
                let people = body.get_mut("participants").and_then(Value::as_object_mut);
                if let Some(people) = people {
                    *people = std::mem::take(people).into_iter().take(1).collect();
                }
            })
        }
    },
    wrong! {
        "first-update-counts" breaks "PRM-020":
        "gives somebody whom a participant updates again what the first update gave.",
        remembers { given: Mutex<BTreeMap<String, Value>> }
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            let by = &call.credentials;
            let by = json!([by.authorization, by.session_token, by.conference_token]);
            let conference = json!(call.parameter("conferenceId"));
            edit(call, &["sdk.permissions"], |body| {
                let mut given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
                for person in profiles(body) {
                    let key = json!([conference, by, person.get("userId")]);
                    if let Some(permissions) = person.get_mut("newPermissions") {
                        let first = given.entry(key.to_string());
                        *permissions = first.or_insert_with(|| permissions.clone()).clone();
                    }
                }
            })
        }
    },
    wrong! {
        "one-amu-for-all" breaks "PRM-024":
        "gives all token updates the same amu.",
        in Wire: fn frame_text(&self, push: &Push) -> String {
            let Push::UpdateToken(update) = push else { return Standard.frame_text(push) };
            let mut update = update.clone();
            update.amu = "amu".into();
            Standard.frame_text(&update.into())
        }
    },
];
