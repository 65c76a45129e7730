//! Clients that are slow, that stall, or that are too many.

use crate::support::{PATIENCE, listening, program, start_with};
use invite_reference::Policy;
use serde_json::json;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::process::Command;
use tokio::time::{sleep, timeout};

const SHORT: Duration = Duration::from_millis(300);

#[tokio::test]
async fn a_head_that_comes_byte_by_byte_has_a_deadline() {
    let (_server, site) = start_with(Policy { head: SHORT, ..Policy::default() });
    let mut stream = TcpStream::connect(site.address).await.unwrap();
    let trickle = async {
        stream.write_all(b"GET / HTTP/1.1\r\nX: ").await?;
        loop {
            stream.write_all(b"x").await?;
            sleep(Duration::from_millis(50)).await;
        }
        #[expect(unreachable_code, reason = "it ends by an error")]
        Ok::<(), std::io::Error>(())
    };
    timeout(PATIENCE, trickle).await.expect("the server gives up").unwrap_err();
}

#[tokio::test]
async fn an_idle_connection_is_closed_and_a_used_one_is_not() {
    let (_server, site) = start_with(Policy { idle: Duration::from_secs(2), ..Policy::default() });
    let mut idle = TcpStream::connect(site.address).await.unwrap();
    let mut used = TcpStream::connect(site.address).await.unwrap();
    let started = Instant::now();
    let mut answer = vec![0; 4_096];
    while started.elapsed() < Duration::from_secs(5) {
        used.write_all(b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
        assert!(used.read(&mut answer).await.unwrap() > 0);
        sleep(SHORT).await;
    }
    assert_eq!(timeout(SHORT, idle.read(&mut answer)).await.unwrap().unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_stalls_is_dropped_and_leaves() {
    let policy = Policy { stalled: SHORT, lost_socket: SHORT, ..Policy::default() };
    let (_server, site) = start_with(policy);
    let (mut alice, mut bob) = (site.online("alice").await, site.online("bob").await);
    let id = site.created(&mut alice).await;
    let body = json!({ "participants": { "bob": {} } });
    let tokens = site.rest(&format!("/v2/conferences/{id}/invite"), body).await;
    bob.conference_token = tokens["bob"].as_str().map(str::to_owned);
    site.sdk(&bob, &format!("/v1/conferences/{id}/join"), json!({})).await;
    alice.expect("ParticipantAdded", "RESERVED").await;
    alice.expect("ParticipantUpdated", "CONNECTING").await;
    alice.expect("ParticipantUpdated", "ON_AIR").await;
    // More than the buffers of a connection hold, and less than the server queues. Bob keeps his
    // connection, and reads nothing.
    let message = json!({ "message": "m".repeat(16 * 1_024) });
    for _ in 0..700 {
        site.sdk(&alice, &format!("/v1/conferences/{id}/send"), message.clone()).await;
    }
    let left = timeout(PATIENCE, alice.expect("ParticipantUpdated", "LEFT")).await;
    assert_eq!(left.expect("bob leaves").get("externalId"), Some(&json!("bob")));
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn idle_connections_do_not_end_the_service() {
    let path = env!("CARGO_BIN_EXE_invite-reference");
    let shell = format!("ulimit -n 256 && exec '{path}' --listen=127.0.0.1:0 --app=closed:s1");
    let mut command = Command::new("/bin/sh");
    command.env_clear().args(["-c", &shell]).kill_on_drop(true);
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let (mut child, site) = listening(&mut command).await;
    let mut idle = Vec::new();
    for _ in 0..400 {
        idle.push(timeout(PATIENCE, TcpStream::connect(site.address)).await.unwrap().unwrap());
    }
    timeout(PATIENCE, site.api_token()).await.expect("the service goes on");
    child.kill().await.unwrap();
    let mut log = String::new();
    child.stderr.take().unwrap().read_to_string(&mut log).await.unwrap();
    assert!(log.contains("the limit of connections is reached"), "{log}");
}

#[tokio::test]
async fn bodies_that_never_come_do_not_end_the_service() {
    let arguments = ["--listen=127.0.0.1:0", "--app=closed:s1", "--connections=8", "--log=off"];
    let (_child, site) = listening(&mut program(&arguments)).await;
    let mut slow = Vec::new();
    for _ in 0..20 {
        let mut stream = TcpStream::connect(site.address).await.unwrap();
        let head = "POST /v1/auth/token HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n";
        let _ = stream.write_all(head.as_bytes()).await;
        slow.push(stream);
    }
    timeout(PATIENCE, site.api_token()).await.expect("the service goes on");
}

#[tokio::test]
async fn the_limit_of_connections_is_a_setting() {
    let arguments = ["--listen=127.0.0.1:0", "--app=closed:s1", "--connections=8", "--log=off"];
    let (_child, site) = listening(&mut program(&arguments)).await;
    let mut idle = Vec::new();
    for _ in 0..8 {
        idle.push(TcpStream::connect(site.address).await.unwrap());
    }
    site.api_token().await;
    let mut byte = [0];
    let closed = timeout(PATIENCE, idle[0].read(&mut byte)).await.expect("the first one is closed");
    assert!(matches!(closed, Ok(0) | Err(_)));
    assert!(timeout(SHORT, idle[7].read(&mut byte)).await.is_err(), "the last one is open");
}

#[tokio::test]
async fn a_head_has_a_limit() {
    let (_server, site) = start_with(Policy::default());
    for (length, expected) in [(16 * 1_024, "HTTP/1.1 404"), (100 * 1_024, "HTTP/1.1 431")] {
        let mut stream = TcpStream::connect(site.address).await.unwrap();
        let head = format!("GET /nothing HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n", "x".repeat(length));
        let _ = stream.write_all(head.as_bytes()).await;
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(String::from_utf8_lossy(&answer), expected);
    }
}

#[tokio::test]
async fn when_every_connection_is_in_use_a_new_one_is_told_so() {
    let arguments = ["--listen=127.0.0.1:0", "--app=closed:s1", "--connections=4", "--log=off"];
    let (_child, site) = listening(&mut program(&arguments)).await;
    let mut people = Vec::new();
    for name in ["alice", "bob", "carol", "dave"] {
        people.push(site.online(name).await);
    }
    let mut stream = TcpStream::connect(site.address).await.unwrap();
    let mut answer = [0; 12];
    timeout(PATIENCE, stream.read_exact(&mut answer)).await.unwrap().unwrap();
    assert_eq!(&answer, b"HTTP/1.1 503");
    people.pop();
    let again = async {
        loop {
            let request = site.post("/v1/auth/token").basic_auth(site.key, Some(site.secret));
            let sent = request.body("grant_type=client_credentials").send().await;
            if sent.is_ok_and(|response| response.status() == 200) {
                break;
            }
            sleep(SHORT).await;
        }
    };
    timeout(PATIENCE, again).await.expect("there is room again");
}
