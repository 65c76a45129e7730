//! `watch`: runs again when the server or a file changes, and tells what that changed.

use super::input::refuses;
use super::invoke;
use super::process::program;
use invite_reference::{Application, Server, Settings, mutants};
use std::io::BufReader;
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// What never comes within this time never will: the test fails instead of hanging.
const LIMIT: Duration = Duration::from_secs(120);

/// Somebody who watches, and what they see.
struct Watching {
    child: Child,
    lines: Receiver<String>,
}

impl Watching {
    fn begin(arguments: &[&str]) -> Watching {
        let mut command = program([&["watch", "--quiet"], arguments].concat());
        command.env("INVITE_APP_KEY", "key").env("INVITE_APP_SECRET", "secret");
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (told, lines) = channel();
        let out = child.stdout.take().unwrap();
        let err = child.stderr.take().unwrap();
        let complaints = told.clone();
        std::thread::spawn(move || tell(BufReader::new(out), &told));
        std::thread::spawn(move || tell(BufReader::new(err), &complaints));
        Watching { child, lines }
    }

    /// Everything that is said until something is.
    #[track_caller]
    fn until(&self, wanted: &str) -> String {
        self.until_all(&[wanted])
    }

    /// The same for several things, in any order: complaints come another way.
    #[track_caller]
    fn until_all(&self, wanted: &[&str]) -> String {
        let mut said = String::new();
        while !wanted.iter().all(|words| said.contains(words)) {
            let Ok(line) = self.lines.recv_timeout(LIMIT) else {
                panic!("{wanted:?} is not said: {said}")
            };
            said.push_str(&line);
            said.push('\n');
        }
        said
    }

    /// Ends it by Ctrl-C: its exit code.
    fn end(mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        let killed = std::process::Command::new("/bin/kill").args(["-INT", &id]).status().unwrap();
        assert!(killed.success());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        // It has ended, if the test has.
        let _ = self.child.kill();
    }
}

fn tell(lines: impl std::io::BufRead, to: &std::sync::mpsc::Sender<String>) {
    for line in lines.lines().map_while(Result::ok) {
        let _ = to.send(line);
    }
}

/// A server at a port, right or wrong.
fn server(port: u16, mutant: Option<&str>) -> Server {
    let rules = mutant.map(|name| (mutants::find(name).unwrap().rules)());
    let settings = Settings {
        listen: ([127, 0, 0, 1], port).into(),
        applications: vec![Application::new("key", "secret").protected()],
        ..Settings::default()
    };
    Server::start(match rules {
        Some(rules) => Settings { rules, ..settings },
        None => settings,
    })
    .unwrap()
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_started_again_is_run_again_and_what_changed_is_told() {
    let first = server(0, None);
    let url = first.url();
    let port = url.rsplit(':').next().unwrap().parse().unwrap();
    let watching = Watching::begin(&["--url", &url, "--only", "kick*,auth-api-token"]);
    let said = watching.until("(Ctrl-C ends)");
    assert!(said.contains("CONFORMS"), "{said}");
    assert!(said.contains(&format!("watching the server at {url}")), "{said}");

    first.shutdown().await;
    let wrong = server(port, Some("kicked-come-back"));
    let said = watching.until("(Ctrl-C ends)");
    assert!(said.contains("changed: the server"), "{said}");
    assert!(said.contains("DOES NOT CONFORM"), "{said}");
    assert!(said.contains("Broke"), "{said}");

    wrong.shutdown().await;
    let right = server(port, None);
    let said = watching.until("(Ctrl-C ends)");
    let (alone, whole) = said.split_once("hold now").expect(&said);
    assert!(alone.contains("that failed"), "{said}");
    assert!(whole.contains("Mended"), "{said}");
    assert_eq!(watching.end(), Some(0), "as the last run");
    right.shutdown().await;
}

const SCENARIO: &str = "scenario: own\n\
    title: An application server creates a conference.\n\
    profile: rest\n\
    people: {alice: {}}\n\
    steps:\n\
    \x20 - call:\n\
    \x20     operation: rest.create\n\
    \x20     body: {ownerExternalId: \"${alice}\"}\n\
    \x20     expect:\n\
    \x20       - {requires: CNF-001, status: accepted}\n";

#[cfg(unix)]
#[test]
fn a_file_that_changes_is_run_again_even_after_a_mistake() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("own.yaml");
    std::fs::write(&path, SCENARIO).unwrap();
    let path_text = path.to_str().unwrap();
    let watching = Watching::begin(&["--scenarios", path_text]);
    let said = watching.until("(Ctrl-C ends)");
    assert!(said.contains(&format!("watching {path_text}")), "{said}");

    std::fs::write(&path, SCENARIO.replace("accepted", "acepted")).unwrap();
    let changed = format!("changed: {path_text}");
    watching.until_all(&[&changed, "own.yaml:10:", "(Ctrl-C ends)"]);

    std::fs::write(&path, SCENARIO.replace("status: accepted", "status: 418")).unwrap();
    let said = watching.until("(Ctrl-C ends)");
    assert!(said.contains("FAIL CNF-001"), "{said}");
    assert_eq!(watching.end(), Some(1), "as the last run");
}

#[test]
fn what_cannot_change_is_not_watched() {
    refuses(&invoke(&["watch"]), &["nothing can change", "--url"]);
    let one_run = ["watch", "--scenarios", "x.yaml", "--json"];
    refuses(&invoke(&one_run), &["--json is for one run", "`run`"]);
}
