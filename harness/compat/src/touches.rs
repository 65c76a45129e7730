//! Who sends a payload, and which requirements a field of it touches.

use invite_spec::endpoint::{ENDPOINTS, Plane};
use invite_spec::payload::{self, Sender};
use invite_spec::{push, requirement};

/// Payloads that belong to no one endpoint or frame, with the requirements that they are judged by.
const APART: &[(&str, &[&str])] = &[
    ("acknowledgement", &["SES-010"]),
    ("client-token-claims", &["AUTH-008"]),
    ("conference-token-claims", &["TOK-004", "TOK-010"]),
    ("error-response", &["ERR-002", "ERR-003"]),
    ("keep-alive", &["SES-010"]),
];

/// Who sends a payload.
pub(super) fn sender(payload: &str) -> Option<Sender> {
    payload::find(payload).map(|payload| payload.sender)
}

/// The requirement that a field carries; or those that the payload as a whole is judged by.
pub(super) fn requirements(payload: &str, pointer: &str) -> Vec<&'static str> {
    match requirement::of_field(payload, pointer) {
        Some(id) => vec![id.as_str()],
        None => general(payload),
    }
}

/// An answer or a frame is judged by its schema's own row, a request by that it succeeds.
fn general(payload: &str) -> Vec<&'static str> {
    let mut ids: Vec<&'static str> = Vec::new();
    for endpoint in ENDPOINTS {
        if endpoint.request.payload().is_some_and(|request| request.name == payload) {
            ids.push(endpoint.requirement.as_str());
        }
        if endpoint.answer.is_some_and(|answer| answer.name == payload) {
            ids.push(match endpoint.plane {
                Plane::Auth | Plane::Rest => "WIRE-003",
                Plane::Session | Plane::Telemetry => "WIRE-004",
            });
        }
    }
    if push::KINDS.iter().any(|kind| kind.payload.name == payload) {
        ids.push("WIRE-005");
    }
    ids.extend(APART.iter().filter(|(name, _)| *name == payload).flat_map(|(_, ids)| *ids));
    ids.sort_unstable();
    ids.dedup();
    ids
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_payload_touches_requirements_that_exist() {
        for payload in payload::all() {
            let ids = general(payload.name);
            assert!(!ids.is_empty(), "{} touches none", payload.name);
            for id in ids {
                assert!(requirement::find(id).is_some(), "{}: no {id}", payload.name);
            }
        }
    }

    #[test]
    fn a_field_goes_before_its_payload() {
        assert_eq!(requirements("push-invitation-received", "/inviter/nickName"), ["INV-020"]);
        assert_eq!(requirements("push-invitation-received", "/type"), ["WIRE-005"]);
        assert_eq!(requirements("rest-invite-answer", "/*"), ["INV-002"]);
        assert_eq!(requirements("sdk-subscriptions-request", "/x"), ["SUB-001", "SUB-002"]);
        assert_eq!(requirements("rest-invite-request", "/participants"), ["INV-001"]);
        assert_eq!(requirements("token-answer", "/scope"), ["WIRE-003", "WIRE-004"]);
        assert!(requirements("no-such-payload", "").is_empty());
    }
}
