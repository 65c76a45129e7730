//! One name, or a list of them.

use crate::Located;
use crate::located::one_or_several;
use invite_spec::requirement::RequirementId;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;

/// People, by name; one or several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct People(pub Vec<Located>);

/// Requirements, by id; one or several.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Requirements(pub Vec<Located<RequirementId>>);

impl Requirements {
    /// The first one, which is blamed where one is enough.
    pub fn first(&self) -> Option<RequirementId> {
        self.0.first().map(|id| id.value)
    }

    /// Whether none is named.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

macro_rules! one_or_several {
    ($type:ident of $item:ty, $what:literal) => {
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                one_or_several(from).map($type)
            }
        }

        impl JsonSchema for $type {
            fn inline_schema() -> bool {
                true
            }
            fn schema_name() -> Cow<'static, str> {
                stringify!($type).into()
            }
            fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                let item = generator.subschema_for::<$item>();
                json_schema!({
                    "description": concat!($what, ", or a list of them."),
                    "anyOf": [item, { "type": "array", "items": item }],
                })
            }
        }
    };
}
one_or_several!(People of String, "A person's name");
one_or_several!(Requirements of RequirementId, "A requirement's id");
