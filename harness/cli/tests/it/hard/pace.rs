//! How often a target is called.

use crate::program::process::{program, run, run_alone};
use serde_json::Value;

/// When each call of a run was made, in microseconds since it began.
fn calls(record: &Value) -> Vec<u64> {
    let scenarios = record["scenarios"].as_array().unwrap().iter().map(|it| &it["trace"]);
    let traces = std::iter::once(&record["preflight"]).chain(scenarios);
    let entries = traces.flat_map(|trace| trace["entries"].as_array().unwrap());
    let is_call = |entry: &&Value| entry["event"]["request"].is_object();
    let mut times: Vec<u64> =
        entries.filter(is_call).map(|entry| entry["at_us"].as_u64().unwrap()).collect();
    times.sort_unstable();
    times
}

#[test]
fn a_target_is_called_no_more_often_than_it_may_be() {
    let only = ["--only", "invite-rest-two", "--only", "invite-rest-notified"];
    let arguments = ["run", "--json", "--rate", "40"].into_iter().chain(only);
    let outcome = run_alone(program(arguments));
    assert_eq!(outcome.code(), Some(0), "{}", outcome.said());
    let calls = calls(&outcome.json());
    assert!(calls.len() > 10, "{calls:?}");
    for (place, at) in calls.iter().enumerate() {
        let earliest = u64::try_from(place).unwrap() * 1_000_000 / 40;
        assert!(
            *at >= earliest,
            "call {place} after {at} us, and not before {earliest}: {calls:?}"
        );
    }
}

#[test]
fn a_rate_is_a_number_of_calls() {
    for rate in ["0", "-1", "many", "", "1.5"] {
        let outcome = run(program(["run", "--only", "invite-rest-two", &format!("--rate={rate}")]));
        assert_eq!(outcome.code(), Some(2), "{rate}: {}", outcome.said());
        assert!(outcome.stderr.contains("--rate"), "{}", outcome.stderr);
    }
}
