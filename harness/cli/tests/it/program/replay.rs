//! Replays: they show a failure again against a server that was started anew, and no text of a
//! record is part of a program.

use super::process::{self, Outcome};
use super::wrong::{self, Run, read};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

/// Whether what a replay needs is here.
fn can_replay() -> bool {
    let mut command = Command::new("python3");
    command.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
    let can = command.status().is_ok_and(|status| status.success());
    if !can {
        eprintln!("SKIPPED: replays need python3");
    }
    can
}

/// Replays a failure against a server that has just been started.
async fn replay(script: &Path, name: Option<&str>, secret: &str) -> Outcome {
    let server = wrong::serve(name);
    let mut command = Command::new("sh");
    command.arg(script).arg(wrong::url(&server)).stdin(Stdio::null());
    command.envs([("INVITE_APP_KEY", wrong::KEY), ("INVITE_APP_SECRET", secret)]);
    command.env("INVITE_SECOND_APP_KEY", wrong::SECOND_KEY);
    command.env("INVITE_SECOND_APP_SECRET", wrong::SECOND_SECRET);
    command.current_dir(script.parent().unwrap());
    let outcome = tokio::task::spawn_blocking(|| process::run(command)).await.unwrap();
    server.shutdown().await;
    let said = outcome.said();
    assert!(!said.contains("s3cr3t") && !said.contains("eyJ"), "a secret in the output: {said}");
    outcome
}

/// What the replays of a requirement say against the wrong server and against the right one.
async fn replays(name: &str, scenario: &str, requirement: &str) -> Option<[Outcome; 2]> {
    if !can_replay() {
        return None;
    }
    let run = Run::of(Some(name), &[scenario]).await;
    assert_eq!(run.outcome.code(), Some(1), "{:#?}", run.outcome);
    let folder = run.report("replay");
    for file in std::fs::read_dir(&folder).unwrap() {
        assert!(!read(&file.unwrap().path()).contains("s3cr3t"), "a secret in a file");
    }
    let script = folder.join(format!("{requirement}.sh"));
    let wrong = replay(&script, Some(name), wrong::SECRET).await;
    let right = replay(&script, None, wrong::SECRET).await;
    for outcome in [&wrong, &right] {
        for words in ["expected  ", "seen then  ", "seen now  "] {
            assert!(outcome.stdout.contains(words), "{outcome:#?}");
        }
    }
    Some([wrong, right])
}

/// The replay decides by itself.
async fn shows_again(name: &str, scenario: &str, requirement: &str) {
    let Some([wrong, right]) = replays(name, scenario, requirement).await else { return };
    assert_eq!(wrong.code(), Some(1), "{}", wrong.said());
    assert!(wrong.stdout.contains("STILL SO"), "{}", wrong.said());
    assert_eq!(right.code(), Some(0), "{}", right.said());
    assert!(right.stdout.contains("NO LONGER"), "{}", right.said());
}

/// The replay shows what it is about, and leaves the comparison to the reader.
async fn shows(name: &str, scenario: &str, requirement: &str, [wrong, right]: [&str; 2]) {
    let Some(outcomes) = replays(name, scenario, requirement).await else { return };
    for (outcome, words) in outcomes.iter().zip([wrong, right]) {
        assert_eq!(outcome.code(), Some(3), "{}", outcome.said());
        let (_, now) = outcome.stdout.split_once("seen now").unwrap();
        assert!(now.contains(words) && now.contains("COMPARE"), "{}", outcome.said());
    }
}

#[tokio::test]
async fn a_wrong_answer_of_the_rest_plane_is_shown_for_comparison() {
    let now = [r#""JOIN", "SEND_AUDIO", "SEND_VIDEO", "SHARE_SCREEN""#, r#""JOIN", "SEND_AUDIO""#];
    shows("default-is-everything", "permissions-rest-default", "PRM-002", now).await;
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
async fn a_frame_that_says_something_wrong_is_shown_for_comparison() {
    let now = ["/user_id nothing", "/user_id \""];
    shows("camel-case-user-id", "invite-announced", "WIRE-005", now).await;
}

#[tokio::test]
async fn a_frame_that_was_right_before_and_is_wrong_now_is_shown_for_comparison() {
    let Some([wrong, right]) = replays("kicked-hear-on", "kick-*", "KCK-007").await else { return };
    // A law may be about what the frame says: that there are as many decides nothing, fewer do.
    assert_eq!(wrong.code(), Some(3), "{}", wrong.said());
    assert_eq!(right.code(), Some(0), "{}", right.said());
}

/// The wrong server hides a token from the client, which goes on with its old one. Against the right
/// server the replay must go on with the new one, as a client does.
#[tokio::test]
async fn a_replay_remembers_tokens_as_a_client_does() {
    shows_again("token-beside-content", "permissions-sdk-update-gives", "PRM-020").await;
}

#[tokio::test]
async fn a_replay_that_does_not_get_there_cannot_tell() {
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
    let mut help = Command::new("sh");
    help.arg(&script).arg("--help").stdin(Stdio::null());
    let outcome = process::run(help);
    assert_eq!(outcome.code(), Some(0), "{outcome:#?}");
    assert!(outcome.stdout.contains("Exit codes:"), "{outcome:#?}");
}

/// What a shell, a here-document, Python, JSON, HTTP or a file system would take for its own.
const POISON: [&str; 8] = [
    "$(touch pwned)",
    "`touch pwned`",
    "x\nJSON\nPYTHON\nBODY\ntouch pwned\n",
    "'; touch pwned; '",
    "\"; touch pwned; \"",
    "\"\"\" + __import__('os').system('touch pwned') + \"\"\"",
    "../../pwned",
    "x\r\nX-Injected: 1\r\n\r\n\u{1b}[2J\u{202e}",
];

/// Puts poison into every text of a value.
fn poison(value: &mut Value, with: &str) {
    match value {
        Value::String(text) => text.push_str(with),
        Value::Array(items) => items.iter_mut().for_each(|item| poison(item, with)),
        Value::Object(fields) => {
            for (name, mut field) in std::mem::take(fields) {
                poison(&mut field, with);
                fields.insert(format!("{name}{with}"), field);
            }
        }
        _ => {}
    }
}

/// The files of a report by name.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    files
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), read(&path)))
        .collect()
}

#[tokio::test]
async fn no_text_of_a_record_is_part_of_a_program() {
    let scenarios = ["invite-rest-not-notified", "permissions-rest-default"];
    let mut run = Run::of(Some("notification-whenever-named"), &scenarios).await;
    let clean = files(&run.report("replay"));
    let programs = |files: &BTreeMap<String, String>| -> BTreeMap<String, String> {
        let all = files.clone().into_iter();
        all.filter(|(name, _)| name.ends_with(".sh") || name.ends_with(".py")).collect()
    };
    assert!(programs(&clean).len() > 1, "{:?}", clean.keys());
    let whole = run.record.clone();
    let everything = POISON.concat();
    for with in POISON.into_iter().chain([everything.as_str()]) {
        let is_everything = with == everything;
        run.change(|record| {
            *record = whole.clone();
            for scenario in record["scenarios"].as_array_mut().unwrap() {
                poison(&mut scenario["title"], with);
                for entry in scenario["trace"]["entries"].as_array_mut().unwrap() {
                    poison_entry(entry, with, is_everything);
                }
            }
        });
        std::fs::remove_dir_all(run.path("report.replay")).unwrap();
        let folder = run.report("replay");
        let poisoned = files(&folder);
        assert_eq!(programs(&poisoned), programs(&clean), "{with:?}");
        assert_eq!(poisoned.keys().collect::<Vec<_>>(), clean.keys().collect::<Vec<_>>());
        if can_replay() {
            let outcome = replay(&folder.join("INV-013.sh"), None, wrong::SECRET).await;
            let odd = outcome.said().chars().find(|c| c.is_control() && *c != '\n');
            assert_eq!(odd, None, "{}", outcome.said());
            // Frames and labels may say what they like; no server takes such methods and paths.
            assert_eq!(outcome.code() == Some(2), is_everything, "{with:?} {}", outcome.said());
        }
        for place in [folder.join("pwned"), run.path("pwned"), run.path("../pwned")] {
            assert!(!place.exists(), "{with:?} ran");
        }
    }
}

/// Labels and frames; with everything, also requests and their headers.
fn poison_entry(entry: &mut Value, with: &str, is_everything: bool) {
    if entry["event"] == json!("begun") {
        poison(&mut entry["step"], with);
    }
    if let Some(frame) = entry.pointer_mut("/event/received/body/json") {
        poison(frame, with);
    }
    let places = ["request/method", "request/path", "request/body/json"];
    for place in places.into_iter().filter(|_| is_everything) {
        if let Some(found) = entry["event"].pointer_mut(&format!("/{place}")) {
            poison(found, with);
        }
    }
    if let Some(headers) = entry.pointer_mut("/event/request/headers").filter(|_| is_everything) {
        headers[format!("x{with}")] = with.into();
    }
}
