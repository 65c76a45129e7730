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
    requirements: &[id::WIRE_003, id::WIRE_004, id::WIRE_005],
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
        let evidence = Evidence::new(expected, seen).pointing(fault.pointer);
        findings.content(fault.requirement, evidence.at(entries.iter().copied()));
    }
}
