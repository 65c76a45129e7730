//! `POST /v1/conferences/{conferenceId}/permissions`: a participant replaces what others may do.

use crate::endpoint::{Authentication, Body, Effect, Endpoint, Method, Operation, Plane};
use crate::error::Failure;
use crate::payload::{Payload, wire};
use crate::permission::{Permission, RequestedPermissions};
use crate::requirement::id;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The endpoint of `sdk.permissions`.
pub const ENDPOINT: Endpoint = Endpoint {
    operation: Operation::SdkPermissions,
    title: "Update permissions from within a conference",
    plane: Plane::Session,
    method: Method::Post,
    path: "/v1/conferences/{conferenceId}/permissions",
    authentication: Authentication::Session,
    scope: None,
    permission: Some(Permission::UpdatePermissions),
    request: Body::Json(Payload::of::<Request>()),
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
    effect: Some(Effect::Updates),
    essential: &[],
    requirement: id::PRM_018,
    anonymous: None,
};

/// The people whose permissions to replace.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Request {
    /// The people, each with a user id.
    #[serde(rename = "userPermissions")]
    pub user_permissions: Vec<Update>,
}

/// The new permissions of one person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Update {
    /// The person's user id.
    #[serde(rename = "userId")]
    pub user_id: String,
    /// The permissions of the person from now on; the default set if none are stated.
    #[serde(
        default,
        rename = "newPermissions",
        skip_serializing_if = "RequestedPermissions::is_default"
    )]
    pub new_permissions: RequestedPermissions,
}

wire! { Request, "sdk-permissions-request", "Update of permissions by a participant", Client,
{ "userPermissions": [ { "userId": "u-bob", "newPermissions": ["JOIN", "SEND_MESSAGE"] } ] } }
