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

/// The endpoint.
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
    /// `web`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_type: Option<String>,
    /// `SDP_V5`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sdp_version: Option<String>,
    /// In which role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<Role>,
    /// How media shall be exchanged; outside this protocol.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options: Option<Map<String, Value>>,
}

/// In which role somebody joins.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Role {
    /// The role.
    #[serde(rename = "type")]
    pub kind: RoleType,
}

open_enum! {
    /// The role of somebody who joins.
    pub enum RoleType {
        /// An ordinary participant.
        User = "user",
        /// Somebody who only listens.
        Listener = "listener",
        /// A mixer.
        Mixer = "mixer",
    }
}

/// The conference that was joined, and who is in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// The conference.
    #[serde(default, rename = "conferenceId", skip_serializing_if = "Option::is_none")]
    pub conference_id: Option<String>,
    /// Its alias.
    #[serde(default, rename = "conferenceAlias", skip_serializing_if = "Option::is_none")]
    pub conference_alias: Option<String>,
    /// Its type.
    #[serde(default, rename = "conferenceType", skip_serializing_if = "Option::is_none")]
    pub conference_type: Option<String>,
    /// Its code for joining by telephone.
    #[serde(default, rename = "conferencePincode", skip_serializing_if = "Option::is_none")]
    pub conference_pincode: Option<String>,
    /// How it is run. The Web SDK cannot join without this object.
    pub metadata: Map<String, Value>,
    /// Whether it is being recorded.
    #[serde(default, rename = "recordingStatus", skip_serializing_if = "Option::is_none")]
    pub recording_status: Option<String>,
    /// Everybody who is in it or invited to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub participants: Option<Vec<Participant>>,
}

/// One participant, as a join answer names it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Participant {
    /// The user id; here, and only here, under this name.
    pub participant_id: String,
    /// The external id.
    #[serde(default, rename = "externalId", skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// The name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Where a picture is.
    #[serde(default, rename = "avatarUrl", skip_serializing_if = "Option::is_none")]
    pub avatar_url: Option<String>,
    /// Where the participant stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<ParticipantStatus>,
    /// In which role.
    #[serde(default, rename = "participantType", skip_serializing_if = "Option::is_none")]
    pub participant_type: Option<ParticipantType>,
    /// Whether the participant sends audio.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audio: Option<bool>,
    /// Whether the participant receives none.
    #[serde(default, rename = "audioReceivingStopped", skip_serializing_if = "Option::is_none")]
    pub audio_receiving_stopped: Option<bool>,
    /// What the server adds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Map<String, Value>>,
}

wire! { Request, "sdk-join-request", "Request to join a conference", Client,
{ "sync": true, "device_type": "web", "sdp_version": "SDP_V5", "user": { "type": "user" },
  "options": { "constraints": { "audio": false, "video": false } } } }
wire! { Answer, "sdk-join-answer", "The conference that was joined", Server,
{ "conferenceId": "c-1", "conferenceAlias": "Room One", "conferenceType": "sdk_conf",
  "conferencePincode": "", "recordingStatus": "NOT_RECORDING",
  "metadata": { "currentLanguage": "english", "dolbyVoice": "false", "liveRecording": "false",
                "mode": "standard", "multiSession": false, "rtcpMode": "average",
                "stats": false, "ttl": 0, "videoCodec": "H264" },
  "participants": [ { "participant_id": "u-bob", "externalId": "bob", "name": "Bob",
      "avatarUrl": "https://example.com/bob.png", "status": "RESERVED",
      "participantType": "USER", "audio": false, "audioReceivingStopped": false,
      "metadata": {} } ] } }
