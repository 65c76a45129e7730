//! What a target sends cannot make the program hold more than it should.

use super::between::command;
use crate::program::process::{Outcome, run_alone};
use invite_conformance::embedded;
use invite_selftest::proxy::{Change, Proxy, Request, Response};
use invite_spec::endpoint::Operation;
use serde_json::{Map, Value, json};
use std::sync::Arc;
use std::time::Duration;

/// The most memory that a target may make the program hold.
const MOST_KIB: u64 = 256 * 1024;

/// Adds much to each response that may hold tokens of people.
struct Much(fn() -> Value);

impl Change for Much {
    fn response(&self, request: &Request<'_>, mut response: Response) -> Response {
        let calls = [Operation::RestCreate, Operation::RestInvite];
        let is_one = request.endpoint.is_some_and(|it| calls.contains(&it.operation));
        if let Some(mut body) = response.json().filter(|body| is_one && body.is_object()) {
            match body.get("usersTokens") {
                Some(_) => body["usersTokens"] = (self.0)(),
                None => body = (self.0)(),
            }
            response.set_json(&body);
        }
        response
    }
}

async fn outcome(much: fn() -> Value) -> Outcome {
    let (server, target) = embedded::start().unwrap();
    let proxy = Proxy::start(&target.planes, Arc::new(Much(much))).await.unwrap();
    let command = command(&proxy.planes().rest, &target.application, &[]);
    let outcome = tokio::task::spawn_blocking(|| run_alone(command)).await.unwrap();
    drop(proxy);
    server.shutdown().await;
    outcome
}

/// So many people, each with a token of so many bytes.
fn tokens(people: usize, bytes: usize) -> Value {
    let token = |n: usize| json!(format!("token-{n:0bytes$}"));
    Value::Object((0..people).map(|n| (format!("p{n}"), token(n))).collect::<Map<_, _>>())
}

#[tokio::test(flavor = "multi_thread")]
async fn many_tokens_stay_within_bounds() {
    for much in [|| tokens(180_000, 1), || tokens(20_000, 100), || tokens(400, 9_000)] {
        let outcome = outcome(much).await;
        let said = outcome.said();
        assert!(matches!(outcome.code(), Some(1 | 3 | 70)), "{said}");
        assert!(outcome.took < Duration::from_secs(30), "{:?}", outcome.took);
        println!("{:?} {:?} {:?}", outcome.code(), outcome.took, outcome.peak_kib);
        assert!(outcome.peak_kib.is_none_or(|peak| peak < MOST_KIB), "{:?} KiB", outcome.peak_kib);
    }
}
