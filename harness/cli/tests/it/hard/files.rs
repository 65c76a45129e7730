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

#[test]
fn init_and_snapshots_write_through_no_link() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("precious"), "mine").unwrap();
    let target = path("precious");
    // What `init` writes first, and what a first run writes down.
    std::os::unix::fs::symlink(&target, path("invite-conformance.toml")).unwrap();
    for more in [&[] as &[&str], &["--force"]] {
        let mut command = program(["init"].into_iter().chain(more.iter().copied()));
        command.current_dir(folder.path());
        run(command);
        assert_eq!(std::fs::read_to_string(&target).unwrap(), "mine", "{more:?}");
    }
    let snapshots = path("snapshots");
    let arguments = ["run", "--only", "invite-rest-two", "--snapshots"];
    let take = |more: &[&str]| {
        let all = arguments.into_iter().chain([snapshots.to_str().unwrap()]);
        run_alone(program(all.chain(more.iter().copied())))
    };
    assert_eq!(take(&[]).code(), Some(0));
    let first = std::fs::read_dir(&snapshots).unwrap().flatten().next().unwrap().path();
    std::fs::copy(&first, &target).unwrap();
    let before = std::fs::read_to_string(&target).unwrap();
    std::fs::remove_file(&first).unwrap();
    std::os::unix::fs::symlink(&target, &first).unwrap();
    assert_eq!(take(&["--accept-snapshots"]).code(), Some(0));
    assert!(!first.is_symlink(), "it is a file of the folder now");
    assert_eq!(std::fs::read_to_string(&target).unwrap(), before);
}
