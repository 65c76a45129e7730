//! A target cannot tell the harness from a real client by the names in its calls.

use crate::program::process::{program, run_alone};
use serde_json::Value;
use std::collections::BTreeSet;

fn record() -> Value {
    let outcome = run_alone(program(["run", "--json", "--only", "invite-*"]));
    assert_eq!(outcome.code(), Some(0), "{}", outcome.said());
    outcome.json()
}

/// The traces of a run, with the ids of their scenarios.
fn traces(record: &Value) -> Vec<(&str, &Value)> {
    let scenarios = record["scenarios"].as_array().unwrap().iter();
    let driven = scenarios.map(|it| (it["id"].as_str().unwrap(), &it["trace"]));
    driven.filter(|(_, trace)| trace.is_object()).collect()
}

/// Everything that was sent: the paths, headers and bodies of requests, and frames.
fn sent(trace: &Value) -> String {
    let events = trace["entries"].as_array().unwrap().iter().map(|entry| &entry["event"]);
    let of = |event: &Value, name: &str| event.get(name).map(Value::to_string);
    events.filter_map(|event| of(event, "request").or_else(|| of(event, "sent"))).collect()
}

/// The beginning of all names of each scenario.
fn prefixes(record: &Value) -> BTreeSet<&str> {
    let traces = traces(record).into_iter();
    traces.map(|(_, trace)| trace["bindings"]["alias_prefix"].as_str().unwrap()).collect()
}

#[test]
fn no_name_tells_of_the_run_the_scenario_or_the_part_that_somebody_plays() {
    let (one, other) = (record(), record());
    let run = one["options"]["run_id"].as_str().unwrap();
    let all = traces(&one);
    assert!(all.len() > 20, "{}", all.len());
    for (scenario, trace) in &all {
        let sent = sent(trace);
        assert!(sent.len() > 500, "{scenario}: {sent}");
        // The short name as a whole: the letters of names are chosen at random.
        for telling in [scenario, run, "alice", "-bob\"", "harness", "conformance"] {
            let says = sent.find(telling).map(|at| sent.split_at(at).1.chars().take(60));
            let says = says.map(String::from_iter);
            assert_eq!(says, None, "{scenario} tells of `{telling}`");
        }
    }
    assert_eq!(prefixes(&one).len(), all.len(), "no scenario shares its names");
    assert!(prefixes(&one).is_disjoint(&prefixes(&other)), "no run has the names of another");
    assert_ne!(one["options"]["seed"], other["options"]["seed"], "or its order");
}

#[test]
fn whoever_fixes_the_order_gets_it() {
    let flags = ["run", "--json", "--only", "invite-rest-two"];
    for (more, seed) in [(vec!["--seed", "7"], 7), (vec!["--shard", "1/1"], 1)] {
        let outcome = run_alone(program(flags.into_iter().chain(more)));
        assert_eq!(outcome.code(), Some(0), "{}", outcome.said());
        assert_eq!(outcome.json()["options"]["seed"], seed);
    }
}
