//! The process of an adapter: started, asked, ended.

mod keeper;
mod launch;
mod shared;

pub use launch::{Application, BadCommand, Launch};

use crate::inbox::Inbox;
use crate::limits::{Limits, Patience};
use crate::misbehaviour::{AdapterError, Misbehaviour, Wait};
use crate::protocol::{Call, Event, Hello, Need, Outcome};
use shared::Shared;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// A running adapter. It is killed when this goes.
#[derive(Debug)]
pub struct Adapter {
    shared: Arc<Shared>,
    hello: Hello,
    patience: Patience,
    /// Lines to its standard input. Closing this ends it.
    input: mpsc::UnboundedSender<String>,
    /// Ends when the process has. Dropping the sender kills it.
    end: oneshot::Sender<()>,
    keeper: JoinHandle<Ending>,
}

/// How an adapter ended that was told to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// Whether it had to be killed: it did not end when its input did.
    pub killed: bool,
    /// The end of its standard error, made harmless.
    pub log: Vec<String>,
}

impl Adapter {
    /// Starts an adapter and waits for its hello. If it needs the application's key and secret, it is
    /// started again with them.
    pub async fn start(
        launch: &Launch,
        limits: Limits,
        patience: Patience,
    ) -> Result<Adapter, AdapterError> {
        let adapter = Adapter::started(launch, false, limits, patience).await?;
        if !adapter.hello.needs.contains(&Need::Application) {
            return Ok(adapter);
        }
        let shared = Arc::clone(&adapter.shared);
        adapter.stop().await?;
        if launch.application.is_none() {
            return Err(shared.error(Misbehaviour::NeedsApplication));
        }
        Adapter::started(launch, true, limits, patience).await
    }

    async fn started(
        launch: &Launch,
        with_application: bool,
        limits: Limits,
        patience: Patience,
    ) -> Result<Adapter, AdapterError> {
        let shared = Arc::new(Shared::new(launch.to_string()));
        let (input, lines) = mpsc::unbounded_channel();
        let (end, ended) = oneshot::channel();
        let command = launch.command(with_application);
        let process = keeper::Process::start(command, Arc::clone(&shared), limits, launch);
        let process = process
            .map_err(|error| shared.error(Misbehaviour::NotStarted { cause: error.to_string() }))?;
        let keeper = tokio::spawn(process.keep(lines, ended, patience));
        let greeted = tokio::select! {
            biased;
            hello = shared.greeted() => Ok(hello),
            error = shared.failed() => Err(error),
            () = tokio::time::sleep(patience.hello) => {
                Err(shared.timed_out(Wait::Hello, patience.hello))
            }
        };
        let adapter = |hello| Adapter { shared, hello, patience, input, end, keeper };
        greeted.map(adapter)
    }

    /// Who it is, and what it can do.
    pub fn hello(&self) -> &Hello {
        &self.hello
    }

    /// Has it do something, and waits for its answer.
    pub async fn call(
        &self,
        person: &str,
        session: &str,
        call: Call,
    ) -> Result<Outcome, AdapterError> {
        let operation = call.operation();
        let (request, answer) = self.shared.ask(person, session, call);
        let id = request.id;
        // A request always serialises; an adapter that has ended is told of below.
        let _ = self.input.send(serde_json::to_string(&request).unwrap_or_default());
        tokio::select! {
            biased;
            Ok(outcome) = answer => Ok(outcome),
            error = self.shared.failed() => Err(error),
            () = tokio::time::sleep(self.patience.answer) => {
                let is_read = self.shared.has_written(id);
                let wait = if is_read { Wait::Answer { id, operation } } else { Wait::Reading };
                Err(self.shared.timed_out(wait, self.patience.answer))
            }
        }
    }

    /// How many events came so far.
    pub fn events(&self) -> usize {
        self.inbox().count()
    }

    /// The events from this one on.
    pub fn events_from(&self, from: usize) -> Vec<Event> {
        self.inbox().from(from)
    }

    /// Waits for the first event from this one on that fits; none if there is none in time.
    pub async fn event(
        &self,
        from: usize,
        fits: impl Fn(&Event) -> bool + Sync,
        within: Duration,
    ) -> Result<Option<Event>, AdapterError> {
        tokio::select! {
            biased;
            event = timeout(within, self.inbox().wait(from, &fits)) => Ok(event.ok()),
            error = self.shared.failed() => Err(error),
        }
    }

    fn inbox(&self) -> &Inbox {
        &self.shared.inbox
    }

    /// What it did wrong so far.
    pub fn failure(&self) -> Option<AdapterError> {
        self.shared.failure()
    }

    /// Ends its input, waits for its end, and kills what is left.
    pub async fn stop(self) -> Result<Ending, AdapterError> {
        drop(self.input);
        let _ = self.end.send(());
        let ending = self.keeper.await;
        match (self.shared.failure(), ending) {
            (Some(error), _) => Err(error),
            (None, Ok(ending)) => Ok(ending),
            // The runtime is going away, and the process with it.
            (None, Err(_)) => Ok(Ending { killed: true, log: self.shared.log.lines() }),
        }
    }
}
