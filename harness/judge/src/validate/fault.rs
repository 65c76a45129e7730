//! What is wrong with a value.

use super::expected;
use invite_spec::payload::{self, Payload};
use invite_spec::requirement::{self, RequirementId};
use invite_text::{escape, show};
use jsonschema::error::ValidationErrorKind;
use jsonschema::{ValidationError, Validator};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// One place at which a value does not fit its schema.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The place, as a JSON Pointer; of an absent field, where it should be.
    pub pointer: String,
    /// What should stand there.
    pub expected: String,
    /// What stands there, shortened.
    pub seen: String,
    /// The requirement that the place rests on.
    pub requirement: RequirementId,
}

/// Every fault of a value: none if it fits the payload's schema. `general` is the requirement of
/// places that carry none of their own.
pub fn faults(payload: &Payload, value: &Value, general: RequirementId) -> Vec<Fault> {
    let Some(Compiled { schema, validator }) = compiled().get(payload.name) else {
        return Vec::new();
    };
    if validator.is_valid(value) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for error in validator.iter_errors(value) {
        collect(&error, &mut |error| {
            let pointer = pointer(error);
            found.push(Fault {
                expected: expected::of(error, schema),
                seen: show(value.pointer(&pointer)),
                requirement: requirement::of_field(payload.name, &pointer).unwrap_or(general),
                pointer,
            });
        });
    }
    found
}

/// Visits the errors that say most. Of several alternatives, one that only something deeper keeps
/// from fitting is the one that was meant: its errors are told instead of «none of these».
fn collect(error: &ValidationError<'_>, visit: &mut impl FnMut(&ValidationError<'_>)) {
    let (ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context }) =
        error.kind()
    else {
        return visit(error);
    };
    let here = pointer(error);
    let is_meant = |branch: &&Vec<ValidationError<'static>>| {
        !branch.is_empty() && branch.iter().all(|inner| pointer(inner).len() > here.len())
    };
    match context.iter().find(is_meant) {
        Some(branch) => branch.iter().for_each(|inner| collect(inner, visit)),
        None => visit(error),
    }
}

fn pointer(error: &ValidationError<'_>) -> String {
    let at = error.instance_path().to_string();
    // An absent field is meant, not the object that lacks it.
    match error.kind() {
        ValidationErrorKind::Required { property: Value::String(name) } => {
            format!("{at}/{}", escape(name))
        }
        _ => at,
    }
}

struct Compiled {
    schema: Value,
    validator: Validator,
}

/// The validators of all payloads: compiled once.
fn compiled() -> &'static BTreeMap<&'static str, Compiled> {
    static COMPILED: OnceLock<BTreeMap<&'static str, Compiled>> = OnceLock::new();
    COMPILED.get_or_init(|| {
        payload::all()
            .filter_map(|payload| {
                let schema = payload.schema();
                let validator = jsonschema::validator_for(&schema).ok()?;
                Some((payload.name, Compiled { schema, validator }))
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
            let compiled = compiled().get(payload.name).expect(payload.name);
            assert!(compiled.validator.is_valid(&payload.example()), "{}", payload.name);
            assert_eq!(faults(payload, &payload.example(), requirement::of_frames()), []);
        }
    }
}
