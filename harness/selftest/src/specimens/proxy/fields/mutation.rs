//! What can be done to one field of a JSON value.

use serde_json::{Value, json};
use std::fmt;

/// What is done to a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FieldMutation {
    /// It is absent.
    Drop,
    /// It is null.
    Null,
    /// It has another type.
    Retype,
    /// It has another name.
    Rename,
    /// It has another value of the same type.
    Alter,
}

impl FieldMutation {
    pub(super) const ALL: [FieldMutation; 5] = [
        FieldMutation::Drop,
        FieldMutation::Null,
        FieldMutation::Retype,
        FieldMutation::Rename,
        FieldMutation::Alter,
    ];

    pub(super) fn does(self) -> &'static str {
        match self {
            FieldMutation::Drop => "leaves out",
            FieldMutation::Null => "sends null for",
            FieldMutation::Retype => "sends a value of another type for",
            FieldMutation::Rename => "misspells",
            FieldMutation::Alter => "sends another value for",
        }
    }
}

impl fmt::Display for FieldMutation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            FieldMutation::Drop => "drop",
            FieldMutation::Null => "null",
            FieldMutation::Retype => "retype",
            FieldMutation::Rename => "rename",
            FieldMutation::Alter => "alter",
        })
    }
}

/// The value that [`FieldMutation::Alter`] gives a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Replacement {
    /// This text.
    Text(&'static str),
    /// The same text with this suffix.
    Suffixed(&'static str),
    /// The value that the field had the last time, in another payload.
    Earlier,
    /// Another value of its type: a longer text, the other boolean, a larger number, an empty list.
    Other,
}

/// The value with the field at `path` mutated; `None` if nothing changes.
pub(super) fn mutated(
    value: &Value,
    path: &str,
    mutation: FieldMutation,
    replacement: Replacement,
) -> Option<Value> {
    let mut changed = value.clone();
    // An example has no earlier value, so any other value takes its place.
    let replacement = match replacement {
        Replacement::Earlier => Replacement::Other,
        other => other,
    };
    each(&mut changed, path, &mut |parent, name| {
        apply(parent, name, mutation, |value| replaced(value, replacement))
    });
    (changed != *value).then_some(changed)
}

/// Visits every field that a path with stars matches, by its parent and its name.
pub(super) fn each(value: &mut Value, path: &str, visit: &mut dyn FnMut(&mut Value, &str)) {
    let Some(rest) = path.strip_prefix('/') else { return };
    let (name, deeper) = match rest.find('/') {
        Some(at) => (&rest[..at], Some(&rest[at..])),
        None => (rest, None),
    };
    if let Value::Array(items) = value {
        if let (Some(deeper), "*") = (deeper, name) {
            items.iter_mut().for_each(|item| each(item, deeper, visit));
        }
        return;
    }
    let Some(fields) = value.as_object() else { return };
    let names: Vec<String> = if name == "*" {
        fields.keys().cloned().collect()
    } else {
        fields.keys().filter(|held| *held == name).cloned().collect()
    };
    for name in names {
        match deeper {
            None => visit(value, &name),
            Some(deeper) => {
                if let Some(inner) = value.get_mut(&name) {
                    each(inner, deeper, visit);
                }
            }
        }
    }
}

/// Mutates one member of an object; `alter` makes the value for [`FieldMutation::Alter`].
pub(super) fn apply(
    parent: &mut Value,
    name: &str,
    mutation: FieldMutation,
    alter: impl FnOnce(&Value) -> Value,
) {
    let Some(fields) = parent.as_object_mut() else { return };
    let Some(held) = fields.get(name) else { return };
    let new = match mutation {
        FieldMutation::Drop => {
            fields.shift_remove(name);
            return;
        }
        FieldMutation::Rename => {
            if let Some(held) = fields.shift_remove(name) {
                fields.insert(format!("{name}X"), held);
            }
            return;
        }
        FieldMutation::Null => Value::Null,
        FieldMutation::Retype => retyped(held),
        FieldMutation::Alter => alter(held),
    };
    fields.insert(name.to_owned(), new);
}

fn retyped(value: &Value) -> Value {
    match value {
        Value::Null => Value::Null,
        Value::String(_) | Value::Array(_) => json!(7),
        Value::Number(number) => json!(number.to_string()),
        Value::Bool(_) => json!("yes"),
        Value::Object(_) => json!("an object"),
    }
}

/// Another value of the same type.
pub(super) fn replaced(value: &Value, replacement: Replacement) -> Value {
    match (value, replacement) {
        (Value::String(_), Replacement::Text(text)) => json!(text),
        (Value::String(text), Replacement::Suffixed(suffix)) => json!(format!("{text}{suffix}")),
        (Value::String(text), _) => json!(format!("{text}x")),
        (Value::Bool(held), _) => json!(!held),
        (Value::Number(number), _) => json!(number.as_i64().unwrap_or(0) + 1_000),
        (Value::Array(_), _) => json!([]),
        (Value::Object(_), _) => json!({}),
        (Value::Null, _) => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::super::field_path::field_paths;
    use super::*;
    use crate::specimens::proxy::site::PayloadSite;

    /// Removes whatever a mutation of the field may change.
    fn without(mut value: Value, path: &str) -> Value {
        each(&mut value, path, &mut |parent, name| {
            apply(parent, name, FieldMutation::Drop, Value::clone)
        });
        each(&mut value, &format!("{path}X"), &mut |parent, name| {
            apply(parent, name, FieldMutation::Drop, Value::clone);
        });
        value
    }

    #[test]
    fn a_mutation_changes_its_field_and_nothing_else() {
        for site in PayloadSite::all() {
            let payload = site.payload().unwrap();
            let example = payload.example();
            for path in field_paths(&payload) {
                for mutation in FieldMutation::ALL {
                    let name = format!("{}{path}:{mutation}", site.name());
                    let Some(changed) = mutated(&example, &path, mutation, Replacement::Other)
                    else {
                        // A list or an object that is empty already has no other value.
                        assert_eq!(mutation, FieldMutation::Alter, "{name} changes nothing");
                        continue;
                    };
                    if !path.ends_with('*') {
                        let rest = without(example.clone(), &path);
                        assert_eq!(without(changed, &path), rest, "{name}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_star_stands_for_every_member() {
        let people =
            json!({ "people": [{ "id": "a" }, { "id": "b" }], "tokens": { "a": "1", "b": "2" } });
        let renamed =
            mutated(&people, "/people/*/id", FieldMutation::Rename, Replacement::Other).unwrap();
        assert_eq!(renamed["people"], json!([{ "idX": "a" }, { "idX": "b" }]));
        let dropped =
            mutated(&people, "/tokens/*", FieldMutation::Drop, Replacement::Other).unwrap();
        assert_eq!(dropped["tokens"], json!({}));
        let altered =
            mutated(&people, "/tokens/*", FieldMutation::Alter, Replacement::Text("x")).unwrap();
        assert_eq!(altered["tokens"], json!({ "a": "x", "b": "x" }));
        assert_eq!(mutated(&people, "/nobody", FieldMutation::Drop, Replacement::Other), None);
    }
}
