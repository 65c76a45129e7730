//! Unusual payloads.

use super::Variant;
use crate::proxy::{Change, Delivery, Frame, Request, Response};
use invite_spec::payload::Payload;
use invite_spec::push::FrameType;
use invite_spec::token;
use serde_json::{Map, Value, json};
use std::sync::Arc;

pub(super) const ALL: &[Variant] = &[
    Variant {
        name: "unknown-fields",
        does: "adds unknown fields to every object that it sends",
        allowed: "the clients ignore unknown fields",
        change: || Arc::new(Rewrite(add_unknown)),
    },
    Variant {
        name: "other-key-order",
        does: "sends the fields of every object in the reverse order",
        allowed: "JSON objects have no order",
        change: || Arc::new(Rewrite(reverse)),
    },
    Variant {
        name: "no-optional-fields",
        does: "leaves out every field that no client and no documented feature needs",
        allowed: "the clients read these fields, but do without them",
        change: || Arc::new(Rewrite(only_needed)),
    },
    Variant {
        name: "null-for-absent",
        does: "sends null for optional texts instead of leaving them out",
        allowed: "the clients treat null as absent",
        change: || Arc::new(Rewrite(nulls)),
    },
];

/// Rewrites the JSON of each payload that the server sends.
struct Rewrite(fn(&Payload, Value) -> Value);

impl Change for Rewrite {
    fn response(&self, request: &Request<'_>, mut response: Response) -> Response {
        let payload = request.endpoint.and_then(|endpoint| endpoint.answer);
        if let (Some(payload), Some(body), true) =
            (payload, response.json(), response.class().is_accepted() && !request.is_preflight())
        {
            response.set_json(&(self.0)(&payload, body));
        }
        response
    }

    fn frame(&self, frame: Frame) -> Vec<Delivery> {
        match FrameType::of(&frame.body) {
            Some(known) => vec![Delivery::json(&(self.0)(&known.kind().payload, frame.body))],
            None => vec![Delivery::of(frame)],
        }
    }
}

/// Whether the fields of an object are people with their tokens.
fn is_map_of_tokens(payload: &Payload, key: &str) -> bool {
    token::is_map(payload) || token::MAPS.contains(&key)
}

fn add_unknown(payload: &Payload, value: Value) -> Value {
    fn add(payload: &Payload, key: &str, value: Value) -> Value {
        match value {
            Value::Object(fields) => {
                let tokens = is_map_of_tokens(payload, key);
                let mut all: Map<String, Value> =
                    fields.into_iter().map(|(k, v)| (k.clone(), add(payload, &k, v))).collect();
                if !tokens {
                    all.insert("x-unknown".into(), json!({ "deep": [1, null, "text"] }));
                    all.insert("zz".into(), Value::Null);
                }
                Value::Object(all)
            }
            Value::Array(items) => items.into_iter().map(|item| add(payload, "", item)).collect(),
            other => other,
        }
    }
    add(payload, "", value)
}

fn reverse(_: &Payload, value: Value) -> Value {
    fn turn(value: Value) -> Value {
        match value {
            Value::Object(fields) => {
                Value::Object(fields.into_iter().rev().map(|(k, v)| (k, turn(v))).collect())
            }
            Value::Array(items) => items.into_iter().map(turn).collect(),
            other => other,
        }
    }
    turn(value)
}

/// Fields that no schema requires, since they are due only sometimes, but that a documented feature
/// needs.
const NEEDED: &[&str] = &[
    "isProtected",
    "ownerToken",
    "usersTokens",
    "confToken",
    "confAlias",
    "conferenceAlias",
    "status",
    "externalId",
    "userId",
    "participants",
    "wsUri",
    "inviter",
    "expires_in",
    "nickName",
    "refresh_token",
    "participant",
    "conference",
    "confId",
    "externalName",
    "live",
    "token_type",
    "scope",
];

fn only_needed(payload: &Payload, value: Value) -> Value {
    let schema = payload.schema();
    fn keep(payload: &Payload, required: &[String], key: &str, value: Value) -> Value {
        match value {
            Value::Object(fields) if is_map_of_tokens(payload, key) => Value::Object(fields),
            Value::Object(fields) => Value::Object(
                fields
                    .into_iter()
                    .filter(|(name, _)| required.contains(name) || NEEDED.contains(&name.as_str()))
                    .map(|(name, value)| {
                        let value = keep(payload, required, &name, value);
                        (name, value)
                    })
                    .collect(),
            ),
            Value::Array(items) => {
                items.into_iter().map(|item| keep(payload, required, "", item)).collect()
            }
            other => other,
        }
    }
    let mut required = Vec::new();
    collect_required(&schema, &mut required);
    keep(payload, &required, "", value)
}

/// Every name that some object of the schema requires.
fn collect_required(schema: &Value, names: &mut Vec<String>) {
    match schema {
        Value::Object(fields) => {
            for (key, value) in fields {
                match (key.as_str(), value) {
                    ("required", Value::Array(items)) => {
                        names.extend(items.iter().filter_map(Value::as_str).map(str::to_owned));
                    }
                    ("examples", _) => {}
                    _ => collect_required(value, names),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect_required(item, names)),
        _ => {}
    }
}

fn nulls(payload: &Payload, value: Value) -> Value {
    let Value::Object(mut fields) = value else { return value };
    if is_map_of_tokens(payload, "") {
        return Value::Object(fields);
    }
    let schema = payload.schema();
    let properties = schema.get("properties").and_then(Value::as_object);
    for (name, property) in properties.into_iter().flatten() {
        let nullable = property
            .get("type")
            .and_then(Value::as_array)
            .is_some_and(|types| types.contains(&"null".into()));
        if nullable && !fields.contains_key(name) {
            fields.insert(name.clone(), Value::Null);
        }
    }
    Value::Object(fields)
}
