//! What the task that owns the process shares with those who ask.

use crate::conversation::{Conversation, Said};
use crate::inbox::Inbox;
use crate::intake::Log;
use crate::misbehaviour::{AdapterError, Misbehaviour, Wait};
use crate::protocol::{Call, Hello, Outcome, Request};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{oneshot, watch};

/// What the task that owns the process shares with those who ask.
#[derive(Debug)]
pub(super) struct Shared {
    /// The command, for as long as the adapter has not said its name.
    command: String,
    talk: Mutex<Talk>,
    hello: watch::Sender<Option<Hello>>,
    failure: watch::Sender<Option<AdapterError>>,
    /// The last request that was written.
    written: AtomicU64,
    pub(super) inbox: Inbox,
    pub(super) log: Log,
}

#[derive(Debug, Default)]
struct Talk {
    conversation: Conversation,
    waiting: BTreeMap<u64, oneshot::Sender<Outcome>>,
}

impl Shared {
    pub(super) fn new(command: String) -> Shared {
        Shared {
            command,
            talk: Mutex::default(),
            hello: watch::Sender::new(None),
            failure: watch::Sender::new(None),
            written: AtomicU64::new(0),
            inbox: Inbox::new(),
            log: Log::default(),
        }
    }

    fn talk<R>(&self, change: impl FnOnce(&mut Talk) -> R) -> R {
        change(&mut self.talk.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The next request, and where its outcome will come.
    pub(super) fn ask(
        &self,
        person: &str,
        session: &str,
        call: Call,
    ) -> (Request, oneshot::Receiver<Outcome>) {
        self.talk(|talk| {
            let request = talk.conversation.ask(person, session, call);
            let (outcome, answer) = oneshot::channel();
            talk.waiting.insert(request.id, outcome);
            (request, answer)
        })
    }

    /// Takes a line of the adapter.
    pub(super) fn hear(&self, line: &str) -> Result<(), Misbehaviour> {
        match self.talk(|talk| talk.conversation.hear(line))? {
            Said::Hello => {
                let hello = self.talk(|talk| talk.conversation.hello().cloned());
                self.hello.send_replace(hello);
            }
            Said::Event(event) => self.inbox.put(event),
            Said::Answer(answer) => {
                if let Some(waiting) = self.talk(|talk| talk.waiting.remove(&answer.id)) {
                    // Whoever asked may have stopped waiting.
                    let _ = waiting.send(answer.outcome);
                }
            }
        }
        Ok(())
    }

    /// Waits for the hello.
    pub(super) async fn greeted(&self) -> Hello {
        wait(&self.hello).await
    }

    pub(super) fn is_greeted(&self) -> bool {
        self.hello.borrow().is_some()
    }

    pub(super) fn note_written(&self, request: u64) {
        self.written.store(request, Ordering::Relaxed);
    }

    /// Whether the adapter has taken this request.
    pub(super) fn has_written(&self, id: u64) -> bool {
        self.written.load(Ordering::Relaxed) >= id
    }

    /// Waits until the adapter does something wrong.
    pub(super) async fn failed(&self) -> AdapterError {
        wait(&self.failure).await
    }

    pub(super) fn failure(&self) -> Option<AdapterError> {
        self.failure.borrow().clone()
    }

    /// Notes the first thing that the adapter does wrong. What comes of that says no more.
    pub(super) fn fail(&self, misbehaviour: Misbehaviour) -> AdapterError {
        let error = self.error(misbehaviour);
        self.failure.send_if_modified(|failure| {
            let is_first = failure.is_none();
            failure.get_or_insert(error.clone());
            is_first
        });
        self.failure().unwrap_or(error)
    }

    pub(super) fn timed_out(&self, wait: Wait, waited: Duration) -> AdapterError {
        self.fail(Misbehaviour::TimedOut { wait, waited })
    }

    pub(super) fn error(&self, misbehaviour: Misbehaviour) -> AdapterError {
        let named = self.hello.borrow().as_ref().map(|it| format!("{} {}", it.name, it.version));
        let adapter = named.unwrap_or_else(|| self.command.clone());
        AdapterError { adapter, misbehaviour, log: self.log.lines() }
    }
}

async fn wait<T: Clone>(sender: &watch::Sender<Option<T>>) -> T {
    let mut receiver = sender.subscribe();
    loop {
        let value = receiver.borrow_and_update().clone();
        if let Some(value) = value {
            return value;
        }
        // The sender is borrowed, so that it outlives this.
        let _ = receiver.changed().await;
    }
}
