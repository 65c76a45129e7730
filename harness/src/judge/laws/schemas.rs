//! Every payload of the server fits its schema.

use super::{Findings, Law};
use crate::judge::Evidence;
use crate::judge::history::{History, frame_kind};
use crate::validate::faults;
use invite_spec::endpoint::Plane;
use invite_spec::payload::Payload;
use invite_spec::push;
use serde_json::Value;

pub(super) const LAW: Law = Law {
    name: "payloads fit their schemas",
    says: "Every answer and every pushed frame fits its JSON Schema.",
    requirements: &["WIRE-003", "WIRE-004", "WIRE-005"],
    examine,
};

fn examine(history: &History<'_>, findings: &mut Findings) {
    for exchange in &history.exchanges {
        let (Some(endpoint), Some(reply)) = (exchange.endpoint, &exchange.reply) else { continue };
        let Some(payload) = endpoint.answer.filter(|_| exchange.is_accepted()) else { continue };
        let general = match endpoint.plane {
            Plane::Auth | Plane::Rest => "WIRE-003",
            Plane::Session | Plane::Telemetry => "WIRE-004",
        };
        findings.observe(general);
        match reply.body.json() {
            Some(body) => validate(&payload, body, general, &exchange.entries(), findings),
            None => findings.content(
                general,
                Evidence::new(format!("{}, as JSON", payload.title), "a body that is not JSON")
                    .at(exchange.entries()),
            ),
        }
    }
    for socket in &history.sockets {
        for (at, frame) in socket.values() {
            let Some(kind) = push::kind(&frame_kind(frame)) else { continue };
            findings.observe("WIRE-005");
            validate(&kind.payload, frame, "WIRE-005", &[at], findings);
        }
    }
}

fn validate(
    payload: &Payload,
    value: &Value,
    general: &'static str,
    entries: &[usize],
    findings: &mut Findings,
) {
    for fault in faults(payload, value, general) {
        let expected = format!("{}: {}", payload.title, fault.expected);
        let evidence = Evidence::new(expected, fault.seen).pointing(fault.pointer);
        findings.content(fault.requirement, evidence.at(entries.iter().copied()));
    }
}
