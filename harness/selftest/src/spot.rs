//! Every field of every answer and frame, read off the schemas.

use invite_spec::endpoint::{self, Endpoint, Plane};
use invite_spec::payload::{self, Payload};
use invite_spec::push;
use serde_json::Value;

/// Where a payload of the server's occurs.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// The operation, the frame's type, or whose refusals.
    pub(super) name: &'static str,
    pub(super) of: Of,
    pub(super) payload: Payload,
    /// The requirement that it fits its schema, where no field of it carries another.
    pub(super) general: &'static str,
}

/// What a payload is the content of.
#[derive(Debug, Clone, Copy)]
pub(super) enum Of {
    /// A success of this endpoint.
    Answer(&'static Endpoint),
    /// A refusal on the SDK plane, or on the REST plane.
    Refusal { sdk: bool },
    /// A frame of this type.
    Frame(&'static str),
}

/// One field.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Spot {
    /// A JSON Pointer in which `*` stands for every member.
    pub(super) pointer: String,
    /// What stands there in the payload's example.
    pub(super) sample: Value,
}

/// Every place. The claims of tokens stand inside a signature, so that only a server of its own can
/// change them.
pub(super) fn places() -> Vec<Place> {
    let answers = endpoint::ENDPOINTS.iter().filter_map(|endpoint| {
        Some(Place {
            name: endpoint.operation.as_str(),
            of: Of::Answer(endpoint),
            payload: endpoint.answer?,
            general: match endpoint.plane {
                Plane::Auth | Plane::Rest => "WIRE-003",
                Plane::Session | Plane::Telemetry => "WIRE-004",
            },
        })
    });
    let refusal = |sdk: bool| {
        Some(Place {
            name: if sdk { "sdk-refusal" } else { "rest-refusal" },
            of: Of::Refusal { sdk },
            payload: *payload::find("error-response")?,
            general: if sdk { "ERR-002" } else { "ERR-003" },
        })
    };
    let frames = push::KINDS.iter().map(|kind| Place {
        name: kind.name.as_str(),
        of: Of::Frame(kind.name.as_str()),
        payload: kind.payload,
        general: "WIRE-005",
    });
    answers.chain([true, false].into_iter().filter_map(refusal)).chain(frames).collect()
}

/// Every field of a payload that stands in its example.
pub(super) fn spots(payload: &Payload) -> Vec<Spot> {
    let schema = payload.schema();
    let mut found = Vec::new();
    walk(&schema, &schema, &payload.example(), "", &mut found);
    found
}

fn walk(root: &Value, schema: &Value, sample: &Value, at: &str, found: &mut Vec<Spot>) {
    let schema = resolved(root, schema);
    let properties = schema.get("properties").and_then(Value::as_object);
    for (name, field) in properties.into_iter().flatten() {
        if let Some(sample) = sample.get(name) {
            let pointer = format!("{at}/{name}");
            found.push(Spot { pointer: pointer.clone(), sample: sample.clone() });
            walk(root, field, sample, &pointer, found);
        }
    }
    if let (Some(items), Some(sample)) = (schema.get("items"), sample.get(0)) {
        walk(root, items, sample, &format!("{at}/*"), found);
    }
    let members = schema.get("additionalProperties").filter(|members| members.is_object());
    if let (Some(members), Some(sample)) = (members, first_member(sample)) {
        let pointer = format!("{at}/*");
        found.push(Spot { pointer: pointer.clone(), sample: sample.clone() });
        walk(root, members, sample, &pointer, found);
    }
}

fn first_member(value: &Value) -> Option<&Value> {
    value.as_object()?.values().next()
}

/// The schema that a reference, or the first alternative of several, stands for.
fn resolved<'s>(root: &'s Value, schema: &'s Value) -> &'s Value {
    let reference = schema.get("$ref").and_then(Value::as_str);
    let alternative = || ["anyOf", "oneOf"].iter().find_map(|key| schema.get(key)?.get(0));
    match reference.and_then(|reference| root.pointer(reference.strip_prefix('#')?)) {
        Some(target) => resolved(root, target),
        None => alternative().map_or(schema, |first| resolved(root, first)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_fields_lists_and_maps_are_walked() {
        let pointers = |name: &str| -> Vec<String> {
            let payload = payload::find(name).unwrap();
            spots(payload).into_iter().map(|spot| spot.pointer).collect()
        };
        assert!(pointers("push-invitation-received").contains(&"/inviter/nickName".to_owned()));
        assert!(pointers("sdk-join-answer").contains(&"/participants/*/participant_id".to_owned()));
        assert!(pointers("rest-create-answer").contains(&"/usersTokens/*".to_owned()));
        assert_eq!(pointers("rest-invite-answer"), ["/*"]);
    }

    #[test]
    fn every_field_that_a_schema_names_is_in_the_example() {
        // A refusal has one of two shapes, and the example shows the first.
        let second_shape = ["status", "error", "message"];
        for place in places() {
            let example = place.payload.example();
            let schema = place.payload.schema();
            let fields = schema.get("properties").and_then(Value::as_object);
            for name in fields.into_iter().flatten().map(|(name, _)| name.as_str()) {
                let excused =
                    matches!(place.of, Of::Refusal { .. }) && second_shape.contains(&name);
                assert!(example.get(name).is_some() || excused, "{}: {name}", place.payload.name);
            }
        }
    }
}
