//! The clock of the server.

use crate::core::Time;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// The system time at the start plus the time elapsed since: it never goes back, even if the system
/// clock is set.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    started: Instant,
    at_start: Time,
}

impl Clock {
    pub(crate) fn start() -> Clock {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Clock { started: Instant::now(), at_start: Time::default().after(since) }
    }

    pub(crate) fn now(&self) -> Time {
        self.at_start.after(self.started.elapsed())
    }
}
