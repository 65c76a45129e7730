//! What can happen, step by step.

use super::{Call, CallKind, Connect, Expectation, People, Pointers, Requirements};
use crate::{Located, Matcher};
use invite_spec::endpoint::Operation;
use invite_spec::push::FrameType;
use invite_spec::requirement::{RequirementId, Seconds};
use invite_trace::Forgery;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// One step. A person is named as `bob`, or `bob/phone` for a further session of Bob's.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// People open sessions: token, identify, WebSocket.
    Open(Open),
    /// People close their sessions: logout, and a close frame.
    Close(SessionStep),
    /// The connections of people's WebSockets are lost without a close frame.
    Drop(SessionStep),
    /// People reconnect their WebSockets, with the same address and token.
    Reconnect(SessionStep),
    /// A WebSocket is opened with a token of the scenario's choice.
    Connect(Connect),
    /// One call.
    Call(Box<Call>),
    /// Bytes as they are, over a connection of their own.
    Wire(Wire),
    /// A frame must arrive.
    Await(Box<Await>),
    /// A frame must not have arrived: proven by a fence.
    Never(Box<Never>),
    /// A wrong token is made out of a right one.
    Forge(Forge),
    /// These calls happen at once.
    Together(Vec<Step>),
    /// Waits until a token has expired by its own `exp`.
    UntilExpired(Until),
    /// Lets time pass, where a number of seconds is what is looked at.
    Wait(Wait),
    /// Clients send frames over their WebSockets.
    Say(Say),
    /// Judges what happened so far.
    #[serde(rename = "check")]
    Expect(Expect),
}

/// People open sessions.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Open {
    /// The step's id.
    #[serde(default)]
    pub id: Option<Located>,
    /// Whose sessions.
    pub who: People,
    /// How they come by their client access tokens.
    #[serde(default)]
    pub sign_in: SignIn,
    /// Whether the session sends acknowledgements by itself, as the real client does.
    #[serde(default = "yes")]
    pub acknowledge: bool,
    /// The lifetime to request for the client access token, in seconds.
    #[serde(default)]
    pub lifetime: Option<u64>,
    /// The scopes of the client access token.
    #[serde(default)]
    pub scope: Option<String>,
}

/// How a client comes by its client access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SignIn {
    /// The application server asks for one, for the person's external id.
    #[default]
    ClientAccessToken,
    /// The same, without an external id; the session claims none either.
    WithoutExternalId,
    /// The client signs in with the application's key and secret.
    KeyAndSecret,
}

/// People close, lose or reconnect their sessions.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SessionStep {
    /// The step's id.
    #[serde(default)]
    pub id: Option<Located>,
    /// Whose sessions.
    pub who: People,
    /// The requirement that it succeeds, where it is not the default one.
    #[serde(default)]
    pub requires: Option<Located<RequirementId>>,
}

/// Sends bytes over a connection of their own, for requests that no HTTP library would send.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Wire {
    /// The step's id.
    #[serde(default)]
    pub id: Option<Located>,
    /// The operation whose address the bytes are sent to.
    pub operation: Located<Operation>,
    /// The request: line ends become CR LF up to the first blank line. `${host}` is the target's
    /// host and `${api_token}` the application's API token.
    pub request: String,
}

/// A frame must arrive.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Await {
    /// The step's id.
    #[serde(default)]
    pub id: Option<Located>,
    /// The recipients: each of these people must get one.
    pub by: People,
    /// Its type.
    pub frame: Located<FrameType>,
    /// The person whom it is about.
    #[serde(default)]
    pub about: Option<Located>,
    /// What it says, by JSON Pointer.
    #[serde(default, rename = "where")]
    pub fits: BTreeMap<String, Matcher>,
    /// Counts frames from the beginning of this step on; by default from the scenario's.
    #[serde(default)]
    pub after: Option<Located>,
    /// Values to keep, by name: JSON Pointers. Only for a frame that one person awaits.
    #[serde(default)]
    pub save: Pointers,
    /// The requirements that its arrival shows; by default that of its type.
    #[serde(default)]
    pub requires: Requirements,
    /// What else is expected of it.
    #[serde(default)]
    pub expect: Vec<Expectation>,
}

/// A frame must not have arrived.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Never {
    /// The step's id.
    #[serde(default)]
    pub id: Option<Located>,
    /// The people who must not get it.
    pub by: People,
    /// Its type; when left out, any frame but a fence's own.
    #[serde(default)]
    pub frame: Option<Located<FrameType>>,
    /// The person whom it would be about.
    #[serde(default)]
    pub about: Option<Located>,
    /// What it would say, by JSON Pointer.
    #[serde(default, rename = "where")]
    pub fits: BTreeMap<String, Matcher>,
    /// Counts frames from the beginning of this step on; by default from the scenario's.
    #[serde(default)]
    pub after: Option<Located>,
    /// The requirements that its absence shows.
    pub requires: Requirements,
    /// The step that shows that it could have arrived: the allowed twin.
    #[serde(default)]
    pub twin: Option<Located>,
}

/// A wrong token, made out of a right one.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Forge {
    /// The name under which it is kept.
    pub name: Located,
    /// The right one.
    pub from: String,
    /// What is wrong with it.
    pub how: Forgery,
    /// The requirement that the right one is a JWT: that of conference access tokens by default.
    #[serde(default)]
    pub requires: Option<Located<RequirementId>>,
    /// Whether the right one may be opaque: then there is nothing to forge, and the scenario ends.
    #[serde(default)]
    pub may_be_opaque: bool,
}

/// Waits until a token has expired.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Until {
    /// The step's id.
    #[serde(default)]
    pub id: Option<Located>,
    /// The token, which should be a JWT with an `exp`.
    pub token: String,
    /// How many seconds it lives, for a token that may be opaque.
    #[serde(default)]
    pub seconds: Option<u64>,
    /// The number of seconds in the specification that is looked at by waiting.
    #[serde(default)]
    pub looks_at: Option<Located<Seconds>>,
    /// The requirement that it expires as soon as was requested; that of client access tokens by
    /// default.
    #[serde(default)]
    pub requires: Option<Located<RequirementId>>,
}

/// Lets time pass.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Wait {
    /// The step's id.
    #[serde(default)]
    pub id: Option<Located>,
    /// How many seconds must have passed.
    pub seconds: Located<u64>,
    /// The number of seconds in the specification that is looked at by waiting.
    pub looks_at: Located<Seconds>,
    /// The step from whose beginning the seconds count; by default this one.
    #[serde(default)]
    pub since: Option<Located>,
    /// How many seconds may have passed at most: on a machine that takes longer, the scenario ends
    /// and nothing more is judged.
    #[serde(default)]
    pub at_most: Option<u64>,
}

/// Clients send frames over their WebSockets.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Say {
    /// The step's id.
    #[serde(default)]
    pub id: Option<Located>,
    /// Whose clients.
    pub who: People,
    /// The frames, in order.
    pub frames: Vec<Value>,
}

/// Judges what happened so far.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// The step's id.
    #[serde(default)]
    pub id: Option<Located>,
    /// The people whose WebSockets are fenced first, which proves that what has not arrived will not.
    #[serde(default)]
    pub fence: Option<People>,
    /// What is expected.
    pub expect: Vec<Expectation>,
}

impl Step {
    /// The step's own id, if it has one.
    pub fn id(&self) -> Option<&Located> {
        match self {
            Step::Open(step) => step.id.as_ref(),
            Step::Close(step) | Step::Drop(step) | Step::Reconnect(step) => step.id.as_ref(),
            Step::Connect(step) => step.id.as_ref(),
            Step::Call(step) => step.id.as_ref(),
            Step::Wire(step) => step.id.as_ref(),
            Step::Await(step) => step.id.as_ref(),
            Step::Never(step) => step.id.as_ref(),
            Step::UntilExpired(step) => step.id.as_ref(),
            Step::Wait(step) => step.id.as_ref(),
            Step::Say(step) => step.id.as_ref(),
            Step::Expect(step) => step.id.as_ref(),
            Step::Forge(_) | Step::Together(_) => None,
        }
    }

    /// How many seconds it waits at least, and the number in the specification that is looked at
    /// by waiting; `None` for a step that waits for nothing but answers.
    pub fn waits(&self) -> Option<(u64, Option<Seconds>)> {
        let number = |looks_at: &Located<Seconds>| looks_at.value;
        match self {
            Step::Wait(step) => Some((step.seconds.value, Some(number(&step.looks_at)))),
            Step::UntilExpired(step) => {
                Some((step.seconds.unwrap_or(0), step.looks_at.as_ref().map(number)))
            }
            _ => None,
        }
    }

    /// What it is, in a few words.
    pub fn describe(&self) -> String {
        let people = |people: &People| {
            people.0.iter().map(|who| who.value.as_str()).collect::<Vec<_>>().join(", ")
        };
        match self {
            Step::Open(step) => format!("open sessions: {}", people(&step.who)),
            Step::Close(step) => format!("close sessions: {}", people(&step.who)),
            Step::Drop(step) => format!("lose connections: {}", people(&step.who)),
            Step::Reconnect(step) => format!("reconnect: {}", people(&step.who)),
            Step::Connect(step) => {
                format!("a WebSocket with a token of the scenario's choice, by {}", step.who)
            }
            Step::Call(step) => {
                let what = match step.kind {
                    CallKind::Request(_) => step.operation.to_string(),
                    CallKind::Preflight(_) => format!("preflight of {}", step.operation),
                };
                match &step.caller {
                    Some(caller) => format!("{what} by {caller}"),
                    None => what,
                }
            }
            Step::Wire(step) => format!("raw bytes to {}", step.operation),
            Step::Await(step) => format!("{} must reach {}", step.frame, people(&step.by)),
            Step::Never(step) => match &step.frame {
                Some(frame) => format!("no {frame} may reach {}", people(&step.by)),
                None => format!("no frame may reach {}", people(&step.by)),
            },
            Step::Forge(step) => format!("forge a token, {}", step.name),
            Step::Together(steps) => format!("{} steps at once", steps.len()),
            Step::UntilExpired(_) => "wait until a token has expired".into(),
            Step::Wait(step) => match step.seconds.value {
                1 => "wait 1 second".into(),
                seconds => format!("wait {seconds} seconds"),
            },
            Step::Say(step) => format!("send frames: {}", people(&step.who)),
            Step::Expect(_) => "what must hold now".into(),
        }
    }
}

fn yes() -> bool {
    true
}
