//! Values that remember their place in the file.

use crate::faults::{self, Fault};
use crate::model::{Outcome, TokenChoice};
use invite_spec::endpoint::Operation;
use invite_spec::push::FrameType;
use invite_spec::requirement::{self, RequirementId, Seconds};
use invite_text::{Position, did_you_mean};
use invite_trace::ClientOperation;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use std::borrow::{Borrow, Cow};
use std::collections::BTreeMap;
use std::fmt;

/// A value of a scenario file, with its place. Two are equal if their values are.
#[derive(Debug, Clone, Default)]
pub struct Located<T = String> {
    /// The value.
    pub value: T,
    /// Where it is; `None` if it came from no file.
    pub position: Option<Position>,
}

/// What a [`Located`] can hold.
pub trait Readable: Sized {
    /// How a file spells it.
    type Written: DeserializeOwned;

    /// Its value.
    ///
    /// # Errors
    ///
    /// If the file spells no value of this type.
    fn read(written: Self::Written) -> Result<Self, Unknown<Self>>;
}

/// A name that does not exist.
#[derive(Debug)]
pub struct Unknown<T> {
    /// What is wrong.
    message: String,
    /// What may have been meant.
    help: Option<String>,
    /// What stands for it until the whole file is read.
    placeholder: T,
}

/// Values that a file cannot misspell, or whose own reader says so.
macro_rules! plain {
    ($($type:ty),+ $(,)?) => {$(
        impl Readable for $type {
            type Written = $type;
            fn read(written: $type) -> Result<$type, Unknown<$type>> {
                Ok(written)
            }
        }
    )+};
}
plain!(String, bool, usize, u64, serde_json::Value, Outcome, TokenChoice, BTreeMap<String, String>);

/// Names of the specification.
macro_rules! name {
    ($type:ty, $what:literal, $find:expr) => {
        impl Readable for $type {
            type Written = String;
            fn read(text: String) -> Result<$type, Unknown<$type>> {
                let find: fn(&str) -> Option<$type> = $find;
                find(&text).ok_or_else(|| Unknown {
                    message: format!(concat!("unknown ", $what, " `{}`"), text),
                    help: did_you_mean(&text, <$type>::ALL.iter().map(|known| known.as_str())),
                    placeholder: <$type>::ALL[0],
                })
            }
        }
    };
}
name!(Operation, "operation", Operation::parse);
name!(FrameType, "frame", FrameType::parse);
name!(Seconds, "number of seconds", Seconds::parse);
name!(ClientOperation, "operation of a client", ClientOperation::parse);
name!(RequirementId, "requirement", |text| requirement::find(text).map(|row| row.id));

impl<T: Readable> Located<T> {
    fn read<E: serde::de::Error>(
        written: T::Written,
        position: Option<Position>,
    ) -> Result<Located<T>, E> {
        let value = match T::read(written) {
            Ok(value) => value,
            Err(unknown) => {
                faults::report(Fault::new(position, unknown.message).help(unknown.help))?;
                unknown.placeholder
            }
        };
        Ok(Located { value, position })
    }
}

impl<'de, T: Readable> Deserialize<'de> for Located<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let spanned = serde_saphyr::Spanned::<T::Written>::deserialize(from)?;
        let position = position(spanned.referenced);
        Located::read(spanned.value, position)
    }
}

/// The position of a place of the parser's; it gives line 0 to what has none.
pub(crate) fn position(place: serde_saphyr::Location) -> Option<Position> {
    let (line, column) =
        (usize::try_from(place.line()).ok()?, usize::try_from(place.column()).ok()?);
    (line > 0).then_some(Position { line, column })
}

impl<T: JsonSchema> JsonSchema for Located<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

impl From<&str> for Located {
    fn from(text: &str) -> Self {
        Located { value: text.into(), position: None }
    }
}

impl<T> std::ops::Deref for Located<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: serde::Serialize> serde::Serialize for Located<T> {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(to)
    }
}

impl<T: fmt::Display> fmt::Display for Located<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl<T: PartialEq> PartialEq for Located<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: Eq> Eq for Located<T> {}

impl<T: PartialOrd> PartialOrd for Located<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        self.value.partial_cmp(&other.value)
    }
}

impl<T: Ord> Ord for Located<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.value.cmp(&other.value)
    }
}

impl Borrow<str> for Located {
    fn borrow(&self) -> &str {
        &self.value
    }
}

/// Reads one value, or a list of values, that are spelled as text.
pub(super) fn one_or_several<'de, T, D>(from: D) -> Result<Vec<Located<T>>, D::Error>
where
    T: Readable<Written = String>,
    D: Deserializer<'de>,
{
    struct Visitor;
    impl<'de> serde::de::Visitor<'de> for Visitor {
        type Value = Vec<Located>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a text, or a list of texts")
        }
        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Vec<Located>, E> {
            Ok(vec![text.into()])
        }
        fn visit_seq<A: serde::de::SeqAccess<'de>>(self, seq: A) -> Result<Vec<Located>, A::Error> {
            Vec::deserialize(serde::de::value::SeqAccessDeserializer::new(seq))
        }
    }
    struct Texts(Vec<Located>);
    impl<'de> Deserialize<'de> for Texts {
        fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
            from.deserialize_any(Visitor).map(Texts)
        }
    }
    let spanned = serde_saphyr::Spanned::<Texts>::deserialize(from)?;
    let whole = position(spanned.referenced);
    let texts = spanned.value.0.into_iter();
    texts.map(|text| Located::read(text.value, text.position.or(whole))).collect()
}
