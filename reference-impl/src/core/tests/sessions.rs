//! Opening, losing, reconnecting and closing sessions.

use super::fixture::{CLOSED, Client, Fixture, OPEN, failure};
use invite_spec::error::Failure;
use serde_json::json;

#[test]
fn one_external_id_is_one_person() {
    let mut f = Fixture::new();
    let one = f.online(CLOSED, "bob");
    let two = f.online(CLOSED, "bob");
    let other = f.online(CLOSED, "carol");
    assert_eq!(one.user_id, two.user_id);
    assert_ne!(one.user_id, other.user_id);
    f.rest("rest.create", "", json!({ "ownerExternalId": "dave", "participants": { "erin": {} } }))
        .unwrap();
    let known = f.core.tenants()[0].external_ids["erin"].clone();
    assert_eq!(f.online(CLOSED, "erin").user_id, known.as_str());
}

#[test]
fn an_external_id_other_than_the_tokens_is_rejected() {
    let mut f = Fixture::new();
    let token = f.client_token(CLOSED, json!({ "externalId": "bob" }));
    let refusal = f.identified(token.clone(), json!({ "externalId": "eve" })).unwrap_err();
    assert_eq!(refusal.failure, Failure::UserNotValid);
    assert!(f.identified(token.clone(), json!({ "externalId": "bob" })).is_ok());
    assert!(f.identified(token, json!({})).is_ok());
    let long = "x".repeat(1_025);
    let token = f.api_token(CLOSED, json!({}));
    let answer = f.call(
        "rest.client-access-token",
        &[],
        Fixture::bearer(&token),
        json!({ "externalId": long }),
    );
    assert_eq!(failure(&answer), Failure::IllegalArgument);
}

#[test]
fn somebody_without_an_external_id_is_always_somebody_new() {
    let mut f = Fixture::new();
    let token = f.client_token(OPEN, json!({}));
    let one = f.identified(token.clone(), json!({})).unwrap();
    let two = f.identified(token, json!({})).unwrap();
    assert_ne!(one.user_id, two.user_id);
    assert_eq!(f.core.tenants()[1].people.len(), 2);
    f.sdk(&one, "sdk.logout", &[], json!({})).unwrap();
    assert_eq!(f.core.tenants()[1].people.len(), 1, "nobody can be that person again");
}

#[test]
fn a_socket_needs_the_sessions_own_token_and_client() {
    let mut f = Fixture::new();
    let client = f.offline(CLOSED, "bob");
    let wrong = [
        Client { token: String::new(), ..client.clone() },
        Client { token: format!("{}x", client.token), ..client.clone() },
        Client { token: client.bearer.clone(), ..client.clone() },
        Client { client_id: "another".into(), ..client.clone() },
    ];
    for mut wrong in wrong {
        assert_eq!(f.open(&mut wrong).unwrap_err().failure, Failure::InvalidToken);
        let answer = f.sdk(&wrong, "sdk.create", &[], json!({}));
        assert_eq!(failure(&answer), Failure::InvalidToken);
    }
    let mut client = client;
    assert!(f.open(&mut client).is_ok());
}

#[test]
fn a_session_takes_only_the_client_tokens_of_its_person() {
    let mut f = Fixture::new();
    let client = f.online(CLOSED, "bob");
    let renewed = f.client_token(CLOSED, json!({ "externalId": "bob" }));
    let renewed = Client { bearer: renewed, ..client.clone() };
    assert!(f.sdk(&renewed, "sdk.create", &[], json!({})).is_ok());
    for body in [json!({}), json!({ "externalId": "eve" })] {
        let other = Client { bearer: f.client_token(CLOSED, body), ..client.clone() };
        let answer = f.sdk(&other, "sdk.create", &[], json!({}));
        assert_eq!(failure(&answer), Failure::InvalidToken);
    }
}

#[test]
fn a_socket_that_comes_back_takes_the_place_of_the_one_before() {
    let mut f = Fixture::new();
    let mut bob = f.online(CLOSED, "bob");
    let before = bob.clone();
    f.open(&mut bob).unwrap();
    assert_eq!(f.closed, [before.connection.clone().unwrap().socket]);
    // The server notices later that the first one is gone.
    f.lose(&before);
    let mut alice = f.online(CLOSED, "alice");
    let conference = f.create(&mut alice, "");
    f.join(&alice, &conference).unwrap();
    f.invite(&alice, &conference, "bob").unwrap();
    assert_eq!(f.frames(&bob), ["InvitationReceived alice token"]);
}

#[test]
fn a_participant_whose_socket_stays_away_is_gone() {
    let mut f = Fixture::new();
    let mut alice = f.online(OPEN, "alice");
    let mut bob = f.online(OPEN, "bob");
    let conference = f.create(&mut alice, "");
    f.join(&alice, &conference).unwrap();
    f.join(&bob, &conference).unwrap();
    f.frames(&alice);
    f.lose(&bob);
    f.seconds(14);
    f.open(&mut bob).unwrap();
    f.seconds(60);
    assert!(f.frames(&alice).is_empty(), "a short loss is no leaving");
    f.lose(&bob);
    f.seconds(15);
    assert_eq!(f.frames(&alice), ["ParticipantUpdated bob LEFT"]);
    f.open(&mut bob).unwrap();
    f.join(&bob, &conference).unwrap();
    assert_eq!(
        f.frames(&alice),
        ["ParticipantAdded bob CONNECTING", "ParticipantUpdated bob ON_AIR"]
    );
}

#[test]
fn a_session_that_never_opens_its_socket_is_no_participant_for_long() {
    let mut f = Fixture::new();
    let mut alice = f.online(OPEN, "alice");
    let conference = f.create(&mut alice, "");
    f.join(&alice, &conference).unwrap();
    let bob = f.offline(OPEN, "bob");
    f.seconds(20);
    f.join(&bob, &conference).unwrap();
    f.frames(&alice);
    f.seconds(14);
    assert!(f.frames(&alice).is_empty());
    f.seconds(1);
    assert_eq!(f.frames(&alice), ["ParticipantUpdated bob LEFT"]);
}

#[test]
fn logging_out_leaves_and_ends_the_session() {
    let mut f = Fixture::new();
    let mut alice = f.online(OPEN, "alice");
    let mut bob = f.online(OPEN, "bob");
    let conference = f.create(&mut alice, "");
    f.join(&alice, &conference).unwrap();
    f.join(&bob, &conference).unwrap();
    f.frames(&alice);
    f.sdk(&bob, "sdk.logout", &[], json!({})).unwrap();
    assert_eq!(f.frames(&alice), ["ParticipantUpdated bob LEFT"]);
    let again = f.sdk(&bob, "sdk.logout", &[], json!({}));
    assert_eq!(failure(&again), Failure::InvalidToken);
    assert_eq!(f.open(&mut bob).unwrap_err().failure, Failure::InvalidToken);
    f.seconds(5);
    assert_eq!(f.closed, [bob.connection.unwrap().socket], "a socket is not left over");
}

#[test]
fn a_session_ends_with_its_token_unless_its_socket_is_open() {
    let mut f = Fixture::new();
    let open = f.online(CLOSED, "alice");
    f.offline(CLOSED, "bob");
    f.seconds(86_400);
    assert_eq!(f.core.tenants()[0].sessions.len(), 1);
    f.lose(&open);
    f.seconds(1);
    assert!(f.core.tenants()[0].sessions.is_empty());
    assert_eq!(f.core.next_deadline(), None, "nothing is left to look at");
}

#[test]
fn nobody_hears_that_a_session_opens() {
    let mut f = Fixture::new();
    let mut alice = f.online(OPEN, "alice");
    let conference = f.create(&mut alice, "");
    f.join(&alice, &conference).unwrap();
    f.frames(&alice);
    f.online(OPEN, "bob");
    assert!(f.frames(&alice).is_empty());
}

#[test]
fn a_participant_who_comes_back_learns_how_those_stand_of_whom_news_was_missed() {
    let mut f = Fixture::new();
    let mut alice = f.online(OPEN, "alice");
    let [bob, carol, dave, erin] =
        ["bob", "carol", "dave", "erin"].map(|name| f.online(OPEN, name));
    let conference = f.create(&mut alice, "");
    f.join(&alice, &conference).unwrap();
    f.join(&bob, &conference).unwrap();
    f.join(&erin, &conference).unwrap();
    f.lose(&alice);
    f.frames(&alice);
    f.sdk(&bob, "sdk.leave", &[&conference], json!({})).unwrap();
    for newcomer in [&carol, &dave] {
        f.join(newcomer, &conference).unwrap();
    }
    f.sdk(&dave, "sdk.leave", &[&conference], json!({})).unwrap();
    f.open(&mut alice).unwrap();
    // It has never heard about dave, and erin has done nothing.
    let mut caught_up = f.frames(&alice);
    caught_up.sort_unstable();
    assert_eq!(caught_up, ["ParticipantAdded carol ON_AIR", "ParticipantUpdated bob LEFT"]);
    f.open(&mut alice).unwrap();
    assert!(f.frames(&alice).is_empty());
}

#[test]
fn who_joins_before_the_socket_is_open_learns_of_being_connected() {
    let mut f = Fixture::new();
    let mut alice = f.offline(OPEN, "alice");
    let conference = f.create(&mut alice, "");
    f.join(&alice, &conference).unwrap();
    f.open(&mut alice).unwrap();
    assert_eq!(f.frames(&alice), ["ParticipantUpdated alice ON_AIR"]);
}

#[test]
fn only_a_verified_session_renames_a_verified_person() {
    let mut f = Fixture::new();
    let bob = f.offline(CLOSED, "bob");
    let named = |f: &Fixture| {
        let person = &f.core.tenants()[0].people[bob.user_id.as_str()];
        (person.name.clone().unwrap(), person.avatar_url.clone())
    };
    let anybody = f.client_token(CLOSED, json!({}));
    let claim = json!({ "externalId": "bob", "name": "Mallory", "avatarUrl": "https://m" });
    let claimed = f.identified(anybody.clone(), claim.clone()).unwrap();
    assert_eq!(claimed.user_id, bob.user_id, "claiming an id is allowed");
    assert_eq!(named(&f), ("bob".to_owned(), None));
    let vouched = f.client_token(CLOSED, json!({ "externalId": "bob" }));
    f.identified(vouched, json!({ "name": "Robert" })).unwrap();
    assert_eq!(named(&f).0, "Robert");
    f.sdk(&bob, "sdk.logout", &[], json!({})).unwrap();
    f.identified(anybody.clone(), claim).unwrap();
    assert_eq!(named(&f).0, "Robert");
    // Who has never been vouched for is named by whoever claims to be that person.
    for name in ["Carol", "Caroline"] {
        let claim = json!({ "externalId": "carol", "name": name });
        let carol = f.identified(anybody.clone(), claim).unwrap();
        let person = &f.core.tenants()[0].people[carol.user_id.as_str()];
        assert_eq!(person.name.as_deref(), Some(name));
    }
}
