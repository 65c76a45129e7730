//! `POST /v2/conferences/{conferenceId}/permissions`: replaces what people may do.

use crate::endpoint::{Authentication, Body, Effect, Endpoint, Method, Operation, Plane};
use crate::error::Failure;
use crate::payload::{Payload, wire};
use crate::permission::RequestedPermissions;
use crate::requirement::id;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The endpoint of `rest.permissions`.
pub const ENDPOINT: Endpoint = Endpoint {
    operation: Operation::RestPermissions,
    title: "Update permissions",
    plane: Plane::Rest,
    method: Method::Post,
    path: "/v2/conferences/{conferenceId}/permissions",
    authentication: Authentication::ApiToken,
    scope: Some("comms:conf:admin"),
    permission: None,
    request: Body::Json(Payload::of::<Request>()),
    answer: Some(Payload::of::<Answer>()),
    refusals: &[
        Failure::InsufficientScope,
        Failure::NoSuchConference,
        Failure::NoSuchParticipant,
        Failure::Kicked,
    ],
    effect: Some(Effect::Updates),
    essential: &[],
    requirement: id::PRM_014,
    anonymous: None,
};

/// The people whose permissions to replace.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Request {
    /// The people, by external id.
    pub participants: BTreeMap<String, Update>,
}

/// The new permissions of one person.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Update {
    /// The permissions of the person from now on; the default set if none are stated.
    #[serde(default, skip_serializing_if = "RequestedPermissions::is_default")]
    pub permissions: RequestedPermissions,
}

/// The new conference access token of each person, by external id. Earlier tokens are revoked.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Answer(pub BTreeMap<String, String>);

wire! {
    Request, "rest-permissions-request", "Request to replace permissions", Client,
    { "participants": { "bob": { "permissions": ["JOIN"] } } }
}
wire! {
    Answer, "rest-permissions-answer", "Tokens with the new permissions", Server,
    { "bob": "eyJh.eyJi.c2ln" }
}
