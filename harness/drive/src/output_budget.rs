//! Limits on what is received: an endless target must end the run, not exhaust its memory. They are the
//! harness's own, so that reaching one is never a fault of the target.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use tokio::sync::Notify;

/// The most MiB of a run, with what it takes to hold the values: it ends when more was received. The
/// reference server sends about 5 MiB in the whole suite, and ten times that with tokens of 3.6 kB.
pub(crate) const MIB_OF_A_RUN: usize = 160;
/// What a value takes besides its bytes: a short list costs many times what it says.
const OF_A_VALUE: usize = 128;
/// What a token takes besides its bytes: its names, and what it says.
const OF_A_TOKEN: usize = 768;
/// How much memory the values of one scenario may take, and as much more for each of its people.
const VALUES_OF_A_TRACE: usize = 16 * 1024 * 1024;
const VALUES_OF_A_PERSON: usize = 128 * 1024;
/// The most bytes of one scenario, and as many more for each of its people.
const OF_A_TRACE: usize = 4 * 1024 * 1024;
const OF_A_PERSON: usize = 32 * 1024;
/// The most frames of one WebSocket, and as many more for each of the scenario's people. The
/// reference server pushes about three for each.
const FRAMES: usize = 200;
const FRAMES_OF_A_PERSON: usize = 20;

/// What was received in a run.
#[derive(Debug, Default)]
pub(crate) struct RunBudget {
    used: AtomicUsize,
    exhausted: Notify,
}

impl RunBudget {
    fn take(&self, bytes: usize) {
        let used = self.used.fetch_add(bytes, Ordering::Relaxed) + bytes;
        if used > MIB_OF_A_RUN * 1024 * 1024 {
            self.exhausted.notify_one();
        }
    }

    /// Waits until more was received than a run may receive.
    pub(crate) async fn exhausted(&self) {
        self.exhausted.notified().await;
    }
}

/// What one scenario may receive.
#[derive(Debug)]
pub(crate) struct TraceBudget {
    used: AtomicUsize,
    values: AtomicUsize,
    most_of_values: usize,
    /// The most bytes: of all responses and frames, without what surrounds them.
    pub(crate) most_bytes: usize,
    /// The most frames of one WebSocket.
    pub(crate) most_frames: usize,
    is_exhausted: AtomicBool,
}

impl TraceBudget {
    /// The budget of a scenario with so many people.
    pub(crate) fn of(people: usize) -> TraceBudget {
        TraceBudget {
            used: AtomicUsize::new(0),
            values: AtomicUsize::new(0),
            most_of_values: VALUES_OF_A_TRACE + people * VALUES_OF_A_PERSON,
            most_bytes: OF_A_TRACE + people * OF_A_PERSON,
            most_frames: FRAMES + people * FRAMES_OF_A_PERSON,
            is_exhausted: AtomicBool::new(false),
        }
    }

    /// Takes received bytes from both budgets; false if the scenario's own is exceeded.
    pub(crate) fn has_room(&self, run: &RunBudget, bytes: usize) -> bool {
        run.take(bytes);
        self.take(&self.used, bytes, self.most_bytes)
    }

    /// Takes what the values of a JSON text need from both budgets; false if the scenario's own is
    /// exceeded. The text is not read for that: this is known before it takes the memory.
    pub(crate) fn has_memory(&self, run: &RunBudget, text: &[u8]) -> bool {
        let begins_value = |byte: &&u8| matches!(byte, b',' | b':' | b'[' | b'{');
        let bytes = OF_A_VALUE * text.iter().filter(begins_value).count();
        run.take(bytes);
        self.take(&self.values, bytes, self.most_of_values)
    }

    /// Takes what so many tokens need, besides their bytes. That they were too many is known when more
    /// arrives.
    pub(crate) fn take_tokens(&self, run: &RunBudget, count: usize) {
        run.take(count * OF_A_TOKEN);
        self.take(&self.values, count * OF_A_TOKEN, self.most_of_values);
    }

    fn take(&self, from: &AtomicUsize, bytes: usize, most: usize) -> bool {
        let has_room = from.fetch_add(bytes, Ordering::Relaxed) + bytes <= most;
        if !has_room {
            self.is_exhausted.store(true, Ordering::Relaxed);
        }
        has_room
    }

    /// Whether it was exceeded.
    pub(crate) fn is_exhausted(&self) -> bool {
        self.is_exhausted.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt as _;

    #[test]
    fn a_scenario_spends_its_own_budget_and_leaves_that_of_others() {
        let run = RunBudget::default();
        let small = TraceBudget::of(2);
        assert!(small.has_room(&run, OF_A_TRACE));
        assert!(!small.is_exhausted());
        assert!(!small.has_room(&run, OF_A_TRACE));
        assert!(small.is_exhausted());
        let another = TraceBudget::of(2);
        assert!(another.has_room(&run, OF_A_TRACE) && !another.is_exhausted());
        assert!(TraceBudget::of(1_000).has_room(&run, 8 * OF_A_TRACE));
    }

    #[test]
    fn bytes_count_and_not_the_pieces_in_which_they_arrive() {
        let (run, budget) = (RunBudget::default(), TraceBudget::of(0));
        assert!((0..OF_A_TRACE).all(|_| budget.has_room(&run, 1)));
        assert!(!budget.has_room(&run, 1));
    }

    #[test]
    fn many_short_values_count_more_than_their_bytes() {
        let (run, budget) = (RunBudget::default(), TraceBudget::of(4));
        let list = |values: usize| format!("[{}]", "0,".repeat(values)).into_bytes();
        assert!(budget.has_memory(&run, &list(1_000)));
        assert!(!budget.has_memory(&run, &list(VALUES_OF_A_TRACE / 100)));
        assert!(budget.is_exhausted());
    }

    #[test]
    fn a_run_ends_when_all_scenarios_together_received_too_much() {
        let run = RunBudget::default();
        let crowd = || TraceBudget::of(100_000);
        assert!(crowd().has_room(&run, MIB_OF_A_RUN * 1024 * 1024));
        assert_eq!(run.exhausted().now_or_never(), None);
        assert!(crowd().has_room(&run, 1), "no scenario is at fault");
        assert_eq!(run.exhausted().now_or_never(), Some(()));
    }
}
