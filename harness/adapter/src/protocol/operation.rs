//! What an adapter can be asked to do.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What an adapter can be asked to do.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// Open a session, with its WebSocket.
    Open,
    /// Create a conference.
    Create,
    /// Join a conference.
    Join,
    /// Join a conference as a listener.
    Listen,
    /// Invite people to a conference.
    Invite,
    /// Replace the permissions of participants.
    UpdatePermissions,
    /// Remove a participant from a conference.
    Kick,
    /// Leave a conference.
    Leave,
    /// Send a message to everybody in a conference.
    Send,
    /// Subscribe to news about conferences.
    Subscribe,
    /// Close the session.
    Close,
}

impl Operation {
    /// All of them.
    pub const ALL: [Operation; 11] = [
        Operation::Open,
        Operation::Create,
        Operation::Join,
        Operation::Listen,
        Operation::Invite,
        Operation::UpdatePermissions,
        Operation::Kick,
        Operation::Leave,
        Operation::Send,
        Operation::Subscribe,
        Operation::Close,
    ];

    /// Its name in messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Operation::Open => "open",
            Operation::Create => "create",
            Operation::Join => "join",
            Operation::Listen => "listen",
            Operation::Invite => "invite",
            Operation::UpdatePermissions => "update_permissions",
            Operation::Kick => "kick",
            Operation::Leave => "leave",
            Operation::Send => "send",
            Operation::Subscribe => "subscribe",
            Operation::Close => "close",
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::Operation;

    #[test]
    fn messages_and_people_read_the_same_name() {
        for operation in Operation::ALL {
            assert_eq!(serde_json::json!(operation), operation.as_str());
        }
    }
}
