//! The payloads as components of a document. Each schema appears once, and everything else refers
//! to its name.
//!
//! A payload's own schema is a self-contained file: it has an `$id`, and its definitions in
//! `$defs`. In a document those definitions become components next to the payloads. Payloads then
//! share their common definitions, and no reference depends on where a tool thinks that a schema
//! begins.

use crate::payload::{self, Payload};
use crate::requirement::{self, RequirementId};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The prefix of references to schemas, in both OpenAPI and AsyncAPI.
const SCHEMAS: &str = "#/components/schemas/";
/// The prefix of references in a payload's own schema.
const DEFINITIONS: &str = "#/$defs/";

/// Refers to the schema of a payload.
pub(crate) fn schema(payload: &Payload) -> Value {
    json!({ "$ref": format!("{SCHEMAS}{}", payload.name) })
}

/// The schemas of these payloads, in their order and each once, then the definitions that they
/// share.
pub(crate) fn schemas<'a>(payloads: impl IntoIterator<Item = &'a Payload>) -> Map<String, Value> {
    let names = Names::of_all();
    let mut schemas = Map::new();
    let mut definitions = BTreeMap::new();
    for payload in payloads {
        let mut schema = payload.schema();
        let Some(object) = schema.as_object_mut() else { continue };
        // With an `$id`, the component would count as a document of its own.
        object.shift_remove("$schema");
        object.shift_remove("$id");
        if let Some(Value::Object(own)) = object.shift_remove("$defs") {
            for (name, mut definition) in own {
                names.rename(payload.name, &mut definition);
                definitions.insert(names.get(payload.name, &name), definition);
            }
        }
        names.rename(payload.name, &mut schema);
        for (pointer, id) in requirement::of_payload(payload.name) {
            mark(&mut schema, pointer, id);
        }
        schemas.insert(payload.name.to_owned(), schema);
    }
    schemas.extend(definitions);
    schemas
}

/// The requirements of a call or a frame: its own, then those of its payloads' fields, each once.
pub(crate) fn requirements<'a>(
    own: RequirementId,
    payloads: impl IntoIterator<Item = &'a Payload>,
) -> Vec<RequirementId> {
    let mut ids = vec![own];
    for payload in payloads {
        for (_, id) in requirement::of_payload(payload.name) {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
    }
    ids
}

/// The text of a requirement, as a paragraph of a description.
pub(crate) fn rule(id: RequirementId) -> String {
    let row = id.row();
    format!("{} ({}, {}, {})", row.text, row.id, row.level, row.basis)
}

/// Marks a field with its requirement.
fn mark(schema: &mut Value, pointer: &str, id: RequirementId) {
    let place = pointer.replace('/', "/properties/");
    if let Some(Value::Object(field)) = schema.pointer_mut(&place) {
        field.insert("x-requirement".into(), id.as_str().into());
    }
}

/// The names of definitions in a document with the definitions of all payloads.
///
/// Two payloads may use one name for different definitions. A name with one meaning stays. A name
/// with several meanings is prefixed with the first payload that has the meaning. All payloads
/// count, not only those of one document, so a definition has the same name in every document.
struct Names {
    /// The name in the document, by payload and name.
    given: BTreeMap<(&'static str, String), String>,
}

impl Names {
    fn of_all() -> Names {
        // Each name, with its meanings, and the payloads with each meaning.
        let mut meanings: BTreeMap<String, Vec<(String, Vec<&'static str>)>> = BTreeMap::new();
        for payload in payload::all() {
            let schema = payload.schema();
            let Some(definitions) = schema.get("$defs").and_then(Value::as_object) else {
                continue;
            };
            for name in definitions.keys() {
                let meaning = meaning(name, definitions, &mut BTreeSet::new()).to_string();
                let known = meanings.entry(name.clone()).or_default();
                match known.iter_mut().find(|(other, _)| *other == meaning) {
                    Some((_, payloads)) => payloads.push(payload.name),
                    None => known.push((meaning, vec![payload.name])),
                }
            }
        }
        let mut given = BTreeMap::new();
        for (name, meanings) in meanings {
            let shared = meanings.len() == 1;
            for (_, payloads) in meanings {
                let component =
                    if shared { name.clone() } else { format!("{}.{name}", payloads[0]) };
                for payload in payloads {
                    given.insert((payload, name.clone()), component.clone());
                }
            }
        }
        Names { given }
    }

    fn get(&self, payload: &'static str, name: &str) -> String {
        let given = self.given.get(&(payload, name.to_owned()));
        given.cloned().unwrap_or_else(|| name.to_owned())
    }

    /// Turns references to a payload's own definitions into references to components.
    fn rename(&self, payload: &'static str, schema: &mut Value) {
        references(schema, &mut |reference| {
            if let Some(name) = reference.strip_prefix(DEFINITIONS) {
                *reference = format!("{SCHEMAS}{}", self.get(payload, name));
            }
        });
    }
}

/// A definition with all its references resolved. Definitions with equal results mean the same.
fn meaning(name: &str, definitions: &Map<String, Value>, inside: &mut BTreeSet<String>) -> Value {
    // A recursive reference is replaced by its name.
    if !inside.insert(name.to_owned()) {
        return name.into();
    }
    let mut meaning = definitions.get(name).cloned().unwrap_or_default();
    references(&mut meaning, &mut |reference| {
        if let Some(name) = reference.strip_prefix(DEFINITIONS) {
            *reference = self::meaning(name, definitions, inside).to_string();
        }
    });
    inside.remove(name);
    meaning
}

/// Visits every reference in a value.
fn references(value: &mut Value, visit: &mut impl FnMut(&mut String)) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                match value {
                    Value::String(reference) if key == "$ref" => visit(reference),
                    _ => references(value, visit),
                }
            }
        }
        Value::Array(values) => {
            for value in values {
                references(value, visit);
            }
        }
        _ => {}
    }
}

/// Checks for the tests of both kinds of document.
#[cfg(test)]
pub(crate) mod check {
    use super::references;
    use jsonschema::Validator;
    use serde_json::{Value, json};
    use std::collections::{BTreeMap, BTreeSet};

    /// Fails where a reference leads nowhere, or out of the document.
    pub(crate) fn references_lead_somewhere(document: &Value) {
        let mut count = 0;
        references(&mut document.clone(), &mut |reference| {
            let pointer = reference.strip_prefix('#').unwrap_or_else(|| panic!("{reference}"));
            assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
            count += 1;
        });
        assert!(count > 20, "there are references to look at");
    }

    /// Fails where a component is referred to by nothing.
    pub(crate) fn components_are_used(document: &Value) {
        let mut used = BTreeSet::new();
        references(&mut document.clone(), &mut |reference| {
            used.insert(reference.clone());
        });
        for (kind, components) in document["components"].as_object().unwrap() {
            // Security schemes are named, not referred to.
            for name in components.as_object().unwrap().keys().filter(|_| kind != "securitySchemes")
            {
                let reference = format!("#/components/{kind}/{name}");
                assert!(used.contains(&reference), "{reference} is used by nothing");
            }
        }
    }

    /// The schemas of a document, each made ready to validate with once.
    pub(crate) struct Schemas<'a> {
        document: &'a Value,
        dialect: &'static str,
        ready: BTreeMap<String, Validator>,
    }

    impl<'a> Schemas<'a> {
        pub(crate) fn new(document: &'a Value, dialect: &'static str) -> Self {
            Schemas { document, dialect, ready: BTreeMap::new() }
        }

        /// Fails where `example` breaks the schema that `reference` leads to.
        pub(crate) fn fit(&mut self, reference: &str, example: &Value) {
            let validator = self.ready.entry(reference.to_owned()).or_insert_with(|| {
                let schema = json!({
                    "$schema": self.dialect,
                    "allOf": [{ "$ref": reference }],
                    "components": { "schemas": self.document["components"]["schemas"] },
                });
                jsonschema::validator_for(&schema).unwrap()
            });
            if let Err(error) = validator.validate(example) {
                panic!("an example of {reference}: {error}, at {}", error.instance_path());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shared_stands_once_and_what_differs_is_told_apart() {
        let schemas = schemas(payload::all());
        assert_eq!(schemas.keys().filter(|name| name.ends_with("Permission")).count(), 1);
        for name in ["rest-create-request.Invitee", "sdk-invite-request.Invitee"] {
            assert!(schemas.contains_key(name), "no {name}");
        }
        assert!(!schemas.contains_key("Invitee"));
        assert_eq!(
            schemas["rest-invite-request"]["properties"]["participants"]["additionalProperties"],
            json!({ "$ref": "#/components/schemas/rest-create-request.Invitee" })
        );
    }

    #[test]
    fn every_payload_and_every_definition_is_there() {
        let schemas = schemas(payload::all());
        for payload in payload::all() {
            let schema = &schemas[payload.name];
            for key in ["$id", "$schema", "$defs"] {
                assert!(schema.get(key).is_none(), "{} has {key}", payload.name);
            }
            assert_eq!(schema["examples"], json!([payload.example()]));
        }
        check::references_lead_somewhere(&json!({ "components": { "schemas": schemas } }));
    }

    #[test]
    fn every_field_with_a_requirement_of_its_own_says_so() {
        let schemas = schemas(payload::all());
        for payload in payload::all() {
            for (pointer, id) in requirement::of_payload(payload.name) {
                let place = pointer.replace('/', "/properties/");
                let field = schemas[payload.name].pointer(&place).unwrap();
                assert_eq!(field["x-requirement"], id.as_str(), "{}{pointer}", payload.name);
            }
        }
    }

    #[test]
    fn a_definition_that_refers_to_itself_has_a_meaning() {
        let definitions = json!({ "Tree": { "items": { "$ref": "#/$defs/Tree" } } });
        let definitions = definitions.as_object().unwrap();
        let meaning = meaning("Tree", definitions, &mut BTreeSet::new());
        assert_eq!(meaning, json!({ "items": { "$ref": "\"Tree\"" } }));
    }
}
