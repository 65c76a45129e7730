//! What can be changed between target and driver.

use invite_spec::endpoint::Endpoint;
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Changes what a target says.
///
/// The methods are asked for every answer and every frame, by several tasks at once.
pub trait Change: Send + Sync {
    /// Changes an answer. By default it is left as it is.
    fn answer(&self, exchange: &Answered<'_>, answer: Passed) -> Passed {
        let _ = exchange;
        answer
    }

    /// What becomes of a frame: nothing, one delivery, or several. By default it is delivered.
    fn frame(&self, frame: Frame) -> Vec<Delivery> {
        vec![Delivery::of(frame)]
    }
}

/// What was asked.
#[derive(Debug, Clone, Copy)]
pub struct Answered<'e> {
    /// The endpoint, if the path is one of the table.
    pub endpoint: Option<&'static Endpoint>,
    /// The method, as it was sent.
    pub method: &'e str,
    /// The request's body, if it was JSON.
    pub request: &'e Value,
}

/// An answer on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passed {
    /// The status.
    pub status: u16,
    /// The headers, by name in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// How long it is held back.
    pub delay: Duration,
}

impl Passed {
    /// The body, if it is JSON.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// Puts another JSON body in the place of this one.
    pub fn set_json(&mut self, value: &Value) {
        self.body = value.to_string().into_bytes();
    }

    /// Whether it is a success.
    pub fn is_accepted(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Sets a header, in place of what was there.
    pub fn set_header(&mut self, name: &str, value: &str) {
        self.headers.retain(|(other, _)| other != name);
        self.headers.push((name.to_owned(), value.to_owned()));
    }
}

/// A frame on its way to a client.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// The WebSocket, by number in the order of opening.
    pub socket: u32,
    /// How many frames came before it on that WebSocket.
    pub index: u64,
    /// What it says; a text that is no JSON stands here as a JSON string.
    pub body: Value,
}

/// A frame that is delivered.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    /// To whom.
    pub whom: Whom,
    /// What, as text.
    pub text: String,
    /// After how long. Frames of one WebSocket keep their order, so that one that is held back
    /// holds back those behind it, unless it overtakes.
    pub delay: Duration,
    /// Whether it may be overtaken by later frames while it is held back.
    pub out_of_order: bool,
    /// Whoever takes this first delivers it: the proxy after the delay, or the change before.
    pub claim: Option<Claim>,
}

/// The right to deliver a frame that is held back, which is taken once.
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

/// To whom a frame is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whom {
    /// To the WebSocket that it was sent to.
    Receiver,
    /// To the WebSockets that were opened next before and after it, if they are open.
    Neighbours,
}

impl Delivery {
    /// The delivery of a frame as it is.
    pub fn of(frame: Frame) -> Delivery {
        let text = match frame.body {
            Value::String(text) => text,
            json => json.to_string(),
        };
        Delivery::text(text)
    }

    /// The delivery of this JSON value.
    pub fn json(value: &Value) -> Delivery {
        Delivery::text(value.to_string())
    }

    fn text(text: String) -> Delivery {
        let (whom, delay) = (Whom::Receiver, Duration::ZERO);
        Delivery { whom, text, delay, out_of_order: false, claim: None }
    }
}
