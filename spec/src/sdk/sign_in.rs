//! `POST /v1/oauth2/token`: a client signs in with the application's key and secret.

use crate::endpoint::{Authentication, Body, Endpoint, Method, Operation, Plane};
use crate::payload::{Payload, wire};
use crate::requirement::id;
use crate::rest::auth_token::GrantType;
use crate::token::ClientTokenAnswer;
use crate::wire::LooseSeconds;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The endpoint of `sdk.sign-in`.
pub const ENDPOINT: Endpoint = Endpoint {
    operation: Operation::SignIn,
    title: "Sign in with key and secret",
    plane: Plane::Session,
    method: Method::Post,
    path: "/v1/oauth2/token",
    authentication: Authentication::Application,
    scope: None,
    permission: None,
    request: Body::JsonOrForm(Payload::of::<Request>()),
    answer: Some(Payload::of::<ClientTokenAnswer>()),
    refusals: &[],
    effect: None,
    essential: &["/access_token"],
    requirement: id::AUTH_016,
    anonymous: None,
};

/// Requests a client access token. The Web SDK sends JSON, older REST clients send a form, others
/// send an empty object or no body.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Request {
    /// `client_credentials`, if present.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant_type: Option<GrantType>,
    /// The lifetime of the token in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<LooseSeconds>,
}

wire! {
    Request, "sdk-sign-in-request", "Request to sign in with key and secret", Client,
    { "grant_type": "client_credentials" }
}
