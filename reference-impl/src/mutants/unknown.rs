//! Servers that are wrong about people whom they do not know, or who are not there.

use super::request::{edit, locked};
use super::{Mutant, wrong};
use crate::core::rules::{Hooks, Messages, Sessions};
use crate::core::state::{Conference, Tenant};
use crate::core::{Call, Refusal, SessionId, Standard, UserId};
use invite_spec::error::Failure;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

/// The external ids that a server has met.
#[derive(Debug, Default)]
struct Known(Mutex<BTreeSet<String>>);

impl Known {
    fn meet(&self, tenant: &Tenant, external_id: &str) -> Option<UserId> {
        locked(&self.0).insert(external_id.to_owned());
        Standard.person_with_external_id(tenant, external_id)
    }

    fn has(&self, external_id: &str) -> bool {
        locked(&self.0).contains(external_id)
    }
}

/// A server that carries out a request for those whom it knows, and then refuses it for the others. The
/// block says whether there are others.
macro_rules! refuses_the_unknown_late {
    (
        $name:literal breaks $breaks:ident: $does:literal,
        $operation:literal |$body:ident, $known:ident| $mend:block
    ) => {
        wrong! {
            $name breaks $breaks: $does,
            remembers { known: Known, late: AtomicBool }
            in Sessions: fn person_with_external_id(
                &self,
                tenant: &Tenant,
                external_id: &str,
            ) -> Option<UserId> {
                self.known.meet(tenant, external_id)
            }
            in Hooks: fn rewrite_call(&self, call: &mut Call) {
                let $known = &self.known;
                let mut late = false;
                edit(call, &[$operation], |$body| late = $mend);
                self.late.store(late, Ordering::Relaxed);
            }
            fn rewrite_result(
                &self,
                _: &Call,
                result: Result<Value, Refusal>,
            ) -> Result<Value, Refusal> {
                if self.late.swap(false, Ordering::Relaxed) {
                    return Err(Refusal::new(Failure::NoSuchParticipant, "somebody is unknown"));
                }
                result
            }
        }
    };
}

pub(super) const WRONG: &[Mutant] = &[
    wrong! {
        "message-for-the-unknown-is-for-all" breaks MSG_007:
        "sends a message by REST to everybody if it knows none of those named.",
        in Messages: fn recipients_of_rest_message(
            &self,
            tenant: &Tenant,
            conference: &Conference,
            from: &UserId,
            to: Option<&[String]>,
        ) -> Vec<SessionId> {
            let known = to.into_iter().flatten().filter(|id| tenant.by_external_id(id).is_some());
            let known: Vec<String> = known.cloned().collect();
            Standard.recipients_of_rest_message(tenant, conference, from, Some(&known))
        }
    },
    wrong! {
        "message-for-the-absent-is-for-all" breaks MSG_007:
        "sends a message by REST to everybody if none of those named has joined.",
        in Messages: fn recipients_of_rest_message(
            &self,
            tenant: &Tenant,
            conference: &Conference,
            from: &UserId,
            to: Option<&[String]>,
        ) -> Vec<SessionId> {
            let is_here = |id: &&String| {
                tenant.by_external_id(id).is_some_and(|it| conference.joined.contains_key(&it.id))
            };
            let here: Vec<String> = to.into_iter().flatten().filter(is_here).cloned().collect();
            Standard.recipients_of_rest_message(tenant, conference, from, Some(&here))
        }
    },
    wrong! {
        "one-unknown-silences-a-message" breaks MSG_007:
        "accepts a message by REST to somebody unknown among others, and sends it to nobody.",
        in Messages: fn recipients_of_rest_message(
            &self,
            tenant: &Tenant,
            conference: &Conference,
            from: &UserId,
            to: Option<&[String]>,
        ) -> Vec<SessionId> {
            let mut named = to.into_iter().flatten();
            if named.any(|id| tenant.by_external_id(id).is_none()) {
                return Vec::new();
            }
            Standard.recipients_of_rest_message(tenant, conference, from, to)
        }
    },
    wrong! {
        "kick-stops-at-the-unknown" breaks KCK_001:
        "kicks those before the first unknown person in a REST kick, and answers success.",
        remembers { known: Known }
        in Sessions: fn person_with_external_id(
            &self,
            tenant: &Tenant,
            external_id: &str,
        ) -> Option<UserId> {
            self.known.meet(tenant, external_id)
        }
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            edit(call, &["rest.kick"], |body| {
                if let Some(list) = body.get_mut("externalIds").and_then(Value::as_array_mut) {
                    let is_unknown = |it: &Value| it.as_str().is_some_and(|id| !self.known.has(id));
                    list.truncate(list.iter().position(is_unknown).unwrap_or(list.len()));
                }
            });
        }
    },
    refuses_the_unknown_late! {
        "refuses-a-kick-of-the-unknown-late" breaks KCK_001:
        "kicks all but the unknown people in a REST kick, and then refuses it for these.",
        "rest.kick" |body, known| {
            let list = body["externalIds"].as_array().into_iter().flatten();
            list.filter_map(Value::as_str).any(|id| !known.has(id))
        }
    },
    refuses_the_unknown_late! {
        "refuses-an-update-of-the-unknown-late" breaks PRM_016:
        "updates all but the unknown people in a REST update, and then refuses it for these.",
        "rest.permissions" |body, known| {
            let people = body.get_mut("participants").and_then(Value::as_object_mut);
            people.is_some_and(|people| {
                let all = people.len();
                people.retain(|id, _| known.has(id));
                people.len() < all
            })
        }
    },
];
