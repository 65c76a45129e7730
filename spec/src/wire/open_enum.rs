//! Enums that keep unknown values.

/// Defines a string enum whose unknown values survive a round trip.
macro_rules! open_enum {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $($(#[doc = $about:literal])+ $variant:ident = $text:literal),+ $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[doc = $about])+ $variant,)+
            /// A value that this specification does not know, unchanged.
            Other(String),
        }

        impl $name {
            /// The known values as strings, in the order of the variants.
            pub const KNOWN: &[&str] = &[$($text),+];

            /// The meaning of each known value, in the same order.
            pub const MEANINGS: &[&str] = &[$(concat!($($about),+)),+];

            /// The string on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::Other(text) => text,
                }
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $($text => Self::$variant,)+
                    other => Self::Other(other.to_owned()),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                <String as serde::Deserialize>::deserialize(from).map(|text| Self::from(&*text))
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                if generator.contract().is_serialize() {
                    return schemars::json_schema!({ "type": "string", "enum": Self::KNOWN });
                }
                schemars::json_schema!({
                    "description": "One of the known values; any other string is accepted and \
                        kept.",
                    "type": "string",
                    "examples": Self::KNOWN,
                })
            }
        }
    };
}
pub(crate) use open_enum;
