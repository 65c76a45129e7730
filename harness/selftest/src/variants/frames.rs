//! Variants of how frames are pushed.

use super::Variant;
use crate::proxy::{Change, Delivery, Frame};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

pub(super) const ALL: &[Variant] = &[
    Variant {
        name: "suffixed-types",
        does: "adds `Event` to the type of every frame but UpdateToken",
        allowed: "the clients strip it",
        change: || Arc::new(Typed(|kind| format!("{kind}Event"))),
    },
    Variant {
        name: "twice-suffixed-types",
        does: "adds `EventPush` to the type of every frame but UpdateToken",
        allowed: "the clients strip both",
        change: || Arc::new(Typed(|kind| format!("{kind}EventPush"))),
    },
    Variant {
        name: "snake-case-types",
        does: "spells the types of frames in snake case, but UpdateToken",
        allowed: "the clients take it for the same",
        change: || Arc::new(Typed(snake)),
    },
    Variant {
        name: "unknown-frames",
        does: "pushes frames of unknown types, and objects without a type, between the others",
        allowed: "the clients ignore them",
        change: || {
            Arc::new(Each(|frame| {
                let odd =
                    json!({ "type": "SomethingElse", "user_id": "nobody", "status": "ON_AIR" });
                let bare = json!({ "no": "type" });
                let kept = Delivery::of(frame);
                vec![Delivery::json(&odd), kept, Delivery::json(&bare)]
            }))
        },
    },
    Variant {
        name: "slow-frames",
        does: "pushes every frame a while after its cause, in order",
        allowed: "events may arrive after the answer",
        change: || {
            Arc::new(Each(|frame| {
                let mut kept = Delivery::of(frame);
                kept.delay = Duration::from_millis(15);
                vec![kept]
            }))
        },
    },
    Variant {
        name: "repeated-token-updates",
        does: "pushes every UpdateToken three times, with the same amu",
        allowed: "it may be repeated until it is acknowledged",
        change: || {
            Arc::new(Each(|frame| {
                let times = if kind(&frame.body) == "UpdateToken" { 3 } else { 1 };
                vec![Delivery::of(frame); times]
            }))
        },
    },
    Variant {
        name: "indented-frames",
        does: "indents the JSON of its frames",
        allowed: "white space means nothing in JSON",
        change: || {
            Arc::new(Each(|frame| {
                let text = format!("{:#}\n", frame.body);
                vec![Delivery { text, ..Delivery::of(frame) }]
            }))
        },
    },
    Variant {
        name: "unknown-participant-types",
        does: "names a participant type that nobody knows",
        allowed: "unknown types are kept as they are",
        change: || {
            Arc::new(Each(|mut frame| {
                if frame.body.get("participantType").is_some() {
                    frame.body["participantType"] = json!("HOLOGRAM");
                }
                vec![Delivery::of(frame)]
            }))
        },
    },
    Variant {
        name: "extra-states",
        does: "tells of a WARNING between Connecting and Connected",
        allowed: "it is one of the known states, and no source forbids it",
        change: || {
            Arc::new(Each(|frame| {
                let connected = frame.body.get("status").and_then(Value::as_str) == Some("ON_AIR")
                    && kind(&frame.body) == "ParticipantUpdated";
                let mut all = Vec::new();
                if connected {
                    let mut warning = frame.body.clone();
                    warning["status"] = json!("WARNING");
                    all.push(Delivery::json(&warning));
                }
                all.push(Delivery::of(frame));
                all
            }))
        },
    },
    Variant {
        name: "repeated-connected",
        does: "tells twice that a participant is Connected",
        allowed: "the client takes an update without news for what it is",
        change: || {
            Arc::new(Each(|frame| {
                let connected = frame.body.get("status").and_then(Value::as_str) == Some("ON_AIR")
                    && kind(&frame.body) == "ParticipantUpdated";
                vec![Delivery::of(frame); if connected { 2 } else { 1 }]
            }))
        },
    },
    Variant {
        name: "no-news-names",
        does: "leaves externalId out of ParticipantUpdated",
        allowed: "the Web SDK does not read it there",
        change: || {
            Arc::new(Each(|mut frame| {
                if kind(&frame.body) == "ParticipantUpdated"
                    && let Some(fields) = frame.body.as_object_mut()
                {
                    fields.remove("externalId");
                }
                vec![Delivery::of(frame)]
            }))
        },
    },
    Variant {
        name: "named-conferences",
        does: "names a conference in participant news",
        allowed: "the clients read no such field",
        change: || {
            Arc::new(Each(|mut frame| {
                if kind(&frame.body).starts_with("Participant")
                    && frame.body.get("user_id").is_some()
                {
                    frame.body["conferenceId"] = json!("whichever");
                }
                vec![Delivery::of(frame)]
            }))
        },
    },
    Variant {
        name: "news-as-additions",
        does: "pushes every change of somebody whom it has added as an addition again",
        allowed: "the client takes an addition of somebody known for an update",
        change: || Arc::new(Additions::default()),
    },
    Variant {
        name: "unnamed-inviters",
        does: "leaves the inviter's nickName out",
        allowed: "the external id tells who invites, and the Web SDK reads no name as none",
        change: || {
            Arc::new(Each(|mut frame| {
                if let Some(inviter) = frame.body.get_mut("inviter").and_then(Value::as_object_mut)
                {
                    inviter.remove("nickName");
                }
                vec![Delivery::of(frame)]
            }))
        },
    },
];

/// The type of a frame, as this specification spells it.
fn kind(frame: &Value) -> String {
    let spelled = frame.get("type").and_then(Value::as_str).unwrap_or_default();
    invite_spec::push::AnyType::of(spelled).to_string()
}

fn snake(kind: &str) -> String {
    let mut name = String::new();
    for character in kind.chars() {
        if character.is_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.extend(character.to_lowercase());
    }
    name
}

/// Makes updates additions, of those whom a WebSocket was told of before.
#[derive(Default)]
struct Additions {
    added: Mutex<BTreeSet<(u32, String)>>,
}

impl Change for Additions {
    fn frame(&self, mut frame: Frame) -> Vec<Delivery> {
        let user = frame.body.get("user_id").and_then(Value::as_str).unwrap_or_default();
        let place = (frame.socket, user.to_owned());
        let mut added = self.added.lock().unwrap_or_else(PoisonError::into_inner);
        match kind(&frame.body).as_str() {
            "ParticipantAdded" => {
                added.insert(place);
            }
            "ParticipantUpdated" if added.contains(&place) => {
                frame.body["type"] = json!("ParticipantAdded");
            }
            _ => {}
        }
        vec![Delivery::of(frame)]
    }
}

/// Spells the types of frames in another way.
struct Typed(fn(&str) -> String);

impl Change for Typed {
    fn frame(&self, mut frame: Frame) -> Vec<Delivery> {
        let kind = kind(&frame.body);
        if kind != "UpdateToken" && invite_spec::push::FrameType::parse(&kind).is_some() {
            frame.body["type"] = (self.0)(&kind).into();
        }
        vec![Delivery::of(frame)]
    }
}

/// Makes of each frame what a function says.
struct Each(fn(Frame) -> Vec<Delivery>);

impl Change for Each {
    fn frame(&self, frame: Frame) -> Vec<Delivery> {
        (self.0)(frame)
    }
}
