//! The requirements of single fields, where the general requirement of the payload is not the best
//! fit.

use super::{RequirementId, id};
use crate::endpoint::{ENDPOINTS, Plane};
use crate::push;

/// Payload, pointer, requirement.
const FIELDS: &[(&str, &str, RequirementId)] = &[
    ("token-answer", "/token_type", id::AUTH_002),
    ("sdk-identify-answer", "/user_id", id::SES_001),
    ("sdk-identify-answer", "/jwt_user_token", id::SES_001),
    ("sdk-join-answer", "/metadata", id::JOIN_003),
    ("rest-create-answer", "/isProtected", id::CNF_002),
    ("rest-create-answer", "/ownerToken", id::TOK_001),
    ("rest-create-answer", "/usersTokens", id::TOK_002),
    ("rest-invite-answer", "", id::INV_002),
    ("rest-permissions-answer", "", id::PRM_015),
    ("sdk-create-answer", "/isProtected", id::CNF_004),
    ("sdk-create-answer", "/ownerToken", id::TOK_003),
    ("client-access-token-request", "/expires_in", id::AUTH_009),
    ("client-access-token-request", "/expiresIn", id::AUTH_009),
    ("rest-create-request", "/ownerExternalId", id::ERR_010),
    ("push-invitation-received", "/conferenceId", id::INV_018),
    ("push-invitation-received", "/confAlias", id::INV_019),
    ("push-invitation-received", "/inviter", id::INV_020),
    ("push-invitation-received", "/confToken", id::INV_022),
    ("push-update-token", "/type", id::PRM_023),
    ("push-update-token", "/amu", id::PRM_024),
    ("push-update-token", "/content", id::PRM_025),
];

/// The requirements of payloads that are neither bodies nor pushed frames.
const OTHERS: &[(&str, RequirementId)] = &[
    ("conference-token-claims", id::TOK_004),
    ("client-token-claims", id::AUTH_008),
    ("error-response", id::ERR_003),
    ("keep-alive", id::SES_010),
    ("acknowledgement", id::SES_010),
];

/// The requirement that a response matches its schema.
pub fn of_answers(plane: Plane) -> RequirementId {
    match plane {
        Plane::Auth | Plane::Rest => id::WIRE_003,
        Plane::Session => id::WIRE_004,
        Plane::Telemetry => id::WIRE_014,
    }
}

/// The requirement that the server refuses a request of the wrong shape.
pub fn of_requests(plane: Plane) -> RequirementId {
    match plane {
        Plane::Auth | Plane::Rest => id::ERR_011,
        Plane::Session | Plane::Telemetry => id::ERR_012,
    }
}

/// The requirement that a refusal has the shape of an error.
pub fn of_refusals(plane: Plane) -> RequirementId {
    match plane {
        Plane::Auth | Plane::Rest => id::ERR_003,
        Plane::Session | Plane::Telemetry => id::ERR_002,
    }
}

/// The requirement that a pushed frame matches its schema.
pub fn of_frames() -> RequirementId {
    id::WIRE_005
}

/// The requirement of a payload as a whole: that a response or a pushed frame matches its schema,
/// or that the server refuses a request of the wrong shape. `None` if there is no such payload.
pub fn general(payload: &str) -> Option<RequirementId> {
    let named = |candidate: &crate::payload::Payload| candidate.name == payload;
    if push::KINDS.iter().any(|kind| named(&kind.payload)) {
        return Some(of_frames());
    }
    let bodies = ENDPOINTS.iter().find_map(|endpoint| {
        if endpoint.answer.as_ref().is_some_and(named) {
            Some(of_answers(endpoint.plane))
        } else if endpoint.request.payload().is_some_and(named) {
            Some(of_requests(endpoint.plane))
        } else {
            None
        }
    });
    bodies.or_else(|| OTHERS.iter().find(|(name, _)| *name == payload).map(|(_, id)| *id))
}

/// The requirement of a field: the row with the longest pointer that contains it.
pub fn of_field(payload: &str, pointer: &str) -> Option<RequirementId> {
    FIELDS
        .iter()
        .filter(|(name, prefix, _)| {
            *name == payload
                && pointer
                    .strip_prefix(prefix)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
        .max_by_key(|(_, prefix, _)| prefix.len())
        .map(|(_, _, id)| *id)
        .or_else(|| names_permission(payload, pointer).then_some(id::PRM_009))
}

/// Whether this field is an element of a list of permissions in a request.
fn names_permission(payload: &str, pointer: &str) -> bool {
    let list = pointer.rsplit('/').nth(1);
    payload.ends_with("-request") && matches!(list, Some("permissions" | "newPermissions"))
}

/// The fields of a payload with a requirement of their own: pointer and requirement.
pub fn of_payload(payload: &str) -> impl Iterator<Item = (&'static str, RequirementId)> + use<'_> {
    FIELDS.iter().filter(move |(name, ..)| *name == payload).map(|(_, pointer, id)| (*pointer, *id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_payload_carries_a_requirement() {
        for payload in crate::payload::all() {
            assert!(general(payload.name).is_some(), "{}", payload.name);
        }
        assert_eq!(general("sdk-join-request"), Some(id::ERR_012));
        assert_eq!(general("rest-invite-answer"), Some(id::WIRE_003));
        assert_eq!(general("push-update-token"), Some(id::WIRE_005));
        assert_eq!(general("nothing"), None);
    }

    #[test]
    fn fields_exist() {
        for (payload, pointer, _) in FIELDS {
            let found = crate::payload::find(payload).unwrap_or_else(|| panic!("no {payload}"));
            let declared = found.schema().pointer(&format!("/properties{pointer}")).is_some();
            assert!(declared || pointer.is_empty(), "{payload} has no {pointer}");
        }
        assert_eq!(of_field("push-update-token", "/content/access_token"), Some(id::PRM_025));
        assert_eq!(of_field("push-update-token", "/contents"), None);
        let permission = "/userPermissions/0/newPermissions/0";
        assert_eq!(of_field("sdk-permissions-request", permission), Some(id::PRM_009));
        assert_eq!(of_field("sdk-permissions-request", "/userPermissions/0/newPermissions"), None);
        assert_eq!(of_payload("token-answer").collect::<Vec<_>>(), [("/token_type", id::AUTH_002)]);
    }
}
