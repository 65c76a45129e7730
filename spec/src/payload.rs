//! The registry of payloads, each with its name, schema, example and parser.

use crate::contract;
use crate::{client_frame, error, push, rest, sdk, token};
use schemars::generate::Contract;
use schemars::{JsonSchema, Schema};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The prefix of the `$id` of every schema. It is a name and need not resolve.
pub const SCHEMA_BASE: &str = "https://conference-invitations.example/schemas/";

/// A type that crosses the wire as one JSON document.
pub trait Wire: Serialize + DeserializeOwned + JsonSchema {
    /// The name of the payload. Its schema file is `NAME.json`.
    const NAME: &'static str;
    /// The heading, in a few words.
    const TITLE: &'static str;
    /// The sender.
    const SENDER: Sender;
    /// An example with every field.
    fn example() -> Value;
}

/// The sender of a payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sender {
    /// A client or an application server. Receivers accept everything that real clients send.
    Client,
    /// The server. It must send the fields without which a client breaks, and may send more.
    Server,
}

/// One payload of the protocol.
#[derive(Clone, Copy)]
pub struct Payload {
    /// The name, such as `rest-invite-request`.
    pub name: &'static str,
    /// The heading, in a few words.
    pub title: &'static str,
    /// The sender.
    pub sender: Sender,
    schema: fn(Contract) -> Schema,
    example: fn() -> Value,
    parse: fn(&Value) -> Result<Value, String>,
}

impl std::fmt::Debug for Payload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Payload").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Payload {
    /// The payload of a type.
    pub const fn of<T: Wire>() -> Payload {
        Payload {
            name: T::NAME,
            title: T::TITLE,
            sender: T::SENDER,
            schema: contract::schema::<T>,
            example: T::example,
            parse: parse_as::<T>,
        }
    }

    /// Its JSON Schema (draft 2020-12), self-contained, with `$id`, title, description and example:
    /// the reading contract, what a receiver must accept.
    pub fn schema(&self) -> Value {
        let id = format!("{SCHEMA_BASE}{}.json", self.name);
        self.document(Contract::Deserialize, id, self.example())
    }

    /// The writing contract, which a careful sender follows; `None` if it equals the reading
    /// contract. Every value that matches it matches the reading contract.
    pub fn writing_schema(&self) -> Option<Value> {
        if (self.schema)(Contract::Serialize) == (self.schema)(Contract::Deserialize) {
            return None;
        }
        let id = format!("{SCHEMA_BASE}writing/{}.json", self.name);
        let example = self.parse(&self.example()).unwrap_or_else(|_| self.example());
        Some(self.document(Contract::Serialize, id, example))
    }

    fn document(&self, contract: Contract, id: String, example: Value) -> Value {
        let mut schema = (self.schema)(contract);
        // `$schema` and `$id` first, so that a reader sees at once what the file is.
        let mut ordered = serde_json::Map::new();
        let object = schema.ensure_object();
        ordered.insert("$schema".into(), object.remove("$schema").unwrap_or_default());
        ordered.insert("$id".into(), id.into());
        ordered.insert("title".into(), self.title.into());
        object.remove("title");
        ordered.append(object);
        ordered.insert("examples".into(), Value::Array(vec![example]));
        Value::Object(ordered)
    }

    /// An example with every field.
    pub fn example(&self) -> Value {
        (self.example)()
    }

    /// Reads a value as this payload and writes it again, in the form of the writing contract.
    pub fn parse(&self, value: &Value) -> Result<Value, String> {
        (self.parse)(value)
    }
}

fn parse_as<T: Wire>(value: &Value) -> Result<Value, String> {
    let parsed = crate::wire::from_value::<T>(value).map_err(|error| error.to_string())?;
    serde_json::to_value(parsed).map_err(|error| error.to_string())
}

/// Every payload that is not a pushed frame, in the order of the document.
const PLAIN: &[Payload] = &[
    Payload::of::<token::TokenAnswer>(),
    Payload::of::<token::ClientTokenAnswer>(),
    Payload::of::<token::ConferenceTokenClaims>(),
    Payload::of::<token::ClientTokenClaims>(),
    Payload::of::<error::ErrorResponse>(),
    Payload::of::<rest::auth_token::Request>(),
    Payload::of::<rest::client_access_token::Request>(),
    Payload::of::<rest::create::Request>(),
    Payload::of::<rest::create::Answer>(),
    Payload::of::<rest::invite::Request>(),
    Payload::of::<rest::invite::Answer>(),
    Payload::of::<rest::permissions::Request>(),
    Payload::of::<rest::permissions::Answer>(),
    Payload::of::<rest::kick::Request>(),
    Payload::of::<rest::message::Request>(),
    Payload::of::<rest::participants::Answer>(),
    Payload::of::<sdk::sign_in::Request>(),
    Payload::of::<sdk::refresh::Request>(),
    Payload::of::<sdk::refresh::Answer>(),
    Payload::of::<sdk::identify::Request>(),
    Payload::of::<sdk::identify::Answer>(),
    Payload::of::<sdk::Empty>(),
    Payload::of::<sdk::create::Request>(),
    Payload::of::<sdk::create::Answer>(),
    Payload::of::<sdk::join::Request>(),
    Payload::of::<sdk::join::Answer>(),
    Payload::of::<sdk::leave::Request>(),
    Payload::of::<sdk::invite::Request>(),
    Payload::of::<sdk::permissions::Request>(),
    Payload::of::<sdk::send::Request>(),
    Payload::of::<sdk::subscriptions::Request>(),
    Payload::of::<sdk::telemetry::Configuration>(),
    Payload::of::<client_frame::KeepAlive>(),
    Payload::of::<client_frame::Acknowledgement>(),
];

/// Every payload, in the order of the document.
pub fn all() -> impl Iterator<Item = &'static Payload> {
    PLAIN.iter().chain(push::KINDS.iter().map(|kind| &kind.payload))
}

/// The payload with this name; `None` if there is none.
pub fn find(name: &str) -> Option<&'static Payload> {
    all().find(|payload| payload.name == name)
}

/// Implements [`Wire`].
macro_rules! wire {
    ($type:ty, $name:literal, $title:literal, $sender:ident, $($example:tt)+) => {
        impl crate::payload::Wire for $type {
            const NAME: &'static str = $name;
            const TITLE: &'static str = $title;
            const SENDER: crate::payload::Sender = crate::payload::Sender::$sender;
            fn example() -> serde_json::Value {
                serde_json::json!($($example)+)
            }
        }
    };
}
pub(crate) use wire;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_every_example_parses() {
        let mut seen = std::collections::BTreeSet::new();
        for payload in all() {
            assert!(seen.insert(payload.name), "{} twice", payload.name);
            if let Err(error) = payload.parse(&payload.example()) {
                panic!("the example of {} does not parse: {error}", payload.name);
            }
        }
    }

    #[test]
    fn every_schema_names_itself_and_explains_itself() {
        for payload in all() {
            let schema = payload.schema();
            for key in ["$schema", "$id", "title", "description", "examples"] {
                assert!(
                    schema.get(key).is_some_and(|v| !v.is_null()),
                    "{}: no {key}",
                    payload.name
                );
            }
        }
    }
}
