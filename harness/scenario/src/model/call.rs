//! Calls. Only what goes together can be said of one: a call has one body, and a twin only if it
//! must be refused.

use super::written::Written;
use super::{Expectation, Requirements};
use crate::Located;
use crate::faults;
use invite_spec::endpoint::Operation;
use invite_spec::requirement::RequirementId;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// One call of the endpoint table.
#[derive(Debug, Clone)]
pub struct Call {
    /// The step's id.
    pub id: Option<Located>,
    /// The operation, such as `sdk.invite`.
    pub operation: Located<Operation>,
    /// Who calls: a person with a session, or `application` (the default on the REST plane) or
    /// `second_application`.
    pub caller: Option<Located>,
    /// The conference, by id.
    pub conference: Option<String>,
    /// Further parameters of the path.
    pub path: BTreeMap<String, String>,
    /// Whether it is the call itself, or a browser's question before it.
    pub kind: CallKind,
    /// What is expected of its response.
    pub expect: Vec<Expectation>,
}

/// What is sent, and what must come of it.
#[derive(Debug, Clone)]
pub enum CallKind {
    /// The call itself.
    Request(Box<Request>),
    /// The CORS preflight of the call, as a browser sends it: `OPTIONS`, without body and
    /// credentials.
    Preflight(Preflight),
}

/// The request of a call.
#[derive(Debug, Clone)]
pub struct Request {
    /// Its body.
    pub body: Body,
    /// The conference access token.
    pub token: TokenChoice,
    /// What replaces the right credentials in `Authorization`, after `Bearer`.
    pub bearer: TokenChoice,
    /// What replaces the session's token in `X-Token`.
    pub session_token: TokenChoice,
    /// The key and secret, as `key:secret`.
    pub basic: TokenChoice,
    /// Further headers.
    pub headers: BTreeMap<String, String>,
    /// Values of the response to keep, by name: JSON Pointers.
    pub save: Pointers,
    /// What must come of it.
    pub expected: Expected,
}

/// The CORS preflight of a call.
#[derive(Debug, Clone)]
pub struct Preflight {
    /// The requirements that it is answered; by default the endpoint's own.
    pub requires: Requirements,
}

/// The body of a request.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// What a real client sends, if the operation has a body.
    Default,
    /// The same with these fields; what is not an object replaces it.
    Json(Value),
    /// This text, which need not be JSON.
    Text(String),
    /// This text, encoded as ISO 8859-1: not UTF-8 if it has letters beyond ASCII.
    Latin1(String),
    /// A JSON object of this many bytes.
    Filler(usize),
}

/// What must come of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// It is accepted.
    Accepted {
        /// The requirements that this shows; the endpoint's own if none is named.
        requires: Requirements,
    },
    /// It is refused.
    Refused(Refusal),
    /// Either.
    Any {
        /// The requirements that a missing value breaks which is to be kept; empty if none is kept.
        requires: Requirements,
    },
}

/// A refusal, which counts only if a similar call is accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The requirements that demand it: at least one.
    pub requires: Requirements,
    /// The step that shows that the same call is accepted when it is right.
    pub twin: Located,
    /// Whether the call is repeated until it is refused, as long as clocks may differ: for a refusal
    /// that takes its time.
    pub until_refused: bool,
}

/// JSON Pointers, by the name under which their value is kept.
pub type Pointers = BTreeMap<String, String>;

/// What must come of a call, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// A status from 200 to 299.
    #[default]
    Accepted,
    /// A status of 400 or more; that it should be below 500 is a requirement of its own.
    Refused,
    /// Either.
    Any,
}

/// Which token is sent.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(from = "String")]
pub enum TokenChoice {
    /// The right one, as the real client would.
    #[default]
    Usual,
    /// None.
    Absent,
    /// This one.
    Given(String),
}

impl From<String> for TokenChoice {
    fn from(text: String) -> Self {
        match &*text {
            "usual" => TokenChoice::Usual,
            "none" => TokenChoice::Absent,
            _ => TokenChoice::Given(text),
        }
    }
}

impl JsonSchema for TokenChoice {
    fn schema_name() -> Cow<'static, str> {
        "TokenChoice".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "Which token is sent.",
            "anyOf": [
                {
                    "description": "The right one, as the real client sends it.",
                    "type": "string",
                    "const": "usual",
                },
                { "description": "None.", "type": "string", "const": "none" },
                { "type": "string" },
            ],
        })
    }
}

impl Expected {
    /// The same in one word.
    pub fn outcome(&self) -> Outcome {
        match self {
            Expected::Accepted { .. } => Outcome::Accepted,
            Expected::Refused(_) => Outcome::Refused,
            Expected::Any { .. } => Outcome::Any,
        }
    }

    /// The refusal, if it must be refused.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Expected::Refused(refusal) => Some(refusal),
            Expected::Accepted { .. } | Expected::Any { .. } => None,
        }
    }
}

impl Call {
    /// The request, unless the call is a preflight.
    pub fn request(&self) -> Option<&Request> {
        match &self.kind {
            CallKind::Request(request) => Some(request),
            CallKind::Preflight(_) => None,
        }
    }

    /// Whether it is a preflight.
    pub fn is_preflight(&self) -> bool {
        matches!(self.kind, CallKind::Preflight(_))
    }

    /// The requirements that are named for what must come of it.
    pub fn requires(&self) -> &Requirements {
        match &self.kind {
            CallKind::Preflight(preflight) => &preflight.requires,
            CallKind::Request(request) => match &request.expected {
                Expected::Accepted { requires } | Expected::Any { requires } => requires,
                Expected::Refused(refusal) => &refusal.requires,
            },
        }
    }

    /// The requirement that is blamed if it goes wrong: the first that is named, else the
    /// endpoint's own.
    pub fn requirement(&self) -> RequirementId {
        self.requires().first().unwrap_or(self.operation.endpoint().requirement)
    }
}

impl<'de> Deserialize<'de> for Call {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let (call, found) = Written::deserialize(from)?.call();
        found.into_iter().try_for_each(faults::report)?;
        Ok(call)
    }
}

impl JsonSchema for Call {
    fn schema_name() -> Cow<'static, str> {
        "Call".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Written::json_schema(generator)
    }
}
