//! The common code of enums of names. As text they are one of a closed list, and reading any other
//! text is an error.

/// Implements reading, writing and the schema of a `Copy` type that has `ALL`, `as_str` and
/// `parse`. `title` gives the schema's description of each name, and `unknown` the error for any
/// other text.
macro_rules! name {
    ($type:ident: $about:literal, title: $title:expr, unknown: $unknown:expr $(,)?) => {
        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(from)?;
                $type::parse(&text).ok_or_else(|| serde::de::Error::custom($unknown(&*text)))
            }
        }

        impl schemars::JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($type).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let names = $type::ALL.iter().map(|it| {
                    let title: &str = $title(*it);
                    serde_json::json!({
                        "description": title,
                        "type": "string",
                        "const": it.as_str(),
                    })
                });
                schemars::json_schema!({
                    "description": $about,
                    "oneOf": names.collect::<Vec<_>>(),
                })
            }
        }
    };
}
pub(crate) use name;

use crate::suggest::nearest;

/// The error for an unknown name, with the nearest known one.
pub(crate) fn unknown<'n>(
    what: &str,
    given: &str,
    known: impl IntoIterator<Item = &'n str>,
) -> String {
    match nearest(given, known) {
        Some(meant) => format!("unknown {what} `{given}`, did you mean `{meant}`?"),
        None => format!("unknown {what} `{given}`"),
    }
}
