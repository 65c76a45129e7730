//! The list of participants for an application server.

use super::authenticate::Caller;
use super::call::{Call, Refusal};
use super::id::UserId;
use super::state::Conference;
use super::transaction::{Transaction, respond};
use invite_spec::rest::participants::{Answer, Participant};
use serde_json::Value;

/// Lists the participants.
pub(super) fn list(tx: &mut Transaction<'_>, call: &Call, _: &Caller) -> Result<Value, Refusal> {
    let conference = tx.conference_of(call)?;
    let users = tx.rules.joining().listed_by_rest(conference);
    let participants = users.iter().map(|user| tx.participant(conference, user)).collect();
    respond(Answer { participants })
}

impl Transaction<'_> {
    fn participant(&self, conference: &Conference, user: &UserId) -> Participant {
        let person = self.tenant.people.get(user);
        let joined = conference.joined.get(user).and_then(|id| self.tenant.sessions.get(id));
        let membership = conference.membership(user);
        Participant {
            user_id: Some(user.into()),
            external_id: person.and_then(|person| person.external_id.clone()),
            name: person.and_then(|person| person.name.clone()),
            avatar_url: person.and_then(|person| person.avatar_url.clone()),
            ip_address: joined.and_then(|session| Some(session.address?.to_string())),
            user_agent: joined.and_then(|session| session.user_agent.clone()),
            last_join_timestamp: membership.and_then(|it| Some(it.last_join?.millis())),
            nb_session: membership.map(|it| it.joins),
        }
    }
}
