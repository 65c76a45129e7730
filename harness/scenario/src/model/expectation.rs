//! What is expected of responses and frames.

use super::{People, Requirements};
use crate::{Located, Matcher};
use invite_spec::push::FrameType;
use invite_spec::status::StatusClass;
use invite_trace::WantedStatus;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

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
    /// The step whose response or frame is meant; by default this one.
    #[serde(default)]
    pub step: Option<Located>,
    /// The status of the response.
    #[serde(default)]
    pub status: Option<Status>,
    /// For `status: refused`: the step that shows that the same call is accepted when it is right.
    #[serde(default)]
    pub twin: Option<Located>,
    /// What the body of the response says, by JSON Pointer.
    #[serde(default)]
    pub answer: BTreeMap<String, Matcher>,
    /// What the headers of the response say, by name in lower case.
    #[serde(default)]
    pub headers: BTreeMap<String, Matcher>,
    /// What the awaited frame says, by JSON Pointer.
    #[serde(default)]
    pub frame: BTreeMap<String, Matcher>,
    /// That a frame has arrived.
    #[serde(default)]
    pub heard: Option<Heard>,
    /// That a frame has not arrived; only after a fence.
    #[serde(default)]
    pub unheard: Option<Heard>,
    /// That all of these hold.
    #[serde(default)]
    pub all: Vec<Expectation>,
    /// That exactly one of these holds.
    #[serde(default)]
    pub exactly_one: Vec<Expectation>,
    /// That one of these outcomes was seen; the report says which one.
    #[serde(default)]
    pub outcomes: BTreeMap<String, Expectation>,
}

/// A frame, as an expectation describes it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Heard {
    /// The recipients: each of these people.
    pub by: People,
    /// Its type.
    pub frame: Located<FrameType>,
    /// The person whom it is about.
    #[serde(default)]
    pub about: Option<Located>,
    /// What it says, by JSON Pointer.
    #[serde(default, rename = "where")]
    pub fits: BTreeMap<String, Matcher>,
    /// Counts frames from the beginning of this step on.
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

/// As a verdict holds it.
impl From<Status> for WantedStatus {
    fn from(status: Status) -> WantedStatus {
        match status {
            Status::Accepted => WantedStatus::Accepted,
            Status::Refused => WantedStatus::Refused,
            Status::OneOf(codes) => WantedStatus::OneOf(codes),
        }
    }
}

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
                { "description": "From 200 to 299.", "type": "string", "const": "accepted" },
                { "description": "400 or more.", "type": "string", "const": "refused" },
                { "type": "integer" },
                { "type": "array", "items": { "type": "integer" } },
            ],
        })
    }
}
