//! Notifications: what a session subscribed to, whether or not it has joined.

use super::frame;
use crate::participant::ParticipantStatus;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Tells a subscriber that the conference was created.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConferenceCreatedNotification {
    /// Which.
    pub conference: ConferenceName,
}

/// Tells a subscriber that the conference ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConferenceEndedNotification {
    /// Which.
    pub conference: ConferenceName,
}

/// Tells a new subscriber how the conference stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConferenceStatusNotification {
    /// The conference's id.
    #[serde(default, rename = "confId", skip_serializing_if = "Option::is_none")]
    pub conf_id: Option<String>,
    /// Its alias.
    #[serde(default, rename = "confAlias", skip_serializing_if = "Option::is_none")]
    pub conf_alias: Option<String>,
    /// Whether anybody is in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub live: Option<bool>,
    /// Who takes part. The Web SDK loses the frame without this array.
    pub participants: Vec<StatusParticipant>,
}

/// A participant of a [`ConferenceStatusNotification`].
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct StatusParticipant {
    /// The user id.
    #[serde(default, rename = "userId", skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// The external id.
    #[serde(default, rename = "externalId", skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// The name; in notifications under this name.
    #[serde(default, rename = "externalName", skip_serializing_if = "Option::is_none")]
    pub external_name: Option<String>,
    /// Where the participant stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<ParticipantStatus>,
}

/// Tells a subscriber that somebody joined.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ParticipantJoinedNotification {
    /// Which conference.
    pub conference: ConferenceName,
    /// Who.
    pub participant: NotifiedParticipant,
}

/// Tells a subscriber that somebody left.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ParticipantLeftNotification {
    /// Which conference.
    pub conference: ConferenceName,
    /// Who.
    pub participant: NotifiedParticipant,
}

/// A conference, as notifications name it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct ConferenceName {
    /// Its id.
    #[serde(default, rename = "confId", skip_serializing_if = "Option::is_none")]
    pub conf_id: Option<String>,
    /// Its alias.
    #[serde(default, rename = "confAlias", skip_serializing_if = "Option::is_none")]
    pub conf_alias: Option<String>,
}

/// A participant, as notifications name it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct NotifiedParticipant {
    /// The user id.
    #[serde(default, rename = "userId", skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// The external id.
    #[serde(default, rename = "externalId", skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// The name.
    #[serde(default, rename = "externalName", skip_serializing_if = "Option::is_none")]
    pub external_name: Option<String>,
}

frame! { ConferenceCreatedNotification, "push-conference-created-notification",
"A conference was created",
{ "conference": { "confId": "c-1", "confAlias": "room one" } } }
frame! { ConferenceEndedNotification, "push-conference-ended-notification", "A conference ended",
{ "conference": { "confId": "c-1", "confAlias": "room one" } } }
frame! { ConferenceStatusNotification, "push-conference-status-notification",
"How a conference stands",
{ "confId": "c-1", "confAlias": "room one", "live": true,
  "participants": [ { "userId": "u-bob", "externalId": "bob", "externalName": "Bob",
                      "status": "ON_AIR" } ] } }
frame! { ParticipantJoinedNotification, "push-participant-joined-notification", "Somebody joined",
{ "conference": { "confId": "c-1", "confAlias": "room one" },
  "participant": { "userId": "u-bob", "externalId": "bob", "externalName": "Bob" } } }
frame! { ParticipantLeftNotification, "push-participant-left-notification", "Somebody left",
{ "conference": { "confId": "c-1", "confAlias": "room one" },
  "participant": { "userId": "u-bob", "externalId": "bob", "externalName": "Bob" } } }
