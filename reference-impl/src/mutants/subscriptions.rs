//! Wrong with subscriptions.

use super::request::{edited, nothing};
use super::{Mutant, wrong};
use crate::core::state::{Session, Tenant};
use crate::core::{Call, Delivery, Rules, SessionId, Standard};
use invite_spec::sdk::subscriptions::SubscriptionType;
use serde_json::{Value, json};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

/// A server that notifies nobody of one kind of event.
macro_rules! never_notifies {
    ($name:literal breaks $breaks:literal: $does:literal, $kind:ident) => {
        wrong! {
            $name breaks $breaks: $does,
            fn is_notified(
                &self,
                tenant: &Tenant,
                alias_key: &str,
                kind: &SubscriptionType,
            ) -> Vec<SessionId> {
                if *kind == SubscriptionType::$kind {
                    return Vec::new();
                }
                Standard.is_notified(tenant, alias_key, kind)
            }
        }
    };
}

pub(super) const WRONG: &[Mutant] = &[
    never_notifies! {
        "created-unheard" breaks "SUB-004":
        "notifies no subscriber that a conference is created.", ConferenceCreated
    },
    never_notifies! {
        "ended-unheard" breaks "SUB-005":
        "notifies no subscriber that a conference has ended.", ConferenceEnded
    },
    never_notifies! {
        "joined-unheard" breaks "SUB-006":
        "notifies no subscriber that somebody has joined.", ParticipantJoined
    },
    never_notifies! {
        "left-unheard" breaks "SUB-007":
        "notifies no subscriber that somebody has left.", ParticipantLeft
    },
    wrong! {
        "status-untold" breaks "SUB-008":
        "does not tell a new subscriber how the conference stands.",
        fn tells_status(&self) -> bool {
            false
        }
    },
    wrong! {
        "subscribed-to-all" breaks "SUB-009":
        "notifies whoever subscribed to anything of everything.",
        fn is_notified(&self, tenant: &Tenant, _: &str, _: &SubscriptionType) -> Vec<SessionId> {
            let subscribers: BTreeSet<_> = tenant.subscribers.values().flatten().collect();
            subscribers.into_iter().cloned().collect()
        }
    },
    wrong! {
        "subscribed-for-good" breaks "SUB-009":
        "goes on notifying somebody who has unsubscribed.",
        fn takes<'c>(&self, call: &'c Call) -> Cow<'c, Call> {
            edited(call, &["sdk.unsubscribe"], |body| body["subscriptions"] = json!([]))
        }
    },
    wrong! {
        "subscribes-once" breaks "SUB-008":
        "takes no further subscriptions of a session that has some.",
        remembers { subscribed: Mutex<BTreeSet<String>> }
        fn takes<'c>(&self, call: &'c Call) -> Cow<'c, Call> {
            let mut subscribed = self.subscribed.lock().unwrap_or_else(PoisonError::into_inner);
            match &call.credentials.session_token {
                Some(session) if call.endpoint.operation == "sdk.subscribe" => {
                    if subscribed.insert(session.clone()) { Cow::Borrowed(call) } else { nothing(call) }
                }
                _ => Cow::Borrowed(call),
            }
        }
    },
    wrong! {
        "unsubscribes-from-whole-alias" breaks "SUB-006":
        "ends all subscriptions to an alias when one of them ends.",
        fn takes<'c>(&self, call: &'c Call) -> Cow<'c, Call> {
            edited(call, &["sdk.unsubscribe"], |body| {
                let Some(list) = body["subscriptions"].as_array().cloned() else { return };
                let kinds = [
                    SubscriptionType::ConferenceCreated,
                    SubscriptionType::ConferenceEnded,
                    SubscriptionType::ParticipantJoined,
                    SubscriptionType::ParticipantLeft,
                ];
                let all = list.iter().flat_map(|ended| {
                    kinds.iter().map(|kind| {
                        json!({
                            "type": kind.as_str(),
                            "conferenceAlias": ended["conferenceAlias"],
                        })
                    })
                });
                body["subscriptions"] = all.collect();
            })
        }
    },
    wrong! {
        "first-of-unsubscribe" breaks "SUB-009":
        "ends only the first of the subscriptions that a client names.",
        fn takes<'c>(&self, call: &'c Call) -> Cow<'c, Call> {
            edited(call, &["sdk.unsubscribe"], |body| {
                let list = body.get_mut("subscriptions").and_then(Value::as_array_mut);
                list.into_iter().for_each(|list| list.truncate(1));
            })
        }
    },
    wrong! {
        "subscribes-by-first-spelling" breaks "CNF-007":
        "takes an alias in a subscription for another when it is spelled in another case.",
        remembers { spelled: Mutex<BTreeMap<String, String>> }
        fn takes<'c>(&self, call: &'c Call) -> Cow<'c, Call> {
            edited(call, &["sdk.subscribe"], |body| {
                let mut spelled = self.spelled.lock().unwrap_or_else(PoisonError::into_inner);
                let list = body.get_mut("subscriptions").and_then(Value::as_array_mut);
                for subscription in list.into_iter().flatten() {
                    let Some(alias) = subscription["conferenceAlias"].as_str() else { continue };
                    let first = spelled.entry(alias.to_lowercase()).or_insert(alias.to_owned());
                    if first != alias {
                        subscription["conferenceAlias"] = json!(format!("{alias}, spelled so"));
                    }
                }
            })
        }
    },
    wrong! {
        "busy-unnotified" breaks "SUB-006":
        "notifies nobody who is in a conference.",
        fn is_notified(
            &self,
            tenant: &Tenant,
            alias_key: &str,
            kind: &SubscriptionType,
        ) -> Vec<SessionId> {
            let mut to = Standard.is_notified(tenant, alias_key, kind);
            to.retain(|id| tenant.sessions.get(id).is_some_and(|it| it.joined.is_none()));
            to
        }
    },
    wrong! {
        "subscription-lost-with-socket" breaks "SUB-004":
        "notifies nobody whose socket was lost and came back.",
        remembers { opened: Mutex<BTreeMap<SessionId, u32>> }
        fn pushed_on_open(&self, tenant: &Tenant, session: &Session) -> Vec<Delivery> {
            let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
            *opened.entry(session.id.clone()).or_default() += 1;
            Standard.pushed_on_open(tenant, session)
        }
        fn is_notified(
            &self,
            tenant: &Tenant,
            alias_key: &str,
            kind: &SubscriptionType,
        ) -> Vec<SessionId> {
            let opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
            let mut to = Standard.is_notified(tenant, alias_key, kind);
            to.retain(|id| opened.get(id).is_none_or(|times| *times < 2));
            to
        }
    },
    wrong! {
        "notified-once" breaks "SUB-004":
        "notifies a subscriber only the first time that something happens.",
        remembers { told: Mutex<BTreeSet<(SessionId, String, String)>> }
        fn is_notified(
            &self,
            tenant: &Tenant,
            alias_key: &str,
            kind: &SubscriptionType,
        ) -> Vec<SessionId> {
            let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
            let mut to = Standard.is_notified(tenant, alias_key, kind);
            to.retain(|id| {
                told.insert((id.clone(), alias_key.to_owned(), kind.as_str().to_owned()))
            });
            to
        }
    },
];
