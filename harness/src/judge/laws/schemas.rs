//! Every payload of the server fits its schema.

use super::{Findings, Law};
use crate::judge::Evidence;
use crate::judge::history::{History, frame_kind};
use crate::matching::show;
use invite_spec::endpoint::Plane;
use invite_spec::payload::Payload;
use invite_spec::{payload, push, requirement};
use jsonschema::Validator;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::OnceLock;

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
    let Some(validator) = validators().get(payload.name) else { return };
    if validator.is_valid(value) {
        return;
    }
    for error in validator.iter_errors(value) {
        let mut pointer = error.instance_path().to_string();
        // An absent field is meant, not the object that lacks it.
        if let jsonschema::error::ValidationErrorKind::Required { property } = error.kind()
            && let Some(name) = property.as_str()
        {
            pointer = format!("{pointer}/{}", crate::matching::escape(name));
        }
        let id = requirement::of_field(payload.name, &pointer).unwrap_or(general);
        let seen = show(value.pointer(&pointer));
        let expected = format!("{}: {}", payload.title, masked(&error));
        let evidence = Evidence::new(expected, seen).pointing(pointer).at(entries.iter().copied());
        findings.content(id, evidence);
    }
}

/// The validator's words without the value, which is shown beside them.
fn masked(error: &jsonschema::ValidationError<'_>) -> String {
    error.masked_with("the value").to_string()
}

/// The validators of all payloads: compiled once.
fn validators() -> &'static BTreeMap<&'static str, Validator> {
    static VALIDATORS: OnceLock<BTreeMap<&'static str, Validator>> = OnceLock::new();
    VALIDATORS.get_or_init(|| {
        payload::all()
            .filter_map(|payload| {
                let validator = jsonschema::validator_for(&payload.schema()).ok()?;
                Some((payload.name, validator))
            })
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_payload_has_a_validator_and_fits_it() {
        for payload in payload::all() {
            let validator = validators().get(payload.name).expect(payload.name);
            assert!(validator.is_valid(&payload.example()), "{}", payload.name);
        }
    }
}
