//! What one client can make the server keep.

use crate::support::{Client, PATIENCE, Site, start};
#[cfg(target_os = "linux")]
use crate::support::{listening, peak_mib, program};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The most memory that the server may take, whatever a client does, in MiB.
#[cfg(target_os = "linux")]
const MOST_MIB: u64 = 256;

async fn client_token(site: &Site, body: Value) -> String {
    let token = site.api_token().await;
    let answer =
        crate::support::ok(site.post("/v2/client-access-token").bearer_auth(token).json(&body));
    crate::support::text(&answer.await, "access_token")
}

#[tokio::test]
async fn texts_about_people_have_a_limit() {
    let (_server, site) = start();
    let mut alice = site.online("alice").await;
    let id = site.created(&mut alice).await;
    let bearer = client_token(&site, json!({ "externalId": "bob" })).await;
    for (field, fits) in [("name", 1_024), ("avatarUrl", 4_096)] {
        for (length, expected) in [(fits, 200), (fits + 1, 400)] {
            let request = site.post("/v2/users/identify").bearer_auth(&bearer);
            let request = request.header("Voxeet-Id", "x");
            let request = request.json(&json!({ field: "n".repeat(length) }));
            let (status, answer) = crate::support::answer(request).await;
            assert_eq!(status, expected, "{field}: {answer}");
        }
    }
    let invite = format!("/v1/conferences/{id}/invite");
    for (field, length) in [("externalName", 1_025), ("externalPhotoUrl", 4_097)] {
        let guest = json!({ "externalId": "carol", field: "n".repeat(length) });
        let body = json!({ "externalProfiles": [guest] });
        let (status, answer) = site.try_sdk(&alice, &invite, body).await;
        assert_eq!(status, 400, "{answer}");
        assert!(answer["error_description"].as_str().unwrap().contains(field), "{answer}");
    }
    let long =
        Client { client_id: "c".repeat(1_025), ..site.identified(bearer, "b", json!({})).await };
    let request = site.post("/v2/users/identify").bearer_auth(&long.bearer);
    let request = request.header("Voxeet-Id", &long.client_id).json(&json!({}));
    assert_eq!(crate::support::answer(request).await.0, 400);
}

#[tokio::test]
async fn a_request_names_a_bounded_number_of_people() {
    let (_server, site) = start();
    let mut alice = site.online("alice").await;
    let id = site.created(&mut alice).await;
    let token = site.api_token().await;
    for (people, expected) in [(5_000, 200), (5_001, 413)] {
        let guests: serde_json::Map<String, Value> =
            (0..people).map(|number| (format!("p{number}"), json!({}))).collect();
        let request = site.post(&format!("/v2/conferences/{id}/invite")).bearer_auth(&token);
        let request = request.json(&json!({ "participants": guests }));
        let (status, _) = crate::support::answer(request).await;
        assert_eq!(status, expected, "{people}");
    }
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_long_name_is_not_copied_for_every_invitee() {
    let arguments = ["--listen=127.0.0.1:0", "--app=closed:s1:protected", "--log=off"];
    let (child, site) = listening(&mut program(&arguments)).await;
    let bearer = client_token(&site, json!({ "externalId": "alice" })).await;
    // The longest name that is accepted; once that was the limit of a body.
    for length in [1_000_000, 1_000] {
        let request = site.post("/v2/users/identify").bearer_auth(&bearer);
        let request = request.header("Voxeet-Id", "a").json(&json!({ "name": "n".repeat(length) }));
        if request.send().await.unwrap().status().is_success() {
            break;
        }
    }
    let made = site.rest("/v2/conferences/create", json!({ "ownerExternalId": "alice" })).await;
    let path = format!("/v2/conferences/{}/invite", made["conferenceId"].as_str().unwrap());
    let guests: serde_json::Map<String, Value> =
        (0..2_000).map(|number| (format!("p{number}"), json!({ "notification": true }))).collect();
    site.rest(&path, json!({ "participants": guests })).await;
    assert!(peak_mib(&child) < MOST_MIB, "{} MiB", peak_mib(&child));
}

/// Opens the socket of a session by hand.
async fn raw_socket(client: &Client) -> TcpStream {
    let address = client.socket_origin.strip_prefix("ws://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let Client { client_id, token, .. } = client;
    let head = format!(
        "GET /v2/session?Voxeet-Id={client_id}&Token={token} HTTP/1.1\r\nHost: {address}\r\n\
         Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 101");
    stream
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn who_pings_and_never_reads_is_dropped() {
    let arguments = ["--listen=127.0.0.1:0", "--app=closed:s1:protected", "--log=off"];
    let (child, site) = listening(&mut program(&arguments)).await;
    let bearer = client_token(&site, json!({ "externalId": "alice" })).await;
    let alice = site.identified(bearer, "alice", json!({})).await;
    let mut socket = raw_socket(&alice).await;
    // Masked pings with 125 bytes each.
    let ping = [&[0x89, 0x80 | 125, 0, 0, 0, 0][..], &[b'p'; 125]].concat();
    let pings = ping.repeat(1_000);
    let flood = async {
        let mut sent = 0;
        while socket.write_all(&pings).await.is_ok() {
            sent += pings.len();
            // Once the server kept an answer to each.
            assert!(sent < 1_000_000_000, "{sent} bytes of pings were taken");
        }
    };
    tokio::time::timeout(3 * PATIENCE, flood).await.expect("the server gives up on the client");
    assert!(peak_mib(&child) < MOST_MIB, "{} MiB", peak_mib(&child));
    tokio::time::timeout(Duration::from_secs(5), site.api_token()).await.unwrap();
}
