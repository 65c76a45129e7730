//! What can go wrong between the harness and a target, before anything can be judged.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Why a request has no complete response. A `cause` is the text of the operating system or of a
/// library.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoAnswer {
    /// No connection could be made.
    NoConnection {
        /// Why.
        cause: String,
    },
    /// The target does not speak TLS.
    NoTls,
    /// The TLS handshake failed.
    TlsFailed {
        /// Why.
        cause: String,
    },
    /// The deadline passed.
    TooLate {
        /// How long the harness waited, in milliseconds.
        waited_ms: u64,
    },
    /// The harness read no further: more had arrived in this scenario than it reads. That is its own
    /// limit, and no fault of the target.
    TooMuch {
        /// The response's status.
        status: u16,
        /// How many bytes the harness reads in this scenario.
        most_bytes: usize,
    },
    /// The connection broke.
    Broken {
        /// Why.
        cause: String,
    },
    /// The target closed the connection without a response.
    Closed,
    /// A capture holds no response.
    NotCaptured,
    /// The harness could not make the request.
    NotSent {
        /// Why.
        cause: String,
    },
    /// The body has an encoding that the request did not offer, or says that it has one and has not:
    /// no client can read it.
    Unreadable {
        /// The response's status.
        status: u16,
        /// What the response calls the encoding (`Content-Encoding`).
        encoding: String,
    },
    /// The harness has no descriptor left for a connection.
    OutOfDescriptors,
}

impl NoAnswer {
    /// Whether the harness itself kept the response from being read.
    pub fn is_of_harness(&self) -> bool {
        matches!(self, NoAnswer::TooMuch { .. } | NoAnswer::OutOfDescriptors)
    }

    /// Whether it may have come about by chance: the target was late, or closed a connection just
    /// when it was used again, as any server may.
    pub fn may_be_chance(&self) -> bool {
        matches!(self, NoAnswer::TooLate { .. } | NoAnswer::Closed | NoAnswer::Broken { .. })
    }

    /// The same, with each cause changed: for hiding secrets in it.
    pub fn map_cause(self, change: impl FnOnce(&str) -> String) -> NoAnswer {
        match self {
            NoAnswer::NoConnection { cause } => NoAnswer::NoConnection { cause: change(&cause) },
            NoAnswer::TlsFailed { cause } => NoAnswer::TlsFailed { cause: change(&cause) },
            NoAnswer::Broken { cause } => NoAnswer::Broken { cause: change(&cause) },
            NoAnswer::NotSent { cause } => NoAnswer::NotSent { cause: change(&cause) },
            NoAnswer::Unreadable { status, encoding } => {
                NoAnswer::Unreadable { status, encoding: change(&encoding) }
            }
            NoAnswer::NoTls
            | NoAnswer::TooLate { .. }
            | NoAnswer::TooMuch { .. }
            | NoAnswer::Closed
            | NoAnswer::NotCaptured
            | NoAnswer::OutOfDescriptors => self,
        }
    }
}

impl fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NoAnswer::NoConnection { cause } => write!(f, "cannot connect: {cause}"),
            NoAnswer::NoTls => f.write_str("no TLS: the target does not speak it"),
            NoAnswer::TlsFailed { cause } => write!(f, "no TLS: {cause}"),
            NoAnswer::TooLate { waited_ms } => {
                write!(f, "no complete response within {waited_ms} ms")
            }
            NoAnswer::TooMuch { status, most_bytes } => write!(
                f,
                "stopped reading the response with status {status}: the harness reads at most \
                 {most_bytes} bytes in this scenario"
            ),
            NoAnswer::Broken { cause } => write!(f, "the connection broke: {cause}"),
            NoAnswer::Closed => f.write_str("the connection was closed without a response"),
            NoAnswer::NotCaptured => f.write_str("the capture holds no response"),
            NoAnswer::NotSent { cause } => write!(f, "the request could not be sent: {cause}"),
            NoAnswer::Unreadable { status, encoding } => write!(
                f,
                "status {status} with a body that no client can read: its Content-Encoding is \
                 `{encoding}`, which the request did not offer or the body does not have"
            ),
            NoAnswer::OutOfDescriptors => f.write_str(OUT_OF_DESCRIPTORS),
        }
    }
}

/// What the harness says when it can open no more connections.
const OUT_OF_DESCRIPTORS: &str = "the harness may open no more files: raise the limit (`ulimit -n`), or run fewer scenarios at \
     once (`--jobs`)";

/// Why a WebSocket could not be opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SocketRefusal {
    /// The response to the upgrade has this status.
    Status(u16),
    /// No connection could be made.
    NoConnection {
        /// Why.
        cause: String,
    },
    /// The deadline passed.
    TooLate {
        /// How long the harness waited, in milliseconds.
        waited_ms: u64,
    },
    /// The harness did not try: the target had flooded earlier WebSockets.
    Flooded {
        /// Why the last of those was cut off.
        by: CutOff,
    },
    /// The harness did not try: the address is that of another host than the target's own ones, to
    /// which no token goes.
    ForeignHost {
        /// The host, with its port.
        host: String,
    },
    /// The harness has no descriptor left for a connection.
    OutOfDescriptors,
    /// The handshake failed in another way.
    Failed {
        /// How.
        cause: String,
    },
}

impl SocketRefusal {
    /// The same, with each cause changed: for hiding secrets in it.
    pub fn map_cause(self, change: impl FnOnce(&str) -> String) -> SocketRefusal {
        match self {
            SocketRefusal::NoConnection { cause } => {
                SocketRefusal::NoConnection { cause: change(&cause) }
            }
            SocketRefusal::Failed { cause } => SocketRefusal::Failed { cause: change(&cause) },
            SocketRefusal::ForeignHost { host } => {
                SocketRefusal::ForeignHost { host: change(&host) }
            }
            SocketRefusal::Status(_)
            | SocketRefusal::TooLate { .. }
            | SocketRefusal::Flooded { .. }
            | SocketRefusal::OutOfDescriptors => self,
        }
    }
}

impl fmt::Display for SocketRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SocketRefusal::Status(status) => {
                write!(f, "the response to the upgrade has status {status}")
            }
            SocketRefusal::NoConnection { cause } => write!(f, "cannot connect: {cause}"),
            SocketRefusal::TooLate { waited_ms } => write!(f, "no response within {waited_ms} ms"),
            SocketRefusal::Flooded { by } => {
                write!(f, "not connected: earlier WebSockets were flooded, and {by}")
            }
            SocketRefusal::ForeignHost { host } => {
                write!(f, "not connected: {host} is not a host of the target")
            }
            SocketRefusal::OutOfDescriptors => f.write_str(OUT_OF_DESCRIPTORS),
            SocketRefusal::Failed { cause } => write!(f, "the handshake failed: {cause}"),
        }
    }
}

/// Why the harness cut a WebSocket off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CutOff {
    /// Too many frames arrived.
    TooManyFrames {
        /// How many the harness reads at most.
        most: usize,
    },
    /// One frame was too long.
    FrameTooLong {
        /// How many bytes the harness reads at most.
        most_bytes: usize,
    },
    /// More bytes arrived in the whole scenario than the harness reads: its own limit.
    TooManyBytes,
    /// Too many pings and pongs arrived.
    TooManyControlFrames {
        /// How many the harness reads at most.
        most: usize,
    },
    /// Bytes arrived that make no frames, or only pieces of frames without content.
    TooManyFragments {
        /// How many bytes without content the harness reads at most.
        most_bytes: usize,
    },
    /// A frame breaks the WebSocket protocol (RFC 6455), so that every client has to close.
    Malformed(Malformed),
}

/// How a frame breaks the WebSocket protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Malformed {
    /// A text is not UTF-8.
    Utf8,
    /// A reserved bit is set, though no extension was negotiated.
    ReservedBits,
    /// The opcode is not defined.
    Opcode,
    /// A server's frame is masked.
    Masked,
    /// A control frame is fragmented, or longer than 125 bytes.
    Control,
    /// A close frame has a code that must not be sent, or half of one.
    Close,
    /// A continuation continues nothing, or a message begins within another.
    Fragments,
    /// Its content is not compressed as it says.
    Compression,
    /// Something else.
    Other,
}

impl fmt::Display for CutOff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CutOff::TooManyFrames { most } => write!(
                f,
                "the target sent more than {most} frames, far more than the scenario can cause"
            ),
            CutOff::FrameTooLong { most_bytes } => {
                write!(f, "the target sent a frame of more than {most_bytes} bytes")
            }
            CutOff::TooManyBytes => {
                f.write_str("more bytes arrived than the harness reads in one scenario")
            }
            CutOff::TooManyControlFrames { most } => write!(
                f,
                "the target sent more than {most} pings and pongs, far more than keep a connection \
                 alive"
            ),
            CutOff::TooManyFragments { most_bytes } => write!(
                f,
                "the target sent more than {most_bytes} bytes that are no content of a frame"
            ),
            CutOff::Malformed(how) => {
                write!(f, "the target sent a frame that is no WebSocket frame: {how}")
            }
        }
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Malformed::Utf8 => "its text is not UTF-8",
            Malformed::ReservedBits => "a reserved bit is set",
            Malformed::Opcode => "its opcode is not defined",
            Malformed::Masked => "it is masked, as only a client's is",
            Malformed::Control => "a control frame is fragmented or too long",
            Malformed::Close => "a close frame has an invalid code or reason",
            Malformed::Fragments => "a fragment belongs to no message",
            Malformed::Compression => "its content is not compressed as it says",
            Malformed::Other => "it breaks RFC 6455",
        })
    }
}
