//! Servers with wrong invitations: who may invite, who is invited, and how a request is read.

use super::request::{do_nothing, edit, is, locked, people, profiles};
use super::{Mutant, skips_access_checks, wrong};
use crate::core::rules::{Access, Hooks, Invitation, Inviting};
use crate::core::state::{Conference, Membership, Session, Tenant};
use crate::core::{Call, SessionId, Standard, UserId};
use invite_spec::endpoint::{Endpoint, Operation};
use invite_spec::participant::ParticipantStatus;
use invite_spec::permission::{Permission, PermissionSet};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::sync::Mutex;

/// A server that sends an invitation to some others as well: by the external id of the invitee, and
/// that of somebody else.
macro_rules! rings {
    ($name:literal breaks $breaks:ident: $does:literal, $rings:expr) => {
        wrong! {
            $name breaks $breaks: $does,
            in Inviting: fn recipients_of_invitation(
                &self,
                tenant: &Tenant,
                conference: &Conference,
                user: &UserId,
            ) -> Vec<SessionId> {
                let rings: fn(&str, Option<&str>) -> bool = $rings;
                let mut to = Standard.recipients_of_invitation(tenant, conference, user);
                let invitee = tenant.people.get(user).and_then(|it| it.external_id.as_deref());
                let others = tenant.people.values().filter(|it| it.id != *user);
                let meant = others.filter(|it| {
                    invitee.is_some_and(|invitee| rings(invitee, it.external_id.as_deref()))
                });
                to.extend(meant.flat_map(|it| tenant.open_sessions(&it.id)).map(|it| it.id.clone()));
                to
            }
        }
    };
}

pub(super) const WRONG: &[Mutant] = &[
    wrong! {
        "nested-tokens" breaks INV_002:
        "wraps the tokens of a REST invite in another object.",
        in Hooks: fn rewrite_response(&self, endpoint: &Endpoint, answer: Value) -> Value {
            if is(endpoint, "rest.invite") { json!({ "usersTokens": answer }) } else { answer }
        }
    },
    wrong! {
        "invites-by-name" breaks INV_006:
        "uses the names in an SDK invite as external ids.",
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            edit(call, &["sdk.invite"], |body| {
                for person in profiles(body) {
                    if let Some(name) = person.get("externalName").cloned() {
                        person.insert("externalId".to_owned(), name);
                    }
                }
            })
        }
    },
    wrong! {
        "first-of-sdk-invite" breaks INV_007:
        "invites only the first person that an SDK invite names.",
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            edit(call, &["sdk.invite"], |body| {
                if let Some(people) = body.pointer_mut("/externalProfiles") {
                    people.as_array_mut().into_iter().for_each(|people| people.truncate(1));
                }
            })
        }
    },
    wrong! {
        "first-of-rest-invite" breaks INV_008:
        "invites only the first person that a REST invite names.",
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            edit(call, &["rest.invite"], |body| {
                let people = body.get_mut("participants").and_then(Value::as_object_mut);
                if let Some(people) = people {
                    *people = std::mem::take(people).into_iter().take(1).collect();
                }
            })
        }
    },
    wrong! {
        "rest-invite-never-notifies" breaks INV_011:
        "notifies nobody about a REST invite.",
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            edit(call, &["rest.invite"], |body| {
                people(body).for_each(|person| drop(person.shift_remove("notification")));
            })
        }
    },
    wrong! {
        "rest-create-never-notifies" breaks INV_012:
        "notifies nobody about a REST create.",
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            edit(call, &["rest.create"], |body| {
                people(body).for_each(|person| drop(person.shift_remove("notification")));
            })
        }
    },
    wrong! {
        "notification-whenever-named" breaks INV_013:
        "notifies if `notification` is present, even if it is false.",
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            edit(call, &["rest.create", "rest.invite"], |body| {
                for person in people(body).filter(|it| it.contains_key("notification")) {
                    person.insert("notification".to_owned(), json!(true));
                }
            })
        }
    },
    wrong! {
        "notification-unless-named" breaks INV_014:
        "notifies if `notification` is absent.",
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            edit(call, &["rest.create", "rest.invite"], |body| {
                for person in people(body) {
                    person.entry("notification").or_insert(json!(true));
                }
            })
        }
    },
    wrong! {
        "invites-from-outside" breaks INV_029:
        "lets sessions invite that have not joined.",
        in Access: fn requires_joining(
            &self,
            call: &Call,
            conference: &Conference,
            session: &Session,
        ) -> bool {
            call.endpoint.permission != Some(Permission::Invite)
                && Standard.requires_joining(call, conference, session)
        }
    },
    skips_access_checks! {
        "owner-invites-at-once" breaks INV_029:
        "lets an owner invite before joining, without a token.",
        |call, conference, session| {
            is(call.endpoint, "sdk.invite")
                && conference.owner == session.user
                && !conference.joined.contains_key(&session.user)
                && !session.left.contains(&conference.id)
        }
    },
    skips_access_checks! {
        "invites-after-leaving" breaks INV_030:
        "lets a person who has left keep inviting.",
        |call, conference, session| {
            is(call.endpoint, "sdk.invite") && session.left.contains(&conference.id)
        }
    },
    wrong! {
        "early-invite-lost" breaks INV_031:
        "accepts an invite from a session that has not joined, and invites nobody.",
        remembers { joined: Mutex<BTreeSet<String>> }
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            let session = call.credentials.session_token.clone().unwrap_or_default();
            let mut joined = locked(&self.joined);
            match call.endpoint.operation {
                Operation::SdkJoin => drop(joined.insert(session)),
                Operation::SdkInvite if !joined.contains(&session) => do_nothing(call),
                _ => {}
            }
        }
    },
    wrong! {
        "everybody-invites" breaks INV_032:
        "lets every participant invite.",
        in Access: fn permissions_allow(
            &self,
            held: &PermissionSet,
            endpoint: &Endpoint,
        ) -> bool {
            endpoint.permission == Some(Permission::Invite)
                || Standard.permissions_allow(held, endpoint)
        }
    },
    wrong! {
        "invites-participants" breaks INV_035:
        "invites a participant again.",
        in Inviting: fn effect_of_invitation(&self, membership: Option<&Membership>) -> Invitation {
            match Standard.effect_of_invitation(membership) {
                Invitation::Nothing => Invitation::Again,
                default => default,
            }
        }
    },
    wrong! {
        "reserves-participants" breaks INV_036:
        "gives a participant who is invited again the status RESERVED.",
        in Inviting: fn effect_of_invitation(&self, membership: Option<&Membership>) -> Invitation {
            match Standard.effect_of_invitation(membership) {
                Invitation::Nothing => Invitation::First,
                default => default,
            }
        }
    },
    wrong! {
        "invites-once" breaks INV_037:
        "does nothing if an invitee is invited again.",
        in Inviting: fn effect_of_invitation(&self, membership: Option<&Membership>) -> Invitation {
            match Standard.effect_of_invitation(membership) {
                Invitation::Again => Invitation::Nothing,
                default => default,
            }
        }
    },
    wrong! {
        "gone-for-good" breaks INV_038:
        "does nothing if a person who has left is invited.",
        in Inviting: fn effect_of_invitation(&self, membership: Option<&Membership>) -> Invitation {
            match membership.and_then(|membership| membership.status.as_ref()) {
                Some(ParticipantStatus::Left) => Invitation::Nothing,
                _ => Standard.effect_of_invitation(membership),
            }
        }
    },
    wrong! {
        "all-notified-or-none" breaks INV_013:
        "notifies every person of a REST request if one of them is to be notified.",
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            edit(call, &["rest.create", "rest.invite"], |body| {
                let wanted = |person: &Map<String, Value>| {
                    person.get("notification") == Some(&json!(true))
                };
                if people(body).any(|person| wanted(person)) {
                    people(body).for_each(|person| {
                        person.insert("notification".to_owned(), json!(true));
                    });
                }
            })
        }
    },
    wrong! {
        "notified-by-rest-once" breaks INV_011:
        "notifies a person only about the first REST invite to a conference.",
        remembers { notified: Mutex<BTreeSet<(String, String)>> }
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            let conference = call.parameter("conferenceId").to_owned();
            edit(call, &["rest.invite"], |body| {
                let mut notified = locked(&self.notified);
                let people = body.get_mut("participants").and_then(Value::as_object_mut);
                for (id, person) in people.into_iter().flatten() {
                    if person["notification"] == json!(true)
                        && !notified.insert((conference.clone(), id.clone()))
                    {
                        person["notification"] = json!(false);
                    }
                }
            })
        }
    },
    rings! {
        "null-is-nobody" breaks INV_017:
        "sends an invitation of the external id `null` to whoever has no external id.",
        |named, other| named == "null" && other.is_none()
    },
    rings! {
        "underscore-is-any-letter" breaks INV_017:
        "looks people up by patterns, in which `_` in an external id is any character.",
        |named, other| other.is_some_and(|other| {
            let pairs = || named.chars().zip(other.chars());
            named.chars().count() == other.chars().count()
                && pairs().all(|(wanted, found)| wanted == found || wanted == '_')
        })
    },
];
