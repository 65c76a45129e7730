//! An invitation from sign-in to kick.

use crate::support::{Site, answer, ok, start, text};
use serde_json::json;

#[tokio::test]
async fn an_invitation_from_beginning_to_end() {
    let (server, site) = start();
    let (mut alice, mut bob) = (site.online("alice").await, site.online("bob").await);
    let id = site.created(&mut alice).await;
    let invite = json!({ "externalProfiles": [{ "externalId": "bob", "permissions": {} }] });
    site.sdk(&alice, &format!("/v1/conferences/{id}/invite"), invite.clone()).await;
    let added = alice.expect("ParticipantAdded", "RESERVED").await;
    assert_eq!(added["externalId"], "bob");
    assert_eq!(added["user_id"], bob.user_id);
    let invitation = bob.expect("InvitationReceived", "").await;
    assert_eq!(invitation["conferenceId"], id);
    assert_eq!(invitation["inviter"]["externalId"], "alice");
    bob.conference_token = Some(text(&invitation, "confToken"));

    let joined = site.sdk(&bob, &format!("/v1/conferences/{id}/join"), json!({})).await;
    assert_eq!(joined["participants"][0]["externalId"], "alice");
    for client in [&mut alice, &mut bob] {
        client.expect("ParticipantUpdated", "CONNECTING").await;
        client.expect("ParticipantUpdated", "ON_AIR").await;
    }
    let path = format!("/v1/conferences/{id}/invite");
    let (status, refusal) = site.try_sdk(&bob, &path, invite).await;
    assert_eq!((status.as_u16(), refusal["error_code"].as_i64()), (403, Some(114)));

    let update = json!({ "userPermissions": [
        { "userId": bob.user_id, "newPermissions": ["JOIN", "SEND_MESSAGE"] }] });
    site.sdk(&alice, &format!("/v1/conferences/{id}/permissions"), update).await;
    let update = bob.expect("UpdateToken", "").await;
    bob.send(json!({ "ackMessageUuid": update["amu"], "message_id": 1 })).await;
    let send = format!("/v1/conferences/{id}/send");
    let (status, refusal) = site.try_sdk(&bob, &send, json!({ "message": "x" })).await;
    assert_eq!((status.as_u16(), refusal["error_code"].as_i64()), (401, Some(89)));
    bob.conference_token = Some(text(&update["content"], "access_token"));
    site.sdk(&bob, &send, json!({ "message": "hello" })).await;
    assert_eq!(alice.expect("ConferenceMessageReceived", "").await["message"], "hello");

    let kick = format!("/v1/conferences/{id}/kick/{}", bob.user_id);
    site.sdk(&alice, &kick, json!({})).await;
    bob.expect("ParticipantKicked", "KICKED").await;
    alice.expect("ParticipantUpdated", "KICKED").await;
    let join = format!("/v1/conferences/{id}/join");
    assert_eq!(site.try_sdk(&bob, &join, json!({})).await.0, 401);
    site.sdk(&alice, "/v1/users/logout", json!({})).await;
    server.shutdown().await;
}

#[tokio::test]
async fn an_application_server_does_all_of_it_by_rest() {
    let (_server, site) = start();
    let mut bob = site.online("bob").await;
    let made = site
        .rest(
            "/v2/conferences/create",
            json!({ "ownerExternalId": "alice", "alias": "Room",
                    "participants": { "bob": { "notification": true } } }),
        )
        .await;
    let id = text(&made, "conferenceId");
    let invitation = bob.expect("InvitationReceived", "").await;
    assert_eq!(invitation["confToken"], made["usersTokens"]["bob"]);
    assert_eq!(invitation["confAlias"], "Room");
    bob.conference_token = Some(text(&invitation, "confToken"));
    site.sdk(&bob, &format!("/v1/conferences/{id}/join"), json!({})).await;
    bob.expect("ParticipantUpdated", "CONNECTING").await;
    bob.expect("ParticipantUpdated", "ON_AIR").await;

    let token = site.api_token().await;
    let path = format!("/v2/conferences/{id}/participants");
    let listed = ok(site.request(reqwest::Method::GET, &path).bearer_auth(&token)).await;
    assert_eq!(listed["participants"][0]["externalId"], "bob");
    assert_eq!(listed["participants"][0]["ipAddress"], "127.0.0.1");

    let body = json!({ "participants": { "bob": { "permissions": ["JOIN"] } } });
    let tokens = site.rest(&format!("/v2/conferences/{id}/permissions"), body).await;
    let update = bob.expect("UpdateToken", "").await;
    assert_eq!(update["content"]["access_token"], tokens["bob"]);
    let body = json!({ "from": "alice", "message": "hi" });
    site.rest(&format!("/v2/conferences/{id}/message"), body).await;
    bob.expect("ConferenceMessageReceived", "").await;
    let path = format!("/v2/conferences/{id}");
    let end = || site.request(reqwest::Method::DELETE, &path).bearer_auth(&token);
    ok(end()).await;
    bob.expect("ConferenceDestroyed", "").await;
    assert_eq!(answer(end()).await.0, 404);
}

#[tokio::test]
async fn a_client_signs_in_with_key_and_secret_as_json_or_as_a_form() {
    let (_server, site) = start();
    let sign_in = || site.post("/v1/oauth2/token").basic_auth("closed", Some("s1"));
    let json = ok(sign_in().json(&json!({ "grant_type": "client_credentials" }))).await;
    let form = sign_in().header("content-type", "application/x-www-form-urlencoded");
    ok(form.body("grant_type=client_credentials&expires_in=60")).await;
    let refresh = site.post("/v1/oauth2/refresh").basic_auth("closed", Some("s1"));
    let again = ok(refresh.json(&json!({ "refresh_token": json["refresh_token"] }))).await;
    assert!(again["access_token"].is_string());
    let wrong = site.post("/v1/oauth2/token").basic_auth("closed", Some("s2"));
    let (status, refusal) = answer(wrong.json(&json!({}))).await;
    assert_eq!((status.as_u16(), refusal["error_code"].as_i64()), (401, Some(89)));
}

#[tokio::test]
async fn applications_share_nothing() {
    let (_server, site) = start();
    let other = Site { key: "open", secret: "s2", ..Site::new(site.address) };
    let (mut alice, mut bob) = (site.online("alice").await, other.online("bob").await);
    let id = site.created(&mut alice).await;
    let path = format!("/v1/conferences/{id}/join");
    assert_eq!(other.try_sdk(&bob, &path, json!({})).await.0, 404);
    let invite = json!({ "externalProfiles": [{ "externalId": "bob" }] });
    site.sdk(&alice, &format!("/v1/conferences/{id}/invite"), invite).await;
    other.created(&mut bob).await;
}
