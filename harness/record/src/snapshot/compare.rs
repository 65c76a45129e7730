//! How a snapshot changed, and what that breaks.

use super::Snapshot;
use invite_spec::{payload, requirement};
use invite_text::escape;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// The snapshots of a run beside those of a folder.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Compared {
    /// The folder.
    pub folder: String,
    /// How many kinds of payload were seen.
    pub kinds: usize,
    /// Whether the folder held none before.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_first: bool,
    /// Whether what differs was taken over.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_accepted: bool,
    /// Whether a difference makes the run fail.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_checked: bool,
    /// Kinds that were not there before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub new: Vec<String>,
    /// Kinds that were there before, and are no more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gone: Vec<String>,
    /// Kinds that look otherwise than before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changed: Vec<Changed>,
}

impl Compared {
    /// Compares what a run showed with what there was before, by name.
    pub fn of(taken: &[Snapshot], before: &BTreeMap<String, Value>) -> Compared {
        let mut compared =
            Compared { kinds: taken.len(), is_first: before.is_empty(), ..Compared::default() };
        for snapshot in taken {
            match before.get(&snapshot.name) {
                None => compared.new.push(snapshot.name.clone()),
                Some(old) if *old == snapshot.shape => {}
                Some(old) => compared.changed.push(Changed {
                    name: snapshot.name.clone(),
                    changes: compare(snapshot.payload, old, &snapshot.shape),
                }),
            }
        }
        let is_gone = |name: &&String| !taken.iter().any(|snapshot| snapshot.name == **name);
        compared.gone = before.keys().filter(is_gone).cloned().collect();
        compared
    }

    /// Whether anything differs from before.
    pub fn differs(&self) -> bool {
        let any = !self.new.is_empty() || !self.gone.is_empty() || !self.changed.is_empty();
        any && !self.is_first
    }

    /// Whether a difference makes the run fail, and there is one.
    pub fn fails(&self) -> bool {
        self.is_checked && !self.is_accepted && self.differs()
    }
}

/// A kind of payload that looks otherwise than before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Changed {
    /// The kind.
    pub name: String,
    /// What changed.
    pub changes: Vec<Change>,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    /// Where, as a JSON Pointer; of a list's elements, at the first.
    pub pointer: String,
    /// What.
    pub what: What,
    /// Whom it breaks.
    pub breaks: Breaks,
    /// The requirement that it touches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requirement: Option<String>,
}

/// What changed at a place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// It is there now.
    Added(Value),
    /// It is there no more.
    Removed(Value),
    /// It was always there, and is there at times.
    NowOptional,
    /// It was there at times, and is always there.
    NowAlways,
    /// It is another value, or of another type.
    Other {
        /// Before.
        before: Value,
        /// Now.
        now: Value,
    },
}

/// Whom a change breaks.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Breaks {
    /// Clients break without it.
    Clients,
    /// Clients that read it may miss it, or not take it.
    Readers,
    /// Nobody.
    Nobody,
}

/// How a kind of payload changed, from what it looked like before to what it looks like now.
/// `payload` is the one of the specification that it is.
pub fn compare(payload: Option<&str>, before: &Value, now: &Value) -> Vec<Change> {
    let schema = payload.and_then(payload::find).map(payload::Payload::schema);
    let place = Place { root: schema.as_ref(), schema: schema.as_ref(), required: false };
    let mut differ = Differ { payload, changes: Vec::new() };
    differ.value("", place, before, now);
    differ.changes
}

/// What the specification says of a place.
#[derive(Clone, Copy)]
struct Place<'s> {
    root: Option<&'s Value>,
    /// The schema there; `None` where nobody looks.
    schema: Option<&'s Value>,
    /// Whether clients break without it.
    required: bool,
}

impl<'s> Place<'s> {
    /// The place of a field of an object, or of the elements of a list.
    fn inner(self, name: &str) -> Place<'s> {
        let nowhere = Place { schema: None, required: false, ..self };
        let Some(schema) = self.schema else { return nowhere };
        for schema in self.alternatives(schema) {
            let required = schema
                .get("required")
                .and_then(Value::as_array)
                .is_some_and(|names| names.iter().any(|it| it == name));
            let found = schema
                .get("properties")
                .and_then(|properties| properties.get(name))
                .or_else(|| schema.get("items").filter(|_| name == "0"))
                .or_else(|| schema.get("additionalProperties").filter(|it| it.is_object()));
            if found.is_some() {
                return Place { schema: found, required, ..self };
            }
        }
        nowhere
    }

    /// A schema, followed to where it is written, and told out into its alternatives.
    fn alternatives(self, schema: &'s Value) -> Vec<&'s Value> {
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            let target = reference.strip_prefix('#');
            let found = target.and_then(|pointer| self.root?.pointer(pointer));
            return found.map_or_else(Vec::new, |schema| self.alternatives(schema));
        }
        let mut all = vec![schema];
        for key in ["anyOf", "oneOf", "allOf"] {
            let inner = schema.get(key).and_then(Value::as_array).into_iter().flatten();
            all.extend(inner.flat_map(|schema| self.alternatives(schema)));
        }
        all
    }
}

struct Differ<'d> {
    payload: Option<&'d str>,
    changes: Vec<Change>,
}

impl Differ<'_> {
    fn value(&mut self, pointer: &str, place: Place<'_>, before: &Value, now: &Value) {
        match (before, now) {
            (Value::Object(before), Value::Object(now)) => {
                let (before, now) = (fields(before), fields(now));
                for (name, (value, optional)) in &before {
                    let inner = format!("{pointer}/{}", escape(name));
                    let there = place.inner(name);
                    match now.get(name) {
                        None => self.note(&inner, there, What::Removed((*value).clone())),
                        Some((other, now_optional)) => {
                            match (optional, now_optional) {
                                (false, true) => self.note(&inner, there, What::NowOptional),
                                (true, false) => self.note(&inner, there, What::NowAlways),
                                _ => {}
                            }
                            self.value(&inner, there, value, other);
                        }
                    }
                }
                for (name, (value, _)) in now.iter().filter(|(name, _)| !before.contains_key(*name))
                {
                    let inner = format!("{pointer}/{}", escape(name));
                    self.note(&inner, place.inner(name), What::Added((*value).clone()));
                }
            }
            (Value::Array(before), Value::Array(now)) if before.len() == 1 && now.len() == 1 => {
                self.value(&format!("{pointer}/0"), place.inner("0"), &before[0], &now[0]);
            }
            _ if before == now => {}
            _ => {
                let what = What::Other { before: before.clone(), now: now.clone() };
                self.note(pointer, place, what);
            }
        }
    }

    fn note(&mut self, pointer: &str, place: Place<'_>, what: What) {
        let is_read = place.schema.is_some();
        let breaks = match &what {
            What::Removed(_) | What::NowOptional if place.required => Breaks::Clients,
            What::Removed(_) | What::NowOptional | What::Other { .. } if is_read => Breaks::Readers,
            _ => Breaks::Nobody,
        };
        let requirement = self.payload.filter(|_| is_read).and_then(|payload| {
            requirement::of_field(payload, pointer).or_else(|| requirement::general(payload))
        });
        let requirement = requirement.map(|id| id.to_string());
        self.changes.push(Change { pointer: pointer.to_owned(), what, breaks, requirement });
    }
}

/// The fields of an object by their bare names, each with whether it is there only at times.
fn fields(object: &serde_json::Map<String, Value>) -> BTreeMap<&str, (&Value, bool)> {
    let bare = object.iter().map(|(name, value)| match name.strip_suffix('?') {
        Some(bare) => (bare, (value, true)),
        None => (name.as_str(), (value, false)),
    });
    bare.collect()
}

impl Change {
    /// The change in words.
    pub fn words(&self) -> String {
        let place = if self.pointer.is_empty() { "the whole" } else { &self.pointer };
        let what = match &self.what {
            What::Added(value) => format!("is new: {}", short(value)),
            What::Removed(value) => format!("is gone: it was {}", short(value)),
            What::NowOptional => "is not always there any more".to_owned(),
            What::NowAlways => "is always there now".to_owned(),
            What::Other { before, now } => {
                format!("is {}, and was {}", short(now), short(before))
            }
        };
        let requirement = self.requirement.as_ref().map_or(String::new(), |id| format!(" ({id})"));
        let breaks = match (self.breaks, &self.what) {
            (Breaks::Clients, _) => "clients break without it",
            (Breaks::Readers, What::Other { .. }) => "clients read it: see whether they take it",
            (Breaks::Readers, _) => "clients that read it miss it",
            (Breaks::Nobody, What::Added(_)) if self.requirement.is_none() => "clients ignore it",
            (Breaks::Nobody, _) if self.requirement.is_none() => "no client reads it",
            (Breaks::Nobody, _) => "breaks nobody",
        };
        format!("{place} {what}; {breaks}{requirement}")
    }
}

fn short(value: &Value) -> String {
    invite_text::show(Some(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn words(payload: &str, before: &Value, now: &Value) -> Vec<String> {
        compare(Some(payload), before, now).iter().map(Change::words).collect()
    }

    #[test]
    fn a_change_says_where_what_and_whom_it_breaks() {
        let before = json!({
            "conferenceId": "[conference-id]",
            "extra": 1,
            "metadata": {},
            "participants": [{ "name?": "[name]", "participant_id": "[user-id]", "status": "ON_AIR" }]
        });
        let now = json!({
            "conferenceId?": "[conference-id]",
            "more/": true,
            "participants": [{ "name": "[name]", "status": "CONNECTED" }]
        });
        assert_eq!(
            words("sdk-join-answer", &before, &now),
            [
                "/conferenceId is not always there any more; clients that read it miss it (WIRE-004)",
                "/extra is gone: it was 1; no client reads it",
                "/metadata is gone: it was {}; clients break without it (JOIN-003)",
                "/participants/0/name is always there now; breaks nobody (WIRE-004)",
                "/participants/0/participant_id is gone: it was \"[user-id]\"; clients break without it (WIRE-004)",
                "/participants/0/status is \"CONNECTED\", and was \"ON_AIR\"; clients read it: see whether they take it (WIRE-004)",
                "/more~1 is new: true; clients ignore it",
            ]
        );
    }

    #[test]
    fn what_is_equal_has_no_changes() {
        let value = json!({ "a?": ["x | y"], "[external-id]": "[token]" });
        assert_eq!(compare(None, &value, &value), []);
        assert_eq!(compare(Some("rest-invite-answer"), &value, &value), []);
    }

    #[test]
    fn another_type_is_one_change() {
        let (before, now) = (json!({ "a": { "b": 1 } }), json!({ "a": [] }));
        assert_eq!(compare(None, &before, &now).len(), 1);
    }
}
