//! What the harness does to the traffic of a client under test: it drops and closes WebSockets, pushes
//! frames, and answers calls in the place of the server.

use super::Relay;
use axum::http::StatusCode;
use invite_spec::endpoint::Operation;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc;

/// What the relay has been told to do.
#[derive(Debug, Default)]
pub(crate) struct Interventions {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    answers: BTreeMap<Operation, Vec<CannedAnswer>>,
    /// The frames that are pushed before the response to a call, with their owner.
    before: BTreeMap<Operation, (String, String)>,
    delays: BTreeMap<Operation, Duration>,
    refused_sockets: u32,
    /// The open WebSockets, by owner.
    sockets: Vec<(u64, String, mpsc::UnboundedSender<ToSocket>)>,
    next: u64,
}

/// What a WebSocket is told.
#[derive(Debug, Clone)]
pub(crate) enum ToSocket {
    /// Its connection is lost.
    Drop,
    /// It is closed with a code.
    Close(u16),
    /// A frame is pushed.
    Push(String),
}

/// A response that the server did not give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CannedAnswer {
    /// The status.
    pub status: StatusCode,
    /// The body; empty for none.
    pub body: String,
}

/// The place of an open WebSocket among all. It is taken out when this goes.
pub(crate) struct Listed<'i> {
    interventions: &'i Interventions,
    number: u64,
    pub(crate) told: mpsc::UnboundedReceiver<ToSocket>,
}

impl Drop for Listed<'_> {
    fn drop(&mut self) {
        self.interventions.state().sockets.retain(|(number, ..)| *number != self.number);
    }
}

impl Interventions {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lists an open WebSocket.
    pub(crate) fn list(&self, owner: String) -> Listed<'_> {
        let (sender, told) = mpsc::unbounded_channel();
        let mut state = self.state();
        state.next += 1;
        let number = state.next;
        state.sockets.push((number, owner, sender));
        drop(state);
        Listed { interventions: self, number, told }
    }

    /// The response to a call, if it is not the server's.
    pub(crate) fn answer(&self, operation: Operation) -> Option<CannedAnswer> {
        let mut state = self.state();
        let waiting = state.answers.get_mut(&operation)?;
        (!waiting.is_empty()).then(|| waiting.remove(0))
    }

    /// How late the response to a call is.
    pub(crate) fn delay(&self, operation: Operation) -> Option<Duration> {
        self.state().delays.remove(&operation)
    }

    /// Pushes what has to come before the response to a call.
    pub(crate) fn before(&self, operation: Operation) {
        let pushed = self.state().before.remove(&operation);
        if let Some((owner, frame)) = pushed {
            self.tell(&owner, &ToSocket::Push(frame));
        }
    }

    /// Whether this attempt to open a WebSocket is refused.
    pub(crate) fn refuses_socket(&self) -> bool {
        let mut state = self.state();
        let refuses = state.refused_sockets > 0;
        state.refused_sockets = state.refused_sockets.saturating_sub(1);
        refuses
    }

    /// Tells the open WebSockets of somebody. Gives how many there are.
    fn tell(&self, owner: &str, what: &ToSocket) -> usize {
        let state = self.state();
        let own = state.sockets.iter().filter(|(_, other, _)| other == owner);
        own.filter(|(_, _, sender)| sender.send(what.clone()).is_ok()).count()
    }
}

impl Relay {
    /// Cuts the connections of somebody's WebSockets, without a close frame. Gives how many there were.
    pub fn drop_sockets(&self, owner: &str) -> usize {
        self.shared.interventions.tell(owner, &ToSocket::Drop)
    }

    /// Closes somebody's WebSockets with a code. Gives how many there were.
    pub fn close_sockets(&self, owner: &str, code: u16) -> usize {
        self.shared.interventions.tell(owner, &ToSocket::Close(code))
    }

    /// Pushes a frame to somebody's WebSockets. Gives how many there are.
    pub fn push(&self, owner: &str, frame: String) -> usize {
        self.shared.interventions.tell(owner, &ToSocket::Push(frame))
    }

    /// Pushes a frame between the next call of an operation and its response.
    pub fn push_before_answer(&self, operation: Operation, owner: &str, frame: String) {
        self.shared.interventions.state().before.insert(operation, (owner.to_owned(), frame));
    }

    /// Holds the response to the next call of an operation back for so long.
    pub fn delay(&self, operation: Operation, by: Duration) {
        self.shared.interventions.state().delays.insert(operation, by);
    }

    /// Answers the next calls of an operation, once for each response.
    pub fn answer(&self, operation: Operation, answers: Vec<CannedAnswer>) {
        self.shared.interventions.state().answers.insert(operation, answers);
    }

    /// Refuses the next attempts to open a WebSocket.
    pub fn refuse_sockets(&self, count: u32) {
        self.shared.interventions.state().refused_sockets = count;
    }
}
