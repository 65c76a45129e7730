//! `GET /v2/conferences/{conferenceId}/participants`: who has joined.

use crate::endpoint::{Authentication, Body, Endpoint, Method, Operation, Plane};
use crate::error::Failure;
use crate::payload::{Payload, wire};
use crate::requirement::id;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The endpoint of `rest.participants`.
pub const ENDPOINT: Endpoint = Endpoint {
    operation: Operation::RestParticipants,
    title: "List the participants",
    plane: Plane::Rest,
    method: Method::Get,
    path: "/v2/conferences/{conferenceId}/participants",
    authentication: Authentication::ApiToken,
    scope: Some("comms:conf:admin"),
    permission: None,
    request: Body::None,
    answer: Some(Payload::of::<Answer>()),
    refusals: &[Failure::InsufficientScope, Failure::NoSuchConference],
    effect: None,
    essential: &[],
    requirement: id::PRT_014,
    anonymous: None,
};

/// The people who have joined.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// One entry for each person who has joined.
    pub participants: Vec<Participant>,
}

/// A person who has joined.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Participant {
    /// The user id of the person.
    #[serde(default, rename = "userId", skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// The external id of the person.
    #[serde(default, rename = "externalId", skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// The name of the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The URL of a picture.
    #[serde(default, rename = "avatarUrl", skip_serializing_if = "Option::is_none")]
    pub avatar_url: Option<String>,
    /// The IP address of the person's client.
    #[serde(default, rename = "ipAddress", skip_serializing_if = "Option::is_none")]
    pub ip_address: Option<String>,
    /// The user agent of the person's client.
    #[serde(default, rename = "userAgent", skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// The time of the last join, in milliseconds since 1970.
    #[serde(
        default,
        deserialize_with = "crate::wire::some_whole",
        rename = "lastJoinTimestamp",
        skip_serializing_if = "Option::is_none"
    )]
    pub last_join_timestamp: Option<u64>,
    /// How often the person has joined the conference, as the Node client describes it. A server may
    /// also count the open sessions of the person.
    #[serde(
        default,
        deserialize_with = "crate::wire::some_whole",
        rename = "nbSession",
        skip_serializing_if = "Option::is_none"
    )]
    pub nb_session: Option<u64>,
}

wire! {
    Answer, "rest-participants-answer", "The people who have joined", Server,
    { "participants": [ { "userId": "u-bob", "externalId": "bob", "name": "Bob",
        "avatarUrl": "https://example.com/bob.png", "ipAddress": "192.0.2.7",
        "userAgent": "Browser/1", "lastJoinTimestamp": 1795394205070u64, "nbSession": 1 } ] }
}
