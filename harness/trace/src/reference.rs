//! `${...}` in a scenario, and what it stands for.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fmt;

/// One reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reference {
    /// `${bob.user}`, or of each member of a group: `${crowd*}`, `${crowd*.user}`.
    Person {
        /// The person or group.
        name: String,
        /// What of it; the external id when left out.
        field: Option<String>,
        /// Whether each member of the group is meant.
        each: bool,
    },
    /// `${room}`: a person's external id, or a kept value.
    Name(String),
    /// `${alias:room}`: an alias of this scenario in this run; `${alias:room:250}`: one of so many
    /// characters.
    Alias {
        /// What it ends with.
        name: String,
        /// How many characters it shall have.
        length: Option<usize>,
    },
    /// `${filler:100}`: so many letters; `${filler:100:é}`: this text, so many times.
    Filler {
        /// How many.
        count: usize,
        /// What is repeated.
        of: String,
    },
}

/// What a filler consists of, if nothing else is said.
const LETTER: &str = "x";

impl Reference {
    fn parse(inner: &str) -> Reference {
        if let Some(rest) = inner.strip_prefix("alias:") {
            let (name, length) = match rest.split_once(':') {
                Some((name, length)) => (name, length.parse().ok()),
                None => (rest, None),
            };
            return Reference::Alias { name: name.to_owned(), length };
        }
        if let Some(rest) = inner.strip_prefix("filler:") {
            let (count, of) = rest.split_once(':').unwrap_or((rest, LETTER));
            if let Ok(count) = count.parse() {
                return Reference::Filler { count, of: of.to_owned() };
            }
        }
        if inner == "second.api_token" {
            return Reference::Name(inner.to_owned());
        }
        let (name, field) = match inner.split_once('.') {
            Some((name, field)) => (name, Some(field.to_owned())),
            None => (inner, None),
        };
        match name.strip_suffix('*') {
            Some(group) => Reference::Person { name: group.to_owned(), field, each: true },
            None if field.is_none() => Reference::Name(name.to_owned()),
            None => Reference::Person { name: name.to_owned(), field, each: false },
        }
    }

    /// The key under which its value is bound.
    fn key(&self) -> String {
        match self {
            Reference::Person { name, field: Some(field), .. } => format!("{name}.{field}"),
            Reference::Person { name, field: None, .. } | Reference::Name(name) => name.clone(),
            Reference::Alias { name, length: None } => format!("alias:{name}"),
            Reference::Alias { name, length: Some(length) } => format!("alias:{name}:{length}"),
            Reference::Filler { count, of } if of == LETTER => format!("filler:{count}"),
            Reference::Filler { count, of } => format!("filler:{count}:{of}"),
        }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reference::Person { name, field, each: true } => {
                write!(f, "{name}*")?;
                field.as_ref().map_or(Ok(()), |field| write!(f, ".{field}"))
            }
            other => f.write_str(&other.key()),
        }
    }
}

/// A piece of a text: as it is, or a reference.
enum Piece<'t> {
    Plain(&'t str),
    Reference(Reference),
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        let Some(length) = rest[start..].find('}') else { break };
        if start > 0 {
            found.push(Piece::Plain(&rest[..start]));
        }
        found.push(Piece::Reference(Reference::parse(&rest[start + 2..start + length])));
        rest = &rest[start + length + 1..];
    }
    if !rest.is_empty() {
        found.push(Piece::Plain(rest));
    }
    found
}

/// Every reference of a text.
pub fn all(text: &str) -> Vec<Reference> {
    pieces(text)
        .into_iter()
        .filter_map(|piece| match piece {
            Piece::Reference(reference) => Some(reference),
            Piece::Plain(_) => None,
        })
        .collect()
}

/// What the references of one scenario stand for, in one run. Tokens stand here by pseudonym.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Bindings {
    /// Values by name.
    pub values: BTreeMap<String, Value>,
    /// The members of groups.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub groups: BTreeMap<String, Vec<String>>,
    /// What an alias of this scenario begins with.
    pub alias_prefix: String,
}

/// A reference that nothing is bound to (yet).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`${{{0}}}` has no value")]
pub struct Unbound(pub String);

impl Bindings {
    /// Binds a value to a name.
    pub fn bind(&mut self, name: impl Into<String>, value: impl Into<Value>) {
        self.values.insert(name.into(), value.into());
    }

    /// The text bound to a name.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.values.get(name).and_then(Value::as_str)
    }

    /// The people that a name stands for: the members of a group, or the person.
    pub fn members(&self, name: &str) -> Vec<String> {
        self.groups.get(name).cloned().unwrap_or_else(|| vec![name.to_owned()])
    }

    /// The sessions that a step's name stands for: of `crowd/phone`, that of each member of the group.
    pub fn actors(&self, who: &str) -> Vec<String> {
        match who.split_once('/') {
            None => self.members(who),
            Some((name, device)) => {
                self.members(name).into_iter().map(|member| format!("{member}/{device}")).collect()
            }
        }
    }

    fn value(&self, reference: &Reference) -> Result<Value, Unbound> {
        match reference {
            Reference::Alias { name, length } => {
                let mut alias = format!("{}-{name}", self.alias_prefix);
                let missing = length.unwrap_or(0).saturating_sub(alias.chars().count());
                alias.extend(std::iter::repeat_n('x', missing));
                Ok(alias.into())
            }
            Reference::Filler { count, of } => Ok(of.repeat(*count).into()),
            other => {
                self.values.get(&other.key()).cloned().ok_or_else(|| Unbound(other.to_string()))
            }
        }
    }

    /// A text with its references replaced; a text that is one reference takes its value's type.
    pub fn resolve_text(&self, text: &str) -> Result<Value, Unbound> {
        let pieces = pieces(text);
        if let [Piece::Reference(reference)] = &*pieces {
            return self.value(reference);
        }
        let mut resolved = String::with_capacity(text.len());
        for piece in pieces {
            match piece {
                Piece::Plain(plain) => resolved.push_str(plain),
                Piece::Reference(reference) => match self.value(&reference)? {
                    Value::String(text) => resolved.push_str(&text),
                    other => resolved.push_str(&other.to_string()),
                },
            }
        }
        Ok(Value::String(resolved))
    }

    /// The same, as text.
    pub fn resolve_string(&self, text: &str) -> Result<String, Unbound> {
        Ok(match self.resolve_text(text)? {
            Value::String(text) => text,
            other => other.to_string(),
        })
    }

    /// A value with the references in its texts replaced. An object's key or an array's element
    /// that refers to each member of a group is repeated for each.
    pub fn resolve(&self, value: &Value) -> Result<Value, Unbound> {
        match value {
            Value::String(text) => self.resolve_text(text),
            Value::Array(items) => {
                let mut resolved = Vec::with_capacity(items.len());
                for item in items {
                    match self.group_of(&item.to_string()) {
                        None => resolved.push(self.resolve(item)?),
                        Some(group) => {
                            for member in self.members(&group) {
                                resolved.push(self.for_member(&group, &member).resolve(item)?);
                            }
                        }
                    }
                }
                Ok(Value::Array(resolved))
            }
            Value::Object(fields) => {
                let mut resolved = Map::with_capacity(fields.len());
                for (key, value) in fields {
                    match self.group_of(key) {
                        None => {
                            resolved.insert(self.resolve_string(key)?, self.resolve(value)?);
                        }
                        Some(group) => {
                            for member in self.members(&group) {
                                let own = self.for_member(&group, &member);
                                resolved.insert(own.resolve_string(key)?, own.resolve(value)?);
                            }
                        }
                    }
                }
                Ok(Value::Object(resolved))
            }
            plain => Ok(plain.clone()),
        }
    }

    /// The group whose members a text is repeated for.
    fn group_of(&self, text: &str) -> Option<String> {
        all(text).into_iter().find_map(|reference| match reference {
            Reference::Person { name, each: true, .. } if self.groups.contains_key(&name) => {
                Some(name)
            }
            _ => None,
        })
    }

    /// Bindings in which the group's name stands for one member.
    fn for_member(&self, group: &str, member: &str) -> Bindings {
        let mut values = BTreeMap::new();
        let own = format!("{member}.");
        let from_member = self.values.range(member.to_owned()..);
        for (key, value) in from_member.take_while(|(key, _)| key.starts_with(member)) {
            if key == member {
                values.insert(group.to_owned(), value.clone());
            } else if let Some(field) = key.strip_prefix(&own) {
                values.insert(format!("{group}.{field}"), value.clone());
            }
        }
        Bindings { values, groups: BTreeMap::new(), alias_prefix: self.alias_prefix.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn bindings() -> Bindings {
        let mut bindings = Bindings { alias_prefix: "run".into(), ..Bindings::default() };
        bindings.bind("bob", "x-bob");
        bindings.bind("bob.user", "u-1");
        bindings.bind("count", 3);
        for n in 1..=2 {
            bindings.bind(format!("crowd-{n}"), format!("x-crowd-{n}"));
            bindings.bind(format!("crowd-{n}.name"), format!("Crowd {n}"));
        }
        bindings.groups.insert("crowd".into(), vec!["crowd-1".into(), "crowd-2".into()]);
        bindings
    }

    #[test]
    fn a_lone_reference_keeps_its_type_and_others_become_text() {
        let bindings = bindings();
        assert_eq!(bindings.resolve_text("${count}"), Ok(json!(3)));
        assert_eq!(bindings.resolve_text("${count} of ${bob.user}"), Ok(json!("3 of u-1")));
        assert_eq!(bindings.resolve_text("${alias:room}"), Ok(json!("run-room")));
        assert_eq!(bindings.resolve_text("${alias:room:10}"), Ok(json!("run-roomxx")));
        assert_eq!(bindings.resolve_text("${filler:3}"), Ok(json!("xxx")));
        assert_eq!(bindings.resolve_text("${filler:2:é}"), Ok(json!("éé")));
        assert_eq!(bindings.resolve_text("${filler:2::}"), Ok(json!("::")));
        assert_eq!(bindings.resolve_text("${carol}"), Err(Unbound("carol".into())));
        assert_eq!(bindings.resolve_text("no ${end"), Ok(json!("no ${end")));
    }

    #[test]
    fn a_name_stands_for_the_sessions_of_each_member() {
        assert_eq!(bindings().actors("bob"), ["bob"]);
        assert_eq!(bindings().actors("bob/phone"), ["bob/phone"]);
        assert_eq!(bindings().actors("crowd/phone"), ["crowd-1/phone", "crowd-2/phone"]);
    }

    #[test]
    fn a_group_is_repeated_for_each_member() {
        let body = json!({
            "participants": { "${crowd*}": { "name": "${crowd*.name}" }, "${bob}": {} },
            "list": [{ "externalId": "${crowd*}" }, "${bob}"],
        });
        assert_eq!(
            bindings().resolve(&body),
            Ok(json!({
                "participants": {
                    "x-crowd-1": { "name": "Crowd 1" },
                    "x-crowd-2": { "name": "Crowd 2" },
                    "x-bob": {},
                },
                "list": [{ "externalId": "x-crowd-1" }, { "externalId": "x-crowd-2" }, "x-bob"],
            }))
        );
    }
}
