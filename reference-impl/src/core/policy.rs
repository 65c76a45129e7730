//! The settings that an operator can change.

use invite_spec::limits;
use std::time::Duration;

/// The settings that an operator can change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// How long a participant without a socket remains one.
    pub lost_socket: Duration,
    /// How many people can be in a conference; `None` for any number.
    pub capacity: Option<usize>,
    /// The longest duration of a conference.
    pub conference: Duration,
    /// How long to wait for the acknowledgement of an `UpdateToken` before it is sent again; zero
    /// for never.
    pub update_token_repeat: Duration,
    /// Whether a session must have its external id from its client access token before it may use
    /// conference access tokens. Otherwise one that it claims when it opens will do.
    pub verified_ids: bool,
    /// How long a client may say nothing over its socket, not even in answer to a ping.
    pub silence: Duration,
    /// The largest request body that is accepted, in bytes.
    pub body_bytes: usize,
    /// How much the server keeps for one application, in bytes, roughly. Above that it refuses
    /// whatever would add to it.
    pub application_bytes: usize,
    /// How long the head of a request may take, from its first byte.
    pub head: Duration,
    /// How long a connection is kept that carries no request and no socket.
    pub idle: Duration,
    /// How long a client may read nothing of what is sent to it.
    pub stalled: Duration,
}

impl Default for Policy {
    fn default() -> Policy {
        Policy {
            lost_socket: Duration::from_secs(limits::LOST_SOCKET_SECONDS),
            capacity: None,
            conference: Duration::from_secs(limits::CONFERENCE_SECONDS_MAX),
            update_token_repeat: Duration::from_secs(5),
            verified_ids: false,
            silence: Duration::from_secs(80),
            body_bytes: limits::BODY_BYTES,
            application_bytes: 96 * 1024 * 1024,
            head: Duration::from_secs(10),
            idle: Duration::from_secs(60),
            stalled: Duration::from_secs(10),
        }
    }
}
