//! Who is connected.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use tokio::sync::mpsc::UnboundedSender;

/// The open WebSockets of a proxy, each by what takes texts for it.
#[derive(Debug, Default)]
pub(super) struct Sockets {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    opened: u32,
    open: BTreeMap<u32, UnboundedSender<String>>,
}

impl Sockets {
    fn with<R>(&self, change: impl FnOnce(&mut State) -> R) -> R {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes note of a new one and gives its number.
    pub(super) fn open(&self, sender: UnboundedSender<String>) -> u32 {
        self.with(|state| {
            state.opened += 1;
            state.open.insert(state.opened, sender);
            state.opened
        })
    }

    pub(super) fn close(&self, number: u32) {
        self.with(|state| state.open.remove(&number));
    }

    /// Hands a text to the sockets that were opened next before one and next after it: one of them
    /// may be closing, and listens no more.
    pub(super) fn to_neighbours(&self, number: u32, text: &str) {
        self.with(|state| {
            let behind = state.open.range(number + 1..).next();
            let before = state.open.range(..number).next_back();
            for (_, sender) in behind.into_iter().chain(before) {
                // One that is just closing misses nothing that it was due.
                let _ = sender.send(text.to_owned());
            }
        });
    }
}
