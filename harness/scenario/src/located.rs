//! Text that remembers where it stood.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;
use std::fmt;

/// A text of a scenario file, with its line and column.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Located {
    /// The text.
    pub text: String,
    /// Its line, from 1; 0 when it came from no file.
    pub line: u64,
    /// Its column, from 1.
    pub column: u64,
}

impl<'de> Deserialize<'de> for Located {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let spanned = serde_saphyr::Spanned::<String>::deserialize(from)?;
        let (line, column) = (spanned.referenced.line(), spanned.referenced.column());
        Ok(Located { text: spanned.value, line, column })
    }
}

impl JsonSchema for Located {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Text".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        String::json_schema(generator)
    }
}

impl From<&str> for Located {
    fn from(text: &str) -> Self {
        Located { text: text.into(), line: 0, column: 0 }
    }
}

impl std::ops::Deref for Located {
    type Target = str;
    fn deref(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Located {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

/// Reads one text, or a list of texts.
pub(super) fn one_or_several<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Located>, D::Error> {
    struct Visitor;
    impl<'de> serde::de::Visitor<'de> for Visitor {
        type Value = Vec<String>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a text, or a list of texts")
        }
        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Vec<String>, E> {
            Ok(vec![text.to_owned()])
        }
        fn visit_seq<A: serde::de::SeqAccess<'de>>(self, seq: A) -> Result<Vec<String>, A::Error> {
            Vec::deserialize(serde::de::value::SeqAccessDeserializer::new(seq))
        }
    }
    struct Several(Vec<String>);
    impl<'de> Deserialize<'de> for Several {
        fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
            from.deserialize_any(Visitor).map(Several)
        }
    }
    let spanned = serde_saphyr::Spanned::<Several>::deserialize(from)?;
    let (line, column) = (spanned.referenced.line(), spanned.referenced.column());
    Ok(spanned.value.0.into_iter().map(|text| Located { text, line, column }).collect())
}
