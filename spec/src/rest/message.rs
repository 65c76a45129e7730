//! `POST /v2/conferences/{conferenceId}/message`: a message to participants.

use crate::endpoint::{Authentication, Body, Effect, Endpoint, Method, Operation, Plane};
use crate::error::Failure;
use crate::payload::{Payload, wire};
use crate::requirement::id;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The endpoint of `rest.message`.
pub const ENDPOINT: Endpoint = Endpoint {
    operation: Operation::RestMessage,
    title: "Send a message",
    plane: Plane::Rest,
    method: Method::Post,
    path: "/v2/conferences/{conferenceId}/message",
    authentication: Authentication::ApiToken,
    scope: Some("comms:conf:admin"),
    permission: None,
    request: Body::Json(Payload::of::<Request>()),
    answer: None,
    refusals: &[
        Failure::InsufficientScope,
        Failure::NoSuchConference,
        Failure::NoSuchParticipant,
        Failure::TooLarge,
    ],
    effect: Some(Effect::Sends),
    essential: &[],
    requirement: id::MSG_005,
    anonymous: None,
};

/// A message to participants.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Request {
    /// The external id of the sender, who is a participant.
    pub from: String,
    /// The text: 16 KB at most.
    pub message: String,
    /// The external ids of the receivers. Absent or empty means everybody in the conference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Vec<String>>,
}

wire! {
    Request, "rest-message-request", "Message sent by REST", Client,
    { "from": "alice", "message": "hello", "to": ["bob"] }
}
