//! Frames about participants, for sessions that have joined.

use super::frame;
use crate::participant::{ParticipantStatus, ParticipantType};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Notifies participants that a person is new to the conference: invited, or joining uninvited.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ParticipantAdded {
    /// The user id of the person.
    #[serde(deserialize_with = "crate::wire::not_empty")]
    #[schemars(length(min = 1))]
    pub user_id: String,
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

/// Notifies participants that a person's status changed. The receiver also learns its own status
/// from this frame.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ParticipantUpdated {
    /// The user id of the person.
    #[serde(deserialize_with = "crate::wire::not_empty")]
    #[schemars(length(min = 1))]
    pub user_id: String,
    /// The external id of the person. The Web SDK does not read it here.
    #[serde(default, rename = "externalId", skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// The name of the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
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
}

/// Notifies the receiver that it was kicked. The others get [`ParticipantUpdated`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ParticipantKicked {
    /// The receiver's own user id.
    #[serde(rename = "userId")]
    #[serde(deserialize_with = "crate::wire::not_empty")]
    #[schemars(length(min = 1))]
    pub user_id: String,
    /// The status: `KICKED`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<ParticipantStatus>,
    /// The role of the participant.
    #[serde(default, rename = "participantType", skip_serializing_if = "Option::is_none")]
    pub participant_type: Option<ParticipantType>,
    /// Whether the participant sent audio.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audio: Option<bool>,
    /// Whether the participant had stopped receiving audio.
    #[serde(default, rename = "audioReceivingStopped", skip_serializing_if = "Option::is_none")]
    pub audio_receiving_stopped: Option<bool>,
}

frame! { ParticipantAdded, "push-participant-added", "A person is new to a conference",
{ "user_id": "u-bob", "externalId": "bob", "name": "Bob",
  "avatarUrl": "https://example.com/bob.png", "status": "RESERVED", "participantType": "USER",
  "audio": false, "audioReceivingStopped": false, "metadata": {} } }
frame! { ParticipantUpdated, "push-participant-updated", "A participant's status changed",
{ "user_id": "u-bob", "externalId": "bob", "name": "Bob", "status": "ON_AIR",
  "participantType": "USER", "audio": false, "audioReceivingStopped": false } }
frame! { ParticipantKicked, "push-participant-kicked", "The receiver was kicked",
{ "userId": "u-bob", "status": "KICKED", "participantType": "USER", "audio": false,
  "audioReceivingStopped": false } }
