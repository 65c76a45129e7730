//! Why a call may be refused, and how a refusal is answered.

use crate::components;
use crate::endpoint::{Authentication, Endpoint};
use crate::error::{ErrorResponse, Failure};
use crate::payload::Payload;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Why a call of this endpoint may be refused.
///
/// The table lists what is particular to an endpoint. What goes for every endpoint that takes
/// credentials, reads a body, or asks for a scope or a permission follows from its row.
pub(super) fn failures(endpoint: &Endpoint) -> BTreeSet<Failure> {
    let mut failures: BTreeSet<Failure> = endpoint.refusals.iter().copied().collect();
    if endpoint.request.payload().is_some() {
        failures.extend([Failure::IllegalArgument, Failure::TooLarge]);
    }
    if endpoint.authentication != Authentication::None {
        failures.insert(Failure::InvalidToken);
    }
    if endpoint.scope.is_some() {
        failures.insert(Failure::InsufficientScope);
    }
    if endpoint.permission.is_some() {
        failures.insert(Failure::InsufficientPermissions);
    }
    failures
}

/// What a failure means, in a sentence.
pub(super) fn meaning(failure: Failure) -> &'static str {
    match failure {
        Failure::InvalidToken => "The credentials are missing, malformed, expired or revoked.",
        Failure::IllegalArgument => "The body or a parameter has the wrong shape.",
        Failure::TooLarge => "The body is larger than the server takes.",
        Failure::MethodNotAllowed => "The path is known, but does not take this method.",
        Failure::UserNotValid => {
            "The session's person cannot do this: it has no external id, or another one than the \
             token's."
        }
        Failure::NoSuchPath => "There is nothing at this path.",
        Failure::ForeignToken => {
            "The conference access token is somebody else's or another conference's."
        }
        Failure::InsufficientScope => "The scopes of the token do not cover this call.",
        Failure::Kicked => "The person was kicked from this conference.",
        Failure::NoSuchConference => "There is no such conference, or it has ended.",
        Failure::NoSuchParticipant => "There is no such participant.",
        Failure::CapacityReached => "The conference is full.",
        Failure::NotInConference => "The caller is not in the conference.",
        Failure::InsufficientPermissions => "A permission is missing.",
        Failure::Internal => "The server broke.",
    }
}

/// What the example of a refusal is called among the components.
pub(super) fn example_name(failure: Failure) -> String {
    format!("error-{}", failure.code())
}

/// The refusals of an endpoint, by status.
pub(super) fn responses(endpoint: &Endpoint) -> Vec<(String, Value)> {
    let mut by_status: BTreeMap<u16, Vec<Failure>> = BTreeMap::new();
    for failure in failures(endpoint) {
        by_status.entry(failure.status()).or_default().push(failure);
    }
    let answer = |(status, failures): (u16, Vec<Failure>)| {
        let lines: Vec<String> = failures
            .iter()
            .map(|failure| format!("- `{}`: {}", failure.code(), meaning(*failure)))
            .collect();
        let examples: serde_json::Map<String, Value> = failures
            .iter()
            .map(|failure| {
                let name = example_name(*failure);
                let example = json!({ "$ref": format!("#/components/examples/{name}") });
                (name, example)
            })
            .collect();
        let response = json!({
            "description": lines.join("\n"),
            "content": { "application/json": { "schema": error(), "examples": examples } },
        });
        (status.to_string(), response)
    };
    by_status.into_iter().map(answer).collect()
}

/// The refusal that nobody foresaw: it has the same shape.
pub(super) fn other() -> Value {
    json!({
        "description": "Any other refusal, or one of these with another status.",
        "content": { "application/json": { "schema": error() } },
    })
}

fn error() -> Value {
    components::schema(&Payload::of::<ErrorResponse>())
}
