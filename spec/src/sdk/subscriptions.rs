//! `POST` and `DELETE /v1/subscriptions`: which notifications a session gets about a conference.

use crate::endpoint::{Authentication, Body, Endpoint, Method, Operation, Plane};
use crate::payload::{Payload, wire};
use crate::requirement::id;
use crate::wire::open_enum;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The endpoint of `sdk.subscribe`.
pub const SUBSCRIBE: Endpoint = Endpoint {
    operation: Operation::Subscribe,
    title: "Subscribe to notifications",
    plane: Plane::Session,
    method: Method::Post,
    path: "/v1/subscriptions",
    authentication: Authentication::Session,
    scope: Some("notifications:set"),
    permission: None,
    request: Body::Json(Payload::of::<Request>()),
    answer: None,
    refusals: &[],
    effect: None,
    essential: &[],
    requirement: id::SUB_001,
    anonymous: None,
};

/// The endpoint of `sdk.unsubscribe`: a `DELETE` with a JSON body.
pub const UNSUBSCRIBE: Endpoint = Endpoint {
    operation: Operation::Unsubscribe,
    title: "Unsubscribe from notifications",
    plane: Plane::Session,
    method: Method::Delete,
    path: "/v1/subscriptions",
    authentication: Authentication::Session,
    scope: Some("notifications:set"),
    permission: None,
    request: Body::Json(Payload::of::<Request>()),
    answer: None,
    refusals: &[],
    effect: None,
    essential: &[],
    requirement: id::SUB_002,
    anonymous: None,
};

/// The notifications to subscribe to, or to unsubscribe from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Request {
    /// One entry for each type of notification and conference.
    pub subscriptions: Vec<Subscription>,
}

/// One type of notification about one conference.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Subscription {
    /// The type of notification.
    #[serde(rename = "type")]
    pub kind: SubscriptionType,
    /// The alias of the conference. Case-insensitive.
    #[serde(rename = "conferenceAlias")]
    pub conference_alias: String,
}

open_enum! {
    /// A type of notification about a conference. Invitations need no subscription.
    pub enum SubscriptionType {
        /// The conference was created.
        ConferenceCreated = "Conference.Created",
        /// The conference ended.
        ConferenceEnded = "Conference.Ended",
        /// A person joined the conference.
        ParticipantJoined = "Participant.Joined",
        /// A person left the conference.
        ParticipantLeft = "Participant.Left",
    }
}

wire! { Request, "sdk-subscriptions-request", "Request to subscribe or unsubscribe", Client,
{ "subscriptions": [ { "type": "Participant.Joined", "conferenceAlias": "Room One" } ] } }
