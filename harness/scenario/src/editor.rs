//! The schemas of files, as editors use them: to complete names, to explain them and to underline
//! mistakes.
//!
//! What the types say is enough for a validator. An editor shows what the schema lists, so here each
//! name has a description that comes from the specification, and nothing is listed that a file of this
//! kind must not say. `null` is not offered where leaving the key out says the same: editors write it
//! into the file, and some fail on it. The kinds of a step are the keys of one object: with one
//! alternative for each, an editor cannot tell which one is meant, and underlines the whole step.

use invite_spec::endpoint::Operation;
use invite_spec::push::FrameType;
use invite_spec::requirement::{self, Profile, RequirementId, Seconds, Side};
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

/// The schema of a kind of file.
pub(crate) fn schema<T: JsonSchema>(title: &str) -> Value {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = Value::from(generator.into_root_schema_for::<T>());
    tidy(&mut schema);
    schema["title"] = title.into();
    schema
}

/// Lists the names of the specification that a scenario for this side can use, and explains them.
pub(crate) fn explain(schema: &mut Value, side: Side) {
    let operations = Operation::ALL.iter().map(|it| {
        let endpoint = it.endpoint();
        let about = format!("{}: {} {}", endpoint.title, endpoint.method, endpoint.path);
        (it.to_string(), about)
    });
    list::<Operation>(schema, operations);
    let frames = FrameType::ALL.iter().map(|it| {
        let kind = it.kind();
        (it.to_string(), format!("{}. That it arrives: {}", kind.payload.title, kind.requirement))
    });
    list::<FrameType>(schema, frames);
    let rows = requirement::all_of(side).filter(|row| row.excluded.is_none());
    let rows = rows.map(|row| {
        let about = format!("{} ({} {})\n\n{}", row.title, row.basis, row.level, row.text);
        (row.id.to_string(), about)
    });
    list::<RequirementId>(schema, rows);
    let seconds = Seconds::ALL.into_iter().map(|it| {
        let number =
            it.number().map_or("as long as was requested".to_owned(), |it| format!("{it} s"));
        (it.as_str().to_owned(), format!("{}: {} {number}", it.subject(), it.predicate()))
    });
    list::<Seconds>(schema, seconds);
    if let Some(Value::Array(profiles)) = schema.pointer_mut("/$defs/Profile/oneOf") {
        let of_side = |it: &Value| {
            Profile::ALL.iter().any(|one| one.side() == side && it["const"] == one.to_string())
        };
        profiles.retain(of_side);
    }
}

/// Replaces what a definition lists; a schema may do without the definition.
fn list<T: JsonSchema>(schema: &mut Value, names: impl Iterator<Item = (String, String)>) {
    if let Some(listed) = schema.pointer_mut(&format!("/$defs/{}/oneOf", T::schema_name())) {
        let name = |(name, about)| json!({ "description": about, "type": "string", "const": name });
        *listed = names.map(name).collect();
    }
}

/// Makes a schema, and all within it, what an editor wants.
fn tidy(schema: &mut Value) {
    let Value::Object(object) = schema else { return };
    for (key, inner) in object.iter_mut() {
        match (key.as_str(), inner) {
            ("properties" | "$defs", Value::Object(named)) => named.values_mut().for_each(tidy),
            ("items" | "additionalProperties", inner) => tidy(inner),
            ("anyOf" | "oneOf", Value::Array(choices)) => choices.iter_mut().for_each(tidy),
            ("description", Value::String(text)) => *text = without_line_ends(text),
            _ => {}
        }
    }
    leave_null_out(object);
    if let Some(keys) = keys_of_choices(object) {
        object.retain(|key, _| key != "oneOf");
        object.insert("type".to_owned(), "object".into());
        object.insert("properties".to_owned(), keys.into());
        object.insert("additionalProperties".to_owned(), false.into());
        object.insert("minProperties".to_owned(), 1.into());
        object.insert("maxProperties".to_owned(), 1.into());
    }
}

/// The line ends of a comment in the sources mean nothing; its paragraphs stay.
fn without_line_ends(text: &str) -> String {
    let paragraphs = text.split("\n\n").map(|paragraph| paragraph.replace('\n', " "));
    paragraphs.collect::<Vec<_>>().join("\n\n")
}

/// Takes `null` out of what a value can be.
fn leave_null_out(object: &mut Map<String, Value>) {
    object.retain(|key, value| key != "default" || !value.is_null());
    if let Some(Value::Array(types)) = object.get_mut("type") {
        types.retain(|one| one != "null");
        if let [only] = &types[..] {
            let only = only.clone();
            object.insert("type".to_owned(), only);
        }
    }
    let Some(Value::Array(choices)) = object.get_mut("anyOf") else { return };
    choices.retain(|choice| choice["type"] != "null");
    if let [Value::Object(only)] = &choices[..] {
        let only = only.clone();
        object.retain(|key, _| key != "anyOf");
        for (key, value) in only {
            object.entry(key).or_insert(value);
        }
    }
}

/// The keys of an object that must have exactly one of them, where a schema says it by a list of
/// objects with one key each.
fn keys_of_choices(object: &Map<String, Value>) -> Option<Map<String, Value>> {
    let choices = object.get("oneOf")?.as_array()?;
    let mut keys = Map::new();
    for choice in choices {
        let properties = choice.get("properties")?.as_object()?;
        let mut properties = properties.iter();
        let ((name, inner), None) = (properties.next()?, properties.next()) else { return None };
        let mut inner = inner.clone();
        if let (Some(about), Some(inner)) = (choice.get("description"), inner.as_object_mut()) {
            inner.insert("description".to_owned(), about.clone());
        }
        keys.insert(name.clone(), inner);
    }
    Some(keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tidied(mut schema: Value) -> Value {
        tidy(&mut schema);
        schema
    }

    #[test]
    fn null_is_left_out_wherever_it_may_stand() {
        let schema = json!({ "type": "object", "properties": {
            "a": { "type": ["string", "null"], "default": null },
            "b": { "description": "B.", "default": null,
                   "anyOf": [{ "$ref": "#/$defs/B" }, { "type": "null" }] },
            "c": { "anyOf": [{ "type": "string" }, { "type": "array" }, { "type": "null" }] },
            "d": { "default": 1, "type": ["string", "number"] },
        }});
        let expected = json!({ "type": "object", "properties": {
            "a": { "type": "string" },
            "b": { "description": "B.", "$ref": "#/$defs/B" },
            "c": { "anyOf": [{ "type": "string" }, { "type": "array" }] },
            "d": { "default": 1, "type": ["string", "number"] },
        }});
        assert_eq!(tidied(schema), expected);
    }

    #[test]
    fn objects_of_one_key_become_the_keys_of_one_object() {
        let one = |name: &str| {
            json!({ "type": "object", "properties": { name: { "$ref": "#/$defs/X" } },
                    "required": [name], "additionalProperties": false, "description": name })
        };
        let expected = json!({
            "type": "object", "additionalProperties": false, "minProperties": 1, "maxProperties": 1,
            "properties": { "a": { "$ref": "#/$defs/X", "description": "a" },
                            "b": { "$ref": "#/$defs/X", "description": "b" } },
        });
        assert_eq!(tidied(json!({ "oneOf": [one("a"), one("b")] })), expected);
        let names = json!({ "oneOf": [{ "const": "a" }, { "const": "b" }] });
        assert_eq!(tidied(names.clone()), names);
    }

    #[test]
    fn a_description_keeps_its_paragraphs_and_nothing_else() {
        let schema = json!({ "description": "One\nline.\n\nAnother\nline." });
        assert_eq!(tidied(schema)["description"], "One line.\n\nAnother line.");
    }
}
