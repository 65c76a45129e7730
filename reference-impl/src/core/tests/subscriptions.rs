//! Subscriptions to notifications.

use super::fixture::{CLOSED, Client, Fixture, OPEN};
use invite_spec::push::Push;
use serde_json::{Value, json};

fn about(kinds: &[&str]) -> Value {
    let entry = |kind: &&str| json!({ "type": kind, "conferenceAlias": "ROOM" });
    json!({ "subscriptions": kinds.iter().map(entry).collect::<Vec<_>>() })
}

const ALL: [&str; 4] =
    ["Conference.Created", "Conference.Ended", "Participant.Joined", "Participant.Left"];

fn subscribed(f: &mut Fixture, key: &str, name: &str, kinds: &[&str]) -> Client {
    let client = f.online(key, name);
    f.sdk(&client, "sdk.subscribe", &[], about(kinds)).unwrap();
    client
}

#[test]
fn a_subscriber_hears_of_a_conference_without_being_in_it() {
    let mut f = Fixture::new();
    let all = subscribed(&mut f, OPEN, "watcher", &ALL);
    let some = subscribed(&mut f, OPEN, "other", &["Participant.Joined"]);
    let elsewhere = subscribed(&mut f, CLOSED, "watcher", &ALL);
    for client in [&all, &some, &elsewhere] {
        assert_eq!(f.frames(client), ["ConferenceStatusNotification"], "one for each alias");
    }
    let mut alice = f.online(OPEN, "alice");
    let bob = f.online(OPEN, "bob");
    let conference = f.create(&mut alice, "Room");
    f.join(&alice, &conference).unwrap();
    f.join(&bob, &conference).unwrap();
    let second = f.online(OPEN, "bob");
    f.join(&second, &conference).unwrap();
    f.sdk(&second, "sdk.leave", &[&conference], json!({})).unwrap();
    let token = f.api_token(OPEN, json!({}));
    f.call("rest.terminate", &[&conference], Fixture::bearer(&token), json!({})).unwrap();
    assert_eq!(
        f.frames(&all),
        [
            "ConferenceCreatedNotification",
            "ParticipantJoinedNotification alice",
            "ParticipantJoinedNotification bob",
            "ParticipantLeftNotification bob",
            "ConferenceEndedNotification",
        ]
    );
    assert_eq!(
        f.frames(&some),
        ["ParticipantJoinedNotification alice", "ParticipantJoinedNotification bob"]
    );
    assert!(f.frames(&elsewhere).is_empty(), "applications are kept apart");
    assert!(f.frames(&bob).iter().all(|frame| !frame.contains("Notification")));
}

#[test]
fn a_new_subscriber_learns_how_the_conference_stands() {
    let mut f = Fixture::new();
    let mut alice = f.online(OPEN, "alice");
    let conference = f.create(&mut alice, "Room");
    let watcher = subscribed(&mut f, OPEN, "watcher", &ALL);
    f.join(&alice, &conference).unwrap();
    f.invite(&alice, &conference, "bob").unwrap();
    let late = subscribed(&mut f, OPEN, "late", &["Conference.Ended"]);
    let status = |pushes: Vec<Push>| match &pushes[0] {
        Push::ConferenceStatusNotification(status) => status.clone(),
        other => panic!("{other:?}"),
    };
    let first = status(f.pushes(&watcher));
    assert_eq!((first.live, first.participants.len()), (Some(false), 0));
    let second = status(f.pushes(&late));
    assert_eq!(second.conf_id, Some(conference));
    assert_eq!(second.conf_alias.as_deref(), Some("Room"));
    assert_eq!((second.live, second.participants.len()), (Some(true), 1));
}

#[test]
fn who_unsubscribes_hears_no_more() {
    let mut f = Fixture::new();
    let watcher = subscribed(&mut f, OPEN, "watcher", &ALL);
    f.sdk(&watcher, "sdk.unsubscribe", &[], about(&ALL[..3])).unwrap();
    f.frames(&watcher);
    let mut alice = f.online(OPEN, "alice");
    let conference = f.create(&mut alice, "Room");
    f.join(&alice, &conference).unwrap();
    f.sdk(&alice, "sdk.leave", &[&conference], json!({})).unwrap();
    assert_eq!(f.frames(&watcher), ["ParticipantLeftNotification alice"]);
    f.sdk(&watcher, "sdk.logout", &[], json!({})).unwrap();
    assert!(f.core.tenants()[1].subscribers.is_empty(), "nothing is kept of a closed session");
}

#[test]
fn invitations_need_no_subscription_and_end_with_none() {
    let mut f = Fixture::new();
    let bob = f.online(OPEN, "bob");
    f.sdk(&bob, "sdk.unsubscribe", &[], about(&["Invitation"])).unwrap();
    f.sdk(&bob, "sdk.subscribe", &[], about(&["Invitation", "Something.Else"])).unwrap();
    assert!(f.frames(&bob).is_empty());
    let mut alice = f.online(OPEN, "alice");
    let conference = f.create(&mut alice, "Room");
    f.join(&alice, &conference).unwrap();
    f.invite(&alice, &conference, "bob").unwrap();
    assert_eq!(f.frames(&bob), ["InvitationReceived alice"]);
}
