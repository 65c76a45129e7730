//! The growing trace of one scenario. Whoever waits, waits for it to grow.

use super::allowance::{OfRun, OfTrace};
use invite_trace::Deadline;
use invite_trace::reference::Bindings;
use invite_trace::{Ended, Entry, Event, Trace, Vault, View};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::sync::watch;

/// Records one trace.
#[derive(Debug)]
pub(crate) struct Recorder {
    state: Mutex<State>,
    length: watch::Sender<usize>,
    began: Began,
    own: OfTrace,
    run: Arc<OfRun>,
}

/// When a run began, by both clocks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Began {
    instant: Instant,
    epoch_us: u64,
}

impl Began {
    pub(crate) fn now() -> Began {
        let epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let epoch_us = u64::try_from(epoch.as_micros()).unwrap_or(u64::MAX);
        Began { instant: Instant::now(), epoch_us }
    }
}

#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) entries: Vec<Entry>,
    pub(crate) vault: Vault,
    pub(crate) bindings: Bindings,
    exchanges: u32,
    sockets: u32,
}

impl Recorder {
    pub(crate) fn new(
        vault: Vault,
        bindings: Bindings,
        began: Began,
        own: OfTrace,
        run: Arc<OfRun>,
    ) -> Recorder {
        let state = State { vault, bindings, ..State::default() };
        Recorder { state: Mutex::new(state), length: watch::Sender::new(0), began, own, run }
    }

    /// The state; a panic elsewhere does not spoil it, since entries are only ever added whole.
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds an entry and gives its index.
    pub(crate) fn add(&self, step: &str, actor: &str, event: Event) -> usize {
        self.add_with(step, actor, |_| event)
    }

    /// Adds an entry that is made with the vault at hand.
    pub(crate) fn add_with(
        &self,
        step: &str,
        actor: &str,
        event: impl FnOnce(&mut State) -> Event,
    ) -> usize {
        let mut state = self.lock();
        let event = event(&mut state);
        let at_us = u64::try_from(self.began.instant.elapsed().as_micros()).unwrap_or(u64::MAX);
        state.entries.push(Entry { at_us, step: step.into(), actor: actor.into(), event });
        let length = state.entries.len();
        drop(state);
        self.length.send_replace(length);
        length - 1
    }

    /// Takes note of received bytes; false when there are too many to go on.
    pub(crate) fn has_room(&self, bytes: usize) -> bool {
        self.own.has_room(&self.run, bytes)
    }

    /// The most frames that one WebSocket may bring.
    pub(crate) fn most_frames(&self) -> usize {
        self.own.most_frames
    }

    pub(crate) fn next_exchange(&self) -> u32 {
        let mut state = self.lock();
        state.exchanges += 1;
        state.exchanges
    }

    pub(crate) fn next_socket(&self) -> u32 {
        let mut state = self.lock();
        state.sockets += 1;
        state.sockets
    }

    /// Waits until `look`, which is shown each entry from `from` on once, is satisfied. False when
    /// the deadline passed first; that is recorded.
    pub(crate) async fn wait(
        &self,
        from: usize,
        within: (Deadline, Duration),
        mut look: impl FnMut(&State, usize, &Entry) -> bool,
    ) -> bool {
        let mut grown = self.length.subscribe();
        let end = tokio::time::Instant::now() + within.1;
        let mut next = from;
        loop {
            {
                let state = self.lock();
                while next < state.entries.len() {
                    if look(&state, next, &state.entries[next]) {
                        return true;
                    }
                    next += 1;
                }
                grown.mark_unchanged();
            }
            match tokio::time::timeout_at(end, grown.changed()).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) | Err(_) => return false,
            }
        }
    }

    /// The finished trace.
    pub(crate) fn finish(&self, scenario: &str, ended: Ended) -> Trace {
        let mut state = self.lock();
        Trace {
            scenario: scenario.to_owned(),
            view: View::Whole,
            epoch_us: self.began.epoch_us,
            bindings: state.bindings.clone(),
            tokens: state.vault.tokens().clone(),
            entries: std::mem::take(&mut state.entries),
            ended,
        }
    }
}
