//! The two frames that a client sends over its WebSocket.

use crate::payload::wire;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A keep-alive, which clients send every 30 seconds. They expect no reply.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct KeepAlive {
    /// The type: `keep_alive`.
    #[serde(rename = "type")]
    pub kind: KeepAliveType,
    /// A counter of the session, starting at 1. Acknowledgements share it.
    #[serde(deserialize_with = "crate::wire::whole")]
    pub message_id: u64,
}

/// The type of a [`KeepAlive`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum KeepAliveType {
    /// The type: `keep_alive`.
    KeepAlive,
}

/// Acknowledges an `UpdateToken`. Clients acknowledge no other frame. It has no `type`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Acknowledgement {
    /// The `amu` of the `UpdateToken`.
    #[serde(rename = "ackMessageUuid")]
    pub ack_message_uuid: String,
    /// A counter of the session, starting at 1. Keep-alives share it.
    #[serde(deserialize_with = "crate::wire::whole")]
    pub message_id: u64,
}

wire! { KeepAlive, "keep-alive", "Keep-alive frame of a client", Client,
{ "type": "keep_alive", "message_id": 1 } }
wire! { Acknowledgement, "acknowledgement", "Acknowledgement frame of a client", Client,
{ "ackMessageUuid": "0b7d-1", "message_id": 2 } }
