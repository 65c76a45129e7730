//! Fields that a schema does without, and yet something is lost by what is done to them; and what
//! other values fields are given.

use super::frames;
use crate::change::{Edit, To};
use crate::mutant::Class;
use crate::spot::{Of, Place};

/// What is broken by leaving out, nulling or misspelling a field that its schema does without.
const LOST: &[(&str, &str, &[&str])] = &[
    ("auth.token", "/token_type", &["AUTH-002"]),
    ("sdk.sign-in", "/refresh_token", &["AUTH-017"]),
    ("rest.create", "/ownerToken", &["TOK-001"]),
    ("rest.create", "/usersTokens", &["TOK-002"]),
    ("rest.create", "/usersTokens/*", &["TOK-002"]),
    ("rest.invite", "/*", &["INV-002"]),
    ("rest.permissions", "/*", &["PRM-015"]),
    ("rest.participants", "/participants/*/externalId", &["PRT-015"]),
    ("sdk.create", "/isProtected", &["CNF-004"]),
    ("sdk.create", "/isNew", &["CNF-006"]),
    ("sdk.create", "/ownerToken", &["TOK-003"]),
    ("sdk.join", "/participants", &["PRT-009"]),
    ("sdk.join", "/participants/*/externalId", &["PRT-009"]),
    ("sdk.join", "/participants/*/status", &["PRT-009"]),
    ("sdk-refusal", "/type", &["ERR-002"]),
    ("sdk-refusal", "/error_code", &["ERR-004"]),
    ("sdk-refusal", "/error_reason", &["ERR-002"]),
    ("sdk-refusal", "/error_description", &["ERR-002"]),
    ("rest-refusal", "/error_code", &["ERR-003"]),
    ("rest-refusal", "/error_reason", &["ERR-003"]),
    ("rest-refusal", "/error_description", &["ERR-003"]),
    ("InvitationReceived", "/confAlias", &["INV-019"]),
    ("InvitationReceived", "/confToken", &["INV-022"]),
    ("ParticipantAdded", "/status", &["INV-033"]),
    ("ParticipantUpdated", "/status", &["PRT-001", "PRT-002", "PRT-005", "PRT-011", "KCK-004"]),
    // The client learns the external id from this frame alone.
    ("ParticipantAdded", "/externalId", &["PRT-006", "INV-033"]),
];

/// What is broken by giving a field another value, and which one it is given.
const ALTERED: &[(&str, &str, To, &[&str])] = &[
    ("auth.token", "/token_type", To::Text("bearer"), &["AUTH-002"]),
    ("auth.token", "/access_token", To::Other, &["AUTH-001", "AUTH-007", "CNF-001"]),
    ("rest.client-access-token", "/token_type", To::Text("bearer"), &["AUTH-002"]),
    ("rest.client-access-token", "/access_token", To::Longer("x"), &["AUTH-007", "SES-001"]),
    ("sdk.sign-in", "/access_token", To::Longer("x"), &["AUTH-016", "SES-001"]),
    ("sdk.sign-in", "/refresh_token", To::Other, &["AUTH-017"]),
    ("sdk.refresh", "/access_token", To::Longer("x"), &["AUTH-017", "SES-001"]),
    ("rest.create", "/conferenceId", To::Earlier, &["CNF-001", "JOIN-007", "JOIN-001", "INV-001"]),
    ("rest.create", "/isProtected", To::Other, &["CNF-002"]),
    ("rest.create", "/ownerToken", To::Earlier, &["TOK-001", "JOIN-001", "TOK-007"]),
    ("rest.create", "/usersTokens", To::Other, &["TOK-002"]),
    ("rest.create", "/usersTokens/*", To::Earlier, &["TOK-002", "JOIN-007", "JOIN-001", "TOK-007"]),
    ("rest.invite", "/*", To::Earlier, &["INV-002", "JOIN-008", "JOIN-001", "TOK-007"]),
    ("rest.permissions", "/*", To::Earlier, &["PRM-015", "PRM-017", "JOIN-001", "TOK-007"]),
    ("rest.participants", "/participants", To::Other, &["PRT-015"]),
    ("rest.participants", "/participants/*/externalId", To::Other, &["PRT-015"]),
    ("sdk.identify", "/user_id", To::Earlier, &["SES-007", "SES-001", "PRT-005", "PRT-001"]),
    ("sdk.identify", "/jwt_user_token", To::Longer("x"), &["SES-001", "SES-002"]),
    ("sdk.identify", "/wsUri", To::Longer("/v2/session"), &["SES-003"]),
    ("sdk.create", "/conferenceId", To::Earlier, &["CNF-003", "CNF-010", "JOIN-001", "INV-003"]),
    ("sdk.create", "/isNew", To::Other, &["CNF-006"]),
    ("sdk.create", "/isProtected", To::Other, &["CNF-004"]),
    ("sdk.create", "/ownerToken", To::Earlier, &["TOK-003", "JOIN-001", "TOK-007"]),
    ("sdk.join", "/participants", To::Other, &["PRT-009"]),
    ("sdk.join", "/participants/*/participant_id", To::Other, &["PRT-009", "PRT-007"]),
    ("sdk.join", "/participants/*/externalId", To::Other, &["PRT-009"]),
    ("sdk.join", "/participants/*/status", To::Text("LEFT"), &["PRT-009"]),
    ("sdk-refusal", "/error_code", To::Other, &["ERR-004"]),
    ("sdk-refusal", "/type", To::Text("Error"), &["ERR-002"]),
    ("InvitationReceived", "/conferenceId", To::Earlier, &["INV-018", "INV-017", "INV-012"]),
    ("InvitationReceived", "/confAlias", To::Other, &["INV-019"]),
    ("InvitationReceived", "/confToken", To::Earlier, &["INV-022", "JOIN-006", "TOK-007"]),
    ("InvitationReceived", "/inviter", To::Other, &["INV-020"]),
    ("InvitationReceived", "/inviter/userId", To::Earlier, &["INV-020"]),
    ("InvitationReceived", "/inviter/externalId", To::Other, &["INV-020"]),
    ("InvitationReceived", "/inviter/nickName", To::Other, &["INV-020"]),
    ("ParticipantAdded", "/user_id", To::Other, &["INV-033", "PRT-006", "PRT-007"]),
    ("ParticipantAdded", "/externalId", To::Other, &["INV-033", "PRT-006"]),
    ("ParticipantAdded", "/status", To::Text("INACTIVE"), &["INV-033"]),
    ("ParticipantUpdated", "/user_id", To::Other, &["PRT-001", "PRT-002", "PRT-005", "PRT-007"]),
    ("ParticipantUpdated", "/status", To::Text("INACTIVE"), &["PRT-001", "PRT-002", "PRT-005"]),
    ("ParticipantKicked", "/userId", To::Other, &["KCK-003"]),
    ("UpdateToken", "/content/access_token", To::Earlier, &["PRM-020", "PRM-017", "PRM-019"]),
    ("UpdateToken", "/userId", To::Other, &["PRM-026"]),
    ("ConferenceDestroyed", "/conferenceId", To::Other, &["CNF-018"]),
    ("ConferenceMessageReceived", "/user_id", To::Other, &["MSG-002"]),
    ("ConferenceMessageReceived", "/message", To::Other, &["MSG-002"]),
    ("ConferenceCreatedNotification", "/conference", To::Other, &["SUB-004"]),
    ("ConferenceCreatedNotification", "/conference/confAlias", To::Other, &["SUB-004"]),
    ("ConferenceEndedNotification", "/conference", To::Other, &["SUB-005"]),
    ("ConferenceEndedNotification", "/conference/confAlias", To::Other, &["SUB-005"]),
    ("ConferenceStatusNotification", "/confAlias", To::Other, &["SUB-008"]),
    ("ParticipantJoinedNotification", "/conference", To::Other, &["SUB-006"]),
    ("ParticipantJoinedNotification", "/conference/confAlias", To::Other, &["SUB-006"]),
    ("ParticipantJoinedNotification", "/participant", To::Other, &["SUB-006"]),
    ("ConferenceCreatedNotification", "/conference/confId", To::Other, &["SUB-004"]),
    ("ConferenceEndedNotification", "/conference/confId", To::Other, &["SUB-005"]),
    ("ConferenceStatusNotification", "/confId", To::Other, &["SUB-008"]),
    ("ConferenceStatusNotification", "/live", To::Other, &["SUB-008"]),
    ("ConferenceStatusNotification", "/participants", To::Other, &["SUB-008"]),
    ("ConferenceStatusNotification", "/participants/*/userId", To::Other, &["SUB-008"]),
    ("ConferenceStatusNotification", "/participants/*/externalId", To::Other, &["SUB-008"]),
    ("ParticipantJoinedNotification", "/conference/confId", To::Other, &["SUB-006"]),
    ("ParticipantJoinedNotification", "/participant/userId", To::Other, &["SUB-006"]),
    ("ParticipantJoinedNotification", "/participant/externalId", To::Other, &["SUB-006"]),
    ("ParticipantLeftNotification", "/conference/confId", To::Other, &["SUB-007"]),
    ("ParticipantLeftNotification", "/participant/userId", To::Other, &["SUB-007"]),
    ("ParticipantLeftNotification", "/participant/externalId", To::Other, &["SUB-007"]),
    ("ParticipantLeftNotification", "/conference", To::Other, &["SUB-007"]),
    ("ParticipantLeftNotification", "/conference/confAlias", To::Other, &["SUB-007"]),
    ("ParticipantLeftNotification", "/participant", To::Other, &["SUB-007"]),
];

/// Which other value a field is given.
pub(crate) fn altered(place: &str, pointer: &str) -> To {
    let row = ALTERED.iter().find(|(name, at, ..)| *name == place && *at == pointer);
    row.map_or(To::Other, |(_, _, to, _)| *to)
}

/// What the sources say of a field that is edited; `None` where the schema says it all.
pub(crate) fn of_field(place: &Place, pointer: &str, edit: Edit) -> Option<Class> {
    let is_it = |name: &str, at: &str| name == place.name && at == pointer;
    // A frame of another type is ignored, so that it might as well not be there.
    if let (Of::Frame(kind), "/type") = (place.of, pointer) {
        let own: &[&str] = if kind == "UpdateToken" { &["PRM-023"] } else { &[] };
        return Some(Class::breaks(
            &[frames::missing(kind), own, &["WIRE-005", "WIRE-006"]].concat(),
        ));
    }
    match edit {
        // A refusal rests on requirements of its own, and on no schema.
        _ if matches!(place.of, Of::Refusal { .. }) && edit != Edit::Alter => {
            let row = LOST.iter().find(|(name, at, _)| is_it(name, at));
            let unread = || Class::permitted("no client reads it");
            Some(row.map_or_else(unread, |(.., breaks)| Class::breaks(breaks)))
        }
        Edit::Alter => {
            let row = ALTERED.iter().find(|(name, at, ..)| is_it(name, at));
            row.map(|(.., breaks)| Class::breaks(breaks))
        }
        Edit::Retype => None,
        _ => {
            let row = LOST.iter().find(|(name, at, _)| is_it(name, at));
            row.map(|(.., breaks)| Class::breaks(breaks))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spot;
    use invite_spec::requirement;

    #[test]
    fn the_tables_name_fields_and_requirements_that_exist() {
        let places = spot::places();
        let lost = LOST.iter().map(|(name, at, breaks)| (name, at, breaks));
        let altered = ALTERED.iter().map(|(name, at, _, breaks)| (name, at, breaks));
        for (name, at, breaks) in lost.chain(altered) {
            let place = places.iter().find(|place| place.name == *name);
            let place = place.unwrap_or_else(|| panic!("no {name}"));
            let spots = spot::spots(&place.payload);
            assert!(spots.iter().any(|spot| spot.pointer == *at), "{name} has no {at}");
            assert!(!breaks.is_empty());
            for id in *breaks {
                assert!(requirement::find(id).is_some(), "{name}{at}: no {id}");
            }
        }
    }
}
