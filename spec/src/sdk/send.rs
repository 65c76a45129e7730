//! `POST /v1/conferences/{conferenceId}/send`: a message to the other participants.

use crate::endpoint::{Authentication, Body, Effect, Endpoint, Method, Operation, Plane};
use crate::error::Failure;
use crate::payload::{Payload, wire};
use crate::permission::Permission;
use crate::requirement::id;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The endpoint of `sdk.send`.
pub const ENDPOINT: Endpoint = Endpoint {
    operation: Operation::SdkSend,
    title: "Send a message from within a conference",
    plane: Plane::Session,
    method: Method::Post,
    path: "/v1/conferences/{conferenceId}/send",
    authentication: Authentication::Session,
    scope: None,
    permission: Some(Permission::SendMessage),
    request: Body::Json(Payload::of::<Request>()),
    answer: None,
    refusals: &[
        Failure::NoSuchConference,
        Failure::NotInConference,
        Failure::ForeignToken,
        Failure::UserNotValid,
        Failure::InsufficientPermissions,
        Failure::TooLarge,
        Failure::Kicked,
    ],
    effect: Some(Effect::Sends),
    essential: &[],
    requirement: id::MSG_001,
    anonymous: None,
};

/// A message to the other participants.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Request {
    /// The text: 16 KB at most.
    pub message: String,
}

wire! { Request, "sdk-send-request", "Message sent by a participant", Client,
{ "message": "hello" } }
