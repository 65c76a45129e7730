//! Which requirement a field of a payload carries, where it is not the general one.

use crate::endpoint::{ENDPOINTS, Plane};
use crate::push;

/// Payload, pointer, requirement.
const FIELDS: &[(&str, &str, &str)] = &[
    ("token-answer", "/token_type", "AUTH-002"),
    ("sdk-identify-answer", "/user_id", "SES-001"),
    ("sdk-identify-answer", "/jwt_user_token", "SES-001"),
    ("sdk-join-answer", "/metadata", "JOIN-003"),
    ("rest-create-answer", "/isProtected", "CNF-002"),
    ("rest-create-answer", "/ownerToken", "TOK-001"),
    ("rest-create-answer", "/usersTokens", "TOK-002"),
    ("rest-invite-answer", "", "INV-002"),
    ("rest-permissions-answer", "", "PRM-015"),
    ("sdk-create-answer", "/isProtected", "CNF-004"),
    ("sdk-create-answer", "/ownerToken", "TOK-003"),
    ("client-access-token-request", "/expires_in", "AUTH-009"),
    ("client-access-token-request", "/expiresIn", "AUTH-009"),
    ("rest-create-request", "/ownerExternalId", "ERR-010"),
    ("push-invitation-received", "/conferenceId", "INV-018"),
    ("push-invitation-received", "/confAlias", "INV-019"),
    ("push-invitation-received", "/inviter", "INV-020"),
    ("push-invitation-received", "/confToken", "INV-022"),
    ("push-update-token", "/type", "PRM-023"),
    ("push-update-token", "/amu", "PRM-024"),
    ("push-update-token", "/content", "PRM-025"),
];

/// The requirements of payloads that are neither a body nor a pushed frame.
const OTHERS: &[(&str, &str)] = &[
    ("conference-token-claims", "TOK-004"),
    ("client-token-claims", "AUTH-008"),
    ("error-response", "ERR-003"),
    ("keep-alive", "SES-010"),
    ("acknowledgement", "SES-010"),
];

/// The requirement that a payload as a whole carries: that an answer or a pushed frame fits its
/// schema, that a request of the wrong shape is refused. `None` if there is no such payload.
pub fn general(payload: &str) -> Option<&'static str> {
    let named = |candidate: &crate::payload::Payload| candidate.name == payload;
    if push::KINDS.iter().any(|kind| named(&kind.payload)) {
        return Some("WIRE-005");
    }
    let bodies = ENDPOINTS.iter().find_map(|endpoint| {
        let application = matches!(endpoint.plane, Plane::Auth | Plane::Rest);
        if endpoint.answer.as_ref().is_some_and(named) {
            Some(if application { "WIRE-003" } else { "WIRE-004" })
        } else if endpoint.request.payload().is_some_and(named) {
            Some(if application { "ERR-011" } else { "ERR-012" })
        } else {
            None
        }
    });
    bodies.or_else(|| OTHERS.iter().find(|(name, _)| *name == payload).map(|(_, id)| *id))
}

/// The requirement that a field carries: the row of the longest pointer that it lies under.
pub fn of_field(payload: &str, pointer: &str) -> Option<&'static str> {
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
        .or_else(|| names_permission(payload, pointer).then_some("PRM-009"))
}

/// Whether this field is an element of a list of permissions that a request asks for.
fn names_permission(payload: &str, pointer: &str) -> bool {
    let list = pointer.rsplit('/').nth(1);
    payload.ends_with("-request") && matches!(list, Some("permissions" | "newPermissions"))
}

/// The fields of a payload that carry a requirement of their own: their pointers, and which.
pub fn of_payload(payload: &str) -> impl Iterator<Item = (&'static str, &'static str)> + use<'_> {
    FIELDS.iter().filter(move |(name, ..)| *name == payload).map(|(_, pointer, id)| (*pointer, *id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_payload_carries_a_requirement() {
        for payload in crate::payload::all() {
            let id = general(payload.name).unwrap_or_else(|| panic!("{}: none", payload.name));
            assert!(crate::requirement::find(id).is_some(), "no {id}");
        }
        assert_eq!(general("sdk-join-request"), Some("ERR-012"));
        assert_eq!(general("rest-invite-answer"), Some("WIRE-003"));
        assert_eq!(general("push-update-token"), Some("WIRE-005"));
        assert_eq!(general("nothing"), None);
    }

    #[test]
    fn fields_and_requirements_exist() {
        for (payload, pointer, id) in FIELDS {
            let found = crate::payload::find(payload).unwrap_or_else(|| panic!("no {payload}"));
            let declared = found.schema().pointer(&format!("/properties{pointer}")).is_some();
            assert!(declared || pointer.is_empty(), "{payload} has no {pointer}");
            assert!(crate::requirement::find(id).is_some(), "no {id}");
        }
        assert_eq!(of_field("push-update-token", "/content/access_token"), Some("PRM-025"));
        assert_eq!(of_field("push-update-token", "/contents"), None);
        let permission = "/userPermissions/0/newPermissions/0";
        assert_eq!(of_field("sdk-permissions-request", permission), Some("PRM-009"));
        assert_eq!(of_field("sdk-permissions-request", "/userPermissions/0/newPermissions"), None);
        assert_eq!(of_payload("token-answer").collect::<Vec<_>>(), [("/token_type", "AUTH-002")]);
    }
}
