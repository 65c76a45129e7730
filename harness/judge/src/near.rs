//! What did arrive while something else was awaited: the best clue to what a server means.

use super::history::{History, Socket};
use invite_spec::push::{AnyType, FrameType, type_of};
use invite_trace::{
    Awaited, Check, CheckResult, Event, Evidence, Expected, FramePattern, NearMiss, Seen, Spot,
};
use serde_json::{Map, Value};

/// Notes in the evidence of each failure what was almost right.
pub(crate) fn look(history: &History<'_>, checks: &mut [Check]) {
    for check in checks {
        let evidence = match &mut check.result {
            CheckResult::Fail(evidence) => evidence,
            _ => continue,
        };
        if let Some((at, near)) = near(history, evidence) {
            if let Some(at) = at.filter(|at| !evidence.entries.contains(at)) {
                evidence.entries.insert(0, at);
            }
            evidence.near = Some(near);
        }
    }
}

/// What was almost right, and the frame that shows it, if it is one.
fn near(history: &History<'_>, evidence: &Evidence) -> Option<(Option<usize>, NearMiss)> {
    if let Some(missing) = Missing::of(history, evidence) {
        let (at, near) = missing.near(history)?;
        return Some((Some(at), near));
    }
    misspelled(history, evidence).map(|near| (None, near))
}

/// A frame that should have come.
struct Missing<'e> {
    actor: &'e str,
    frame: Option<FrameType>,
    /// The fields that it should have had, by JSON Pointer.
    fields: Vec<&'e str>,
    conference: Option<&'e str>,
}

impl<'e> Missing<'e> {
    fn of(history: &'e History<'_>, evidence: &'e Evidence) -> Option<Missing<'e>> {
        let last = || history.trace.entries.get(*evidence.entries.last()?);
        // What was asked for, where the frame was to be about that.
        let asked = || {
            let at = evidence.entries.first().copied()?;
            let mut exchanges = history.exchanges.iter();
            exchanges.find(|exchange| exchange.entries().contains(&at))?.conference()
        };
        let invitation = |actor, conference| Missing {
            actor,
            frame: Some(FrameType::InvitationReceived),
            fields: vec!["/conferenceId"],
            conference,
        };
        let of_pattern = |pattern: &'e FramePattern, actor| Missing {
            actor,
            frame: pattern.frame,
            fields: pattern.fits.keys().map(String::as_str).collect(),
            conference: last_conference(history, evidence),
        };
        match &evidence.expected {
            Expected::Frame { pattern, actor } => Some(of_pattern(pattern, actor)),
            Expected::InvitationArrives { actor, .. } => Some(invitation(actor, asked())),
            Expected::SomeFrame(_) | Expected::FenceArrives => {
                let last = last()?;
                match &last.event {
                    Event::Expired { waiting_for: Awaited::Frame(pattern), .. } => {
                        Some(of_pattern(pattern, &last.actor))
                    }
                    Event::Expired { waiting_for: Awaited::Fence { conference }, .. } => {
                        Some(invitation(&last.actor, Some(conference)))
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn near(&self, history: &History<'_>) -> Option<(usize, NearMiss)> {
        let sockets = || history.sockets.iter().filter(|socket| socket.actor == self.actor);
        let frames = || sockets().flat_map(Socket::values);
        // The latest is the likeliest, and what says the same before what only sounds like it.
        let named = |same: bool| {
            let found = frames().filter_map(|(at, frame)| {
                let Some(AnyType::Unknown(spelled)) = type_of(frame) else { return None };
                let is_same = self.conference.is_some() && self.conference == conference_of(frame);
                let fits = if same { is_same } else { self.sounds_like(&spelled) };
                let same = is_same.then(|| "conferenceId".to_owned());
                let spelled = spelled.into_owned();
                fits.then_some((at, NearMiss::UnknownType { spelled, same }))
            });
            found.last()
        };
        let untyped = || frames().filter(|(_, frame)| type_of(frame).is_none());
        let wrapped =
            || untyped().find_map(|(at, frame)| Some((at, self.without_type(frame.as_object()?)?)));
        let misspelled = || {
            let own = frames().filter(|(_, frame)| FrameType::of(frame) == self.frame);
            own.filter_map(|(at, frame)| {
                let fields = frame.as_object()?;
                let lacks = self.fields.iter().filter_map(|pointer| pointer.strip_prefix('/'));
                let mut found = lacks.filter_map(|field| other_spelling(fields, field));
                Some((at, found.next()?))
            })
            .last()
        };
        let unreadable = || {
            let all = sockets().flat_map(|socket| &socket.received);
            let mut broken = all.filter(|(_, content)| content.json().is_none());
            broken.next_back().map(|(at, _)| (*at, NearMiss::NotJson))
        };
        named(true)
            .or_else(wrapped)
            .or_else(misspelled)
            .or_else(|| named(false))
            .or_else(unreadable)
    }

    /// Whether a type is spelled much like the awaited one.
    fn sounds_like(&self, spelled: &str) -> bool {
        let Some(frame) = self.frame else { return false };
        let (own, other) = (plain(frame.as_str()), plain(spelled));
        !other.is_empty() && (own.contains(&other) || other.contains(&own))
    }

    /// Where the type of a frame is that has none.
    fn without_type(&self, fields: &Map<String, Value>) -> Option<NearMiss> {
        let is_wanted = |value: &Value| {
            value.as_str().and_then(FrameType::parse).is_some_and(|it| Some(it) == self.frame)
        };
        if let Some((field, _)) = fields.iter().find(|(_, value)| is_wanted(value)) {
            let (field, instead) = ("type".to_owned(), field.clone());
            return Some(NearMiss::Misspelled { field, instead });
        }
        let holds = |value: &Value| value.get("type").is_some_and(is_wanted);
        if let Some((field, _)) = fields.iter().find(|(_, value)| holds(value)) {
            return Some(NearMiss::Wrapped { field: field.clone() });
        }
        let own = fields.get("conferenceId").and_then(Value::as_str);
        (own.is_some() && own == self.conference).then_some(NearMiss::Untyped)
    }
}

fn conference_of(frame: &Value) -> Option<&str> {
    frame.get("conferenceId")?.as_str()
}

/// The conference of the last call before the evidence: what a frame that did not come was about.
fn last_conference<'h>(history: &'h History<'_>, evidence: &Evidence) -> Option<&'h str> {
    let end = evidence.entries.last().copied().unwrap_or(usize::MAX);
    let before = history.exchanges.iter().filter(|exchange| exchange.asked_at < end);
    let mut own = before.filter_map(|exchange| exchange.conference());
    own.rfind(|conference| !history.fences.contains(conference))
}

/// A value that is not there, and is under another spelling of its name.
fn misspelled(history: &History<'_>, evidence: &Evidence) -> Option<NearMiss> {
    let lacks = |seen: &Seen| matches!(seen, Seen::Absent | Seen::NoToken);
    let pointer = match (&evidence.spot, &evidence.expected, &evidence.seen) {
        (Some(Spot::Body(pointer)), _, seen) if lacks(seen) => pointer,
        (None, Expected::Text { pointer, .. } | Expected::ValueAt(pointer), _) => pointer,
        _ => return None,
    };
    let (parent, field) = pointer.rsplit_once('/')?;
    evidence.entries.iter().rev().find_map(|at| {
        let body = match &history.trace.entries.get(*at)?.event {
            Event::Answer { body, .. } | Event::Received { body, .. } => body.json()?,
            _ => return None,
        };
        other_spelling(body.pointer(parent)?.as_object()?, field)
    })
}

/// Another spelling of a field that is not there.
fn other_spelling(fields: &Map<String, Value>, field: &str) -> Option<NearMiss> {
    if fields.contains_key(field) {
        return None;
    }
    let instead = fields.keys().find(|key| plain(key) == plain(field))?;
    Some(NearMiss::Misspelled { field: field.to_owned(), instead: instead.clone() })
}

/// A name without what spellings differ in.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::testing::{APP, Story};
    use invite_spec::endpoint::Operation;
    use serde_json::json;

    /// What is almost right where Bob, who was invited, gets these frames and no invitation.
    fn near_of(frames: &[Value]) -> Option<NearMiss> {
        let mut story = Story::of(&["alice", "bob"]);
        let people = json!({ "bob": { "notification": true } });
        let entries = story.invites("c-1", people);
        for frame in frames {
            story.frame("bob", frame.clone());
        }
        let history = History::read(story.trace());
        let expected =
            Expected::InvitationArrives { operation: Operation::RestInvite, actor: "bob".into() };
        let evidence = Evidence::new(expected, Seen::NotBeforeFence).at(entries);
        near(&history, &evidence).map(|(_, near)| near)
    }

    #[test]
    fn a_frame_of_an_unknown_type_about_the_same_conference_is_near() {
        let frame = json!({ "type": "Invitation", "conferenceId": "c-1" });
        let same = Some("conferenceId".to_owned());
        let spelled = "Invitation".to_owned();
        assert_eq!(near_of(&[frame]), Some(NearMiss::UnknownType { spelled, same }));
        let other = json!({ "type": "Weather", "conferenceId": "c-2" });
        assert_eq!(near_of(&[other]), None);
    }

    #[test]
    fn a_frame_inside_another_object_is_near() {
        let frame = json!({ "type": "InvitationReceived", "conferenceId": "c-1" });
        let wrapped = json!({ "data": frame, "seq": 1 });
        assert_eq!(near_of(&[wrapped]), Some(NearMiss::Wrapped { field: "data".into() }));
        let renamed = json!({ "event": "InvitationReceived", "conferenceId": "c-1" });
        let (field, instead) = ("type".to_owned(), "event".to_owned());
        assert_eq!(near_of(&[renamed]), Some(NearMiss::Misspelled { field, instead }));
    }

    #[test]
    fn a_field_that_is_spelled_otherwise_is_near() {
        let frame = json!({ "type": "InvitationReceived", "conference_id": "c-1" });
        let (field, instead) = ("conferenceId".to_owned(), "conference_id".to_owned());
        assert_eq!(near_of(&[frame]), Some(NearMiss::Misspelled { field, instead }));
    }

    #[test]
    fn a_value_of_a_response_that_is_spelled_otherwise_is_near() {
        let mut story = Story::of(&["alice"]);
        let answer = json!({ "conference_id": "c-1" });
        let entries = story.call(APP, "POST /v2/conferences/create", json!({}), 200, answer);
        let history = History::read(story.trace());
        let expected =
            Expected::Text { operation: Operation::RestCreate, pointer: "/conferenceId".into() };
        let evidence = Evidence::new(expected, Seen::Absent).pointing("/conferenceId").at(entries);
        let (field, instead) = ("conferenceId".to_owned(), "conference_id".to_owned());
        let found = near(&history, &evidence);
        assert_eq!(found, Some((None, NearMiss::Misspelled { field, instead })));
    }
}
