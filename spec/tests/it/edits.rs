//! Values that are almost valid.

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Map, Value, json};

/// One change of one place of a value.
#[derive(Debug, Clone)]
pub(crate) enum Edit {
    /// The place is removed.
    Drop,
    /// Another value replaces it.
    Put(Value),
    /// The place gets another name.
    Rename,
    /// An unknown field is added next to it.
    Add,
    /// The value is wrapped in an array.
    Wrap,
}

/// One or two changes.
pub(crate) fn edits() -> impl Strategy<Value = Vec<(Index, Edit)>> {
    prop::collection::vec((any::<Index>(), edit()), 1..3)
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        Just(Edit::Drop),
        Just(Edit::Rename),
        Just(Edit::Add),
        Just(Edit::Wrap),
        value().prop_map(Edit::Put),
    ]
}

/// Values of every type, including some that clients or servers treat specially.
fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        Just(json!({})),
        Just(json!([])),
        Just(json!("")),
        Just(json!("true")),
        Just(json!("JOIN")),
        Just(json!(["JOIN", "KICK"])),
        Just(json!(["FLY"])),
        Just(json!("3600")),
        Just(json!("36x")),
        Just(json!(3600.0)),
        Just(json!(1_000_000_000)),
        Just(json!(-1)),
        Just(json!(0.5)),
        any::<bool>().prop_map(Value::from),
        any::<u32>().prop_map(Value::from),
        "[a-z]{0,8}".prop_map(Value::from),
    ]
}

/// Every place of a value, as JSON Pointers, starting with the whole value.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(fields) => {
            for (key, inner) in fields {
                let key = key.replace('~', "~0").replace('/', "~1");
                places(inner, &format!("{at}/{key}"), found);
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter().enumerate() {
                places(inner, &format!("{at}/{index}"), found);
            }
        }
        _ => {}
    }
}

fn apply(value: &mut Value, pointer: &str, edit: &Edit) {
    if let Edit::Put(new) = edit {
        if let Some(place) = value.pointer_mut(pointer) {
            *place = new.clone();
        }
        return;
    }
    if let Edit::Wrap = edit {
        if let Some(place) = value.pointer_mut(pointer) {
            *place = json!([place.clone()]);
        }
        return;
    }
    let Some((parent, key)) = pointer.rsplit_once('/') else { return };
    let key = key.replace("~1", "/").replace("~0", "~");
    match value.pointer_mut(parent) {
        Some(Value::Object(fields)) => edit_field(fields, &key, edit),
        Some(Value::Array(items)) => {
            if let (Edit::Drop, Ok(index)) = (edit, key.parse::<usize>()) {
                items.remove(index);
            }
        }
        _ => {}
    }
}

/// A value with a few changes at random places.
pub(crate) fn changed(mut value: Value, edits: &[(Index, Edit)]) -> Value {
    for (index, edit) in edits {
        let mut found = Vec::new();
        places(&value, "", &mut found);
        apply(&mut value, index.get::<String>(&found), edit);
    }
    value
}

fn edit_field(fields: &mut Map<String, Value>, key: &str, edit: &Edit) {
    match edit {
        Edit::Drop => {
            fields.remove(key);
        }
        Edit::Rename => {
            if let Some(value) = fields.remove(key) {
                fields.insert(format!("{key}X"), value);
            }
        }
        Edit::Add => {
            fields.insert("x-unknown".into(), json!({ "deep": [1] }));
        }
        Edit::Put(_) | Edit::Wrap => {}
    }
}
