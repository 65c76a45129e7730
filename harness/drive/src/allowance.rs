//! How much a target may say: so that one that never stops ends the run, and not its memory.

use std::sync::atomic::{AtomicUsize, Ordering};

/// The most bytes of all traces of a run together. The reference server says about a sixth of it
/// in the whole suite.
const OF_A_RUN: usize = 32 * 1024 * 1024;
/// The most bytes of one trace, and as many more for each of its people.
const OF_A_TRACE: usize = 4 * 1024 * 1024;
const OF_A_PERSON: usize = 32 * 1024;
/// What an entry takes besides what was said.
const OF_AN_ENTRY: usize = 256;
/// The most frames of one WebSocket, and as many more for each of the scenario's people. The
/// reference server pushes about three for each.
const FRAMES: usize = 200;
const FRAMES_OF_A_PERSON: usize = 20;

/// What all traces of a run share.
#[derive(Debug, Default)]
pub(crate) struct OfRun {
    said: AtomicUsize,
}

/// What one trace may hold.
#[derive(Debug)]
pub(crate) struct OfTrace {
    said: AtomicUsize,
    most: usize,
    /// The most frames of one WebSocket.
    pub(crate) most_frames: usize,
}

impl OfTrace {
    /// The allowance of a scenario with so many people.
    pub(crate) fn of(people: usize) -> OfTrace {
        OfTrace {
            said: AtomicUsize::new(0),
            most: OF_A_TRACE + people * OF_A_PERSON,
            most_frames: FRAMES + people * FRAMES_OF_A_PERSON,
        }
    }

    /// Takes note of received bytes; false when there are too many to go on.
    pub(crate) fn has_room(&self, run: &OfRun, bytes: usize) -> bool {
        let more = bytes + OF_AN_ENTRY;
        let own = self.said.fetch_add(more, Ordering::Relaxed) + more;
        let all = run.said.fetch_add(more, Ordering::Relaxed) + more;
        own <= self.most && all <= OF_A_RUN
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_is_bounded_and_so_is_the_run() {
        let run = OfRun::default();
        let small = OfTrace::of(2);
        assert!(small.has_room(&run, OF_A_TRACE));
        assert!(!small.has_room(&run, OF_A_TRACE));
        let large = OfTrace::of(10_000);
        assert!(large.has_room(&run, OF_A_TRACE));
        assert!(!large.has_room(&run, OF_A_RUN));
        assert!(!OfTrace::of(2).has_room(&run, 1));
    }
}
