//! What happens to the receiver's conference, or to the receiver in it.

use super::frame;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Tells a participant that the conference has ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConferenceDestroyed {
    /// The conference: the client leaves if it is its current one.
    #[serde(rename = "conferenceId")]
    #[serde(deserialize_with = "crate::wire::not_empty")]
    #[schemars(length(min = 1))]
    pub conference_id: String,
    /// Its alias.
    #[serde(default, rename = "conferenceAlias", skip_serializing_if = "Option::is_none")]
    pub conference_alias: Option<String>,
}

/// Tells a session that its person joined from another session, which takes its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct OwnParticipantSwitched {}

frame! { ConferenceDestroyed, "push-conference-destroyed", "The conference ended",
{ "conferenceId": "c-1", "conferenceAlias": "Room One" } }
frame! { OwnParticipantSwitched, "push-own-participant-switched",
"The receiver's person joined from another session", {} }
