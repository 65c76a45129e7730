//! Subscriptions to notifications about conferences, by alias.

use super::authenticate::Caller;
use super::bounds::{TEXT_BYTES, check_items, check_text};
use super::call::{Call, Refusal};
use super::frames;
use super::id::{ConferenceId, SessionId};
use super::keeping::weight_of_topic;
use super::state::Topic;
use super::transaction::{Transaction, respond_empty};
use invite_spec::push::Push;
use invite_spec::sdk::subscriptions::{Request, Subscription, SubscriptionType};
use serde_json::Value;
use std::collections::BTreeMap;

/// A session subscribes.
pub(super) fn subscribe(
    tx: &mut Transaction<'_>,
    call: &Call,
    caller: &Caller,
) -> Result<Value, Refusal> {
    let request: Request = call.read()?;
    check_items("subscriptions", request.subscriptions.len())?;
    let id = caller.session()?.clone();
    let topics = tx.topics(&request);
    for (_, subscription) in &topics {
        check_text("conferenceAlias", Some(&subscription.conference_alias), TEXT_BYTES)?;
    }
    tx.make_room(topics.iter().map(|((key, _), _)| weight_of_topic(key)).sum())?;
    let mut aliases = BTreeMap::new();
    for (topic, subscription) in topics {
        aliases.entry(topic.0.clone()).or_insert_with(|| subscription.conference_alias.clone());
        if tx.tenant.subscribers.entry(topic.clone()).or_default().insert(id.clone()) {
            tx.tenant.weight += weight_of_topic(&topic.0);
        }
        tx.session_mut(&id)?.topics.insert(topic);
    }
    for (key, alias) in aliases {
        let conference = tx.rules.conferences().conference_with_alias(tx.tenant, &key);
        let conference = conference.and_then(|id| tx.tenant.conferences.get(&id));
        let status = frames::conference_status(tx.tenant, conference, &alias);
        tx.deliver(vec![id.clone()], status);
    }
    respond_empty()
}

/// A session unsubscribes.
pub(super) fn unsubscribe(
    tx: &mut Transaction<'_>,
    call: &Call,
    caller: &Caller,
) -> Result<Value, Refusal> {
    let request: Request = call.read()?;
    let id = caller.session()?.clone();
    for (topic, _) in tx.topics(&request) {
        tx.forget_subscriber(&topic, &id);
        tx.session_mut(&id)?.topics.remove(&topic);
    }
    respond_empty()
}

impl Transaction<'_> {
    /// The topics of a request. Unknown types are ignored. So are invitations, which are delivered
    /// without a subscription and whatever is unsubscribed.
    fn topics<'a>(&self, request: &'a Request) -> Vec<(Topic, &'a Subscription)> {
        let known = request.subscriptions.iter().filter(|subscription| {
            !matches!(subscription.kind, SubscriptionType::Other(_))
                && !subscription.conference_alias.is_empty()
        });
        let topic = |subscription: &'a Subscription| {
            let key = self.rules.conferences().alias_key(&subscription.conference_alias);
            ((key, subscription.kind.as_str().to_owned()), subscription)
        };
        known.map(topic).collect()
    }

    /// Removes a subscriber from a topic.
    pub(super) fn forget_subscriber(&mut self, topic: &Topic, id: &SessionId) {
        if let Some(subscribers) = self.tenant.subscribers.get_mut(topic) {
            if subscribers.remove(id) {
                self.tenant.weight = self.tenant.weight.saturating_sub(weight_of_topic(&topic.0));
            }
            if subscribers.is_empty() {
                self.tenant.subscribers.remove(topic);
            }
        }
    }

    /// Notifies the subscribers of this type of event in this conference.
    pub(super) fn notify(
        &mut self,
        id: &ConferenceId,
        kind: &SubscriptionType,
        push: impl Into<Push>,
    ) {
        let conference = self.tenant.conferences.get(id);
        let Some(key) = conference.and_then(|conference| conference.alias_key.as_deref()) else {
            return;
        };
        let to = self.rules.subscriptions().recipients_of_notification(self.tenant, key, kind);
        self.deliver(to, push);
    }
}
