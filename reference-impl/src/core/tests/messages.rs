//! Messages to participants.

use super::fixture::{CLOSED, Fixture, failure};
use invite_spec::error::Failure;
use serde_json::json;

#[test]
fn a_message_reaches_the_other_participants_and_nobody_else() {
    let mut f = Fixture::new();
    let mut alice = f.online(CLOSED, "alice");
    let conference = f.create(&mut alice, "");
    let body = json!({ "participants": {
        "bob": {}, "carol": { "permissions": ["JOIN"] }, "dave": {} } });
    let tokens = f.rest("rest.invite", &conference, body).unwrap();
    let mut others = ["bob", "carol", "dave"].map(|name| (f.online(CLOSED, name), name));
    for (client, name) in &mut others {
        client.conference_token = tokens[*name].as_str().map(str::to_owned);
    }
    let [bob, carol, dave] = others.map(|(client, _)| client);
    for client in [&alice, &bob, &carol] {
        f.join(client, &conference).unwrap();
    }
    for client in [&alice, &bob, &carol] {
        f.frames(client);
    }
    let text = "{\"a\": \"ä\u{1f600}\\n\"}";
    f.sdk(&bob, "sdk.send", &[&conference], json!({ "message": text })).unwrap();
    let expected = [format!("ConferenceMessageReceived bob {text}")];
    assert_eq!(f.frames(&alice), expected);
    assert_eq!(f.frames(&carol), expected);
    assert!(f.frames(&bob).is_empty() && f.frames(&dave).is_empty());

    let answer = f.sdk(&carol, "sdk.send", &[&conference], json!({ "message": "x" }));
    assert_eq!(failure(&answer), Failure::InsufficientPermissions);
    let answer = f.sdk(&dave, "sdk.send", &[&conference], json!({ "message": "x" }));
    assert_eq!(failure(&answer), Failure::NotInConference);

    let mut sent = |to: serde_json::Value| {
        let mut body = json!({ "from": "alice", "message": "x" });
        if !to.is_null() {
            body["to"] = to;
        }
        f.rest("rest.message", &conference, body).unwrap();
        [&alice, &bob, &carol, &dave].map(|client| f.frames(client).len())
    };
    assert_eq!(sent(json!(null)), [1, 1, 1, 0]);
    assert_eq!(sent(json!(["bob", "dave"])), [0, 1, 0, 0]);
    assert_eq!(sent(json!([])), [1, 1, 1, 0], "as the clients document it");
    let body = json!({ "from": "nobody", "message": "x" });
    assert_eq!(failure(&f.rest("rest.message", &conference, body)), Failure::NoSuchParticipant);
}

#[test]
fn a_message_has_16_kilobytes_at_most() {
    let mut f = Fixture::new();
    let mut alice = f.online(CLOSED, "alice");
    let conference = f.create(&mut alice, "");
    f.join(&alice, &conference).unwrap();
    for (length, good) in [(16 * 1_024, true), (16 * 1_024 + 1, false)] {
        let message = "m".repeat(length);
        let answer = f.sdk(&alice, "sdk.send", &[&conference], json!({ "message": message }));
        let rest = json!({ "from": "alice", "message": message });
        let rest = f.rest("rest.message", &conference, rest);
        if good {
            assert!(answer.is_ok() && rest.is_ok());
        } else {
            assert_eq!(failure(&answer), Failure::TooLarge);
            assert_eq!(failure(&rest), Failure::TooLarge);
        }
    }
}
