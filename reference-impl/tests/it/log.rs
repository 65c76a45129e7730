//! The log, when nobody reads it.

use crate::support::{PATIENCE, listening, program};
use tokio::time::timeout;

const ARGUMENTS: [&str; 3] = ["--listen=127.0.0.1:0", "--app=closed:s1:protected", "--log=trace"];

#[tokio::test]
async fn a_server_goes_on_when_nobody_reads_its_log() {
    // Standard error is a pipe that is never read.
    let (_child, site) = listening(&mut program(&ARGUMENTS)).await;
    let calls = async {
        for _ in 0..2_000 {
            site.post("/v1/auth/token").send().await.unwrap();
        }
        site.api_token().await;
    };
    timeout(3 * PATIENCE, calls).await.expect("the server goes on");
}

#[tokio::test]
async fn a_server_goes_on_when_its_log_is_closed() {
    let (mut child, site) = listening(&mut program(&ARGUMENTS)).await;
    drop(child.stderr.take());
    for _ in 0..10 {
        site.api_token().await;
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_server_whose_log_nobody_reads_ends_when_it_should() {
    let (mut child, site) = listening(&mut program(&ARGUMENTS)).await;
    for _ in 0..1_000 {
        site.post("/v1/auth/token").send().await.unwrap();
    }
    let id = child.id().unwrap().to_string();
    tokio::process::Command::new("/bin/kill").args(["-TERM", &id]).status().await.unwrap();
    let status = timeout(PATIENCE, child.wait()).await.expect("it ends").unwrap();
    assert!(status.success());
}
