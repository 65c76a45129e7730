//! What a matcher wants of one value.

use invite_spec::permission::PermissionSet;
use invite_text::show;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt;

/// The most keys that are listed.
const MOST_KEYS: usize = 8;

/// What a matcher wants of one value. Nested matchers are given as the scenario's reader describes
/// them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Wanted {
    /// It satisfies one of these matchers.
    AnyOf(Vec<String>),
    /// It is there, and not null.
    Present,
    /// It is absent, or null.
    Absent,
    /// It is this value.
    Equal(Value),
    /// It is another value than this.
    OtherThan(Value),
    /// It is one of these values.
    OneOf(Vec<Value>),
    /// It is this text in any case.
    IgnoringCase(String),
    /// It is of this JSON type.
    Type(JsonType),
    /// It is a text that contains this one.
    Containing(String),
    /// It is a text in the form of a UUID.
    Uuid,
    /// It is anything but a text in the form of a UUID.
    NoUuid,
    /// It is a list of words, joined by commas, with all of these.
    Listing(Vec<String>),
    /// It is an object with exactly these keys.
    ExactKeys(BTreeSet<String>),
    /// It is an object with at least these keys.
    Keys(BTreeSet<String>),
    /// It is an object with none of these keys.
    NoKeys(BTreeSet<String>),
    /// It is a number of at least this.
    AtLeast(Value),
    /// It is a number of at most this.
    AtMost(Value),
    /// It has this many members.
    Members(u64),
    /// It is an array with an element that satisfies this matcher.
    Element(String),
    /// It is an array without an element that satisfies this matcher.
    NoElement(String),
    /// It is an array or an object.
    Collection,
    /// It is an object that names this person.
    Naming(String),
    /// It is a JWT.
    Jwt,
    /// It is a token whose permissions are related to these.
    Permissions {
        /// How.
        bound: Bound,
        /// The permissions.
        set: PermissionSet,
    },
    /// It is a token that expires within this many seconds.
    ExpiresWithin(u64),
    /// It is a token that lives for at least this many seconds.
    LivesFor(u64),
}

/// The type of a JSON value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum JsonType {
    /// A string.
    String,
    /// A number.
    Number,
    /// A number without a fraction.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// An array.
    Array,
    /// An object.
    Object,
}

/// How the permissions of a token are related to a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// They are the same.
    Exactly,
    /// They are a subset.
    AtMost,
    /// They are a superset.
    AtLeast,
}

impl JsonType {
    /// Whether a value is of this type.
    pub fn fits(self, value: &Value) -> bool {
        match self {
            JsonType::String => value.is_string(),
            JsonType::Number => value.is_number(),
            JsonType::Integer => value.is_i64() || value.is_u64(),
            JsonType::Boolean => value.is_boolean(),
            JsonType::Array => value.is_array(),
            JsonType::Object => value.is_object(),
        }
    }
}

impl fmt::Display for JsonType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            JsonType::String => "a string",
            JsonType::Number => "a number",
            JsonType::Integer => "an integer",
            JsonType::Boolean => "a boolean",
            JsonType::Array => "an array",
            JsonType::Object => "an object",
        })
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Bound::Exactly => "exactly",
            Bound::AtMost => "no more than",
            Bound::AtLeast => "at least",
        })
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let one = |value: &Value| show(Some(value));
        match self {
            Wanted::AnyOf(matchers) => f.write_str(&matchers.join(", or ")),
            Wanted::Present => f.write_str("a value"),
            Wanted::Absent => f.write_str("no value"),
            Wanted::Equal(value) => f.write_str(&one(value)),
            Wanted::OtherThan(value) => write!(f, "a value other than {}", one(value)),
            Wanted::OneOf(values) => {
                let shown: Vec<String> = values.iter().map(one).collect();
                write!(f, "one of {}", shown.join(", "))
            }
            Wanted::IgnoringCase(text) => write!(f, "\"{text}\" in upper or lower case"),
            Wanted::Type(kind) => kind.fmt(f),
            Wanted::Containing(text) => write!(f, "a text that contains \"{text}\""),
            Wanted::Uuid => f.write_str("a UUID"),
            Wanted::NoUuid => f.write_str("not a UUID"),
            Wanted::Listing(words) => write!(f, "a list of {}", words.join(", ")),
            Wanted::ExactKeys(keys) => {
                write!(f, "an object with exactly the keys {}", listed(keys))
            }
            Wanted::Keys(keys) => write!(f, "an object with the keys {}", listed(keys)),
            Wanted::NoKeys(keys) => write!(f, "an object without the keys {}", listed(keys)),
            Wanted::AtLeast(least) => write!(f, "a number of at least {least}"),
            Wanted::AtMost(most) => write!(f, "a number of at most {most}"),
            Wanted::Members(1) => f.write_str("1 member"),
            Wanted::Members(count) => write!(f, "{count} members"),
            Wanted::Element(matcher) => write!(f, "an array with an element {matcher}"),
            Wanted::NoElement(matcher) => write!(f, "an array without an element {matcher}"),
            Wanted::Collection => f.write_str("an array or an object"),
            Wanted::Naming(person) => write!(f, "an object that names {person}"),
            Wanted::Jwt => f.write_str("a JWT"),
            Wanted::Permissions { bound: Bound::Exactly, set } if set.is_empty() => {
                f.write_str("a token that grants nothing")
            }
            Wanted::Permissions { bound, set } => {
                write!(f, "a token that grants {bound} {}", permissions(set))
            }
            Wanted::ExpiresWithin(seconds) => {
                write!(f, "a token that expires within {seconds} s")
            }
            Wanted::LivesFor(seconds) => write!(f, "a token that lives for {seconds} s"),
        }
    }
}

fn listed(keys: &BTreeSet<String>) -> String {
    if keys.is_empty() {
        return "none".to_owned();
    }
    let shown: Vec<&str> = keys.iter().take(MOST_KEYS).map(String::as_str).collect();
    let more = if keys.len() > MOST_KEYS { ", ..." } else { "" };
    format!("{}{more}", shown.join(", "))
}

/// Permissions by name.
pub(super) fn permissions(set: &PermissionSet) -> String {
    let names: Vec<&str> = set.iter().map(|permission| permission.as_str()).collect();
    if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
}
