//! Many people at once.

use crate::support::{Client, start};
use serde_json::{Map, Value, json};
use std::time::{Duration, Instant};

const MANY: usize = 1_000;

#[tokio::test(flavor = "multi_thread")]
async fn one_request_invites_a_thousand_people_with_open_sockets() {
    let (_server, site) = start();
    let mut alice = site.online("alice").await;
    let mut people: Vec<Client> = Vec::new();
    for number in 0..MANY {
        people.push(site.online(&format!("p{number}")).await);
    }
    let id = site.created(&mut alice).await;
    let guests: Vec<Value> =
        (0..MANY).map(|number| json!({ "externalId": format!("p{number}") })).collect();
    let started = Instant::now();
    let invite = json!({ "externalProfiles": guests });
    site.sdk(&alice, &format!("/v1/conferences/{id}/invite"), invite).await;
    for _ in 0..MANY {
        alice.expect("ParticipantAdded", "RESERVED").await;
    }
    for person in &mut people {
        let invitation = person.expect("InvitationReceived", "").await;
        assert_eq!(invitation["conferenceId"], id);
    }
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());

    let guests: Map<String, Value> =
        (0..MANY).map(|number| (format!("p{number}"), json!({ "notification": true }))).collect();
    let body = json!({ "participants": guests });
    let tokens = site.rest(&format!("/v2/conferences/{id}/invite"), body).await;
    assert_eq!(tokens.as_object().unwrap().len(), MANY);
    for person in &mut people {
        person.expect("InvitationReceived", "").await;
    }
}
