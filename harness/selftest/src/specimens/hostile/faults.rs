//! What hostile servers do to connections.

use crate::proxy::{Change, Content, Delivery, Frame, Greeting};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Drops each WebSocket after the first frame that the server pushed.
pub(super) struct DropsSockets;

impl Change for DropsSockets {
    fn frame(&self, frame: Frame) -> Vec<Delivery> {
        vec![Delivery { drops_connection: true, ..Delivery::of(frame) }]
    }
}

/// Pushes this over each WebSocket as soon as it is open, once.
pub(super) struct Greets(pub(super) Content);

impl Change for Greets {
    fn greeting(&self) -> Option<Greeting> {
        Some(Greeting::Once(self.0.clone()))
    }
}

/// Pushes this over each WebSocket without end, and nothing else.
pub(super) struct Floods(pub(super) Content);

impl Change for Floods {
    fn greeting(&self) -> Option<Greeting> {
        Some(Greeting::Endless(self.0.clone()))
    }
}

/// Is gone after so many requests.
pub(super) struct DiesAfter {
    most: usize,
    requests: AtomicUsize,
}

impl DiesAfter {
    pub(super) fn requests(most: usize) -> DiesAfter {
        DiesAfter { most, requests: AtomicUsize::new(0) }
    }
}

impl Change for DiesAfter {
    fn is_alive(&self) -> bool {
        self.requests.fetch_add(1, Ordering::Relaxed) < self.most
    }
}
