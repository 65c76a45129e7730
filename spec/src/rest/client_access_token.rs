//! `POST /v2/client-access-token`: a client access token, with which a client opens its session.

use crate::endpoint::{Authentication, Body, Endpoint, Method, Operation, Plane};
use crate::payload::{Payload, wire};
use crate::requirement::id;
use crate::rest::auth_token::GrantType;
use crate::token::TokenAnswer;
use crate::wire::LooseSeconds;
use schemars::{JsonSchema, Schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The endpoint.
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
    answer: Some(Payload::of::<TokenAnswer>()),
    refusals: &[],
    effect: None,
    essential: &["/access_token"],
    requirement: id::AUTH_007,
    anonymous: None,
};

/// Asks for a client access token.
///
/// The clients disagree on the lifetime's name and type: Python sends `expires_in` as an integer,
/// Node `expiresIn` as an integer, .NET `expires_in` as a string (with a `grant_type`, and never an
/// external id). All are read.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self")]
pub struct Request {
    /// Whom the session will speak for. Without it a session may open, but its person cannot be
    /// verified.
    #[serde(default, rename = "externalId", skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// What the session may do, separated by spaces; unrestricted when absent. Values that are not
    /// known are dropped.
    #[serde(default, rename = "sessionScope", skip_serializing_if = "Option::is_none")]
    pub session_scope: Option<String>,
    /// Seconds that the token shall live: 3,600 when absent, 86,400 at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<LooseSeconds>,
    /// The same, as another client spells it; read into `expires_in`.
    #[serde(default, rename = "expiresIn", skip_serializing)]
    #[schemars(transform = only_read)]
    expires_in_camel: Option<LooseSeconds>,
    /// `client_credentials`, when it is sent at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant_type: Option<GrantType>,
}

/// To JSON Schema `writeOnly` is about requests and answers, which is not what is meant here.
fn only_read(schema: &mut Schema) {
    schema.remove("writeOnly");
}

impl Serialize for Request {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        Request::serialize(self, to)
    }
}

/// Reads either spelling of the lifetime; `expires_in` counts where both are given.
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
