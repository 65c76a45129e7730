//! Whoever does what the client is told: an adapter, or a person in front of an app.

use invite_adapter::{Launch, Limits, Patience};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Whoever does what the client is told.
#[derive(Clone)]
pub enum Tester {
    /// A program that is started anew for each scenario.
    Adapter {
        /// How.
        launch: Launch,
        /// How much it may say.
        limits: Limits,
        /// How long it may take.
        patience: Patience,
    },
    /// A person, who is told what to do next.
    Person(Person),
}

/// A person in front of an app.
#[derive(Clone)]
pub struct Person {
    /// Tells the person what to do, or what was seen.
    pub tell: Arc<dyn Fn(&str) + Send + Sync>,
    /// Counts how often the person skipped a step.
    pub skips: watch::Receiver<usize>,
    /// How long the person may take for one step.
    pub patience: Duration,
}

impl Person {
    /// Waits until the person skips once more than before.
    pub(crate) async fn skipped(&self) {
        let mut skips = self.skips.clone();
        skips.borrow_and_update();
        if skips.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
