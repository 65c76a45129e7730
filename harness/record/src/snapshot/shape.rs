//! What all payloads of a kind have in common, and where they differ.

use super::names::Names;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// More texts than this at one place are not told one by one.
const TEXTS: usize = 8;
/// More numbers than this at one place are not told one by one.
const NUMBERS: usize = 4;

/// The fields that say how long something lasts: by the clock, so now and then a second less.
const DURATIONS: [&str; 2] = ["expires_in", "expiresIn"];

/// What stands at one place of the payloads of one kind.
#[derive(Debug, Default)]
pub(super) struct Shape {
    is_null: bool,
    booleans: BTreeSet<bool>,
    numbers: BTreeSet<String>,
    texts: BTreeSet<String>,
    object: Option<Object>,
    /// What lists hold; `None` within if they never held anything.
    list: Option<Option<Box<Shape>>>,
}

/// Objects at one place.
#[derive(Debug, Default)]
struct Object {
    seen: usize,
    fields: BTreeMap<String, Field>,
    /// Fields whose names are ids: a map, by what the ids are.
    entries: BTreeMap<String, Shape>,
}

#[derive(Debug, Default)]
struct Field {
    seen: usize,
    shape: Shape,
}

/// The fields that hold an id, whatever it looks like, or what a client says of itself.
const KNOWN: [(&str, &str); 8] = [
    ("amu", "[id]"),
    ("confId", "[conference-id]"),
    ("conferenceId", "[conference-id]"),
    ("participantId", "[user-id]"),
    ("participant_id", "[user-id]"),
    ("userAgent", "[user-agent]"),
    ("userId", "[user-id]"),
    ("user_id", "[user-id]"),
];

/// Alternatives that are longer than this stand one to a line.
const LINE: usize = 60;

/// The placeholder for a field that is known by its name.
fn by_name(key: &str, value: &Value) -> Option<&'static str> {
    match value {
        Value::Number(_) => DURATIONS.contains(&key).then_some("[seconds]"),
        Value::String(text) if !text.is_empty() => {
            KNOWN.iter().find(|(name, _)| *name == key).map(|(_, placeholder)| *placeholder)
        }
        _ => None,
    }
}

impl Shape {
    /// Takes one more value into account.
    pub(super) fn add(&mut self, value: &Value, names: &Names<'_>) {
        match value {
            Value::Null => self.is_null = true,
            Value::Bool(is) => {
                self.booleans.insert(*is);
            }
            Value::Number(number) => {
                let time = names.is_time(number);
                self.numbers.insert(if time { "[time]".into() } else { number.to_string() });
            }
            Value::String(text) => self.add_text(names.text(text)),
            Value::Array(items) => {
                let list = self.list.get_or_insert_default();
                for item in items {
                    list.get_or_insert_default().add(item, names);
                }
            }
            Value::Object(fields) => {
                let object = self.object.get_or_insert_default();
                object.seen += 1;
                for (key, value) in fields {
                    if names.is_entry(key) {
                        object.entries.entry(names.text(key)).or_default().add(value, names);
                        continue;
                    }
                    let field = object.fields.entry(key.clone()).or_default();
                    field.seen += 1;
                    match by_name(key, value) {
                        Some(placeholder) => field.shape.add_text(placeholder.to_owned()),
                        None => field.shape.add(value, names),
                    }
                }
            }
        }
    }

    /// Takes a text into account that stands for itself, or for what differs from run to run.
    pub(super) fn add_text(&mut self, text: String) {
        self.texts.insert(text);
    }

    /// The shape as JSON. `"name?"` is a field that is not always there, `"a | b"` one of several,
    /// `"[id]"` what differs from run to run; a list shows what its elements have in common.
    pub(super) fn show(&self) -> Value {
        let mut scalars: Vec<Value> = Vec::new();
        if self.is_null {
            scalars.push(Value::Null);
        }
        scalars.extend(self.booleans.iter().map(|is| Value::Bool(*is)));
        scalars.extend(few(&self.numbers, NUMBERS, "[number]").into_iter().map(|number| {
            let is_number = number.parse::<serde_json::Number>();
            is_number.map_or_else(|_| Value::from(number), Value::Number)
        }));
        scalars.extend(few(&self.texts, TEXTS, "[text]").into_iter().map(Value::from));
        let mut all = Vec::new();
        let words = scalars.iter().map(word).collect::<Vec<_>>().join(" | ");
        if scalars.len() < 2 || words.len() > LINE {
            all.append(&mut scalars);
        } else {
            all.push(Value::from(words));
        }
        all.extend(self.object.as_ref().map(Object::show));
        let list = self.list.as_ref();
        all.extend(list.map(|items| Value::from_iter(items.as_ref().map(|shape| shape.show()))));
        match all.len() {
            1 => all.remove(0),
            _ => Value::Object(Map::from_iter([("any of".to_owned(), Value::Array(all))])),
        }
    }
}

impl Object {
    fn show(&self) -> Value {
        let fields = self.fields.iter().map(|(key, field)| {
            let mark = if field.seen < self.seen { "?" } else { "" };
            (format!("{key}{mark}"), field.shape.show())
        });
        let entries = self.entries.iter().map(|(key, shape)| (key.clone(), shape.show()));
        Value::Object(fields.chain(entries).collect())
    }
}

/// The members of a set, or one word for them if they are too many.
fn few(members: &BTreeSet<String>, most: usize, word: &str) -> Vec<String> {
    if members.len() <= most {
        return members.iter().cloned().collect();
    }
    let is_placeholder = |text: &&String| text.starts_with('[') && text.ends_with(']');
    let mut few: BTreeSet<String> = members.iter().filter(is_placeholder).cloned().collect();
    few.insert(word.to_owned());
    few.into_iter().collect()
}

/// A value as one of several in a text: what could be taken for something else stands in quotes.
fn word(value: &Value) -> String {
    match value {
        Value::String(text) if text.is_empty() || serde_json::from_str::<Value>(text).is_ok() => {
            format!("'{text}'")
        }
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
