//! The refusals of a call, and their responses.

use crate::components;
use crate::endpoint::Endpoint;
use crate::error::{ErrorResponse, Failure};
use crate::payload::Payload;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The name of the example of a refusal among the components.
pub(super) fn example_name(failure: Failure) -> String {
    format!("error-{}", failure.code())
}

/// The refusals of an endpoint, by status.
pub(super) fn responses(endpoint: &Endpoint) -> Vec<(String, Value)> {
    let mut by_status: BTreeMap<u16, Vec<Failure>> = BTreeMap::new();
    for failure in endpoint.failures() {
        by_status.entry(failure.status()).or_default().push(failure);
    }
    let answer = |(status, failures): (u16, Vec<Failure>)| {
        let lines: Vec<String> = failures
            .iter()
            .map(|failure| format!("- `{}`: {}", failure.code(), failure.meaning()))
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

/// Any refusal that the document does not list. It has the same shape.
pub(super) fn other() -> Value {
    json!({
        "description": "Any other refusal, or one of those listed with another status.",
        "content": { "application/json": { "schema": error() } },
    })
}

fn error() -> Value {
    components::schema(&Payload::of::<ErrorResponse>())
}
