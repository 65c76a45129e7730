//! WebSockets that break the protocol or never stop: named as what they are, within bounds.

use super::between::{Between, Hostile, describe};
use crate::program::process::{program, run_alone};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// The most memory that a target may make the program hold.
const MOST_KIB: u64 = 256 * 1024;

/// Sends these bytes, and reads until the client is gone.
fn send(mut client: TcpStream, bytes: &[u8]) {
    let _ = client.write_all(bytes);
    let mut piece = [0; 4096];
    while client.read(&mut piece).is_ok_and(|count| count > 0) {}
}

/// Sends these bytes again and again, and reads nothing.
fn flood(mut client: TcpStream, bytes: &[u8]) {
    let many = bytes.repeat(16 * 1024 / bytes.len());
    while client.write_all(&many).is_ok() {}
}

#[track_caller]
fn assert_named(outcome: &crate::program::process::Outcome, words: &str) {
    let said = outcome.said();
    assert_eq!(outcome.code(), Some(1), "{said}");
    let flowing = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flowing.contains(words), "no `{words}` in:\n{said}");
    assert!(!said.contains("closed it"), "the harness closed it:\n{said}");
    assert!(!said.contains("FAIL INV-"), "an innocent is blamed:\n{said}");
    assert!(outcome.took < Duration::from_secs(30), "{:?}", outcome.took);
    assert!(outcome.peak_kib.is_none_or(|peak| peak < MOST_KIB), "{:?} KiB", outcome.peak_kib);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_harness_rejects_is_not_said_to_be_closed_by_the_target() {
    let cases: [(Hostile, &str); 8] = [
        (|client| send(client, b"\x81\x02\xff\xfe"), "its text is not UTF-8"),
        (|client| send(client, b"\xf1\x02{}"), "a reserved bit is set"),
        (|client| send(client, b"\x83\x02{}"), "its opcode is not defined"),
        (|client| send(client, b"\x81\x82\0\0\0\0{}"), "it is masked"),
        (|client| send(client, b"\x09\x00"), "a control frame is fragmented"),
        (|client| send(client, b"\x80\x02{}"), "a fragment belongs to no message"),
        (|client| send(client, b"\x88\x01\x03"), "a close frame has an invalid code"),
        (
            |client| send(client, b"\x81\x7f\0\0\0\0\x1d\xcd\x65\x00"),
            "a frame of more than 1048576 bytes",
        ),
    ];
    for (hostile, words) in cases {
        let target = Between::start(hostile);
        assert_named(&target.run(&["--only", "invite-rest-two"]).await, words);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn floods_without_content_are_cut_off_and_named() {
    let cases: [(Hostile, &str); 3] = [
        (|client| flood(client, b"\x89\x00"), "more than 200 pings and pongs"),
        (|client| flood(client, b"\x8a\x01x"), "more than 200 pings and pongs"),
        (
            |mut client| {
                let _ = client.write_all(b"\x01\x01{");
                flood(client, b"\x00\x00");
            },
            "bytes that are no content of a frame",
        ),
    ];
    for (hostile, words) in cases {
        let target = Between::start(hostile);
        assert_named(&target.run(&[]).await, words);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_arrive_over_a_closed_socket_is_put_down_to_its_end() {
    let cases: [Hostile; 2] = [|client| send(client, b"\x88\x02\x03\xe8"), drop];
    for hostile in cases {
        let outcome = Between::start(hostile).run(&["--only", "invite-*"]).await;
        let said = outcome.said();
        assert_eq!(outcome.code(), Some(1), "{said}");
        // Two requirements say that it stays open.
        let blamed =
            ["FAIL SES-002 closes the WebSocket", "FAIL SES-010 Seen: the target closed it"];
        assert!(blamed.iter().any(|line| said.contains(line)), "{said}");
        assert!(!said.contains("FAIL INV-"), "an innocent is blamed:\n{said}");
    }
}

/// Listens for an invitation that nobody sends.
const LISTENS: &str = "scenario: listens
title: Somebody listens.
profile: sdk
people: {bob: {}}
steps:
  - open: {who: bob}
  - check:
      fence: bob
      expect:
        - requires: INV-010
          heard: {by: bob, frame: InvitationReceived}
";

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_that_ends_while_it_is_listened_to_is_what_is_wrong() {
    let target = Between::start(|client| {
        // After the handshake, and long before the end of the quiet window.
        std::thread::sleep(Duration::from_millis(300));
        drop(client);
    });
    let folder = tempfile::tempdir().unwrap();
    let scenario = folder.path().join("listens.yaml");
    std::fs::write(&scenario, LISTENS).unwrap();
    // Where frames have no order, nothing but time shows that none comes.
    let more = "claims = [\"sdk\"]\n[deadlines]\nquiet_ms = 4000\n";
    let path = describe(folder.path(), &target.url, &target.credentials, more);
    let scenarios = scenario.to_str().unwrap();
    let command = program(["run", &path, "--scenarios", scenarios]);
    let outcome = tokio::task::spawn_blocking(|| run_alone(command)).await.unwrap();
    let said = outcome.said();
    assert_eq!(outcome.code(), Some(1), "{said}");
    assert!(said.contains("FAIL SES-010 Seen: the target closed it"), "{said}");
    assert!(!said.contains("FAIL INV-"), "an innocent is blamed:\n{said}");
}
