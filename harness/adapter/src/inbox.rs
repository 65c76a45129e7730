//! The events that came, and waiting for one.

use crate::protocol::Event;
use std::sync::{Mutex, PoisonError};
use tokio::sync::watch;

/// The events of an adapter, in the order in which they came.
#[derive(Debug)]
pub(crate) struct Inbox {
    events: Mutex<Vec<Event>>,
    count: watch::Sender<usize>,
}

impl Inbox {
    pub(crate) fn new() -> Inbox {
        Inbox { events: Mutex::default(), count: watch::Sender::new(0) }
    }

    pub(crate) fn put(&self, event: Event) {
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        events.push(event);
        self.count.send_replace(events.len());
    }

    /// The events from this one on.
    pub(crate) fn from(&self, from: usize) -> Vec<Event> {
        let events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        events.get(from..).unwrap_or_default().to_vec()
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        *self.count.borrow()
    }

    /// Waits for the first event from this one on that fits.
    pub(crate) async fn wait(&self, from: usize, fits: &(dyn Fn(&Event) -> bool + Sync)) -> Event {
        let (mut count, mut next) = (self.count.subscribe(), from);
        loop {
            let more = self.from(next);
            next += more.len();
            if let Some(found) = more.into_iter().find(|event| fits(event)) {
                return found;
            }
            // It is told as long as this exists.
            let _ = count.wait_for(|count| *count > next).await;
        }
    }
}
