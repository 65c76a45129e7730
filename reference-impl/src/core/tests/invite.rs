//! Invitations, by participants and by application servers.

use super::fixture::{CLOSED, Client, Fixture, OPEN, failure};
use crate::core::token::Keys;
use crate::core::{Policy, Standard};
use invite_spec::error::Failure;
use invite_spec::permission::Permission;
use serde_json::{Value, json};
use std::sync::Arc;

/// What a token grants, in order.
fn authorities(token: &str) -> Vec<String> {
    let keys = Keys::new(b"a key that only the tests have, of course");
    keys.verify(token).unwrap().authorities.unwrap()
}

fn names(permissions: &[Permission]) -> Vec<String> {
    permissions.iter().map(|permission| permission.as_str().to_owned()).collect()
}

/// A protected conference that its owner has joined.
fn protected(f: &mut Fixture) -> (Client, String) {
    let mut alice = f.online(CLOSED, "alice");
    let conference = f.create(&mut alice, "");
    f.join(&alice, &conference).unwrap();
    f.frames(&alice);
    (alice, conference)
}

#[test]
fn an_invitation_is_announced_and_reaches_every_session_of_its_invitee_once() {
    let mut f = Fixture::new();
    let (alice, conference) = protected(&mut f);
    let bobs = [f.online(CLOSED, "bob"), f.online(CLOSED, "bob")];
    let away = f.offline(CLOSED, "bob");
    let carol = f.online(CLOSED, "carol");
    f.invite(&alice, &conference, "bob").unwrap();
    assert_eq!(f.frames(&alice), ["ParticipantAdded bob RESERVED"]);
    for bob in &bobs {
        assert_eq!(f.frames(bob), ["InvitationReceived alice token"]);
    }
    assert!(f.frames(&away).is_empty() && f.frames(&carol).is_empty());
}

#[test]
fn one_request_invites_several_people_each_once() {
    let mut f = Fixture::new();
    let (alice, conference) = protected(&mut f);
    let (bob, carol) = (f.online(CLOSED, "bob"), f.online(CLOSED, "carol"));
    let body = json!({ "externalProfiles": [
        { "externalId": "bob", "externalName": "Robert" },
        { "externalId": "carol" },
        { "externalId": "bob", "permissions": [] },
        { "externalId": "dave", "externalName": "David" } ] });
    f.sdk(&alice, "sdk.invite", &[&conference], body).unwrap();
    assert_eq!(
        f.frames(&alice),
        [
            "ParticipantAdded bob RESERVED",
            "ParticipantAdded carol RESERVED",
            "ParticipantAdded dave RESERVED"
        ]
    );
    assert_eq!(authorities(&f.received_token(&bob)), names(&Permission::DEFAULT));
    assert_eq!(f.frames(&carol), ["InvitationReceived alice token"]);
    let tenant = &f.core.tenants()[0];
    let name = |id: &str| tenant.by_external_id(id).unwrap().name.clone();
    assert_eq!(name("dave").as_deref(), Some("David"));
    assert_eq!(name("bob").as_deref(), Some("bob"), "one's own name goes first");
}

#[test]
fn an_invitation_that_is_missed_does_not_come_later_but_again() {
    let mut f = Fixture::new();
    let (alice, conference) = protected(&mut f);
    let mut bob = f.offline(CLOSED, "bob");
    f.invite(&alice, &conference, "bob").unwrap();
    f.open(&mut bob).unwrap();
    assert!(f.frames(&bob).is_empty());
    f.frames(&alice);
    f.invite(&alice, &conference, "bob").unwrap();
    assert!(f.frames(&alice).is_empty(), "the participants know of bob");
    let first = f.received_token(&bob);
    f.invite(&alice, &conference, "bob").unwrap();
    assert_ne!(f.received_token(&bob), first);
    bob.conference_token = Some(first);
    assert!(f.join(&bob, &conference).is_ok(), "the first token lives on");
}

#[test]
fn who_is_in_the_conference_is_not_invited_and_who_left_is() {
    let mut f = Fixture::new();
    let (alice, conference) = protected(&mut f);
    let mut bob = f.online(CLOSED, "bob");
    f.invite(&alice, &conference, "bob").unwrap();
    bob.conference_token = Some(f.received_token(&bob));
    f.join(&bob, &conference).unwrap();
    f.frames(&alice);
    f.frames(&bob);
    f.invite(&alice, &conference, "bob").unwrap();
    f.invite(&alice, &conference, "alice").unwrap();
    let body = json!({ "participants": { "bob": { "notification": true }, "carol": {} } });
    let tokens = f.rest("rest.invite", &conference, body).unwrap();
    assert_eq!(tokens.as_object().unwrap().keys().collect::<Vec<_>>(), ["carol"]);
    assert_eq!(f.frames(&bob), ["ParticipantAdded carol RESERVED"]);
    f.sdk(&bob, "sdk.leave", &[&conference], json!({})).unwrap();
    f.frames(&alice);
    f.invite(&alice, &conference, "bob").unwrap();
    assert_eq!(f.frames(&alice), ["ParticipantAdded bob RESERVED"]);
    assert_eq!(f.frames(&bob), ["InvitationReceived alice token"]);
}

#[test]
fn only_a_participant_with_the_permission_invites() {
    let mut f = Fixture::new();
    let mut alice = f.online(CLOSED, "alice");
    let conference = f.create(&mut alice, "");
    assert_eq!(failure(&f.invite(&alice, &conference, "bob")), Failure::NotInConference);
    f.join(&alice, &conference).unwrap();
    let mut bob = f.online(CLOSED, "bob");
    f.invite(&alice, &conference, "bob").unwrap();
    bob.conference_token = Some(f.received_token(&bob));
    f.join(&bob, &conference).unwrap();
    f.frames(&alice);
    assert_eq!(failure(&f.invite(&bob, &conference, "carol")), Failure::InsufficientPermissions);
    let bare = Client { conference_token: None, ..alice.clone() };
    assert_eq!(failure(&f.invite(&bare, &conference, "carol")), Failure::InvalidToken);
    f.sdk(&alice, "sdk.leave", &[&conference], json!({})).unwrap();
    assert_eq!(failure(&f.invite(&alice, &conference, "carol")), Failure::NotInConference);
    assert!(f.frames(&alice).is_empty());
}

#[test]
fn to_an_unprotected_conference_anybody_invites_who_may_join_it() {
    let mut f = Fixture::new();
    let mut alice = f.online(OPEN, "alice");
    let carol = f.online(OPEN, "carol");
    let bob = f.online(OPEN, "bob");
    let conference = f.create(&mut alice, "");
    f.invite(&alice, &conference, "bob").unwrap();
    f.invite(&carol, &conference, "bob").unwrap();
    assert_eq!(f.frames(&bob), ["InvitationReceived alice", "InvitationReceived carol"]);
    f.join(&alice, &conference).unwrap();
    f.join(&carol, &conference).unwrap();
    f.sdk(&alice, "sdk.kick", &[&conference, &carol.user_id], json!({})).unwrap();
    assert_eq!(failure(&f.invite(&carol, &conference, "bob")), Failure::NotInConference);
}

#[test]
fn nobody_grants_what_they_lack() {
    let mut f = Fixture::new();
    let (alice, conference) = protected(&mut f);
    let mut bob = f.online(CLOSED, "bob");
    let carol = f.online(CLOSED, "carol");
    let invite = |who: &str, permissions: Value| {
        json!({ "externalProfiles": [
            { "externalId": "dave" }, { "externalId": who, "permissions": permissions }] })
    };
    let body = invite("bob", json!(["INVITE", "JOIN", "SEND_AUDIO"]));
    f.sdk(&alice, "sdk.invite", &[&conference], body).unwrap();
    let token = f.received_token(&bob);
    assert_eq!(authorities(&token), ["INVITE", "JOIN", "SEND_AUDIO"]);
    bob.conference_token = Some(token);
    f.join(&bob, &conference).unwrap();
    f.frames(&alice);
    let answer =
        f.sdk(&bob, "sdk.invite", &[&conference], invite("carol", json!(["JOIN", "KICK"])));
    assert_eq!(failure(&answer), Failure::InsufficientPermissions);
    assert!(f.frames(&alice).is_empty() && f.frames(&carol).is_empty(), "no effect at all");
    for default in [json!(null), json!({})] {
        f.sdk(&bob, "sdk.invite", &[&conference], invite("carol", default)).unwrap();
        assert_eq!(authorities(&f.received_token(&carol)), ["JOIN", "SEND_AUDIO"]);
    }
    f.sdk(&bob, "sdk.invite", &[&conference], invite("carol", json!([]))).unwrap();
    assert!(authorities(&f.received_token(&carol)).is_empty(), "none is a choice, too");
}

#[test]
fn a_wrong_guest_spoils_the_whole_request() {
    let mut f = Fixture::new();
    let (alice, conference) = protected(&mut f);
    let bob = f.online(CLOSED, "bob");
    for (wrong, named) in [
        (json!({ "externalId": "" }), "externalId"),
        (json!({ "externalId": "x".repeat(1_025) }), "external id"),
        (json!({}), "externalId"),
        (json!({ "externalId": "carol", "permissions": ["FLY"] }), "permissions"),
        (json!({ "externalId": "carol", "permissions": { "a": 1 } }), "permissions"),
        (json!({ "externalId": 5 }), "externalProfiles[1].externalId"),
    ] {
        let body = json!({ "externalProfiles": [{ "externalId": "bob" }, wrong] });
        let refusal = f.sdk(&alice, "sdk.invite", &[&conference], body).unwrap_err();
        assert_eq!(refusal.failure, Failure::IllegalArgument);
        assert!(refusal.description.contains(named), "{}", refusal.description);
    }
    assert!(f.frames(&bob).is_empty() && f.frames(&alice).is_empty());
}

#[test]
fn an_application_server_invites_with_or_without_notification() {
    let mut f = Fixture::new();
    let (bob, carol) = (f.online(CLOSED, "bob"), f.online(CLOSED, "carol"));
    let body = json!({ "ownerExternalId": "alice", "alias": "A", "participants": {
        "bob": { "notification": true, "permissions": ["JOIN", "KICK"] },
        "carol": {}, "dave": { "permissions": [] } } });
    let made = f.rest("rest.create", "", body).unwrap();
    assert_eq!(authorities(made["ownerToken"].as_str().unwrap()), names(&Permission::ALL));
    let tokens = made["usersTokens"].as_object().unwrap();
    let granted = |who: &str| authorities(tokens[who].as_str().unwrap());
    assert_eq!(granted("bob"), ["KICK", "JOIN"]);
    assert_eq!(granted("carol"), names(&Permission::DEFAULT));
    assert!(granted("dave").is_empty());
    assert!(f.frames(&carol).is_empty(), "no notification was asked for");
    assert_eq!(f.received_token(&bob), tokens["bob"].as_str().unwrap());

    let mut alice = f.online(CLOSED, "alice");
    let conference = made["conferenceId"].as_str().unwrap();
    alice.conference_token = made["ownerToken"].as_str().map(str::to_owned);
    f.join(&alice, conference).unwrap();
    f.frames(&alice);
    let body = json!({ "participants": {
        "carol": { "notification": true }, "erin": { "notification": false } } });
    let tokens = f.rest("rest.invite", conference, body).unwrap();
    assert_eq!(f.frames(&alice), ["ParticipantAdded erin RESERVED"]);
    assert_eq!(f.frames(&carol), ["InvitationReceived alice token"]);
    assert_eq!(tokens.as_object().unwrap().len(), 2);
    assert_eq!(f.rest("rest.invite", conference, json!({ "participants": {} })), Ok(json!({})));
}

#[test]
fn a_refused_rest_create_makes_nothing() {
    let mut f = Fixture::new();
    for wrong in [json!({ "": {} }), json!({ "bob": { "permissions": ["FLY"] } })] {
        let body = json!({ "ownerExternalId": "alice", "alias": "A", "participants": wrong });
        assert_eq!(failure(&f.rest("rest.create", "", body)), Failure::IllegalArgument);
    }
    let answer = f.rest("rest.create", "", json!({ "ownerExternalId": "" }));
    assert_eq!(failure(&answer), Failure::IllegalArgument);
    assert!(f.core.tenants()[0].conferences.is_empty() && f.core.tenants()[0].people.is_empty());
}

#[test]
fn an_invitation_to_an_unprotected_conference_has_no_token() {
    let mut f = Fixture::new();
    let mut alice = f.online(OPEN, "alice");
    let bob = f.online(OPEN, "bob");
    let conference = f.create(&mut alice, "");
    f.join(&alice, &conference).unwrap();
    f.frames(&alice);
    let body = json!({ "externalProfiles": [{ "externalId": "bob", "permissions": ["KICK"] }] });
    f.sdk(&alice, "sdk.invite", &[&conference], body).unwrap();
    assert_eq!(f.frames(&alice), ["ParticipantAdded bob RESERVED"]);
    assert_eq!(f.frames(&bob), ["InvitationReceived alice"]);
    let token = f.api_token(OPEN, json!({}));
    let body = json!({ "participants": { "carol": { "notification": true } } });
    let tokens = f.call("rest.invite", &[&conference], Fixture::bearer(&token), body).unwrap();
    assert!(tokens["carol"].is_string(), "REST answers tokens all the same");
    f.join(&bob, &conference).unwrap();
    assert!(f.invite(&bob, &conference, "dave").is_ok(), "everybody may do everything");
}

/// A session of the closed application that claims an external id, or none.
fn claiming(f: &mut Fixture, body: Value) -> Client {
    let token = f.client_token(CLOSED, json!({}));
    let mut client = f.identified(token, body).unwrap();
    f.open(&mut client).unwrap();
    client
}

#[test]
fn a_claimed_external_id_is_served_in_protected_conferences() {
    let mut f = Fixture::new();
    let (alice, conference) = protected(&mut f);
    let mut claimed = claiming(&mut f, json!({ "externalId": "bob" }));
    f.invite(&alice, &conference, "bob").unwrap();
    claimed.conference_token = Some(f.received_token(&claimed));
    f.join(&claimed, &conference).unwrap();
}

#[test]
fn without_any_external_id_nobody_gets_into_a_protected_conference() {
    let mut f = Fixture::new();
    let (alice, conference) = protected(&mut f);
    let mut nameless = claiming(&mut f, json!({ "name": "bob" }));
    let bob = f.online(CLOSED, "bob");
    f.invite(&alice, &conference, "bob").unwrap();
    assert!(f.frames(&nameless).is_empty());
    nameless.conference_token = Some(f.received_token(&bob));
    assert_eq!(failure(&f.join(&nameless, &conference)), Failure::UserNotValid);
    let answer = f.sdk(&nameless, "sdk.create", &[], json!({}));
    assert_eq!(failure(&answer), Failure::UserNotValid);
}

#[test]
fn where_ids_must_be_verified_a_claim_opens_no_protected_conference() {
    let policy = Policy { verified_ids: true, ..Policy::default() };
    let mut f = Fixture::with(policy, Arc::new(Standard));
    let (alice, conference) = protected(&mut f);
    let mut eve = claiming(&mut f, json!({ "externalId": "bob" }));
    let bob = f.online(CLOSED, "bob");
    f.invite(&alice, &conference, "bob").unwrap();
    assert!(f.frames(&eve).is_empty());
    eve.conference_token = Some(f.received_token(&bob));
    assert_eq!(failure(&f.join(&eve, &conference)), Failure::UserNotValid);
}
