//! `selftest`, on few mutants and few scenarios: what it prints, and what its exit code says.

use super::process::{Outcome, program, run};
use std::path::{Path, PathBuf};

/// A selftest with these arguments, on scenarios of this folder.
fn selftest(scenarios: &Path, arguments: &[&str]) -> Outcome {
    let folder = scenarios.to_str().unwrap();
    run(program(["selftest", "--scenarios", folder].into_iter().chain(arguments.iter().copied())))
}

fn built_in(id: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../fixtures/scenarios/{id}.yaml"))
}

/// What was printed, without what differs from run to run.
fn steady(text: &str) -> String {
    let mut steady = String::new();
    for line in text.lines() {
        let words = line.split(' ').map(|word| match word.split_once("127.0.0.1:") {
            Some((before, _)) => format!("{before}127.0.0.1:PORT"),
            None if word.parse::<f64>().is_ok() && word.contains('.') => "#.#".to_owned(),
            None => word.to_owned(),
        });
        steady.push_str(&words.collect::<Vec<_>>().join(" "));
        steady.push('\n');
    }
    steady
}

#[test]
fn wrong_servers_are_killed_and_allowed_ones_are_not() {
    let only = [
        "--only",
        "update-without-amu",
        "--only",
        "UpdateToken:*",
        "--only",
        "UpdateToken/amu:*",
        "--only",
        "ConferenceDestroyed:drop",
        "--only",
        "unknown-frames",
        "--only",
        "redirect-loop",
    ];
    let outcome = selftest(&built_in("permissions-sdk-update"), &only);
    insta::assert_snapshot!(steady(&outcome.stdout));
    assert_eq!(outcome.code(), Some(0), "{}", outcome.stderr);
    assert_eq!(outcome.stderr, "", "it is silent in a pipe");
    assert!(outcome.stdout.lines().all(|line| line.chars().count() <= 100), "{}", outcome.stdout);
}

#[test]
fn a_survivor_is_named_and_fails() {
    let outcome = selftest(&built_in("auth-api-token"), &["--only", "update-without-amu"]);
    assert_eq!(outcome.code(), Some(1), "{}", outcome.said());
    for word in ["Survived", "update-without-amu", "breaks PRM-024", "DOES NOT HOLD"] {
        assert!(outcome.stdout.contains(word), "no `{word}` in:\n{}", outcome.stdout);
    }
}

/// A scenario that the reference server passes, and that demands more than the sources do; and what
/// it demands of wrong credentials it puts down to the wrong requirement.
const TOO_STRICT: &str = "\
scenario: too-strict
title: No field has an odd name.
profile: rest
steps:
  - call:
      id: right
      operation: auth.token
      expect:
        - {requires: AUTH-002, answer: {/x-unknown: {present: false}}}
  - call:
      operation: auth.token
      basic: \"usual:a-wrong-secret\"
      outcome: refused
      requires: AUTH-005
      twin: right
";

#[test]
fn a_false_alarm_is_named_and_fails() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("too-strict.yaml");
    std::fs::write(&file, TOO_STRICT).unwrap();
    let outcome = selftest(&file, &["--only", "unknown-fields"]);
    assert_eq!(outcome.code(), Some(1), "{}", outcome.said());
    for word in ["False alarms", "unknown-fields", "red: AUTH-002", "too-strict", "DOES NOT HOLD"] {
        assert!(outcome.stdout.contains(word), "no `{word}` in:\n{}", outcome.stdout);
    }
    // A wrong server that fails only there is blamed for the wrong reason.
    let outcome = selftest(&file, &["--only", "any-secret"]);
    assert_eq!(outcome.code(), Some(1), "{}", outcome.said());
    assert!(outcome.stdout.contains("something else than what they break"), "{}", outcome.stdout);
}

#[test]
fn the_whole_report_is_there_as_json() {
    let outcome =
        selftest(&built_in("auth-api-token"), &["--json", "--only", "auth.token/token_type:*"]);
    assert_eq!(outcome.code(), Some(0), "{}", outcome.said());
    let report = outcome.json();
    assert_eq!(report["format"], "invite-conformance-selftest/1");
    assert_eq!(report["summary"]["all"]["killed"], 5, "{report:#}");
    assert_eq!(report["requirements"]["AUTH-002"]["killed"], 5, "{report:#}");
    let mutants = report["mutants"].as_array().unwrap();
    assert!(mutants.iter().all(|it| it["acted"].as_u64() > Some(0)), "{report:#}");
}

#[test]
fn a_selection_of_nothing_and_a_wrong_flag_are_usage_errors() {
    for (arguments, word) in [
        (["--only", "no-such-mutant"], "no specimen matches"),
        (
            ["--kind", "odd"],
            "kinds are: shape, stream, behaviour, legal, expectation, null, hostile",
        ),
        (["--shard", "3/2"], "I/N"),
    ] {
        let outcome = selftest(&built_in("auth-api-token"), &arguments);
        assert_eq!(outcome.code(), Some(2), "{}", outcome.said());
        assert!(outcome.stderr.contains(word), "no `{word}` in:\n{}", outcome.stderr);
    }
}

/// What a report says of each mutant, without what differs from run to run.
fn said_of_mutants(outcome: &Outcome) -> Vec<serde_json::Value> {
    let report = outcome.json();
    let keys = ["name", "fate", "red", "noted", "blocked", "passed", "failing"];
    let mutants = report["mutants"].as_array().unwrap().iter();
    mutants.map(|it| keys.iter().map(|key| it[key].clone()).collect()).collect()
}

#[test]
fn a_lean_selftest_says_the_same_of_every_mutant() {
    let folder = tempfile::tempdir().unwrap();
    for id in ["kick-sdk-seen", "permissions-sdk-update", "subscription-created", "invite-sdk-two"]
    {
        std::fs::copy(built_in(id), folder.path().join(format!("{id}.yaml"))).unwrap();
    }
    let only = [
        "--json",
        "--only",
        "ParticipantKicked*",
        "--only",
        "sdk.permissions:*",
        "--only",
        "legal",
    ];
    let whole = selftest(folder.path(), &only);
    let lean = selftest(folder.path(), &[&only[..], &["--lean"]].concat());
    let (whole, lean) = (said_of_mutants(&whole), said_of_mutants(&lean));
    assert!(whole.len() > 30, "{}", whole.len());
    assert_eq!(whole, lean);
}

#[test]
fn the_records_of_mutants_say_what_their_own_traces_say() {
    let folder = tempfile::tempdir().unwrap();
    for id in ["kick-sdk-seen", "invite-sdk-two"] {
        std::fs::copy(built_in(id), folder.path().join(format!("{id}.yaml"))).unwrap();
    }
    let arguments = ["--verify", "--kind", "behaviour", "--only", "*kick*", "--only", "invit*"];
    let outcome = selftest(folder.path(), &arguments);
    let words = "Records whose verdicts follow from their own traces: ";
    let line = outcome.stdout.lines().find_map(|line| line.strip_prefix(words));
    let (same, all) = line.and_then(|line| line.split_once(" of ")).unwrap();
    assert!(all.parse::<usize>().unwrap() > 10, "{}", outcome.said());
    assert_eq!(same, all, "{}", outcome.said());
}

#[test]
fn the_same_verdicts_again_and_again_hold_and_others_do_not() {
    let outcome = selftest(&built_in("auth-api-token"), &["--stable", "3"]);
    assert_eq!(outcome.code(), Some(0), "{}", outcome.said());
    assert!(outcome.stdout.starts_with("3 runs of 1 scenario next to "), "{}", outcome.stdout);
    assert!(outcome.stdout.contains("HOLDS  0 of "), "{}", outcome.stdout);
    // What cannot be tested has shown nothing.
    let nobody =
        ["--stable", "2", "--url", "http://127.0.0.1:9", "--app-key", "k", "--app-secret", "s"];
    let outcome = selftest(&built_in("auth-api-token"), &nobody);
    assert_eq!(outcome.code(), Some(3), "{}", outcome.said());
    let outcome = selftest(&built_in("auth-api-token"), &["--stable", "1"]);
    assert_eq!(outcome.code(), Some(2), "{}", outcome.said());
}

/// A server that answers 502 to everything.
async fn bad_gateway() -> wiremock::MockServer {
    let server = wiremock::MockServer::start().await;
    let any = wiremock::Mock::given(wiremock::matchers::any());
    any.respond_with(wiremock::ResponseTemplate::new(502)).mount(&server).await;
    server
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_does_not_conform_unchanged_shows_nothing() {
    let server = bad_gateway().await;
    let url = server.uri();
    let arguments = ["--url", &url, "--app-key", "k", "--app-secret", "s", "--kind", "legal"];
    let outcome = selftest(&built_in("auth-api-token"), &arguments);
    assert_eq!(outcome.code(), Some(3), "{}", outcome.said());
    assert!(!outcome.stdout.contains("HOLDS"), "{}", outcome.said());
    for word in ["the unchanged server does not conform", "502", "invite-conformance run"] {
        assert!(outcome.stderr.contains(word), "no `{word}` in:\n{}", outcome.stderr);
    }
}

#[test]
fn a_selftest_in_which_nothing_acted_does_not_hold() {
    let outcome = selftest(&built_in("auth-api-token"), &["--only", "ConferenceDestroyed:drop"]);
    assert_eq!(outcome.code(), Some(1), "{}", outcome.said());
    for word in ["Never acted", "DOES NOT HOLD", "0 of 0 killed", "nothing was shown"] {
        assert!(outcome.stdout.contains(word), "no `{word}` in:\n{}", outcome.stdout);
    }
}

#[test]
fn a_hostile_server_is_a_specimen_like_any_other() {
    let only = ["--kind", "hostile", "--only", "always-500", "--only", "rubbish-frames", "--json"];
    let outcome = selftest(&built_in("invite-rest-two"), &only);
    assert_eq!(outcome.code(), Some(0), "{}", outcome.said());
    let report = outcome.json();
    assert_eq!(report["summary"]["hostile_right"], 2, "{report:#}");
    assert_eq!(report["summary"]["all"]["tried"], 0, "no mutant was tried: {report:#}");
    let hostile = report["hostile"].as_array().unwrap();
    let seen: Vec<&str> = hostile.iter().map(|it| it["seen"].as_str().unwrap()).collect();
    assert_eq!(seen, ["does_not_conform", "does_not_conform"], "{report:#}");
}

#[test]
fn a_server_that_only_slow_scenarios_can_detect_waits_for_them() {
    let only = ["--only", "update-without-amu", "--only", "ttl-of-ten-seconds-at-most"];
    let folder = tempfile::tempdir().unwrap();
    for id in ["permissions-sdk-update", "slow-conference-kept"] {
        std::fs::copy(built_in(id), folder.path().join(format!("{id}.yaml"))).unwrap();
    }
    let outcome = selftest(folder.path(), &only);
    assert_eq!(outcome.code(), Some(0), "{}", outcome.said());
    for word in ["Not tried: only slow scenarios detect them", "ttl-of-ten-seconds-at-most"] {
        assert!(outcome.stdout.contains(word), "no `{word}` in:\n{}", outcome.stdout);
    }
    let report = selftest(folder.path(), &[&only[..], &["--slow", "--json"]].concat()).json();
    assert_eq!(report["summary"]["all"]["killed"], 2, "{report:#}");
    assert_eq!(report["summary"]["all"]["needs_slow"], 0, "{report:#}");
}
