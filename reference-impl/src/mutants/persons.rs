//! Servers that take a session for its person, or a person for one session.

use super::request::{edit, is, locked, person, unchecked};
use super::{Mutant, skips_access_checks, wrong};
use crate::core::rules::{Access, Announcements, Hooks, Invitation, Inviting, Subscriptions};
use crate::core::state::{Conference, Membership, Session, Tenant};
use crate::core::{Call, Delivery, SessionId, Standard, UserId};
use invite_spec::push::Push;
use invite_spec::sdk::subscriptions::SubscriptionType;
use std::collections::BTreeSet;
use std::sync::Mutex;

/// The sessions of somebody who is invited, without the one that has joined.
fn all_but_joined(tenant: &Tenant, conference: &Conference, user: &UserId) -> Vec<SessionId> {
    let mut to = Standard.recipients_of_invitation(tenant, conference, user);
    to.retain(|id| conference.joined.get(user) != Some(id));
    to
}

pub(super) const WRONG: &[Mutant] = &[
    wrong! {
        "subscribed-by-person" breaks SUB_009:
        "notifies every session of a person of whom one session has subscribed.",
        in Subscriptions: fn recipients_of_notification(
            &self,
            tenant: &Tenant,
            alias_key: &str,
            kind: &SubscriptionType,
        ) -> Vec<SessionId> {
            let to = Standard.recipients_of_notification(tenant, alias_key, kind);
            let people: BTreeSet<_> =
                to.iter().filter_map(|id| Some(tenant.sessions.get(id)?.user.clone())).collect();
            let sessions = people.iter().flat_map(|user| tenant.open_sessions(user));
            sessions.map(|session| session.id.clone()).collect()
        }
    },
    wrong! {
        "unsubscribed-by-person" breaks SUB_004:
        "notifies no session of a person of whom one session has unsubscribed.",
        remembers { ended: Mutex<BTreeSet<(String, String)>> }
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            let Some(person) = person(call) else { return };
            edit(call, &["sdk.unsubscribe"], |body| {
                let mut ended = locked(&self.ended);
                let list = body["subscriptions"].as_array().into_iter().flatten();
                let kinds = list.filter_map(|it| it["type"].as_str());
                ended.extend(kinds.map(|kind| (person.clone(), kind.to_owned())));
            });
        }
        in Subscriptions: fn recipients_of_notification(
            &self,
            tenant: &Tenant,
            alias_key: &str,
            kind: &SubscriptionType,
        ) -> Vec<SessionId> {
            let ended = locked(&self.ended);
            let mut to = Standard.recipients_of_notification(tenant, alias_key, kind);
            to.retain(|id| {
                let user = tenant.sessions.get(id).map(|session| session.user.as_str());
                user.is_none_or(|user| !ended.contains(&(user.to_owned(), kind.as_str().to_owned())))
            });
            to
        }
    },
    wrong! {
        "kick-told-to-everybody" breaks KCK_007:
        "tells every participant that it was kicked when one was.",
        in Hooks: fn rewrite_deliveries(
            &self,
            tenant: &Tenant,
            mut deliveries: Vec<Delivery>,
        ) -> Vec<Delivery> {
            for delivery in &mut deliveries {
                if matches!(delivery.push, Push::ParticipantKicked(_)) {
                    let rooms = delivery.to.iter().filter_map(|id| tenant.sessions.get(id));
                    let left: BTreeSet<_> = rooms.flat_map(|it| it.left.iter()).collect();
                    let rooms = left.into_iter().filter_map(|id| tenant.conferences.get(id));
                    let others: Vec<_> = rooms.flat_map(Conference::joined_sessions).collect();
                    delivery.to.extend(others);
                }
            }
            deliveries
        }
    },
    wrong! {
        "other-session-of-joined-invited" breaks INV_035:
        "invites the other sessions of a person who has joined, and generates a token.",
        in Inviting: fn effect_of_invitation(&self, membership: Option<&Membership>) -> Invitation {
            match Standard.effect_of_invitation(membership) {
                Invitation::Nothing => Invitation::Again,
                other => other,
            }
        }
        fn recipients_of_invitation(
            &self,
            tenant: &Tenant,
            conference: &Conference,
            user: &UserId,
        ) -> Vec<SessionId> {
            all_but_joined(tenant, conference, user)
        }
    },
    wrong! {
        "other-session-of-joined-rings" breaks INV_036:
        "delivers an SDK invite of a person who has joined to that person's other sessions.",
        remembers { conference: Mutex<Option<String>> }
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            let invites = is(call.endpoint, "sdk.invite");
            let conference = invites.then(|| call.parameter("conferenceId").to_owned());
            *locked(&self.conference) = conference;
        }
        in Inviting: fn effect_of_invitation(&self, membership: Option<&Membership>) -> Invitation {
            let by_sdk = locked(&self.conference).is_some();
            match Standard.effect_of_invitation(membership) {
                Invitation::Nothing if by_sdk => Invitation::Again,
                other => other,
            }
        }
        fn recipients_of_invitation(
            &self,
            tenant: &Tenant,
            conference: &Conference,
            user: &UserId,
        ) -> Vec<SessionId> {
            all_but_joined(tenant, conference, user)
        }
    },
    skips_access_checks! {
        "kicked-act-on" breaks JOIN_026:
        "serves the calls of somebody who was kicked, except joining.",
        |call, conference, session| {
            !is(call.endpoint, "sdk.join")
                && conference.membership(&session.user).is_some_and(Membership::is_kicked)
        }
    },
    skips_access_checks! {
        "revoked-for-one-session" breaks PRM_016:
        "revokes the tokens of a person only in the session that has joined.",
        |call, conference, session| {
            let shown = call.credentials.conference_token.as_deref().and_then(unchecked);
            let own = shown.filter(|claims| Standard.is_token_for(claims, conference, &session.user));
            let elsewhere =
                conference.joined.get(&session.user).is_some_and(|joined| *joined != session.id);
            is(call.endpoint, "sdk.join")
                && elsewhere
                && own.is_some_and(|claims| {
                    Standard.permissions_allow(&claims.permissions(), call.endpoint)
                })
        }
    },
    wrong! {
        "news-for-the-other-sessions" breaks PRT_008:
        "sends participant news to all sessions of the participants.",
        in Announcements: fn recipients_of_news(
            &self,
            tenant: &Tenant,
            conference: &Conference,
            _: &UserId,
        ) -> Vec<SessionId> {
            let sessions = conference.joined.keys().flat_map(|user| tenant.open_sessions(user));
            sessions.map(|session| session.id.clone()).collect()
        }
    },
    wrong! {
        "messages-for-the-other-sessions" breaks MSG_003:
        "sends a message to all sessions of the participants.",
        in Hooks: fn rewrite_deliveries(
            &self,
            tenant: &Tenant,
            mut deliveries: Vec<Delivery>,
        ) -> Vec<Delivery> {
            for delivery in &mut deliveries {
                if matches!(delivery.push, Push::ConferenceMessageReceived(_)) {
                    let users: BTreeSet<_> = delivery
                        .to
                        .iter()
                        .filter_map(|id| Some(tenant.sessions.get(id)?.user.clone()))
                        .collect();
                    let all = users.iter().flat_map(|user| tenant.open_sessions(user));
                    delivery.to = all.map(|session| session.id.clone()).collect();
                }
            }
            deliveries
        }
    },
    wrong! {
        "first-update-lost" breaks PRM_019:
        "loses the first token update of a person.",
        remembers { updated: Mutex<BTreeSet<(SessionId, String)>> }
        in Hooks: fn rewrite_deliveries(
            &self,
            _: &Tenant,
            mut deliveries: Vec<Delivery>,
        ) -> Vec<Delivery> {
            let mut updated = locked(&self.updated);
            let mut seen: BTreeSet<SessionId> = updated.iter().map(|(id, _)| id.clone()).collect();
            for delivery in &mut deliveries {
                let Push::UpdateToken(update) = &delivery.push else { continue };
                delivery.to.retain(|id| {
                    let key = (id.clone(), update.amu.clone());
                    // A repetition of the first one is lost as well.
                    let is_lost = updated.contains(&key) || seen.insert(id.clone());
                    if is_lost {
                        updated.insert(key);
                    }
                    !is_lost
                });
            }
            deliveries
        }
    },
];
