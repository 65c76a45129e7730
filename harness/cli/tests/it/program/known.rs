//! Known failures and shards, as the program's users meet them.

use super::process::{Outcome, program, run};
use super::reports::is_plain;
use invite_record::{Record, merge, verify};
use invite_reference::{Application, Rules, Server, Settings, Standard, mutants};
use invite_spec::requirement::RequirementId;
use std::path::Path;
use std::sync::Arc;

/// Scenarios that need nothing but REST, so that they are quick.
const ONLY: [&str; 6] = ["--only", "invite-rest-*", "--only", "kick-rest", "--jobs", "8"];

fn rules(mutant: Option<&str>) -> Arc<dyn Rules> {
    mutant.map_or(Arc::new(Standard), |name| (mutants::find(name).unwrap().rules)())
}

/// Runs the program against a server that is wrong in this way, or right.
async fn against(mutant: Option<&str>, flags: &[&str]) -> Outcome {
    let settings = Settings {
        listen: ([127, 0, 0, 1], 0).into(),
        applications: vec![Application::new("key", "secret").protected()],
        rules: rules(mutant),
        ..Settings::default()
    };
    let server = Server::start(settings).unwrap();
    let folder = tempfile::TempDir::new().unwrap();
    let description = folder.path().join("target.toml");
    let text = format!(
        "name = \"the server\"\nurl = \"http://{}\"\n[application]\nkey = \"key\"\n\
         secret = \"secret\"\n",
        server.address()
    );
    std::fs::write(&description, text).unwrap();
    let fixed = ["run", description.to_str().unwrap()];
    let command = program(fixed.into_iter().chain(flags.iter().copied()));
    let outcome = tokio::task::spawn_blocking(|| run(command)).await.unwrap();
    server.shutdown().await;
    outcome
}

fn with<'f>(flags: &[&'f str]) -> Vec<&'f str> {
    ONLY.iter().chain(flags).copied().collect()
}

#[tokio::test]
async fn a_first_baseline_is_written_once_and_makes_the_next_run_pass() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("known.toml");
    let path = file.to_str().unwrap();
    let wrong = Some("nested-tokens");
    let written = against(wrong, &with(&["--write-baseline", path])).await;
    assert_eq!(written.code(), Some(1), "{written:#?}");
    assert!(written.stderr.contains("known failures"), "{written:#?}");
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains("requirement = \"INV-002\"") && text.contains("say why"), "{text}");

    let again = against(wrong, &with(&["--write-baseline", path])).await;
    assert_eq!(again.code(), Some(2), "{again:#?}");
    assert!(again.stderr.contains("is not overwritten"), "{again:#?}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);

    let known = against(wrong, &with(&["--baseline", path])).await;
    assert_eq!(known.code(), Some(0), "{known:#?}");
    assert!(known.stdout.contains("CONFORMS, but for "), "{known:#?}");
    assert!(known.stdout.contains("Known failures"), "{known:#?}");
    is_plain(&known.stdout);

    let mended = against(None, &with(&["--baseline", path])).await;
    assert_eq!(mended.code(), Some(1), "{mended:#?}");
    assert!(mended.stdout.contains("THE BASELINE IS STALE"), "{mended:#?}");
    assert!(mended.stdout.contains("no longer fails: remove the entry"), "{mended:#?}");

    let other = against(Some("first-of-rest-invite"), &with(&["--baseline", path])).await;
    assert_eq!(other.code(), Some(1), "{other:#?}");
    assert!(other.stdout.contains("New failures, which the baseline does not list"), "{other:#?}");
    assert!(other.stdout.contains("DOES NOT CONFORM"), "{other:#?}");

    let over = text.replace("reason =", "expires = \"2020-01-31\"\nreason =");
    std::fs::write(&file, over).unwrap();
    let expired = against(wrong, &with(&["--baseline", path])).await;
    assert_eq!(expired.code(), Some(1), "{expired:#?}");
    assert!(expired.stdout.contains("expired: it counts no more"), "{expired:#?}");
}

#[test]
fn a_baseline_that_is_wrong_is_named_with_its_line_before_anything_runs() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("known.toml");
    let path = file.to_str().unwrap();
    let fixed = ["run", "--url", "http://127.0.0.1:9", "--app-key", "k", "--app-secret", "s"];
    let refused = |text: Option<&str>, words: &str| {
        if let Some(text) = text {
            std::fs::write(&file, text).unwrap();
        }
        let outcome = run(program(fixed.into_iter().chain(["--baseline", path])));
        assert_eq!(outcome.code(), Some(2), "{outcome:#?}");
        assert!(outcome.stderr.contains(words), "no `{words}` in {}", outcome.stderr);
    };
    refused(None, "cannot read");
    refused(
        Some("[[failure]]\nrequirement = \"INV-2\"\nscenario = \"*\"\nreason = \"r\"\n"),
        "known.toml:2:15: there is no requirement `INV-2`",
    );
    refused(
        Some("[[failure]]\nrequirement = \"INV-002\"\nscenario = \"*\"\nreason = \"\u{1b}\"\n"),
        "known.toml:4:",
    );
    let both = run(program(["run", "--baseline", path, "--write-baseline", "x.toml"]));
    assert_eq!(both.code(), Some(2), "{both:#?}");
    let nowhere = run(program(fixed.into_iter().chain(["--write-baseline", "/nowhere/x.toml"])));
    assert_eq!(nowhere.code(), Some(2), "{nowhere:#?}");
    assert!(nowhere.stderr.contains("cannot write /nowhere/x.toml"), "{nowhere:#?}");
}

#[test]
fn what_is_no_shard_is_refused() {
    for bad in ["0/3", "4/3", "x/y", "1/0", "1"] {
        let outcome = run(program(["run", "--shard", bad]));
        assert_eq!(outcome.code(), Some(2), "{outcome:#?}");
        assert!(outcome.stderr.contains("such as 2/3"), "{outcome:#?}");
    }
    let outcome = run(program(["run", "--only", "kick-rest", "--shard", "2/2"]));
    assert_eq!(outcome.code(), Some(2), "{outcome:#?}");
    assert!(outcome.stderr.contains("only 1 scenarios to share out"), "{outcome:#?}");
}

fn record(path: &Path) -> Record {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// What is the same in every run of the same scenarios against the same server: of each check
/// everything but what a message held.
fn verdicts(record: &Record) -> Vec<(String, String, String, String, Option<String>)> {
    let checks = record.checks.iter().map(|check| {
        let verdict = check.verdict().to_string();
        let at = check.at.to_string();
        let text = |id: Option<RequirementId>| id.map(|id| id.to_string());
        let id = text(check.requirement).unwrap_or_default();
        (id, check.scenario.clone(), at, verdict, text(check.blocked_by()))
    });
    checks.collect()
}

#[tokio::test]
async fn shards_run_apart_and_merge_to_the_whole() {
    let folder = tempfile::TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name);
    let wrong = Some("nested-tokens");
    let mut shards = Vec::new();
    let mut files = Vec::new();
    for shard in ["1/3", "2/3", "3/3", "whole"] {
        let file = path(&format!("{}.json", shard.replace('/', "-")));
        let report = format!("json={}", file.display());
        let mut flags = with(&["--report", &report]);
        if shard != "whole" {
            flags.extend(["--shard", shard]);
        }
        let outcome = against(wrong, &flags).await;
        assert!(matches!(outcome.code(), Some(0 | 1)), "{outcome:#?}");
        shards.push(record(&file));
        files.push(file.display().to_string());
    }
    let whole = shards.pop().unwrap();
    let merged = merge(&shards).unwrap();
    assert_eq!(verdicts(&merged), verdicts(&whole));
    assert_eq!(merged.tally, whole.tally);
    assert_eq!(verify(&merged).unwrap(), []);
    let ids = |record: &Record| record.scenarios.iter().map(|it| it.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&merged), ids(&whole));
    assert!(shards.iter().all(|shard| !shard.scenarios.is_empty()));

    // The same by the program, whatever the order.
    let file = path("merged.json");
    let report = format!("json={}", file.display());
    let arguments = ["report", &files[2], &files[0], &files[1], "--report", &report];
    let outcome = run(program(arguments));
    assert_eq!(outcome.code(), Some(1), "{outcome:#?}");
    assert!(record(&file) == merged);
    let equal = run(program(["verify", file.to_str().unwrap()]));
    assert_eq!(equal.code(), Some(0), "{equal:#?}");
    let missing = run(program(["report", &files[0], &files[2]]));
    assert_eq!(missing.code(), Some(2), "{missing:#?}");
    assert!(missing.stderr.contains("shard 2/3 is missing"), "{missing:#?}");
    assert!(missing.stderr.contains("record 2: "), "{missing:#?}");
}
