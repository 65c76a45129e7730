//! The program as a process.

#![expect(clippy::unwrap_used, reason = "a test stops at what it cannot go on with")]

use std::process::{Command, Output};

fn attacks(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_invite-attacks")).args(arguments).output().unwrap()
}

#[test]
fn without_the_programs_it_says_how_to_build_them() {
    let folder = tempfile::tempdir().unwrap();
    let output = attacks(&["--programs", folder.path().to_str().unwrap()]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("cargo build -p invite-conformance -p invite-reference"), "{said}");
}

/// Programs that say nothing and end well: no hostile target is named, so that bounds are broken.
#[cfg(unix)]
#[test]
fn a_program_that_takes_everything_for_right_is_found_out() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    for name in ["invite-conformance", "invite-reference"] {
        symlink("/bin/true", folder.path().join(name)).unwrap();
    }
    let programs = folder.path().to_str().unwrap();
    let output = attacks(&["--targets", "--only", "status-502", "--programs", programs]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("BROKEN: exit code 0"), "{said}");
    let output = attacks(&["--only", "no such attack", "--programs", programs]);
    assert_eq!(output.status.code(), Some(2));
}
