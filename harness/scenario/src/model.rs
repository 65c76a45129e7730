//! What a scenario says: who takes part, what each does, and what is expected.

use super::{Located, Matcher};
use invite_spec::requirement::Profile;
use invite_spec::status::StatusClass;
use invite_trace::Feature;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de};
use serde_json::Value;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

/// A scripted conversation with a target.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Its id, the same as the file's name: lower-case words joined by hyphens.
    pub scenario: Located,
    /// What it shows, as a sentence.
    pub title: String,
    /// More about it, for `explain`.
    #[serde(default)]
    pub about: Option<String>,
    /// Why it costs much more than others, if it does: `selftest` lets it meet only the wrong servers
    /// that break what it alone is there for.
    #[serde(default)]
    pub heavy: Option<String>,
    /// Which part of the protocol it needs.
    pub profile: Profile,
    /// What the target must claim for it to run.
    #[serde(default)]
    pub features: Vec<Feature>,
    /// Which application it uses.
    #[serde(default)]
    pub application: Application,
    /// The people, by name.
    #[serde(default)]
    pub people: BTreeMap<String, Person>,
    /// What happens, in order.
    pub steps: Vec<Step>,
}

/// Which application a scenario uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Application {
    /// The first one, whatever it is set to.
    #[default]
    Any,
    /// One in which conferences created by clients are protected.
    Protected,
    /// One in which they are not.
    Unprotected,
    /// The first one; a second one is needed besides.
    Both,
}

/// Somebody who takes part. Everybody gets an external id of their own, fresh for each run.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// More than one person under this name: how many.
    #[serde(default)]
    pub count: Option<u32>,
    /// Whether the person belongs to the second application.
    #[serde(default)]
    pub second_application: bool,
    /// Whose external id the person has as well: for the same external id in two applications.
    #[serde(default)]
    pub same_external_id_as: Option<Located>,
}

/// One step. A person is named as `bob`, or `bob/phone` for a further session of Bob's.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// People open sessions: token, identify, WebSocket.
    Open(Open),
    /// People close their sessions: logout, and a close frame.
    Close(Close),
    /// The sockets of people are lost without a word.
    Drop(Close),
    /// The sockets of people come back, by the same address and token.
    Reconnect(Close),
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
    /// These steps happen at once.
    Together(Vec<Step>),
    /// Waits until a token has expired by its own `exp`.
    UntilExpired(Until),
    /// Clients send frames over their WebSockets.
    Say(Say),
    /// Judges what happened so far.
    Check(Check),
}

/// People, by name; one or several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct People(pub Vec<Located>);

/// People open sessions.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Open {
    /// The step's id.
    #[serde(default)]
    pub id: Option<Located>,
    /// Who.
    pub who: People,
    /// How they come by their client access tokens.
    #[serde(default)]
    pub sign_in: SignIn,
    /// Whether the session sends acknowledgements by itself, as the real client does.
    #[serde(default = "yes")]
    pub acknowledge: bool,
    /// Seconds that the client access token shall live.
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

/// Who does it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Close {
    /// The step's id.
    #[serde(default)]
    pub id: Option<Located>,
    /// Who.
    pub who: People,
    /// The requirement that it succeeds, where it is not the usual one.
    #[serde(default)]
    pub requires: Option<Located>,
}

/// Opens a WebSocket with a token of the scenario's choice; it is closed again at once.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Connect {
    /// The step's id.
    #[serde(default)]
    pub id: Option<Located>,
    /// Whose client it is.
    pub who: Located,
    /// The token of the address.
    pub user_token: String,
    /// What must come of it.
    pub outcome: Outcome,
    /// The requirement that says so.
    pub requires: Located,
    /// The step that shows that the same is accepted when it is right.
    #[serde(default)]
    pub twin: Option<Located>,
}

/// One call of the endpoint table.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// The step's id.
    #[serde(default)]
    pub id: Option<Located>,
    /// The operation, such as `sdk.invite`.
    pub operation: Located,
    /// Who calls: a person with a session, or `application` (the default on the REST plane) or
    /// `second_application`.
    #[serde(default, rename = "as")]
    pub caller: Option<Located>,
    /// The conference, by id.
    #[serde(default, rename = "in")]
    pub conference: Option<String>,
    /// Further parameters of the path.
    #[serde(default)]
    pub path: BTreeMap<String, String>,
    /// The body; what a real client sends when it is left out and the operation needs one.
    #[serde(default)]
    pub body: Option<Value>,
    /// The body as text, as it is: for what is not JSON.
    #[serde(default)]
    pub text: Option<String>,
    /// A body of this many bytes, larger than what fits a file.
    #[serde(default)]
    pub filler: Option<usize>,
    /// The conference access token that is sent; by default as the real client does.
    #[serde(default)]
    pub token: TokenChoice,
    /// What stands for the right credentials in `Authorization`, after `Bearer`; `none` for no
    /// header.
    #[serde(default)]
    pub bearer: TokenChoice,
    /// What stands for the session's token in `X-Token`; `none` for no header.
    #[serde(default)]
    pub session_token: TokenChoice,
    /// The key and secret that are sent: `none`, or another pair as `key:secret`, of which either
    /// part may be `usual`, `usual-longer`, `usual-shorter`, `usual-in-other-case`, `others` (of the
    /// other application), or itself.
    #[serde(default)]
    pub basic: TokenChoice,
    /// Further headers.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Whether it is the preflight of the call, as a browser asks it: `OPTIONS`.
    #[serde(default)]
    pub preflight: bool,
    /// Values of the answer to keep, by name: JSON Pointers.
    #[serde(default)]
    pub save: Pointers,
    /// What must come of it.
    #[serde(default)]
    pub outcome: Outcome,
    /// The requirements that the outcome shows; by default the endpoint's own.
    #[serde(default)]
    pub requires: Requirements,
    /// For a refusal: the step that shows that the same call is accepted when it is right.
    #[serde(default)]
    pub twin: Option<Located>,
    /// For a refusal that takes its time: asks again until it is refused, as long as clocks may
    /// differ.
    #[serde(default)]
    pub until_refused: bool,
    /// What else is expected.
    #[serde(default)]
    pub expect: Vec<Expectation>,
}

/// JSON Pointers, by the name under which their value is kept.
pub type Pointers = BTreeMap<String, String>;

/// What must come of a call.
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
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(from = "String")]
#[schemars(with = "String")]
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

/// Sends bytes over a connection of their own, for requests that no HTTP library would send.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Wire {
    /// The step's id.
    #[serde(default)]
    pub id: Option<Located>,
    /// The operation whose plane is meant.
    pub operation: Located,
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
    /// At whom: each of these people must get one.
    pub by: People,
    /// Its type.
    pub frame: Located,
    /// The person whom it is about.
    #[serde(default)]
    pub about: Option<Located>,
    /// What it says, by JSON Pointer.
    #[serde(default, rename = "where")]
    pub fits: BTreeMap<String, Matcher>,
    /// Frames count from the beginning of this step on; by default from the scenario's.
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
    /// At whom.
    pub by: People,
    /// Its type; any frame at all when left out (a fence's own frames aside).
    #[serde(default)]
    pub frame: Option<Located>,
    /// The person whom it would be about.
    #[serde(default)]
    pub about: Option<Located>,
    /// What it would say, by JSON Pointer.
    #[serde(default, rename = "where")]
    pub fits: BTreeMap<String, Matcher>,
    /// Frames count from the beginning of this step on; by default from the scenario's.
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
    pub requires: Option<Located>,
    /// Whether the right one may be no JWT: then there is nothing to forge, and the scenario ends.
    #[serde(default)]
    pub may_be_opaque: bool,
}

/// What is wrong with a forged token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Forgery {
    /// All permissions are claimed; the signature is the old one.
    Tampered,
    /// `alg` is `none` and there is no signature.
    Unsigned,
    /// All permissions are claimed, `alg` is `none` and there is no signature.
    TamperedAndUnsigned,
    /// It is signed with a key of the forger's.
    OtherKey,
    /// It is not a token at all.
    Garbage,
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
    /// How many seconds it lives, for a token that is allowed to be no JWT.
    #[serde(default)]
    pub seconds: Option<u64>,
    /// The requirement that it expires as soon as was asked for; that of client access tokens by
    /// default.
    #[serde(default)]
    pub requires: Option<Located>,
}

/// Clients send frames over their WebSockets.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Say {
    /// The step's id.
    #[serde(default)]
    pub id: Option<Located>,
    /// Who.
    pub who: People,
    /// The frames, in order.
    pub frames: Vec<Value>,
}

/// Judges what happened so far.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// The step's id.
    #[serde(default)]
    pub id: Option<Located>,
    /// Whose sockets are fenced first, so that what has not arrived will not.
    #[serde(default)]
    pub fence: Option<People>,
    /// What is expected.
    pub expect: Vec<Expectation>,
}

/// Requirements, by id; one or several.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Requirements(pub Vec<Located>);

/// What is expected, and which requirement says so. All that is given must hold.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// The requirements; at the top only.
    #[serde(default)]
    pub requires: Requirements,
    /// What it means, in words.
    #[serde(default)]
    pub that: Option<String>,
    /// The step whose answer or frame is meant; this one when left out.
    #[serde(default)]
    pub step: Option<Located>,
    /// The status of the answer.
    #[serde(default)]
    pub status: Option<Status>,
    /// For a refusal: the step that shows that the same call is accepted when it is right.
    #[serde(default)]
    pub twin: Option<Located>,
    /// What the answer's body says, by JSON Pointer.
    #[serde(default)]
    pub answer: BTreeMap<String, Matcher>,
    /// What the answer's headers say, by name in lower case.
    #[serde(default)]
    pub headers: BTreeMap<String, Matcher>,
    /// What the awaited frame says, by JSON Pointer.
    #[serde(default)]
    pub frame: BTreeMap<String, Matcher>,
    /// That a frame has arrived.
    #[serde(default)]
    pub heard: Option<Heard>,
    /// That a frame has not arrived; put a fence before.
    #[serde(default)]
    pub unheard: Option<Heard>,
    /// That all of these hold.
    #[serde(default)]
    pub all: Vec<Expectation>,
    /// That exactly one of these holds.
    #[serde(default)]
    pub exactly_one: Vec<Expectation>,
    /// That one of these outcomes was seen; which one is reported.
    #[serde(default)]
    pub outcomes: BTreeMap<String, Expectation>,
}

/// A frame, as an expectation describes it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Heard {
    /// At whom: at each of these people.
    pub by: People,
    /// Its type.
    pub frame: Located,
    /// The person whom it is about.
    #[serde(default)]
    pub about: Option<Located>,
    /// What it says, by JSON Pointer.
    #[serde(default, rename = "where")]
    pub fits: BTreeMap<String, Matcher>,
    /// Frames count from the beginning of this step on.
    #[serde(default)]
    pub after: Option<Located>,
}

/// A status that is expected: `accepted`, `refused`, a number, or a list of numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// From 200 to 299.
    Accepted,
    /// 400 or more.
    Refused,
    /// One of these.
    OneOf(Vec<u16>),
}

impl Status {
    /// Whether a status is the expected one.
    pub fn fits(&self, status: u16) -> bool {
        match self {
            Status::Accepted => StatusClass::of(status).is_accepted(),
            Status::Refused => StatusClass::of(status).is_refused(),
            Status::OneOf(codes) => codes.contains(&status),
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Status::Accepted => f.write_str("a status from 200 to 299"),
            Status::Refused => f.write_str("a refusal (a status of 400 or more)"),
            Status::OneOf(codes) => {
                let codes: Vec<_> = codes.iter().map(u16::to_string).collect();
                write!(f, "status {}", codes.join(" or "))
            }
        }
    }
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
            Step::Say(step) => step.id.as_ref(),
            Step::Check(step) => step.id.as_ref(),
            Step::Forge(_) | Step::Together(_) => None,
        }
    }
}

impl Step {
    /// What it is, in a few words.
    pub fn describe(&self) -> String {
        let people = |people: &People| {
            people.0.iter().map(|who| who.text.as_str()).collect::<Vec<_>>().join(", ")
        };
        match self {
            Step::Open(step) => format!("{} open sessions", people(&step.who)),
            Step::Close(step) => format!("{} close their sessions", people(&step.who)),
            Step::Drop(step) => format!("{} lose their sockets", people(&step.who)),
            Step::Reconnect(step) => format!("{} come back", people(&step.who)),
            Step::Connect(step) => format!("a WebSocket with a token of choice, {}", step.who),
            Step::Call(step) => match &step.caller {
                Some(caller) => format!("{} by {caller}", step.operation),
                None => step.operation.text.clone(),
            },
            Step::Wire(step) => format!("bytes to {}", step.operation),
            Step::Await(step) => format!("{} must reach {}", step.frame, people(&step.by)),
            Step::Never(step) => {
                let frame = step.frame.as_ref().map_or("nothing", |frame| frame.text.as_str());
                let what = if step.frame.is_some() { format!("no {frame}") } else { frame.into() };
                format!("{what} may reach {}", people(&step.by))
            }
            Step::Forge(step) => format!("a wrong token, {}", step.name),
            Step::Together(steps) => format!("{} steps at once", steps.len()),
            Step::UntilExpired(_) => "until a token has expired".into(),
            Step::Say(step) => format!("{} send frames", people(&step.who)),
            Step::Check(_) => "what must hold now".into(),
        }
    }
}

impl Scenario {
    /// Every step with its label, in order: its id where it has one, else its place (`3`, `4.1`).
    pub fn labelled(&self) -> Vec<(String, &Step)> {
        let mut found = Vec::new();
        label(&self.steps, "", &mut found);
        found
    }

    /// About how much it costs to drive it, in calls: for sharing scenarios out evenly.
    pub fn cost(&self) -> usize {
        /// A wait for the clock, which costs time and nothing else.
        const WAIT: usize = 20;
        let people: u32 = self.people.values().map(|person| person.count.unwrap_or(1)).sum();
        let steps = self.labelled().into_iter().map(|(_, step)| match step {
            Step::UntilExpired(_) => WAIT,
            _ => 1,
        });
        steps.sum::<usize>() + usize::try_from(people).unwrap_or(usize::MAX / 2)
    }
}

fn label<'s>(steps: &'s [Step], prefix: &str, found: &mut Vec<(String, &'s Step)>) {
    for (index, step) in steps.iter().enumerate() {
        let place = format!("{prefix}{}", index + 1);
        let name = step.id().map_or_else(|| place.clone(), |id| id.text.clone());
        found.push((name, step));
        if let Step::Together(inner) = step {
            label(inner, &format!("{place}."), found);
        }
    }
}

fn yes() -> bool {
    true
}

/// Reads one text or a list of them.
macro_rules! one_or_several {
    ($type:ident, $what:literal) => {
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                super::located::one_or_several(from).map($type)
            }
        }

        impl JsonSchema for $type {
            fn inline_schema() -> bool {
                true
            }
            fn schema_name() -> Cow<'static, str> {
                stringify!($type).into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({
                    "description": concat!($what, ", or a list of them."),
                    "anyOf": [
                        { "type": "string" },
                        { "type": "array", "items": { "type": "string" } },
                    ],
                })
            }
        }
    };
}
one_or_several!(People, "A person's name");
one_or_several!(Requirements, "A requirement's id");

impl<'de> Deserialize<'de> for Status {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Status;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`accepted`, `refused`, a status or a list of statuses")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Status, E> {
                match text {
                    "accepted" => Ok(Status::Accepted),
                    "refused" => Ok(Status::Refused),
                    other => Err(E::invalid_value(de::Unexpected::Str(other), &self)),
                }
            }
            fn visit_u64<E: de::Error>(self, code: u64) -> Result<Status, E> {
                u16::try_from(code)
                    .map(|code| Status::OneOf(vec![code]))
                    .map_err(|_| E::invalid_value(de::Unexpected::Unsigned(code), &self))
            }
            fn visit_i64<E: de::Error>(self, code: i64) -> Result<Status, E> {
                u16::try_from(code)
                    .map(|code| Status::OneOf(vec![code]))
                    .map_err(|_| E::invalid_value(de::Unexpected::Signed(code), &self))
            }
            fn visit_seq<A: de::SeqAccess<'de>>(self, seq: A) -> Result<Status, A::Error> {
                Vec::deserialize(de::value::SeqAccessDeserializer::new(seq)).map(Status::OneOf)
            }
        }
        from.deserialize_any(Visitor)
    }
}

impl JsonSchema for Status {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Status".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "anyOf": [
                { "enum": ["accepted", "refused"] },
                { "type": "integer" },
                { "type": "array", "items": { "type": "integer" } },
            ],
        })
    }
}
