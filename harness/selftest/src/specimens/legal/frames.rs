//! Unusual frames.

use super::Variant;
use crate::proxy::{Change, Delivery, Frame};
use invite_spec::push::FrameType;
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
        name: "prefixed-types",
        does: "puts `Push` before the type of every frame but UpdateToken",
        allowed: "the clients strip it wherever it stands",
        change: || Arc::new(Typed(|kind| format!("Push{kind}"))),
    },
    Variant {
        name: "snake-case-types",
        does: "spells the type of every frame but UpdateToken in snake case",
        allowed: "the clients take it for the same type",
        change: || Arc::new(Typed(snake_case)),
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
        name: "recorder",
        does: "announces a participant of its own, which records, with everybody who is added",
        allowed: "the clients know participants of the type ROBOT",
        change: || {
            Arc::new(Each(|frame| {
                let robot = json!({ "type": "ParticipantAdded", "user_id": "recorder",
                                    "name": "Recorder", "status": "ON_AIR",
                                    "participantType": "ROBOT" });
                let is_added = FrameType::of(&frame.body) == Some(FrameType::ParticipantAdded);
                let kept = Delivery::of(frame);
                if is_added { vec![Delivery::json(&robot), kept] } else { vec![kept] }
            }))
        },
    },
    Variant {
        name: "closes-replaced-sockets",
        does: "closes the WebSocket of a session that another one of its person replaced",
        allowed: "no source keeps it open",
        change: || Arc::new(ClosesAfter(FrameType::OwnParticipantSwitched)),
    },
    Variant {
        name: "closes-sockets-at-the-end",
        does: "closes the WebSocket of whoever it tells that a conference ended",
        allowed: "no source keeps it open",
        change: || Arc::new(ClosesAfter(FrameType::ConferenceDestroyed)),
    },
    Variant {
        name: "slow-frames",
        does: "pushes every frame late, in order",
        allowed: "events may arrive after the response",
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
                let update = FrameType::of(&frame.body) == Some(FrameType::UpdateToken);
                let times = if update { 3 } else { 1 };
                vec![Delivery::of(frame); times]
            }))
        },
    },
    Variant {
        name: "indented-frames",
        does: "indents the JSON of its frames",
        allowed: "white space means nothing in JSON",
        change: || Arc::new(Each(|frame| vec![Delivery::text(format!("{:#}\n", frame.body))])),
    },
    Variant {
        name: "unknown-participant-types",
        does: "sends an unknown participant type",
        allowed: "the clients keep unknown types unchanged",
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
        does: "pushes a WARNING between Connecting and Connected",
        allowed: "WARNING is a known state, and no source forbids it",
        change: || {
            Arc::new(Each(|frame| {
                let mut all = Vec::new();
                if says_connected(&frame.body) {
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
        does: "pushes twice that a participant is Connected",
        allowed: "an update that changes nothing does the client no harm",
        change: || {
            Arc::new(Each(|frame| {
                let times = if says_connected(&frame.body) { 2 } else { 1 };
                vec![Delivery::of(frame); times]
            }))
        },
    },
    Variant {
        name: "no-news-names",
        does: "leaves externalId out of ParticipantUpdated",
        allowed: "the Web SDK does not read it there",
        change: || {
            Arc::new(Each(|mut frame| {
                if FrameType::of(&frame.body) == Some(FrameType::ParticipantUpdated)
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
        does: "adds a conferenceId to participant events",
        allowed: "the clients read no such field",
        change: || {
            Arc::new(Each(|mut frame| {
                let is_news = matches!(
                    FrameType::of(&frame.body),
                    Some(FrameType::ParticipantAdded | FrameType::ParticipantUpdated)
                );
                if is_news && frame.body.get("user_id").is_some() {
                    frame.body["conferenceId"] = json!("whichever");
                }
                vec![Delivery::of(frame)]
            }))
        },
    },
    Variant {
        name: "news-as-additions",
        does: "pushes every update of a participant as another addition",
        allowed: "the client takes an addition of a known participant for an update",
        change: || Arc::new(Additions::default()),
    },
    Variant {
        name: "unnamed-inviters",
        does: "leaves the inviter's nickName out",
        allowed: "the external id tells who invites, and the Web SDK does without the name",
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

/// Whether a frame says that somebody is connected now.
fn says_connected(frame: &Value) -> bool {
    FrameType::of(frame) == Some(FrameType::ParticipantUpdated)
        && frame.get("status").and_then(Value::as_str) == Some("ON_AIR")
}

fn snake_case(kind: &str) -> String {
    let mut name = String::new();
    for character in kind.chars() {
        if character.is_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.extend(character.to_lowercase());
    }
    name
}

/// Turns updates into additions, where the WebSocket got an addition of that participant before.
#[derive(Default)]
struct Additions {
    /// WebSockets, each with the user id of somebody whose addition it got.
    added: Mutex<BTreeSet<(u32, String)>>,
}

impl Change for Additions {
    fn frame(&self, mut frame: Frame) -> Vec<Delivery> {
        let user = frame.body.get("user_id").and_then(Value::as_str).unwrap_or_default();
        let pair = (frame.socket, user.to_owned());
        let mut added = self.added.lock().unwrap_or_else(PoisonError::into_inner);
        match FrameType::of(&frame.body) {
            Some(FrameType::ParticipantAdded) => {
                added.insert(pair);
            }
            Some(FrameType::ParticipantUpdated) if added.contains(&pair) => {
                frame.body["type"] = FrameType::ParticipantAdded.as_str().into();
            }
            _ => {}
        }
        vec![Delivery::of(frame)]
    }
}

/// Spells the types of frames in another way. The SDK knows only one spelling of `UpdateToken`.
struct Typed(fn(&str) -> String);

impl Change for Typed {
    fn frame(&self, mut frame: Frame) -> Vec<Delivery> {
        let known = FrameType::of(&frame.body);
        if let Some(known) = known.filter(|known| *known != FrameType::UpdateToken) {
            frame.body["type"] = (self.0)(known.as_str()).into();
        }
        vec![Delivery::of(frame)]
    }
}

/// Closes a WebSocket after each frame of a type.
struct ClosesAfter(FrameType);

impl Change for ClosesAfter {
    fn frame(&self, frame: Frame) -> Vec<Delivery> {
        let closes = FrameType::of(&frame.body) == Some(self.0);
        let kept = Delivery::of(frame);
        if closes { vec![kept, Delivery::close()] } else { vec![kept] }
    }
}

/// Changes each frame by a function.
struct Each(fn(Frame) -> Vec<Delivery>);

impl Change for Each {
    fn frame(&self, frame: Frame) -> Vec<Delivery> {
        (self.0)(frame)
    }
}
