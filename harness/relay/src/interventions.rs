//! What the harness does to the traffic of a client under test: it drops and closes WebSockets, pushes
//! frames, and answers calls in the place of the server.

use super::Relay;
use axum::http::StatusCode;
use invite_spec::endpoint::Operation;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, mpsc};
use tokio::time::{Instant, timeout_at};

/// How long a response is held back until what has to come before it could be pushed.
pub const PUSHED_WITHIN: Duration = Duration::from_secs(3);

/// What the relay has been told to do.
#[derive(Debug, Default)]
pub(crate) struct Interventions {
    state: Arc<Mutex<State>>,
    /// Tells of each WebSocket that is listed.
    listed: Notify,
}

#[derive(Debug, Default)]
struct State {
    answers: BTreeMap<Operation, Vec<CannedAnswer>>,
    /// The frames that are pushed before the response to a call, with their owner.
    before: BTreeMap<Operation, (String, String)>,
    /// Who could not be pushed what had to come before a response.
    missed: Vec<String>,
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
    /// A frame is pushed; who wants to know is told once it is written.
    Push(String, Option<mpsc::UnboundedSender<()>>),
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
pub(crate) struct Listed {
    state: Arc<Mutex<State>>,
    number: u64,
    pub(crate) told: mpsc::UnboundedReceiver<ToSocket>,
}

impl Drop for Listed {
    fn drop(&mut self) {
        lock(&self.state).sockets.retain(|(number, ..)| *number != self.number);
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Interventions {
    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// Lists a WebSocket that is open, or about to be: what it is told waits until it is.
    pub(crate) fn list(&self, owner: String) -> Listed {
        let (sender, told) = mpsc::unbounded_channel();
        let mut state = self.state();
        state.next += 1;
        let number = state.next;
        state.sockets.push((number, owner, sender));
        drop(state);
        self.listed.notify_waiters();
        Listed { state: Arc::clone(&self.state), number, told }
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

    /// Pushes what has to come before the response to a call, and waits until it is written. Whoever has
    /// no WebSocket by then has missed it.
    pub(crate) async fn before(&self, operation: Operation) {
        let pushed = self.state().before.remove(&operation);
        let Some((owner, frame)) = pushed else { return };
        if timeout_at(Instant::now() + PUSHED_WITHIN, self.written(&owner, &frame)).await.is_err() {
            self.state().missed.push(owner);
        }
    }

    /// Pushes a frame to the WebSockets of somebody, as soon as there is one to which it can be written.
    async fn written(&self, owner: &str, frame: &str) {
        loop {
            // Whatever is listed from here on is told of.
            let listed = self.listed.notified();
            let (writes, mut written) = mpsc::unbounded_channel();
            let reached = self.tell(owner, &ToSocket::Push(frame.to_owned(), Some(writes)));
            match reached {
                0 => listed.await,
                // Without a word, they were gone before.
                _ if written.recv().await.is_some() => return,
                _ => {}
            }
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
        self.shared.interventions.tell(owner, &ToSocket::Push(frame, None))
    }

    /// Whoever had no WebSocket when a frame had to be pushed before a response; each is given once.
    pub fn missed(&self) -> Vec<String> {
        std::mem::take(&mut self.shared.interventions.state().missed)
    }

    /// Pushes a frame between the next call of an operation and its response. The response waits until
    /// the frame is written, and [`PUSHED_WITHIN`] at most.
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
