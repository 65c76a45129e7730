//! A payload's schema, checked once so that comparing it cannot go wrong later.

use serde_json::{Map, Value};

/// The only dialect that the artefacts use.
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";
/// How many references may point to each other in a chain.
const HOPS: usize = 64;

/// Keywords that hold one schema.
const ONE: &[&str] = &[
    "additionalProperties",
    "contains",
    "contentSchema",
    "else",
    "if",
    "items",
    "not",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
];
/// Keywords that hold a list of schemas.
const LIST: &[&str] = &["allOf", "anyOf", "oneOf", "prefixItems"];
/// Keywords that hold schemas by name.
const NAMED: &[&str] =
    &["$defs", "definitions", "dependentSchemas", "patternProperties", "properties"];
/// Keywords for people, which accept and reject no value.
pub(super) const ANNOTATIONS: &[&str] = &[
    "$comment",
    "default",
    "deprecated",
    "description",
    "examples",
    "readOnly",
    "title",
    "writeOnly",
];
/// Keywords that only define places; their contents count where they are referred to.
const PLACES: &[&str] =
    &["$anchor", "$defs", "$dynamicAnchor", "$id", "$schema", "$vocabulary", "definitions"];

/// The schema of one payload.
#[derive(Debug, Clone, PartialEq)]
pub struct Schema {
    root: Value,
}

/// Why a document is not a schema that can be compared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {message}", if .pointer.is_empty() { "at its top" } else { .pointer })]
pub struct Fault {
    /// The place, as a JSON Pointer into the document.
    pub pointer: String,
    /// What is wrong there, as a lower-case fragment.
    pub message: String,
}

impl Fault {
    fn new(pointer: impl Into<String>, message: impl Into<String>) -> Fault {
        Fault { pointer: pointer.into(), message: message.into() }
    }
}

/// Where a reference points to.
#[derive(Debug, PartialEq)]
pub(super) enum Target<'s> {
    /// This place of the same document.
    Here(&'s Value),
    /// A place of the same document that does not exist.
    Missing,
    /// Another document.
    Elsewhere,
}

impl Schema {
    /// Checks a document and makes a schema of it.
    ///
    /// # Errors
    ///
    /// If it is not a valid schema of draft 2020-12, or if one of its references points to nothing.
    pub fn read(root: Value) -> Result<Schema, Fault> {
        match &root {
            Value::Bool(_) => {}
            Value::Object(object) => {
                let dialect = object.get("$schema").and_then(Value::as_str).unwrap_or(DIALECT);
                if dialect.trim_end_matches('#') != DIALECT {
                    let message = format!("`{dialect}` is not draft 2020-12 of JSON Schema");
                    return Err(Fault::new("/$schema", message));
                }
            }
            other => {
                let message = format!("a schema is an object or a boolean, not {}", kind(other));
                return Err(Fault::new("", message));
            }
        }
        if let Err(error) = jsonschema::draft202012::meta::validate(&root) {
            let pointer = error.instance_path().to_string();
            return Err(Fault::new(pointer, error.masked_with("this").to_string()));
        }
        let schema = Schema::unchecked(root);
        schema.check_references(&schema.root, "")?;
        Ok(schema)
    }

    /// A document without any check, for tests that nothing goes wrong whatever is compared.
    pub(crate) fn unchecked(mut root: Value) -> Schema {
        canonicalise(&mut root);
        Schema { root }
    }

    /// The whole document.
    pub(crate) fn root(&self) -> &Value {
        &self.root
    }

    /// Where a `$ref` points to.
    pub(super) fn target(&self, reference: &str) -> Target<'_> {
        let own = self.root.get("$id").and_then(Value::as_str);
        let fragment = match reference.split_once('#') {
            Some((base, fragment)) if base.is_empty() || Some(base) == own => fragment,
            None if Some(reference) == own => "",
            _ => return Target::Elsewhere,
        };
        let fragment = percent_encoding::percent_decode_str(fragment).decode_utf8_lossy();
        let found = if fragment.is_empty() || fragment.starts_with('/') {
            self.root.pointer(&fragment)
        } else {
            anchored(&self.root, &fragment)
        };
        match found.filter(|value| value.is_object() || value.is_boolean()) {
            Some(value) => Target::Here(value),
            None => Target::Missing,
        }
    }

    /// Follows a schema that only refers to another one.
    pub(super) fn meant<'s>(&'s self, node: &'s Value) -> &'s Value {
        let mut meant = node;
        for _ in 0..HOPS {
            let Some(object) = meant.as_object() else { return meant };
            let Some(Value::String(reference)) = object.get("$ref") else { return meant };
            let Target::Here(target) = self.target(reference) else { return meant };
            if assertions(object).any(|(keyword, _)| keyword != "$ref") {
                return meant;
            }
            meant = target;
        }
        node
    }

    fn check_references(&self, node: &Value, at: &str) -> Result<(), Fault> {
        let Value::Object(object) = node else { return Ok(()) };
        if let Some(Value::String(reference)) = object.get("$ref")
            && self.target(reference) == Target::Missing
        {
            let message = format!("`{reference}` does not point to a schema of this document");
            return Err(Fault::new(format!("{at}/$ref"), message));
        }
        subschemas(object)
            .try_for_each(|(place, inner)| self.check_references(inner, &format!("{at}{place}")))
    }
}

/// The keywords of a schema that accept or reject values.
pub(super) fn assertions(object: &Map<String, Value>) -> impl Iterator<Item = (&str, &Value)> {
    object.iter().map(|(keyword, value)| (keyword.as_str(), value)).filter(|(keyword, _)| {
        !ANNOTATIONS.contains(keyword) && !PLACES.contains(keyword) && !keyword.starts_with("x-")
    })
}

/// What a keyword holds.
pub(super) enum Holds {
    /// One schema.
    One,
    /// A list of schemas.
    List,
    /// Schemas by name.
    Named,
    /// Something else.
    Data,
}

/// What this keyword holds.
pub(super) fn holds(keyword: &str) -> Holds {
    match keyword {
        _ if ONE.contains(&keyword) => Holds::One,
        _ if LIST.contains(&keyword) => Holds::List,
        _ if NAMED.contains(&keyword) => Holds::Named,
        _ => Holds::Data,
    }
}

/// The schemas directly within a schema, with their places.
fn subschemas(object: &Map<String, Value>) -> impl Iterator<Item = (String, &Value)> {
    object.iter().flat_map(|(keyword, value)| {
        let keyword_at = format!("/{}", invite_text::escape(keyword));
        match (holds(keyword), value) {
            (Holds::One, value) => vec![(keyword_at, value)],
            (Holds::List, Value::Array(list)) => list
                .iter()
                .enumerate()
                .map(|(index, inner)| (format!("{keyword_at}/{index}"), inner))
                .collect(),
            (Holds::Named, Value::Object(named)) => named
                .iter()
                .map(|(name, inner)| (format!("{keyword_at}/{}", invite_text::escape(name)), inner))
                .collect(),
            _ => Vec::new(),
        }
    })
}

/// The schema that names itself by this anchor.
fn anchored<'s>(node: &'s Value, anchor: &str) -> Option<&'s Value> {
    let object = node.as_object()?;
    if object.get("$anchor").and_then(Value::as_str) == Some(anchor) {
        return Some(node);
    }
    subschemas(object).find_map(|(_, inner)| anchored(inner, anchor))
}

/// Writes whole numbers as integers: `1` and `1.0` are one value for JSON Schema, but two for `Value`.
fn canonicalise(value: &mut Value) {
    match value {
        Value::Number(number) => {
            if let Some(float) = number.as_f64().filter(|_| number.is_f64()) {
                // Below 2^53 every whole float is that integer exactly.
                if float.fract() == 0.0 && float.abs() < 9_007_199_254_740_992.0 {
                    *value = Value::from(float as i64);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(canonicalise),
        Value::Object(fields) => fields.values_mut().for_each(canonicalise),
        _ => {}
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_document_that_is_not_a_schema_is_refused_at_its_place() {
        for (document, pointer) in [
            (json!([]), ""),
            (json!(null), ""),
            (json!({ "$schema": "http://json-schema.org/draft-07/schema#" }), "/$schema"),
            (json!({ "properties": { "a/b": { "type": "text" } } }), "/properties/a~1b/type"),
            (json!({ "minLength": -1 }), "/minLength"),
            (json!({ "required": "id" }), "/required"),
            (json!({ "items": { "$ref": "#/$defs/Nobody" } }), "/items/$ref"),
            (json!({ "$ref": "#nobody" }), "/$ref"),
            (json!({ "$ref": "#/required", "required": [] }), "/$ref"),
        ] {
            let fault = Schema::read(document.clone()).expect_err(&document.to_string());
            assert_eq!(fault.pointer, pointer, "{document}: {fault}");
        }
    }

    #[test]
    fn references_lead_by_pointer_anchor_and_own_id() {
        let document = json!({
            "$id": "https://example.org/a.json",
            "$defs": { "a b/c": { "$anchor": "here", "type": "null" } },
        });
        let schema = Schema::read(document).unwrap();
        let definition = &schema.root()["$defs"]["a b/c"];
        for reference in ["#/$defs/a%20b~1c", "#here", "https://example.org/a.json#here"] {
            assert_eq!(schema.target(reference), Target::Here(definition), "{reference}");
        }
        assert_eq!(schema.target("#"), Target::Here(schema.root()));
        assert_eq!(schema.target("https://example.org/a.json"), Target::Here(schema.root()));
        assert_eq!(schema.target("b.json#/a"), Target::Elsewhere);
        assert_eq!(schema.target("#there"), Target::Missing);
    }

    #[test]
    fn data_that_looks_like_a_reference_is_not_followed() {
        assert!(Schema::read(json!({ "const": { "$ref": "#/nowhere" } })).is_ok());
        assert!(Schema::read(json!(true)).is_ok());
    }
}
