//! What fits the schemas of scenarios and targets, and what does not: the files that the program reads
//! and its schemas must agree.

use serde_json::{Value, json};
use std::collections::BTreeSet;

fn fits(schema: &Value, text: &str) -> Result<(), String> {
    let value: Value = serde_saphyr::from_str(text).unwrap();
    let validator = jsonschema::validator_for(schema).unwrap();
    validator.validate(&value).map_err(|error| error.to_string())
}

#[test]
fn every_built_in_scenario_fits() {
    let schema = invite_scenario::schema();
    let found = invite_scenario::built_in().unwrap();
    assert!(found.len() > 200, "{}", found.len());
    for one in found {
        assert_eq!(fits(&schema, &one.source), Ok(()), "{}", one.file);
    }
    let schema = invite_scenario::client::schema();
    let found = invite_scenario::client::built_in().unwrap();
    assert!(found.len() > 10, "{}", found.len());
    for one in found {
        assert_eq!(fits(&schema, &one.source), Ok(()), "{}", one.file);
    }
}

/// A scenario that says nearly everything that an editor completes.
const RIGHT: &str = r#"
scenario: mine
title: Somebody without a token stays outside
profile: sdk
features: [notifications]
application: any
people: {alice: {}, bob: {count: 2}}
steps:
  - open: {who: [alice, bob], sign_in: key_and_secret}
  - call:
      operation: rest.create
      basic: none
      outcome: refused
      requires: [INV-002, INV-003]
      expect:
        - requires: INV-002
          status: accepted
          answer: {/token: {type: string, permissions: default}, /x: {permissions: [JOIN]}}
  - await: {by: bob, frame: InvitationReceived}
  - never: {by: bob, frame: ParticipantAdded, requires: INV-010}
  - forge: {name: wrong, from: "${x}", how: tampered}
  - wait: {seconds: 1, looks_at: ttl}
"#;

#[test]
fn mistakes_in_a_scenario_do_not_fit() {
    let schema = invite_scenario::schema();
    assert_eq!(fits(&schema, RIGHT), Ok(()));
    for (right, wrong) in [
        ("title:", "titel:"),
        ("profile: sdk", "profile: client"),
        ("[notifications]", "[notification]"),
        ("application: any", "application: some"),
        ("{count: 2}", "{number: 2}"),
        ("key_and_secret", "key"),
        ("  - open:", "  - opne:"),
        ("rest.create", "rest.crate"),
        ("outcome: refused", "outcome: refsed"),
        ("[INV-002, INV-003]", "[INV-002, INV-999]"),
        // A requirement for clients, and one that no scenario can evaluate.
        ("requires: INV-002", "requires: CLI-001"),
        ("status: accepted", "status: acepted"),
        ("type: string", "type: text"),
        ("type: string", "typ: string"),
        ("permissions: default", "permissions: none"),
        ("[JOIN]", "[JION]"),
        ("InvitationReceived", "InvitationRecieved"),
        ("frame: ParticipantAdded", "frame: ParticipantAded"),
        ("how: tampered", "how: tamperd"),
        ("looks_at: ttl", "looks_at: tll"),
        ("  - await: {by: bob, frame: InvitationReceived}", "  - {}"),
        ("frame: InvitationReceived}", "frame: InvitationReceived}\n    close: {who: bob}"),
    ] {
        let text = RIGHT.replacen(right, wrong, 1);
        assert_ne!(text, RIGHT, "{right}");
        assert!(fits(&schema, &text).is_err(), "{wrong} fits");
    }
    let excluded = invite_spec::requirement::all().filter(|row| row.excluded.is_some());
    for row in excluded {
        let text = RIGHT.replacen("requires: INV-002", &format!("requires: {}", row.id), 1);
        assert!(fits(&schema, &text).is_err(), "{} fits", row.id);
    }
}

#[test]
fn mistakes_in_a_client_scenario_do_not_fit() {
    let schema = invite_scenario::client::schema();
    let right = "
scenario: mine
title: A client joins
people: [bob]
steps:
  - client: {who: bob, do: open, requires: CLI-017}
  - intervene: {drop: {who: bob}}
  - await: {who: bob, call: sdk.join}
";
    assert_eq!(fits(&schema, right), Ok(()));
    for (part, wrong) in [
        ("do: open", "do: opne"),
        ("CLI-017", "INV-001"),
        ("{drop:", "{dorp:"),
        ("call: sdk.join", "call: sdk.jion"),
        ("people:", "persons:"),
    ] {
        assert!(fits(&schema, &right.replacen(part, wrong, 1)).is_err(), "{wrong} fits");
    }
}

/// Editors write the defaults that a schema lists into the file, and some fail on `null`.
#[test]
fn what_an_editor_offers_is_explained_and_never_null() {
    for schema in [
        invite_scenario::schema(),
        invite_scenario::client::schema(),
        invite_scenario::description::schema(),
    ] {
        let mut found = BTreeSet::new();
        explained(&schema, "", &mut found);
        assert_eq!(found, BTreeSet::new());
    }
}

/// The places in a schema where something has no description, or is null.
fn explained(schema: &Value, place: &str, found: &mut BTreeSet<String>) {
    if let Some(name) = schema.get("const")
        && !schema["description"].is_string()
    {
        found.insert(format!("{place}: {name} has no description"));
    }
    for key in ["default", "enum"] {
        let is_bad = key == "enum" || schema.get(key) == Some(&Value::Null);
        if schema.get(key).is_some() && is_bad {
            found.insert(format!("{place}: {key} is {}", schema[key]));
        }
    }
    let types = schema["type"].as_array().into_iter().flatten();
    if types.chain([&schema["type"]]).any(|one| *one == json!("null")) {
        found.insert(format!("{place}: may be null"));
    }
    for key in ["properties", "$defs"] {
        for (name, inner) in schema[key].as_object().into_iter().flatten() {
            if key == "properties" && !inner["description"].is_string() {
                found.insert(format!("{place}/{name} has no description"));
            }
            explained(inner, &format!("{place}/{name}"), found);
        }
    }
    for key in ["anyOf", "oneOf"] {
        for inner in schema[key].as_array().into_iter().flatten() {
            explained(inner, place, found);
        }
    }
    for key in ["items", "additionalProperties"] {
        if let Some(inner) = schema.get(key) {
            explained(inner, &format!("{place}/{key}"), found);
        }
    }
}
