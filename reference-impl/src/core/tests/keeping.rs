//! What is kept, for how long and how much of it.

use super::fixture::{CLOSED, Fixture, OPEN, failure};
use crate::core::bounds::ITEMS;
use crate::core::{Policy, Standard};
use invite_spec::error::Failure;
use serde_json::json;
use std::sync::Arc;

const DAY: u64 = 86_400;

/// A server that keeps this many bytes for an application.
fn small(application_bytes: usize) -> Fixture {
    Fixture::with(Policy { application_bytes, ..Policy::default() }, Arc::new(Standard))
}

#[test]
fn people_are_forgotten_a_day_after_they_were_last_seen() {
    let mut f = Fixture::new();
    let alice = f.online(CLOSED, "alice");
    for number in 0..100 {
        let client = f.offline(CLOSED, &format!("p{number}"));
        f.sdk(&client, "sdk.logout", &[], json!({})).unwrap();
    }
    assert_eq!(f.core.tenants()[0].people.len(), 101);
    f.seconds(DAY);
    let bob = f.offline(CLOSED, "bob");
    let tenant = &f.core.tenants()[0];
    let known: Vec<_> = tenant.external_ids.keys().map(String::as_str).collect();
    assert_eq!(known, ["alice", "bob"]);
    assert_eq!((tenant.people.len(), tenant.unused.len()), (2, 0));
    assert!(tenant.people.contains_key(alice.user_id.as_str()));
    assert!(tenant.people.contains_key(bob.user_id.as_str()));
}

#[test]
fn who_was_forgotten_has_the_same_user_id_as_before() {
    let mut f = Fixture::new();
    let bob = f.offline(CLOSED, "bob");
    f.sdk(&bob, "sdk.logout", &[], json!({})).unwrap();
    f.seconds(DAY);
    f.offline(CLOSED, "carol");
    assert!(f.core.tenants()[0].by_external_id("bob").is_none());
    assert_eq!(f.offline(CLOSED, "bob").user_id, bob.user_id);
    assert_ne!(f.offline(OPEN, "bob").user_id, bob.user_id);
}

#[test]
fn members_of_a_conference_are_remembered_as_long_as_it_lasts() {
    let mut f = Fixture::new();
    let mut alice = f.online(CLOSED, "alice");
    let id = f.create(&mut alice, "");
    f.join(&alice, &id).unwrap();
    f.invite(&alice, &id, "bob").unwrap();
    assert!(f.core.tenants()[0].unused.is_empty());
    f.rest("rest.terminate", &id, json!({})).unwrap();
    assert_eq!(f.core.tenants()[0].unused.len(), 1, "bob");
    assert!(f.core.tenants()[0].by_external_id("bob").is_some());
}

#[test]
fn what_is_over_weighs_nothing() {
    let mut f = Fixture::new();
    let mut alice = f.online(CLOSED, "alice");
    let id = f.create(&mut alice, "room");
    f.join(&alice, &id).unwrap();
    for guest in ["bob", "carol", "bob"] {
        f.invite(&alice, &id, guest).unwrap();
    }
    let topics = json!({ "subscriptions": [
        { "type": "Conference.Ended", "conferenceAlias": "Room" },
        { "type": "Conference.Ended", "conferenceAlias": "room" },
    ] });
    f.sdk(&alice, "sdk.subscribe", &[], topics).unwrap();
    assert!(f.core.tenants()[0].weight > 5_000);
    f.rest("rest.terminate", &id, json!({})).unwrap();
    f.sdk(&alice, "sdk.logout", &[], json!({})).unwrap();
    f.seconds(2 * DAY);
    let last = f.online(CLOSED, "dave");
    f.sdk(&last, "sdk.logout", &[], json!({})).unwrap();
    f.seconds(2 * DAY);
    // Whatever adds something looks at what can be forgotten, even if it is refused afterwards.
    let made = f.rest("rest.create", "", json!({ "ownerExternalId": "erin" })).unwrap();
    f.rest("rest.terminate", made["conferenceId"].as_str().unwrap(), json!({})).unwrap();
    f.seconds(2 * DAY);
    let anonymous = f.client_token(CLOSED, json!({}));
    let anonymous = f.identified(anonymous, json!({ "name": "Nobody" })).unwrap();
    f.sdk(&anonymous, "sdk.logout", &[], json!({})).unwrap();
    let tenant = &f.core.tenants()[0];
    assert_eq!((tenant.weight, tenant.people.len()), (0, 0));
    assert_eq!(f.core.next_deadline(), None, "no timer is left of what is over");
}

#[test]
fn sessions_without_a_socket_make_room_and_open_ones_do_not() {
    let mut f = small(100_000);
    let alice = f.online(CLOSED, "alice");
    let bearer = f.client_token(CLOSED, json!({}));
    let mut refused = 0;
    for _ in 0..200 {
        refused += u32::from(f.identified(bearer.clone(), json!({})).is_err());
    }
    assert!(refused > 100, "{refused}");
    let refusal = f.identified(bearer.clone(), json!({})).unwrap_err();
    assert_eq!(refusal.failure, Failure::TooManyRequests);
    assert!(refusal.retry_after.is_some());
    f.seconds(16);
    let bearer = f.client_token(CLOSED, json!({}));
    for _ in 0..30 {
        f.identified(bearer.clone(), json!({})).expect("there is room again");
    }
    let tenant = &f.core.tenants()[0];
    assert!(tenant.weight <= 100_000, "{}", tenant.weight);
    assert!(tenant.sessions.contains_key(alice.session.as_str()));
}

#[test]
fn what_finds_no_room_changes_nothing() {
    let mut f = small(100_000);
    let made = f.rest("rest.create", "", json!({ "ownerExternalId": "alice" })).unwrap();
    let id = made["conferenceId"].as_str().unwrap().to_owned();
    let guests = |count: usize| {
        let guests: serde_json::Map<_, _> =
            (0..count).map(|number| (format!("p{number}"), json!({}))).collect();
        json!({ "participants": guests })
    };
    let before = f.core.tenants()[0].weight;
    assert_eq!(failure(&f.rest("rest.invite", &id, guests(1_000))), Failure::TooManyRequests);
    assert_eq!(f.core.tenants()[0].weight, before);
    assert_eq!(f.core.tenants()[0].people.len(), 1);
    f.rest("rest.invite", &id, guests(50)).unwrap();
    let too_many = f.rest("rest.invite", &id, guests(ITEMS + 1));
    assert_eq!(failure(&too_many), Failure::TooLarge);
}

#[test]
fn who_comes_and_goes_leaves_nothing_behind() {
    let mut f = Fixture::new();
    let mut alice = f.online(OPEN, "alice");
    let id = f.create(&mut alice, "");
    let weight = |f: &Fixture| f.core.tenants()[1].weight;
    f.join(&alice, &id).unwrap();
    let before = weight(&f);
    for _ in 0..2_000 {
        f.sdk(&alice, "sdk.leave", &[&id], json!({})).unwrap();
        f.join(&alice, &id).unwrap();
    }
    assert_eq!(weight(&f), before);
    assert!(f.core.timers.len() < 10, "{}", f.core.timers.len());
}

#[test]
fn a_conference_has_a_bounded_number_of_members() {
    let mut f = Fixture::new();
    let made = f.rest("rest.create", "", json!({ "ownerExternalId": "alice" })).unwrap();
    let id = made["conferenceId"].as_str().unwrap().to_owned();
    let guests = |from: usize, to: usize| {
        let guests: serde_json::Map<_, _> =
            (from..to).map(|number| (format!("p{number}"), json!({}))).collect();
        json!({ "participants": guests })
    };
    f.rest("rest.invite", &id, guests(0, ITEMS)).unwrap();
    let last = guests(ITEMS, 2 * ITEMS);
    assert_eq!(failure(&f.rest("rest.invite", &id, last)), Failure::TooLarge, "and the owner");
    let again = guests(1, ITEMS + 1);
    f.rest("rest.invite", &id, again).expect("most of them are members already");
}
