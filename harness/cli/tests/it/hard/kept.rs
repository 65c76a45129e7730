//! A run is not lost because something of it cannot be written.

#![cfg(target_os = "linux")]

use crate::program::process::{program, run_alone};
use std::path::Path;
use std::process::Stdio;

fn report(format: &str, path: &Path) -> String {
    format!("{format}={}", path.display())
}

#[test]
fn one_report_that_cannot_be_written_keeps_none_of_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let (tap, json) = (folder.path().join("run.tap"), folder.path().join("run.json"));
    let full = report("html", Path::new("/dev/full"));
    let command = program([
        "run",
        "--only",
        "invite-rest-two",
        "--report",
        &report("tap", &tap),
        "--report",
        &full,
        "--report",
        &report("json", &json),
    ]);
    let outcome = run_alone(command);
    assert_eq!(outcome.code(), Some(0), "{}", outcome.said());
    assert!(outcome.stdout.contains("CONFORMS"), "{}", outcome.stdout);
    assert!(outcome.stderr.contains("cannot write /dev/full"), "{}", outcome.stderr);
    assert!(std::fs::read_to_string(&tap).unwrap().starts_with("TAP version 14"));
    assert!(std::fs::read_to_string(&json).unwrap().ends_with("}\n"));
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().flatten().collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

#[test]
fn a_verdict_that_cannot_be_printed_is_still_the_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    let json = folder.path().join("run.json");
    for (more, code) in [(vec!["--report".to_owned(), report("json", &json)], 0), (vec![], 2)] {
        let more = more.iter().map(String::as_str);
        let mut command = program(["run", "--only", "invite-rest-two"].into_iter().chain(more));
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let output = command.stdout(full).stderr(Stdio::piped()).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{said}");
        assert!(said.contains("standard output") && said.contains("CONFORMS"), "{said}");
    }
}

#[test]
fn a_full_disk_leaves_the_report_of_the_last_run() {
    let folder = tempfile::tempdir().unwrap();
    let json = folder.path().join("run.json");
    std::fs::write(&json, "the last run").unwrap();
    // A file may have 8 KiB here: the record does not fit.
    let script = "ulimit -f 8; trap '' XFSZ; exec \"$0\" \"$@\"";
    let mut command = std::process::Command::new("bash");
    command.args(["-c", script, env!("CARGO_BIN_EXE_invite-conformance")]);
    command.args(["run", "--only", "invite-rest-two", "--report", &report("json", &json)]);
    let outcome = run_alone(command);
    assert_eq!(outcome.code(), Some(0), "{}", outcome.said());
    assert!(outcome.stderr.contains("cannot write"), "{}", outcome.stderr);
    assert_eq!(std::fs::read_to_string(&json).unwrap(), "the last run");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left");
}

/// A run without a journal is a run all the same, and one of an earlier run is in nobody's way.
#[test]
fn a_journal_that_cannot_be_written_costs_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (json, journal) = (folder.path().join("run.json"), folder.path().join("run.json.part"));
    let command = ["run", "--only", "invite-rest-two", "--report", &report("json", &json)];
    std::fs::create_dir(&journal).unwrap();
    let outcome = run_alone(program(command));
    assert_eq!(outcome.code(), Some(0), "{}", outcome.said());
    assert!(outcome.stderr.contains("run.json.part: "), "{}", outcome.stderr);
    assert!(std::fs::read_to_string(&json).unwrap().ends_with("}\n"));

    std::fs::remove_dir(&journal).unwrap();
    let victim = folder.path().join("victim");
    std::fs::write(&victim, "not a journal").unwrap();
    std::os::unix::fs::symlink(&victim, &journal).unwrap();
    let outcome = run_alone(program(command));
    assert_eq!((outcome.code(), &*outcome.stderr), (Some(0), ""));
    assert_eq!(std::fs::read_to_string(&victim).unwrap(), "not a journal");
    assert!(!journal.exists(), "it is taken away when the record is written");
}
