//! The daily loop: waiting for a server, running some of it, running what failed once more, and telling
//! one run from another.

use super::input::refuses;
use super::invoke;
use super::process::{Outcome, program, run};
use invite_conformance::embedded;
use invite_reference::{Server, mutants};
use invite_scenario::description::Target;
use invite_selftest::proxy::{Change, Proxy, Request, Response};
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The ids of the scenarios that a run drove.
fn driven(outcome: &Outcome) -> Vec<String> {
    let record = outcome.json();
    let scenarios = record["scenarios"].as_array().unwrap();
    scenarios.iter().map(|it| it["id"].as_str().unwrap().to_owned()).collect()
}

/// Starts a wrong server, or the right one, and writes its description.
fn start(mutant: Option<&str>, folder: &Path) -> (Server, String) {
    let found = mutant.map(|name| mutants::find(name).unwrap());
    let (server, target) =
        found.map_or_else(embedded::start, |it| embedded::start_with((it.rules)())).unwrap();
    let path = describe(&target, &target.planes.rest, folder);
    (server, path)
}

fn describe(target: &Target, url: &str, folder: &Path) -> String {
    let path = folder.join("target.toml");
    let description = format!(
        "url = \"{url}\"\n[application]\nkey = \"{}\"\nsecret = \"{}\"\n",
        target.application.key, target.application.secret
    );
    std::fs::write(&path, description).unwrap();
    path.to_str().unwrap().to_owned()
}

/// Runs the program while a server of this process is there.
async fn invoke_beside(arguments: &[&str]) -> Outcome {
    let arguments: Vec<String> = arguments.iter().map(|word| (*word).to_owned()).collect();
    let meant = move || run(program(arguments.iter().map(String::as_str)));
    tokio::task::spawn_blocking(meant).await.unwrap()
}

#[test]
fn scenarios_are_chosen_by_what_they_evaluate() {
    let by_requirement = driven(&invoke(&["run", "--json", "--only", "KCK-005"]));
    assert!(by_requirement.contains(&"kick-while-joining".to_owned()), "{by_requirement:?}");
    assert!(!by_requirement.contains(&"kick-sdk-seen".to_owned()), "{by_requirement:?}");
    let by_area = driven(&invoke(&["run", "--json", "--only", "KCK"]));
    assert!(by_area.len() > by_requirement.len(), "{by_area:?}");
    assert!(by_requirement.iter().all(|id| by_area.contains(id)));
    let several = driven(&invoke(&["run", "--json", "--only", "auth-api-token,KCK-005"]));
    assert_eq!(several.len(), by_requirement.len() + 1);
    // Laws look at every scenario: none is chosen by them.
    let by_law = invoke(&["run", "--only", "INV-016"]);
    refuses(&by_law, &["`INV-016`", "laws", "explain INV-016"]);
    refuses(&invoke(&["run", "--only", "KKC"]), &["`KKC`", "did you mean `KCK`?"]);
    refuses(&invoke(&["run", "--only", "KCK-055"]), &["`KCK-055`", "did you mean `KCK-005`?"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_failed_is_run_again_alone() {
    let folder = tempfile::tempdir().unwrap();
    let record = folder.path().join("run.json");
    let record = record.to_str().unwrap();
    let (server, target) = start(Some("kicked-come-back"), folder.path());
    let report = format!("json={record}");
    let whole = ["run", &target, "--only", "kick*,auth-api-token", "--report", &report];
    assert_eq!(invoke_beside(&whole).await.code(), Some(1));
    let again = invoke_beside(&["run", &target, "--json", "--last-failed", record]).await;
    assert_eq!(again.code(), Some(1), "{again:#?}");
    let scenarios = driven(&again);
    assert!(scenarios.contains(&"kick-while-joining".to_owned()), "{scenarios:?}");
    assert!(!scenarios.contains(&"auth-api-token".to_owned()), "{scenarios:?}");
    server.shutdown().await;
    // Where nothing failed, everything is run.
    let right = ["run", "--only", "auth-api-token", "--report", &report];
    assert_eq!(invoke_beside(&right).await.code(), Some(0));
    let again = ["run", "--json", "--only", "auth-api-token", "--last-failed", record];
    assert_eq!(driven(&invoke_beside(&again).await), ["auth-api-token"]);
    refuses(&invoke(&["run", "--last-failed", "no-such-file"]), &["no-such-file"]);
}

/// A target that is starting: for some answers something else answers in its place.
#[derive(Debug)]
struct Starts {
    left: AtomicUsize,
}

impl Change for Starts {
    fn response(&self, _: &Request<'_>, mut response: Response) -> Response {
        let left = self
            .left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        if left.is_ok() {
            response.status = 503;
        }
        response
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_is_starting_is_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let (server, target) = embedded::start().unwrap();
    let starts = Arc::new(Starts { left: AtomicUsize::new(5) });
    let proxy = Proxy::start(&target.planes, starts).await.unwrap();
    let path = describe(&target, &proxy.planes().rest, folder.path());
    let one = ["run", &path, "--only", "auth-api-token", "--wait", "1m"];
    let outcome = invoke_beside(&one).await;
    assert_eq!(outcome.code(), Some(0), "{outcome:#?}");
    server.shutdown().await;
}

#[test]
fn a_target_that_never_comes_is_waited_for_so_long_and_no_longer() {
    let nobody = ["--url", "http://127.0.0.1:9", "--app-key", "k", "--app-secret", "s"];
    let outcome = invoke(&[&["run", "--wait", "1s"], &nobody[..]].concat());
    assert_eq!(outcome.code(), Some(3), "{outcome:#?}");
    assert!(outcome.stderr.contains("was not ready after 1 s"), "{outcome:#?}");
    assert!(outcome.stderr.contains("cannot be reached"), "{outcome:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_secret_is_not_waited_for() {
    let (server, target) = embedded::start().unwrap();
    let url = &target.planes.rest;
    let wrong = ["run", "--wait", "1h", "--url", url, "--app-key", "nobody", "--app-secret", "s"];
    let outcome = invoke_beside(&wrong).await;
    assert_eq!(outcome.code(), Some(3), "{outcome:#?}");
    assert!(outcome.stderr.contains("refused the credentials"), "{outcome:#?}");
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_run_is_told_from_another() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (old, new) = (path("old.json"), path("new.json"));
    let runs = [(None, "kick*,auth-api-token", &old), (Some("kicked-come-back"), "kick*", &new)];
    for (mutant, only, record) in runs {
        let (server, target) = start(mutant, folder.path());
        let report = format!("json={record}");
        invoke_beside(&["run", &target, "--only", only, "--report", &report]).await;
        server.shutdown().await;
    }
    let worse = invoke(&["diff", &old, &new]);
    assert_eq!(worse.code(), Some(1), "{worse:#?}");
    assert!(
        worse.stdout.contains("Broke\n  KCK-005 a kicked person cannot join again: passed, now")
    );
    assert!(worse.stdout.contains("Scenarios no longer run\n  auth-api-token"), "{worse:#?}");
    let better = invoke(&["diff", &new, &old]);
    assert_eq!(better.code(), Some(0), "{better:#?}");
    assert!(better.stdout.contains("Mended\n  KCK-005"), "{better:#?}");
    let markdown = invoke(&["diff", &old, &new, "--markdown"]);
    assert!(markdown.stdout.contains("### Broke\n\n- KCK-005 "), "{markdown:#?}");
    let json: Value = invoke(&["diff", &old, &new, "--json"]).json();
    assert_eq!(json["broke"][0]["requirement"], "KCK-005", "{json:#}");
    assert_eq!(
        (&json["broke"][0]["before"], &json["broke"][0]["now"]),
        (&"passed".into(), &"failed".into())
    );
    let same = invoke(&["diff", &old, &old]);
    assert_eq!(same.code(), Some(0));
    assert!(
        same.stdout.ends_with("0 requirements broke, 0 mended, 0 payloads differ\n"),
        "{same:#?}"
    );
    refuses(&invoke(&["diff", &old, "no-such-file"]), &["no-such-file"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn several_runs_are_told_in_their_order() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let runs = [None, Some("kicked-come-back"), None, Some("default-is-the-inviters")];
    let runs: Vec<_> = runs.into_iter().zip(["d", "c", "b", "a"].map(&path)).collect();
    for (mutant, record) in &runs {
        let (server, target) = start(*mutant, folder.path());
        let report = format!("json={record}");
        let only = "kick*,permissions-sdk-*";
        invoke_beside(&["run", &target, "--only", only, "--report", &report]).await;
        server.shutdown().await;
    }
    // By their names, they are in another order.
    let mut records: Vec<&str> = runs.iter().map(|(_, record)| record.as_str()).collect();
    records.sort_unstable();
    let page = path("page.html");
    let told = invoke(&[&["history", "--html", &page], &records[..]].concat());
    assert_eq!(told.code(), Some(0), "{told:#?}");
    let (trend, rest) = told.stdout.split_once("Comes and goes\n").expect(&told.stdout);
    let runs = trend.lines().filter(|line| line.contains("CONFORM"));
    let verdicts: Vec<bool> = runs.map(|line| !line.contains("DOES NOT")).collect();
    assert_eq!(verdicts, [true, false, true, false], "{trend}");
    let (comes, fails) = rest.split_once("Fails\n").expect(rest);
    assert!(comes.contains("  KCK-005   +F++  a kicked person cannot join again"), "{comes}");
    assert!(fails.contains("  PRM-001"), "{fails}");
    assert!(fails.contains("+++F"), "{fails}");

    let page = std::fs::read_to_string(page).unwrap();
    assert!(page.contains("Comes and goes") && page.contains("KCK-005"));
    assert_eq!(page.matches("class=\"bar passed\"").count(), 4);
    let json: Value = invoke(&[&["history", "--json"], &records[..]].concat()).json();
    assert_eq!(json["runs"].as_array().unwrap().len(), 4);
    let kick = json["courses"].as_array().unwrap().iter().find(|it| it["requirement"] == "KCK-005");
    assert_eq!(kick.unwrap()["turns"], 2, "{json:#}");
    refuses(&invoke(&["history", "no-such-file"]), &["no-such-file"]);
}
