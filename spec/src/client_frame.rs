//! The two frames that a client sends over its WebSocket.

use crate::payload::wire;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Sent every 30 seconds; no answer is expected.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct KeepAlive {
    /// `keep_alive`.
    #[serde(rename = "type")]
    pub kind: KeepAliveType,
    /// A counter of the session, from 1, shared with the acknowledgements.
    #[serde(deserialize_with = "crate::wire::whole")]
    pub message_id: u64,
}

/// The type of a [`KeepAlive`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum KeepAliveType {
    /// `keep_alive`.
    KeepAlive,
}

/// Sent for every `UpdateToken`, and for nothing else. It has no `type`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Acknowledgement {
    /// The `amu` of the `UpdateToken`.
    #[serde(rename = "ackMessageUuid")]
    pub ack_message_uuid: String,
    /// A counter of the session, from 1, shared with the keep-alives.
    #[serde(deserialize_with = "crate::wire::whole")]
    pub message_id: u64,
}

wire! { KeepAlive, "keep-alive", "Keep-alive frame of a client", Client,
{ "type": "keep_alive", "message_id": 1 } }
wire! { Acknowledgement, "acknowledgement", "Acknowledgement frame of a client", Client,
{ "ackMessageUuid": "0b7d-1", "message_id": 2 } }
