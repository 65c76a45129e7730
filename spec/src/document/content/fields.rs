//! The fields of a payload, read from its schema.

use super::number;
use crate::document::model::Block;
use crate::document::text::Text;
use crate::requirement;
use serde_json::{Map, Value};

/// Definitions that the document explains in a section of their own.
const EXPLAINED: &[(&str, &str, &str)] =
    &[("Permission", "permission", "permissions"), ("ParticipantStatus", "status", "statuses")];
/// The deepest nesting of a payload.
const DEPTH: usize = 8;

/// The table of a payload's fields; none where it has none.
pub(super) fn table(payload: &str, schema: &Value) -> Option<Block> {
    let mut reader = Reader { payload, root: schema, rows: Vec::new() };
    reader.read(schema, "", DEPTH);
    let head = &["Field", "Type", "", "Meaning", "Requirement"];
    (!reader.rows.is_empty()).then(|| super::stacking(head, reader.rows))
}

struct Reader<'a> {
    payload: &'a str,
    root: &'a Value,
    rows: Vec<Vec<Text>>,
}

impl<'a> Reader<'a> {
    /// Reads the fields below a value, whose path is given.
    fn read(&mut self, schema: &'a Value, path: &str, depth: usize) {
        if depth == 0 {
            return;
        }
        let Some((schema, path)) = self.container(schema, path) else { return };
        let join =
            |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        if let Some(Value::Object(fields)) = schema.get("properties") {
            let required = schema.get("required").and_then(Value::as_array);
            for (name, field) in fields {
                let is_required =
                    required.is_some_and(|names| names.iter().any(|known| known == name));
                self.row(&join(name), field, Some(is_required));
                self.read(field, &join(name), depth - 1);
            }
        } else if let Some(values @ Value::Object(_)) = schema.get("additionalProperties") {
            // The keys of a map have no names of their own.
            self.row(&join("*"), values, None);
            self.read(values, &join("*"), depth - 1);
        }
    }

    fn row(&mut self, path: &str, field: &Value, is_required: Option<bool>) {
        let own = field.get("description").and_then(Value::as_str);
        let meaning = own.or_else(|| self.follow(field)?.get("description")?.as_str());
        let required = match is_required {
            Some(true) => Text::plain("required"),
            Some(false) => Text::plain("optional"),
            None => Text::plain("each value"),
        };
        self.rows.push(vec![
            Text::code(path),
            Text::joined(self.kinds(field), " or "),
            required,
            Text::parse(meaning.unwrap_or_default()),
            self.rules(path),
        ]);
    }

    /// The requirements of a field. The values of a map show the requirement of the whole payload.
    fn rules(&self, path: &str) -> Text {
        let pointer = format!("/{}", path.replace('.', "/"));
        let own = requirement::of_payload(self.payload)
            .filter(|(known, _)| *known == pointer || (known.is_empty() && path == "*"));
        Text::rules(own.map(|(_, id)| id))
    }

    fn follow(&self, schema: &'a Value) -> Option<&'a Value> {
        let reference = schema.get("$ref")?.as_str()?;
        self.root.pointer(reference.strip_prefix('#')?)
    }

    /// The object that a value is or holds, and its path.
    fn container(&self, schema: &'a Value, path: &str) -> Option<(&'a Value, String)> {
        if let Some(definition) = self.follow(schema) {
            return self.container(definition, path);
        }
        if let Some(Value::Array(choices)) = schema.get("anyOf") {
            return choices.iter().find_map(|choice| self.container(choice, path));
        }
        if let Some(items) = schema.get("items") {
            return self.container(items, &format!("{path}[]"));
        }
        let is_object =
            ["properties", "additionalProperties"].iter().any(|key| schema.get(key).is_some());
        is_object.then(|| (schema, path.to_owned()))
    }

    /// The possible types of a value, in words.
    fn kinds(&self, schema: &Value) -> Vec<Text> {
        if let Some(name) =
            schema.get("$ref").and_then(Value::as_str).and_then(|r| r.rsplit('/').next())
        {
            if let Some((_, words, anchor)) = EXPLAINED.iter().find(|(known, ..)| *known == name) {
                return vec![Text::link(*words, *anchor)];
            }
            let definition = self.root.get("$defs").and_then(|all| all.get(name));
            return definition.map(|definition| self.kinds(definition)).unwrap_or_default();
        }
        for choices in ["anyOf", "oneOf"] {
            if let Some(Value::Array(choices)) = schema.get(choices) {
                return choices.iter().flat_map(|choice| self.kinds(choice)).collect();
            }
        }
        if let Some(value) = schema.get("const").and_then(Value::as_str) {
            return vec![Text::code(value)];
        }
        match schema.get("type") {
            Some(Value::Array(types)) => {
                types.iter().filter_map(Value::as_str).map(|kind| self.kind(kind, schema)).collect()
            }
            Some(Value::String(kind)) => vec![self.kind(kind, schema)],
            _ => vec![Text::plain("any value")],
        }
    }

    fn kind(&self, kind: &str, schema: &Value) -> Text {
        let bound = |key: &str| schema.get(key).and_then(Value::as_u64);
        match kind {
            "null" => Text::code("null"),
            "array" => {
                let items = schema.get("items").map(|items| self.kinds(items)).unwrap_or_default();
                Text::plain("list of ").and(Text::joined(items, " or "))
            }
            "object" if bound("maxProperties") == Some(0) => Text::code("{}"),
            "object" if is_map(schema) => {
                let values = schema.get("additionalProperties");
                let values = values.map(|values| self.kinds(values)).unwrap_or_default();
                Text::plain("map to ").and(Text::joined(values, " or "))
            }
            "integer" => match (bound("minimum"), bound("maximum")) {
                (Some(least), Some(most)) => {
                    Text::plain(format!("integer, {} to {}", number(least), number(most)))
                }
                (Some(least), None) => Text::plain(format!("integer, at least {}", number(least))),
                _ => Text::plain("integer"),
            },
            "string" => match schema.get("examples").and_then(Value::as_array) {
                // An open list of words: show the known ones.
                Some(known) => {
                    let words = known.iter().filter_map(Value::as_str).map(Text::code);
                    Text::plain("string, such as ").and(Text::joined(words, ", "))
                }
                None if bound("minLength") == Some(1) => Text::plain("string, not empty"),
                None => Text::plain("string"),
            },
            other => Text::plain(other),
        }
    }
}

/// Whether an object is a map, whose values are described.
fn is_map(schema: &Value) -> bool {
    let is_described =
        |values: &Value| values.as_object().is_some_and(|it: &Map<_, _>| !it.is_empty());
    schema.get("properties").is_none()
        && schema.get("additionalProperties").is_some_and(is_described)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payload;

    fn rows(name: &str) -> Vec<Vec<Text>> {
        match table(name, &payload::find(name).unwrap().schema()) {
            Some(Block::Table(table)) => table.rows.into_iter().map(|row| row.cells).collect(),
            _ => Vec::new(),
        }
    }

    fn row(payload: &str, path: &str) -> Vec<Text> {
        let found = rows(payload).into_iter().find(|cells| cells[0] == Text::code(path));
        found.unwrap_or_else(|| panic!("{payload} has no {path}"))
    }

    #[test]
    fn fields_are_found_in_objects_lists_and_maps() {
        let cells = row("rest-invite-request", "participants.*.notification");
        assert_eq!(cells[1], Text::plain("boolean"));
        assert_eq!(cells[2], Text::plain("optional"));
        let cells = row("sdk-invite-request", "externalProfiles[].externalId");
        assert_eq!(
            (&cells[1], &cells[2]),
            (&Text::plain("string, not empty"), &Text::plain("required"))
        );
        let cells = row("sdk-join-answer", "participants[].status");
        assert_eq!(
            cells[1],
            Text::link("status", "statuses").and(Text::plain(" or ")).and(Text::code("null"))
        );
        assert!(rows("sdk-empty-request").is_empty());
    }

    #[test]
    fn every_requirement_of_a_field_stands_at_it() {
        for payload in payload::all() {
            let shown: Vec<Text> =
                rows(payload.name).into_iter().map(|mut row| row.remove(4)).collect();
            for (pointer, id) in requirement::of_payload(payload.name) {
                assert!(
                    shown.contains(&Text::rule(id)),
                    "{}{pointer} does not show {id}",
                    payload.name
                );
            }
        }
    }

    #[test]
    fn what_is_explained_elsewhere_is_defined() {
        let all: Vec<Value> = payload::all().map(|payload| payload.schema()).collect();
        for (name, ..) in EXPLAINED {
            assert!(all.iter().any(|schema| schema["$defs"].get(name).is_some()), "no {name}");
        }
    }
}
