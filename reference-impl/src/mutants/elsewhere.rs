//! Servers with bugs of a server that was written from the specification alone.

use super::request::{each_permissions, edit, field, is, locked, unchecked};
use super::{Mutant, wrong};
use crate::core::rules::{Access, Announcements, Conferences, Hooks, Inviting};
use crate::core::state::{Conference, Membership, Session, Tenant};
use crate::core::token::Claims;
use crate::core::{Call, Delivery, Refusal, SessionId, Standard, UserId};
use invite_spec::participant::{ParticipantStatus, ParticipantType};
use invite_spec::permission::{Permission, PermissionSet, RequestedPermissions};
use invite_spec::push::Push;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

/// A server in which a client may claim some external ids that are not the one of its token: it gets
/// that of the token.
macro_rules! takes_for_the_same {
    ($name:literal: $does:literal, $is_same:expr) => {
        wrong! {
            $name breaks SES_006: $does,
            in Hooks: fn rewrite_call(&self, call: &mut Call) {
                let is_same: fn(&str, &str) -> bool = $is_same;
                let shown = call.credentials.authorization.as_deref();
                let own = shown.and_then(|it| unchecked(it.split_once(' ')?.1)?.external_id);
                let Some(own) = own else { return };
                edit(call, &["sdk.identify"], |body| {
                    if body["externalId"].as_str().is_some_and(|claimed| is_same(&own, claimed)) {
                        body["externalId"] = own.into();
                    }
                });
            }
        }
    };
}

/// A server that pushes some frames to each session once, and never again.
macro_rules! pushes_once {
    ($name:literal breaks $breaks:ident: $does:literal, $push:pat => $text:expr) => {
        wrong! {
            $name breaks $breaks: $does,
            remembers { pushed: Mutex<BTreeSet<(SessionId, String)>> }
            in Hooks: fn rewrite_deliveries(
                &self,
                _: &Tenant,
                mut deliveries: Vec<Delivery>,
            ) -> Vec<Delivery> {
                for delivery in &mut deliveries {
                    if let $push = &delivery.push {
                        let text = $text;
                        let mut pushed = locked(&self.pushed);
                        delivery.to.retain(|to| pushed.insert((to.clone(), text.clone())));
                    }
                }
                deliveries
            }
        }
    };
}

pub(super) const WRONG: &[Mutant] = &[
    takes_for_the_same! {
        "external-ids-by-their-beginning":
        "lets a client claim an external id that begins with that of its token.",
        |own, claimed| claimed.starts_with(own)
    },
    takes_for_the_same! {
        "external-ids-as-numbers":
        "lets a client claim an external id that is the same number as that of its token.",
        |own, claimed| own.parse::<u64>().is_ok_and(|own| claimed.parse() == Ok(own))
    },
    wrong! {
        "dashes-are-underscores" breaks CNF_006:
        "takes a dash in an alias for an underscore.",
        in Conferences: fn alias_key(&self, alias: &str) -> String {
            Standard.alias_key(alias).replace('-', "_")
        }
    },
    wrong! {
        "existing-conferences-ring-nobody" breaks INV_012:
        "notifies nobody whom a REST create names if it finds its conference.",
        remembers { is_found: AtomicBool }
        in Hooks: fn check_call(&self, tenant: &Tenant, call: &Call) -> Result<(), Refusal> {
            let alias = field(call, "/alias").and_then(Value::as_str);
            let found = alias.and_then(|it| tenant.aliases.get(&Standard.alias_key(it)));
            let is_found = found.is_some() && is(call.endpoint, "rest.create");
            self.is_found.store(is_found, Ordering::Relaxed);
            Standard.check_call(tenant, call)
        }
        in Inviting: fn recipients_of_invitation(
            &self,
            tenant: &Tenant,
            conference: &Conference,
            user: &UserId,
        ) -> Vec<SessionId> {
            match self.is_found.load(Ordering::Relaxed) {
                true => Vec::new(),
                false => Standard.recipients_of_invitation(tenant, conference, user),
            }
        }
    },
    wrong! {
        "switches-without-a-token" breaks JOIN_010:
        "asks for no conference access token of somebody who has joined by another session.",
        in Access: fn requires_conference_token(
            &self,
            call: &Call,
            conference: &Conference,
            session: &Session,
        ) -> bool {
            let is_switch =
                is(call.endpoint, "sdk.join") && conference.joined.contains_key(&session.user);
            !is_switch && Standard.requires_conference_token(call, conference, session)
        }
    },
    wrong! {
        "kicks-listeners-unawares" breaks KCK_003:
        "does not tell a listener about a kick.",
        in Announcements: fn recipient_of_kick(
            &self,
            tenant: &Tenant,
            conference: &Conference,
            user: &UserId,
        ) -> Option<SessionId> {
            let role = conference.membership(user).and_then(|it| it.role.as_ref());
            let told = Standard.recipient_of_kick(tenant, conference, user);
            told.filter(|_| role != Some(&ParticipantType::Listener))
        }
    },
    wrong! {
        "frames-below-64-kib" breaks MSG_008:
        "drops a message whose frame has more than 65,535 bytes.",
        in Hooks: fn rewrite_deliveries(
            &self,
            _: &Tenant,
            mut deliveries: Vec<Delivery>,
        ) -> Vec<Delivery> {
            deliveries.retain(|delivery| {
                let frame = serde_json::to_string(&delivery.push).unwrap_or_default();
                !matches!(delivery.push, Push::ConferenceMessageReceived(_)) || frame.len() < 65_536
            });
            deliveries
        }
    },
    pushes_once! {
        "same-message-once" breaks MSG_002:
        "takes a message that is sent again for one that it has delivered.",
        Push::ConferenceMessageReceived(message) => message.message.clone()
    },
    pushes_once! {
        "status-once" breaks SUB_008:
        "tells a session of the status of a conference only once.",
        Push::ConferenceStatusNotification(status) => {
            serde_json::to_value(status).unwrap_or_default()["conference"]["confId"].to_string()
        }
    },
    wrong! {
        "owner-token-before-joining" breaks CNF_012:
        "gives an owner who has joined no owner token again.",
        in Conferences: fn gets_owner_token(
            &self,
            conference: &Conference,
            creator: &UserId,
        ) -> bool {
            Standard.gets_owner_token(conference, creator)
                && !conference.joined.contains_key(creator)
        }
    },
    wrong! {
        "owner-token-for-participants" breaks TOK_011:
        "gives an owner token to a participant who creates the conference again.",
        in Conferences: fn gets_owner_token(
            &self,
            conference: &Conference,
            creator: &UserId,
        ) -> bool {
            let has_joined = conference.protected && conference.joined.contains_key(creator);
            has_joined || Standard.gets_owner_token(conference, creator)
        }
    },
    wrong! {
        "eleven-of-twelve" breaks PRM_007:
        "leaves one out if an invitation names all permissions.",
        in Inviting: fn grants_of_invitation(
            &self,
            requested: &RequestedPermissions,
            held: Option<&PermissionSet>,
        ) -> Result<PermissionSet, Refusal> {
            let mut granted = Standard.grants_of_invitation(requested, held)?;
            if granted.len() == Permission::ALL.len() {
                granted.remove(&Permission::Stream);
            }
            Ok(granted)
        }
    },
    wrong! {
        "permissions-in-any-case" breaks PRM_009:
        "knows permissions in whatever case they are written.",
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            edit(call, &["rest.create", "rest.invite"], |body| {
                each_permissions(body, |list| {
                    for name in list.as_array_mut().into_iter().flatten() {
                        if let Value::String(name) = name {
                            name.make_ascii_uppercase();
                        }
                    }
                });
            });
        }
    },
    wrong! {
        "permissions-carry-over" breaks PRM_001:
        "gives somebody without permissions in an SDK invite those of the one before.",
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            edit(call, &["sdk.invite"], |body| {
                let mut last = None;
                let profiles = body.get_mut("externalProfiles").and_then(Value::as_array_mut);
                for profile in profiles.into_iter().flatten() {
                    match (profile.get("permissions").cloned(), &last) {
                        (Some(own), _) => last = Some(own),
                        (None, Some(before)) => profile["permissions"] = before.clone(),
                        (None, None) => {}
                    }
                }
            });
        }
    },
    wrong! {
        "updates-nobody-who-has-left" breaks PRM_016:
        "accepts the earlier tokens of somebody who has left, whatever was updated.",
        in Access: fn is_revoked(&self, claims: &Claims, membership: Option<&Membership>) -> bool {
            let has_left =
                membership.is_some_and(|it| it.status == Some(ParticipantStatus::Left));
            !has_left && Standard.is_revoked(claims, membership)
        }
    },
];
