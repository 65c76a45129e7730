//! A target cannot hold a run.

use super::between::command;
use crate::program::process::{Outcome, run_alone};
use invite_conformance::embedded;
use invite_selftest::proxy::{Change, Proxy, Request, Response};
use invite_spec::endpoint::Operation;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Answers in time, so many times, and then late.
struct Slow {
    in_time: usize,
    answered: AtomicUsize,
    late: Duration,
}

impl Change for Slow {
    fn response(&self, _: &Request<'_>, mut response: Response) -> Response {
        if self.answered.fetch_add(1, Ordering::Relaxed) >= self.in_time {
            response.delay = self.late;
        }
        response
    }
}

async fn outcome(in_time: usize, late: Duration, more: &'static [&str]) -> Outcome {
    let (server, target) = embedded::start().unwrap();
    let slow = Slow { in_time, answered: AtomicUsize::new(0), late };
    let proxy = Proxy::start(&target.planes, Arc::new(slow)).await.unwrap();
    let command = command(&proxy.planes().rest, &target.application, more);
    let outcome = tokio::task::spawn_blocking(|| run_alone(command)).await.unwrap();
    drop(proxy);
    server.shutdown().await;
    outcome
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_falls_silent_is_found_once() {
    for more in [&[] as &[&str], &["--jobs", "4"]] {
        let outcome = outcome(400, Duration::from_secs(3_600), more).await;
        assert_eq!(outcome.code(), Some(1), "{}", outcome.said());
        assert!(outcome.took < Duration::from_secs(30), "{more:?}: {:?}", outcome.took);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_just_before_their_deadline_do_not_add_up() {
    // Early enough that a busy machine makes none of them late.
    let outcome = outcome(50, Duration::from_millis(3_500), &["--max-time", "12"]).await;
    let said = outcome.said();
    assert!(outcome.took < Duration::from_secs(60), "{:?}", outcome.took);
    assert_eq!(outcome.code(), Some(3), "{said}");
    assert!(said.contains("INTERRUPTED") && said.contains("`--max-time`"), "{said}");
}

/// Refuses every third request for an API token, and says for how long. What a proxy refuses has
/// been passed on: only calls without an effect can be tried here.
struct Busy(AtomicUsize);

impl Change for Busy {
    fn response(&self, request: &Request<'_>, mut response: Response) -> Response {
        let is_token = request.endpoint.is_some_and(|it| it.operation == Operation::AuthToken);
        if is_token && self.0.fetch_add(1, Ordering::Relaxed) % 3 == 2 {
            response.status = 429;
            response.set_header("retry-after", "1");
            response.body = b"{}".to_vec();
        }
        response
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_asks_for_a_pause_gets_it() {
    let (server, target) = embedded::start().unwrap();
    let change = Arc::new(Busy(AtomicUsize::new(0)));
    let proxy = Proxy::start(&target.planes, change).await.unwrap();
    let more = ["--only", "auth-api-token", "--only", "invite-rest-two"];
    let command = command(&proxy.planes().rest, &target.application, &more);
    let outcome = tokio::task::spawn_blocking(|| run_alone(command)).await.unwrap();
    drop(proxy);
    server.shutdown().await;
    assert_eq!(outcome.code(), Some(0), "{}", outcome.said());
    assert!(outcome.took > Duration::from_secs(1), "{:?}", outcome.took);
}
