//! What a scenario for clients says.

use crate::{Located, Pointers, Requirements};
use invite_spec::endpoint::Operation;
use invite_spec::push::FrameType;
use invite_spec::requirement::{RequirementId, id};
use invite_trace::{ClientAct, ClientOperation};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// What a client is told to do, what the server and the network do meanwhile, and what the client must
/// do then.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientScenario {
    /// Its id, the same as the file's name: lower-case words joined by hyphens.
    #[serde(rename = "scenario")]
    pub id: Located,
    /// What it shows, as a sentence.
    pub title: String,
    /// More about it, for `explain`.
    #[serde(default)]
    pub about: Option<String>,
    /// Why it takes longer than a usual run may, if it does: only `--slow` drives it.
    #[serde(default)]
    pub slow: Option<String>,
    /// Whether conferences that clients create are protected.
    #[serde(default = "yes")]
    pub protected: bool,
    /// The people whose clients take part. Everybody gets an external id of their own.
    pub people: Vec<Located>,
    /// What happens, in order.
    pub steps: Vec<ClientStep>,
}

/// One step.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClientStep {
    /// A client is told to do something.
    Client(Box<Deed>),
    /// The application's server makes a call.
    Server(OnServer),
    /// The harness interferes with the traffic.
    Intervene(Intervention),
    /// The client must do something by itself.
    Await(Box<Observed>),
}

/// A client is told to do something.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Deed {
    /// The step's id.
    #[serde(default)]
    pub id: Option<Located>,
    /// Whose client.
    pub who: Located,
    /// What to do.
    #[serde(rename = "do")]
    pub operation: Located<ClientOperation>,
    /// With what, as adapters spell it.
    #[serde(default)]
    pub with: Map<String, Value>,
    /// The same for a person in front of the client, as a sentence.
    #[serde(default)]
    pub say: Option<String>,
    /// What must come of it.
    #[serde(default)]
    pub outcome: DeedOutcome,
    /// The requirements that it shows by being done.
    #[serde(default)]
    pub requires: Requirements,
    /// Values of the response to its call to keep, by name: JSON Pointers.
    #[serde(default)]
    pub save: Pointers,
}

/// What must come of something that a client is told to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeedOutcome {
    /// It is done.
    #[default]
    Done,
    /// Anything: done, refused or failed. The client must say so, and go on.
    Any,
}

/// The application's server makes a call.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OnServer {
    /// The step's id.
    #[serde(default)]
    pub id: Option<Located>,
    /// What it calls: an operation of the REST plane.
    pub operation: Located<Operation>,
    /// The conference.
    #[serde(default, rename = "in")]
    pub conference: Option<String>,
    /// The body.
    #[serde(default)]
    pub body: Option<Value>,
    /// Values of the response to keep, by name: JSON Pointers.
    #[serde(default)]
    pub save: Pointers,
}

/// The harness interferes with the traffic of a client.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Intervention {
    /// The connection of the WebSocket is lost without a close frame.
    Drop(OfPerson),
    /// The WebSocket is closed with a code.
    Close(WithCode),
    /// A frame is pushed.
    Push(Pushed),
    /// The next attempts to open a WebSocket are refused with status 503.
    RefuseSockets(Refused),
    /// The next calls of an operation are answered so, and do not reach the server.
    Answer(CutAnswer),
    /// A frame is pushed between the next call of an operation and its response.
    PushBeforeAnswer(PushedBefore),
    /// The response to the next call of an operation is late.
    Delay(Delayed),
}

/// A frame that arrives before the response to a call.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PushedBefore {
    /// The call.
    pub operation: Located<Operation>,
    /// Whose client.
    pub who: Located,
    /// The frame.
    pub frame: Value,
}

/// A response that is late.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Delayed {
    /// To which call.
    pub operation: Located<Operation>,
    /// By how many milliseconds.
    pub ms: u64,
}

/// A person's client.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OfPerson {
    /// Whose.
    pub who: Located,
}

/// A person's client, and a close code.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WithCode {
    /// Whose.
    pub who: Located,
    /// The code.
    pub code: u16,
}

/// A frame for a person's client.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pushed {
    /// Whose.
    pub who: Located,
    /// The frame: a text is sent as it is, anything else as JSON.
    pub frame: Value,
}

/// Attempts to open a WebSocket that are refused.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Refused {
    /// How many.
    pub count: u32,
}

/// A response that the server did not give.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CutAnswer {
    /// To which call.
    pub operation: Located<Operation>,
    /// The status.
    pub status: u16,
    /// The body, which may be null; when left out, it is empty.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
    /// To how many calls.
    #[serde(default = "once")]
    pub times: u32,
}

/// Something that a client must do by itself.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Observed {
    /// The step's id.
    #[serde(default)]
    pub id: Option<Located>,
    /// Whose client.
    pub who: Located,
    /// It makes this call.
    #[serde(default)]
    pub call: Option<Located<Operation>>,
    /// It sends this frame.
    #[serde(default)]
    pub frame: Option<ClientFrame>,
    /// It opens a WebSocket.
    #[serde(default)]
    pub socket: Option<SocketDeed>,
    /// It reports this frame to its application.
    #[serde(default)]
    pub event: Option<Located<FrameType>>,
    /// The requirements that this shows.
    #[serde(default)]
    pub requires: Requirements,
    /// Counts from the beginning of this step on; by default from the step before, or from the first of
    /// several awaited things.
    #[serde(default)]
    pub after: Option<Located>,
}

/// A frame of a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClientFrame {
    /// It acknowledges an `UpdateToken`.
    Acknowledgement,
    /// It keeps its WebSocket alive.
    KeepAlive,
}

/// What a client does with its WebSocket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SocketDeed {
    /// It opens one.
    Opens,
}

impl Observed {
    /// What the client must do; `None` if the step does not say exactly one thing.
    pub fn act(&self) -> Option<ClientAct> {
        let frame = self.frame.map(|frame| match frame {
            ClientFrame::Acknowledgement => ClientAct::Acknowledges,
            ClientFrame::KeepAlive => ClientAct::KeepsAlive,
        });
        let call = self.call.as_ref().map(|call| ClientAct::Calls(call.value));
        let event = self.event.as_ref().map(|frame| ClientAct::Reports(frame.value));
        let socket = self.socket.map(|SocketDeed::Opens| ClientAct::Connects);
        let mut said = [call, frame, socket, event].into_iter().flatten();
        said.next().filter(|_| said.next().is_none())
    }
}

impl Intervention {
    /// Whose client it is about, if it is about one.
    pub fn who(&self) -> Option<&Located> {
        match self {
            Intervention::Drop(one) => Some(&one.who),
            Intervention::Close(one) => Some(&one.who),
            Intervention::Push(one) => Some(&one.who),
            Intervention::PushBeforeAnswer(one) => Some(&one.who),
            Intervention::RefuseSockets(_) | Intervention::Answer(_) | Intervention::Delay(_) => {
                None
            }
        }
    }
}

impl ClientStep {
    /// The step's own id, if it has one.
    pub fn id(&self) -> Option<&Located> {
        match self {
            ClientStep::Client(step) => step.id.as_ref(),
            ClientStep::Server(step) => step.id.as_ref(),
            ClientStep::Intervene(_) => None,
            ClientStep::Await(step) => step.id.as_ref(),
        }
    }

    /// The requirements that it names.
    pub fn requires(&self) -> &[Located<RequirementId>] {
        match self {
            ClientStep::Client(step) => &step.requires.0,
            ClientStep::Await(step) => &step.requires.0,
            ClientStep::Server(_) | ClientStep::Intervene(_) => &[],
        }
    }

    /// The requirements that it evaluates: of what a client is told to do, that it is done.
    pub fn evaluates(&self) -> Vec<RequirementId> {
        let own = self.requires().iter().map(|id| id.value).collect::<Vec<_>>();
        match self {
            ClientStep::Client(_) if own.is_empty() => vec![id::CLI_017],
            _ => own,
        }
    }

    /// What it is, in a few words.
    pub fn describe(&self) -> String {
        match self {
            ClientStep::Client(step) => format!("{} is told to {}", step.who, step.operation),
            ClientStep::Server(step) => {
                format!("the application's server calls {}", step.operation)
            }
            ClientStep::Intervene(how) => match how {
                Intervention::Drop(one) => format!("{} loses the WebSocket", one.who),
                Intervention::Close(one) => {
                    format!("the WebSocket of {} is closed with code {}", one.who, one.code)
                }
                Intervention::Push(one) => format!("a frame is pushed to {}", one.who),
                Intervention::RefuseSockets(one) => {
                    format!("the next {} WebSockets are refused", one.count)
                }
                Intervention::Answer(one) => {
                    format!("{} is answered with status {}", one.operation, one.status)
                }
                Intervention::PushBeforeAnswer(one) => {
                    format!(
                        "a frame is pushed to {} before the response to {}",
                        one.who, one.operation
                    )
                }
                Intervention::Delay(one) => {
                    format!("the response to {} is {} ms late", one.operation, one.ms)
                }
            },
            ClientStep::Await(step) => match step.act() {
                Some(act) => format!("{act}: {}", step.who),
                None => "the client must do something".to_owned(),
            },
        }
    }
}

impl ClientScenario {
    /// Every step with its label, in order: its id if it has one, else its place.
    pub fn labelled(&self) -> Vec<(String, &ClientStep)> {
        let steps = self.steps.iter().enumerate();
        steps
            .map(|(index, step)| {
                let place = (index + 1).to_string();
                (step.id().map_or(place, |id| id.value.clone()), step)
            })
            .collect()
    }

    /// The requirements that its steps evaluate.
    pub fn requirements(&self) -> BTreeSet<RequirementId> {
        self.steps.iter().flat_map(ClientStep::evaluates).collect()
    }
}

fn yes() -> bool {
    true
}

fn once() -> u32 {
    1
}

/// A value that is there, even if it is null.
fn present<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(from).map(Some)
}
