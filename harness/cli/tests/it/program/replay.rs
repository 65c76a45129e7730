//! Replay scripts: they show a failure again against a server that was started anew, and pass
//! against a right one.

use super::process::{self, Outcome};
use super::wrong::{self, Run, read};
use std::path::Path;
use std::process::{Command, Stdio};

/// Whether what a script needs is here.
fn can_replay() -> bool {
    let has = |name: &str| {
        let mut command = Command::new(name);
        command.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    let can = has("curl") && has("python3");
    if !can {
        eprintln!("SKIPPED: replay scripts need curl and python3");
    }
    can
}

/// Runs a script against a server that has just been started.
async fn replay(script: &Path, name: Option<&str>, secret: &str) -> Outcome {
    let server = wrong::serve(name);
    let mut command = Command::new("sh");
    command.arg(script).arg(wrong::url(&server)).stdin(Stdio::null());
    command.envs([("INVITE_APP_KEY", wrong::KEY), ("INVITE_APP_SECRET", secret)]);
    command.env("INVITE_SECOND_APP_KEY", wrong::SECOND_KEY);
    command.env("INVITE_SECOND_APP_SECRET", wrong::SECOND_SECRET);
    let outcome = tokio::task::spawn_blocking(|| process::run(command)).await.unwrap();
    server.shutdown().await;
    outcome
}

/// The script of a requirement fails the same way against the wrong server, and passes against the
/// right one.
async fn shows_again(name: &str, scenario: &str, requirement: &str) {
    if !can_replay() {
        return;
    }
    let run = Run::of(Some(name), &[scenario]).await;
    assert_eq!(run.outcome.code(), Some(1), "{:#?}", run.outcome);
    let script = run.report("replay").join(format!("{requirement}.sh"));
    let text = read(&script);
    assert!(!text.contains("s3cr3t"), "a secret in a script");
    let again = replay(&script, Some(name), wrong::SECRET).await;
    assert_eq!(again.code(), Some(1), "{again:#?}");
    assert!(again.stdout.contains("expected ") && again.stdout.contains("seen "), "{again:#?}");
    assert!(again.stdout.contains("WRONG"), "{again:#?}");
    let right = replay(&script, None, wrong::SECRET).await;
    assert_eq!(right.code(), Some(0), "{right:#?}");
    assert!(right.stdout.contains("RIGHT"), "{right:#?}");
}

#[tokio::test]
async fn a_wrong_answer_of_the_rest_plane_is_shown_again() {
    shows_again("default-is-everything", "permissions-rest-default", "PRM-002").await;
}

#[tokio::test]
async fn a_call_of_a_client_that_should_be_refused_is_shown_again() {
    shows_again("update-revokes-nothing", "permissions-rest-update-revokes", "PRM-016").await;
}

#[tokio::test]
async fn a_frame_that_never_comes_is_shown_again() {
    shows_again("joiner-hears-nothing", "participants-own-connection", "PRT-005").await;
}

#[tokio::test]
async fn a_frame_that_must_not_come_is_shown_again() {
    shows_again("notification-whenever-named", "invite-rest-not-notified", "INV-013").await;
}

#[tokio::test]
async fn a_frame_that_says_something_wrong_is_shown_again() {
    shows_again("camel-case-user-id", "invite-announced", "WIRE-005").await;
}

#[tokio::test]
async fn a_frame_that_was_right_before_and_is_wrong_now_is_shown_again() {
    shows_again("kicked-hear-on", "kick-*", "KCK-007").await;
}

/// The wrong server hides a token from the client, which goes on with its old one. Against the right
/// server the script must go on with the new one, as a client does.
#[tokio::test]
async fn a_script_remembers_tokens_as_a_client_does() {
    shows_again("token-beside-content", "permissions-sdk-update-gives", "PRM-020").await;
}

#[tokio::test]
async fn a_script_that_does_not_get_there_cannot_tell() {
    if !can_replay() {
        return;
    }
    let run = Run::of(Some("default-is-everything"), &["permissions-rest-default"]).await;
    let script = run.report("replay").join("PRM-002.sh");
    let outcome = replay(&script, None, "another secret").await;
    assert_eq!(outcome.code(), Some(2), "{outcome:#?}");
    let mut without = Command::new("sh");
    without.arg(&script).env_remove("INVITE_APP_KEY").stdin(Stdio::null());
    let outcome = process::run(without);
    assert_eq!(outcome.code(), Some(2), "{outcome:#?}");
    assert!(outcome.stderr.contains("INVITE_APP_KEY"), "{outcome:#?}");
}
