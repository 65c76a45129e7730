//! Rules about people and their sessions.

use crate::core::call::{Delivery, Refusal};
use crate::core::frames;
use crate::core::id::UserId;
use crate::core::state::{Heard, Session, Tenant};
use invite_spec::error::Failure;
use invite_spec::limits;
use invite_spec::push::Push;

/// Who a client is, and what a session receives when its socket opens.
pub trait Sessions {
    /// The external id of the person who opens a session, from the claim of the client access token
    /// and from the request.
    ///
    /// # Errors
    ///
    /// [`Failure::UserNotValid`] if the two differ.
    fn identity(
        &self,
        claimed: Option<&str>,
        requested: Option<&str>,
    ) -> Result<Option<String>, Refusal> {
        match (claimed, requested.filter(|requested| !requested.is_empty())) {
            (Some(claimed), Some(requested)) if claimed != requested => Err(Refusal::new(
                Failure::UserNotValid,
                "externalId is not the one of the client access token",
            )),
            (claimed, requested) => Ok(claimed.or(requested).map(str::to_owned)),
        }
    }

    /// Checks that a text can be an external id.
    ///
    /// # Errors
    ///
    /// A refusal of the argument if it is empty or longer than [`limits::EXTERNAL_ID_BYTES`].
    fn check_external_id(&self, external_id: &str) -> Result<(), Refusal> {
        match external_id.len() {
            0 => Err(Refusal::argument("an external id must not be empty")),
            length if length > limits::EXTERNAL_ID_BYTES => Err(Refusal::argument(format!(
                "an external id must not have more than {} bytes",
                limits::EXTERNAL_ID_BYTES
            ))),
            _ => Ok(()),
        }
    }

    /// The person with this external id, if the application has one already.
    fn person_with_external_id(&self, tenant: &Tenant, external_id: &str) -> Option<UserId> {
        tenant.external_ids.get(external_id).cloned()
    }

    /// Whether this client instance may use the session whose token it presents.
    fn is_client_of_session(&self, client_id: Option<&str>, session: &Session) -> bool {
        client_id == Some(&session.client_id)
    }

    /// Whether a client access token that names this external id may be used with a session.
    fn is_token_of_session(&self, external_id: Option<&str>, session: &Session) -> bool {
        session.verified.as_deref() == external_id
    }

    /// Whether a session may open a socket. One that seems to have an open socket may: its client
    /// can know before the server that the connection is gone.
    fn may_open_socket(&self, _session: &Session) -> bool {
        true
    }

    /// Whether a logout closes the session.
    fn logout_closes(&self, _session: &Session) -> bool {
        true
    }

    /// What is delivered when the session's socket has opened: the token updates that it has not
    /// acknowledged, and the state of the participants about whom it missed news.
    fn deliveries_on_open(&self, tenant: &Tenant, session: &Session) -> Vec<Delivery> {
        let owed = session.unacknowledged.values().map(|owed| owed.push.clone());
        let pushes = owed.chain(missed_news(tenant, session));
        pushes.map(|push| Delivery::new(vec![session.id.clone()], push)).collect()
    }
}

/// The state of the participants about whom a session missed news. A participant who came and left
/// in the meantime is left out: an update must not be the first news about somebody.
fn missed_news(tenant: &Tenant, session: &Session) -> Vec<Push> {
    let conference = session.joined.as_ref().and_then(|id| tenant.conferences.get(id));
    let Some(conference) = conference else { return Vec::new() };
    let shown = session.missed.iter().filter_map(|(user, heard)| {
        let is_present =
            conference.membership(user).is_some_and(|membership| membership.is_present());
        if *user == session.user || (!is_present && *heard == Heard::Before) {
            return Some(frames::updated(tenant, conference, user).into());
        }
        is_present.then(|| frames::added(tenant, conference, user).into())
    });
    shown.collect()
}
