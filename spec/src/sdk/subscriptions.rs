//! `POST` and `DELETE /v1/subscriptions`: which notifications a session gets about a conference.

use crate::endpoint::{Authentication, Body, Endpoint, Method, Operation, Plane};
use crate::payload::{Payload, wire};
use crate::requirement::id;
use crate::wire::open_enum;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The endpoint that subscribes.
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

/// The endpoint that unsubscribes: a `DELETE` with a JSON body.
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

/// The notifications that are meant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Request {
    /// What about which conference.
    pub subscriptions: Vec<Subscription>,
}

/// One kind of notification about one conference.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Subscription {
    /// What about it.
    #[serde(rename = "type")]
    pub kind: SubscriptionType,
    /// The conference, by alias; compared without regard to case.
    #[serde(rename = "conferenceAlias")]
    pub conference_alias: String,
}

open_enum! {
    /// What a session wants to hear about a conference. Invitations need no subscription.
    pub enum SubscriptionType {
        /// It was created.
        ConferenceCreated = "Conference.Created",
        /// It ended.
        ConferenceEnded = "Conference.Ended",
        /// Somebody joined.
        ParticipantJoined = "Participant.Joined",
        /// Somebody left.
        ParticipantLeft = "Participant.Left",
    }
}

wire! { Request, "sdk-subscriptions-request", "Request to subscribe or unsubscribe", Client,
{ "subscriptions": [ { "type": "Participant.Joined", "conferenceAlias": "Room One" } ] } }
