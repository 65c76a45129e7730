//! The twelve permissions of a protected conference, and how requests state them.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

/// A permission in a protected conference.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Permission {
    /// Invite others.
    Invite,
    /// Update the permissions of others.
    UpdatePermissions,
    /// Kick others.
    Kick,
    /// Join the conference.
    Join,
    /// Send audio.
    SendAudio,
    /// Send video.
    SendVideo,
    /// Share a screen.
    ShareScreen,
    /// Share a video.
    ShareVideo,
    /// Share a file.
    ShareFile,
    /// Send messages.
    SendMessage,
    /// Record the conference.
    Record,
    /// Stream the conference to another service.
    Stream,
}

/// A set of permissions.
pub type PermissionSet = BTreeSet<Permission>;

impl Permission {
    /// All twelve, which the owner of a conference holds.
    pub const ALL: [Permission; 12] = [
        Permission::Invite,
        Permission::UpdatePermissions,
        Permission::Kick,
        Permission::Join,
        Permission::SendAudio,
        Permission::SendVideo,
        Permission::ShareScreen,
        Permission::ShareVideo,
        Permission::ShareFile,
        Permission::SendMessage,
        Permission::Record,
        Permission::Stream,
    ];

    /// The nine that an invitation grants if it states none (PRM-001, PRM-002).
    pub const DEFAULT: [Permission; 9] = [
        Permission::Join,
        Permission::SendAudio,
        Permission::SendVideo,
        Permission::ShareScreen,
        Permission::ShareVideo,
        Permission::ShareFile,
        Permission::SendMessage,
        Permission::Record,
        Permission::Stream,
    ];

    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Permission::Invite => "INVITE",
            Permission::UpdatePermissions => "UPDATE_PERMISSIONS",
            Permission::Kick => "KICK",
            Permission::Join => "JOIN",
            Permission::SendAudio => "SEND_AUDIO",
            Permission::SendVideo => "SEND_VIDEO",
            Permission::ShareScreen => "SHARE_SCREEN",
            Permission::ShareVideo => "SHARE_VIDEO",
            Permission::ShareFile => "SHARE_FILE",
            Permission::SendMessage => "SEND_MESSAGE",
            Permission::Record => "RECORD",
            Permission::Stream => "STREAM",
        }
    }

    /// The permission with this word; `None` for an unknown one. Case-sensitive.
    pub fn parse(text: &str) -> Option<Permission> {
        Permission::ALL.into_iter().find(|permission| permission.as_str() == text)
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The permissions in a request.
///
/// The Web SDK has a JavaScript `Set`, which it serialises as `{}` whatever it contains. An array
/// arrives as an array. Without permissions the field is absent. Therefore `null`, `{}` and absence
/// all mean the default set, and an empty array is an explicit choice of none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum RequestedPermissions {
    /// No permissions stated: the default set.
    #[default]
    Default,
    /// Exactly these permissions.
    Exactly(Vec<Permission>),
}

impl RequestedPermissions {
    /// The set to grant.
    pub fn resolve(&self) -> PermissionSet {
        match self {
            RequestedPermissions::Default => Permission::DEFAULT.into_iter().collect(),
            RequestedPermissions::Exactly(permissions) => permissions.iter().copied().collect(),
        }
    }

    /// Whether the request stated no permissions.
    pub fn is_default(&self) -> bool {
        *self == RequestedPermissions::Default
    }
}

impl Serialize for RequestedPermissions {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            RequestedPermissions::Default => to.serialize_none(),
            RequestedPermissions::Exactly(permissions) => permissions.serialize(to),
        }
    }
}

impl<'de> Deserialize<'de> for RequestedPermissions {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = RequestedPermissions;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array of permission names, null or {}")
            }
            fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
                Ok(RequestedPermissions::Default)
            }
            fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                match map.next_key::<String>()? {
                    None => Ok(RequestedPermissions::Default),
                    Some(_) => Err(de::Error::invalid_type(de::Unexpected::Map, &self)),
                }
            }
            fn visit_seq<A: de::SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
                Vec::deserialize(de::value::SeqAccessDeserializer::new(seq))
                    .map(RequestedPermissions::Exactly)
            }
        }
        from.deserialize_any(Visitor)
    }
}

impl JsonSchema for RequestedPermissions {
    fn schema_name() -> Cow<'static, str> {
        "RequestedPermissions".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let permission = generator.subschema_for::<Permission>();
        if generator.contract().is_serialize() {
            return json_schema!({
                "description": "Grants exactly the permissions that it names. Absence asks for the \
                                default set.",
                "type": "array",
                "items": permission,
            });
        }
        json_schema!({
            "description": "An array grants exactly the permissions that it names; null, {} (how a \
                            JavaScript Set is serialised) and absence ask for the default set.",
            "anyOf": [
                { "type": "array", "items": permission },
                { "type": "null" },
                { "type": "object", "maxProperties": 0 },
            ],
        })
    }
}
