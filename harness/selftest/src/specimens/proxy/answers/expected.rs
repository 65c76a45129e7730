//! What the suite must make of responses that are changed as a whole.

use super::fault::ResponseFault;
use crate::specimen::Expected;
use crate::specimens::proxy::site::Responses;
use invite_spec::endpoint::{Operation, Plane};
use invite_spec::requirement::{self, Profile, RequirementId, id};
use std::collections::BTreeSet;

const UNREAD: &str = "the clients ignore the body";

/// What the suite must make of these responses with this fault; `None` where the fault changes
/// nothing that a requirement speaks of.
pub(super) fn of_responses(responses: Responses, fault: ResponseFault) -> Option<Expected> {
    match responses {
        Responses::Accepted(operation) => Some(accepted(operation, fault)),
        Responses::Refused(operation) => refused(operation).map(Expected::must_fail),
        Responses::AllRefusals(profile) => Some(refusal(profile, fault)),
    }
}

fn accepted(operation: Operation, fault: ResponseFault) -> Expected {
    let endpoint = operation.endpoint();
    let is_rest = matches!(endpoint.plane, Plane::Auth | Plane::Rest);
    let is_read = is_body_read(operation);
    match fault {
        ResponseFault::Failed | ResponseFault::Refused | ResponseFault::Accepted => {
            Expected::must_fail(&[endpoint.requirement])
        }
        ResponseFault::Empty | ResponseFault::Null | ResponseFault::NotJson if is_read => {
            let whole_body =
                endpoint.answer.and_then(|answer| requirement::of_field(answer.name, ""));
            let form = (is_rest && fault == ResponseFault::NotJson).then_some(id::WIRE_001);
            let broken = [
                Some(requirement::of_answers(endpoint.plane)),
                Some(endpoint.requirement),
                whole_body,
                form,
            ];
            let broken: BTreeSet<RequirementId> = broken.into_iter().flatten().collect();
            Expected::MustFail(broken.into_iter().collect())
        }
        ResponseFault::NotJson if is_rest => Expected::must_fail(&[id::WIRE_002]),
        ResponseFault::Empty | ResponseFault::Null | ResponseFault::NotJson => {
            Expected::allowed(UNREAD)
        }
        ResponseFault::Text if is_rest && is_read => Expected::must_fail(&[id::WIRE_001]),
        ResponseFault::Text => Expected::allowed("the client does not look at the content type"),
    }
}

/// Whether a client reads the body.
fn is_body_read(operation: Operation) -> bool {
    operation.endpoint().answer.is_some()
}

/// What a server breaks that accepts what it should refuse; `None` where no requirement demands a
/// refusal.
fn refused(operation: Operation) -> Option<&'static [RequirementId]> {
    use Operation as Op;
    Some(match operation {
        Op::AuthToken | Op::SignIn => &[id::AUTH_003],
        Op::ClientAccessToken => &[id::AUTH_004, id::AUTH_006],
        Op::RestCreate => &[id::AUTH_004, id::ERR_008, id::ERR_010],
        Op::RestInvite | Op::RestPermissions => &[id::AUTH_004, id::ERR_005, id::ERR_008],
        Op::RestKick | Op::RestMessage | Op::RestParticipants | Op::RestTerminate => {
            &[id::AUTH_004, id::ERR_005]
        }
        Op::Identify => &[id::SES_004, id::SES_006],
        Op::SdkCreate | Op::Subscribe | Op::Unsubscribe => &[id::SES_004, id::AUTH_013],
        Op::Logout => &[id::SES_004],
        Op::SdkJoin => &[
            id::SES_004,
            id::JOIN_010,
            id::JOIN_011,
            id::JOIN_012,
            id::JOIN_013,
            id::JOIN_014,
            id::JOIN_015,
        ],
        Op::SdkLeave => &[id::SES_004, id::ERR_006],
        Op::SdkInvite => &[id::SES_004, id::INV_029, id::INV_030, id::INV_032],
        Op::SdkPermissions => &[id::SES_004, id::PRM_022],
        Op::SdkKick => &[id::SES_004, id::KCK_006],
        Op::SdkSend => &[id::SES_004, id::MSG_004],
        Op::Refresh
        | Op::TelemetryConfiguration
        | Op::TelemetryDevice
        | Op::TelemetryWebrtc
        | Op::ErrorReport => return None,
    })
}

fn refusal(profile: Profile, fault: ResponseFault) -> Expected {
    match (fault, profile) {
        (ResponseFault::Failed, _) => Expected::must_fail(&[id::ERR_017]),
        (ResponseFault::Null, Profile::Sdk | Profile::Client) => {
            Expected::must_fail(&[id::ERR_001])
        }
        // Of an error, the SDK needs only its code 114.
        (_, Profile::Sdk | Profile::Client) => Expected::must_fail(&[id::ERR_002, id::ERR_004]),
        (_, Profile::Rest) => Expected::must_fail(&[id::ERR_003]),
    }
}
