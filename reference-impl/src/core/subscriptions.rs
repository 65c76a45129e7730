//! Subscriptions to notifications about conferences, by alias.

use super::authenticate::Caller;
use super::call::{Call, Refusal};
use super::frames;
use super::id::{ConferenceId, SessionId};
use super::state::Topic;
use super::turn::{Turn, done};
use invite_spec::push::Push;
use invite_spec::sdk::subscriptions::{Request, Subscription, SubscriptionType};
use serde_json::Value;
use std::collections::BTreeMap;

/// A session subscribes.
pub(super) fn subscribe(
    turn: &mut Turn<'_>,
    call: &Call,
    caller: &Caller,
) -> Result<Value, Refusal> {
    let request: Request = call.read()?;
    let id = caller.session()?.clone();
    let mut aliases = BTreeMap::new();
    for (topic, subscription) in turn.topics(&request) {
        aliases.entry(topic.0.clone()).or_insert_with(|| subscription.conference_alias.clone());
        turn.world.subscribers.entry(topic.clone()).or_default().insert(id.clone());
        turn.session_mut(&id)?.topics.insert(topic);
    }
    if turn.rules.tells_status() {
        for (key, alias) in aliases {
            let conference = turn.rules.found_by_alias(turn.world, &key);
            let conference = conference.and_then(|id| turn.world.conferences.get(&id));
            let status = frames::conference_status(turn.world, conference, &alias);
            turn.deliver(vec![id.clone()], status);
        }
    }
    done()
}

/// A session unsubscribes.
pub(super) fn unsubscribe(
    turn: &mut Turn<'_>,
    call: &Call,
    caller: &Caller,
) -> Result<Value, Refusal> {
    let request: Request = call.read()?;
    let id = caller.session()?.clone();
    for (topic, _) in turn.topics(&request) {
        turn.forget_subscriber(&topic, &id);
        turn.session_mut(&id)?.topics.remove(&topic);
    }
    done()
}

impl Turn<'_> {
    /// What is subscribed to. Kinds that the server does not know are left out, invitations among
    /// them: those need no subscription, and end with none.
    fn topics<'a>(&self, request: &'a Request) -> Vec<(Topic, &'a Subscription)> {
        let known = request.subscriptions.iter().filter(|subscription| {
            !matches!(subscription.kind, SubscriptionType::Other(_))
                && !subscription.conference_alias.is_empty()
        });
        let topic = |subscription: &'a Subscription| {
            let key = self.rules.alias_key(&subscription.conference_alias);
            ((key, subscription.kind.as_str().to_owned()), subscription)
        };
        known.map(topic).collect()
    }

    /// Forgets that a session subscribed to something.
    pub(super) fn forget_subscriber(&mut self, topic: &Topic, id: &SessionId) {
        if let Some(subscribers) = self.world.subscribers.get_mut(topic) {
            subscribers.remove(id);
            if subscribers.is_empty() {
                self.world.subscribers.remove(topic);
            }
        }
    }

    /// Notifies who subscribed to this kind of event of this conference.
    pub(super) fn notify(
        &mut self,
        id: &ConferenceId,
        kind: &SubscriptionType,
        push: impl Into<Push>,
    ) {
        let conference = self.world.conferences.get(id);
        let Some(key) = conference.and_then(|conference| conference.alias_key.as_deref()) else {
            return;
        };
        let to = self.rules.is_notified(self.world, key, kind);
        self.deliver(to, push);
    }
}
