//! What a law says of one frame, as a claim.

use super::Unavailable;
use super::claim::{Maker, file_name, unknown};
use super::frame_kind;
use invite_spec::push::FrameType;
use invite_trace::Event;
use serde_json::{Value, json};

impl Maker<'_> {
    /// A claim about a frame that a law objects to: that it says something else there, or that no
    /// more like it come than came before it.
    pub(super) fn of_frame(
        &self,
        actor: &str,
        frame: &Value,
        pointer: Option<String>,
    ) -> Result<Value, Unavailable> {
        let kind = frame_kind(frame);
        if let Some(pointer) = pointer {
            let payload = FrameType::parse(&kind).map(|kind| kind.kind().payload.name);
            let wrong = wrong(payload, frame, &pointer);
            let want = json!({ "at": file_name(actor), "frame": kind });
            return Ok(json!({ "unlike": { "is": want, "pointer": pointer, "wrong": wrong } }));
        }
        let evidence = self.evidence();
        let too_many = ["no ", "nothing "].iter().any(|it| evidence.expected.starts_with(it))
            || evidence.expected.contains("in one session");
        let last = *evidence.entries.last().ok_or_else(unknown)?;
        if !too_many {
            return Err(unknown());
        }
        let alike = self.likeness(frame);
        let before = self.trace().entries[..last].iter().filter(|entry| {
            entry.actor == actor
                && match &entry.event {
                    Event::Received { body, .. } => body.json().is_some_and(|other| {
                        !self.history.is_of_fence(other) && self.likeness(other) == alike
                    }),
                    _ => false,
                }
        });
        let count = before.count();
        let mut want = alike;
        want["at"] = file_name(actor).into();
        Ok(json!({ "at_most": { "is": want, "count": count } }))
    }

    /// What makes a frame like another one: type, conference, whom it is about and how that one is.
    /// Only what a script knows as well.
    fn likeness(&self, frame: &Value) -> Value {
        let bindings = &self.trace().bindings;
        let is_known = |value: &&str| {
            bindings.values.values().any(|bound| bound.as_str() == Some(*value))
                || self
                    .history
                    .exchanges
                    .iter()
                    .any(|one| one.parameters.values().any(|parameter| parameter == value))
        };
        let text = |value: &Value, field: &str| {
            value.get(field).and_then(Value::as_str).map(str::to_owned)
        };
        let mut alike = json!({ "frame": frame_kind(frame), "where": {} });
        if let Some(conference) = text(frame, "conferenceId").filter(|it| is_known(&it.as_str())) {
            alike["where"]["/conferenceId"] = conference.into();
        }
        let person = invite_scenario::matching::subject(frame);
        if alike["frame"] == "InvitationReceived" || alike["frame"] == "UpdateToken" {
            return alike;
        }
        let external = text(person, "externalId").filter(|it| is_known(&it.as_str()));
        let user = ["user_id", "userId", "participant_id"]
            .into_iter()
            .find_map(|field| text(person, field))
            .filter(|it| is_known(&it.as_str()));
        if external.is_some() || user.is_some() {
            alike["about"] = json!({ "external": external, "user": user });
        }
        if let Some(status) = text(frame, "status") {
            alike["where"]["/status"] = status.into();
        }
        alike
    }
}

/// What is wrong about a value: that it is not there, that it is of another type than in a right
/// payload, or that it is this one.
pub(super) fn wrong(payload: Option<&str>, seen: &Value, pointer: &str) -> Value {
    let Some(value) = seen.pointer(pointer) else { return json!({ "absent": true }) };
    let example = payload.and_then(invite_spec::payload::find).map(|payload| payload.example());
    let right = example.as_ref().and_then(|example| example.pointer(pointer));
    if right.is_some_and(|right| kind(right) == kind(value)) {
        json!({ "value": value })
    } else {
        json!({ "type": kind(value) })
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
