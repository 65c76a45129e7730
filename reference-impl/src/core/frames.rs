//! Frames about people and conferences. Each frame has its own names for the same fields.

use super::id::UserId;
use super::state::{Conference, Person, Tenant};
use invite_spec::participant::{ParticipantStatus, ParticipantType};
use invite_spec::push::{
    ConferenceDestroyed, ConferenceName, ConferenceStatusNotification, InvitationReceived, Inviter,
    NotifiedParticipant, ParticipantAdded, ParticipantKicked, ParticipantUpdated,
    StatusParticipant, TokenContent, UpdateToken,
};
use invite_spec::sdk::join;
use serde_json::Map;

fn person<'a>(tenant: &'a Tenant, user: &UserId) -> Option<&'a Person> {
    tenant.people.get(user)
}

fn role(conference: &Conference, user: &UserId) -> ParticipantType {
    let role = conference.membership(user).and_then(|membership| membership.role.clone());
    role.unwrap_or(ParticipantType::User)
}

/// `ParticipantAdded`: for sessions that have not heard about the person before.
pub fn added(tenant: &Tenant, conference: &Conference, user: &UserId) -> ParticipantAdded {
    let person = person(tenant, user);
    ParticipantAdded {
        user_id: user.into(),
        external_id: person.and_then(|person| person.external_id.clone()),
        name: person.and_then(|person| person.name.clone()),
        avatar_url: person.and_then(|person| person.avatar_url.clone()),
        status: conference.status(user).cloned(),
        participant_type: Some(role(conference, user)),
        audio: Some(false),
        audio_receiving_stopped: Some(false),
        metadata: Some(Map::new()),
    }
}

/// `ParticipantUpdated`: the current status of a person.
pub fn updated(tenant: &Tenant, conference: &Conference, user: &UserId) -> ParticipantUpdated {
    let person = person(tenant, user);
    ParticipantUpdated {
        user_id: user.into(),
        external_id: person.and_then(|person| person.external_id.clone()),
        name: person.and_then(|person| person.name.clone()),
        status: conference.status(user).cloned(),
        participant_type: Some(role(conference, user)),
        audio: Some(false),
        audio_receiving_stopped: Some(false),
    }
}

/// `ParticipantKicked`: for the person who was kicked.
pub fn kicked(conference: &Conference, user: &UserId) -> ParticipantKicked {
    ParticipantKicked {
        user_id: user.into(),
        status: Some(ParticipantStatus::Kicked),
        participant_type: Some(role(conference, user)),
        audio: Some(false),
        audio_receiving_stopped: Some(false),
    }
}

/// An entry in the list of the join response.
pub fn listed(tenant: &Tenant, conference: &Conference, user: &UserId) -> join::Participant {
    let added = added(tenant, conference, user);
    join::Participant {
        participant_id: added.user_id,
        external_id: added.external_id,
        name: added.name,
        avatar_url: added.avatar_url,
        status: added.status,
        participant_type: added.participant_type,
        audio: added.audio,
        audio_receiving_stopped: added.audio_receiving_stopped,
        metadata: added.metadata,
    }
}

/// `InvitationReceived`.
pub fn invitation(
    conference: &Conference,
    inviter: Inviter,
    token: Option<String>,
) -> InvitationReceived {
    InvitationReceived {
        conference_id: (&conference.id).into(),
        conf_alias: conference.alias.clone(),
        conf_token: token,
        inviter,
    }
}

/// The inviter in an invitation.
pub fn inviter(tenant: &Tenant, user: &UserId) -> Inviter {
    let person = person(tenant, user);
    Inviter {
        user_id: Some(user.into()),
        external_id: person.and_then(|person| person.external_id.clone()),
        nick_name: person.and_then(|person| person.name.clone()),
        external_avatar_url: person.and_then(|person| person.avatar_url.clone()),
    }
}

/// `UpdateToken`: a new conference access token for a person.
pub fn update_token(
    conference: &Conference,
    user: &UserId,
    amu: String,
    token: String,
) -> UpdateToken {
    UpdateToken {
        amu,
        conference_id: Some((&conference.id).into()),
        user_id: Some(user.into()),
        content: TokenContent { access_token: token },
    }
}

/// `ConferenceDestroyed`: for the participants of a conference that has ended.
pub fn destroyed(conference: &Conference) -> ConferenceDestroyed {
    ConferenceDestroyed {
        conference_id: (&conference.id).into(),
        conference_alias: conference.alias.clone(),
    }
}

/// A conference in a notification.
pub fn conference_name(conference: &Conference) -> ConferenceName {
    ConferenceName { conf_id: Some((&conference.id).into()), conf_alias: conference.alias.clone() }
}

/// A person in a notification.
pub fn notified(tenant: &Tenant, user: &UserId) -> NotifiedParticipant {
    let person = person(tenant, user);
    NotifiedParticipant {
        user_id: Some(user.into()),
        external_id: person.and_then(|person| person.external_id.clone()),
        external_name: person.and_then(|person| person.name.clone()),
    }
}

/// `ConferenceStatusNotification`: the status of the conference with an alias, if there is one.
pub fn conference_status(
    tenant: &Tenant,
    conference: Option<&Conference>,
    alias: &str,
) -> ConferenceStatusNotification {
    let Some(conference) = conference else {
        return ConferenceStatusNotification {
            conf_id: None,
            conf_alias: Some(alias.to_owned()),
            live: Some(false),
            participants: Vec::new(),
        };
    };
    let shown = |user: &UserId| {
        let named = notified(tenant, user);
        StatusParticipant {
            user_id: named.user_id,
            external_id: named.external_id,
            external_name: named.external_name,
            status: conference.status(user).cloned(),
        }
    };
    ConferenceStatusNotification {
        conf_id: Some((&conference.id).into()),
        conf_alias: conference.alias.clone(),
        live: Some(!conference.joined.is_empty()),
        participants: conference.joined.keys().map(shown).collect(),
    }
}
