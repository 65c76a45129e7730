//! What is found before the first scenario, and what it is to do about it.

use super::process::{Outcome, program, run};
use super::wrong::{KEY, SECOND_KEY, SECRET, serve, url};

/// Runs one scenario against the right server, with these arguments.
async fn against(address: impl FnOnce(String) -> String, further: &[&str]) -> Outcome {
    let server = serve(None);
    let address = address(url(&server));
    let mut arguments = vec!["run", "--url", &address, "--only", "application-aliases"];
    arguments.extend(further);
    let mut command = program(arguments);
    command.envs([("INVITE_APP_KEY", KEY), ("INVITE_APP_SECRET", SECRET)]);
    let outcome = tokio::task::spawn_blocking(|| run(command)).await.unwrap();
    server.shutdown().await;
    outcome
}

#[track_caller]
fn says(outcome: &Outcome, code: i32, words: &[&str]) {
    assert_eq!(outcome.code(), Some(code), "{outcome:#?}");
    for word in words {
        assert!(outcome.said().contains(word), "no `{word}` in:\n{}", outcome.said());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_application_instead_of_two_is_a_mistake_of_the_command_line() {
    let same = ["--second-app-key", KEY, "--second-app-secret", SECRET];
    let outcome = against(|address| address, &same).await;
    says(&outcome, 2, &["the second application is the first one", KEY, "--second-app-key"]);
    assert!(!outcome.said().contains(SECRET), "{outcome:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_secret_of_the_second_application_is_found() {
    let wrong = ["--second-app-key", SECOND_KEY, "--second-app-secret", "wrong"];
    let outcome = against(|address| address, &wrong).await;
    says(&outcome, 3, &["refused the credentials of the second application"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_elsewhere_or_another_service_is_not_judged() {
    let outcome = against(|address| format!("{address}/some/where"), &[]).await;
    let words = ["does not know POST http://", "/some/where/", "status 404", "add the path"];
    says(&outcome, 3, &words);
    assert!(outcome.stdout.is_empty(), "{outcome:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_in_which_nothing_was_judged_exits_with_3() {
    let outcome = against(|address| address, &[]).await;
    says(&outcome, 3, &["NOTHING WAS JUDGED", "it needs a second application"]);
}
