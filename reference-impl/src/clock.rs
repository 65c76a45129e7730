//! The clock of the shell.

use crate::core::Time;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Tells the time as it was at the start plus what has passed since: it never goes back, whatever
/// is done to the clock of the machine.
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
