//! Few files may be open at once: that is nobody's fault, and never the target's.

#![cfg(unix)]

use crate::program::process::{Outcome, run_alone};
use std::process::Command;

/// The program under a hard limit of open files, on the embedded default.
fn limited(files: u32) -> Outcome {
    let program = env!("CARGO_BIN_EXE_invite-conformance");
    let mut command = Command::new("sh");
    command.args(["-c", &format!("ulimit -n {files}; exec \"$0\" run --verbose"), program]);
    run_alone(command)
}

#[test]
fn the_reference_server_conforms_with_few_files() {
    for files in [64, 256, 1_024] {
        let outcome = limited(files);
        assert_eq!(outcome.code(), Some(0), "{files}: {}", outcome.said());
        if files < 1_024 {
            assert!(outcome.stdout.contains("files at once"), "{}", outcome.stdout);
        }
    }
}

#[test]
fn too_few_for_anything_is_an_error_of_the_harness() {
    let outcome = limited(12);
    assert!(matches!(outcome.code(), Some(70)), "{}", outcome.said());
    assert!(!outcome.said().contains("FAIL"), "{}", outcome.said());
}
