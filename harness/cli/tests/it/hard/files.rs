//! Files that a command is given, and places where it writes.

#![cfg(unix)]

use crate::program::process::{program, run, run_alone};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

fn make_pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[test]
fn a_pipe_that_nobody_serves_is_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    make_pipe(&pipe);
    let pipe = pipe.to_str().unwrap();
    let report = format!("json={pipe}");
    for arguments in [
        vec!["verify", pipe],
        vec!["run", pipe],
        vec!["run", "--scenarios", pipe],
        vec!["judge", pipe],
        vec!["run", "--report", &report],
    ] {
        let outcome = run(program(arguments.iter().copied()));
        assert_eq!(outcome.code(), Some(2), "{arguments:?}: {}", outcome.said());
        assert!(outcome.took < Duration::from_secs(15), "{arguments:?}: {:?}", outcome.took);
    }
}

#[test]
fn a_file_without_end_is_not_read() {
    for arguments in [["verify", "/dev/zero"], ["run", "/dev/zero"], ["report", "/dev/zero"]] {
        let outcome = run_alone(program(arguments));
        assert_eq!(outcome.code(), Some(2), "{arguments:?}: {}", outcome.said());
        assert!(outcome.stderr.contains("longer than"), "{}", outcome.stderr);
        let peak = outcome.peak_kib.unwrap_or_default();
        assert!(peak < 700 * 1024, "{arguments:?}: {peak} KiB");
    }
}

#[test]
fn two_reports_cannot_be_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let (file, link) = (folder.path().join("run"), folder.path().join("link"));
    std::os::unix::fs::symlink("run", &link).unwrap();
    let (json, tap) = (format!("json={}", file.display()), format!("tap={}", link.display()));
    std::fs::write(&file, "").unwrap();
    let outcome = run(program(["run", "--report", &json, "--report", &tap]));
    assert_eq!(outcome.code(), Some(2), "{}", outcome.said());
    assert!(outcome.stderr.contains("cannot be one file"), "{}", outcome.stderr);
}

#[test]
fn a_report_goes_where_its_link_leads() {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("link");
    std::fs::write(folder.path().join("run"), "").unwrap();
    std::os::unix::fs::symlink("run", &link).unwrap();
    let tap = format!("tap={}", link.display());
    let outcome = run_alone(program(["run", "--only", "invite-rest-two", "--report", &tap]));
    assert_eq!(outcome.code(), Some(0), "{}", outcome.said());
    assert!(link.is_symlink());
    let text = std::fs::read_to_string(folder.path().join("run")).unwrap();
    assert!(text.starts_with("TAP"), "{text}");
}
