//! Answers and frames have the form that the clients can read.

use super::{Findings, Law};
use crate::history::{History, Socket};
use invite_spec::endpoint::Operation;
use invite_spec::requirement::id;
use invite_trace::{
    Content, CutOff, Ended, Event, Evidence, Expected, LawName, Seen, SocketEnd, SocketLoss,
    StopReason,
};
use serde_json::Value;

pub(crate) const LAW: Law = Law {
    name: LawName::Forms,
    says: "REST answers are JSON where they are read, frames are typed JSON objects, and the \
           WebSocket's address is an origin. Frames have an end.",
    requirements: &[id::WIRE_001, id::WIRE_002, id::WIRE_006, id::SES_002, id::SES_003],
    besides: &[],
    examine,
};

fn examine(history: &History<'_>, findings: &mut Findings) {
    answers(history, findings);
    frames(history, findings);
    addresses(history, findings);
    babble(history, findings);
    lost(history, findings);
}

fn answers(history: &History<'_>, findings: &mut Findings) {
    for exchange in history.exchanges.iter().filter(|e| e.is_of_rest() && e.is_accepted()) {
        let (Some(endpoint), Some(reply)) = (exchange.endpoint, &exchange.reply) else { continue };
        if endpoint.answer.is_none() {
            findings.observe(id::WIRE_002);
            if matches!(reply.body, Content::Text { .. }) {
                let evidence = Evidence::new(Expected::EmptyOrJson, Seen::NotJson);
                findings.breach(id::WIRE_002, evidence.at(exchange.entries()));
            }
            continue;
        }
        findings.observe(id::WIRE_001);
        let kind = reply.headers.get("content-type").filter(|kind| !kind.is_empty());
        if !kind.is_some_and(|kind| kind.to_lowercase().contains("json")) {
            let seen = Seen::ContentType(kind.cloned());
            let evidence = Evidence::new(Expected::JsonContentType, seen);
            findings.content(id::WIRE_001, evidence.at(exchange.entries()));
        }
    }
}

fn frames(history: &History<'_>, findings: &mut Findings) {
    for (at, frame) in untyped(history) {
        findings.observe(id::WIRE_006);
        let evidence = Evidence::new(Expected::TypedFrame, Seen::value(Some(frame)));
        findings.content(id::WIRE_006, evidence.at([at]));
    }
    for socket in &history.sockets {
        for (at, content) in &socket.received {
            findings.observe(id::WIRE_006);
            let seen = match content {
                Content::Json(Value::Object(_) | Value::Array(_)) => continue,
                Content::Json(other) => Seen::value(Some(other)),
                Content::Empty => Seen::Empty,
                Content::Text { beginning, .. } => {
                    Seen::value(Some(&Value::from(beginning.as_str())))
                }
            };
            findings.content(id::WIRE_006, Evidence::new(Expected::ObjectFrame, seen).at([*at]));
        }
    }
}

/// The first frame at each socket, if no frame has a type. One without a type among others is left
/// to the server: clients ignore it.
fn untyped<'t>(history: &History<'t>) -> Vec<(usize, &'t Value)> {
    let is_typed = |(_, frame): (usize, &Value)| frame.get("type").is_some_and(Value::is_string);
    if history.sockets.iter().flat_map(|socket| socket.values()).any(is_typed) {
        return Vec::new();
    }
    let first = |socket: &Socket<'t>| socket.values().find(|(_, frame)| frame.is_object());
    history.sockets.iter().filter_map(first).collect()
}

fn addresses(history: &History<'_>, findings: &mut Findings) {
    for exchange in history.exchanges.iter().filter(|exchange| exchange.is(Operation::Identify)) {
        let address = exchange.answer().and_then(|answer| answer.get("wsUri")?.as_str());
        let Some(address) = address else { continue };
        findings.observe(id::SES_003);
        let is_origin = address.split_once("://").is_some_and(|(scheme, rest)| {
            ["ws", "wss"].iter().any(|known| known.eq_ignore_ascii_case(scheme))
                && !rest.is_empty()
                && !rest.trim_end_matches('/').contains(['/', '?', '#'])
        });
        if !is_origin {
            // Without a pointer: all that follows from the whole response is a consequence.
            let seen = Seen::Address(address.to_owned());
            let evidence = Evidence::new(Expected::SocketOrigin, seen);
            findings.content(id::SES_003, evidence.at(exchange.entries()));
        }
    }
}

/// A WebSocket that had to be cut off is useless, unless the harness's own limit was reached.
fn babble(history: &History<'_>, findings: &mut Findings) {
    for (at, entry) in history.trace.entries.iter().enumerate() {
        if let Event::SocketClosed { by: SocketEnd::Cut(why), .. } = &entry.event
            && *why != CutOff::TooManyBytes
        {
            let evidence = Evidence::new(Expected::UsableSocket, Seen::CutOff(*why));
            findings.content(id::SES_002, evidence.at([at]));
        }
    }
}

/// A frame cannot arrive over a WebSocket that the target closed some steps before: that is what is
/// wrong, and not what the frame would have said.
fn lost(history: &History<'_>, findings: &mut Findings) {
    let Ended::Stopped(stop) = &history.trace.ended else { return };
    let StopReason::SocketLost { end: end @ SocketLoss::Closed { .. }, awaited: Some(_) } =
        &stop.reason
    else {
        return;
    };
    // Where the step is about how long a WebSocket lives, its own requirement says it better.
    if stop.requirement.is_some_and(|id| id.area().prefix == "SES") {
        return;
    }
    let entries = &history.trace.entries;
    let last = history.sockets.iter().rev().find(|socket| socket.actor == stop.actor);
    let Some(at) = last.and_then(|socket| socket.closed_at) else { return };
    let by_target = matches!(&entries[at].event, Event::SocketClosed { by: SocketEnd::Target, .. });
    // What the step itself brings about may close the WebSocket, as a kick does.
    let began = entries.iter().position(|entry| entry.step == stop.step);
    if by_target && began.is_some_and(|began| at < began) {
        let evidence = Evidence::new(Expected::UsableSocket, Seen::SocketLost(end.clone()));
        findings.content(id::SES_002, evidence.at([at]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::testing::{APP, Story};
    use serde_json::json;

    const INVITE: &str = "POST /v2/conferences/c-1/invite";
    const END: &str = "DELETE /v2/conferences/c-1";

    fn text(beginning: &str) -> Content {
        Content::Text { beginning: beginning.into(), bytes: beginning.len() }
    }

    #[test]
    fn json_and_origins_hold() {
        let mut story = Story::of(&["bob"]);
        story.call(APP, INVITE, json!({}), 200, json!({}));
        story.call_raw(APP, END, Value::Null, 200, Content::Empty);
        story.call(APP, END, Value::Null, 200, json!({}));
        story.frame("bob", json!({ "type": "Unheard" }));
        story.holds(&LAW, &[id::WIRE_001, id::WIRE_002, id::WIRE_006, id::SES_003]);
    }

    #[test]
    fn a_response_that_does_not_say_it_is_json_breaks_it() {
        for kind in [None, Some("text/html")] {
            let mut story = Story::new();
            story.answering("content-type", kind.unwrap_or(""));
            let entries = story.call(APP, INVITE, json!({}), 200, json!({}));
            let seen = Seen::ContentType(kind.map(str::to_owned));
            let evidence = Evidence::new(Expected::JsonContentType, seen).at(entries);
            story.breaks(&LAW, id::WIRE_001, evidence);
        }
    }

    #[test]
    fn text_where_the_body_is_read_as_json_breaks_it() {
        let mut story = Story::new();
        let entries = story.call_raw(APP, END, Value::Null, 200, text("OK"));
        let evidence = Evidence::new(Expected::EmptyOrJson, Seen::NotJson).at(entries);
        story.breaks(&LAW, id::WIRE_002, evidence);
    }

    #[test]
    fn a_frame_that_is_no_object_breaks_it() {
        for (frame, seen) in [
            (Content::Json(7.into()), Seen::Value { shown: "7".into() }),
            (Content::Empty, Seen::Empty),
            (text("hello"), Seen::Value { shown: "\"hello\"".into() }),
        ] {
            let mut story = Story::of(&["bob"]);
            let at = story.frame_raw("bob", frame);
            story.breaks(&LAW, id::WIRE_006, Evidence::new(Expected::ObjectFrame, seen).at([at]));
        }
    }

    #[test]
    fn frames_without_any_type_break_it_once() {
        let wrapped = json!({ "data": { "type": "ParticipantAdded" } });
        let mut story = Story::of(&["bob"]);
        let at = story.frame("bob", wrapped.clone());
        story.frame("bob", wrapped.clone());
        let evidence = Evidence::new(Expected::TypedFrame, Seen::value(Some(&wrapped)));
        story.breaks(&LAW, id::WIRE_006, evidence.at([at]));
        story.frame("bob", json!({ "type": "ConferenceDestroyed" }));
        story.holds(&LAW, &[id::WIRE_006]);
    }

    #[test]
    fn an_origin_holds_whatever_the_case_of_its_scheme() {
        for address in ["wss://host", "ws://host:8080/", "WSS://HOST"] {
            let mut story = Story::new();
            let who = json!({ "user_id": "u", "jwt_user_token": "<u>", "wsUri": address });
            story.call("eve", "POST /v2/users/identify", json!({}), 200, who);
            story.holds(&LAW, &[id::SES_003]);
        }
    }

    #[test]
    fn an_address_that_is_no_origin_breaks_it() {
        for address in ["https://host", "wss://", "wss://host/v2/session", "wss://host?a=b", "host"]
        {
            let mut story = Story::new();
            let who = json!({ "user_id": "u", "jwt_user_token": "<u>", "wsUri": address });
            let entries = story.call("eve", "POST /v2/users/identify", json!({}), 200, who);
            let seen = Seen::Address(address.into());
            let evidence = Evidence::new(Expected::SocketOrigin, seen).at(entries);
            story.breaks(&LAW, id::SES_003, evidence);
        }
    }

    #[test]
    fn a_socket_without_an_end_breaks_it() {
        let mut story = Story::of(&["bob"]);
        let why = CutOff::TooManyFrames { most: 10 };
        let at = story.cut("bob", why);
        let evidence = Evidence::new(Expected::UsableSocket, Seen::CutOff(why)).at([at]);
        story.breaks(&LAW, id::SES_002, evidence);
    }
}
