//! Servers that take a session for its person or a person for one session, and servers that are
//! wrong when two calls about one person come at once.

use super::request::{do_nothing, edit, is, refuse, unchecked};
use super::{Mutant, skips_access_checks, wrong};
use crate::core::rules::{
    Access, Announcements, Hooks, Invitation, Inviting, Joining, Messages, Subscriptions,
};
use crate::core::state::{Conference, Membership, Session, Tenant};
use crate::core::token::Claims;
use crate::core::{Call, Delivery, Refusal, Rules, SessionId, Standard, UserId};
use invite_spec::endpoint::Operation;
use invite_spec::push::Push;
use invite_spec::sdk::subscriptions::SubscriptionType;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Calls that come within this time count as simultaneous: as long as a busy machine may take for
/// two calls that are sent at once.
const AT_ONCE: Duration = Duration::from_secs(1);

/// When something happened last, by its key.
#[derive(Debug, Default)]
struct Last(Mutex<BTreeMap<String, Instant>>);

impl Last {
    /// Whether the same happened just now. It happens again.
    fn is_again(&self, key: impl Into<String>) -> bool {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let earlier = last.insert(key.into(), Instant::now());
        earlier.is_some_and(|earlier| earlier.elapsed() < AT_ONCE)
    }

    fn is_recent(&self, key: &str) -> bool {
        let last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.get(key).is_some_and(|earlier| earlier.elapsed() < AT_ONCE)
    }

    /// Whether another person made the same call about the same conference just now.
    fn is_again_by_another(&self, call: &Call) -> bool {
        self.is_again_by_other_than(&format!("{:?}", person(call)), call.parameter("conferenceId"))
    }

    /// Whether somebody other than this person did the same in this conference just now.
    fn is_again_by_other_than(&self, person: &str, conference: &str) -> bool {
        let by_self = self.is_again(format!("{conference}{person}"));
        self.is_again(conference) && !by_self
    }

    /// Loses this operation where somebody joins the same conference at the same time.
    fn make_miss(&self, call: &mut Call, lost: Operation) {
        self.make_miss_after(Operation::SdkJoin, call, lost);
    }

    /// Loses an operation where another one about the same conference came at the same time.
    fn make_miss_after(&self, other: Operation, call: &mut Call, lost: Operation) {
        let conference = call.parameter("conferenceId").to_owned();
        if call.endpoint.operation == other {
            self.is_again(conference);
        } else if call.endpoint.operation == lost
            && call.body.is_ok()
            && self.is_recent(&conference)
        {
            // A call with the same credentials that changes nothing.
            call.endpoint = Operation::RestParticipants.endpoint();
        }
    }
}

/// The person of the session that calls.
fn person(call: &Call) -> Option<String> {
    unchecked(call.credentials.session_token.as_deref()?)?.sub
}

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
                let mut ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
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
            let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
            let mut to = Standard.recipients_of_notification(tenant, alias_key, kind);
            to.retain(|id| {
                let user = tenant.sessions.get(id).map(|session| session.user.as_str());
                user.is_none_or(|user| !ended.contains(&(user.to_owned(), kind.as_str().to_owned())))
            });
            to
        }
    },
    wrong! {
        "joins-at-once-both-stay" breaks JOIN_018:
        "replaces no session of a person when two of them join at once.",
        remembers { joins: Last }
        in Joining: fn replaced_session(
            &self,
            conference: &Conference,
            session: &Session,
        ) -> Option<SessionId> {
            let again = self.joins.is_again(format!("{:?}{:?}", conference.id, session.user));
            Standard.replaced_session(conference, session).filter(|_| !again)
        }
    },
    wrong! {
        "kick-misses-who-is-joining" breaks KCK_005:
        "does not kick a person who joins at the same time.",
        remembers { joins: Last }
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            self.joins.make_miss(call, Operation::RestKick);
        }
    },
    wrong! {
        "kick-misses-who-is-leaving" breaks KCK_005:
        "does not kick a person who leaves at the same time.",
        remembers { leaving: Last }
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            self.leaving.make_miss_after(Operation::SdkLeave, call, Operation::RestKick);
        }
    },
    wrong! {
        "joins-at-once-unlisted" breaks PRT_009:
        "lists nobody for the second of two people who join at once.",
        remembers { joins: Last }
        in Hooks: fn rewrite_result(
            &self,
            call: &Call,
            mut result: Result<Value, Refusal>,
        ) -> Result<Value, Refusal> {
            if is(call.endpoint, "sdk.join")
                && self.joins.is_again_by_another(call)
                && let Ok(answer) = &mut result
            {
                answer["participants"] = json!([]);
            }
            result
        }
    },
    wrong! {
        "terminate-misses-who-is-joining" breaks CNF_017:
        "does not end a conference that somebody joins at the same time.",
        remembers { joins: Last }
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            self.joins.make_miss(call, Operation::RestTerminate);
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
        "updates-at-once-one-counts" breaks PRM_016:
        "revokes nothing by the second of two updates that come at once.",
        remembers { updates: Last, revoked: Mutex<BTreeMap<String, u64>> }
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            if is(call.endpoint, "rest.permissions") {
                let conference = call.parameter("conferenceId").to_owned();
                if self.updates.is_again(conference.clone()) {
                    let mut revoked = self.revoked.lock().unwrap_or_else(PoisonError::into_inner);
                    *revoked.entry(conference).or_default() += 1;
                }
            }
        }
        in Access: fn is_revoked(&self, claims: &Claims, membership: Option<&Membership>) -> bool {
            let revoked = self.revoked.lock().unwrap_or_else(PoisonError::into_inner);
            let conference = claims.conference_id.as_ref();
            let spared = conference.and_then(|id| revoked.get(id)).copied().unwrap_or(0);
            let current = membership.map_or(0, |membership| membership.generation);
            claims.generation.is_none_or(|generation| generation + spared < current)
        }
    },
    wrong! {
        "invited-at-once-only-once" breaks INV_011:
        "loses the second of two invitations of a person that come at once.",
        remembers { invites: Last }
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            let conference = call.parameter("conferenceId").to_owned();
            if is(call.endpoint, "rest.invite") && self.invites.is_again(conference) {
                edit(call, &["rest.invite"], |body| {
                    for person in super::request::people(body) {
                        person.remove("notification");
                    }
                });
            }
        }
    },
    wrong! {
        "sdk-invitations-at-once-only-one" breaks INV_010:
        "loses the second of two SDK invites that come at once from two participants.",
        remembers { invites: Last }
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            if is(call.endpoint, "sdk.invite") && self.invites.is_again_by_another(call) {
                do_nothing(call);
            }
        }
    },
    wrong! {
        "messages-at-once-only-one" breaks MSG_002:
        "loses the second of two messages that two participants send at once.",
        remembers { sent: Last }
        in Messages: fn recipients_of_sdk_message(
            &self,
            tenant: &Tenant,
            conference: &Conference,
            from: &UserId,
        ) -> Vec<SessionId> {
            if self.sent.is_again_by_other_than(from.as_str(), conference.id.as_str()) {
                return Vec::new();
            }
            Standard.recipients_of_sdk_message(tenant, conference, from)
        }
    },
    wrong! {
        "messages-by-rest-at-once-only-one" breaks MSG_007:
        "loses the second of two messages that come by REST at once.",
        remembers { sent: Last }
        in Messages: fn recipients_of_rest_message(
            &self,
            tenant: &Tenant,
            conference: &Conference,
            from: &UserId,
            to: Option<&[String]>,
        ) -> Vec<SessionId> {
            if self.sent.is_again(conference.id.as_str()) {
                return Vec::new();
            }
            Standard.recipients_of_rest_message(tenant, conference, from, to)
        }
    },
    wrong! {
        "leaves-at-once-only-one" breaks PRT_011:
        "loses the second of two leaves that come at once from two participants.",
        remembers { left: Last }
        in Joining: fn ends_participation(&self, conference: &Conference, leaving: &Session) -> bool {
            Standard.ends_participation(conference, leaving)
                && !self.left.is_again(conference.id.as_str())
        }
    },
    wrong! {
        "kicks-at-once-only-one" breaks KCK_003:
        "loses the second of two kicks that come by REST at once.",
        remembers { kicked: Last }
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            let is_kick = is(call.endpoint, "rest.kick") && call.body.is_ok();
            if is_kick && self.kicked.is_again(call.parameter("conferenceId")) {
                edit(call, &["rest.kick"], |body| body["externalIds"] = json!([]));
            }
        }
    },
    wrong! {
        "subscribes-at-once-only-one" breaks SUB_004:
        "loses the second of two subscribe calls that come at once from one person.",
        remembers { subscribed: Last }
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            let is_it = is(call.endpoint, "sdk.subscribe") && call.body.is_ok();
            if is_it && self.subscribed.is_again(format!("{:?}", person(call))) {
                edit(call, &["sdk.subscribe"], |body| body["subscriptions"] = json!([]));
            }
        }
    },
    wrong! {
        "sdk-updates-at-once-only-one" breaks PRM_018:
        "refuses the second of two SDK updates that come at once from two participants.",
        remembers { updates: Last }
        in Hooks: fn check_call(&self, _: &Tenant, call: &Call) -> Result<(), Refusal> {
            let again = is(call.endpoint, "sdk.permissions")
                && self.updates.is_again_by_another(call);
            if again { refuse() } else { Ok(()) }
        }
    },
    wrong! {
        "leave-undone-by-a-join-at-once" breaks JOIN_020:
        "removes a person from the conference when one session leaves as another one joins.",
        remembers { leaving: Last }
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            let key = format!("{:?}{}", person(call), call.parameter("conferenceId"));
            if is(call.endpoint, "sdk.join") {
                self.leaving.is_again(key);
            } else if is(call.endpoint, "sdk.leave") && self.leaving.is_recent(&key) {
                self.leaving.is_again("now");
            }
        }
        in Joining: fn ends_participation(
            &self,
            conference: &Conference,
            session: &Session,
        ) -> bool {
            let now = self.leaving.is_recent("now") && conference.joined.contains_key(&session.user);
            now || Standard.ends_participation(conference, session)
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
            *self.conference.lock().unwrap_or_else(PoisonError::into_inner) = conference;
        }
        in Inviting: fn effect_of_invitation(&self, membership: Option<&Membership>) -> Invitation {
            let by_sdk = self.conference.lock().unwrap_or_else(PoisonError::into_inner).is_some();
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
            let mut updated = self.updated.lock().unwrap_or_else(PoisonError::into_inner);
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
