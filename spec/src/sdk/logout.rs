//! `POST /v1/users/logout`: a client closes its session.

use crate::endpoint::{Authentication, Body, Endpoint, Method, Operation, Plane};
use crate::payload::Payload;
use crate::requirement::id;
use crate::sdk::Empty;

/// The endpoint of `sdk.logout`.
pub const ENDPOINT: Endpoint = Endpoint {
    operation: Operation::Logout,
    title: "Close the session",
    plane: Plane::Session,
    method: Method::Post,
    path: "/v1/users/logout",
    authentication: Authentication::Session,
    scope: None,
    permission: None,
    request: Body::Json(Payload::of::<Empty>()),
    answer: None,
    refusals: &[],
    effect: None,
    essential: &[],
    requirement: id::SES_012,
    anonymous: None,
};
