//! `POST /v1/conferences/{conferenceId}/leave`: a session leaves.

use crate::endpoint::{Authentication, Body, Endpoint, Method, Operation, Plane};
use crate::error::Failure;
use crate::payload::{Payload, wire};
use crate::requirement::id;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The endpoint of `sdk.leave`. It takes no conference access token, because the client's token may
/// already be revoked.
pub const ENDPOINT: Endpoint = Endpoint {
    operation: Operation::SdkLeave,
    title: "Leave a conference",
    plane: Plane::Session,
    method: Method::Post,
    path: "/v1/conferences/{conferenceId}/leave",
    authentication: Authentication::Session,
    scope: None,
    permission: None,
    request: Body::Json(Payload::of::<Request>()),
    answer: None,
    refusals: &[Failure::NoSuchConference],
    effect: None,
    essential: &[],
    requirement: id::JOIN_019,
    anonymous: None,
};

/// The reason for leaving.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Request {
    /// The reason: `hangUp`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

wire! { Request, "sdk-leave-request", "Request to leave a conference", Client,
{ "reason": "hangUp" } }
