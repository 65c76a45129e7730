//! The open WebSockets.

use super::delivery::Content;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use tokio::sync::mpsc::UnboundedSender;

/// What a WebSocket's writer does next.
#[derive(Debug)]
pub(super) enum Outgoing {
    /// It sends this.
    Message(Content),
    /// It drops the connection without a close frame.
    Drop,
}

/// The open WebSockets of a proxy, each with the queue of what it sends.
#[derive(Debug, Default)]
pub(super) struct Sockets {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    opened: u32,
    open: BTreeMap<u32, UnboundedSender<Outgoing>>,
}

impl Sockets {
    fn with<R>(&self, change: impl FnOnce(&mut State) -> R) -> R {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Registers a new WebSocket and returns its number.
    pub(super) fn open(&self, sender: UnboundedSender<Outgoing>) -> u32 {
        self.with(|state| {
            state.opened += 1;
            state.open.insert(state.opened, sender);
            state.opened
        })
    }

    pub(super) fn close(&self, number: u32) {
        self.with(|state| state.open.remove(&number));
    }

    /// Sends a message to the WebSockets that were opened just before and just after this one: one of
    /// the two may be closing and no longer read it.
    pub(super) fn to_neighbours(&self, number: u32, content: &Content) {
        self.with(|state| {
            let behind = state.open.range(number + 1..).next();
            let before = state.open.range(..number).next_back();
            for (_, sender) in behind.into_iter().chain(before) {
                // If it is closing, the message was not meant for it anyway.
                let _ = sender.send(Outgoing::Message(content.clone()));
            }
        });
    }
}
