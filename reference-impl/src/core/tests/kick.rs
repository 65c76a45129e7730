//! Kicks.

use super::fixture::{CLOSED, Client, Fixture, OPEN, failure};
use invite_spec::error::Failure;
use serde_json::json;

/// A protected conference with its owner, bob and carol in it.
fn three(f: &mut Fixture) -> (Client, Client, Client, String) {
    let mut alice = f.online(CLOSED, "alice");
    let conference = f.create(&mut alice, "");
    f.join(&alice, &conference).unwrap();
    let mut others = [f.online(CLOSED, "bob"), f.online(CLOSED, "carol")];
    for (other, name) in others.iter_mut().zip(["bob", "carol"]) {
        f.invite(&alice, &conference, name).unwrap();
        other.conference_token = Some(f.received_token(other));
        f.join(other, &conference).unwrap();
    }
    let [bob, carol] = others;
    for client in [&alice, &bob, &carol] {
        f.frames(client);
    }
    (alice, bob, carol, conference)
}

#[test]
fn a_kicked_person_is_told_and_gone_for_good() {
    let mut f = Fixture::new();
    let (alice, bob, carol, conference) = three(&mut f);
    f.sdk(&alice, "sdk.kick", &[&conference, &bob.user_id], json!({})).unwrap();
    assert_eq!(f.frames(&bob), ["ParticipantKicked bob KICKED"]);
    assert_eq!(f.frames(&alice), ["ParticipantUpdated bob KICKED"]);
    assert_eq!(f.frames(&carol), ["ParticipantUpdated bob KICKED"]);
    assert_eq!(failure(&f.join(&bob, &conference)), Failure::InvalidToken);
    assert_eq!(failure(&f.invite(&alice, &conference, "bob")), Failure::Kicked);
    for operation in ["rest.invite", "rest.permissions"] {
        let body = json!({ "participants": { "bob": {}, "dave": {} } });
        assert_eq!(failure(&f.rest(operation, &conference, body)), Failure::Kicked);
    }
    f.sdk(&carol, "sdk.leave", &[&conference], json!({})).unwrap();
    f.sdk(&alice, "sdk.kick", &[&conference, &bob.user_id], json!({})).unwrap();
    assert!(f.frames(&bob).is_empty());
    assert_eq!(f.frames(&alice), ["ParticipantUpdated carol LEFT"], "kicked once");
    let listed = f.rest("rest.participants", &conference, json!({})).unwrap();
    assert_eq!(listed["participants"].as_array().unwrap().len(), 1);
}

#[test]
fn only_a_participant_with_the_permission_kicks() {
    let mut f = Fixture::new();
    let (alice, bob, carol, conference) = three(&mut f);
    let answer = f.sdk(&bob, "sdk.kick", &[&conference, &carol.user_id], json!({}));
    assert_eq!(failure(&answer), Failure::InsufficientPermissions);
    assert!(f.frames(&carol).is_empty());
    let answer = f.sdk(&alice, "sdk.kick", &[&conference, "nobody"], json!({}));
    assert_eq!(failure(&answer), Failure::NoSuchParticipant);
    let outsider = f.online(CLOSED, "dave");
    let answer = f.sdk(&alice, "sdk.kick", &[&conference, &outsider.user_id], json!({}));
    assert_eq!(failure(&answer), Failure::NoSuchParticipant);
    f.sdk(&alice, "sdk.leave", &[&conference], json!({})).unwrap();
    let answer = f.sdk(&alice, "sdk.kick", &[&conference, &bob.user_id], json!({}));
    assert_eq!(failure(&answer), Failure::NotInConference);
}

#[test]
fn an_application_server_kicks_several_and_passes_over_the_unknown() {
    let mut f = Fixture::new();
    let (alice, bob, carol, conference) = three(&mut f);
    let body = json!({ "externalIds": ["bob", "nobody", "carol"] });
    f.rest("rest.kick", &conference, body).unwrap();
    assert_eq!(f.frames(&bob), ["ParticipantKicked bob KICKED"]);
    assert_eq!(
        f.frames(&alice),
        ["ParticipantUpdated bob KICKED", "ParticipantUpdated carol KICKED"]
    );
    assert_eq!(
        f.frames(&carol),
        ["ParticipantUpdated bob KICKED", "ParticipantKicked carol KICKED"]
    );
}

#[test]
fn who_is_only_invited_can_be_kicked_and_hears_nothing() {
    let mut f = Fixture::new();
    let (alice, ..) = three(&mut f);
    let conference = f.core.tenants()[0].conferences.keys().next().unwrap().to_string();
    let mut dave = f.online(CLOSED, "dave");
    f.invite(&alice, &conference, "dave").unwrap();
    dave.conference_token = Some(f.received_token(&dave));
    f.frames(&alice);
    f.rest("rest.kick", &conference, json!({ "externalIds": ["dave"] })).unwrap();
    assert_eq!(f.frames(&alice), ["ParticipantUpdated dave KICKED"]);
    assert!(f.frames(&dave).is_empty(), "news would break a client that has not joined");
    assert_eq!(failure(&f.join(&dave, &conference)), Failure::InvalidToken);
}

#[test]
fn a_kicked_owner_gets_no_token_again() {
    let mut f = Fixture::new();
    let mut alice = f.online(CLOSED, "alice");
    let conference = f.create(&mut alice, "A");
    f.rest("rest.kick", &conference, json!({ "externalIds": ["alice"] })).unwrap();
    assert_eq!(f.create(&mut alice, "a"), conference);
    assert_eq!(alice.conference_token, None);
}

#[test]
fn a_kick_keeps_somebody_out_of_an_unprotected_conference_as_well() {
    let mut f = Fixture::new();
    let mut alice = f.online(OPEN, "alice");
    let bob = f.online(OPEN, "bob");
    let conference = f.create(&mut alice, "");
    f.join(&alice, &conference).unwrap();
    f.join(&bob, &conference).unwrap();
    f.sdk(&alice, "sdk.kick", &[&conference, &bob.user_id], json!({})).unwrap();
    assert_eq!(failure(&f.join(&bob, &conference)), Failure::Kicked);
    let second = f.online(OPEN, "bob");
    assert_eq!(failure(&f.join(&second, &conference)), Failure::Kicked);
}
