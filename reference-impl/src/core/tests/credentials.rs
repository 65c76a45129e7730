//! Tokens for applications and their clients.

use super::fixture::{CLOSED, Fixture, OPEN, failure};
use crate::core::Credentials;
use invite_spec::error::Failure;
use serde_json::json;

const GRANT: &str = "client_credentials";

#[test]
fn a_key_and_secret_buy_a_token_and_wrong_ones_do_not() {
    let mut f = Fixture::new();
    let body = json!({ "grant_type": GRANT });
    let answer = f.call("auth.token", &[], Fixture::basic(CLOSED, "s1"), body.clone()).unwrap();
    assert_eq!(answer["token_type"], "Bearer");
    assert_eq!(answer["expires_in"], 1_800);
    for (key, secret) in [(CLOSED, "s2"), (CLOSED, ""), ("nobody", "s1"), ("", "")] {
        let answer = f.call("auth.token", &[], Fixture::basic(key, secret), body.clone());
        assert_eq!(failure(&answer), Failure::InvalidToken, "{key}:{secret}");
    }
    let none = f.call("auth.token", &[], Credentials::default(), body);
    assert_eq!(failure(&none), Failure::InvalidToken);
    let wrong = json!({ "grant_type": "password" });
    let answer = f.call("auth.token", &[], Fixture::basic(CLOSED, "s1"), wrong);
    assert_eq!(failure(&answer), Failure::IllegalArgument);
}

#[test]
fn a_secret_may_be_percent_encoded() {
    let mut f = Fixture::new();
    let body = json!({ "grant_type": GRANT });
    assert!(f.call("sdk.sign-in", &[], Fixture::basic("%63losed", "s%31"), body).is_ok());
}

#[test]
fn each_spelling_of_a_lifetime_is_kept_to() {
    let mut f = Fixture::new();
    let token = f.api_token(CLOSED, json!({}));
    for (body, seconds) in [
        (json!({}), 3_600),
        (json!({ "expires_in": 60 }), 60),
        (json!({ "expiresIn": 61 }), 61),
        (json!({ "expires_in": "62", "grant_type": GRANT }), 62),
        (json!({ "expires_in": 999_999 }), 86_400),
        (json!({ "expires_in": 0 }), 1),
    ] {
        let answer =
            f.call("rest.client-access-token", &[], Fixture::bearer(&token), body).unwrap();
        assert_eq!(answer["expires_in"], seconds);
    }
}

#[test]
fn a_token_expires_to_the_second() {
    let mut f = Fixture::new();
    let token = f.api_token(CLOSED, json!({ "expires_in": 2 }));
    let client = f.client_token(CLOSED, json!({ "externalId": "bob", "expires_in": 2 }));
    f.seconds(1);
    assert!(f.call("rest.client-access-token", &[], Fixture::bearer(&token), json!({})).is_ok());
    assert!(f.identified(client.clone(), json!({})).is_ok());
    f.seconds(1);
    let answer = f.call("rest.client-access-token", &[], Fixture::bearer(&token), json!({}));
    assert_eq!(failure(&answer), Failure::InvalidToken);
    assert_eq!(f.identified(client, json!({})).unwrap_err().failure, Failure::InvalidToken);
}

#[test]
fn one_kind_of_token_does_not_serve_for_another() {
    let mut f = Fixture::new();
    let api = f.api_token(CLOSED, json!({}));
    let mut alice = f.online(CLOSED, "alice");
    f.create(&mut alice, "");
    let owner = alice.conference_token.clone().unwrap();
    let refresh =
        f.call("sdk.sign-in", &[], Fixture::basic(CLOSED, "s1"), json!({ "grant_type": GRANT }));
    let refresh = refresh.unwrap()["refresh_token"].as_str().unwrap().to_owned();
    let create = json!({ "ownerExternalId": "alice" });
    for wrong in [&alice.bearer, &alice.token, &owner, &refresh] {
        let answer = f.call("rest.create", &[], Fixture::bearer(wrong), create.clone());
        assert_eq!(failure(&answer), Failure::InvalidToken);
    }
    for wrong in [&api, &alice.token, &owner, &refresh] {
        let answer = f.identified(wrong.clone(), json!({}));
        assert_eq!(answer.unwrap_err().failure, Failure::InvalidToken);
    }
    for wrong in [&api, &alice.bearer, &owner, &refresh] {
        let mut other = alice.clone();
        other.token.clone_from(wrong);
        let answer = f.sdk(&other, "sdk.create", &[], json!({}));
        assert_eq!(failure(&answer), Failure::InvalidToken);
        assert_eq!(f.open(&mut other).unwrap_err().failure, Failure::InvalidToken);
    }
}

#[test]
fn a_sign_in_can_be_refreshed_again_and_again() {
    let mut f = Fixture::new();
    let basic = || Fixture::basic(CLOSED, "s1");
    let answer = f.call("sdk.sign-in", &[], basic(), json!({ "grant_type": GRANT })).unwrap();
    let first = answer["access_token"].as_str().unwrap().to_owned();
    let refresh = json!({ "refresh_token": answer["refresh_token"] });
    for _ in 0..2 {
        f.seconds(86_400);
        let again = f.call("sdk.refresh", &[], basic(), refresh.clone()).unwrap();
        let again = again["access_token"].as_str().unwrap().to_owned();
        assert_ne!(again, first);
        assert!(f.identified(again, json!({})).is_ok());
    }
    let wrong = json!({ "refresh_token": first });
    assert_eq!(failure(&f.call("sdk.refresh", &[], basic(), wrong)), Failure::InvalidToken);
    let other = f.call("sdk.refresh", &[], Fixture::basic(OPEN, "s2"), refresh);
    assert_eq!(failure(&other), Failure::InvalidToken);
}

#[test]
fn a_token_does_what_its_scopes_cover_and_no_more() {
    let mut f = Fixture::new();
    let create = json!({ "ownerExternalId": "alice" });
    for (scope, allowed) in [
        (json!({}), true),
        (json!({ "scope": "comms:conf:create" }), true),
        (json!({ "scope": "comms:* nonsense" }), true),
        (json!({ "scope": "comms:conf:admin" }), false),
        (json!({ "scope": "nonsense" }), false),
        (json!({ "scope": "COMMS:CONF:CREATE" }), false),
    ] {
        let token = f.api_token(CLOSED, scope.clone());
        let answer = f.call("rest.create", &[], Fixture::bearer(&token), create.clone());
        if allowed {
            assert!(answer.is_ok(), "{scope}");
        } else {
            assert_eq!(failure(&answer), Failure::InsufficientScope, "{scope}");
        }
    }
}

#[test]
fn a_session_does_what_its_scopes_cover_and_no_more() {
    let mut f = Fixture::new();
    let subscriptions = json!({ "subscriptions": [] });
    for (scope, create, subscribe) in
        [("conf:create", true, false), ("notifications:set", false, true), ("*", true, true)]
    {
        let bearer =
            f.client_token(CLOSED, json!({ "externalId": "alice", "sessionScope": scope }));
        let client = f.identified(bearer, json!({})).unwrap();
        assert_eq!(f.sdk(&client, "sdk.create", &[], json!({})).is_ok(), create, "{scope}");
        let subscribed = f.sdk(&client, "sdk.subscribe", &[], subscriptions.clone());
        assert_eq!(subscribed.is_ok(), subscribe, "{scope}");
    }
    let nothing = f.client_token(CLOSED, json!({ "sessionScope": "nonsense" }));
    let refusal = f.identified(nothing, json!({})).unwrap_err();
    assert_eq!(refusal.failure, Failure::InsufficientScope);
}

#[test]
fn another_application_is_another_world() {
    let mut f = Fixture::new();
    let made = f.rest("rest.create", "", json!({ "ownerExternalId": "alice", "alias": "A" }));
    let conference = made.unwrap()["conferenceId"].as_str().unwrap().to_owned();
    let token = f.api_token(OPEN, json!({}));
    for (operation, body) in [
        ("rest.invite", json!({ "participants": {} })),
        ("rest.permissions", json!({ "participants": {} })),
        ("rest.kick", json!({ "externalIds": [] })),
        ("rest.message", json!({ "from": "alice", "message": "x" })),
        ("rest.participants", json!({})),
        ("rest.terminate", json!({})),
    ] {
        let answer = f.call(operation, &[&conference], Fixture::bearer(&token), body);
        assert_eq!(failure(&answer), Failure::NoSuchConference, "{operation}");
    }
    let mut here = f.online(CLOSED, "alice");
    let mut there = f.online(OPEN, "alice");
    assert_ne!(here.user_id, there.user_id);
    assert_eq!(failure(&f.join(&there, &conference)), Failure::NoSuchConference);
    assert_eq!(f.create(&mut here, "a"), conference);
    assert_ne!(f.create(&mut there, "a"), conference);
    let mixed = super::fixture::Client { token: here.token.clone(), ..there };
    let answer = f.sdk(&mixed, "sdk.create", &[], json!({}));
    assert_eq!(failure(&answer), Failure::InvalidToken);
}

#[test]
fn a_sign_in_needs_nothing_but_key_and_secret() {
    let mut f = Fixture::new();
    let answer = f.call("sdk.sign-in", &[], Fixture::basic(CLOSED, "s1"), json!({}));
    assert!(answer.unwrap()["access_token"].is_string());
    let answer = f.call("sdk.sign-in", &[], Fixture::basic(CLOSED, "wrong"), json!({}));
    assert_eq!(failure(&answer), Failure::InvalidToken);
    let wrong = json!({ "grant_type": "password" });
    let answer = f.call("sdk.sign-in", &[], Fixture::basic(CLOSED, "s1"), wrong);
    assert_eq!(failure(&answer), Failure::IllegalArgument);
}
