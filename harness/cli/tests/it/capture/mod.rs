//! `judge`: captured traffic.

mod har;

use crate::bench::record;
use crate::program::process::{Outcome, program, run};
use invite_record::Record;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::PathBuf;
use tempfile::TempDir;

/// Files in a folder of their own.
fn files(contents: &[(&str, String)]) -> (TempDir, Vec<PathBuf>) {
    let folder = TempDir::new().unwrap();
    let paths = contents
        .iter()
        .map(|(name, text)| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        })
        .collect();
    (folder, paths)
}

fn judge(contents: &[(&str, String)], flags: &[&str]) -> Outcome {
    let (_folder, paths) = files(contents);
    let paths = paths.iter().map(|path| path.to_str().unwrap());
    run(program(["judge"].into_iter().chain(paths).chain(flags.iter().copied())))
}

/// The requirements that were seen to be so.
fn seen(outcome: &Outcome, what: &str) -> BTreeSet<String> {
    let rows = outcome.json()["judgement"]["requirements"].clone();
    let rows = rows.as_array().unwrap().iter().filter(|row| row["seen"] == what);
    rows.map(|row| row["requirement"].as_str().unwrap().to_owned()).collect()
}

fn trace_of(record: &Record) -> &invite_trace::Trace {
    record.scenarios[0].trace.as_ref().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_har_of_a_right_server_shows_no_fault() {
    let record = record(None, &["invite-sdk-two"]).await;
    let capture = har::har(trace_of(&record)).to_string();
    for flags in [&["--json"][..], &["--json", "--complete"]] {
        let outcome = judge(&[("client.har", capture.clone())], flags);
        assert_eq!(outcome.code(), Some(0), "{outcome:?}");
        let held = seen(&outcome, "pass");
        for id in ["WIRE-003", "WIRE-005", "TOK-004", "PRT-008", "PRT-004"] {
            assert!(held.contains(id), "{id} was not observed: {held:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_laws_see_the_same_faults_in_a_har_as_in_the_trace() {
    for (mutant, scenario, broken, needs_all) in WRONG {
        let record = record(Some(mutant), &[scenario]).await;
        let capture = har::har(trace_of(&record)).to_string();
        let whole = judge(&[("all.har", capture.clone())], &["--json", "--complete"]);
        assert!(seen(&whole, "fail").contains(*broken), "{mutant}: {whole:?}");
        assert_eq!(whole.code(), Some(1), "{mutant}: {whole:?}");
        let part = judge(&[("part.har", capture)], &["--json"]);
        assert_eq!(seen(&part, "fail").contains(*broken), !needs_all, "{mutant}: {part:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_of_a_har_is_shown() {
    let record = record(Some(WRONG[0].0), &[WRONG[0].1]).await;
    let capture = har::har(trace_of(&record));
    let mut tokens = BTreeSet::new();
    collect_tokens(&capture, &mut tokens);
    assert!(tokens.len() > 3, "{tokens:?}");
    let outcome = judge(&[("all.har", capture.to_string())], &["--json", "--complete"]);
    for token in tokens {
        assert!(!outcome.stdout.contains(&token), "{token} is shown");
    }
}

/// Every signature of a JWT in a value.
fn collect_tokens(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            let words = text.split(|c: char| !c.is_ascii_alphanumeric() && !"-_.".contains(c));
            let tokens = words.filter(|word| word.starts_with("eyJ"));
            found.extend(tokens.filter_map(|token| token.rsplit('.').next().map(str::to_owned)));
        }
        Value::Array(items) => items.iter().for_each(|item| collect_tokens(item, found)),
        Value::Object(fields) => fields.values().for_each(|item| collect_tokens(item, found)),
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trace_and_a_record_are_judged_by_their_scenario_as_well() {
    let mut record = record(None, &["invite-sdk-two"]).await;
    let bare = serde_json::to_string(trace_of(&record)).unwrap();
    record.seal();
    let whole = serde_json::to_string(&record).unwrap();
    for (name, text) in [("trace.json", bare.clone()), ("run.json", whole)] {
        let outcome = judge(&[(name, text)], &["--json"]);
        assert_eq!(outcome.code(), Some(0), "{outcome:?}");
        // What only an expectation of the scenario evaluates.
        assert!(seen(&outcome, "pass").contains("INV-007"), "{name}: {outcome:?}");
        assert!(seen(&outcome, "not_observed").contains("KCK-001"), "{name}");
    }
    let lines = format!("{bare}\n{bare}\n");
    assert_eq!(judge(&[("lines.jsonl", lines)], &["--json"]).code(), Some(0));
}

#[test]
fn what_is_no_capture_is_refused_with_its_place() {
    let har = |entry: Value| json!({ "log": { "entries": [entry] } }).to_string();
    let request = json!({ "method": "GET", "url": "http://a.example/", "headers": [] });
    let cases = [
        (String::new(), "is empty"),
        ("{".to_owned(), "is not JSON: EOF while parsing an object at line 1 column 1"),
        ("[]".to_owned(), "holds nothing"),
        ("{\"a\": 1}".to_owned(), "neither a trace, nor a run record"),
        ("7".to_owned(), "neither a trace, nor a run record"),
        (json!({ "log": 3 }).to_string(), "is not a HAR file"),
        (json!({ "scenario": "x", "entries": [{}] }).to_string(), "is not a trace"),
        (
            har(json!({ "startedDateTime": "today", "request": request, "response": {} })),
            "/log/entries/0: `today` is no time (RFC 3339)",
        ),
        (
            har(json!({ "startedDateTime": "2026-01-01T00:00:00Z", "response": {},
                "request": { "method": "GET", "url": "nowhere", "headers": [] } })),
            "/log/entries/0: `nowhere` is no address",
        ),
    ];
    for (text, expected) in cases {
        let outcome = judge(&[("capture.json", text.clone())], &[]);
        assert_eq!(outcome.code(), Some(2), "{text}: {outcome:?}");
        assert!(outcome.stderr.contains(expected), "{text}: {}", outcome.stderr);
    }
    let missing = run(program(["judge", "no-such-file.har"]));
    assert_eq!(missing.code(), Some(2));
    assert!(missing.stderr.contains("cannot read no-such-file.har"), "{}", missing.stderr);
}

#[test]
fn traffic_of_something_else_is_no_success() {
    let entry = json!({
        "startedDateTime": "2026-01-01T00:00:00.5+01:00", "time": 3.0,
        "request": { "method": "GET", "url": "http://a.example/index.html", "headers": [] },
        "response": { "status": 200, "headers": [], "content": { "size": 2, "text": "hi" } },
    });
    let text = json!({ "log": { "entries": [entry] } }).to_string();
    let outcome = judge(&[("web.har", text)], &[]);
    assert_eq!(outcome.code(), Some(3), "{outcome:?}");
    assert!(outcome.stdout.contains("left out: 1 requests that are no part of the protocol"));
    assert!(outcome.stdout.contains("NOTHING WAS OBSERVED"), "{}", outcome.stdout);
}

/// Wrong servers that a law finds out: the server, a scenario, the requirement, and whether it takes
/// all of the traffic to see it.
const WRONG: &[(&str, &str, &str, bool)] = &[
    ("authorities-in-one-text", "invite-sdk-two", "TOK-004", false),
    ("news-for-the-invited", "invite-sdk-two", "PRT-008", false),
    ("null-error", "error-missing-permission", "ERR-001", false),
    ("invitation-twice", "invite-sdk-two", "INV-016", true),
    ("participants-are-invited-too", "invite-sdk-two", "INV-017", true),
];
