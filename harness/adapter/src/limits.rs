//! How much an adapter may say, and how long it may take.

use std::time::Duration;

/// How much an adapter may say. The defaults are far above what a client causes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The bytes of a line.
    pub line: usize,
    /// The lines of a second.
    pub rate: u32,
    /// The bytes of all lines together.
    pub total: usize,
    /// The lines of standard error that are kept, the last ones.
    pub log: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { line: 1 << 20, rate: 2_000, total: 64 << 20, log: 20 }
    }
}

/// How long an adapter may take for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// From its start to its first line. An adapter may start a browser first.
    pub hello: Duration,
    /// From a request to its answer.
    pub answer: Duration,
    /// From what causes an event to the event.
    pub event: Duration,
    /// From the end of its input to its own end. After that it is killed.
    pub end: Duration,
}

impl Default for Patience {
    fn default() -> Patience {
        Patience {
            hello: Duration::from_secs(30),
            answer: Duration::from_secs(30),
            event: Duration::from_secs(10),
            end: Duration::from_secs(5),
        }
    }
}
