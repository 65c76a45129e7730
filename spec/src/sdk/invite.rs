//! `POST /v1/conferences/{conferenceId}/invite`: a participant invites people.

use crate::endpoint::{Authentication, Body, Effect, Endpoint, Method, Operation, Plane};
use crate::error::Failure;
use crate::payload::{Payload, wire};
use crate::permission::{Permission, RequestedPermissions};
use crate::requirement::id;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The endpoint of `sdk.invite`.
pub const ENDPOINT: Endpoint = Endpoint {
    operation: Operation::SdkInvite,
    title: "Invite people from within a conference",
    plane: Plane::Session,
    method: Method::Post,
    path: "/v1/conferences/{conferenceId}/invite",
    authentication: Authentication::Session,
    scope: None,
    permission: Some(Permission::Invite),
    request: Body::Json(Payload::of::<Request>()),
    answer: None,
    refusals: &[
        Failure::NoSuchConference,
        Failure::NotInConference,
        Failure::ForeignToken,
        Failure::UserNotValid,
        Failure::InsufficientPermissions,
        Failure::Kicked,
    ],
    effect: Some(Effect::Invites),
    essential: &[],
    requirement: id::INV_003,
    anonymous: None,
};

/// The people to invite.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Request {
    /// The people, each with an external id.
    #[serde(rename = "externalProfiles")]
    pub external_profiles: Vec<Invitee>,
}

/// One invited person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Invitee {
    /// The person's external id.
    #[serde(rename = "externalId")]
    #[serde(deserialize_with = "crate::wire::not_empty")]
    #[schemars(length(min = 1))]
    pub external_id: String,
    /// The person's name.
    #[serde(default, rename = "externalName", skip_serializing_if = "Option::is_none")]
    pub external_name: Option<String>,
    /// The URL of the person's picture.
    #[serde(default, rename = "externalPhotoUrl", skip_serializing_if = "Option::is_none")]
    pub external_photo_url: Option<String>,
    /// The permissions of the person; the default set if none are stated. Ignored in an unprotected
    /// conference.
    #[serde(default, skip_serializing_if = "RequestedPermissions::is_default")]
    pub permissions: RequestedPermissions,
}

wire! { Request, "sdk-invite-request", "Invitation by a participant", Client,
{ "externalProfiles": [
    { "externalId": "bob", "externalName": "Bob",
      "externalPhotoUrl": "https://example.com/bob.png", "permissions": ["JOIN"] },
    { "externalId": "carol" } ] } }
