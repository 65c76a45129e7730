//! `POST /v1/oauth2/refresh`: a new client access token for the refresh token of a sign-in.

use crate::endpoint::{Authentication, Body, Endpoint, Method, Operation, Plane};
use crate::payload::{Payload, wire};
use crate::requirement::id;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The endpoint.
pub const ENDPOINT: Endpoint = Endpoint {
    operation: Operation::Refresh,
    title: "Refresh a sign-in",
    plane: Plane::Session,
    method: Method::Post,
    path: "/v1/oauth2/refresh",
    authentication: Authentication::Application,
    scope: None,
    permission: None,
    request: Body::Json(Payload::of::<Request>()),
    answer: Some(Payload::of::<Answer>()),
    refusals: &[],
    effect: None,
    essential: &["/access_token"],
    requirement: id::AUTH_017,
    anonymous: None,
};

/// Asks for a new token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Request {
    /// The refresh token of the sign-in.
    pub refresh_token: String,
}

/// The new token: the Web SDK reads nothing but `access_token` here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// The new client access token.
    pub access_token: String,
    /// `Bearer`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_type: Option<String>,
    /// Seconds that it lives.
    #[serde(
        default,
        deserialize_with = "crate::wire::some_whole",
        skip_serializing_if = "Option::is_none"
    )]
    pub expires_in: Option<u64>,
    /// What the next token can be had for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
}

wire! { Request, "sdk-refresh-request", "Request to refresh a sign-in", Client,
{ "refresh_token": "r-1" } }
wire! { Answer, "sdk-refresh-answer", "Answer to a refresh", Server,
{ "access_token": "eyJh.eyJl.c2ln", "token_type": "Bearer", "expires_in": 3600,
  "refresh_token": "r-2" } }
