//! The messages themselves: one JSON object a line.

use super::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// A line of the harness.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Request {
    /// Its number. The answer repeats it.
    pub id: u64,
    /// Who acts.
    pub person: String,
    /// In which of their sessions. A session is one instance of the SDK.
    pub session: String,
    /// What is to be done.
    #[serde(flatten)]
    pub call: Call,
}

/// A line of an adapter.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FromAdapter {
    /// The first line.
    Hello(Hello),
    /// What the SDK gave to the application.
    Event(Event),
    /// The answer to a request.
    #[serde(untagged)]
    Answer(Answer),
}

/// Who an adapter is, and what it can do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hello {
    /// The client or SDK that it drives.
    pub name: String,
    /// The version of that.
    pub version: String,
    /// What it can do. It answers everything else with `unsupported`.
    pub operations: BTreeSet<Operation>,
    /// The types of the events that it can tell of.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub events: BTreeSet<String>,
    /// What it cannot work without.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub needs: BTreeSet<Need>,
}

/// What an adapter cannot work without.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// The application's key and secret, as REST clients do. The adapter is started again with both in
    /// its environment: `INVITE_APP_KEY`, `INVITE_APP_SECRET`.
    Application,
    /// Conferences that nobody needs a token for: the SDK knows no conference access tokens.
    UnprotectedConferences,
}

/// What an SDK gave to the application.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// In which session.
    pub session: String,
    /// The type of the frame that brought it (`InvitationReceived`), or the SDK's own name for something
    /// that no frame brings.
    #[serde(rename = "type")]
    pub kind: String,
    /// What the SDK gave, with the names of the wire where they are known: `conferenceId`, `externalId`,
    /// `status`, `message`, `permissions`.
    pub body: Map<String, Value>,
}

/// The answer to a request.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Answer {
    /// The number of the request.
    pub id: u64,
    /// What came of it.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// What came of a request.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The SDK did it, and this is what it gave.
    Done(Map<String, Value>),
    /// The server refused it.
    Refused(Refused),
    /// The SDK failed, and not because the server refused: it says this.
    Failed(String),
    /// The SDK has no such thing, for this reason.
    #[serde(untagged)]
    Unsupported {
        /// Why.
        unsupported: String,
        /// The argument that it cannot pass on, if it can do the rest of the operation.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        argument: Option<String>,
    },
}

/// A refusal, as far as the SDK tells of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Refused {
    /// The HTTP status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The error code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<i64>,
    /// What the SDK says.
    pub message: String,
}
