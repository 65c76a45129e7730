//! Frames, and how each is delivered.

use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// A frame on its way to a client.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// The WebSocket, numbered in the order of opening.
    pub socket: u32,
    /// How many frames came before it on that WebSocket.
    pub index: u64,
    /// The frame; text that is not JSON is kept as a JSON string.
    pub body: Value,
}

/// One message that the proxy sends over a WebSocket.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// A text message.
    Text(String),
    /// A binary message.
    Binary(Vec<u8>),
    /// A close frame with the code 1000.
    Close,
}

/// What is delivered in place of a frame, to whom and when.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    /// The receiver.
    pub whom: Whom,
    /// The message.
    pub content: Content,
    /// How long the proxy waits before it sends the message. A delayed frame also delays all frames
    /// behind it on the same WebSocket, unless it is out of order.
    pub delay: Duration,
    /// Whether later frames may overtake it during the delay.
    pub out_of_order: bool,
    /// Whoever takes this first sends the message: the proxy after the delay, or the change earlier.
    pub claim: Option<Claim>,
    /// Whether the proxy drops the connection right after it, without a close frame.
    pub drops_connection: bool,
}

/// The right to send a delayed frame. It can be taken once.
#[derive(Debug, Clone, Default)]
pub struct Claim(Arc<AtomicBool>);

impl Claim {
    /// Takes the right; false if it was taken before.
    pub fn take(&self) -> bool {
        !self.0.swap(true, Ordering::Relaxed)
    }
}

impl PartialEq for Claim {
    fn eq(&self, other: &Claim) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// The receiver of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whom {
    /// The WebSocket that the target sent it to.
    Receiver,
    /// The open WebSockets that were opened just before and just after that one.
    Neighbours,
}

impl Delivery {
    /// Delivers a frame unchanged.
    pub fn of(frame: Frame) -> Delivery {
        Delivery::text(match frame.body {
            Value::String(text) => text,
            json => json.to_string(),
        })
    }

    /// Delivers this JSON value.
    pub fn json(value: &Value) -> Delivery {
        Delivery::text(value.to_string())
    }

    /// Delivers this text.
    pub fn text(text: String) -> Delivery {
        Delivery::new(Content::Text(text))
    }

    /// Closes the WebSocket.
    pub fn close() -> Delivery {
        Delivery::new(Content::Close)
    }

    fn new(content: Content) -> Delivery {
        Delivery {
            whom: Whom::Receiver,
            content,
            delay: Duration::ZERO,
            out_of_order: false,
            claim: None,
            drops_connection: false,
        }
    }
}
