//! Counts how often a change makes a difference.

use super::change::{Change, Greeting, Request, Response};
use super::delivery::{Delivery, Frame};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A change, with a count of how often it made a difference.
pub struct Counted {
    change: Arc<dyn Change>,
    acted: AtomicU64,
}

impl Counted {
    /// Wraps a change; the count begins at 0.
    pub fn new(change: Arc<dyn Change>) -> Counted {
        Counted { change, acted: AtomicU64::new(0) }
    }

    /// How often the change made a difference so far.
    pub fn acted(&self) -> u64 {
        self.acted.load(Ordering::Relaxed)
    }

    fn count(&self, differs: bool) {
        if differs {
            self.acted.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl std::fmt::Debug for Counted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Counted").field("acted", &self.acted).finish_non_exhaustive()
    }
}

impl Change for Counted {
    fn response(&self, request: &Request<'_>, response: Response) -> Response {
        let before = response.clone();
        let after = self.change.response(request, response);
        self.count(after != before);
        after
    }

    fn frame(&self, frame: Frame) -> Vec<Delivery> {
        let before = [Delivery::of(frame.clone())];
        let after = self.change.frame(frame);
        self.count(after != before);
        after
    }

    fn greeting(&self) -> Option<Greeting> {
        let greeting = self.change.greeting();
        self.count(greeting.is_some());
        greeting
    }

    fn is_alive(&self) -> bool {
        let alive = self.change.is_alive();
        self.count(!alive);
        alive
    }
}
