//! `POST /v2/client-access-token`: a client access token, with which a client opens its session.

use crate::endpoint::{Authentication, Body, Endpoint, Method, Operation, Plane};
use crate::payload::{Payload, wire};
use crate::requirement::id;
use crate::rest::auth_token::GrantType;
use crate::token::ClientTokenAnswer;
use crate::wire::{LooseSeconds, only_read};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The endpoint of `rest.client-access-token`.
pub const ENDPOINT: Endpoint = Endpoint {
    operation: Operation::ClientAccessToken,
    title: "Get a client access token",
    plane: Plane::Rest,
    method: Method::Post,
    path: "/v2/client-access-token",
    authentication: Authentication::ApiToken,
    scope: Some("comms:client_access_token:create"),
    permission: None,
    request: Body::Json(Payload::of::<Request>()),
    answer: Some(Payload::of::<ClientTokenAnswer>()),
    refusals: &[],
    effect: None,
    essential: &["/access_token"],
    requirement: id::AUTH_007,
    anonymous: None,
};

/// Requests a client access token.
///
/// Clients disagree on the name and type of the lifetime. Python sends `expires_in` as an integer.
/// Node sends `expiresIn` as an integer. .NET sends `expires_in` as a string, with a `grant_type`
/// and never an external id. The server accepts all three.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self")]
pub struct Request {
    /// The person of the session. Without it a session may open, but the server cannot verify the
    /// person.
    #[serde(default, rename = "externalId", skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// The scopes of the session, separated by spaces. Without scopes it is unrestricted. The
    /// server drops unknown scopes.
    #[serde(default, rename = "sessionScope", skip_serializing_if = "Option::is_none")]
    pub session_scope: Option<String>,
    /// The lifetime of the token in seconds: 3,600 by default, 86,400 at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<LooseSeconds>,
    /// Another spelling of `expires_in`, which the Node client uses.
    #[serde(default, rename = "expiresIn", skip_serializing)]
    #[schemars(transform = only_read)]
    expires_in_camel: Option<LooseSeconds>,
    /// `client_credentials`, if present.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant_type: Option<GrantType>,
}

impl Serialize for Request {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        Request::serialize(self, to)
    }
}

/// Reads either spelling of the lifetime. `expires_in` wins if both are present.
impl<'de> Deserialize<'de> for Request {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let mut request = Request::deserialize(from)?;
        let other = request.expires_in_camel.take();
        request.expires_in = request.expires_in.or(other);
        Ok(request)
    }
}

wire! {
    Request, "client-access-token-request", "Request for a client access token", Client,
    { "externalId": "bob", "sessionScope": "conf:create notifications:set", "expires_in": 3600 }
}
