//! `ConferenceMessageReceived`: a message for participants.

use super::frame;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Hands a participant a message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConferenceMessageReceived {
    /// The conference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conference_id: Option<String>,
    /// Who sent it.
    pub user_id: String,
    /// What it says.
    pub message: String,
}

frame! { ConferenceMessageReceived, "push-conference-message-received", "A message",
{ "conference_id": "c-1", "user_id": "u-alice", "message": "hello" } }
