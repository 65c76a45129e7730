//! What a trace holds.

use crate::client::ClientEvent;
use crate::deadline::Deadline;
use crate::failure::{CutOff, NoAnswer, SocketRefusal};
use crate::forgery::Forged;
use crate::pattern::Awaited;
use crate::reference::Bindings;
use crate::stop::Stop;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// Everything that was said while one scenario was driven.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Trace {
    /// The scenario's id.
    pub scenario: String,
    /// How much of what happened it holds.
    #[serde(default, skip_serializing_if = "View::is_whole")]
    pub view: View,
    /// When the run began, in microseconds since 1970.
    pub epoch_us: u64,
    /// What the scenario's references stood for.
    pub bindings: Bindings,
    /// What each token was, by pseudonym.
    pub tokens: BTreeMap<String, TokenRecord>,
    /// What happened, in order.
    pub entries: Vec<Entry>,
    /// How it ended.
    pub ended: Ended,
}

/// How much of what happened to its conferences and people a trace holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum View {
    /// All of it: what has no cause in the trace has none.
    #[default]
    Whole,
    /// What some clients saw: others may have acted besides.
    Part,
}

impl View {
    /// Whether it is all of it.
    pub fn is_whole(&self) -> bool {
        *self == View::Whole
    }
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Entry {
    /// When, in microseconds since the run began.
    pub at_us: u64,
    /// The step during which it happened.
    pub step: String,
    /// Who did it, or to whom it was done: a session (`bob`, `bob/phone`) or an application.
    pub actor: String,
    /// What.
    pub event: Event,
}

/// What can happen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// A step began.
    Begun,
    /// A request was sent.
    Request {
        /// Its number within the trace.
        exchange: u32,
        /// Its method.
        method: String,
        /// Its path and query.
        path: String,
        /// The headers that matter, by name in lower case.
        headers: BTreeMap<String, String>,
        /// Its body.
        body: Content,
    },
    /// A request was answered.
    Answer {
        /// The number of the request.
        exchange: u32,
        /// The status.
        status: u16,
        /// The headers that matter, by name in lower case.
        headers: BTreeMap<String, String>,
        /// The body.
        body: Content,
    },
    /// A request was not answered, or not in full.
    NoAnswer {
        /// The number of the request.
        exchange: u32,
        /// Why.
        why: NoAnswer,
        /// The deadline that decided, if one did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deadline: Option<Deadline>,
    },
    /// A WebSocket was opened.
    SocketOpened {
        /// Its number within the trace.
        socket: u32,
        /// Its path and query.
        path: String,
    },
    /// A WebSocket could not be opened.
    SocketRefused {
        /// Its number within the trace.
        socket: u32,
        /// Its path and query.
        path: String,
        /// Why.
        why: SocketRefusal,
    },
    /// A frame was sent.
    Sent {
        /// The socket.
        socket: u32,
        /// The frame.
        body: Content,
    },
    /// A frame was received.
    Received {
        /// The socket.
        socket: u32,
        /// The frame.
        body: Content,
    },
    /// A WebSocket was closed.
    SocketClosed {
        /// The socket.
        socket: u32,
        /// By whom.
        by: SocketEnd,
        /// The close code, if there was one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<u16>,
        /// The reason.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        reason: String,
    },
    /// A fence was put up on a socket: what was due before has arrived when its conference's
    /// invitation has.
    Fence {
        /// The socket.
        socket: u32,
        /// The throw-away conference; empty for a quiet window instead.
        conference: String,
    },
    /// Everything that was due before a fence has arrived.
    Fenced {
        /// The socket.
        socket: u32,
        /// Where the fence was put up: the index of its entry.
        since: usize,
    },
    /// Something between the harness and a client under test.
    Client(ClientEvent),
    /// A deadline passed.
    Expired {
        /// Which.
        deadline: Deadline,
        /// What was waited for.
        waiting_for: Awaited,
    },
}

/// Who closed a WebSocket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SocketEnd {
    /// The harness, as the scenario says.
    Client,
    /// The target.
    Target,
    /// The harness, because the target pushed without end.
    Cut(CutOff),
}

/// A body or a frame.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// Nothing.
    Empty,
    /// JSON.
    Json(Value),
    /// Anything else: its beginning, and how many bytes it had.
    Text {
        /// The beginning.
        beginning: String,
        /// How many bytes there were.
        bytes: usize,
    },
}

impl Content {
    /// The JSON value, if it is one.
    pub fn json(&self) -> Option<&Value> {
        match self {
            Content::Json(value) => Some(value),
            _ => None,
        }
    }
}

/// How a scenario's drive ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// All steps were done.
    Complete,
    /// At a step that could not be done.
    Stopped(Stop),
}

/// What a token was.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TokenRecord {
    /// Its form.
    pub form: TokenForm,
    /// Where it comes from, if it is forged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forged_from: Option<Forged>,
}

/// The form of a token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TokenForm {
    /// A JSON Web Token: header and claims as they were, the signature by pseudonym.
    Jwt {
        /// The header.
        header: Value,
        /// The claims.
        claims: Value,
        /// A name for the signature; empty when there was none.
        signature: String,
    },
    /// Anything else.
    Opaque {
        /// How many bytes it had.
        bytes: usize,
    },
}

impl Trace {
    /// The claims of the token with this pseudonym, if it is a JWT.
    pub fn claims(&self, token: &str) -> Option<&Value> {
        match &self.tokens.get(token)?.form {
            TokenForm::Jwt { claims, .. } => Some(claims),
            TokenForm::Opaque { .. } => None,
        }
    }

    /// When it begins and when it ends, in microseconds since the run began; none if nothing happened.
    pub fn span(&self) -> Option<(u64, u64)> {
        Some((self.entries.first()?.at_us, self.entries.last()?.at_us))
    }

    /// When an entry happened, in seconds since 1970.
    pub fn time_of(&self, entry: usize) -> Option<f64> {
        let at_us = self.entries.get(entry)?.at_us;
        Some((self.epoch_us.saturating_add(at_us)) as f64 / 1e6)
    }

    /// The index at which a step began.
    pub fn beginning(&self, step: &str) -> Option<usize> {
        self.entries.iter().position(|entry| entry.step == step && entry.event == Event::Begun)
    }
}
