//! Wrong with subscriptions.

use super::request::edited;
use super::{Mutant, wrong};
use crate::core::state::World;
use crate::core::{Call, Rules, SessionId, Standard};
use invite_spec::sdk::subscriptions::SubscriptionType;
use serde_json::json;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A server that notifies nobody of one kind of event.
macro_rules! never_notifies {
    ($name:literal breaks $breaks:literal: $does:literal, $kind:ident) => {
        wrong! {
            $name breaks $breaks: $does,
            fn is_notified(
                &self,
                world: &World,
                alias_key: &str,
                kind: &SubscriptionType,
            ) -> Vec<SessionId> {
                if *kind == SubscriptionType::$kind {
                    return Vec::new();
                }
                Standard.is_notified(world, alias_key, kind)
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
        fn is_notified(&self, world: &World, _: &str, _: &SubscriptionType) -> Vec<SessionId> {
            let subscribers: BTreeSet<_> = world.subscribers.values().flatten().collect();
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
];
