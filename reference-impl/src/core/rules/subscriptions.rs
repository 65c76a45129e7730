//! Rules about notifications for subscribers.

use crate::core::id::SessionId;
use crate::core::state::{Tenant, Topic};
use invite_spec::sdk::subscriptions::SubscriptionType;

/// Which sessions are notified.
pub trait Subscriptions {
    /// The sessions that are notified about an event of this kind in the conference of this alias,
    /// in the form in which aliases are compared.
    fn recipients_of_notification(
        &self,
        tenant: &Tenant,
        alias_key: &str,
        kind: &SubscriptionType,
    ) -> Vec<SessionId> {
        let topic: Topic = (alias_key.to_owned(), kind.as_str().to_owned());
        tenant.subscribers.get(&topic).into_iter().flatten().cloned().collect()
    }
}
