//! Every payload of the server fits its schema.

use super::{Findings, Law};
use crate::history::History;
use crate::validate::faults;
use invite_spec::endpoint::Operation;
use invite_spec::payload::Payload;
use invite_spec::push::FrameType;
use invite_spec::requirement::{self, RequirementId, id};
use invite_trace::{Evidence, Expected, LawName, Seen};
use serde_json::Value;

pub(crate) const LAW: Law = Law {
    name: LawName::Schemas,
    says: "Every answer and every pushed frame fits its JSON Schema.",
    requirements: &[id::WIRE_003, id::WIRE_004, id::WIRE_005, id::WIRE_014],
    besides: &[
        id::AUTH_002,
        id::SES_001,
        id::CNF_002,
        id::CNF_004,
        id::TOK_001,
        id::TOK_002,
        id::TOK_003,
        id::JOIN_003,
        id::INV_002,
        id::INV_018,
        id::INV_019,
        id::INV_020,
        id::INV_022,
        id::PRM_015,
        id::PRM_023,
        id::PRM_024,
        id::PRM_025,
    ],
    examine,
};

/// The frame by which a message arrives.
const MESSAGE: FrameType = FrameType::ConferenceMessageReceived;

fn examine(history: &History<'_>, findings: &mut Findings) {
    for exchange in &history.exchanges {
        let (Some(endpoint), Some(reply)) = (exchange.endpoint, &exchange.reply) else { continue };
        let Some(payload) = endpoint.answer.filter(|_| exchange.is_accepted()) else { continue };
        let general = requirement::of_answers(endpoint.plane);
        findings.observe(general);
        match reply.body.json() {
            Some(body) => validate(&payload, body, general, &exchange.entries(), findings),
            None => findings.content(
                general,
                Evidence::new(
                    Expected::Json { payload: payload.title.to_owned() },
                    Seen::body(reply.body),
                )
                .at(exchange.entries()),
            ),
        }
    }
    let was_misshapen = sent_misshapen_messages(history);
    for socket in &history.sockets {
        for (at, frame) in socket.values() {
            let Some(kind) = FrameType::of(frame).map(FrameType::kind) else { continue };
            // The target only passes on what no real client sends.
            if was_misshapen && kind.name == MESSAGE && has_misshapen_message(frame) {
                continue;
            }
            findings.observe(id::WIRE_005);
            validate(&kind.payload, frame, id::WIRE_005, &[at], findings);
        }
    }
}

/// Whether a message was sent whose `message` is no text, as some scenarios do.
fn sent_misshapen_messages(history: &History<'_>) -> bool {
    history.exchanges.iter().any(|exchange| {
        let sends = exchange.is(Operation::SdkSend) || exchange.is(Operation::RestMessage);
        sends && exchange.body.json().is_some_and(has_misshapen_message)
    })
}

fn has_misshapen_message(value: &Value) -> bool {
    value.get("message").is_some_and(|message| !message.is_string())
}

/// Whether a payload is an object with a token for each person.
fn is_keyed_by_person(payload: &Payload) -> bool {
    let answers =
        [Operation::RestInvite, Operation::RestPermissions].map(|it| it.endpoint().answer);
    answers.iter().flatten().any(|answer| answer.name == payload.name)
}

fn validate(
    payload: &Payload,
    value: &Value,
    general: RequirementId,
    entries: &[usize],
    findings: &mut Findings,
) {
    for fault in faults(payload, value, general) {
        let expected =
            Expected::Schema { payload: payload.title.to_owned(), wanted: fault.expected };
        let seen = Seen::value(value.pointer(&fault.pointer));
        let mut evidence = Evidence::new(expected, seen);
        // In an object with a key for each person, any wrong entry spoils the whole.
        if !is_keyed_by_person(payload) {
            evidence = evidence.pointing(fault.pointer);
        }
        findings.content(fault.requirement, evidence.at(entries.iter().copied()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::testing::{APP, Story};
    use invite_spec::endpoint::ENDPOINTS;
    use invite_spec::push::KINDS;
    use invite_trace::{Content, Spot};
    use serde_json::json;
    use std::collections::BTreeSet;

    const JOIN: &str = "POST /v1/conferences/c-1/join";
    const CREATE: &str = "POST /v2/conferences/create";

    fn example_of(operation: Operation) -> Value {
        operation.endpoint().answer.as_ref().unwrap().example()
    }

    fn title_of(operation: Operation) -> String {
        operation.endpoint().answer.as_ref().unwrap().title.to_owned()
    }

    fn frame(kind: FrameType) -> Value {
        kind.kind().payload.example()
    }

    /// One field does not fit its schema.
    #[track_caller]
    fn misfits(
        story: &Story,
        requirement: RequirementId,
        payload: &str,
        pointer: &str,
        at: &[usize],
    ) {
        let found = story.only_breach(&LAW);
        assert_eq!(found.requirement, requirement);
        assert!(found.is_content);
        assert_eq!(found.evidence.spot, Some(Spot::Body(pointer.into())));
        assert_eq!(found.evidence.seen, Seen::Value { shown: "7".into() });
        assert_eq!(found.evidence.entries, at);
        let Expected::Schema { payload: expected, .. } = found.evidence.expected else {
            panic!("{:?}", found.evidence.expected)
        };
        assert_eq!(expected, payload);
    }

    #[test]
    fn the_requirements_of_single_fields_are_those_of_the_specification() {
        let answers = ENDPOINTS.iter().filter_map(|endpoint| endpoint.answer.as_ref());
        let payloads = answers.chain(KINDS.iter().map(|kind| &kind.payload));
        let of_fields: BTreeSet<RequirementId> = payloads
            .flat_map(|payload| requirement::of_payload(payload.name))
            .map(|(_, requirement)| requirement)
            .collect();
        assert_eq!(LAW.besides.iter().copied().collect::<BTreeSet<_>>(), of_fields);
    }

    #[test]
    fn the_examples_of_the_specification_hold() {
        let mut story = Story::of(&["bob"]);
        story.call("bob", JOIN, json!({}), 200, example_of(Operation::SdkJoin));
        story.call(APP, CREATE, json!({}), 200, example_of(Operation::RestCreate));
        for kind in KINDS {
            story.frame("bob", kind.payload.example());
        }
        let findings = story.examined(&LAW);
        // The builder's own calls say less than an example does.
        let of_story = findings.breaches.iter().filter(|it| it.evidence.entries[0] > 4);
        assert_eq!(of_story.count(), 0, "{:#?}", findings.breaches);
        for requirement in [id::WIRE_003, id::WIRE_004, id::WIRE_005] {
            assert!(findings.observed.contains(&(LAW.name, requirement)), "{requirement}");
        }
    }

    #[test]
    fn a_response_to_an_application_that_is_not_json_breaks_it() {
        let mut story = Story::new();
        let body = Content::Text { beginning: "<html>".into(), bytes: 6 };
        let entries = story.call_raw(APP, CREATE, json!({}), 200, body);
        let expected = Expected::Json { payload: title_of(Operation::RestCreate) };
        story.breaks(&LAW, id::WIRE_003, Evidence::new(expected, Seen::NotJson).at(entries));
    }

    #[test]
    fn an_empty_response_to_a_client_breaks_it() {
        let mut story = Story::new();
        let entries = story.call_raw("bob", JOIN, json!({}), 200, Content::Empty);
        let expected = Expected::Json { payload: title_of(Operation::SdkJoin) };
        story.breaks(&LAW, id::WIRE_004, Evidence::new(expected, Seen::Empty).at(entries));
    }

    #[test]
    fn a_response_with_a_wrong_field_breaks_it() {
        let mut story = Story::new();
        let mut body = example_of(Operation::RestCreate);
        body["conferenceId"] = 7.into();
        let entries = story.call(APP, CREATE, json!({}), 200, body);
        let title = title_of(Operation::RestCreate);
        misfits(&story, id::WIRE_003, &title, "/conferenceId", &entries);
    }

    #[test]
    fn a_response_with_a_wrong_field_breaks_the_requirement_of_the_field() {
        let mut story = Story::new();
        let mut body = example_of(Operation::RestCreate);
        body["ownerToken"] = 7.into();
        let entries = story.call(APP, CREATE, json!({}), 200, body);
        misfits(&story, id::TOK_001, &title_of(Operation::RestCreate), "/ownerToken", &entries);
    }

    #[test]
    fn a_frame_with_a_wrong_field_breaks_it() {
        let mut story = Story::new();
        story.open("bob");
        let mut added = frame(FrameType::ParticipantAdded);
        added["user_id"] = 7.into();
        let at = story.frame("bob", added);
        let title = FrameType::ParticipantAdded.kind().payload.title;
        misfits(&story, id::WIRE_005, title, "/user_id", &[at]);
    }

    #[test]
    fn an_invitation_with_a_wrong_field_breaks_the_requirement_of_the_field() {
        let mut story = Story::new();
        story.open("bob");
        let mut invitation = frame(FrameType::InvitationReceived);
        invitation["conferenceId"] = 7.into();
        let at = story.frame("bob", invitation);
        let title = FrameType::InvitationReceived.kind().payload.title;
        misfits(&story, id::INV_018, title, "/conferenceId", &[at]);
    }

    #[test]
    fn a_misshapen_message_that_somebody_sent_is_passed_on_and_not_judged() {
        let mut story = Story::new();
        story.open("bob");
        let mut message = frame(FrameType::ConferenceMessageReceived);
        message["message"] = 7.into();
        let at = story.frame("bob", message);
        let title = FrameType::ConferenceMessageReceived.kind().payload.title;
        misfits(&story, id::WIRE_005, title, "/message", &[at]);
        let sent = json!({ "message": 7 });
        story.call_raw("bob", "POST /v1/conferences/c-1/send", sent, 200, Content::Empty);
        assert!(story.examined(&LAW).breaches.iter().all(|it| it.requirement != id::WIRE_005));
    }
}
