//! `DELETE /v2/conferences/{conferenceId}`: ends a conference and removes everybody.

use crate::endpoint::{Authentication, Body, Effect, Endpoint, Method, Operation, Plane};
use crate::error::Failure;
use crate::requirement::id;

/// The endpoint of `rest.terminate`.
pub const ENDPOINT: Endpoint = Endpoint {
    operation: Operation::RestTerminate,
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
    effect: Some(Effect::Ends),
    essential: &[],
    requirement: id::CNF_016,
    anonymous: None,
};
