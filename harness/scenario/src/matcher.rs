//! What an expectation says of one value.

use invite_spec::permission::{Permission, PermissionSet};
use invite_trace::JsonType;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de};
use serde_json::Value;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

/// What must hold of a value. A plain YAML scalar stands for `equals`.
///
/// Texts may hold `${...}` references. All conditions that are given must hold.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Matcher {
    /// What is said in full; a scalar sets `equals` alone.
    pub conditions: Conditions,
}

/// The conditions of a [`Matcher`].
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub struct Conditions {
    /// It is this value.
    #[serde(default)]
    pub equals: Option<Value>,
    /// It is another value than this.
    #[serde(default)]
    pub differs_from: Option<Value>,
    /// It is one of these values.
    #[serde(default)]
    pub one_of: Option<Vec<Value>>,
    /// It is this text, whatever the case of its letters.
    #[serde(default)]
    pub equals_ignoring_case: Option<String>,
    /// It is of this type.
    #[serde(default, rename = "type")]
    pub kind: Option<JsonType>,
    /// It is there and not null (`true`), or absent or null (`false`).
    #[serde(default)]
    pub present: Option<bool>,
    /// It is an object with exactly these keys.
    #[serde(default)]
    pub keys: Option<Vec<String>>,
    /// It is an object with at least these keys.
    #[serde(default)]
    pub has_keys: Option<Vec<String>>,
    /// It is an object with none of these keys.
    #[serde(default)]
    pub lacks_keys: Option<Vec<String>>,
    /// It is an array or an object with this many members.
    #[serde(default)]
    pub length: Option<u64>,
    /// It is a number of at least this.
    #[serde(default)]
    pub at_least: Option<f64>,
    /// It is a number of at most this.
    #[serde(default)]
    pub at_most: Option<f64>,
    /// It is a text that contains this.
    #[serde(default)]
    pub contains_text: Option<String>,
    /// It is a text in the form of a UUID (`true`), or anything else (`false`).
    #[serde(default)]
    pub uuid: Option<bool>,
    /// It is an array, and one of its elements fits all of these, each by JSON Pointer.
    #[serde(default)]
    pub some: Option<BTreeMap<String, Matcher>>,
    /// It is an array, and none of its elements fits all of these.
    #[serde(default)]
    pub none: Option<BTreeMap<String, Matcher>>,
    /// It is an array or object, and each of its members fits this.
    #[serde(default)]
    pub each: Option<Box<Matcher>>,
    /// It is an object that names this person: by external id or by user id.
    #[serde(default)]
    pub person: Option<String>,
    /// It is a conference access token with exactly these permissions.
    #[serde(default)]
    pub permissions: Option<Permissions>,
    /// It is a conference access token with none but these permissions.
    #[serde(default)]
    pub permissions_within: Option<Permissions>,
    /// It is a conference access token with at least these permissions.
    #[serde(default)]
    pub permissions_include: Option<Permissions>,
    /// It is a JWT whose claims fit these, each by JSON Pointer.
    #[serde(default)]
    pub claims: Option<BTreeMap<String, Matcher>>,
    /// It is a list of words joined by commas, as in a header, that names all of these, whatever the
    /// case of their letters.
    #[serde(default)]
    pub lists: Option<Vec<String>>,
    /// It is a JWT that expires at most so many seconds after it was received, as far as two clocks
    /// can agree.
    #[serde(default)]
    pub expires_within: Option<u64>,
    /// It is a JWT that expires at least so many seconds after it was received, likewise.
    #[serde(default)]
    pub expires_after: Option<u64>,
    /// It fits at least one of these.
    #[serde(default)]
    pub any_of: Option<Vec<Matcher>>,
}

impl Matcher {
    /// The matcher that wants exactly this value.
    pub fn equal_to(value: impl Into<Value>) -> Matcher {
        Matcher { conditions: Conditions { equals: Some(value.into()), ..Conditions::default() } }
    }

    /// Whether it accepts a value that is not there.
    pub fn accepts_absence(&self) -> bool {
        self.conditions.present == Some(false)
            || self.conditions.any_of.iter().flatten().any(Matcher::accepts_absence)
    }
}

macro_rules! conditions {
    ($($name:ident $field:ident $text:literal,)+) => {
        /// One condition of a [`Matcher`].
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Condition {
            /// None: such a matcher accepts everything.
            Nothing,
            /// The claim of a JWT at this JSON Pointer fits.
            Claim(String),
            $(#[doc = concat!("The one that is spelled `", $text, "`.")] $name,)+
        }

        impl Matcher {
            /// Each condition, with the matcher that demands it and nothing else.
            pub fn split(&self) -> Vec<(Condition, Matcher)> {
                let mut all = Vec::new();
                $(if self.conditions.$field.is_some() {
                    let $field = self.conditions.$field.clone();
                    let conditions = Conditions { $field, ..Conditions::default() };
                    all.push((Condition::$name, Matcher { conditions }));
                })+
                for (pointer, matcher) in self.conditions.claims.iter().flatten() {
                    let claims = Some(BTreeMap::from([(pointer.clone(), matcher.clone())]));
                    let conditions = Conditions { claims, ..Conditions::default() };
                    all.push((Condition::Claim(pointer.clone()), Matcher { conditions }));
                }
                if all.is_empty() {
                    all.push((Condition::Nothing, self.clone()));
                }
                all
            }
        }

        /// As a scenario spells it.
        impl fmt::Display for Condition {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    Condition::Nothing => f.write_str("nothing"),
                    Condition::Claim(pointer) => write!(f, "claims {pointer}"),
                    $(Condition::$name => f.write_str($text),)+
                }
            }
        }
    };
}

conditions! {
    Equals equals "equals",
    DiffersFrom differs_from "differs_from",
    OneOf one_of "one_of",
    EqualsIgnoringCase equals_ignoring_case "equals_ignoring_case",
    Type kind "type",
    Present present "present",
    Keys keys "keys",
    HasKeys has_keys "has_keys",
    LacksKeys lacks_keys "lacks_keys",
    Length length "length",
    AtLeast at_least "at_least",
    AtMost at_most "at_most",
    ContainsText contains_text "contains_text",
    Uuid uuid "uuid",
    Some some "some",
    None none "none",
    Each each "each",
    Person person "person",
    Permissions permissions "permissions",
    PermissionsWithin permissions_within "permissions_within",
    PermissionsInclude permissions_include "permissions_include",
    Lists lists "lists",
    ExpiresWithin expires_within "expires_within",
    ExpiresAfter expires_after "expires_after",
    AnyOf any_of "any_of",
}

impl<'de> Deserialize<'de> for Matcher {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Matcher;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a scalar that the value must equal, or a map of conditions")
            }
            fn visit_bool<E: de::Error>(self, value: bool) -> Result<Matcher, E> {
                Ok(Matcher::equal_to(value))
            }
            fn visit_i64<E: de::Error>(self, value: i64) -> Result<Matcher, E> {
                Ok(Matcher::equal_to(value))
            }
            fn visit_u64<E: de::Error>(self, value: u64) -> Result<Matcher, E> {
                Ok(Matcher::equal_to(value))
            }
            fn visit_f64<E: de::Error>(self, value: f64) -> Result<Matcher, E> {
                Ok(Matcher::equal_to(value))
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Matcher, E> {
                Ok(Matcher::equal_to(text))
            }
            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Matcher, A::Error> {
                Conditions::deserialize(de::value::MapAccessDeserializer::new(map))
                    .map(|conditions| Matcher { conditions })
            }
        }
        from.deserialize_any(Visitor)
    }
}

impl JsonSchema for Matcher {
    fn schema_name() -> Cow<'static, str> {
        "Matcher".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let conditions = generator.subschema_for::<Conditions>();
        json_schema!({
            "description": "A scalar that the value must equal, or conditions that it must fulfil.",
            "anyOf": [{ "type": ["string", "number", "boolean"] }, conditions],
        })
    }
}

/// A set of permissions: `all`, `default`, or a list of names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Permissions {
    /// All twelve.
    All,
    /// The nine of an invitation that names none.
    Default,
    /// These.
    These(PermissionSet),
}

impl Permissions {
    /// The set.
    pub fn set(&self) -> PermissionSet {
        match self {
            Permissions::All => Permission::ALL.into_iter().collect(),
            Permissions::Default => Permission::DEFAULT.into_iter().collect(),
            Permissions::These(set) => set.clone(),
        }
    }
}

impl<'de> Deserialize<'de> for Permissions {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Permissions;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`all`, `default` or a list of permission names")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Permissions, E> {
                match text {
                    "all" => Ok(Permissions::All),
                    "default" => Ok(Permissions::Default),
                    other => Err(E::invalid_value(de::Unexpected::Str(other), &self)),
                }
            }
            fn visit_seq<A: de::SeqAccess<'de>>(self, seq: A) -> Result<Permissions, A::Error> {
                PermissionSet::deserialize(de::value::SeqAccessDeserializer::new(seq))
                    .map(Permissions::These)
            }
        }
        from.deserialize_any(Visitor)
    }
}

impl JsonSchema for Permissions {
    fn schema_name() -> Cow<'static, str> {
        "Permissions".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let permission = generator.subschema_for::<Permission>();
        json_schema!({
            "description": "All twelve, the nine default ones, or these.",
            "anyOf": [
                { "description": "All twelve.", "type": "string", "const": "all" },
                {
                    "description": "The nine of an invitation that names none.",
                    "type": "string",
                    "const": "default",
                },
                { "type": "array", "items": permission },
            ],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Matcher {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn a_matcher_is_split_into_its_conditions() {
        let names = |text: &str| {
            let all = read(text).split().into_iter();
            all.map(|(condition, _)| condition.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(names("7"), ["equals"]);
        assert_eq!(names("{}"), ["nothing"]);
        let all = names(r#"{"type": "string", "claims": {"/a": 1, "/b": 2}}"#);
        assert_eq!(all, ["type", "claims /a", "claims /b"]);
    }

    // One that is added later must be added to the list above, too.
    #[test]
    fn no_condition_is_missing() {
        let schema = schemars::schema_for!(Conditions);
        let fields = schema.get("properties").and_then(Value::as_object).unwrap();
        for (name, _) in fields {
            let value = match name.as_str() {
                "one_of" | "keys" | "has_keys" | "lacks_keys" | "lists" | "any_of" => "[]",
                "some" | "none" => "{}",
                "claims" => r#"{"/exp": 1}"#,
                "type" => r#""string""#,
                "present" | "uuid" => "true",
                "permissions" | "permissions_within" | "permissions_include" => r#""all""#,
                "equals_ignoring_case" | "contains_text" | "person" => r#""x""#,
                _ => "1",
            };
            let [(condition, _)] = &read(&format!(r#"{{"{name}": {value}}}"#)).split()[..] else {
                panic!("{name}");
            };
            assert!(condition.to_string().starts_with(name.as_str()), "{name}: {condition}");
        }
    }
}
