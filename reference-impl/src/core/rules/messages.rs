//! Rules about messages.

use crate::core::call::Refusal;
use crate::core::id::{SessionId, UserId};
use crate::core::state::{Conference, Tenant};
use invite_spec::error::Failure;
use invite_spec::limits;
use std::collections::BTreeSet;

/// The length and the recipients of messages.
pub trait Messages {
    /// Checks the length of a message.
    ///
    /// # Errors
    ///
    /// [`Failure::TooLarge`] beyond [`limits::MESSAGE_BYTES`].
    fn check_message(&self, message: &str) -> Result<(), Refusal> {
        if message.len() <= limits::MESSAGE_BYTES {
            return Ok(());
        }
        Err(Refusal::new(
            Failure::TooLarge,
            format!("message: it must not have more than {} bytes", limits::MESSAGE_BYTES),
        ))
    }

    /// The sessions that receive a participant's message.
    fn recipients_of_sdk_message(
        &self,
        _tenant: &Tenant,
        conference: &Conference,
        from: &UserId,
    ) -> Vec<SessionId> {
        let others = conference.joined.iter().filter(|(user, _)| *user != from);
        others.map(|(_, session)| session.clone()).collect()
    }

    /// The sessions that receive an application server's message; `to` names people by external
    /// id. An empty list means everybody, as the clients' own documentation says.
    fn recipients_of_rest_message(
        &self,
        tenant: &Tenant,
        conference: &Conference,
        _from: &UserId,
        to: Option<&[String]>,
    ) -> Vec<SessionId> {
        let to = to.filter(|to| !to.is_empty());
        let to = to.map(|to| to.iter().collect::<BTreeSet<_>>());
        let is_named = |user: &UserId| {
            let id = tenant.people.get(user).and_then(|person| person.external_id.as_ref());
            to.as_ref().is_none_or(|to| id.is_some_and(|id| to.contains(id)))
        };
        let named = conference.joined.iter().filter(|(user, _)| is_named(user));
        named.map(|(_, session)| session.clone()).collect()
    }
}
