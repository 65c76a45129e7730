//! The report for people: of servers that are wrong in one way each, and of the right one.

use super::process::{self, Outcome, program};
use invite_reference::core::rules::{Announcements, Hooks, Inviting};
use invite_reference::core::state::{Conference, Tenant};
use invite_reference::core::{Call, Refusal, SessionId, UserId};
use invite_reference::{Application, Rules, Server, Settings, Standard};
use invite_spec::permission::{Permission, PermissionSet, RequestedPermissions};
use serde_json::{Value, json};
use std::sync::Arc;

/// The most characters of a line.
const WIDTH: usize = 100;

/// Grants everything to somebody who is invited without permissions.
#[derive(Debug)]
struct GrantsTooMuch;

impl Inviting for GrantsTooMuch {
    fn grants_of_invitation(
        &self,
        asked: &RequestedPermissions,
        held: Option<&PermissionSet>,
    ) -> Result<PermissionSet, Refusal> {
        if asked.is_default() {
            return Ok(Permission::ALL.into_iter().collect());
        }
        Standard.grants_of_invitation(asked, held)
    }
}

impl Rules for GrantsTooMuch {
    fn inviting(&self) -> &dyn Inviting {
        self
    }
}

/// Notifies everybody of an invitation by REST, whatever the flag says.
#[derive(Debug)]
struct NotifiesEverybody;

impl Hooks for NotifiesEverybody {
    fn rewrite_call(&self, call: &mut Call) {
        let people = call.body.as_mut().ok().and_then(|body| body.get_mut("participants"));
        for person in
            people.and_then(Value::as_object_mut).into_iter().flat_map(|it| it.values_mut())
        {
            if let Some(person) = person.as_object_mut() {
                person.insert("notification".to_owned(), json!(true));
            }
        }
    }
}

impl Rules for NotifiesEverybody {
    fn hooks(&self) -> &dyn Hooks {
        self
    }
}

/// Tells nobody anything of the participants.
#[derive(Debug)]
struct KeepsNewsToItself;

impl Announcements for KeepsNewsToItself {
    fn recipients_of_news(&self, _: &Tenant, _: &Conference, _: &UserId) -> Vec<SessionId> {
        Vec::new()
    }
}

impl Rules for KeepsNewsToItself {
    fn announcements(&self) -> &dyn Announcements {
        self
    }
}

/// The report about a server with these rules.
async fn report(rules: impl Rules + 'static, scenarios: &[&str]) -> Outcome {
    let server = Server::start(Settings {
        listen: ([127, 0, 0, 1], 0).into(),
        applications: vec![Application::new("key", "s3cr3t-of-the-server").protected()],
        rules: Arc::new(rules),
        ..Settings::default()
    })
    .unwrap();
    let url = format!("http://{}", server.address());
    let only = scenarios.iter().flat_map(|id| ["--only", id]);
    let application = ["--app-key", "key", "--app-secret", "s3cr3t-of-the-server"];
    let fixed = ["run", "--seed", "1", "--url", &url].into_iter().chain(application);
    let command = program(fixed.into_iter().chain(only));
    let outcome = tokio::task::spawn_blocking(|| process::run(command)).await.unwrap();
    is_plain(&outcome.stdout);
    assert!(!outcome.said().contains("s3cr3t"), "{outcome:#?}");
    server.shutdown().await;
    outcome
}

/// What holds of every report in a pipe.
#[track_caller]
pub(super) fn is_plain(report: &str) {
    assert!(!report.contains('\u{1b}'), "colours in a pipe:\n{report}");
    for line in report.lines() {
        assert!(line.chars().count() <= WIDTH, "too wide:\n{line}");
        assert_eq!(line, line.trim_end(), "a space at the end of a line");
    }
}

/// A report without what differs from run to run, in as many characters.
fn steady(report: &str) -> String {
    let after = |words: &str| {
        let (_, rest) = report.split_once(words)?;
        rest.split(|c: char| !c.is_alphanumeric()).next()
    };
    let run = after(", run ").unwrap().to_owned();
    let port = after("http://127.0.0.1:").unwrap().to_owned();
    let mut text = report.replace(&run, &"R".repeat(run.len())).replace(&port, "PORT");
    // The run's id may be cut off at the end of what is shown.
    for length in (3..run.len()).rev() {
        let cut = format!("{}...", &run[..length]);
        text = text.replace(&cut, &format!("{}...", "R".repeat(length)));
    }
    let (head, tail) = text.rsplit_once(" checks in ").unwrap();
    let (_, tail) = tail.split_once(" s)").unwrap();
    ids(&uncounted(&format!("{head} checks in T s){tail}")))
}

/// How often a law could look depends on what had arrived by then.
fn uncounted(text: &str) -> String {
    let mut parts = text.split(" checks").peekable();
    let mut steady = String::new();
    while let Some(part) = parts.next() {
        match parts.peek() {
            Some(_) => {
                steady.push_str(part.trim_end_matches(|c: char| c.is_ascii_digit() || c == ','));
                steady.push_str("N checks");
            }
            None => steady.push_str(part),
        }
    }
    steady
}

/// The ids that the reference server makes are others in the next run.
pub(super) fn ids(text: &str) -> String {
    let is_uuid = |part: &[char]| {
        part.iter().enumerate().all(|(place, letter)| match place {
            8 | 13 | 18 | 23 => *letter == '-',
            _ => letter.is_ascii_hexdigit(),
        })
    };
    let letters: Vec<char> = text.chars().collect();
    let mut steady = String::new();
    let mut at = 0;
    while at < letters.len() {
        match letters.get(at..at + 36).filter(|part| is_uuid(part)) {
            Some(_) => {
                steady.push_str("00000000-0000-0000-0000-000000000000");
                at += 36;
            }
            None => {
                steady.push(letters[at]);
                at += 1;
            }
        }
    }
    steady
}

#[tokio::test]
async fn granting_too_much_by_default_is_clear_at_once() {
    let scenarios = ["permissions-rest-default", "permissions-sdk-default"];
    let outcome = report(GrantsTooMuch, &scenarios).await;
    assert_eq!(outcome.code(), Some(1), "{outcome:#?}");
    insta::assert_snapshot!("report-grants-too-much", steady(&outcome.stdout));
}

#[tokio::test]
async fn notifying_without_being_asked_is_clear_at_once() {
    let scenarios = ["invite-rest-not-notified", "invite-rest-notified"];
    let outcome = report(NotifiesEverybody, &scenarios).await;
    assert_eq!(outcome.code(), Some(1), "{outcome:#?}");
    insta::assert_snapshot!("report-notifies-everybody", steady(&outcome.stdout));
}

#[tokio::test]
async fn a_silence_that_blocks_others_is_clear_at_once() {
    let scenarios = ["invite-announced", "participants-connecting", "participants-own-progress"];
    let outcome = report(KeepsNewsToItself, &scenarios).await;
    assert_eq!(outcome.code(), Some(1), "{outcome:#?}");
    insta::assert_snapshot!("report-keeps-news-to-itself", steady(&outcome.stdout));
}

#[tokio::test]
async fn a_server_that_conforms_gets_a_short_report() {
    let scenarios = [
        "permissions-rest-default",
        "permissions-sdk-default",
        "invite-rest-not-notified",
        "invite-rest-notified",
    ];
    let outcome = report(Standard, &scenarios).await;
    assert_eq!(outcome.code(), Some(0), "{outcome:#?}");
    insta::assert_snapshot!("report-conforms", steady(&outcome.stdout));
}
