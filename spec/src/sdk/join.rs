//! `POST /v1/conferences/{conferenceId}/join`: a client joins, or listens.

use crate::endpoint::{Authentication, Body, Effect, Endpoint, Method, Operation, Plane};
use crate::error::Failure;
use crate::participant::{ParticipantStatus, ParticipantType};
use crate::payload::{Payload, wire};
use crate::permission::Permission;
use crate::requirement::id;
use crate::wire::open_enum;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The endpoint of `sdk.join`.
pub const ENDPOINT: Endpoint = Endpoint {
    operation: Operation::SdkJoin,
    title: "Join a conference",
    plane: Plane::Session,
    method: Method::Post,
    path: "/v1/conferences/{conferenceId}/join",
    authentication: Authentication::Session,
    scope: None,
    permission: Some(Permission::Join),
    request: Body::Json(Payload::of::<Request>()),
    answer: Some(Payload::of::<Answer>()),
    refusals: &[
        Failure::NoSuchConference,
        Failure::ForeignToken,
        Failure::UserNotValid,
        Failure::InsufficientPermissions,
        Failure::CapacityReached,
        Failure::Kicked,
    ],
    effect: Some(Effect::Joins),
    essential: &[],
    requirement: id::JOIN_001,
    anonymous: None,
};

/// How the client joins.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Request {
    /// Always true.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sync: Option<bool>,
    /// The type of device: `web`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_type: Option<String>,
    /// The version of session descriptions: `SDP_V5`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sdp_version: Option<String>,
    /// The role of the participant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<Role>,
    /// Options for media. They are outside this protocol.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options: Option<Map<String, Value>>,
}

/// The role in which a person joins.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Role {
    /// The role.
    #[serde(rename = "type")]
    pub kind: RoleType,
}

open_enum! {
    /// A role in which a person can join.
    pub enum RoleType {
        /// An ordinary participant.
        User = "user",
        /// A participant who only listens.
        Listener = "listener",
        /// A mixer.
        Mixer = "mixer",
    }
}

/// The joined conference, and its people.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// The id of the conference.
    #[serde(default, rename = "conferenceId", skip_serializing_if = "Option::is_none")]
    pub conference_id: Option<String>,
    /// The alias of the conference.
    #[serde(default, rename = "conferenceAlias", skip_serializing_if = "Option::is_none")]
    pub conference_alias: Option<String>,
    /// The type of the conference.
    #[serde(default, rename = "conferenceType", skip_serializing_if = "Option::is_none")]
    pub conference_type: Option<String>,
    /// The code for joining by telephone.
    #[serde(default, rename = "conferencePincode", skip_serializing_if = "Option::is_none")]
    pub conference_pincode: Option<String>,
    /// Settings of the conference. The Web SDK cannot join without this object.
    pub metadata: Map<String, Value>,
    /// The status of the recording.
    #[serde(default, rename = "recordingStatus", skip_serializing_if = "Option::is_none")]
    pub recording_status: Option<String>,
    /// Everybody who has joined or is Reserved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub participants: Option<Vec<Participant>>,
}

/// A person in the response to a join.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Participant {
    /// The user id. Only this payload uses this name for it.
    pub participant_id: String,
    /// The external id of the person.
    #[serde(default, rename = "externalId", skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// The name of the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The URL of a picture.
    #[serde(default, rename = "avatarUrl", skip_serializing_if = "Option::is_none")]
    pub avatar_url: Option<String>,
    /// The status of the participant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<ParticipantStatus>,
    /// The role of the participant.
    #[serde(default, rename = "participantType", skip_serializing_if = "Option::is_none")]
    pub participant_type: Option<ParticipantType>,
    /// Whether the participant sends audio.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audio: Option<bool>,
    /// Whether the participant has stopped receiving audio.
    #[serde(default, rename = "audioReceivingStopped", skip_serializing_if = "Option::is_none")]
    pub audio_receiving_stopped: Option<bool>,
    /// Additional data from the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Map<String, Value>>,
}

wire! { Request, "sdk-join-request", "Request to join a conference", Client,
{ "sync": true, "device_type": "web", "sdp_version": "SDP_V5", "user": { "type": "user" },
  "options": { "constraints": { "audio": false, "video": false } } } }
wire! { Answer, "sdk-join-answer", "The joined conference", Server,
{ "conferenceId": "c-1", "conferenceAlias": "Room One", "conferenceType": "sdk_conf",
  "conferencePincode": "", "recordingStatus": "NOT_RECORDING",
  "metadata": { "currentLanguage": "english", "dolbyVoice": "false", "liveRecording": "false",
                "mode": "standard", "multiSession": false, "rtcpMode": "average",
                "stats": false, "ttl": 0, "videoCodec": "H264" },
  "participants": [ { "participant_id": "u-bob", "externalId": "bob", "name": "Bob",
      "avatarUrl": "https://example.com/bob.png", "status": "RESERVED",
      "participantType": "USER", "audio": false, "audioReceivingStopped": false,
      "metadata": {} } ] } }
