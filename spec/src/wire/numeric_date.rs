//! Times in the claims of tokens.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::borrow::Cow;

/// A time in seconds since 1970, as the claims of a JWT hold it (RFC 7519). Reads any number that
/// is not negative, and drops the fraction. Writes an integer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct NumericDate(pub u64);

impl Serialize for NumericDate {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u64(self.0)
    }
}

impl<'de> Deserialize<'de> for NumericDate {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let number = serde_json::Number::deserialize(from)?;
        let seconds = number.as_u64().or_else(|| {
            let float = number.as_f64().filter(|float| (0.0..u64::MAX as f64).contains(float))?;
            Some(float as u64)
        });
        seconds.map(NumericDate).ok_or_else(|| {
            de::Error::custom(format_args!("invalid value: {number}, expected a number of seconds"))
        })
    }
}

impl JsonSchema for NumericDate {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "NumericDate".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        if generator.contract().is_serialize() {
            return json_schema!({ "type": "integer", "format": "uint64", "minimum": 0 });
        }
        json_schema!({ "type": "number", "minimum": 0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn fractions_are_read_and_dropped() {
        let read = |value| serde_json::from_value::<NumericDate>(value).ok().map(|date| date.0);
        assert_eq!(read(json!(1_795_397_800)), Some(1_795_397_800));
        assert_eq!(read(json!(1_795_397_800.75)), Some(1_795_397_800));
        assert_eq!(read(json!(-1)), None);
        assert_eq!(read(json!(-0.5)), None);
        assert_eq!(read(json!("1795397800")), None);
        assert_eq!(serde_json::to_value(NumericDate(7)).unwrap(), json!(7));
    }
}
