//! Servers with a wrong form of frames and answers.

use super::request::{is, without};
use super::{Mutant, wrong};
use crate::core::Standard;
use crate::core::rules::{Hooks, Wire};
use invite_spec::endpoint::{Endpoint, Plane};
use invite_spec::push::{FrameType, Push};
use serde_json::{Value, json};

/// A server that writes one type of frame wrong: how it changes the right one.
macro_rules! writes {
    (
        $name:literal breaks $breaks:ident: $does:literal,
        $kind:ident, |$frame:ident| $change:block
    ) => {
        wrong! {
            $name breaks $breaks: $does,
            in Wire: fn frame_text(&self, push: &Push) -> String {
                if push.frame_type() != Some(FrameType::$kind) {
                    return Standard.frame_text(push);
                }
                let mut $frame = serde_json::to_value(push).unwrap_or_default();
                $change
                $frame.to_string()
            }
        }
    };
}

pub(super) const WRONG: &[Mutant] = &[
    writes! {
        "invitation-of-an-unknown-type" breaks INV_010:
        "sends invitations with the type Invitation.",
        InvitationReceived, |frame| { frame["type"] = json!("Invitation"); }
    },
    writes! {
        "invitation-in-snake-case" breaks INV_018:
        "spells the field `conferenceId` of invitations as `conference_id`.",
        InvitationReceived, |frame| {
            frame["conference_id"] = frame["conferenceId"].clone();
            frame = without(frame, "conferenceId");
        }
    },
    wrong! {
        "quotes-in-frames-as-they-are" breaks WIRE_006:
        "writes quotes into frames without escaping them.",
        in Wire: fn frame_text(&self, push: &Push) -> String {
            Standard.frame_text(push).replace(r#"\""#, r#"""#)
        }
    },
    wrong! {
        "frames-inside-data" breaks WIRE_006:
        "wraps each frame in another object, as its `data`.",
        in Wire: fn frame_text(&self, push: &Push) -> String {
            let frame = serde_json::to_value(push).unwrap_or_default();
            json!({ "data": frame }).to_string()
        }
    },
    writes! {
        "update-token-event" breaks PRM_023:
        "sends token updates with the type UpdateTokenEvent.",
        UpdateToken, |frame| { frame["type"] = json!("UpdateTokenEvent"); }
    },
    writes! {
        "update-without-amu" breaks PRM_024:
        "omits the amu from token updates.",
        UpdateToken, |frame| { frame = without(frame, "amu"); }
    },
    writes! {
        "token-beside-content" breaks PRM_025:
        "writes the token of an update next to `content` instead of inside it.",
        UpdateToken, |frame| {
            frame["access_token"] = frame["content"]["access_token"].clone();
            frame = without(frame, "content");
        }
    },
    writes! {
        "connected-in-words" breaks PRT_003:
        "writes the status CONNECTED instead of ON_AIR.",
        ParticipantUpdated, |frame| {
            if frame["status"] == "ON_AIR" {
                frame["status"] = json!("CONNECTED");
            }
        }
    },
    wrong! {
        "json-called-text" breaks WIRE_001:
        "labels the JSON answers of REST calls as text.",
        in Wire: fn body_text(
            &self,
            endpoint: Option<&Endpoint>,
            body: &Value) -> (&'static str, String,
        ) {
            let (kind, text) = Standard.body_text(endpoint, body);
            let read = is_read(endpoint, Plane::Rest) || is_read(endpoint, Plane::Auth);
            (if read { "text/plain" } else { kind }, text)
        }
    },
    wrong! {
        "done-in-words" breaks WIRE_002:
        "answers with plain text instead of JSON where REST clients ignore the answer.",
        in Wire: fn body_text(
            &self,
            endpoint: Option<&Endpoint>,
            body: &Value) -> (&'static str, String,
        ) {
            let unread = endpoint.is_some_and(|it| it.plane == Plane::Rest && it.answer.is_none());
            if unread && *body == json!({}) {
                return ("text/plain", "done".to_owned());
            }
            Standard.body_text(endpoint, body)
        }
    },
    wrong! {
        "participants-by-id" breaks WIRE_003:
        "answers the participants as an object keyed by user id instead of a list.",
        in Hooks: fn rewrite_response(&self, endpoint: &Endpoint, answer: Value) -> Value {
            if is(endpoint, "rest.participants") { json!({ "participants": {} }) } else { answer }
        }
    },
    wrong! {
        "nobody-listed-by-id" breaks WIRE_004:
        "omits the ids of participants from the join answer.",
        in Hooks: fn rewrite_response(&self, endpoint: &Endpoint, mut answer: Value) -> Value {
            let listed = answer.get_mut("participants").and_then(Value::as_array_mut);
            if let (true, Some(listed)) = (is(endpoint, "sdk.join"), listed) {
                for person in listed {
                    *person = without(person.take(), "participant_id");
                }
            }
            answer
        }
    },
    writes! {
        "camel-case-user-id" breaks WIRE_005:
        "spells the field `user_id` of ParticipantAdded as `userId`.",
        ParticipantAdded, |frame| {
            frame["userId"] = frame["user_id"].clone();
            frame = without(frame, "user_id");
        }
    },
    writes! {
        "frame-in-a-text" breaks WIRE_006:
        "sends ParticipantUpdated as a JSON string instead of an object.",
        ParticipantUpdated, |frame| { frame = json!(frame.to_string()); }
    },
];

/// Whether an endpoint is of this plane, and clients read its answer.
fn is_read(endpoint: Option<&Endpoint>, plane: Plane) -> bool {
    endpoint.is_some_and(|endpoint| endpoint.plane == plane && endpoint.answer.is_some())
}
