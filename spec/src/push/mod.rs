//! The frames that a server pushes over a client's WebSocket: one JSON object each, whose `type`
//! names its kind.

mod conference;
mod frame_type;
mod invitation;
mod message;
mod notification;
mod participant;
mod token;

pub use conference::{ConferenceDestroyed, OwnParticipantSwitched};
pub use frame_type::{AnyType, type_of};
pub use invitation::{InvitationReceived, Inviter};
pub use message::ConferenceMessageReceived;
pub use notification::{
    ConferenceCreatedNotification, ConferenceEndedNotification, ConferenceName,
    ConferenceStatusNotification, NotifiedParticipant, ParticipantJoinedNotification,
    ParticipantLeftNotification, StatusParticipant,
};
pub use participant::{ParticipantAdded, ParticipantKicked, ParticipantUpdated};
pub use token::{TokenContent, UpdateToken};

use crate::payload::{Payload, Wire};
use crate::requirement::{RequirementId, id};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::{Map, Value};

/// One kind of pushed frame.
#[derive(Debug)]
pub struct Kind {
    /// The type of the frame.
    pub name: FrameType,
    /// Its payload, with schema and example.
    pub payload: Payload,
    /// The requirement that the server pushes the frame to its receivers.
    pub requirement: RequirementId,
}

macro_rules! pushes {
    ($($(#[$doc:meta])* $name:ident $requirement:path),+ $(,)?) => {
        /// The type of a pushed frame. Types are in the order of [`KINDS`].
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum FrameType {
            $($(#[$doc])* $name,)+
        }

        impl FrameType {
            /// Every type, in the order of the document.
            pub const ALL: &[FrameType] = &[$(FrameType::$name),+];

            /// As this specification spells it, such as `InvitationReceived`.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(FrameType::$name => stringify!($name),)+
                }
            }
        }

        /// Every kind of pushed frame.
        pub const KINDS: &[Kind] = &[$(Kind {
            name: FrameType::$name,
            payload: Payload::of::<Frame<$name>>(),
            requirement: $requirement,
        }),+];

        /// A frame that a server pushes. A frame of an unknown type keeps its JSON.
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub enum Push {
            $($(#[$doc])* $name($name),)+
            /// A frame of a type that this specification does not know. Clients ignore it.
            Unknown(Map<String, Value>),
        }

        impl Push {
            /// The type of the frame; `None` if this specification does not know it.
            pub fn frame_type(&self) -> Option<FrameType> {
                match self {
                    $(Push::$name(_) => Some(FrameType::$name),)+
                    Push::Unknown(_) => None,
                }
            }

            fn read(object: Map<String, Value>) -> Result<Push, serde_json::Error> {
                let spelled = object.get("type").and_then(Value::as_str);
                match spelled.and_then(FrameType::parse) {
                    $(Some(FrameType::$name) => {
                        crate::wire::from_value(&Value::Object(object)).map(Push::$name)
                    })+
                    None => Ok(Push::Unknown(object)),
                }
            }
        }

        impl Serialize for Push {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                match self {
                    $(Push::$name(frame) => write_tagged(FrameType::$name, frame, to),)+
                    Push::Unknown(object) => object.serialize(to),
                }
            }
        }

        $(
            impl Named for $name {
                const TYPE: FrameType = FrameType::$name;
            }
            impl From<$name> for Push {
                fn from(frame: $name) -> Push {
                    Push::$name(frame)
                }
            }
        )+
    };
}

pushes! {
    /// A person is invited.
    InvitationReceived id::INV_010,
    /// A person is new to a conference.
    ParticipantAdded id::PRT_006,
    /// A person's status changed.
    ParticipantUpdated id::PRT_001,
    /// The receiver was kicked.
    ParticipantKicked id::KCK_003,
    /// The receiver's permissions changed.
    UpdateToken id::PRM_019,
    /// Another session of the same person replaced the receiver.
    OwnParticipantSwitched id::JOIN_018,
    /// The conference ended.
    ConferenceDestroyed id::CNF_018,
    /// A message arrived.
    ConferenceMessageReceived id::MSG_002,
    /// A conference that the receiver subscribed to was created.
    ConferenceCreatedNotification id::SUB_004,
    /// A conference that the receiver subscribed to ended.
    ConferenceEndedNotification id::SUB_005,
    /// The status of a conference that the receiver has just subscribed to.
    ConferenceStatusNotification id::SUB_008,
    /// A person joined a conference that the receiver subscribed to.
    ParticipantJoinedNotification id::SUB_006,
    /// A person left a conference that the receiver subscribed to.
    ParticipantLeftNotification id::SUB_007,
}

impl<'de> Deserialize<'de> for Push {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Map::deserialize(from).and_then(|object| Push::read(object).map_err(de::Error::custom))
    }
}

/// The type of a frame as a Rust type.
trait Named {
    const TYPE: FrameType;
}

/// A frame with its `type`, as on the wire.
struct Frame<T>(T);

/// Writes a frame's fields after its `type`.
fn write_tagged<T: Serialize, S: Serializer>(
    kind: FrameType,
    frame: &T,
    to: S,
) -> Result<S::Ok, S::Error> {
    use serde::ser::Error;
    let mut tagged = Map::new();
    tagged.insert("type".into(), kind.as_str().into());
    match serde_json::to_value(frame).map_err(S::Error::custom)? {
        Value::Object(fields) => tagged.extend(fields),
        _ => return Err(S::Error::custom("a frame must be an object")),
    }
    tagged.serialize(to)
}

impl<T: Named + Serialize> Serialize for Frame<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        write_tagged(T::TYPE, &self.0, to)
    }
}

impl<'de, T: Named + de::DeserializeOwned> Deserialize<'de> for Frame<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let object = Map::deserialize(from)?;
        let spelled = object.get("type").and_then(Value::as_str);
        let spelled = spelled.ok_or_else(|| de::Error::missing_field("type"))?;
        if !frame_type::is_spelling_of(spelled, T::TYPE) {
            return Err(de::Error::custom(format_args!("type `{spelled}` is not {}", T::TYPE)));
        }
        crate::wire::from_value(&Value::Object(object)).map(Frame).map_err(de::Error::custom)
    }
}

impl<T: Named + schemars::JsonSchema> schemars::JsonSchema for Frame<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let mut schema = T::json_schema(generator);
        let object = schema.ensure_object();
        let mut properties = Map::new();
        let kind = if generator.contract().is_serialize() {
            serde_json::json!({ "const": T::TYPE.as_str() })
        } else {
            frame_type::schema(T::TYPE)
        };
        properties.insert("type".into(), kind);
        if let Some(Value::Object(fields)) = object.remove("properties") {
            properties.extend(fields);
        }
        let mut required = vec![Value::from("type")];
        if let Some(Value::Array(fields)) = object.remove("required") {
            required.extend(fields);
        }
        object.insert("properties".into(), Value::Object(properties));
        object.insert("required".into(), Value::Array(required));
        schema
    }
}

impl<T: Named + Described + Serialize + de::DeserializeOwned + schemars::JsonSchema> Wire
    for Frame<T>
{
    const NAME: &'static str = T::NAME;
    const TITLE: &'static str = T::TITLE;
    const SENDER: crate::payload::Sender = crate::payload::Sender::Server;

    fn example() -> Value {
        let mut frame = Map::new();
        frame.insert("type".into(), T::TYPE.as_str().into());
        if let Value::Object(fields) = T::fields() {
            frame.extend(fields);
        }
        Value::Object(frame)
    }
}

/// The name and title of a frame's payload, and an example of its fields without `type`.
trait Described {
    const NAME: &'static str;
    const TITLE: &'static str;
    fn fields() -> Value;
}

/// Implements [`Described`].
macro_rules! frame {
    ($type:ty, $name:literal, $title:literal, $($fields:tt)+) => {
        impl super::Described for $type {
            const NAME: &'static str = $name;
            const TITLE: &'static str = $title;
            fn fields() -> serde_json::Value {
                serde_json::json!($($fields)+)
            }
        }
    };
}
use frame;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_keeps_its_type_and_unknown_frames_keep_everything() {
        for kind in KINDS {
            let frame: Push = serde_json::from_value(kind.payload.example()).unwrap();
            assert_eq!(frame.frame_type(), Some(kind.name));
            assert_eq!(serde_json::to_value(&frame).unwrap(), kind.payload.example());
        }
        let odd = serde_json::json!({ "type": "SomethingElse", "n": 1 });
        let frame: Push = serde_json::from_value(odd.clone()).unwrap();
        assert!(matches!(frame, Push::Unknown(_)));
        assert_eq!(serde_json::to_value(&frame).unwrap(), odd);
    }
}
