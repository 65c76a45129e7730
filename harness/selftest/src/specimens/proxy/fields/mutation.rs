//! What can be done to one field.

use serde_json::{Value, json};
use std::fmt;

/// What is done to a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edit {
    /// It is left out.
    Drop,
    /// It is null.
    Null,
    /// It is of another type.
    Retype,
    /// It has another name.
    Rename,
    /// It has another value of the same type.
    Alter,
}

impl Edit {
    pub(crate) const ALL: [Edit; 5] =
        [Edit::Drop, Edit::Null, Edit::Retype, Edit::Rename, Edit::Alter];

    pub(crate) fn does(self) -> &'static str {
        match self {
            Edit::Drop => "leaves out",
            Edit::Null => "nulls",
            Edit::Retype => "gives another type to",
            Edit::Rename => "misspells",
            Edit::Alter => "gives another value to",
        }
    }
}

impl fmt::Display for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Edit::Drop => "drop",
            Edit::Null => "null",
            Edit::Retype => "retype",
            Edit::Rename => "rename",
            Edit::Alter => "alter",
        })
    }
}

/// Which other value a field is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum To {
    /// This text.
    Text(&'static str),
    /// The same with this text behind it.
    Longer(&'static str),
    /// The value that stood there before, about something else.
    Earlier,
    /// What its type suggests: a longer text, the other boolean, a larger number, an empty list.
    Other,
}

/// A value with a field edited; `None` if nothing changes.
pub(crate) fn edited(value: &Value, pointer: &str, edit: Edit, to: To) -> Option<Value> {
    let mut changed = value.clone();
    // An example has no past: any other value stands for an earlier one.
    let to = if to == To::Earlier { To::Other } else { to };
    each(&mut changed, pointer, &mut |parent, name| {
        apply(parent, name, edit, |value| other(value, to))
    });
    (changed != *value).then_some(changed)
}

/// Visits every parent and member that a pointer with stars stands for.
pub(super) fn each(value: &mut Value, pointer: &str, visit: &mut dyn FnMut(&mut Value, &str)) {
    let Some(rest) = pointer.strip_prefix('/') else { return };
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

/// Edits one member of an object.
pub(super) fn apply(
    parent: &mut Value,
    name: &str,
    edit: Edit,
    alter: impl FnOnce(&Value) -> Value,
) {
    let Some(fields) = parent.as_object_mut() else { return };
    let Some(held) = fields.get(name) else { return };
    let new = match edit {
        Edit::Drop => {
            fields.shift_remove(name);
            return;
        }
        Edit::Rename => {
            if let Some(held) = fields.shift_remove(name) {
                fields.insert(format!("{name}X"), held);
            }
            return;
        }
        Edit::Null => Value::Null,
        Edit::Retype => retyped(held),
        Edit::Alter => alter(held),
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
pub(super) fn other(value: &Value, to: To) -> Value {
    match (value, to) {
        (Value::String(_), To::Text(text)) => json!(text),
        (Value::String(text), To::Longer(more)) => json!(format!("{text}{more}")),
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
    use super::*;
    use crate::spot;

    /// Takes away what an edit of a field may change.
    fn without(mut value: Value, pointer: &str) -> Value {
        each(&mut value, pointer, &mut |parent, name| {
            apply(parent, name, Edit::Drop, Value::clone)
        });
        each(&mut value, &format!("{pointer}X"), &mut |parent, name| {
            apply(parent, name, Edit::Drop, Value::clone);
        });
        value
    }

    #[test]
    fn an_edit_changes_its_field_and_nothing_else() {
        for place in spot::places() {
            let example = place.payload.example();
            for spot in spot::spots(&place.payload) {
                for edit in Edit::ALL {
                    let name = format!("{}{}:{edit}", place.name, spot.pointer);
                    let Some(changed) = edited(&example, &spot.pointer, edit, To::Other) else {
                        // A list or an object that is empty already has no other value.
                        assert_eq!(edit, Edit::Alter, "{name} changes nothing");
                        continue;
                    };
                    if !spot.pointer.ends_with('*') {
                        let rest = without(example.clone(), &spot.pointer);
                        assert_eq!(without(changed, &spot.pointer), rest, "{name}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_star_stands_for_every_member() {
        let people =
            json!({ "people": [{ "id": "a" }, { "id": "b" }], "tokens": { "a": "1", "b": "2" } });
        let renamed = edited(&people, "/people/*/id", Edit::Rename, To::Other).unwrap();
        assert_eq!(renamed["people"], json!([{ "idX": "a" }, { "idX": "b" }]));
        let dropped = edited(&people, "/tokens/*", Edit::Drop, To::Other).unwrap();
        assert_eq!(dropped["tokens"], json!({}));
        let altered = edited(&people, "/tokens/*", Edit::Alter, To::Text("x")).unwrap();
        assert_eq!(altered["tokens"], json!({ "a": "x", "b": "x" }));
        assert_eq!(edited(&people, "/nobody", Edit::Drop, To::Other), None);
    }
}
