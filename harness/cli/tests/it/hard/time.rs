//! A target cannot hold a run.

use super::between::command;
use crate::program::process::{Outcome, run_alone};
use invite_conformance::embedded;
use invite_selftest::proxy::{Change, Proxy, Request, Response};
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
    let outcome = outcome(50, Duration::from_millis(4_500), &["--max-time", "12"]).await;
    let said = outcome.said();
    assert!(outcome.took < Duration::from_secs(20), "{:?}", outcome.took);
    assert_eq!(outcome.code(), Some(3), "{said}");
    assert!(said.contains("INTERRUPTED") && said.contains("`--max-time`"), "{said}");
}
