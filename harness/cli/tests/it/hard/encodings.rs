//! Bodies that no real client could read.

use super::between::command;
use crate::program::process::{Outcome, run_alone};
use flate2::Compression;
use flate2::write::GzEncoder;
use invite_conformance::embedded;
use invite_selftest::proxy::{Change, Proxy, Request, Response};
use std::io::Write as _;
use std::sync::Arc;

/// Says of every body that it has an encoding, and gives it that or not.
struct Encoded {
    name: &'static str,
    is_true: bool,
}

impl Change for Encoded {
    fn response(&self, _: &Request<'_>, mut response: Response) -> Response {
        if response.body.is_empty() {
            return response;
        }
        response.set_header("content-encoding", self.name);
        if self.is_true {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
            encoder.write_all(&response.body).unwrap();
            response.body = encoder.finish().unwrap();
        }
        response
    }
}

async fn outcome(name: &'static str, is_true: bool) -> Outcome {
    let (server, target) = embedded::start().unwrap();
    let change = Arc::new(Encoded { name, is_true });
    let proxy = Proxy::start(&target.planes, change).await.unwrap();
    let more = ["--only", "invite-rest-two"];
    let command = command(&proxy.planes().rest, &target.application, &more);
    let outcome = tokio::task::spawn_blocking(|| run_alone(command)).await.unwrap();
    drop(proxy);
    server.shutdown().await;
    outcome
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_offered_is_read_and_nothing_else() {
    let right = outcome("gzip", true).await;
    assert_eq!(right.code(), Some(0), "{}", right.said());
    for wrong in ["br", "gzip", "deflate", "zstd"] {
        let wrong = outcome(wrong, false).await;
        assert_ne!(wrong.code(), Some(0), "{}", wrong.said());
        assert!(wrong.said().contains("Content-Encoding"), "{}", wrong.said());
    }
}
