//! What a client sends fits its schema.

use crate::history::{Exchange, History};
use crate::laws::{Findings, Law};
use crate::validate::faults;
use invite_spec::client_frame::{Acknowledgement, KeepAlive};
use invite_spec::endpoint::{Body, Operation};
use invite_spec::payload::Payload;
use invite_spec::requirement::id;
use invite_trace::{Content, Evidence, Expected, LawName, Seen};
use serde_json::{Value, json};

pub(crate) const LAW: Law = Law {
    name: LawName::ClientSchemas,
    says: "Every request body and every frame of a client fits its JSON Schema.",
    requirements: &[id::CLI_013],
    besides: &[],
    examine,
};

fn examine(history: &History<'_>, findings: &mut Findings) {
    for exchange in history.exchanges.iter().filter(|exchange| exchange.is_of_sdk()) {
        // Bodies of every kind were seen when an application signs in.
        if exchange.is(Operation::SignIn) || exchange.is(Operation::Refresh) {
            continue;
        }
        if let Some(Body::Json(payload)) = exchange.endpoint.map(|endpoint| endpoint.request) {
            body(exchange, &payload, findings);
        }
    }
    for socket in &history.sockets {
        for (at, frame) in &socket.sent {
            let Some(value) = frame.json() else { continue };
            let kind = value.get("type").and_then(Value::as_str);
            if value.get("ackMessageUuid").is_some() {
                validate(&Payload::of::<Acknowledgement>(), value, *at, findings);
            } else if kind == Some("keep_alive") {
                validate(&Payload::of::<KeepAlive>(), value, *at, findings);
            }
        }
    }
}

fn body(exchange: &Exchange<'_>, payload: &Payload, findings: &mut Findings) {
    match exchange.body {
        Content::Json(value) => validate(payload, value, exchange.asked_at, findings),
        // A body that says nothing is as good as an empty object.
        Content::Empty => validate(payload, &json!({}), exchange.asked_at, findings),
        Content::Text { .. } => {
            let expected = Expected::Json { payload: payload.title.to_owned() };
            let evidence = Evidence::new(expected, Seen::NotJson).at([exchange.asked_at]);
            findings.breach(id::CLI_013, evidence);
        }
    }
}

fn validate(payload: &Payload, value: &Value, at: usize, findings: &mut Findings) {
    findings.observe(id::CLI_013);
    for fault in faults(payload, value, id::CLI_013) {
        let expected =
            Expected::Schema { payload: payload.title.to_owned(), wanted: fault.expected };
        let seen = Seen::value(value.pointer(&fault.pointer));
        let evidence = Evidence::new(expected, seen).pointing(fault.pointer);
        findings.breach(id::CLI_013, evidence.at([at]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::testing::Story;

    const JOIN: &str = "POST /v1/conferences/c-1/join";

    #[test]
    fn the_examples_of_the_specification_hold() {
        let mut story = Story::of(&["bob"]);
        let join = Operation::SdkJoin.endpoint().request.payload().unwrap().example();
        story.call("bob", JOIN, join, 200, json!({}));
        story.sends("bob", Payload::of::<KeepAlive>().example());
        story.sends("bob", Payload::of::<Acknowledgement>().example());
        story.holds(&LAW, &[id::CLI_013]);
    }

    #[test]
    fn a_body_with_a_wrong_field_breaks_it() {
        let mut story = Story::of(&["bob"]);
        story.call("bob", JOIN, json!({ "user": 7 }), 200, json!({}));
        let found = story.only_breach(&LAW);
        assert_eq!(found.evidence.spot.unwrap().to_string(), "/user");
    }

    #[test]
    fn a_frame_with_a_wrong_field_breaks_it() {
        let mut story = Story::of(&["bob"]);
        story.sends("bob", json!({ "type": "keep_alive", "message_id": "1" }));
        let found = story.only_breach(&LAW);
        assert_eq!(found.evidence.spot.unwrap().to_string(), "/message_id");
    }

    #[test]
    fn a_body_that_is_no_json_breaks_it() {
        let mut story = Story::of(&["bob"]);
        story.asks_raw("bob", JOIN, Content::Text { beginning: "a=b".into(), bytes: 3 });
        assert_eq!(story.only_breach(&LAW).evidence.seen, Seen::NotJson);
    }
}
