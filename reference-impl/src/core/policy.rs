//! What whoever runs the server may set.

use invite_spec::limits;
use std::time::Duration;

/// The figures that the rules go by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// How long a participant whose socket is gone stays a participant.
    pub lost_socket: Duration,
    /// How many people may be in a conference; `None` for any number.
    pub capacity: Option<usize>,
    /// How long a conference lasts at most.
    pub conference: Duration,
    /// How long after an `UpdateToken` it is given again when it is not acknowledged; zero for
    /// never.
    pub update_token_repeat: Duration,
    /// The largest request body that is accepted, in bytes.
    pub body_bytes: usize,
}

impl Default for Policy {
    fn default() -> Policy {
        Policy {
            lost_socket: Duration::from_secs(limits::LOST_SOCKET_SECONDS),
            capacity: None,
            conference: Duration::from_secs(limits::CONFERENCE_SECONDS_MAX),
            update_token_repeat: Duration::from_secs(5),
            body_bytes: limits::BODY_BYTES,
        }
    }
}
