//! `POST /v2/conferences/{conferenceId}/kick`: removes people for good.

use crate::endpoint::{Authentication, Body, Effect, Endpoint, Method, Operation, Plane};
use crate::error::Failure;
use crate::payload::{Payload, wire};
use crate::requirement::id;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The endpoint of `rest.kick`.
pub const ENDPOINT: Endpoint = Endpoint {
    operation: Operation::RestKick,
    title: "Kick people",
    plane: Plane::Rest,
    method: Method::Post,
    path: "/v2/conferences/{conferenceId}/kick",
    authentication: Authentication::ApiToken,
    scope: Some("comms:conf:admin"),
    permission: None,
    request: Body::Json(Payload::of::<Request>()),
    answer: None,
    refusals: &[Failure::InsufficientScope, Failure::NoSuchConference],
    effect: Some(Effect::Kicks),
    essential: &[],
    requirement: id::KCK_001,
    anonymous: None,
};

/// The people to kick.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Request {
    /// The external ids of the people.
    #[serde(rename = "externalIds")]
    pub external_ids: Vec<String>,
}

wire! {
    Request, "rest-kick-request", "Request to kick people", Client, { "externalIds": ["bob"] }
}
