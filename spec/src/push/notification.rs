//! Notifications for sessions that subscribed to them, whether or not they have joined.

use super::frame;
use crate::participant::ParticipantStatus;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Notifies a subscriber that the conference was created.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConferenceCreatedNotification {
    /// The conference.
    pub conference: ConferenceName,
}

/// Notifies a subscriber that the conference ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConferenceEndedNotification {
    /// The conference.
    pub conference: ConferenceName,
}

/// Gives a new subscriber the current status of the conference.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConferenceStatusNotification {
    /// The id of the conference.
    #[serde(default, rename = "confId", skip_serializing_if = "Option::is_none")]
    pub conf_id: Option<String>,
    /// The alias of the conference.
    #[serde(default, rename = "confAlias", skip_serializing_if = "Option::is_none")]
    pub conf_alias: Option<String>,
    /// Whether anybody is in the conference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub live: Option<bool>,
    /// The participants. The Web SDK loses the frame without this array.
    pub participants: Vec<StatusParticipant>,
}

/// A participant of a [`ConferenceStatusNotification`].
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct StatusParticipant {
    /// The user id of the participant.
    #[serde(default, rename = "userId", skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// The external id of the participant.
    #[serde(default, rename = "externalId", skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// The name of the participant.
    #[serde(default, rename = "externalName", skip_serializing_if = "Option::is_none")]
    pub external_name: Option<String>,
    /// The status of the participant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<ParticipantStatus>,
}

/// Notifies a subscriber that a person joined.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ParticipantJoinedNotification {
    /// The conference.
    pub conference: ConferenceName,
    /// The person.
    pub participant: NotifiedParticipant,
}

/// Notifies a subscriber that a person left.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ParticipantLeftNotification {
    /// The conference.
    pub conference: ConferenceName,
    /// The person.
    pub participant: NotifiedParticipant,
}

/// A conference in a notification.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct ConferenceName {
    /// The id of the conference.
    #[serde(default, rename = "confId", skip_serializing_if = "Option::is_none")]
    pub conf_id: Option<String>,
    /// The alias of the conference.
    #[serde(default, rename = "confAlias", skip_serializing_if = "Option::is_none")]
    pub conf_alias: Option<String>,
}

/// A participant in a notification.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct NotifiedParticipant {
    /// The user id of the participant.
    #[serde(default, rename = "userId", skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// The external id of the participant.
    #[serde(default, rename = "externalId", skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// The name of the participant.
    #[serde(default, rename = "externalName", skip_serializing_if = "Option::is_none")]
    pub external_name: Option<String>,
}

frame! { ConferenceCreatedNotification, "push-conference-created-notification",
"A conference was created",
{ "conference": { "confId": "c-1", "confAlias": "room one" } } }
frame! { ConferenceEndedNotification, "push-conference-ended-notification", "A conference ended",
{ "conference": { "confId": "c-1", "confAlias": "room one" } } }
frame! { ConferenceStatusNotification, "push-conference-status-notification",
"Status of a conference",
{ "confId": "c-1", "confAlias": "room one", "live": true,
  "participants": [ { "userId": "u-bob", "externalId": "bob", "externalName": "Bob",
                      "status": "ON_AIR" } ] } }
frame! { ParticipantJoinedNotification, "push-participant-joined-notification", "A person joined",
{ "conference": { "confId": "c-1", "confAlias": "room one" },
  "participant": { "userId": "u-bob", "externalId": "bob", "externalName": "Bob" } } }
frame! { ParticipantLeftNotification, "push-participant-left-notification", "A person left",
{ "conference": { "confId": "c-1", "confAlias": "room one" },
  "participant": { "userId": "u-bob", "externalId": "bob", "externalName": "Bob" } } }
