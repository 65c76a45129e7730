//! `POST /v1/auth/token`: an API token for the application server.

use crate::endpoint::{Authentication, Body, Endpoint, Method, Operation, Plane};
use crate::payload::{Payload, wire};
use crate::requirement::id;
use crate::token::TokenAnswer;
use crate::wire::LooseSeconds;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The endpoint of `auth.token`.
pub const ENDPOINT: Endpoint = Endpoint {
    operation: Operation::AuthToken,
    title: "Get an API token",
    plane: Plane::Auth,
    method: Method::Post,
    path: "/v1/auth/token",
    authentication: Authentication::Application,
    scope: None,
    permission: None,
    request: Body::Form(Payload::of::<Request>()),
    answer: Some(Payload::of::<TokenAnswer>()),
    refusals: &[],
    effect: None,
    essential: &["/access_token"],
    requirement: id::AUTH_001,
    anonymous: None,
};

/// The form that requests an API token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Request {
    /// `client_credentials`.
    pub grant_type: GrantType,
    /// The lifetime of the token in seconds: 1,800 by default, 86,400 at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<LooseSeconds>,
    /// The scopes of the token, separated by spaces. Without scopes it is unrestricted. The server
    /// drops unknown scopes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

/// The kind of credential in a token request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GrantType {
    /// The application's own key and secret.
    ClientCredentials,
}

wire! {
    Request, "auth-token-request", "Request for an API token", Client,
    { "grant_type": "client_credentials", "expires_in": "600",
      "scope": "comms:client_access_token:create comms:conf:create comms:conf:admin comms:conf:destroy" }
}
