//! Which requirements a payload, a field or a document touches.

use invite_spec::endpoint::ENDPOINTS;
use invite_spec::push;
use invite_spec::requirement::{self, RequirementId, id};
use serde::{Serialize, Serializer};
use std::fmt;

/// Payloads that belong to no single endpoint or frame, with the requirements that cover them.
const SHARED: &[(&str, &[RequirementId])] = &[
    ("acknowledgement", &[id::SES_010]),
    ("client-token-claims", &[id::AUTH_008]),
    ("conference-token-claims", &[id::TOK_004, id::TOK_010]),
    ("error-response", &[id::ERR_002, id::ERR_003]),
    ("keep-alive", &[id::SES_010]),
];

/// A requirement that a change touches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Requirement {
    /// One of this build's catalogue.
    Known(RequirementId),
    /// A document names it, and this build does not know it: withdrawn since, or newer.
    Unknown(String),
}

impl Requirement {
    /// The requirement that a document names.
    pub(super) fn parse(text: &str) -> Requirement {
        RequirementId::parse(text)
            .map_or_else(|| Requirement::Unknown(text.to_owned()), Requirement::Known)
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Requirement::Known(id) => id.fmt(f),
            Requirement::Unknown(text) => f.pad(text),
        }
    }
}

impl Serialize for Requirement {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

/// The requirement that a field carries; otherwise those that cover the payload as a whole.
pub(super) fn requirements(payload: &str, pointer: &str) -> Vec<RequirementId> {
    match requirement::of_field(payload, pointer) {
        Some(id) => vec![id],
        None => general(payload),
    }
}

/// Responses and frames are covered by the requirement that they fit their schema, requests by the
/// requirement that the call succeeds.
fn general(payload: &str) -> Vec<RequirementId> {
    let mut ids: Vec<RequirementId> = Vec::new();
    for endpoint in ENDPOINTS {
        if endpoint.request.payload().is_some_and(|request| request.name == payload) {
            ids.push(endpoint.requirement);
        }
        if endpoint.answer.is_some_and(|answer| answer.name == payload) {
            ids.push(requirement::of_answers(endpoint.plane));
        }
    }
    if push::KINDS.iter().any(|kind| kind.payload.name == payload) {
        ids.push(requirement::of_frames());
    }
    ids.extend(SHARED.iter().filter(|(name, _)| *name == payload).flat_map(|(_, ids)| *ids));
    ids.sort_unstable();
    ids.dedup();
    ids
}

#[cfg(test)]
mod tests {
    use super::*;
    use invite_spec::payload;

    #[test]
    fn every_payload_touches_a_requirement() {
        for payload in payload::all() {
            assert!(!general(payload.name).is_empty(), "{} touches none", payload.name);
        }
        for (name, _) in SHARED {
            assert!(payload::find(name).is_some(), "no payload {name}");
        }
    }

    #[test]
    fn the_requirement_of_a_field_comes_before_those_of_its_payload() {
        let field = "push-invitation-received";
        assert_eq!(requirements(field, "/inviter/nickName"), [id::INV_020]);
        assert_eq!(requirements(field, "/type"), [id::WIRE_005]);
        assert_eq!(requirements("rest-invite-answer", "/*"), [id::INV_002]);
        assert_eq!(requirements("sdk-subscriptions-request", "/x"), [id::SUB_001, id::SUB_002]);
        assert_eq!(requirements("rest-invite-request", "/participants"), [id::INV_001]);
        assert_eq!(requirements("token-answer", "/scope"), [id::WIRE_003]);
        assert_eq!(requirements("client-token-answer", "/scope"), [id::WIRE_003, id::WIRE_004]);
        assert_eq!(requirements("no-such-payload", ""), []);
    }

    #[test]
    fn a_document_may_name_a_requirement_that_is_gone() {
        assert_eq!(Requirement::parse("INV-001"), Requirement::Known(id::INV_001));
        let gone = Requirement::parse("INV-999");
        assert_eq!(gone, Requirement::Unknown("INV-999".to_owned()));
        assert_eq!(serde_json::to_value(&gone).unwrap(), "INV-999");
    }
}
