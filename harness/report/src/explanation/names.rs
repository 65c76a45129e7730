//! Ids and tokens by the names that the scenario gives them: `${room}` reads better than a UUID.

use invite_trace::reference::Bindings;
use serde_json::Value;
use std::collections::BTreeMap;

/// Shorter values stand for too many things.
const SHORTEST: usize = 6;

/// What to call the values of one trace.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// Value and name; the longest value first, since one may contain another.
    known: Vec<(String, String)>,
}

impl Names {
    /// The names that a scenario's references give.
    pub fn of(bindings: &Bindings) -> Names {
        let mut by_value: BTreeMap<&str, &str> = BTreeMap::new();
        let mut add = |name| {
            let value = bindings.text(name).filter(|value| value.len() >= SHORTEST);
            if let Some(value) = value {
                by_value.entry(value).or_insert(name);
            }
        };
        // A name of the scenario's own is better than a person's field.
        let (own, fields): (Vec<&str>, Vec<&str>) =
            bindings.values.keys().map(String::as_str).partition(|name| !name.contains('.'));
        own.into_iter().filter(|name| !["host", "origin"].contains(name)).for_each(&mut add);
        let (called, fields): (Vec<&str>, Vec<&str>) =
            fields.into_iter().partition(|name| name.ends_with(".name"));
        fields.into_iter().chain(called).for_each(&mut add);
        let mut known: Vec<(String, String)> = by_value
            .into_iter()
            .map(|(value, name)| (value.to_owned(), format!("${{{name}}}")))
            .collect();
        known.sort_by_key(|(value, _)| std::cmp::Reverse(value.len()));
        Names { known }
    }

    /// A text with the values in it replaced by their names.
    pub fn text(&self, text: &str) -> String {
        let mut named = text.to_owned();
        for (value, name) in &self.known {
            if named.contains(value.as_str()) {
                named = named.replace(value.as_str(), name);
            }
        }
        named
    }

    /// The person whom an id means, as the scenario calls them.
    pub(super) fn person(&self, id: &str) -> String {
        let named = self.text(id);
        let name = named.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
        name.map_or(named.clone(), |name| name.trim_end_matches(".user").to_owned())
    }

    /// A value with each text in it so named.
    pub fn value(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.text(text)),
            Value::Array(items) => items.iter().map(|item| self.value(item)).collect(),
            Value::Object(fields) => Value::Object(
                fields.iter().map(|(key, value)| (self.text(key), self.value(value))).collect(),
            ),
            plain => plain.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_take_the_shortest_way_back_to_their_names() {
        let mut bindings = Bindings::default();
        bindings.bind("bob", "run-scenario-bob");
        bindings.bind("bobby", "run-scenario-bobby");
        bindings.bind("bob.user", "user-0001");
        bindings.bind("tiny", "abc");
        bindings.bind("bob.name", "Bob-the-person");
        let names = Names::of(&bindings);
        assert_eq!(
            names.value(&json!({ "run-scenario-bobby": ["run-scenario-bob", "user-0001", 7] })),
            json!({ "${bobby}": ["${bob}", "${bob.user}", 7] })
        );
        assert_eq!(names.text("abc Bob-the-person"), "abc ${bob.name}");
    }
}
