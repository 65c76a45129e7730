//! `POST /v2/users/identify`: a client says who its user is, before it opens its WebSocket.

use crate::endpoint::{Authentication, Body, Endpoint, Method, Operation, Plane};
use crate::error::Failure;
use crate::payload::{Payload, wire};
use crate::requirement::id;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The endpoint of `sdk.identify`.
pub const ENDPOINT: Endpoint = Endpoint {
    operation: Operation::Identify,
    title: "Identify the user of a session",
    plane: Plane::Session,
    method: Method::Post,
    path: "/v2/users/identify",
    authentication: Authentication::ClientToken,
    scope: None,
    permission: None,
    request: Body::Json(Payload::of::<Request>()),
    answer: Some(Payload::of::<Answer>()),
    refusals: &[Failure::UserNotValid],
    effect: None,
    essential: &["/user_id", "/jwt_user_token"],
    requirement: id::SES_001,
    anonymous: Some(id::SES_008),
};

/// The user of the session.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Request {
    /// The user's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The user's external id. It has to be the one in the client access token, if that has one.
    #[serde(default, rename = "externalId", skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// The URL of the user's picture.
    #[serde(default, rename = "avatarUrl", skip_serializing_if = "Option::is_none")]
    pub avatar_url: Option<String>,
    /// The version of the client.
    #[serde(default, rename = "sdkVersion", skip_serializing_if = "Option::is_none")]
    pub sdk_version: Option<String>,
}

/// The identifiers and tokens of the new session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// The user id, the same in every session of one external id.
    #[serde(deserialize_with = "crate::wire::not_empty")]
    #[schemars(length(min = 1))]
    pub user_id: String,
    /// The session token, for `X-Token` and for the WebSocket.
    #[serde(deserialize_with = "crate::wire::not_empty")]
    #[schemars(length(min = 1))]
    pub jwt_user_token: String,
    /// The origin of the WebSocket, such as `wss://host`. The client appends the path.
    #[serde(default, rename = "wsUri", skip_serializing_if = "Option::is_none")]
    pub ws_uri: Option<String>,
}

wire! { Request, "sdk-identify-request", "Request to identify a user", Client,
{ "name": "Bob", "externalId": "bob", "avatarUrl": "https://example.com/bob.png",
  "sdkVersion": "3.2.1" } }
wire! { Answer, "sdk-identify-answer", "Response to identify", Server,
{ "user_id": "u-bob", "jwt_user_token": "eyJh.eyJz.c2ln", "wsUri": "wss://session.example.com" } }
