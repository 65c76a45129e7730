//! What the suite must make of a mutated field, where the schema does not decide it, and the other
//! values that fields get.

use super::mutation::{FieldMutation, Replacement};
use crate::specimen::Expected;
use crate::specimens::proxy::frames;
use crate::specimens::proxy::site::PayloadSite;
use FrameType::*;
use Operation::*;
use PayloadSite::{Frame, Response};
use Replacement::{Earlier, Other, Suffixed, Text};
use invite_spec::endpoint::Operation;
use invite_spec::push::FrameType;
use invite_spec::requirement::{Profile, RequirementId, id};

const SDK_REFUSAL: PayloadSite = PayloadSite::Refusal(Profile::Sdk);
const REST_REFUSAL: PayloadSite = PayloadSite::Refusal(Profile::Rest);

/// Fields that the schema does not require, and the requirements that a server breaks if it leaves
/// them out, sends null or misspells them.
const LOST: &[(PayloadSite, &str, &[RequirementId])] = &[
    (Response(AuthToken), "/token_type", &[id::AUTH_002]),
    (Response(SignIn), "/refresh_token", &[id::AUTH_017]),
    (Response(RestCreate), "/ownerToken", &[id::TOK_001]),
    (Response(RestCreate), "/usersTokens", &[id::TOK_002]),
    (Response(RestCreate), "/usersTokens/*", &[id::TOK_002]),
    (Response(RestInvite), "/*", &[id::INV_002]),
    (Response(RestPermissions), "/*", &[id::PRM_015]),
    (Response(RestParticipants), "/participants/*/externalId", &[id::PRT_015]),
    (Response(SdkCreate), "/isProtected", &[id::CNF_004]),
    (Response(SdkCreate), "/isNew", &[id::CNF_025]),
    (Response(SdkCreate), "/ownerToken", &[id::TOK_003]),
    (Response(SdkJoin), "/participants", &[id::PRT_009]),
    (Response(SdkJoin), "/participants/*/externalId", &[id::PRT_009]),
    (Response(SdkJoin), "/participants/*/status", &[id::PRT_009]),
    (SDK_REFUSAL, "/type", &[id::ERR_002]),
    (SDK_REFUSAL, "/error_code", &[id::ERR_004]),
    (SDK_REFUSAL, "/error_reason", &[id::ERR_002]),
    (SDK_REFUSAL, "/error_description", &[id::ERR_002]),
    (REST_REFUSAL, "/error_code", &[id::ERR_003]),
    (REST_REFUSAL, "/error_reason", &[id::ERR_003]),
    (REST_REFUSAL, "/error_description", &[id::ERR_003]),
    (Frame(InvitationReceived), "/confAlias", &[id::INV_019]),
    (Frame(InvitationReceived), "/confToken", &[id::INV_022]),
    (Frame(ParticipantAdded), "/status", &[id::INV_033]),
    (
        Frame(ParticipantUpdated),
        "/status",
        &[id::PRT_001, id::PRT_002, id::PRT_005, id::PRT_011, id::KCK_004],
    ),
    // The client learns the external id from this frame only.
    (Frame(ParticipantAdded), "/externalId", &[id::PRT_006, id::INV_033]),
];

/// The other value that a field gets, and the requirements that a server breaks by sending it.
const ALTERED: &[(PayloadSite, &str, Replacement, &[RequirementId])] = &[
    (Response(AuthToken), "/token_type", Text("bearer"), &[id::AUTH_002]),
    (Response(AuthToken), "/access_token", Other, &[id::AUTH_001, id::AUTH_007, id::CNF_001]),
    (Response(ClientAccessToken), "/access_token", Suffixed("x"), &[id::AUTH_007, id::SES_001]),
    (Response(SignIn), "/access_token", Suffixed("x"), &[id::AUTH_016, id::SES_001]),
    (Response(SignIn), "/refresh_token", Other, &[id::AUTH_017]),
    (Response(Refresh), "/access_token", Suffixed("x"), &[id::AUTH_017, id::SES_001]),
    (
        Response(RestCreate),
        "/conferenceId",
        Earlier,
        &[id::CNF_001, id::JOIN_007, id::JOIN_001, id::INV_001],
    ),
    (Response(RestCreate), "/isProtected", Other, &[id::CNF_002]),
    (Response(RestCreate), "/ownerToken", Earlier, &[id::TOK_001, id::JOIN_001, id::TOK_007]),
    (Response(RestCreate), "/usersTokens", Other, &[id::TOK_002]),
    (
        Response(RestCreate),
        "/usersTokens/*",
        Earlier,
        &[id::TOK_002, id::JOIN_007, id::JOIN_001, id::TOK_007],
    ),
    (Response(RestInvite), "/*", Earlier, &[id::INV_002, id::JOIN_008, id::JOIN_001, id::TOK_007]),
    (
        Response(RestPermissions),
        "/*",
        Earlier,
        &[id::PRM_015, id::PRM_017, id::JOIN_001, id::TOK_007],
    ),
    (Response(RestParticipants), "/participants", Other, &[id::PRT_015]),
    (Response(RestParticipants), "/participants/*/externalId", Other, &[id::PRT_015]),
    (
        Response(Identify),
        "/user_id",
        Earlier,
        &[id::SES_007, id::SES_001, id::PRT_005, id::PRT_001],
    ),
    (Response(Identify), "/jwt_user_token", Suffixed("x"), &[id::SES_001, id::SES_002]),
    (Response(Identify), "/wsUri", Suffixed("/v2/session"), &[id::SES_003]),
    (
        Response(SdkCreate),
        "/conferenceId",
        Earlier,
        // A create whose alias exists is answered with another conference than that.
        &[id::CNF_003, id::CNF_006, id::CNF_010, id::JOIN_001, id::INV_003],
    ),
    (Response(SdkCreate), "/isNew", Other, &[id::CNF_006]),
    (Response(SdkCreate), "/isProtected", Other, &[id::CNF_004]),
    (Response(SdkCreate), "/ownerToken", Earlier, &[id::TOK_003, id::JOIN_001, id::TOK_007]),
    (Response(SdkJoin), "/participants", Other, &[id::PRT_009]),
    (Response(SdkJoin), "/participants/*/participant_id", Other, &[id::PRT_009, id::PRT_007]),
    (Response(SdkJoin), "/participants/*/externalId", Other, &[id::PRT_009]),
    (Response(SdkJoin), "/participants/*/status", Text("LEFT"), &[id::PRT_009]),
    (SDK_REFUSAL, "/error_code", Other, &[id::ERR_004]),
    (SDK_REFUSAL, "/type", Text("Error"), &[id::ERR_002]),
    (Frame(InvitationReceived), "/conferenceId", Earlier, &[id::INV_018, id::INV_017, id::INV_012]),
    (Frame(InvitationReceived), "/confAlias", Other, &[id::INV_019]),
    (Frame(InvitationReceived), "/confToken", Earlier, &[id::INV_022, id::JOIN_006, id::TOK_007]),
    (Frame(InvitationReceived), "/inviter", Other, &[id::INV_020]),
    (Frame(InvitationReceived), "/inviter/userId", Earlier, &[id::INV_020]),
    (Frame(InvitationReceived), "/inviter/externalId", Other, &[id::INV_020]),
    (Frame(InvitationReceived), "/inviter/nickName", Other, &[id::INV_020]),
    (Frame(ParticipantAdded), "/user_id", Other, &[id::INV_033, id::PRT_006, id::PRT_007]),
    (Frame(ParticipantAdded), "/externalId", Other, &[id::INV_033, id::PRT_006]),
    (Frame(ParticipantAdded), "/status", Text("INACTIVE"), &[id::INV_033]),
    (
        Frame(ParticipantUpdated),
        "/user_id",
        Other,
        &[id::PRT_001, id::PRT_002, id::PRT_005, id::PRT_007],
    ),
    (
        Frame(ParticipantUpdated),
        "/status",
        Text("INACTIVE"),
        &[id::PRT_001, id::PRT_002, id::PRT_005],
    ),
    (Frame(ParticipantKicked), "/userId", Other, &[id::KCK_003]),
    (
        Frame(UpdateToken),
        "/content/access_token",
        Earlier,
        &[id::PRM_020, id::PRM_017, id::PRM_019, id::PRM_026, id::TOK_007],
    ),
    (Frame(UpdateToken), "/userId", Other, &[id::PRM_026]),
    (Frame(ConferenceDestroyed), "/conferenceId", Other, &[id::CNF_018]),
    (Frame(ConferenceMessageReceived), "/user_id", Other, &[id::MSG_002]),
    (Frame(ConferenceMessageReceived), "/message", Other, &[id::MSG_002]),
    (Frame(ConferenceCreatedNotification), "/conference", Other, &[id::SUB_004]),
    (Frame(ConferenceCreatedNotification), "/conference/confAlias", Other, &[id::SUB_004]),
    (Frame(ConferenceEndedNotification), "/conference", Other, &[id::SUB_005]),
    (Frame(ConferenceEndedNotification), "/conference/confAlias", Other, &[id::SUB_005]),
    (Frame(ConferenceStatusNotification), "/confAlias", Other, &[id::SUB_008]),
    (Frame(ParticipantJoinedNotification), "/conference", Other, &[id::SUB_006]),
    (Frame(ParticipantJoinedNotification), "/conference/confAlias", Other, &[id::SUB_006]),
    (Frame(ParticipantJoinedNotification), "/participant", Other, &[id::SUB_006]),
    (Frame(ConferenceCreatedNotification), "/conference/confId", Other, &[id::SUB_004]),
    (Frame(ConferenceEndedNotification), "/conference/confId", Other, &[id::SUB_005]),
    (Frame(ConferenceStatusNotification), "/confId", Other, &[id::SUB_008]),
    (Frame(ConferenceStatusNotification), "/live", Other, &[id::SUB_008]),
    (Frame(ConferenceStatusNotification), "/participants", Other, &[id::SUB_008]),
    (Frame(ConferenceStatusNotification), "/participants/*/userId", Other, &[id::SUB_008]),
    (Frame(ConferenceStatusNotification), "/participants/*/externalId", Other, &[id::SUB_008]),
    (Frame(ParticipantJoinedNotification), "/conference/confId", Other, &[id::SUB_006]),
    (Frame(ParticipantJoinedNotification), "/participant/userId", Other, &[id::SUB_006]),
    (Frame(ParticipantJoinedNotification), "/participant/externalId", Other, &[id::SUB_006]),
    (Frame(ParticipantLeftNotification), "/conference/confId", Other, &[id::SUB_007]),
    (Frame(ParticipantLeftNotification), "/participant/userId", Other, &[id::SUB_007]),
    (Frame(ParticipantLeftNotification), "/participant/externalId", Other, &[id::SUB_007]),
    (Frame(ParticipantLeftNotification), "/conference", Other, &[id::SUB_007]),
    (Frame(ParticipantLeftNotification), "/conference/confAlias", Other, &[id::SUB_007]),
    (Frame(ParticipantLeftNotification), "/participant", Other, &[id::SUB_007]),
];

/// The other value that a field gets.
pub(super) fn replacement(site: PayloadSite, path: &str) -> Replacement {
    let row = ALTERED.iter().find(|(other, at, ..)| *other == site && *at == path);
    row.map_or(Other, |(_, _, replacement, _)| *replacement)
}

/// What the suite must make of a mutated field; `None` where the schema decides.
pub(super) fn of_field(site: PayloadSite, path: &str, mutation: FieldMutation) -> Option<Expected> {
    if let (Frame(frame), "/type") = (site, path) {
        return Some(another_type(frame));
    }
    let lost = || LOST.iter().find(|(other, at, _)| *other == site && *at == path);
    let altered = || ALTERED.iter().find(|(other, at, ..)| *other == site && *at == path);
    match (mutation, site) {
        (FieldMutation::Alter, _) => altered().map(|(.., ids)| Expected::must_fail(ids)),
        // Refusals have requirements of their own; no schema says what they need.
        (_, PayloadSite::Refusal(_)) => Some(lost().map_or_else(
            || Expected::allowed("no client reads it"),
            |(.., ids)| Expected::must_fail(ids),
        )),
        (FieldMutation::Retype, _) => None,
        (FieldMutation::Drop | FieldMutation::Null | FieldMutation::Rename, _) => {
            lost().map(|(.., ids)| Expected::must_fail(ids))
        }
    }
}

/// Clients ignore a frame of an unknown type, so it might as well be missing.
fn another_type(frame: FrameType) -> Expected {
    let own: &[RequirementId] = match frame {
        UpdateToken => &[id::PRM_023],
        _ => &[],
    };
    let of_any_frame = [id::WIRE_005, id::WIRE_006];
    Expected::must_fail(&[frames::missing(frame), own, &of_any_frame].concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::specimens::proxy::fields::field_path::field_paths;

    #[test]
    fn the_tables_name_fields_that_exist() {
        let lost = LOST.iter().map(|(site, path, ids)| (site, path, ids));
        let altered = ALTERED.iter().map(|(site, path, _, ids)| (site, path, ids));
        for (site, path, ids) in lost.chain(altered) {
            let payload = site.payload();
            let payload = payload.unwrap_or_else(|| panic!("nobody reads {}", site.name()));
            let exists = field_paths(&payload).iter().any(|known| known == path);
            assert!(exists, "{} has no {path}", site.name());
            assert!(!ids.is_empty());
        }
    }
}
