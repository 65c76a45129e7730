//! Frames about the receiver's conference, or about the receiver in it.

use super::frame;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Notifies a participant that the conference has ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConferenceDestroyed {
    /// The id of the conference. The client leaves if this is its current conference.
    #[serde(rename = "conferenceId")]
    #[serde(deserialize_with = "crate::wire::not_empty")]
    #[schemars(length(min = 1))]
    pub conference_id: String,
    /// The alias of the conference.
    #[serde(default, rename = "conferenceAlias", skip_serializing_if = "Option::is_none")]
    pub conference_alias: Option<String>,
}

/// Notifies a session that another session of the same person has replaced it in the conference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct OwnParticipantSwitched {}

frame! { ConferenceDestroyed, "push-conference-destroyed", "The conference ended",
{ "conferenceId": "c-1", "conferenceAlias": "Room One" } }
frame! { OwnParticipantSwitched, "push-own-participant-switched",
"Another session replaced the receiver", {} }
