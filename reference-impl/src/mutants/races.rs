//! Servers that are wrong when two calls come at once.

use super::request::{do_nothing, edit, is, locked, people, person, refuse};
use super::{Mutant, wrong};
use crate::core::rules::{Access, Hooks, Joining, Messages};
use crate::core::state::{Conference, Membership, Session, Tenant};
use crate::core::token::Claims;
use crate::core::{Call, Refusal, SessionId, Standard, UserId};
use invite_spec::endpoint::Operation;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Mutex;
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
        let mut last = locked(&self.0);
        let earlier = last.insert(key.into(), Instant::now());
        earlier.is_some_and(|earlier| earlier.elapsed() < AT_ONCE)
    }

    fn is_recent(&self, key: &str) -> bool {
        let last = locked(&self.0);
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

    /// Kicks nobody whom another call, which names people by their external ids, named just now.
    fn spare_from_kick(&self, other: Operation, call: &mut Call) {
        let conference = call.parameter("conferenceId").to_owned();
        let key = |external_id: &str| format!("{conference}/{external_id}");
        if call.endpoint.operation == other {
            let named = call.body.as_ref().ok().and_then(|body| body["participants"].as_object());
            for external_id in named.into_iter().flat_map(|named| named.keys()) {
                self.is_again(key(external_id));
            }
        }
        edit(call, &["rest.kick"], |body| {
            if let Some(kicked) = body.get_mut("externalIds").and_then(Value::as_array_mut) {
                kicked.retain(|id| !id.as_str().is_some_and(|id| self.is_recent(&key(id))));
            }
        });
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

pub(super) const WRONG: &[Mutant] = &[
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
        "kick-misses-who-is-updated" breaks KCK_003:
        "does not kick a person whose permissions change at the same time.",
        remembers { updated: Last }
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            self.updated.spare_from_kick(Operation::RestPermissions, call);
        }
    },
    wrong! {
        "message-lost-as-somebody-leaves" breaks MSG_002:
        "loses a message that is sent when somebody leaves.",
        remembers { left: Last }
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            let conference = call.parameter("conferenceId").to_owned();
            if is(call.endpoint, "sdk.leave") {
                self.left.is_again(conference);
            } else if is(call.endpoint, "sdk.send") && self.left.is_recent(&conference) {
                do_nothing(call);
            }
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
        "updates-at-once-one-counts" breaks PRM_016:
        "revokes nothing by the second of two updates that come at once.",
        remembers { updates: Last, revoked: Mutex<BTreeMap<String, u64>> }
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            if is(call.endpoint, "rest.permissions") {
                let conference = call.parameter("conferenceId").to_owned();
                if self.updates.is_again(conference.clone()) {
                    let mut revoked = locked(&self.revoked);
                    *revoked.entry(conference).or_default() += 1;
                }
            }
        }
        in Access: fn is_revoked(&self, claims: &Claims, membership: Option<&Membership>) -> bool {
            let revoked = locked(&self.revoked);
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
                    for person in people(body) {
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
];
