//! What a call is put down to that no step is about.

use invite_spec::endpoint::Endpoint;
use serde_json::Value;

/// The requirement that a call, made on the way to something else, is accepted.
pub fn prerequisite(endpoint: &Endpoint, body: Option<&Value>) -> &'static str {
    let anonymous = body.is_some_and(|body| body.get("externalId").is_none());
    match endpoint.operation {
        "sdk.identify" if anonymous => "SES-008",
        _ => endpoint.requirement,
    }
}

/// What an operation is called for, by JSON Pointer: an accepted answer without these texts is no
/// success, whatever its status.
pub fn essentials(endpoint: &Endpoint) -> &'static [&'static str] {
    match endpoint.operation {
        "auth.token" | "rest.client-access-token" | "sdk.sign-in" | "sdk.refresh" => {
            &["/access_token"]
        }
        "rest.create" | "sdk.create" => &["/conferenceId"],
        "sdk.identify" => &["/user_id", "/jwt_user_token"],
        _ => &[],
    }
}

/// Whether anything that this operation does shows in a frame.
pub fn is_seen(operation: &str) -> bool {
    [
        "rest.create",
        "sdk.create",
        "rest.invite",
        "sdk.invite",
        "sdk.join",
        "rest.permissions",
        "sdk.permissions",
        "rest.kick",
        "sdk.kick",
        "rest.message",
        "sdk.send",
        "rest.terminate",
    ]
    .contains(&operation)
}
