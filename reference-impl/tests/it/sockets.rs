//! Sockets: refused, lost, reconnected, closed by the server.

use crate::support::{PATIENCE, Site, start, start_with};
use invite_reference::Policy;
use serde_json::json;
use std::time::Duration;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message};

#[tokio::test]
async fn a_socket_is_refused_before_it_opens() {
    let (_server, site) = start();
    let mut bob = site.online("bob").await;
    let token = bob.token.clone();
    for (token, client_id) in
        [("made.up.token", "x"), (&token, "x"), ("", ""), (&bob.bearer.clone(), "x")]
    {
        bob.token = token.to_owned();
        bob.client_id = client_id.to_owned();
        match *bob.connect().await.unwrap_err() {
            Error::Http(response) => {
                assert_eq!(response.status(), 401);
                let body: serde_json::Value =
                    serde_json::from_slice(response.body().as_deref().unwrap()).unwrap();
                assert_eq!(body["error_code"], 89);
            }
            other => panic!("{other}"),
        }
    }
}

#[tokio::test]
async fn keep_alives_and_nonsense_leave_a_socket_open() {
    let (_server, site) = start();
    let mut alice = site.online("alice").await;
    alice.send(json!({ "type": "keep_alive", "message_id": 1 })).await;
    alice.send(json!({ "ackMessageUuid": "unknown", "message_id": 2 })).await;
    alice.send(json!([1, 2])).await;
    site.created(&mut alice).await;
}

#[tokio::test]
async fn a_lost_socket_comes_back_by_the_same_address() {
    let lost_socket = Duration::from_millis(200);
    let (_server, site) = start_with(Policy { lost_socket, ..Policy::default() });
    let (mut alice, mut bob) = (site.online("alice").await, site.online("bob").await);
    let id = site.created(&mut alice).await;
    let invite = json!({ "externalProfiles": [{ "externalId": "bob" }] });
    let path = format!("/v1/conferences/{id}/invite");
    bob.socket = None;
    bob.connect().await.unwrap();
    site.sdk(&alice, &path, invite).await;
    alice.expect("ParticipantAdded", "RESERVED").await;
    let invitation = bob.expect("InvitationReceived", "").await;
    bob.conference_token = invitation["confToken"].as_str().map(str::to_owned);
    site.sdk(&bob, &format!("/v1/conferences/{id}/join"), json!({})).await;
    alice.expect("ParticipantUpdated", "CONNECTING").await;
    alice.expect("ParticipantUpdated", "ON_AIR").await;
    bob.socket = None;
    alice.expect("ParticipantUpdated", "LEFT").await;
}

#[tokio::test]
async fn an_update_is_repeated_until_it_is_acknowledged() {
    let update_token_repeat = Duration::from_millis(100);
    let (_server, site) = start_with(Policy { update_token_repeat, ..Policy::default() });
    let mut alice = site.online("alice").await;
    let id = site.created(&mut alice).await;
    let body = json!({ "participants": { "alice": { "permissions": ["JOIN"] } } });
    site.rest(&format!("/v2/conferences/{id}/permissions"), body).await;
    let first = alice.expect("UpdateToken", "").await;
    assert_eq!(alice.expect("UpdateToken", "").await, first);
    alice.connect().await.unwrap();
    assert_eq!(alice.expect("UpdateToken", "").await, first, "owed to who comes back");
    alice.send(json!({ "ackMessageUuid": first["amu"], "message_id": 1 })).await;
    // One may have been on its way.
    let silence = tokio::time::timeout(Duration::from_secs(1), async {
        alice.frame().await;
        alice.frame().await;
    });
    assert!(silence.await.is_err());
}

#[tokio::test]
async fn a_stopping_server_says_so_and_is_gone() {
    let (server, site) = start();
    let mut alice = site.online("alice").await;
    let stopped = tokio::spawn(server.shutdown());
    match alice.message().await {
        Some(Message::Close(Some(frame))) => assert_eq!(frame.code, CloseCode::Away),
        other => panic!("{other:?}"),
    }
    assert!(alice.message().await.is_none());
    tokio::time::timeout(PATIENCE, stopped).await.unwrap().unwrap();
    assert!(site.post("/v1/auth/token").send().await.is_err());
}

#[tokio::test]
async fn who_logs_out_and_keeps_the_socket_loses_it() {
    let (_server, site) = start();
    let mut alice = site.online("alice").await;
    site.sdk(&alice, "/v1/users/logout", json!({})).await;
    match alice.message().await {
        Some(Message::Close(Some(frame))) => assert_eq!(frame.code, CloseCode::Normal),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn somebody_who_does_not_read_holds_up_nobody() {
    let (_server, site) = start();
    let (mut alice, mut bob) = (site.online("alice").await, site.online("bob").await);
    let id = site.created(&mut alice).await;
    let body = json!({ "participants": { "bob": {} } });
    let tokens = site.rest(&format!("/v2/conferences/{id}/invite"), body).await;
    bob.conference_token = tokens["bob"].as_str().map(str::to_owned);
    site.sdk(&bob, &format!("/v1/conferences/{id}/join"), json!({})).await;
    // Far more than the buffers of a connection hold; bob reads nothing of it.
    let message = json!({ "message": "m".repeat(16 * 1_024) });
    let sent = async |site: &Site| {
        for _ in 0..1_000 {
            site.sdk(&alice, &format!("/v1/conferences/{id}/send"), message.clone()).await;
        }
    };
    tokio::time::timeout(6 * PATIENCE, sent(&site)).await.expect("nobody waits for bob");
}
