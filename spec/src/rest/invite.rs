//! `POST /v2/conferences/{conferenceId}/invite`: invites people to a conference that exists.

use crate::endpoint::{Authentication, Body, Effect, Endpoint, Method, Operation, Plane};
use crate::error::Failure;
use crate::payload::{Payload, wire};
use crate::requirement::id;
pub use crate::rest::create::Invitee;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The endpoint of `rest.invite`.
pub const ENDPOINT: Endpoint = Endpoint {
    operation: Operation::RestInvite,
    title: "Invite people",
    plane: Plane::Rest,
    method: Method::Post,
    path: "/v2/conferences/{conferenceId}/invite",
    authentication: Authentication::ApiToken,
    scope: Some("comms:conf:admin"),
    permission: None,
    request: Body::Json(Payload::of::<Request>()),
    answer: Some(Payload::of::<Answer>()),
    refusals: &[Failure::InsufficientScope, Failure::NoSuchConference, Failure::Kicked],
    effect: Some(Effect::Invites),
    essential: &[],
    requirement: id::INV_001,
    anonymous: None,
};

/// The people to invite.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Request {
    /// The people, by external id.
    pub participants: BTreeMap<String, Invitee>,
}

/// A conference access token for each person who was invited, by external id.
///
/// A person who has already joined gets no new token and is absent.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Answer(pub BTreeMap<String, String>);

wire! {
    Request, "rest-invite-request", "Request to invite people", Client,
    { "participants": {
        "bob": { "permissions": ["JOIN", "SEND_AUDIO"], "notification": true },
        "carol": { "notification": false } } }
}
wire! {
    Answer, "rest-invite-answer", "Tokens of the people who were invited", Server,
    { "bob": "eyJh.eyJi.c2ln", "carol": "eyJh.eyJj.c2ln" }
}
