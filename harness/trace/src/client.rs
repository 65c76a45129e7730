//! What passes between the harness and a client under test, besides the traffic of the protocol.

use invite_spec::endpoint::Operation;
use invite_spec::push::FrameType;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;

/// Something that passed between the harness and a client under test, or that the harness did to the
/// client's connection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClientEvent {
    /// The adapter says which client it drives, and what that can do.
    Introduced {
        /// The name of the client.
        name: String,
        /// Its version.
        version: String,
        /// The kinds of events that it can report; empty if it does not say.
        events: Vec<String>,
    },
    /// The client was told to do something.
    Told {
        /// The number of the request.
        id: u64,
        /// What to do.
        operation: ClientOperation,
        /// With what.
        arguments: Value,
    },
    /// The client said what came of it.
    Replied {
        /// The number of the request.
        id: u64,
        /// What came of it.
        reply: ClientReply,
    },
    /// The client passed on what its SDK gave it.
    Reported {
        /// The kind of event, as the client spells it.
        kind: String,
        /// What it says.
        body: Value,
    },
    /// The harness interfered with the traffic.
    Intervened {
        /// How, as the scenario spells it.
        how: Value,
    },
    /// The client did not do something in time.
    NotDone {
        /// What.
        act: ClientAct,
        /// How long the harness waited, in milliseconds.
        waited_ms: u64,
    },
    /// The program that drives the client failed.
    Failed {
        /// How.
        how: AdapterFault,
    },
    /// The person in front of the client skipped the step.
    Skipped,
}

/// What a client can be told to do.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ClientOperation {
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
    /// Subscribe to notifications about conferences.
    Subscribe,
    /// Close the session.
    Close,
}

impl ClientOperation {
    /// Every operation.
    pub const ALL: [ClientOperation; 11] = [
        ClientOperation::Open,
        ClientOperation::Create,
        ClientOperation::Join,
        ClientOperation::Listen,
        ClientOperation::Invite,
        ClientOperation::UpdatePermissions,
        ClientOperation::Kick,
        ClientOperation::Leave,
        ClientOperation::Send,
        ClientOperation::Subscribe,
        ClientOperation::Close,
    ];

    /// The name, as adapters and scenarios spell it.
    pub const fn as_str(self) -> &'static str {
        match self {
            ClientOperation::Open => "open",
            ClientOperation::Create => "create",
            ClientOperation::Join => "join",
            ClientOperation::Listen => "listen",
            ClientOperation::Invite => "invite",
            ClientOperation::UpdatePermissions => "update_permissions",
            ClientOperation::Kick => "kick",
            ClientOperation::Leave => "leave",
            ClientOperation::Send => "send",
            ClientOperation::Subscribe => "subscribe",
            ClientOperation::Close => "close",
        }
    }

    /// The operation with this name; `None` for any other text.
    pub fn parse(text: &str) -> Option<ClientOperation> {
        ClientOperation::ALL.into_iter().find(|it| it.as_str() == text)
    }

    /// The call that a client makes for it.
    pub fn call(self) -> Operation {
        match self {
            ClientOperation::Open => Operation::Identify,
            ClientOperation::Create => Operation::SdkCreate,
            ClientOperation::Join | ClientOperation::Listen => Operation::SdkJoin,
            ClientOperation::Invite => Operation::SdkInvite,
            ClientOperation::UpdatePermissions => Operation::SdkPermissions,
            ClientOperation::Kick => Operation::SdkKick,
            ClientOperation::Leave => Operation::SdkLeave,
            ClientOperation::Send => Operation::SdkSend,
            ClientOperation::Subscribe => Operation::Subscribe,
            ClientOperation::Close => Operation::Logout,
        }
    }
}

impl fmt::Display for ClientOperation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What a client says came of something that it was told to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClientReply {
    /// It did it.
    Done(Value),
    /// The server, or the client itself, refused.
    Refused {
        /// The status of the response, if there was one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        status: Option<u16>,
        /// The code of the error, if there was one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<i64>,
        /// What the client says of it.
        message: String,
    },
    /// It failed, and not because the server refused.
    Failed(String),
    /// The client cannot do that.
    Unsupported(String),
}

/// Something that a client does, and that shows in its traffic or in what it reports.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ClientAct {
    /// It makes a call.
    Calls(Operation),
    /// It acknowledges an `UpdateToken`.
    Acknowledges,
    /// It sends a keep-alive.
    KeepsAlive,
    /// It opens a WebSocket.
    Connects,
    /// It reports a frame to its application.
    Reports(FrameType),
    /// It says what came of an operation.
    Replies(ClientOperation),
}

impl ClientAct {
    /// The deadline that it is held to.
    pub fn deadline(self) -> ClientDeadline {
        match self {
            ClientAct::Calls(_) => ClientDeadline::Call,
            ClientAct::Acknowledges => ClientDeadline::Acknowledgement,
            ClientAct::KeepsAlive => ClientDeadline::KeepAlive,
            ClientAct::Connects => ClientDeadline::Reconnect,
            ClientAct::Reports(_) => ClientDeadline::Report,
            ClientAct::Replies(_) => ClientDeadline::Reply,
        }
    }
}

impl fmt::Display for ClientAct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ClientAct::Calls(operation) => write!(f, "the client calls {operation}"),
            ClientAct::Acknowledges => f.write_str("the client acknowledges the UpdateToken"),
            ClientAct::KeepsAlive => f.write_str("the client sends a keep-alive"),
            ClientAct::Connects => f.write_str("the client opens a WebSocket"),
            ClientAct::Reports(frame) => {
                write!(f, "the client reports {frame} to its application")
            }
            ClientAct::Replies(operation) => {
                write!(f, "the client says what came of `{operation}`")
            }
        }
    }
}

/// How long a client may take for something, by name.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ClientDeadline {
    /// It makes a call.
    Call,
    /// It acknowledges.
    Acknowledgement,
    /// It sends a keep-alive.
    KeepAlive,
    /// It opens a WebSocket again.
    Reconnect,
    /// It reports what arrived.
    Report,
    /// It says what came of an operation.
    Reply,
}

impl ClientDeadline {
    /// How long, in milliseconds.
    pub const fn ms(self) -> u64 {
        match self {
            ClientDeadline::Call | ClientDeadline::Report => 5_000,
            // The judge holds clients to the same: see the law about acknowledgements.
            ClientDeadline::Acknowledgement => 5_000,
            ClientDeadline::Reconnect => 10_000,
            ClientDeadline::KeepAlive => 36_000,
            // A browser has to start first.
            ClientDeadline::Reply => 20_000,
        }
    }
}

impl fmt::Display for ClientDeadline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            ClientDeadline::Call => "call",
            ClientDeadline::Acknowledgement => "acknowledgement",
            ClientDeadline::KeepAlive => "keep_alive",
            ClientDeadline::Reconnect => "reconnect",
            ClientDeadline::Report => "report",
            ClientDeadline::Reply => "reply",
        })
    }
}

/// How the program that drives a client failed. The client is not judged by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AdapterFault {
    /// The program, as the command line names it.
    pub adapter: String,
    /// What it did.
    pub did: String,
}

impl fmt::Display for AdapterFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the adapter `{}`: {}", self.adapter, self.did)
    }
}

#[cfg(test)]
mod tests {
    use super::ClientOperation;

    #[test]
    fn messages_and_people_read_the_same_name() {
        for operation in ClientOperation::ALL {
            assert_eq!(serde_json::json!(operation), operation.as_str());
        }
    }
}
