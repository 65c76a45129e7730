//! Joining and leaving.

use super::fixture::{CLOSED, Client, Fixture, OPEN, failure};
use crate::core::{Policy, Standard};
use invite_spec::error::Failure;
use serde_json::json;
use std::sync::Arc;

/// An unprotected conference that its owner has joined.
fn unprotected(f: &mut Fixture) -> (Client, String) {
    let mut alice = f.online(OPEN, "alice");
    let conference = f.create(&mut alice, "Room");
    f.join(&alice, &conference).unwrap();
    (alice, conference)
}

#[test]
fn the_joiner_hears_of_its_own_progress() {
    let mut f = Fixture::new();
    let (alice, _) = unprotected(&mut f);
    assert_eq!(
        f.frames(&alice),
        ["ParticipantUpdated alice CONNECTING", "ParticipantUpdated alice ON_AIR"]
    );
}

#[test]
fn the_others_hear_of_who_was_invited_and_of_who_was_not() {
    let mut f = Fixture::new();
    let (alice, conference) = unprotected(&mut f);
    let (bob, carol) = (f.online(OPEN, "bob"), f.online(OPEN, "carol"));
    f.invite(&alice, &conference, "bob").unwrap();
    f.frames(&alice);
    f.frames(&bob);
    let answer = f.join(&bob, &conference).unwrap();
    assert!(answer["metadata"].is_object());
    assert_eq!(answer["participants"].as_array().unwrap().len(), 1);
    assert_eq!(answer["participants"][0]["participant_id"], alice.user_id);
    assert_eq!(answer["participants"][0]["status"], "ON_AIR");
    let expected = ["ParticipantUpdated bob CONNECTING", "ParticipantUpdated bob ON_AIR"];
    assert_eq!(f.frames(&alice), expected);
    assert_eq!(f.frames(&bob), expected);
    f.join(&carol, &conference).unwrap();
    let expected = ["ParticipantAdded carol CONNECTING", "ParticipantUpdated carol ON_AIR"];
    assert_eq!(f.frames(&alice), expected);
    assert_eq!(f.frames(&bob), expected);
    assert_eq!(
        f.frames(&carol),
        ["ParticipantUpdated carol CONNECTING", "ParticipantUpdated carol ON_AIR"]
    );
}

#[test]
fn the_join_answer_lists_who_is_reserved_but_nobody_who_left() {
    let mut f = Fixture::new();
    let (alice, conference) = unprotected(&mut f);
    let (bob, carol) = (f.online(OPEN, "bob"), f.online(OPEN, "carol"));
    f.invite(&alice, &conference, "dave").unwrap();
    f.join(&bob, &conference).unwrap();
    f.sdk(&bob, "sdk.leave", &[&conference], json!({ "reason": "hangUp" })).unwrap();
    let answer = f.join(&carol, &conference).unwrap();
    let mut listed: Vec<_> = answer["participants"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["externalId"].as_str().unwrap(), one["status"].as_str().unwrap()))
        .collect();
    listed.sort_unstable();
    assert_eq!(listed, [("alice", "ON_AIR"), ("dave", "RESERVED")]);
}

#[test]
fn news_reaches_only_who_has_joined() {
    let mut f = Fixture::new();
    let (alice, conference) = unprotected(&mut f);
    let second = f.online(OPEN, "alice");
    let (bob, carol) = (f.online(OPEN, "bob"), f.online(OPEN, "carol"));
    f.invite(&alice, &conference, "bob").unwrap();
    f.frames(&bob);
    f.join(&carol, &conference).unwrap();
    f.sdk(&carol, "sdk.leave", &[&conference], json!({})).unwrap();
    f.frames(&carol);
    f.sdk(&alice, "sdk.leave", &[&conference], json!({})).unwrap();
    for session in [&second, &bob, &carol] {
        assert!(f.frames(session).is_empty());
    }
}

#[test]
fn a_protected_conference_takes_the_token_of_this_person_and_conference() {
    let mut f = Fixture::new();
    let mut alice = f.online(CLOSED, "alice");
    let mut bob = f.online(CLOSED, "bob");
    let other = f.create(&mut alice, "");
    let others_token = alice.conference_token.clone();
    let conference = f.create(&mut alice, "");
    let mut refused = |f: &mut Fixture, token: Option<String>| {
        bob.conference_token = token;
        failure(&f.join(&bob, &conference))
    };
    assert_eq!(refused(&mut f, None), Failure::InvalidToken);
    assert_eq!(refused(&mut f, Some("x.y.z".into())), Failure::InvalidToken);
    assert_eq!(refused(&mut f, alice.conference_token.clone()), Failure::ForeignToken);
    let bearer = Some(alice.bearer.clone());
    assert_eq!(refused(&mut f, bearer), Failure::InvalidToken);
    let swapped = Client { conference_token: others_token, ..alice.clone() };
    assert_eq!(failure(&f.join(&swapped, &conference)), Failure::ForeignToken);
    assert!(f.join(&swapped, &other).is_ok());
    assert!(f.join(&alice, &conference).is_ok());
    let body = json!({ "participants": { "bob": { "permissions": ["SEND_AUDIO"] } } });
    let tokens = f.rest("rest.invite", &conference, body).unwrap();
    bob.conference_token = tokens["bob"].as_str().map(str::to_owned);
    assert_eq!(failure(&f.join(&bob, &conference)), Failure::InsufficientPermissions);
}

#[test]
fn a_token_serves_again_after_leaving_and_is_ignored_where_it_is_not_needed() {
    let mut f = Fixture::new();
    let mut alice = f.online(CLOSED, "alice");
    let conference = f.create(&mut alice, "");
    f.join(&alice, &conference).unwrap();
    let stale = Client { conference_token: Some("void".into()), ..alice.clone() };
    f.sdk(&stale, "sdk.leave", &[&conference], json!({})).unwrap();
    f.join(&alice, &conference).unwrap();
    let (_, unprotected) = unprotected(&mut f);
    let bob = f.online(OPEN, "bob");
    let bob = Client { conference_token: Some("void".into()), ..bob };
    assert!(f.join(&bob, &unprotected).is_ok());
    assert!(f.sdk(&bob, "sdk.create", &[], json!({})).is_ok());
}

#[test]
fn a_second_join_of_one_person_takes_the_place_of_the_first() {
    let mut f = Fixture::new();
    let (alice, conference) = unprotected(&mut f);
    let (one, two) = (f.online(OPEN, "bob"), f.online(OPEN, "bob"));
    f.join(&one, &conference).unwrap();
    f.frames(&alice);
    f.frames(&one);
    f.join(&two, &conference).unwrap();
    assert_eq!(f.frames(&one), ["OwnParticipantSwitched"]);
    let expected = ["ParticipantUpdated bob CONNECTING", "ParticipantUpdated bob ON_AIR"];
    assert_eq!(f.frames(&two), expected);
    assert_eq!(f.frames(&alice), expected);
    // The SDK leaves after it was switched: that must not evict the second session.
    f.sdk(&one, "sdk.leave", &[&conference], json!({})).unwrap();
    f.lose(&one);
    f.seconds(60);
    assert!(f.frames(&alice).is_empty() && f.frames(&two).is_empty());
    f.sdk(&two, "sdk.leave", &[&conference], json!({})).unwrap();
    assert_eq!(f.frames(&alice), ["ParticipantUpdated bob LEFT"]);
}

#[test]
fn joining_again_by_the_same_session_is_no_switch() {
    let mut f = Fixture::new();
    let (alice, conference) = unprotected(&mut f);
    f.frames(&alice);
    f.join(&alice, &conference).unwrap();
    let expected = ["ParticipantUpdated alice CONNECTING", "ParticipantUpdated alice ON_AIR"];
    assert_eq!(f.frames(&alice), expected);
}

#[test]
fn a_session_is_in_one_conference_at_a_time() {
    let mut f = Fixture::new();
    let (alice, first) = unprotected(&mut f);
    let mut bob = f.online(OPEN, "bob");
    let second = f.create(&mut bob, "");
    f.join(&bob, &first).unwrap();
    f.frames(&alice);
    f.join(&bob, &second).unwrap();
    assert_eq!(f.frames(&alice), ["ParticipantUpdated bob LEFT"]);
}

#[test]
fn a_full_conference_takes_nobody_more() {
    let policy = Policy { capacity: Some(2), ..Policy::default() };
    let mut f = Fixture::with(policy, Arc::new(Standard));
    let (_, conference) = unprotected(&mut f);
    let (bob, carol) = (f.online(OPEN, "bob"), f.online(OPEN, "carol"));
    f.join(&bob, &conference).unwrap();
    assert_eq!(failure(&f.join(&carol, &conference)), Failure::CapacityReached);
    let again = f.online(OPEN, "bob");
    assert!(f.join(&again, &conference).is_ok(), "a person takes one place");
    f.sdk(&again, "sdk.leave", &[&conference], json!({})).unwrap();
    assert!(f.join(&carol, &conference).is_ok());
}

#[test]
fn a_listener_is_shown_as_one() {
    let mut f = Fixture::new();
    let (_, conference) = unprotected(&mut f);
    let (bob, carol) = (f.online(OPEN, "bob"), f.online(OPEN, "carol"));
    let listen = json!({ "user": { "type": "listener" } });
    f.sdk(&bob, "sdk.join", &[&conference], listen).unwrap();
    let answer = f.join(&carol, &conference).unwrap();
    let types: Vec<_> = answer["participants"].as_array().unwrap().iter().collect();
    assert!(types.iter().any(|one| one["participantType"] == "LISTENER"));
}

#[test]
fn leaving_an_unknown_conference_is_refused_and_leaving_twice_is_not() {
    let mut f = Fixture::new();
    let (alice, conference) = unprotected(&mut f);
    let answer = f.sdk(&alice, "sdk.leave", &["nowhere"], json!({}));
    assert_eq!(failure(&answer), Failure::NoSuchConference);
    for _ in 0..2 {
        f.sdk(&alice, "sdk.leave", &[&conference], json!({})).unwrap();
    }
}

#[test]
fn the_participants_of_the_list_are_those_who_joined() {
    let mut f = Fixture::new();
    let mut alice = f.online(CLOSED, "alice");
    let conference = f.create(&mut alice, "");
    f.join(&alice, &conference).unwrap();
    f.sdk(&alice, "sdk.leave", &[&conference], json!({})).unwrap();
    f.join(&alice, &conference).unwrap();
    f.online(CLOSED, "alice");
    f.invite(&alice, &conference, "bob").unwrap();
    let answer = f.rest("rest.participants", &conference, json!({})).unwrap();
    let listed = answer["participants"].as_array().unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0]["externalId"], "alice");
    assert_eq!(listed[0]["userId"], alice.user_id);
    assert_eq!(listed[0]["nbSession"], 2, "it counts joins");
    assert_eq!(listed[0]["lastJoinTimestamp"], f.now.millis());
}
