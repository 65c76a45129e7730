//! News about participants, for those who have joined.

use super::frame;
use crate::participant::{ParticipantStatus, ParticipantType};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Tells that somebody became known to the conference: invited, or joining uninvited.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ParticipantAdded {
    /// Who.
    #[serde(deserialize_with = "crate::wire::not_empty")]
    #[schemars(length(min = 1))]
    pub user_id: String,
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

/// Tells that somebody's standing changed. The receiver learns of itself by this frame, too.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ParticipantUpdated {
    /// Who.
    #[serde(deserialize_with = "crate::wire::not_empty")]
    #[schemars(length(min = 1))]
    pub user_id: String,
    /// The external id; the Web SDK does not read it here.
    #[serde(default, rename = "externalId", skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// The name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
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
}

/// Tells the receiver that it was kicked; the others get [`ParticipantUpdated`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ParticipantKicked {
    /// Who: the receiver.
    #[serde(rename = "userId")]
    #[serde(deserialize_with = "crate::wire::not_empty")]
    #[schemars(length(min = 1))]
    pub user_id: String,
    /// `KICKED`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<ParticipantStatus>,
    /// In which role.
    #[serde(default, rename = "participantType", skip_serializing_if = "Option::is_none")]
    pub participant_type: Option<ParticipantType>,
    /// Whether the participant sent audio.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audio: Option<bool>,
    /// Whether the participant received none.
    #[serde(default, rename = "audioReceivingStopped", skip_serializing_if = "Option::is_none")]
    pub audio_receiving_stopped: Option<bool>,
}

frame! { ParticipantAdded, "push-participant-added", "Somebody became known to a conference",
{ "user_id": "u-bob", "externalId": "bob", "name": "Bob",
  "avatarUrl": "https://example.com/bob.png", "status": "RESERVED", "participantType": "USER",
  "audio": false, "audioReceivingStopped": false, "metadata": {} } }
frame! { ParticipantUpdated, "push-participant-updated", "Somebody's standing changed",
{ "user_id": "u-bob", "externalId": "bob", "name": "Bob", "status": "ON_AIR",
  "participantType": "USER", "audio": false, "audioReceivingStopped": false } }
frame! { ParticipantKicked, "push-participant-kicked", "The receiver was kicked",
{ "userId": "u-bob", "status": "KICKED", "participantType": "USER", "audio": false,
  "audioReceivingStopped": false } }
