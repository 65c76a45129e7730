//! Why a drive stopped.

use crate::verdict::{Expected, Seen, SocketLoss};
use crate::{FramePattern, NoAnswer, SocketRefusal};
use invite_spec::endpoint::Operation;
use invite_spec::requirement::RequirementId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Where and why a drive stopped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Stop {
    /// The step.
    pub step: String,
    /// Whose demand was not met; empty if it concerns no one actor.
    pub actor: String,
    /// Why.
    pub reason: StopReason,
    /// The requirement that is blamed if no failed check explains the stop; none if the target is
    /// not to blame.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requirement: Option<RequirementId>,
}

/// Why a drive stopped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StopReason {
    /// A call that must be accepted was not.
    NotAccepted {
        /// The call.
        operation: Operation,
        /// The response's status.
        status: u16,
    },
    /// A call that must be refused was not.
    NotRefused {
        /// The call.
        operation: Operation,
        /// The response's status.
        status: u16,
    },
    /// A call has no response.
    NoAnswer {
        /// The call.
        operation: Operation,
        /// Why.
        why: NoAnswer,
    },
    /// An awaited frame did not arrive.
    NoFrame {
        /// The frame.
        pattern: FramePattern,
        /// How long the harness waited, in milliseconds.
        waited_ms: u64,
        /// How many sessions it did not reach.
        missing: usize,
        /// How many sessions it had to reach.
        of: usize,
    },
    /// The invitation of a fence did not arrive.
    NoFence {
        /// How long the harness waited, in milliseconds.
        waited_ms: u64,
        /// How many WebSockets it did not reach.
        missing: usize,
        /// How many WebSockets it had to reach.
        of: usize,
    },
    /// A WebSocket could not be opened.
    SocketRefused(SocketRefusal),
    /// A WebSocket that must be refused opened, or the other way round.
    SocketOutcome {
        /// Whether it opened.
        opened: bool,
    },
    /// A WebSocket that is needed is gone.
    SocketLost {
        /// How it ended.
        end: SocketLoss,
        /// The frame that was awaited there, if one was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        awaited: Option<FramePattern>,
    },
    /// A response lacks a text that its call is made for.
    NoText {
        /// The call.
        operation: Operation,
        /// Where it should be, as a JSON Pointer.
        pointer: String,
        /// What is there.
        seen: Seen,
    },
    /// A message lacks a value that the scenario needs.
    NoValue {
        /// Where it should be, as a JSON Pointer.
        pointer: String,
        /// The message.
        seen: Seen,
    },
    /// A token that must be a JWT is not one.
    NotAJwt,
    /// A token does not say when it expires.
    NoExpiry,
    /// A token lives longer than was requested.
    LivesTooLong {
        /// The rest of its lifetime, in seconds.
        seconds: u64,
    },
    /// An outcome that the scenario allows left nothing more to do.
    Excused(Excuse),
    /// The scenario or the harness is at fault, not the target.
    Harness(HarnessFault),
}

/// An outcome that is allowed, and leaves nothing more to do.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Excuse {
    /// A call may be refused, and was.
    Refused {
        /// The call.
        operation: Operation,
        /// The response's status.
        status: u16,
    },
    /// A token may be opaque, and is.
    OpaqueToken,
    /// The WebSocket of a kicked participant may be closed, and was.
    ClosedAfterKick,
    /// The WebSocket of a session that another one of its person replaced may be closed, and was.
    ClosedAfterSwitch,
    /// The WebSocket of a session whose conference ended may be closed, and was.
    ClosedAfterEnd,
    /// The machine was too slow to look at a number of seconds in time.
    TooLate {
        /// How much time had passed, in milliseconds.
        waited_ms: u64,
        /// How many seconds may have passed.
        at_most: u64,
    },
    /// The client that an adapter drives cannot do this.
    Adapter {
        /// Why not.
        why: String,
        /// The call that it should have made and did not, although its adapter lists it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        failed: Option<Operation>,
    },
}

/// What the scenario or the harness did wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum HarnessFault {
    /// A reference has no value.
    Unbound {
        /// The reference.
        reference: String,
    },
    /// More arrived than the harness reads in one scenario.
    TooMuchReceived {
        /// How many bytes it reads at most.
        most_bytes: usize,
    },
    /// A step needs a session that no step has opened.
    NoSession {
        /// Whose.
        actor: String,
    },
    /// The target names another host for its WebSocket, to which the description lets no token go.
    ForeignHost {
        /// The host, with its port.
        host: String,
    },
    /// There was no descriptor left for a connection.
    OutOfDescriptors,
    /// The adapter that drives the clients did something wrong.
    Adapter {
        /// What, in its own sentence: which adapter, what was expected, what was seen.
        error: String,
    },
}

impl StopReason {
    /// Whether it is nobody's fault.
    pub fn is_excused(&self) -> bool {
        matches!(self, StopReason::Excused(_))
    }

    /// Whether it may have come about by chance, because only time decided, or a connection that any
    /// server may close: then the scenario is tried once more before the target is blamed.
    pub fn may_be_chance(&self) -> bool {
        match self {
            StopReason::NoAnswer { why, .. } => why.may_be_chance(),
            StopReason::NoFrame { .. } | StopReason::NoFence { .. } => true,
            StopReason::SocketRefused(why) => matches!(why, SocketRefusal::TooLate { .. }),
            _ => false,
        }
    }

    /// What was expected.
    pub fn expected(&self) -> Expected {
        match self {
            StopReason::NotAccepted { operation, .. } => Expected::Accepted(*operation),
            StopReason::NotRefused { operation, .. } => Expected::Refused(*operation),
            StopReason::NoAnswer { operation, .. } => Expected::Answer(*operation),
            StopReason::NoFrame { pattern, .. }
            | StopReason::SocketLost { awaited: Some(pattern), .. } => {
                Expected::SomeFrame(pattern.clone())
            }
            StopReason::NoFence { .. } => Expected::FenceArrives,
            StopReason::SocketRefused(_) => Expected::SocketOpens,
            StopReason::SocketOutcome { opened: true } => Expected::SocketIsRefused,
            StopReason::SocketOutcome { opened: false } => Expected::SocketOpens,
            StopReason::SocketLost { end: SocketLoss::Cut(_), .. } => Expected::UsableSocket,
            StopReason::SocketLost { .. } => Expected::SocketStaysOpen,
            StopReason::NoText { operation, pointer, .. } => {
                Expected::Text { operation: *operation, pointer: pointer.clone() }
            }
            StopReason::NoValue { pointer, .. } => Expected::ValueAt(pointer.clone()),
            StopReason::NotAJwt => Expected::Jwt,
            StopReason::NoExpiry => Expected::JwtWithExpiry,
            StopReason::LivesTooLong { .. } => Expected::RequestedLifetime,
            StopReason::Excused(_) => Expected::AllowedOutcome,
            StopReason::Harness(fault) => Expected::FromHarness(fault.clone()),
        }
    }

    /// What was seen.
    pub fn seen(&self) -> Seen {
        match self {
            StopReason::NotAccepted { status, .. } | StopReason::NotRefused { status, .. } => {
                Seen::Status(*status)
            }
            StopReason::NoAnswer { why, .. } => Seen::NoAnswer(why.clone()),
            StopReason::NoFrame { waited_ms, missing, of, .. } => {
                Seen::NoneWithin { waited_ms: *waited_ms, missing: *missing, of: *of }
            }
            StopReason::NoFence { waited_ms, missing, of } => {
                Seen::NoneWithin { waited_ms: *waited_ms, missing: *missing, of: *of }
            }
            StopReason::SocketRefused(why) => Seen::SocketRefused(why.clone()),
            StopReason::SocketOutcome { opened: true } => Seen::SocketOpened,
            StopReason::SocketOutcome { opened: false } => Seen::SocketDidNotOpen,
            StopReason::SocketLost { end, .. } => Seen::SocketLost(end.clone()),
            StopReason::NoText { seen, .. } | StopReason::NoValue { seen, .. } => seen.clone(),
            StopReason::NotAJwt => Seen::OpaqueToken,
            StopReason::NoExpiry => Seen::NoExpiry,
            StopReason::LivesTooLong { seconds } => Seen::ExpiresIn { seconds: *seconds },
            StopReason::Excused(excuse) => Seen::Excuse(excuse.clone()),
            StopReason::Harness(fault) => Seen::HarnessFault(fault.clone()),
        }
    }
}

impl fmt::Display for Excuse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Excuse::Refused { operation, status } => {
                write!(f, "{operation} was answered with status {status}")
            }
            Excuse::OpaqueToken => f.write_str("the token is not a JWT"),
            Excuse::ClosedAfterSwitch => {
                f.write_str("the target closed the WebSocket of a session that was replaced")
            }
            Excuse::ClosedAfterEnd => {
                f.write_str("the target closed the WebSocket after the end of a conference")
            }
            Excuse::ClosedAfterKick => f.write_str("the target closed the WebSocket after a kick"),
            Excuse::TooLate { waited_ms, at_most } => write!(
                f,
                "the machine was too slow: {waited_ms} ms had passed, and the scenario needs at \
                 most {at_most} s"
            ),
            Excuse::Adapter { why, .. } => write!(f, "the client cannot do this: {why}"),
        }
    }
}

impl fmt::Display for HarnessFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HarnessFault::Unbound { reference } => write!(f, "`${{{reference}}}` has no value"),
            HarnessFault::TooMuchReceived { .. } => f.write_str(
                "more arrived: the harness read no further, and judges nothing that came after",
            ),
            HarnessFault::NoSession { actor } => write!(f, "{actor} has no open session"),
            HarnessFault::ForeignHost { host } => {
                write!(f, "`wsUri` names {host}, to which no token goes")
            }
            HarnessFault::OutOfDescriptors => f.write_str(
                "the harness could open no more files: what came after that says nothing about the \
                 target",
            ),
            HarnessFault::Adapter { error } => f.write_str(error),
        }
    }
}
