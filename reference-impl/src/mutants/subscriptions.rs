//! Servers with wrong subscriptions and notifications.

use super::request::{do_nothing, edit, locked};
use super::{Mutant, wrong};
use crate::core::rules::{Hooks, Sessions, Subscriptions};
use crate::core::state::{Conference, Session, Tenant, Topic};
use crate::core::{Call, Delivery, SessionId, Standard};
use invite_spec::endpoint::Operation;
use invite_spec::participant::ParticipantStatus;
use invite_spec::push::{Push, StatusParticipant};
use invite_spec::sdk::subscriptions::SubscriptionType;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

/// A server that notifies nobody about one type of event.
macro_rules! never_notifies {
    ($name:literal breaks $breaks:ident: $does:literal, $kind:ident) => {
        wrong! {
            $name breaks $breaks: $does,
            in Subscriptions: fn recipients_of_notification(
                &self,
                tenant: &Tenant,
                alias_key: &str,
                kind: &SubscriptionType,
            ) -> Vec<SessionId> {
                if *kind == SubscriptionType::$kind {
                    return Vec::new();
                }
                Standard.recipients_of_notification(tenant, alias_key, kind)
            }
        }
    };
}

pub(super) const WRONG: &[Mutant] = &[
    never_notifies! {
        "created-unheard" breaks SUB_004:
        "notifies no subscriber that a conference is created.", ConferenceCreated
    },
    never_notifies! {
        "ended-unheard" breaks SUB_005:
        "notifies no subscriber that a conference has ended.", ConferenceEnded
    },
    never_notifies! {
        "joined-unheard" breaks SUB_006:
        "notifies no subscriber that somebody has joined.", ParticipantJoined
    },
    never_notifies! {
        "left-unheard" breaks SUB_007:
        "notifies no subscriber that somebody has left.", ParticipantLeft
    },
    wrong! {
        "status-of-the-awaited-is-inside" breaks PRT_017:
        "tells a new subscriber that those who were invited are inside.",
        in Hooks: fn rewrite_deliveries(
            &self,
            tenant: &Tenant,
            mut deliveries: Vec<Delivery>,
        ) -> Vec<Delivery> {
            for delivery in &mut deliveries {
                let Push::ConferenceStatusNotification(status) = &mut delivery.push else { continue };
                let is_it = |it: &&Conference| Some(it.id.as_str()) == status.conf_id.as_deref();
                let Some(conference) = tenant.conferences.values().find(is_it) else { continue };
                let awaited = conference.memberships.iter().filter(|(_, membership)| {
                    membership.status == Some(ParticipantStatus::Reserved)
                });
                status.participants.extend(awaited.map(|(user, _)| StatusParticipant {
                    user_id: Some(user.as_str().to_owned()),
                    status: Some(ParticipantStatus::OnAir),
                    ..StatusParticipant::default()
                }));
            }
            deliveries
        }
    },
    wrong! {
        "status-untold" breaks SUB_008:
        "does not send a new subscriber the status of the conference.",
        in Hooks: fn rewrite_deliveries(
            &self,
            _: &Tenant,
            mut deliveries: Vec<Delivery>,
        ) -> Vec<Delivery> {
            deliveries.retain(|it| !matches!(it.push, Push::ConferenceStatusNotification(_)));
            deliveries
        }
    },
    wrong! {
        "subscribed-to-all" breaks SUB_009:
        "notifies every subscriber about every event.",
        in Subscriptions: fn recipients_of_notification(
            &self,
            tenant: &Tenant,
            _: &str,
            _: &SubscriptionType,
        ) -> Vec<SessionId> {
            let subscribers: BTreeSet<_> = tenant.subscribers.values().flatten().collect();
            subscribers.into_iter().cloned().collect()
        }
    },
    wrong! {
        "subscribed-in-every-application" breaks APP_005:
        "notifies the subscribers to an alias in every application.",
        remembers { subscribers: Mutex<BTreeMap<String, BTreeMap<Topic, BTreeSet<SessionId>>>> }
        in Hooks: fn rewrite_deliveries(
            &self,
            tenant: &Tenant,
            deliveries: Vec<Delivery>,
        ) -> Vec<Delivery> {
            let mut all = locked(&self.subscribers);
            all.insert(tenant.application.key.clone(), tenant.subscribers.clone());
            deliveries
        }
        in Subscriptions: fn recipients_of_notification(
            &self,
            tenant: &Tenant,
            alias_key: &str,
            kind: &SubscriptionType,
        ) -> Vec<SessionId> {
            let mut to = Standard.recipients_of_notification(tenant, alias_key, kind);
            let topic: Topic = (alias_key.to_owned(), kind.as_str().to_owned());
            let all = locked(&self.subscribers);
            to.extend(all.values().filter_map(|it| it.get(&topic)).flatten().cloned());
            to.sort();
            to.dedup();
            to
        }
    },
    wrong! {
        "subscribed-for-good" breaks SUB_009:
        "keeps notifying sessions that have unsubscribed.",
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            edit(call, &["sdk.unsubscribe"], |body| body["subscriptions"] = json!([]))
        }
    },
    wrong! {
        "subscribes-once" breaks SUB_008:
        "ignores every subscription of a session but the first.",
        remembers { subscribed: Mutex<BTreeSet<String>> }
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            let mut subscribed = locked(&self.subscribed);
            if call.endpoint.operation == Operation::Subscribe
                && let Some(session) = call.credentials.session_token.clone()
                && !subscribed.insert(session)
            {
                do_nothing(call);
            }
        }
    },
    wrong! {
        "unsubscribes-from-whole-alias" breaks SUB_006:
        "ends all subscriptions to an alias when one of them ends.",
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            edit(call, &["sdk.unsubscribe"], |body| {
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
        "first-of-unsubscribe" breaks SUB_009:
        "ends only the first of the subscriptions that a client names.",
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            edit(call, &["sdk.unsubscribe"], |body| {
                let list = body.get_mut("subscriptions").and_then(Value::as_array_mut);
                list.into_iter().for_each(|list| list.truncate(1));
            })
        }
    },
    wrong! {
        "subscribes-by-first-spelling" breaks CNF_007:
        "compares the aliases of subscriptions with regard to case.",
        remembers { spelled: Mutex<BTreeMap<String, String>> }
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            edit(call, &["sdk.subscribe"], |body| {
                let mut spelled = locked(&self.spelled);
                let list = body.get_mut("subscriptions").and_then(Value::as_array_mut);
                for subscription in list.into_iter().flatten() {
                    let Some(alias) = subscription["conferenceAlias"].as_str() else { continue };
                    let first = spelled.entry(alias.to_lowercase()).or_insert(alias.to_owned());
                    if first != alias {
                        subscription["conferenceAlias"] = json!(format!("{alias} in this case"));
                    }
                }
            })
        }
    },
    wrong! {
        "busy-unnotified" breaks SUB_006:
        "does not notify sessions that are in a conference.",
        in Subscriptions: fn recipients_of_notification(
            &self,
            tenant: &Tenant,
            alias_key: &str,
            kind: &SubscriptionType,
        ) -> Vec<SessionId> {
            let mut to = Standard.recipients_of_notification(tenant, alias_key, kind);
            to.retain(|id| tenant.sessions.get(id).is_some_and(|it| it.joined.is_none()));
            to
        }
    },
    wrong! {
        "subscription-lost-with-socket" breaks SUB_004:
        "does not notify sessions that have reconnected.",
        remembers { opened: Mutex<BTreeMap<SessionId, u32>> }
        in Sessions: fn deliveries_on_open(
            &self,
            tenant: &Tenant,
            session: &Session,
        ) -> Vec<Delivery> {
            let mut opened = locked(&self.opened);
            *opened.entry(session.id.clone()).or_default() += 1;
            Standard.deliveries_on_open(tenant, session)
        }
        in Subscriptions: fn recipients_of_notification(
            &self,
            tenant: &Tenant,
            alias_key: &str,
            kind: &SubscriptionType,
        ) -> Vec<SessionId> {
            let opened = locked(&self.opened);
            let mut to = Standard.recipients_of_notification(tenant, alias_key, kind);
            to.retain(|id| opened.get(id).is_none_or(|times| *times < 2));
            to
        }
    },
    wrong! {
        "notified-once" breaks SUB_004:
        "notifies a subscriber only about the first event of each kind.",
        remembers { notified: Mutex<BTreeSet<(SessionId, String, String)>> }
        in Subscriptions: fn recipients_of_notification(
            &self,
            tenant: &Tenant,
            alias_key: &str,
            kind: &SubscriptionType,
        ) -> Vec<SessionId> {
            let mut notified = locked(&self.notified);
            let mut to = Standard.recipients_of_notification(tenant, alias_key, kind);
            to.retain(|id| {
                notified.insert((id.clone(), alias_key.to_owned(), kind.as_str().to_owned()))
            });
            to
        }
    },
];
