//! `explore`: finds faults in wrong servers and none in the right one, hands them over as scenarios, and
//! ends whatever the target does.

use super::process::{Outcome, program, run};
use super::{invoke, process};
use invite_conformance::embedded;
use invite_reference::{Server, mutants};
use invite_scenario::description::Target;
use invite_selftest::proxy::{Change, Proxy, Request, Response};
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Five wrong servers, each wrong in another part of the protocol.
const WRONG: [&str; 5] = [
    "kicked-come-back",
    "message-trimmed",
    "any-conferences-token",
    "no-update-by-rest",
    "left-unseen",
];

/// Writes the description of a target.
fn describe(target: &Target, url: &str, folder: &Path) -> String {
    let second = target.second_application.as_ref().unwrap();
    let path = folder.join("target.toml");
    let description = format!(
        "url = \"{url}\"\n[application]\nkey = \"{}\"\nsecret = \"{}\"\n\
         [second_application]\nkey = \"{}\"\nsecret = \"{}\"\n",
        target.application.key, target.application.secret, second.key, second.secret
    );
    std::fs::write(&path, description).unwrap();
    path.to_str().unwrap().to_owned()
}

/// Starts a wrong server, or the right one.
fn start(mutant: Option<&str>) -> (Server, Target) {
    let found = mutant.map(|name| mutants::find(name).unwrap());
    found.map_or_else(embedded::start, |it| embedded::start_with((it.rules)())).unwrap()
}

async fn program_with(arguments: Vec<String>) -> Outcome {
    let command = program(arguments.iter().map(String::as_str));
    tokio::task::spawn_blocking(|| run(command)).await.unwrap()
}

fn arguments(fixed: &[&str]) -> Vec<String> {
    fixed.iter().map(|word| (*word).to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn five_wrong_servers_are_found_and_their_scenarios_fail_in_the_same_way() {
    for name in WRONG {
        let folder = tempfile::tempdir().unwrap();
        let saved = folder.path().join("saved");
        let saved = saved.to_str().unwrap();
        let (server, target) = start(Some(name));
        let description = describe(&target, &target.planes.rest, folder.path());
        let record = folder.path().join("run.json");
        let report = format!("json={}", record.display());
        let explore = ["explore", &description, "--walks", "384", "--seed", "1", "--fail-fast"];
        let more = ["--save", saved, "--json", "--report", &report];
        let outcome = program_with([arguments(&explore), arguments(&more)].concat()).await;
        let found = outcome.json();
        let findings = found["findings"].as_array().unwrap();
        assert_eq!(outcome.code(), Some(1), "{name}: {findings:#?}");
        let breaks = mutants::find(name).unwrap().breaks;
        let own = findings.iter().find(|it| it["requirement"] == breaks.as_str());
        let own = own.unwrap_or_else(|| panic!("{name}: not by {breaks}: {findings:#?}"));
        assert!(own["steps"].as_u64().unwrap() <= 9, "{name}: {own:#}");

        // The file fails in the same way when it is run by itself.
        let file = Path::new(saved).join(own["file"].as_str().unwrap());
        assert_eq!(std::fs::read_to_string(&file).unwrap(), own["scenario"].as_str().unwrap());
        let run = ["run", &description, "--scenarios", file.to_str().unwrap(), "--json"];
        let outcome = program_with(arguments(&run)).await;
        assert_eq!(outcome.code(), Some(1), "{name}: {outcome:#?}");
        assert_eq!(failed(&outcome.json()), [breaks.as_str()], "{name}");

        // The record of the exploration can be recomputed.
        let verify = ["verify", record.to_str().unwrap()];
        assert_eq!(program_with(arguments(&verify)).await.code(), Some(0), "{name}");
        server.shutdown().await;

        // Against the right server, the same folder is mended.
        let (server, target) = start(None);
        let description = describe(&target, &target.planes.rest, folder.path());
        let again = ["explore", &description, "--walks", "1", "--save", saved];
        let outcome = program_with(arguments(&again)).await;
        assert_eq!(outcome.code(), Some(0), "{name}: {outcome:#?}");
        assert!(outcome.stdout.contains("mended: "), "{name}: {outcome:#?}");
        let run = ["run", &description, "--scenarios", file.to_str().unwrap()];
        let outcome = program_with(arguments(&run)).await;
        assert_eq!(outcome.code(), Some(0), "{name}: {outcome:#?}");
        let mended = format!("Mended since it was found\n  {breaks} ");
        assert!(outcome.stdout.contains(&mended), "{name}: {outcome:#?}");
        server.shutdown().await;
    }
}

/// The requirements that failed in a record.
fn failed(record: &Value) -> Vec<&str> {
    let rows = record["tally"]["requirements"].as_array().unwrap();
    let failed = rows.iter().filter(|row| row["verdict"] == "fail");
    failed.map(|row| row["requirement"].as_str().unwrap()).collect()
}

#[test]
fn nothing_is_found_in_the_reference_server_and_the_cells_are_shown() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page.html");
    let record = folder.path().join("run.json");
    let reports = [format!("html={}", page.display()), format!("json={}", record.display())];
    let explore = ["explore", "--walks", "96", "--seed", "1"];
    let more = ["--report", &reports[0], "--report", &reports[1]];
    let outcome = invoke(&[&explore[..], &more[..]].concat());
    assert_eq!(outcome.code(), Some(0), "{outcome:#?}");
    assert!(outcome.stdout.contains("96 walks with seed 1"), "{outcome:#?}");
    assert!(outcome.stdout.ends_with("\n0 findings\n"), "{outcome:#?}");
    assert!(outcome.stdout.contains("sdk.invite "), "{outcome:#?}");
    assert_eq!(outcome.stderr, "", "{outcome:#?}");

    // The page shows the same cells, one square each.
    let page = std::fs::read_to_string(page).unwrap();
    let explored: Value = serde_json::from_slice(&std::fs::read(&record).unwrap()).unwrap();
    let situations = explored["exploration"]["situations"].as_array().unwrap();
    let tried = situations.iter().filter(|it| it["tried"] != 0).count();
    let said = format!("{tried} of {} ", situations.len());
    assert!(outcome.stdout.contains(&format!("{said}cells")), "{outcome:#?}");
    assert!(page.contains(&format!("{said}situations within reach were tried")), "{said}");
    assert_eq!(page.matches("class=\"square never\" title").count(), situations.len() - tried);
    let verified = invoke(&["verify", record.to_str().unwrap()]);
    assert_eq!(verified.code(), Some(0), "{verified:#?}");

    // What an exploration tried is sealed with the rest.
    let mut changed = explored;
    changed["exploration"]["walks"] = 97.into();
    std::fs::write(&record, changed.to_string()).unwrap();
    let verified = invoke(&["verify", record.to_str().unwrap()]);
    assert_eq!(verified.code(), Some(1), "{verified:#?}");
}

#[test]
fn what_is_out_of_range_says_so() {
    for (flag, value, words) in [
        ("--for", "0s", "from 1s to 168h"),
        ("--for", "soon", "10m or 1h"),
        ("--length", "1", "2..=200"),
        ("--people", "9", "2..=8"),
        ("--walks", "0", "1..=10000000"),
        ("--seed", "x", "--seed"),
    ] {
        let outcome = invoke(&["explore", flag, value]);
        assert_eq!(outcome.code(), Some(2), "{outcome:#?}");
        assert!(outcome.stderr.contains(words), "{flag} {value}: {outcome:#?}");
    }
}

#[test]
fn an_unreadable_file_of_the_folder_is_named_and_the_others_are_used() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("broken.yaml"), "scenario: broken\nsteps: 7\n").unwrap();
    let good = "scenario: good\ntitle: A token.\nprofile: rest\nsteps:\n  - call: {operation: auth.token}\n";
    std::fs::write(folder.path().join("good.yaml"), good).unwrap();
    let saved = folder.path().to_str().unwrap();
    let outcome = invoke(&["explore", "--walks", "1", "--save", saved]);
    assert_eq!(outcome.code(), Some(0), "{outcome:#?}");
    assert!(outcome.stderr.contains("broken.yaml"), "{outcome:#?}");
    let mended: Vec<&str> =
        outcome.stdout.lines().filter(|line| line.starts_with("mended: ")).collect();
    assert!(mended.len() == 1 && mended[0].ends_with("good.yaml"), "{outcome:#?}");
}

/// A target that answers some calls and then none any more.
#[derive(Debug)]
struct Stalls {
    left: AtomicUsize,
}

impl Change for Stalls {
    fn response(&self, _: &Request<'_>, mut response: Response) -> Response {
        let left = self
            .left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        if left.is_err() {
            response.delay = Duration::from_secs(3600);
        }
        response
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_stalls_ends_the_walks_in_bounded_time() {
    let folder = tempfile::tempdir().unwrap();
    let (server, target) = start(None);
    let stalls = Arc::new(Stalls { left: AtomicUsize::new(400) });
    let proxy = Proxy::start(&target.planes, stalls).await.unwrap();
    let description = describe(&target, &proxy.planes().rest, folder.path());
    // Without an end in bounded time, the test's own limit would end it as a failure.
    let explore = ["explore", &description, "--for", "1h", "--seed", "1"];
    let outcome = program_with(arguments(&explore)).await;
    assert_eq!(outcome.code(), Some(3), "{outcome:#?}");
    assert!(outcome.stdout.contains("ended early: "), "{outcome:#?}");
    server.shutdown().await;
}

/// A target that has room for some calls, and then answers 429.
#[derive(Debug)]
struct Fills {
    left: AtomicUsize,
}

impl Change for Fills {
    fn response(&self, _: &Request<'_>, mut response: Response) -> Response {
        let left = self
            .left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        if left.is_err() {
            response.status = 429;
        }
        response
    }
}

async fn explore_what_fills_after(calls: usize) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    let (server, target) = start(None);
    let fills = Arc::new(Fills { left: AtomicUsize::new(calls) });
    let proxy = Proxy::start(&target.planes, fills).await.unwrap();
    let description = describe(&target, &proxy.planes().rest, folder.path());
    // Without an end of its own, the test's limit would end it as a failure.
    let explore = ["explore", &description, "--for", "1h", "--seed", "1"];
    let outcome = program_with(arguments(&explore)).await;
    server.shutdown().await;
    outcome
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_is_full_ends_the_walks_without_being_accused() {
    let outcome = explore_what_fills_after(2_000).await;
    assert_eq!(outcome.code(), Some(0), "{outcome:#?}");
    assert!(outcome.stdout.contains("the target has no room"), "{outcome:#?}");
    assert!(outcome.stdout.contains("\n0 findings\n"), "{outcome:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_is_full_from_the_beginning_cannot_be_tested() {
    let outcome = explore_what_fills_after(0).await;
    assert_eq!(outcome.code(), Some(3), "{outcome:#?}");
}

#[test]
fn a_target_that_is_not_there_cannot_be_tested() {
    let nobody = ["--url", "http://127.0.0.1:9", "--app-key", "k", "--app-secret", "s"];
    let outcome = process::run(program([&["explore"], &nobody[..]].concat()));
    assert_eq!(outcome.code(), Some(3), "{outcome:#?}");
}
