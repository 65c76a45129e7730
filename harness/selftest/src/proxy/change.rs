//! What can be changed between target and driver.

use super::delivery::{Content, Delivery, Frame};
use invite_spec::endpoint::Endpoint;
use invite_spec::status::StatusClass;
use serde_json::Value;
use std::time::Duration;

/// Changes what a target sends.
///
/// Several tasks call the methods at once.
pub trait Change: Send + Sync {
    /// Changes a response. By default it stays unchanged.
    fn response(&self, request: &Request<'_>, response: Response) -> Response {
        let _ = request;
        response
    }

    /// The deliveries that a frame becomes: none, one, or several. By default it is delivered once,
    /// unchanged.
    fn frame(&self, frame: Frame) -> Vec<Delivery> {
        vec![Delivery::of(frame)]
    }

    /// What the proxy itself sends over each WebSocket as soon as it is open. By default nothing.
    fn greeting(&self) -> Option<Greeting> {
        None
    }

    /// Whether the server still answers, asked once for every request. From the first `false` on,
    /// the proxy closes every connection without a response.
    fn is_alive(&self) -> bool {
        true
    }
}

/// What the proxy sends over a WebSocket before anything else.
#[derive(Debug, Clone)]
pub enum Greeting {
    /// One message.
    Once(Content),
    /// The same message again and again; nothing else gets through.
    Endless(Content),
}

/// The request that a response belongs to.
#[derive(Debug, Clone, Copy)]
pub struct Request<'e> {
    /// The endpoint; `None` for a path that is not in the table.
    pub endpoint: Option<&'static Endpoint>,
    /// The method, as it was sent.
    pub method: &'e str,
    /// The body; null if it was not JSON.
    pub body: &'e Value,
}

impl Request<'_> {
    /// Whether this is a browser's CORS preflight.
    pub fn is_preflight(&self) -> bool {
        self.method == "OPTIONS"
    }
}

/// A response on its way to the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// The headers, by name in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// How long the proxy holds it back.
    pub delay: Duration,
    /// Whether the body is sent in chunks of one byte.
    pub byte_by_byte: bool,
}

impl Response {
    /// The body, if it is JSON.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// Replaces the body by JSON. The headers stay.
    pub fn set_json(&mut self, value: &Value) {
        self.body = value.to_string().into_bytes();
    }

    /// The class of its status.
    pub fn class(&self) -> StatusClass {
        StatusClass::of(self.status)
    }

    /// Sets a header and removes all others of that name.
    pub fn set_header(&mut self, name: &str, value: &str) {
        self.remove_header(name);
        self.headers.push((name.to_owned(), value.to_owned()));
    }

    /// Removes every header of this name.
    pub fn remove_header(&mut self, name: &str) {
        self.headers.retain(|(other, _)| other != name);
    }
}
