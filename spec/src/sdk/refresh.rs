//! `POST /v1/oauth2/refresh`: a new client access token for the refresh token of a sign-in.

use crate::endpoint::{Authentication, Body, Endpoint, Method, Operation, Plane};
use crate::payload::{Payload, wire};
use crate::requirement::id;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The endpoint of `sdk.refresh`.
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

/// Requests a new token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Request {
    /// The refresh token of the sign-in.
    pub refresh_token: String,
}

/// The new token. The Web SDK reads only `access_token` from it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// The new client access token.
    pub access_token: String,
    /// The type of the token: `Bearer`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_type: Option<String>,
    /// The lifetime of the token in seconds.
    #[serde(
        default,
        deserialize_with = "crate::wire::some_whole",
        skip_serializing_if = "Option::is_none"
    )]
    pub expires_in: Option<u64>,
    /// The refresh token for the next refresh.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
}

wire! { Request, "sdk-refresh-request", "Request to refresh a sign-in", Client,
{ "refresh_token": "r-1" } }
wire! { Answer, "sdk-refresh-answer", "Response to a refresh", Server,
{ "access_token": "eyJh.eyJl.c2ln", "token_type": "Bearer", "expires_in": 3600,
  "refresh_token": "r-2" } }
