//! Types and schemas agree: serde and the schema accept and refuse the same values.

use crate::edits::{changed, edits};
use invite_spec::payload::{self, Payload};
use jsonschema::Validator;
use proptest::prelude::*;
use serde_json::Value;

fn validator(payload: &Payload) -> Validator {
    jsonschema::validator_for(&payload.schema()).unwrap()
}

fn compare(payload: &Payload, validator: &Validator, value: &Value) -> Result<(), TestCaseError> {
    let parsed = payload.parse(value);
    let valid = validator.validate(value).map_err(|error| error.to_string());
    prop_assert_eq!(
        parsed.is_ok(),
        valid.is_ok(),
        "{}: {}\n  serde: {:?}\n  schema: {:?}",
        payload.name,
        value,
        parsed.err(),
        valid.err()
    );
    Ok(())
}

#[test]
fn serde_and_schema_accept_and_refuse_the_same() {
    for payload in payload::all() {
        let validator = validator(payload);
        let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
            cases: 300,
            failure_persistence: None,
            ..ProptestConfig::default()
        });
        let outcome = runner.run(&edits(), |edits| {
            compare(payload, &validator, &changed(payload.example(), &edits))
        });
        if let Err(error) = outcome {
            panic!("{error}");
        }
    }
}

#[test]
fn what_is_written_is_valid() {
    for payload in payload::all() {
        let written = payload.parse(&payload.example()).unwrap();
        assert!(validator(payload).is_valid(&written), "{}: {written}", payload.name);
    }
}

/// Spellings of frame types: valid, almost valid, and wrong.
fn spelling(name: &'static str) -> impl Strategy<Value = String> {
    let snake: String = name
        .chars()
        .enumerate()
        .flat_map(|(at, c)| {
            let gap = (c.is_uppercase() && at > 0).then_some('_');
            gap.into_iter().chain(c.to_lowercase())
        })
        .collect();
    let mut lower = name.to_owned();
    lower[..1].make_ascii_lowercase();
    let base = prop::sample::select(vec![name.to_owned(), snake, lower, name.to_uppercase()]);
    let end = prop::sample::select(vec!["", "Event", "Push", "EventPush", "_event", "_push", "x"]);
    (base, end).prop_map(|(base, end)| format!("{base}{end}"))
}

#[test]
fn a_frame_type_is_spelled_as_the_schema_says() {
    for kind in invite_spec::push::KINDS {
        let validator = validator(&kind.payload);
        let mut runner = proptest::test_runner::TestRunner::default();
        let outcome = runner.run(&spelling(kind.name.as_str()), |spelled| {
            let mut frame = kind.payload.example();
            frame["type"] = spelled.into();
            compare(&kind.payload, &validator, &frame)
        });
        if let Err(error) = outcome {
            panic!("{error}");
        }
    }
}
