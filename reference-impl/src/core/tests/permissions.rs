//! Updates of permissions.

use super::fixture::{CLOSED, Client, Fixture, OPEN, failure};
use invite_spec::error::Failure;
use invite_spec::push::Push;
use serde_json::{Value, json};

/// A protected conference with its owner and bob in it.
fn two(f: &mut Fixture) -> (Client, Client, String) {
    let mut alice = f.online(CLOSED, "alice");
    let conference = f.create(&mut alice, "");
    f.join(&alice, &conference).unwrap();
    let mut bob = f.online(CLOSED, "bob");
    f.invite(&alice, &conference, "bob").unwrap();
    bob.conference_token = Some(f.received_token(&bob));
    f.join(&bob, &conference).unwrap();
    f.frames(&alice);
    f.frames(&bob);
    (alice, bob, conference)
}

fn update(user: &str, permissions: Value) -> Value {
    json!({ "userPermissions": [{ "userId": user, "newPermissions": permissions }] })
}

fn amus(pushes: Vec<Push>) -> Vec<String> {
    let updates = pushes.into_iter().map(|push| match push {
        Push::UpdateToken(update) => update.amu,
        other => panic!("a token update is expected, not {other:?}"),
    });
    updates.collect()
}

#[test]
fn an_update_replaces_the_token_and_revokes_the_earlier_one() {
    let mut f = Fixture::new();
    let (alice, mut bob, conference) = two(&mut f);
    let second = f.online(CLOSED, "bob");
    let body = update(&bob.user_id, json!(["JOIN", "INVITE"]));
    f.sdk(&alice, "sdk.permissions", &[&conference], body).unwrap();
    assert!(f.frames(&alice).is_empty() && f.frames(&second).is_empty());
    assert_eq!(failure(&f.invite(&bob, &conference, "carol")), Failure::InvalidToken);
    bob.conference_token = Some(f.received_token(&bob));
    assert!(f.invite(&bob, &conference, "carol").is_ok());
    let send = json!({ "message": "x" });
    let answer = f.sdk(&bob, "sdk.send", &[&conference], send);
    assert_eq!(failure(&answer), Failure::InsufficientPermissions, "the set is replaced");
}

#[test]
fn an_application_server_updates_who_has_not_joined_as_well() {
    let mut f = Fixture::new();
    let (alice, bob, conference) = two(&mut f);
    let mut carol = f.online(CLOSED, "carol");
    f.invite(&alice, &conference, "carol").unwrap();
    let earlier = f.received_token(&carol);
    let body = json!({ "participants": {
        "bob": { "permissions": ["JOIN"] }, "carol": { "permissions": {} } } });
    let tokens = f.rest("rest.permissions", &conference, body).unwrap();
    assert_eq!(f.received_token(&bob), tokens["bob"].as_str().unwrap());
    assert_eq!(f.received_token(&carol), tokens["carol"].as_str().unwrap());
    carol.conference_token = Some(earlier);
    assert_eq!(failure(&f.join(&carol, &conference)), Failure::InvalidToken);
    carol.conference_token = tokens["carol"].as_str().map(str::to_owned);
    assert!(f.join(&carol, &conference).is_ok());
}

#[test]
fn an_update_is_not_given_to_a_session_in_another_conference() {
    let mut f = Fixture::new();
    let (alice, bob, conference) = two(&mut f);
    f.sdk(&bob, "sdk.leave", &[&conference], json!({})).unwrap();
    let mut busy = f.online(CLOSED, "bob");
    let elsewhere = f.create(&mut busy, "");
    f.join(&busy, &elsewhere).unwrap();
    f.frames(&busy);
    f.frames(&bob);
    let body = update(&bob.user_id, json!(["JOIN"]));
    f.sdk(&alice, "sdk.permissions", &[&conference], body).unwrap();
    assert_eq!(f.frames(&bob).len(), 1);
    assert!(f.frames(&busy).is_empty());
}

#[test]
fn only_who_may_updates_and_grants_what_they_have() {
    let mut f = Fixture::new();
    let (alice, mut bob, conference) = two(&mut f);
    let carol = f.online(CLOSED, "carol");
    f.invite(&alice, &conference, "carol").unwrap();
    let first = f.received_token(&carol);
    let body = || update(&carol.user_id, json!(["JOIN", "KICK"]));
    let answer = f.sdk(&bob, "sdk.permissions", &[&conference], body());
    assert_eq!(failure(&answer), Failure::InsufficientPermissions);
    let own = update(&bob.user_id, json!(["JOIN", "UPDATE_PERMISSIONS"]));
    f.sdk(&alice, "sdk.permissions", &[&conference], own).unwrap();
    bob.conference_token = Some(f.received_token(&bob));
    let answer = f.sdk(&bob, "sdk.permissions", &[&conference], body());
    assert_eq!(failure(&answer), Failure::InsufficientPermissions);
    assert!(f.frames(&carol).is_empty());
    let carol = Client { conference_token: Some(first), ..carol };
    assert!(f.join(&carol, &conference).is_ok(), "a refused update revokes nothing");
}

#[test]
fn an_update_of_somebody_unknown_is_refused_whole() {
    let mut f = Fixture::new();
    let (alice, bob, conference) = two(&mut f);
    let body = json!({ "userPermissions": [
        { "userId": bob.user_id, "newPermissions": [] }, { "userId": "nobody" }] });
    let answer = f.sdk(&alice, "sdk.permissions", &[&conference], body);
    assert_eq!(failure(&answer), Failure::NoSuchParticipant);
    let body = json!({ "participants": { "bob": {}, "nobody": {} } });
    let answer = f.rest("rest.permissions", &conference, body);
    assert_eq!(failure(&answer), Failure::NoSuchParticipant);
    assert!(f.frames(&bob).is_empty());
    assert!(f.sdk(&bob, "sdk.send", &[&conference], json!({ "message": "x" })).is_ok());
}

#[test]
fn an_update_is_given_again_until_it_is_acknowledged() {
    let mut f = Fixture::new();
    let (alice, mut bob, conference) = two(&mut f);
    let body = update(&bob.user_id, json!(["JOIN"]));
    f.sdk(&alice, "sdk.permissions", &[&conference], body).unwrap();
    let first = amus(f.pushes(&bob));
    f.seconds(5);
    assert_eq!(amus(f.pushes(&bob)), first);
    f.seconds(9);
    assert!(f.pushes(&bob).is_empty());
    f.seconds(1);
    assert_eq!(amus(f.pushes(&bob)), first);
    f.lose(&bob);
    f.seconds(10);
    f.open(&mut bob).unwrap();
    assert_eq!(amus(f.pushes(&bob)), first, "it is owed to a session that comes back");
    let (connection, now) = (bob.connection.clone().unwrap(), f.now);
    f.core.acknowledge(&connection, &first[0], now);
    f.seconds(1_000);
    f.lose(&bob);
    f.open(&mut bob).unwrap();
    assert!(f.pushes(&bob).is_empty());
}

#[test]
fn an_update_that_is_void_is_not_given_again() {
    let mut f = Fixture::new();
    let (alice, bob, conference) = two(&mut f);
    for permissions in [json!(["JOIN"]), json!([])] {
        let body = update(&bob.user_id, permissions);
        f.sdk(&alice, "sdk.permissions", &[&conference], body).unwrap();
    }
    let given = amus(f.pushes(&bob));
    assert_eq!(given.len(), 2);
    f.seconds(5);
    assert_eq!(amus(f.pushes(&bob)), given[1..]);
    f.sdk(&alice, "sdk.kick", &[&conference, &bob.user_id], json!({})).unwrap();
    f.frames(&bob);
    f.seconds(100);
    assert!(f.frames(&bob).is_empty());
}

#[test]
fn an_update_waits_for_a_participant_whose_socket_is_away() {
    let mut f = Fixture::new();
    let (alice, mut bob, conference) = two(&mut f);
    f.lose(&bob);
    let body = update(&bob.user_id, json!(["JOIN"]));
    f.sdk(&alice, "sdk.permissions", &[&conference], body).unwrap();
    f.seconds(10);
    assert!(f.pushes(&bob).is_empty());
    f.open(&mut bob).unwrap();
    bob.conference_token = Some(f.received_token(&bob));
    assert!(f.join(&bob, &conference).is_ok());
}

#[test]
fn in_an_unprotected_conference_an_update_changes_nothing() {
    let mut f = Fixture::new();
    let mut alice = f.online(OPEN, "alice");
    let bob = f.online(OPEN, "bob");
    let conference = f.create(&mut alice, "");
    f.join(&alice, &conference).unwrap();
    f.join(&bob, &conference).unwrap();
    f.frames(&bob);
    let body = update(&bob.user_id, json!([]));
    f.sdk(&alice, "sdk.permissions", &[&conference], body).unwrap();
    assert!(f.frames(&bob).is_empty());
    assert!(f.invite(&bob, &conference, "carol").is_ok());
}
