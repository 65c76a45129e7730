//! Whoever does what the client is told: an adapter, or a person in front of an app.

use invite_adapter::{Launch, Limits, Patience};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
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
    /// Counts how often the person wanted to skip a step.
    pub skips: watch::Receiver<usize>,
    /// How many steps were skipped.
    pub skipped: Arc<AtomicUsize>,
    /// How long the person may take for one step.
    pub patience: Duration,
}

impl Person {
    /// Waits until the person wants to skip one more step than were skipped.
    pub(crate) async fn wants_to_skip(&self) {
        let mut skips = self.skips.clone();
        let before = self.skipped.load(Ordering::Relaxed);
        let wanted = skips.wait_for(|count| *count > before).await.is_ok();
        if wanted {
            self.skipped.store(before + 1, Ordering::Relaxed);
        } else {
            std::future::pending::<()>().await;
        }
    }
}
