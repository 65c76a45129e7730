//! The types of JSON values, and sets of them.

use serde_json::Value;

/// The type of a JSON value. Integers are numbers: JSON Schema distinguishes them by value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    Null,
    Boolean,
    Number,
    String,
    Array,
    Object,
}

impl Type {
    pub(super) const ALL: [Type; 6] =
        [Type::String, Type::Number, Type::Boolean, Type::Object, Type::Array, Type::Null];

    pub(super) fn of(value: &Value) -> Type {
        match value {
            Value::Null => Type::Null,
            Value::Bool(_) => Type::Boolean,
            Value::Number(_) => Type::Number,
            Value::String(_) => Type::String,
            Value::Array(_) => Type::Array,
            Value::Object(_) => Type::Object,
        }
    }

    /// The type of this name in JSON Schema.
    pub(super) fn named(name: &str) -> Option<Type> {
        if name == "integer" {
            return Some(Type::Number);
        }
        Type::ALL.into_iter().find(|kind| kind.name() == name)
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Type::Null => "null",
            Type::Boolean => "boolean",
            Type::Number => "number",
            Type::String => "string",
            Type::Array => "array",
            Type::Object => "object",
        }
    }
}

/// A set of types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Types(u8);

impl Types {
    pub(super) const ALL: Types = Types(0b11_1111);

    pub(super) fn contains(self, kind: Type) -> bool {
        self.0 & (1 << kind as u8) != 0
    }

    pub(super) fn both(self, other: Types) -> Types {
        Types(self.0 & other.0)
    }
}

impl FromIterator<Type> for Types {
    fn from_iter<I: IntoIterator<Item = Type>>(kinds: I) -> Types {
        kinds.into_iter().fold(Types::default(), |set, kind| Types(set.0 | 1 << kind as u8))
    }
}
