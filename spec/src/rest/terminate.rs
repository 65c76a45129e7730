//! `DELETE /v2/conferences/{conferenceId}`: ends a conference and removes everybody.

use crate::endpoint::{Authentication, Body, Endpoint, Method, Plane};
use crate::error::Failure;

/// The endpoint.
pub const ENDPOINT: Endpoint = Endpoint {
    operation: "rest.terminate",
    title: "End a conference",
    plane: Plane::Rest,
    method: Method::Delete,
    path: "/v2/conferences/{conferenceId}",
    authentication: Authentication::ApiToken,
    scope: Some("comms:conf:destroy"),
    permission: None,
    request: Body::None,
    answer: None,
    refusals: &[Failure::InsufficientScope, Failure::NoSuchConference],
    requirement: "CNF-016",
};
