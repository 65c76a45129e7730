//! What a check of a client expected, and what it saw.

use crate::client::{AdapterFault, ClientAct};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a check of a client expected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClientExpected {
    /// Every call of a session names the instance that identified itself.
    Instance(String),
    /// A call names some instance.
    SomeInstance,
    /// The address of a WebSocket names this instance.
    InstanceInAddress(String),
    /// The address of a WebSocket has the session token of identify.
    TokenInAddress,
    /// A call shows a token for this conference.
    ConferenceToken(String),
    /// A call shows the newest token for its conference, by pseudonym.
    NewestToken(String),
    /// An `UpdateToken` with this `amu` is acknowledged as often as it came.
    Acknowledged(String),
    /// An acknowledgement is of an `UpdateToken` that came.
    AcknowledgesWhatCame,
    /// A keep-alive at least every so many seconds.
    KeepAlive {
        /// How many.
        seconds: u64,
    },
    /// The next number of the session's frames.
    NextNumber(u64),
    /// A lost WebSocket is opened again with the same session.
    Reconnects,
    /// Attempts to reconnect are spaced out.
    Spaced,
    /// A refused call is not repeated at once.
    NotRepeated,
    /// A session joins a protected conference before it invites to it.
    JoinsFirst(String),
    /// The client does something.
    Does(ClientAct),
    /// The WebSocket stays open.
    StaysConnected,
    /// The adapter does its part.
    Adapter,
}

/// What a check of a client saw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClientSeen {
    /// An instance id; none if there is none.
    Instance(Option<String>),
    /// No conference access token.
    NoToken,
    /// This token, by pseudonym.
    Token(String),
    /// A token of another conference.
    TokenOf {
        /// The token, by pseudonym.
        token: String,
        /// The conference that it is for.
        conference: String,
    },
    /// A text in an acknowledgement.
    Amu(String),
    /// So many acknowledgements of so many frames.
    Acknowledged {
        /// How many.
        times: usize,
        /// Of how many.
        of: usize,
    },
    /// Nothing for so long, in milliseconds.
    Silence {
        /// How long.
        ms: u64,
    },
    /// A number of a frame.
    Number(u64),
    /// A new identify instead.
    NewIdentify,
    /// So many attempts within so many milliseconds.
    Attempts {
        /// How many.
        count: usize,
        /// Within how long.
        within_ms: u64,
    },
    /// So many more times within so many milliseconds.
    Repeated {
        /// How many.
        times: usize,
        /// Within how long.
        within_ms: u64,
    },
    /// The session has not joined.
    NotJoined,
    /// It was not done in time.
    NotDone {
        /// How long the harness waited, in milliseconds.
        waited_ms: u64,
    },
    /// The client closed its WebSocket.
    Disconnected,
    /// The client says that it was refused.
    Refused {
        /// The status, if there was one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        status: Option<u16>,
        /// What the client says of it, shortened.
        message: String,
    },
    /// The adapter failed.
    Adapter(AdapterFault),
}

impl fmt::Display for ClientExpected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ClientExpected::Instance(id) => {
                write!(f, "Voxeet-Id: {id}, the instance that identified itself")
            }
            ClientExpected::SomeInstance => {
                f.write_str("a Voxeet-Id, the id of the client instance")
            }
            ClientExpected::InstanceInAddress(id) => {
                write!(f, "Voxeet-Id={id} in the address, as in the calls")
            }
            ClientExpected::TokenInAddress => {
                f.write_str("the session token from the identify response in the address")
            }
            ClientExpected::ConferenceToken(conference) => {
                write!(f, "X-conf-access-token with a token for the conference {conference}")
            }
            ClientExpected::NewestToken(token) => {
                write!(f, "{token}, the token of the newest UpdateToken")
            }
            ClientExpected::Acknowledged(amu) => write!(
                f,
                "an acknowledgement with ackMessageUuid \"{amu}\" for each UpdateToken with that amu"
            ),
            ClientExpected::AcknowledgesWhatCame => {
                f.write_str("the amu of an UpdateToken that came over the same WebSocket")
            }
            ClientExpected::KeepAlive { seconds } => {
                write!(f, "a keep_alive at least every {seconds} s")
            }
            ClientExpected::NextNumber(number) => write!(f, "message_id {number}"),
            ClientExpected::Reconnects => f.write_str(
                "the client opens the lost WebSocket again with the same session token, without a \
                 new identify",
            ),
            ClientExpected::Spaced => f.write_str("longer and longer waits between attempts"),
            ClientExpected::NotRepeated => {
                f.write_str("the refused call is not repeated at once with the same credentials")
            }
            ClientExpected::JoinsFirst(conference) => {
                write!(f, "the session joins {conference}, which is protected, before it invites")
            }
            ClientExpected::Does(act) => act.fmt(f),
            ClientExpected::StaysConnected => f.write_str("the WebSocket stays open"),
            ClientExpected::Adapter => f.write_str("the adapter answers as its protocol says"),
        }
    }
}

impl fmt::Display for ClientSeen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ClientSeen::Instance(Some(id)) => write!(f, "Voxeet-Id {id}"),
            ClientSeen::Instance(None) => f.write_str("no Voxeet-Id"),
            ClientSeen::NoToken => f.write_str("no X-conf-access-token"),
            ClientSeen::Token(token) => f.write_str(token),
            ClientSeen::TokenOf { token, conference } => {
                write!(f, "{token}, which is for the conference {conference}")
            }
            ClientSeen::Amu(amu) => write!(f, "ackMessageUuid \"{amu}\""),
            ClientSeen::Acknowledged { times, of } => {
                let frames = if *of == 1 { "frame" } else { "frames" };
                write!(f, "{times} for {of} {frames}")
            }
            ClientSeen::Silence { ms } => write!(f, "none for {ms} ms"),
            ClientSeen::Number(number) => write!(f, "message_id {number}"),
            ClientSeen::NewIdentify => f.write_str("a new identify"),
            ClientSeen::Attempts { count, within_ms } => {
                write!(f, "{count} attempts within {within_ms} ms")
            }
            ClientSeen::Repeated { times, within_ms } => {
                write!(f, "{times} more times within {within_ms} ms")
            }
            ClientSeen::NotJoined => f.write_str("an invitation before the join"),
            ClientSeen::NotDone { waited_ms } => write!(f, "nothing within {waited_ms} ms"),
            ClientSeen::Disconnected => f.write_str("the client closed it"),
            ClientSeen::Refused { status: Some(status), message } => {
                write!(f, "refused with status {status}: {message}")
            }
            ClientSeen::Refused { status: None, message } => write!(f, "refused: {message}"),
            ClientSeen::Adapter(fault) => fault.fmt(f),
        }
    }
}
