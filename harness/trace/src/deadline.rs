//! Every deadline has a name, a default and a largest value for a conforming server.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::time::Duration;

/// The deadlines of a run, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Deadlines {
    /// A connection is made.
    pub connect_ms: u64,
    /// A call is answered, the whole body included; the first one within half of it.
    pub answer_ms: u64,
    /// An event arrives, a fence's included.
    pub event_ms: u64,
    /// Nothing arrives: only for a target whose frames keep no order.
    pub quiet_ms: u64,
    /// Clocks may differ: an expired token is refused after this at the latest.
    pub leeway_ms: u64,
}

impl Default for Deadlines {
    fn default() -> Self {
        Deadlines {
            connect_ms: 3_000,
            answer_ms: 5_000,
            event_ms: 5_000,
            quiet_ms: 500,
            leeway_ms: 60_000,
        }
    }
}

/// The name of a deadline.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Deadline {
    /// A connection is made.
    Connect,
    /// A call is answered.
    Answer,
    /// An event arrives.
    Event,
    /// Nothing arrives.
    Quiet,
    /// An expired token is refused.
    Leeway,
}

impl Deadline {
    /// Every deadline.
    pub const ALL: [Deadline; 5] =
        [Deadline::Connect, Deadline::Answer, Deadline::Event, Deadline::Quiet, Deadline::Leeway];

    /// The largest value that a conforming server may need, in milliseconds.
    pub fn largest_ms(self) -> u64 {
        match self {
            Deadline::Connect => 10_000,
            // The Python client gives up after 60 s.
            Deadline::Answer => 60_000,
            Deadline::Event => 60_000,
            Deadline::Quiet => 5_000,
            Deadline::Leeway => 60_000,
        }
    }
}

impl fmt::Display for Deadline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Deadline::Connect => "connect",
            Deadline::Answer => "answer",
            Deadline::Event => "event",
            Deadline::Quiet => "quiet",
            Deadline::Leeway => "leeway",
        })
    }
}

impl Deadlines {
    /// The value of one, in milliseconds.
    pub fn ms(&self, deadline: Deadline) -> u64 {
        match deadline {
            Deadline::Connect => self.connect_ms,
            Deadline::Answer => self.answer_ms,
            Deadline::Event => self.event_ms,
            Deadline::Quiet => self.quiet_ms,
            Deadline::Leeway => self.leeway_ms,
        }
    }

    /// The value of one.
    pub fn get(&self, deadline: Deadline) -> Duration {
        Duration::from_millis(self.ms(deadline))
    }

    /// What is wrong with them, if anything.
    pub fn fault(&self) -> Option<String> {
        Deadline::ALL.into_iter().find_map(|deadline| {
            let (value, largest) = (self.ms(deadline), deadline.largest_ms());
            (value == 0 || value > largest).then(|| {
                format!(
                    "the deadline `{deadline}_ms` is {value}: it must be from 1 to {largest}, which \
                     is the most that a conforming server may need"
                )
            })
        })
    }
}
