//! `POST /v1/conferences/{conferenceId}/kick/{userId}`: a participant removes another for good.

use crate::endpoint::{Authentication, Body, Effect, Endpoint, Method, Operation, Plane};
use crate::error::Failure;
use crate::payload::Payload;
use crate::permission::Permission;
use crate::requirement::id;
use crate::sdk::Empty;

/// The endpoint of `sdk.kick`.
pub const ENDPOINT: Endpoint = Endpoint {
    operation: Operation::SdkKick,
    title: "Kick a participant",
    plane: Plane::Session,
    method: Method::Post,
    path: "/v1/conferences/{conferenceId}/kick/{userId}",
    authentication: Authentication::Session,
    scope: None,
    permission: Some(Permission::Kick),
    request: Body::Json(Payload::of::<Empty>()),
    answer: None,
    refusals: &[
        Failure::NoSuchConference,
        Failure::NoSuchParticipant,
        Failure::NotInConference,
        Failure::ForeignToken,
        Failure::UserNotValid,
        Failure::InsufficientPermissions,
        Failure::Kicked,
    ],
    effect: Some(Effect::Kicks),
    essential: &[],
    requirement: id::KCK_002,
    anonymous: None,
};
