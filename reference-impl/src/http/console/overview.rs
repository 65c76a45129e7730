//! The state of the applications, as the console shows it.

use crate::core::state::{Conference, Tenant};
use serde::Serialize;

/// An application.
#[derive(Debug, Serialize)]
pub(super) struct ApplicationView {
    /// Its key, by which people know it.
    key: String,
    /// Whether conferences that its clients create are protected.
    protected: bool,
    sessions: Vec<SessionView>,
    conferences: Vec<ConferenceView>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct SessionView {
    external_id: Option<String>,
    name: Option<String>,
    user_id: String,
    /// Whether it has an open socket.
    is_open: bool,
    /// The conference that it has joined.
    joined: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ConferenceView {
    id: String,
    alias: Option<String>,
    protected: bool,
    participants: Vec<ParticipantView>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ParticipantView {
    user_id: String,
    external_id: Option<String>,
    name: Option<String>,
    /// As on the wire; none for an owner who has never joined.
    status: Option<String>,
    is_owner: bool,
}

/// The limit of sessions and conferences that are shown for an application, and of people for a
/// conference: the state is locked meanwhile.
const MOST: usize = 100;

impl ApplicationView {
    pub(super) fn of(tenant: &Tenant) -> ApplicationView {
        let sessions = tenant.sessions.values().take(MOST).map(|session| {
            let person = tenant.people.get(&session.user);
            SessionView {
                external_id: person.and_then(|it| it.external_id.clone()),
                name: person.and_then(|it| it.name.clone()),
                user_id: session.user.as_str().to_owned(),
                is_open: session.is_open(),
                joined: session.joined.as_ref().map(|id| id.as_str().to_owned()),
            }
        });
        let conferences = tenant.conferences.values().take(MOST);
        ApplicationView {
            key: tenant.application.key.clone(),
            protected: tenant.application.protected,
            sessions: sessions.collect(),
            conferences: conferences.map(|it| ConferenceView::of(tenant, it)).collect(),
        }
    }
}

impl ConferenceView {
    fn of(tenant: &Tenant, conference: &Conference) -> ConferenceView {
        let members = conference.memberships.iter().take(MOST).map(|(user, member)| {
            let person = tenant.people.get(user);
            ParticipantView {
                user_id: user.as_str().to_owned(),
                external_id: person.and_then(|it| it.external_id.clone()),
                name: person.and_then(|it| it.name.clone()),
                status: member.status.as_ref().map(|it| it.as_str().to_owned()),
                is_owner: *user == conference.owner,
            }
        });
        ConferenceView {
            id: conference.id.as_str().to_owned(),
            alias: conference.alias.clone(),
            protected: conference.protected,
            participants: members.collect(),
        }
    }
}
