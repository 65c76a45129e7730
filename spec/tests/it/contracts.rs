//! The writing contract is narrower than the reading contract, and our types follow it.

use crate::edits::{changed, edits};
use invite_spec::payload::{self, Payload};
use jsonschema::Validator;
use jsonschema::error::ValidationErrorKind;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

struct Contracts {
    payload: &'static Payload,
    reading: Validator,
    writing: Validator,
}

fn contracts() -> impl Iterator<Item = Contracts> {
    payload::all().map(|payload| {
        let reading = payload.schema();
        let writing = payload.writing_schema().unwrap_or_else(|| reading.clone());
        Contracts {
            payload,
            reading: jsonschema::validator_for(&reading).unwrap(),
            writing: jsonschema::validator_for(&writing).unwrap(),
        }
    })
}

fn runner() -> TestRunner {
    TestRunner::new(ProptestConfig {
        cases: 100,
        failure_persistence: None,
        ..ProptestConfig::default()
    })
}

/// The violations of the writing contract, except for unknown words, which are relayed unchanged.
fn breaches(writing: &Validator, value: &Value) -> Vec<String> {
    let is_relayed = |error: &jsonschema::ValidationError<'_>| {
        matches!(error.kind(), ValidationErrorKind::Enum { .. }) && error.instance().is_string()
    };
    let errors = writing.iter_errors(value).filter(|error| !is_relayed(error));
    errors.map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn what_our_types_write_keeps_to_both_contracts() {
    for Contracts { payload, reading, writing } in contracts() {
        let outcome = runner().run(&edits(), |edits| {
            let Ok(written) = payload.parse(&changed(payload.example(), &edits)) else {
                return Ok(());
            };
            prop_assert!(reading.is_valid(&written), "{}: {written}", payload.name);
            let breaches = breaches(&writing, &written);
            prop_assert!(breaches.is_empty(), "{}: {written}\n{breaches:#?}", payload.name);
            prop_assert_eq!(payload.parse(&written), Ok(written));
            Ok(())
        });
        outcome.unwrap_or_else(|error| panic!("{error}"));
    }
}

#[test]
fn what_may_be_written_can_be_read() {
    for Contracts { payload, reading, writing } in contracts() {
        let example = payload.parse(&payload.example()).unwrap();
        let outcome = runner().run(&edits(), |edits| {
            let value = changed(example.clone(), &edits);
            prop_assert!(
                !writing.is_valid(&value) || reading.is_valid(&value),
                "{}: {value}",
                payload.name
            );
            Ok(())
        });
        outcome.unwrap_or_else(|error| panic!("{error}"));
    }
}

#[test]
fn the_example_of_each_contract_keeps_to_it() {
    for Contracts { payload, reading, writing } in contracts() {
        assert!(reading.is_valid(&payload.example()), "{}", payload.name);
        let schema = payload.writing_schema().unwrap_or_else(|| payload.schema());
        let example = &schema["examples"][0];
        assert!(reading.is_valid(example) && writing.is_valid(example), "{}", payload.name);
    }
}

#[test]
fn a_careful_sender_does_not_write_what_loose_clients_do() {
    for (name, accepted) in [
        ("sdk-create-request", json!({ "params": { "dolbyVoice": "false" } })),
        ("sdk-create-request", json!({ "params": { "ttl": "60" } })),
        ("sdk-create-request", json!({ "pinCode": 4711 })),
        ("sdk-create-request", json!({ "alias": null })),
        ("sdk-join-request", json!({ "user": null })),
        ("client-access-token-request", json!({ "expires_in": "3600" })),
        ("rest-invite-request", json!({ "participants": { "bob": { "permissions": {} } } })),
        ("rest-invite-request", json!({ "participants": { "bob": { "permissions": null } } })),
        ("push-participant-added", json!({ "type": "participant_added_event", "user_id": "u" })),
        (
            "push-participant-added",
            json!({ "type": "ParticipantAdded", "user_id": "u", "status": "CONNECTED" }),
        ),
    ] {
        let contracts = contracts().find(|found| found.payload.name == name).unwrap();
        assert!(contracts.reading.is_valid(&accepted), "{name}: {accepted}");
        assert!(!contracts.writing.is_valid(&accepted), "{name}: {accepted}");
    }
    // Reads the other spelling of the lifetime, and writes the canonical one.
    let tokens = payload::find("client-access-token-request").unwrap();
    let written = tokens.parse(&json!({ "expiresIn": 60 })).unwrap();
    assert_eq!(written, json!({ "expires_in": 60 }));
    let both = tokens.parse(&json!({ "expiresIn": 60, "expires_in": "61" })).unwrap();
    assert_eq!(both, json!({ "expires_in": 61 }));
    let writing = tokens.writing_schema().unwrap();
    assert!(writing["properties"].get("expiresIn").is_none());
    // The same of the PIN code, which is written as a string.
    let create = payload::find("rest-create-request").unwrap();
    for parameters in [json!({ "pinCode": 4711 }), json!({ "pinCode": 1, "pincode": "4711" })] {
        let given = json!({ "ownerExternalId": "alice", "parameters": parameters });
        let expected = json!({ "ownerExternalId": "alice", "parameters": { "pincode": "4711" } });
        assert_eq!(create.parse(&given), Ok(expected), "{given}");
    }
}

#[test]
fn a_contract_stands_alone_only_where_it_differs() {
    let same: Vec<&str> = payload::all()
        .filter(|payload| payload.writing_schema().is_none())
        .map(|payload| payload.name)
        .collect();
    assert_eq!(
        same,
        [
            "rest-invite-answer",
            "rest-permissions-answer",
            "rest-kick-request",
            "sdk-refresh-request",
            "sdk-empty-request",
            "sdk-send-request",
            "keep-alive",
            "acknowledgement",
        ]
    );
}
