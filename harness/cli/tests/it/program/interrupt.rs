//! Runs that are ended before all their scenarios are.

use super::process::{Outcome, program, run};
use invite_conformance::embedded;
use invite_reference::Server;
use invite_scenario::description::Target;
use invite_selftest::proxy::{Change, Proxy, Request, Response};
use invite_spec::endpoint::Operation;
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;

/// Scenarios in which people are invited by REST to conferences that have an owner.
const SCENARIOS: [&str; 3] =
    ["invite-rest-not-notified", "invite-rest-notified", "invite-rest-two"];

/// A target that answers no conference id, or that hangs as soon as a second scenario creates a
/// conference: the first has ended by then, if they run one after the other.
#[derive(Debug)]
struct Faults {
    wrong: bool,
    hangs: bool,
    /// What the names begin with of those who have created conferences by REST.
    seen: Mutex<Vec<String>>,
    /// Told when it hangs.
    hanging: Sender<()>,
}

impl Change for Faults {
    fn response(&self, request: &Request<'_>, mut response: Response) -> Response {
        if request.endpoint.is_some_and(|it| it.operation == Operation::RestCreate) {
            let owner = request.body["ownerExternalId"].as_str().unwrap();
            let (names, _) = owner.rsplit_once('-').unwrap();
            let mut seen = self.seen.lock().unwrap();
            if !seen.iter().any(|known| known == names) {
                seen.push(names.to_owned());
            }
            // The calls before the first scenario are answered as they are.
            let place = seen.iter().position(|known| known == names).unwrap();
            if self.wrong && place > 0 {
                response.set_json(&json!({}));
            }
            if self.hangs && place > 1 {
                response.delay = Duration::from_secs(3600);
                self.hanging.send(()).unwrap();
            }
        }
        response
    }
}

/// A target and a folder with its description.
struct Bench {
    server: Server,
    proxy: Proxy,
    folder: TempDir,
    hangs: Receiver<()>,
}

impl Bench {
    async fn start(wrong: bool, hangs: bool) -> Bench {
        let (server, target): (_, Target) = embedded::start().unwrap();
        let (hanging, told) = mpsc::channel();
        let faults = Faults { wrong, hangs, seen: Mutex::default(), hanging };
        let proxy = Proxy::start(&target.planes, Arc::new(faults)).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let description = format!(
            "url = \"{}\"\n[application]\nkey = \"{}\"\nsecret = \"{}\"\n\
             [deadlines]\nanswer_ms = 60000\n",
            proxy.planes().rest,
            target.application.key,
            target.application.secret
        );
        std::fs::write(folder.path().join("target.toml"), description).unwrap();
        Bench { server, proxy, folder, hangs: told }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A run of the scenarios, one after the other, that writes `run.json`.
    fn command(&self, more: &[&str]) -> Command {
        let target = self.path("target.toml");
        let wanted = format!("json={}", self.path("run.json").display());
        let only = SCENARIOS.iter().flat_map(|id| ["--only", id]);
        let fixed = ["run", target.to_str().unwrap(), "--jobs", "1", "--report", &wanted];
        let mut command = program(fixed.into_iter().chain(only).chain(more.iter().copied()));
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// The program, when its second scenario hangs.
    async fn hanging(mut self, more: &[&str]) -> (Bench, Child) {
        let child = self.command(more).spawn().unwrap();
        let hangs = self.hangs;
        let waiting = tokio::task::spawn_blocking(move || {
            hangs.recv().unwrap();
            hangs
        });
        self.hangs = waiting.await.unwrap();
        (self, child)
    }

    async fn end(self) {
        drop(self.proxy);
        self.server.shutdown().await;
    }
}

fn signal(child: &Child, name: &str) {
    let status = Command::new("kill").args([name, &child.id().to_string()]).status().unwrap();
    assert!(status.success());
}

fn record(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// `verify` on a record.
fn verified(path: &Path) -> Outcome {
    run(program(["verify", path.to_str().unwrap()]))
}

/// Ends a hanging run by a signal; gives its exit code, its report and its record.
async fn interrupted(wrong: bool, by: &'static str) -> (Option<i32>, String, Value) {
    let (bench, child) = Bench::start(wrong, true).await.hanging(&[]).await;
    signal(&child, by);
    let output =
        tokio::task::spawn_blocking(move || child.wait_with_output().unwrap()).await.unwrap();
    let path = bench.path("run.json");
    let (stdout, stderr) =
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert!(stderr.contains("interrupted"), "{stderr}");
    assert!(stdout.contains("2 scenarios: the run was interrupted"), "{stdout}");
    let outcome = verified(&path);
    assert_eq!(outcome.code(), Some(0), "{outcome:#?}");
    let record = record(&path);
    bench.end().await;
    (output.status.code(), stdout, record)
}

/// Whether the program will hear of a SIGHUP: under `nohup`, it does not, and must not.
fn hears_hangups() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_none_or(|mask| mask & 1 == 0)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_run_reports_what_it_learned() {
    let signals = ["-INT", "-TERM", "-HUP"];
    for by in signals.into_iter().filter(|by| *by != "-HUP" || hears_hangups()) {
        let (code, report, record) = interrupted(false, by).await;
        assert_eq!(code, Some(3), "{report}");
        assert!(report.contains("INTERRUPTED: "), "{report}");
        assert_eq!(record["interrupted"], "asked");
        assert_eq!(record["tally"]["summary"]["conforms"], false);
        assert_eq!(record["tally"]["summary"]["failed"], 0);
        assert!(record["tally"]["summary"]["passed"].as_u64().unwrap() > 0, "{report}");
        let driven = record["scenarios"].as_array().unwrap().iter();
        assert_eq!(driven.filter(|scenario| scenario["trace"].is_object()).count(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_that_was_seen_before_counts() {
    let (code, report, record) = interrupted(true, "-INT").await;
    assert!(record["tally"]["summary"]["failed"].as_u64().unwrap() > 0, "{report}");
    assert_eq!(code, Some(1), "{report}");
    assert!(report.contains("DOES NOT CONFORM"), "{report}");
}

/// Nobody reads its output, so it cannot come to an end by itself: it is more than fits into a pipe,
/// with the source of a long scenario.
#[tokio::test(flavor = "multi_thread")]
async fn a_second_interruption_ends_it_at_once() {
    let long = ["--json", "--only", "session-external-ids-as-they-are,permissions-*-each"];
    let (bench, mut child) = Bench::start(false, true).await.hanging(&long).await;
    signal(&child, "-INT");
    let mut said = BufReader::new(child.stderr.take().unwrap());
    let child = tokio::task::spawn_blocking(move || {
        let mut line = String::new();
        while !line.contains("interrupted") {
            line.clear();
            assert!(said.read_line(&mut line).unwrap() > 0, "it says nothing");
        }
        signal(&child, "-INT");
        let status = child.wait().unwrap();
        let mut rest = String::new();
        child.stdout.take().unwrap().read_to_string(&mut rest).unwrap();
        assert!(!rest.ends_with("}\n"), "the whole record was written: nothing was ended");
        status
    });
    assert_eq!(child.await.unwrap().code(), Some(3));
    bench.end().await;
}

/// Kills a hanging run; gives the folder of its files, and the path of its journal.
async fn killed() -> (Bench, PathBuf) {
    let (bench, mut child) = Bench::start(false, true).await.hanging(&[]).await;
    signal(&child, "-KILL");
    tokio::task::spawn_blocking(move || child.wait().unwrap()).await.unwrap();
    assert!(!bench.path("run.json").exists(), "no record was written");
    let journal = bench.path("run.json.part");
    (bench, journal)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_run_loses_only_what_was_in_flight() {
    let (bench, journal) = killed().await;
    let (file, written) = (journal.to_str().unwrap().to_owned(), bench.path("run.json"));
    // What was being written when it was killed is no line yet.
    let mut text = std::fs::read_to_string(&journal).unwrap();
    let (_, target) = embedded::start().unwrap();
    assert!(!text.contains(&target.application.secret), "the journal holds a secret");
    text.push_str("{\"driven\":{\"tra");
    std::fs::write(&journal, &text).unwrap();
    let wanted = format!("json={}", written.display());
    let made = tokio::task::spawn_blocking(move || {
        let verified = run(program(["verify", &file]));
        let shown = run(program(["report", &file, "--report", &wanted, "--report", "terminal=-"]));
        (verified, shown)
    });
    let (verified, shown) = made.await.unwrap();
    assert_eq!(verified.code(), Some(0), "{}", verified.said());
    assert!(verified.stdout.contains("the journal of a run that was killed"), "{verified:?}");
    assert_eq!(shown.code(), Some(3), "{}", shown.said());
    assert!(shown.stdout.contains("INTERRUPTED: "), "{}", shown.stdout);
    assert!(shown.stdout.contains("Partial run, "), "{}", shown.stdout);
    assert!(shown.stdout.contains("2 scenarios: the run was killed"), "{}", shown.stdout);
    let outcome = verified_later(written.clone()).await;
    assert_eq!(outcome.code(), Some(0), "{outcome:#?}");
    let record = record(&written);
    assert_eq!(record["interrupted"], "killed");
    assert!(record["tally"]["summary"]["passed"].as_u64().unwrap() > 0, "{record:#}");
    let driven = record["scenarios"].as_array().unwrap().iter();
    assert_eq!(driven.filter(|scenario| scenario["trace"].is_object()).count(), 1);
    bench.end().await;
}

async fn verified_later(path: PathBuf) -> Outcome {
    tokio::task::spawn_blocking(move || verified(&path)).await.unwrap()
}

/// A journal that was damaged is no journal, and one of a run that had not begun holds nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_journal_that_says_nothing_is_no_record() {
    let (bench, journal) = killed().await;
    let text = std::fs::read_to_string(&journal).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let cases = [
        (lines[..1].join("\n") + "\n", "before the target had answered: nothing was judged"),
        (lines[..1].join("\n"), "nothing was judged"),
        ([lines[0], "{}", lines[2], ""].join("\n"), "line 2 is none of a journal"),
        ([lines[0], lines[1], &lines[2].replace("invite-", "other-"), ""].join("\n"), "line 3"),
    ];
    for (text, words) in cases {
        std::fs::write(&journal, text).unwrap();
        let outcome = verified_later(journal.clone()).await;
        assert_eq!(outcome.code(), Some(2), "{outcome:#?}");
        assert!(outcome.stderr.contains(words), "{}", outcome.stderr);
    }
    bench.end().await;
}

#[test]
fn a_target_that_never_answers_can_be_interrupted_as_well() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.json");
    let wanted = format!("json={}", path.display());
    let target = ["run", "--url", &url, "--app-key", "key", "--app-secret", "secret"];
    let mut command = program(target.into_iter().chain(["--report", &*wanted]));
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let _connection = listener.accept().unwrap();
    signal(&child, "-INT");
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(3), "{stderr}");
    assert!(stderr.contains("nothing was judged"), "{stderr}");
    assert!(!path.exists(), "an empty file passes for a report");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "a journal of nothing");
}

async fn fail_fast(wrong: bool) -> (Outcome, Value) {
    let bench = Bench::start(wrong, false).await;
    let command = bench.command(&["--fail-fast"]);
    let outcome = tokio::task::spawn_blocking(|| run(command)).await.unwrap();
    let path = bench.path("run.json");
    assert_eq!(verified(&path).code(), Some(0));
    assert!(!bench.path("run.json.part").exists(), "the record has taken the place of its journal");
    let record = record(&path);
    bench.end().await;
    (outcome, record)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_failure_ends_a_run_that_is_to_fail_fast() {
    let (outcome, record) = fail_fast(true).await;
    assert_eq!(outcome.code(), Some(1), "{outcome:#?}");
    assert_eq!(record["interrupted"], "first_failure");
    assert!(outcome.stdout.contains("ended at its first failure"), "{}", outcome.stdout);
    let scenarios = record["scenarios"].as_array().unwrap();
    let driven = scenarios.iter().filter(|scenario| scenario["trace"].is_object()).count();
    assert!(driven < scenarios.len(), "{}", outcome.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_failure_nothing_ends_early() {
    let (outcome, record) = fail_fast(false).await;
    assert_eq!(outcome.code(), Some(0), "{outcome:#?}");
    assert_eq!(record["interrupted"], Value::Null);
}
