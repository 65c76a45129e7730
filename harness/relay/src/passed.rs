//! What passed, for whoever watches.

use invite_spec::endpoint::Operation;
use std::fmt;
use std::time::Duration;

/// Something that passed. Whatever the client or the server said stands in it as it was: whoever shows
/// it takes care of that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Passed {
    /// A call and its response.
    Call {
        /// Who called.
        caller: String,
        /// What; none if it is not part of the protocol.
        operation: Option<Operation>,
        /// The method.
        method: String,
        /// The status; none without a response.
        status: Option<u16>,
        /// How long it took.
        took: Duration,
    },
    /// A WebSocket opened.
    Opened {
        /// Whose.
        owner: String,
    },
    /// A WebSocket could not be opened.
    Refused {
        /// Whose.
        owner: String,
    },
    /// A frame of the client.
    Sent {
        /// Whose.
        owner: String,
        /// What it says that it is.
        frame: String,
    },
    /// A frame of the server.
    Received {
        /// For whom.
        owner: String,
        /// What it says that it is.
        frame: String,
    },
    /// A WebSocket closed.
    Closed {
        /// Whose.
        owner: String,
        /// Whether the server closed it.
        by_server: bool,
        /// The close code.
        code: Option<u16>,
    },
}

impl fmt::Display for Passed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Passed::Call { caller, operation, method, status, took } => {
                let what = operation.map_or("not part of the protocol", Operation::as_str);
                write!(f, "{caller:<16} {method:<7} {what:<26} ")?;
                match status {
                    Some(status) => write!(f, "{status}")?,
                    None => f.write_str("no response")?,
                }
                write!(f, "  {} ms", took.as_millis())
            }
            Passed::Opened { owner } => write!(f, "{owner:<16} opened its WebSocket"),
            Passed::Refused { owner } => write!(f, "{owner:<16} could not open a WebSocket"),
            Passed::Sent { owner, frame } => write!(f, "{owner:<16} -->     {frame}"),
            Passed::Received { owner, frame } => write!(f, "{owner:<16} <--     {frame}"),
            Passed::Closed { owner, by_server, code } => {
                let by = if *by_server { "the server" } else { "the client" };
                write!(f, "{owner:<16} {by} closed the WebSocket")?;
                code.map_or(Ok(()), |code| write!(f, " ({code})"))
            }
        }
    }
}
