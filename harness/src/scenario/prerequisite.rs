//! What a call is put down to that no step is about.

use invite_spec::endpoint::Endpoint;
use serde_json::Value;

/// The requirement that a call, made on the way to something else, is accepted.
pub(crate) fn prerequisite(endpoint: &Endpoint, body: Option<&Value>) -> &'static str {
    let anonymous = body.is_some_and(|body| body.get("externalId").is_none());
    match endpoint.operation {
        "sdk.identify" if anonymous => "SES-008",
        _ => endpoint.requirement,
    }
}
