//! `ConferenceMessageReceived`: a message to participants.

use super::frame;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Delivers a message to a participant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConferenceMessageReceived {
    /// The id of the conference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conference_id: Option<String>,
    /// The user id of the sender.
    pub user_id: String,
    /// The text of the message.
    pub message: String,
}

frame! { ConferenceMessageReceived, "push-conference-message-received", "Message to a participant",
{ "conference_id": "c-1", "user_id": "u-alice", "message": "hello" } }
