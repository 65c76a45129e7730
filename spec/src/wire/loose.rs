//! Values that the real clients spell in more than one way.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::borrow::Cow;
use std::fmt;

/// A boolean that the Web SDK sends as `"true"` or `"false"` by default, and as a real boolean if
/// the application gave one. Reads both, writes a boolean (WIRE-009).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LooseBool(pub bool);

impl Serialize for LooseBool {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_bool(self.0)
    }
}

impl<'de> Deserialize<'de> for LooseBool {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = LooseBool;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("true, false, \"true\" or \"false\"")
            }
            fn visit_bool<E: de::Error>(self, value: bool) -> Result<LooseBool, E> {
                Ok(LooseBool(value))
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<LooseBool, E> {
                match text {
                    "true" => Ok(LooseBool(true)),
                    "false" => Ok(LooseBool(false)),
                    other => Err(E::invalid_value(de::Unexpected::Str(other), &self)),
                }
            }
        }
        from.deserialize_any(Visitor)
    }
}

impl JsonSchema for LooseBool {
    fn schema_name() -> Cow<'static, str> {
        "LooseBool".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        if generator.contract().is_serialize() {
            return json_schema!({ "type": "boolean" });
        }
        json_schema!({
            "description": "A boolean, or the word for it as a string.",
            "enum": [true, false, "true", "false"],
        })
    }
}

/// A number of seconds that some clients send as an integer and others as a string of digits. Reads
/// both, writes an integer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LooseSeconds(pub u64);

/// The largest readable number of seconds: nine digits, over 31 years.
const MOST_SECONDS: u64 = 999_999_999;

impl Serialize for LooseSeconds {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u64(self.0)
    }
}

impl<'de> Deserialize<'de> for LooseSeconds {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = LooseSeconds;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number of seconds of at most nine digits, or a string of it")
            }
            fn visit_u64<E: de::Error>(self, value: u64) -> Result<LooseSeconds, E> {
                if value > MOST_SECONDS {
                    return Err(E::invalid_value(de::Unexpected::Unsigned(value), &self));
                }
                Ok(LooseSeconds(value))
            }
            fn visit_i64<E: de::Error>(self, value: i64) -> Result<LooseSeconds, E> {
                u64::try_from(value)
                    .map_err(|_| E::invalid_value(de::Unexpected::Signed(value), &self))
                    .and_then(|value| self.visit_u64(value))
            }
            fn visit_f64<E: de::Error>(self, value: f64) -> Result<LooseSeconds, E> {
                // JSON has one kind of number: 60.0 is the integer 60.
                if value.fract() == 0.0 && (0.0..=MOST_SECONDS as f64).contains(&value) {
                    return Ok(LooseSeconds(value as u64));
                }
                Err(E::invalid_value(de::Unexpected::Float(value), &self))
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<LooseSeconds, E> {
                let digits =
                    (1..=9).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
                match text.parse() {
                    Ok(value) if digits => Ok(LooseSeconds(value)),
                    _ => Err(E::invalid_value(de::Unexpected::Str(text), &self)),
                }
            }
        }
        from.deserialize_any(Visitor)
    }
}

impl JsonSchema for LooseSeconds {
    fn schema_name() -> Cow<'static, str> {
        "LooseSeconds".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let integer = json_schema!({ "type": "integer", "minimum": 0, "maximum": MOST_SECONDS });
        if generator.contract().is_serialize() {
            return integer;
        }
        json_schema!({
            "description": "Seconds, as an integer or as a string of digits.",
            "anyOf": [
                integer,
                {
                    "description": "A string of one to nine digits.",
                    "type": "string",
                    "pattern": "^[0-9]{1,9}$",
                },
            ],
        })
    }
}

/// A PIN code, which some clients send as a string and others as a number. Reads both, writes a
/// string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PinCode(pub String);

/// The largest number that JavaScript keeps exactly, which is ample for a PIN code.
const MOST_PIN: u64 = 9_007_199_254_740_991;

impl Serialize for PinCode {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for PinCode {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = PinCode;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a PIN code, as a string or as a whole number")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<PinCode, E> {
                Ok(PinCode(text.to_owned()))
            }
            fn visit_u64<E: de::Error>(self, value: u64) -> Result<PinCode, E> {
                if value > MOST_PIN {
                    return Err(E::invalid_value(de::Unexpected::Unsigned(value), &self));
                }
                Ok(PinCode(value.to_string()))
            }
            fn visit_i64<E: de::Error>(self, value: i64) -> Result<PinCode, E> {
                u64::try_from(value)
                    .map_err(|_| E::invalid_value(de::Unexpected::Signed(value), &self))
                    .and_then(|value| self.visit_u64(value))
            }
            fn visit_f64<E: de::Error>(self, value: f64) -> Result<PinCode, E> {
                // JSON has one kind of number: 4711.0 is the integer 4711.
                if value.fract() == 0.0 && (0.0..=MOST_PIN as f64).contains(&value) {
                    return self.visit_u64(value as u64);
                }
                Err(E::invalid_value(de::Unexpected::Float(value), &self))
            }
        }
        from.deserialize_any(Visitor)
    }
}

impl JsonSchema for PinCode {
    fn schema_name() -> Cow<'static, str> {
        "PinCode".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        if generator.contract().is_serialize() {
            return json_schema!({ "type": "string" });
        }
        json_schema!({
            "description": "A PIN code, as a string or as a whole number.",
            "anyOf": [
                { "type": "string" },
                { "type": "integer", "minimum": 0, "maximum": MOST_PIN },
            ],
        })
    }
}

/// For the schema of a field that is read and never written: `writeOnly` in JSON Schema is about
/// requests and responses, which does not apply here.
pub(crate) fn only_read(schema: &mut Schema) {
    schema.remove("writeOnly");
}
