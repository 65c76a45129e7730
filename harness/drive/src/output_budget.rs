//! Limits on the target's output: an endless target must end the run, not exhaust its memory.

use std::sync::atomic::{AtomicUsize, Ordering};

/// The most bytes of all traces of a run together. The reference server sends about a sixth of it
/// in the whole suite.
const OF_A_RUN: usize = 32 * 1024 * 1024;
/// The most bytes of one trace, and as many more for each of its people.
const OF_A_TRACE: usize = 4 * 1024 * 1024;
const OF_A_PERSON: usize = 32 * 1024;
/// What an entry takes besides what was received.
const OF_AN_ENTRY: usize = 256;
/// The most frames of one WebSocket, and as many more for each of the scenario's people. The
/// reference server pushes about three for each.
const FRAMES: usize = 200;
const FRAMES_OF_A_PERSON: usize = 20;

/// What all traces of a run share.
#[derive(Debug, Default)]
pub(crate) struct RunBudget {
    used: AtomicUsize,
}

/// What one trace may hold.
#[derive(Debug)]
pub(crate) struct TraceBudget {
    used: AtomicUsize,
    most: usize,
    /// The most frames of one WebSocket.
    pub(crate) most_frames: usize,
}

impl TraceBudget {
    /// The budget of a scenario with so many people.
    pub(crate) fn of(people: usize) -> TraceBudget {
        TraceBudget {
            used: AtomicUsize::new(0),
            most: OF_A_TRACE + people * OF_A_PERSON,
            most_frames: FRAMES + people * FRAMES_OF_A_PERSON,
        }
    }

    /// Takes received bytes from both budgets; false if one of them is exceeded.
    pub(crate) fn has_room(&self, run: &RunBudget, bytes: usize) -> bool {
        let more = bytes + OF_AN_ENTRY;
        let own = self.used.fetch_add(more, Ordering::Relaxed) + more;
        let all = run.used.fetch_add(more, Ordering::Relaxed) + more;
        own <= self.most && all <= OF_A_RUN
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_is_bounded_and_so_is_the_run() {
        let run = RunBudget::default();
        let small = TraceBudget::of(2);
        assert!(small.has_room(&run, OF_A_TRACE));
        assert!(!small.has_room(&run, OF_A_TRACE));
        let large = TraceBudget::of(10_000);
        assert!(large.has_room(&run, OF_A_TRACE));
        assert!(!large.has_room(&run, OF_A_RUN));
        assert!(!TraceBudget::of(2).has_room(&run, 1));
    }
}
