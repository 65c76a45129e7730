//! Slow scenarios: left out unless they are wanted, and then all at once.

use super::process::{program, run};
use super::wrong::Run;
use std::path::Path;

/// A slow scenario that waits for so many seconds.
fn write(folder: &Path, id: &str, seconds: u64) {
    let text = format!(
        "scenario: {id}\ntitle: It takes its time.\nslow: it waits for long\nprofile: rest\n\
         steps:\n  - call: {{operation: auth.token}}\n  - wait: {{seconds: {seconds}, looks_at: \
         ttl}}\n  - call: {{operation: auth.token}}\n"
    );
    std::fs::write(folder.join(format!("{id}.yaml")), text).unwrap();
}

#[test]
fn slow_scenarios_are_left_out_and_the_report_says_so() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "one", 60);
    write(folder.path(), "two", 60);
    let usual = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/scenarios");
    std::fs::copy(usual.join("auth-api-token.yaml"), folder.path().join("auth-api-token.yaml"))
        .unwrap();
    let place = folder.path().to_str().unwrap();
    let outcome = run(program(["run", "--scenarios", place]));
    assert_eq!(outcome.code(), Some(0), "{}", outcome.said());
    let words = "2 slow scenarios were not run; --slow runs them";
    assert!(outcome.stdout.contains(words), "{}", outcome.stdout);
    let record = run(program(["run", "--json", "--scenarios", place])).json();
    assert_eq!(record["left_out"], serde_json::json!(["one", "two"]));
    assert_eq!(record["scenarios"].as_array().unwrap().len(), 1);
    let ttl = record["seconds"].as_array().unwrap().iter().find(|it| it["number"] == "ttl");
    assert_eq!(ttl.unwrap()["slow"], 60);
    let alone = run(program(["run", "--scenarios", place, "--only", "one"]));
    assert_eq!(alone.code(), Some(2), "{}", alone.said());
    assert!(alone.stderr.contains("is slow: add `--slow`"), "{}", alone.stderr);
}

#[test]
fn slow_scenarios_wait_beside_each_other_whatever_the_number_of_jobs() {
    let folder = tempfile::tempdir().unwrap();
    for id in ["one", "two", "three", "four"] {
        write(folder.path(), id, 11);
    }
    let place = folder.path().to_str().unwrap();
    let outcome = run(program(["run", "--slow", "--jobs", "1", "--scenarios", place]));
    assert_eq!(outcome.code(), Some(0), "{}", outcome.said());
    assert!(!outcome.stdout.contains("not run"), "{}", outcome.stdout);
    let (took, all) = (outcome.took.as_secs(), 4 * 11);
    assert!((11..all - 11).contains(&took), "{took} s");
}

#[test]
fn lists_and_explanations_say_how_far_each_number_is_looked_at() {
    let words = "ttl: kept for 3 s; 35 s with --slow";
    let list = run(program(["list", "requirements"])).stdout;
    let flat: String = list.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains(words), "{list}");
    let explained = run(program(["explain", "CNF-015"])).stdout;
    assert!(explained.contains(words), "{explained}");
    let json = run(program(["explain", "CNF-015", "--json"])).json();
    let seconds = serde_json::json!([{ "number": "ttl", "usual": 3, "slow": 35 }]);
    assert_eq!(json["seconds"], seconds);
    let scenario = run(program(["explain", "slow-conference-kept"])).stdout;
    assert!(scenario.contains("it runs only with --slow"), "{scenario}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_in_a_usual_run_shows_a_wrong_number_soon() {
    for (server, scenario, requirement) in [
        ("ttl-in-milliseconds", "conference-kept-for-some-seconds", "CNF-015"),
        ("new-conference-waits-two-seconds", "conference-waits-some-seconds", "CNF-014"),
        ("lost-participant-gone-after-a-second", "participants-socket-back-later", "PRT-012"),
        ("silent-for-two-seconds-closes-socket", "session-silent-for-some-seconds", "SES-010"),
        ("forgets-lost-sessions-after-two-seconds", "session-reconnects-later", "SES-009"),
    ] {
        let run = Run::of(Some(server), &[scenario]).await;
        assert_eq!(run.outcome.code(), Some(1), "{server}: {:#?}", run.outcome);
        let red = format!("FAIL {requirement} ");
        assert!(run.outcome.stdout.contains(&red), "{server}: {}", run.outcome.stdout);
    }
}
