//! The two contracts of a payload: what a receiver must accept (reading), and what a careful sender
//! writes (writing).
//!
//! Real clients are loose: they send booleans as words, seconds as strings of digits, and `null`
//! for absent fields. A receiver has to accept that, but a sender should not do it. The types of
//! this crate read by the first contract and write by the second.

use schemars::generate::{Contract, SchemaSettings};
use schemars::transform::{Transform, transform_subschemas};
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value, json};

/// The schema of a type under a contract.
pub(crate) fn schema<T: JsonSchema>(contract: Contract) -> Schema {
    let mut settings = SchemaSettings::draft2020_12();
    if contract.is_serialize() {
        settings = settings.with_transform(WithoutNull);
    }
    settings.contract = contract;
    settings.into_generator().into_root_schema_for::<T>()
}

/// Removes `null` from every optional field, because a sender leaves such a field out.
#[derive(Debug, Clone)]
struct WithoutNull;

impl Transform for WithoutNull {
    fn transform(&mut self, schema: &mut Schema) {
        if let Some(object) = schema.as_object_mut() {
            let required = object.get("required").and_then(Value::as_array).cloned();
            let required = required.unwrap_or_default();
            let fields = object.get_mut("properties").and_then(Value::as_object_mut);
            for (name, field) in fields.into_iter().flatten() {
                if let (Some(field), false) =
                    (field.as_object_mut(), required.contains(&name.as_str().into()))
                {
                    without_null(field);
                }
            }
        }
        transform_subschemas(self, schema);
    }
}

fn without_null(field: &mut Map<String, Value>) {
    if let Some(Value::Array(types)) = field.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            field.insert("type".into(), only);
        }
    }
    if let Some(Value::Array(branches)) = field.get_mut("anyOf") {
        branches.retain(|branch| *branch != json!({ "type": "null" }));
        // A single alternative needs no `anyOf`. A reference may have a description next to it.
        if let [Value::Object(only)] = branches.as_slice() {
            let only = only.clone();
            field.shift_remove("anyOf");
            let described = std::mem::replace(field, only);
            field.extend(described);
        }
    }
}
