//! `verify`: a record's verdicts follow from its own traces, or it is said where they do not.

use crate::bench::record;
use crate::program::process::{Outcome, program, run};
use invite_record::Record;
use invite_reference::mutants;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::sync::LazyLock;

const SCENARIOS: [&str; 3] = ["invite-sdk-two", "invite-rest-two", "error-missing-permission"];

/// A record of a right server, as it is written down.
static RIGHT: LazyLock<Value> = LazyLock::new(|| {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    written(runtime.block_on(record(None, &SCENARIOS)))
});

fn written(mut record: Record) -> Value {
    record.seal();
    serde_json::to_value(record).unwrap()
}

fn verify(record: &Value, flags: &[&str]) -> Outcome {
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("run.json");
    std::fs::write(&path, record.to_string()).unwrap();
    let path = path.to_str().unwrap();
    run(program(["verify", path].into_iter().chain(flags.iter().copied())))
}

#[test]
fn an_honest_record_is_equal() {
    let outcome = verify(&RIGHT, &[]);
    assert_eq!(outcome.code(), Some(0), "{outcome:?}");
    assert!(outcome.stdout.contains("EQUAL: "), "{}", outcome.stdout);
    assert!(outcome.stdout.contains("note: 3 of "), "{}", outcome.stdout);
    assert_eq!(verify(&RIGHT, &["--json"]).json()["equal"], true);
}

/// The record, changed by hand.
fn changed(change: impl FnOnce(&mut Value)) -> Value {
    let mut record = RIGHT.clone();
    change(&mut record);
    record
}

/// The place of the first entry of a trace of which this holds.
fn entry(record: &Value, is: impl Fn(&Value) -> bool) -> usize {
    let entries = record["scenarios"][0]["trace"]["entries"].as_array().unwrap();
    entries.iter().position(is).unwrap()
}

#[test]
fn what_was_tampered_with_is_named() {
    let answer = entry(&RIGHT, |entry| entry["event"]["answer"]["status"] == 200);
    let scenario = RIGHT["scenarios"][0]["id"].as_str().unwrap().to_owned();
    let first = RIGHT["checks"][0]["requirement"].as_str().unwrap().to_owned();
    let cases: [(Value, String); 8] = [
        (changed(|r| r["checks"][0]["verdict"] = "blocked".into()), first.clone()),
        (changed(|r| drop(r["checks"].as_array_mut().unwrap().remove(0))), first),
        (changed(|r| r["tally"]["summary"]["passed"] = 7.into()), "the tally".into()),
        (
            changed(|r| {
                r["scenarios"][0]["trace"]["entries"][answer]["event"]["answer"]["status"] =
                    201.into();
            }),
            format!("the trace of {scenario}, entry {answer} (an answer, "),
        ),
        (
            changed(|r| {
                drop(r["scenarios"][0]["trace"]["entries"].as_array_mut().unwrap().pop());
            }),
            format!("the trace of {scenario}, entry "),
        ),
        (
            changed(|r| r["scenarios"][0]["trace"]["tokens"] = json!({})),
            format!("the trace of {scenario}, beside its entries"),
        ),
        (
            changed(|r| {
                r["scenarios"][0]["skipped"] = json!({ "reason": "no_second_application" })
            }),
            format!("scenario {scenario}"),
        ),
        (changed(|r| r["seals"] = json!({})), "the trace of preflight".into()),
    ];
    for (record, place) in cases {
        let outcome = verify(&record, &["--json"]);
        assert_eq!(outcome.code(), Some(1), "{place}: {outcome:?}");
        let differences = outcome.json()["differences"].clone();
        let named = differences.as_array().unwrap().iter().any(|difference| {
            difference["place"].as_str().is_some_and(|found| found.contains(&place))
        });
        assert!(named, "{place} is not named: {differences:#}");
        let text = verify(&record, &[]);
        assert!(text.stdout.contains("NOT EQUAL"), "{}", text.stdout);
        assert!(text.stdout.lines().all(|line| line.chars().count() <= 100), "{}", text.stdout);
    }
}

#[test]
fn what_was_tested_and_how_is_sealed_too() {
    type Edit = fn(&mut Value);
    let edits: [Edit; 5] = [
        |r| r["target"]["name"] = "another".into(),
        |r| r["target"]["planes"]["rest"] = "http://another.example".into(),
        |r| r["target"]["claims"] = json!(["rest", "sdk"]),
        |r| r["options"]["seed"] = 7.into(),
        |r| r["head_seal"] = "".into(),
    ];
    for edit in edits {
        let outcome = verify(&changed(edit), &["--json"]);
        assert_eq!(outcome.code(), Some(1), "{outcome:?}");
        let places = outcome.json()["differences"].to_string();
        assert!(places.contains("its claims or the options"), "{places}");
    }
}

#[test]
fn a_trace_of_another_run_is_found() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let other = written(runtime.block_on(record(None, &SCENARIOS)));
    let id = other["scenarios"][0]["id"].as_str().unwrap();
    let spliced = changed(|r| {
        r["scenarios"][0] = other["scenarios"][0].clone();
        r["seals"][id] = other["seals"][id].clone();
    });
    let outcome = verify(&spliced, &["--json"]);
    assert_eq!(outcome.code(), Some(1), "{outcome:?}");
    let differences = outcome.json()["differences"].to_string();
    assert!(differences.contains("a trace of another run"), "{differences}");
}

#[test]
fn a_consistent_record_is_not_called_a_proof() {
    let outcome = verify(&RIGHT, &[]);
    assert!(outcome.stdout.contains("Unsigned: consistent, not proof"), "{}", outcome.stdout);
    assert_eq!(verify(&RIGHT, &["--json"]).json()["signed"], false);
}

/// What was not driven needs a reason: that of the target's description, or of a run that was ended.
#[test]
fn only_an_interrupted_run_leaves_scenarios_undriven() {
    let undriven = |reason: Option<Value>, interrupted: Option<&str>| {
        let record = changed(|r| {
            let scenario = r["scenarios"][0].as_object_mut().unwrap();
            scenario.remove("trace");
            if let Some(reason) = reason {
                scenario.insert("skipped".into(), json!({ "reason": reason }));
            }
            if let Some(interrupted) = interrupted {
                r["interrupted"] = interrupted.into();
            }
        });
        let differences = verify(&record, &["--json"]).json()["differences"].clone();
        let found = differences.as_array().unwrap().iter();
        let id = format!("scenario {}", RIGHT["scenarios"][0]["id"].as_str().unwrap());
        found.filter(|difference| difference["place"] == id).count() == 1
    };
    let why = || Some(json!({ "interrupted": "asked" }));
    assert!(!undriven(why(), Some("asked")));
    assert!(undriven(why(), None), "nobody interrupted it");
    assert!(undriven(Some(json!({ "not_claimed": "messages" })), Some("asked")));
    assert!(undriven(None, Some("asked")));
}

/// A run that was ended early shows no conformance, whatever its record says.
#[test]
fn an_interrupted_run_does_not_conform() {
    let record = changed(|r| r["interrupted"] = "asked".into());
    let differences = verify(&record, &["--json"]).json()["differences"].clone();
    assert_eq!(differences[0]["place"], "the tally", "{differences:#}");
}

#[test]
fn what_is_no_record_is_a_wrong_file() {
    let cases = [
        (json!(7), "is not a run record"),
        (json!({}), "is not a run record"),
        (changed(|r| r["format"] = "other/9".into()), "has the format `other/9`"),
        (
            changed(|r| r["format"] = "invite-conformance-run/1".into()),
            "use the version of the program that made the record, or run it again",
        ),
        (changed(|r| r["checks"][0]["verdict"] = "fail".into()), "has no `evidence`"),
        (changed(|r| r["scenarios"][0]["source"] = "steps: [".into()), "source of a scenario"),
    ];
    for (record, expected) in cases {
        let outcome = verify(&record, &[]);
        assert_eq!(outcome.code(), Some(2), "{outcome:?}");
        assert!(outcome.stderr.contains(expected), "{}", outcome.stderr);
    }
}

/// The pointers of all leaves of a value.
fn leaves(value: &Value, pointer: &str, found: &mut Vec<String>) {
    let escape = |key: &str| key.replace('~', "~0").replace('/', "~1");
    match value {
        Value::Object(fields) => fields
            .iter()
            .for_each(|(key, value)| leaves(value, &format!("{pointer}/{}", escape(key)), found)),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(index, value)| leaves(value, &format!("{pointer}/{index}"), found)),
        _ => found.push(pointer.to_owned()),
    }
}

/// The leaves of everything that verdicts rest on, and of the verdicts.
static LEAVES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut found = Vec::new();
    for part in ["checks", "tally", "preflight"] {
        leaves(&RIGHT[part], &format!("/{part}"), &mut found);
    }
    for (index, scenario) in RIGHT["scenarios"].as_array().unwrap().iter().enumerate() {
        leaves(&scenario["trace"], &format!("/scenarios/{index}/trace"), &mut found);
    }
    // The words next to the typed form of a check: nothing reads them.
    let is_in_words = |pointer: &String| {
        let mut parts = pointer.split('/').skip(1);
        let words = (parts.next(), parts.nth(1), parts.next());
        matches!(words, (Some("checks"), Some("where" | "expected" | "seen" | "because"), None))
    };
    found.retain(|pointer| !is_in_words(pointer));
    found
});

/// Another value of the same type.
fn another(value: &Value) -> Value {
    match value {
        Value::Null => json!(1),
        Value::Bool(is) => json!(!is),
        Value::Number(number) => json!(number.as_u64().unwrap_or(0) + 1),
        Value::String(text) => json!(format!("{text}x")),
        other => other.clone(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..Default::default() })]

    /// No single value of a trace or a verdict can be changed without being found out.
    #[test]
    fn every_change_is_found_out(leaf in any::<prop::sample::Index>()) {
        let pointer = &LEAVES[leaf.index(LEAVES.len())];
        let mut changed = RIGHT.clone();
        let slot = changed.pointer_mut(pointer).unwrap();
        *slot = another(slot);
        if let Ok(record) = serde_json::from_value::<Record>(changed) {
            let differences = invite_record::verify(&record).unwrap();
            prop_assert!(!differences.is_empty(), "{pointer} was changed, and nobody noticed");
        }
    }
}

/// Verdicts about wrong servers follow from their traces as well, after having been written down.
#[tokio::test(flavor = "multi_thread")]
async fn records_of_wrong_servers_are_equal() {
    for mutant in mutants::all().iter().step_by(7) {
        let record = record(Some(mutant.name), &SCENARIOS).await;
        let fails = record.tally.summary.failed;
        let read: Record = serde_json::from_str(&written(record).to_string()).unwrap();
        let differences = invite_record::verify(&read).unwrap();
        assert_eq!(differences, [], "{} ({fails} failed)", mutant.name);
    }
}
