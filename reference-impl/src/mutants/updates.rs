//! Servers with wrong updates of permissions: what they grant, revoke and deliver.

use super::request::{edit, is, locked, profiles};
use super::{Mutant, wrong};
use crate::core::rules::{Access, ClientFrame, Hooks, Joining, Permissions, Sessions, Wire};
use crate::core::state::{Conference, Membership, Session, Tenant};
use crate::core::token::Claims;
use crate::core::{Call, ConferenceId, Delivery, Refusal, SessionId, Standard, UserId};
use invite_spec::endpoint::Endpoint;
use invite_spec::participant::ParticipantStatus;
use invite_spec::permission::{Permission, PermissionSet, RequestedPermissions};
use invite_spec::push::Push;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Mutex;

/// A server that delivers new tokens to the wrong sessions: how it changes the right ones.
macro_rules! delivers_token_to {
    (
        $name:literal breaks $breaks:ident: $does:literal,
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

/// A server whose updates grant the wrong permissions.
macro_rules! updates_with {
    (
        $name:literal breaks $breaks:ident: $does:literal,
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

/// The first session of each person that a further one has replaced in a conference.
#[derive(Debug, Default)]
pub(super) struct Replaced(Mutex<BTreeMap<(ConferenceId, UserId), SessionId>>);

impl Replaced {
    /// Notes whom a session that joins replaces, and gives that.
    pub(super) fn note(&self, conference: &Conference, session: &Session) -> Option<SessionId> {
        let earlier = Standard.replaced_session(conference, session)?;
        let key = (conference.id.clone(), session.user.clone());
        locked(&self.0).entry(key).or_insert_with(|| earlier.clone());
        Some(earlier)
    }

    /// The session of this person, if one was replaced.
    pub(super) fn session(&self, conference: &Conference, user: &UserId) -> Option<SessionId> {
        locked(&self.0).get(&(conference.id.clone(), user.clone())).cloned()
    }
}

pub(super) const WRONG: &[Mutant] = &[
    wrong! {
        "update-reaches-the-replaced-session" breaks PRM_017:
        "pushes the token of an update to the session that a further one of the person has replaced.",
        remembers { replaced: Replaced }
        in Joining: fn replaced_session(
            &self,
            conference: &Conference,
            session: &Session,
        ) -> Option<SessionId> {
            self.replaced.note(conference, session)
        }
        in Permissions: fn recipients_of_new_token(
            &self,
            tenant: &Tenant,
            conference: &Conference,
            user: &UserId,
        ) -> Vec<SessionId> {
            match self.replaced.session(conference, user) {
                Some(earlier) => vec![earlier],
                None => Standard.recipients_of_new_token(tenant, conference, user),
            }
        }
    },
    wrong! {
        "update-answers-nothing" breaks PRM_015:
        "answers no tokens to a REST update of permissions.",
        in Hooks: fn rewrite_response(&self, endpoint: &Endpoint, answer: Value) -> Value {
            if is(endpoint, "rest.permissions") { json!({}) } else { answer }
        }
    },
    wrong! {
        "update-revokes-nothing" breaks PRM_016:
        "does not revoke earlier tokens when permissions are updated.",
        in Access: fn is_revoked(&self, _: &Claims, membership: Option<&Membership>) -> bool {
            membership.is_some_and(|membership| membership.is_kicked())
        }
    },
    wrong! {
        "revoked-once-gone" breaks PRM_021:
        "accepts a revoked token from a participant.",
        in Access: fn is_revoked(&self, claims: &Claims, membership: Option<&Membership>) -> bool {
            use ParticipantStatus::{Connecting, OnAir};
            let status = membership.and_then(|membership| membership.status.as_ref());
            let inside = matches!(status, Some(Connecting | OnAir));
            !inside && Standard.is_revoked(claims, membership)
        }
    },
    wrong! {
        "revoked-while-inside" breaks PRM_021:
        "accepts a revoked token from a person who has left.",
        in Access: fn is_revoked(&self, claims: &Claims, membership: Option<&Membership>) -> bool {
            let status = membership.and_then(|membership| membership.status.as_ref());
            status != Some(&ParticipantStatus::Left) && Standard.is_revoked(claims, membership)
        }
    },
    wrong! {
        "revokes-once" breaks PRM_016:
        "revokes tokens only by the first update of a person.",
        in Access: fn is_revoked(&self, claims: &Claims, membership: Option<&Membership>) -> bool {
            claims.generation == Some(0) && Standard.is_revoked(claims, membership)
        }
    },
    wrong! {
        "never-revoked-before-joining" breaks PRM_016:
        "accepts a revoked token from a person who has never joined.",
        in Access: fn is_revoked(&self, claims: &Claims, membership: Option<&Membership>) -> bool {
            let has_joined = membership.is_some_and(|membership| membership.last_join.is_some());
            has_joined && Standard.is_revoked(claims, membership)
        }
    },
    delivers_token_to! {
        "lone-participant-keeps-token" breaks PRM_017:
        "pushes no new token to a participant who is alone in the conference.",
        |_, conference, _, to| { to.retain(|_| conference.joined.len() != 1); }
    },
    delivers_token_to! {
        "owner-keeps-token" breaks PRM_017:
        "pushes no new token to the owner of the conference.",
        |_, conference, user, to| { to.retain(|_| conference.owner != *user); }
    },
    delivers_token_to! {
        "token-never-handed-over" breaks PRM_019:
        "pushes no new token to a participant who is not alone in the conference.",
        |_, conference, _, to| { to.retain(|_| conference.joined.len() < 2); }
    },
    updates_with! {
        "update-always-grants-invite" breaks PRM_020:
        "adds INVITE to the permissions of an SDK update.",
        |asked, held| {
            let mut granted = Standard.grants_of_update(asked, held)?;
            if held.is_some() {
                granted.insert(Permission::Invite);
            }
            Ok(granted)
        }
    },
    updates_with! {
        "update-never-grants-invite" breaks PRM_020:
        "drops INVITE from the permissions of an SDK update.",
        |asked, held| {
            let mut granted = Standard.grants_of_update(asked, held)?;
            if held.is_some() {
                granted.remove(&Permission::Invite);
            }
            Ok(granted)
        }
    },
    delivers_token_to! {
        "token-for-everybody" breaks PRM_026:
        "pushes a person's new token to every participant.",
        |_, conference, _, to| {
            let others = conference.joined_sessions();
            to.extend(others.into_iter().filter(|id| !to.contains(id)).collect::<Vec<_>>());
        }
    },
    wrong! {
        "another-amu-each-time" breaks PRM_027:
        "repeats a token update with another amu.",
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
        "acknowledgement-ignored" breaks PRM_027:
        "repeats a token update that was acknowledged.",
        in Hooks: fn inspect_client_frame(&self, _: &str) -> ClientFrame {
            ClientFrame::Ignore
        }
    },
    delivers_token_to! {
        "only-participants-are-updated" breaks PRM_028:
        "pushes no new token to a person who has not joined.",
        |_, conference, user, to| { to.retain(|_| conference.joined.contains_key(user)); }
    },
    delivers_token_to! {
        "busy-are-updated" breaks PRM_028:
        "pushes a new token to a session that is in another conference.",
        |tenant, conference, user, to| {
            if !conference.joined.contains_key(user) {
                to.clear();
                to.extend(tenant.open_sessions(user).map(|session| session.id.clone()));
            }
        }
    },
    updates_with! {
        "over-update-is-nothing" breaks PRM_029:
        "removes all permissions if an update grants a permission that its author lacks.",
        |asked, held| {
            Standard.grants_of_update(asked, held).or_else(|_| Ok(PermissionSet::new()))
        }
    },
    wrong! {
        "first-of-rest-update" breaks PRM_015:
        "updates only the first person that a REST update names.",
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
        "first-update-counts" breaks PRM_020:
        "grants the permissions of the first SDK update in every further one.",
        remembers { given: Mutex<BTreeMap<String, Value>> }
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            let by = &call.credentials;
            let by = json!([by.authorization, by.session_token, by.conference_token]);
            let conference = json!(call.parameter("conferenceId"));
            edit(call, &["sdk.permissions"], |body| {
                let mut given = locked(&self.given);
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
        "one-amu-for-all" breaks PRM_024:
        "uses the same amu for all token updates.",
        in Wire: fn frame_text(&self, push: &Push) -> String {
            let Push::UpdateToken(update) = push else { return Standard.frame_text(push) };
            let mut update = update.clone();
            update.amu = "amu".into();
            Standard.frame_text(&update.into())
        }
    },
];
