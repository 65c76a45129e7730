//! The Web SDK in a real browser: what it reported to applications, checked scene by scene.
//!
//! Frames and responses travel on different connections, so that only the events about one person,
//! or of one kind, have a reliable order.

use crate::claims::permissions;
use crate::scene::Scene;
use invite_spec::error::Failure;
use invite_spec::permission::Permission;
use serde_json::{Value, json};

/// The events about a person who is invited and joins.
const ARRIVAL: [&str; 3] = ["Added Reserved", "Updated Connecting", "Updated Connected"];
/// The events about oneself on joining: never `Added`.
const OWN_ARRIVAL: [&str; 2] = ["Updated Connecting", "Updated Connected"];

fn no_refusals() -> Vec<Value> {
    Vec::new()
}

/// An invitation as Alice sends it.
fn assert_from_alice(invitation: &Value, alias: &str, has_token: bool) {
    assert_eq!(invitation["conferenceAlias"], alias);
    assert_eq!(invitation["hasToken"], has_token);
    let from = &invitation["from"];
    assert_eq!(from["externalId"], "alice");
    assert_eq!(from["name"], "ALICE");
    assert_eq!(from["avatarUrl"], "https://avatars.invalid/alice.png");
}

#[test]
fn an_invitation_by_sdk_leads_into_a_protected_conference() {
    let Some(scene) = Scene::find("protected") else { return };
    let invitations = scene.events("bob", "invitation");
    assert_eq!(invitations.len(), 1);
    assert_from_alice(invitations[0], "Protected Room", true);
    assert_eq!(scene.events("alice", "invitation").len(), 0);

    let mut of_bob = ARRIVAL.to_vec();
    of_bob.push("Updated Kicked");
    assert_eq!(scene.news("alice", "bob"), of_bob);
    assert_eq!(scene.news("alice", "alice"), OWN_ARRIVAL);
    assert_eq!(scene.news("bob", "alice"), ["Added Connected"]);
    let both = json!([
        { "externalId": "alice", "name": "ALICE", "avatarUrl": "https://avatars.invalid/alice.png",
          "status": "Connected", "type": "user" },
        { "externalId": "bob", "name": "BOB", "avatarUrl": "https://avatars.invalid/bob.png",
          "status": "Connected", "type": "user" },
    ]);
    for who in ["alice", "bob"] {
        assert_eq!(scene.outcomes(who, "participants"), [&both]);
    }
}

#[test]
fn permissions_are_what_the_sdk_received() {
    let Some(scene) = Scene::find("protected") else { return };
    assert_eq!(scene.permissions_on_joining("alice"), [permissions(&Permission::ALL)]);
    assert_eq!(scene.permissions_on_joining("bob"), [permissions(&Permission::DEFAULT)]);
    let reported = scene.events("bob", "permissionsUpdated");
    let reported: Vec<_> =
        reported.iter().map(|event| crate::claims::set(&event["permissions"])).collect();
    let two = [Permission::Join, Permission::SendMessage];
    // The second update was a Set, which the SDK does not send.
    assert_eq!(reported, [permissions(&two), permissions(&Permission::DEFAULT)]);
    assert_eq!(scene.events("alice", "permissionsUpdated").len(), 0);

    let refused = scene.outcomes("bob", "invite");
    assert_eq!(refused[0]["name"], "InsufficientPermissionsError");
    assert_eq!(scene.reported("alice", "received", "message"), ["from bob"]);
    assert_eq!(scene.reported("bob", "received", "message"), ["from alice"]);
    assert_eq!(scene.reported("bob", "received", "from"), ["alice"]);
}

#[test]
fn who_is_kicked_is_out_for_good() {
    let Some(scene) = Scene::find("protected") else { return };
    let mut of_bob = OWN_ARRIVAL.to_vec();
    of_bob.push("Updated Kicked");
    assert_eq!(scene.news("bob", "bob"), of_bob);
    assert_eq!(scene.events("bob", "left").len(), 1);
    let again = scene.outcomes("bob", "join")[1];
    assert_eq!(again["name"], "ServerError");
    assert_eq!(again["status"], Failure::InvalidToken.status());
    assert_eq!(again["code"], Failure::InvalidToken.code());
    assert_eq!(again["reason"], Failure::InvalidToken.reason());
    let refused = [json!(["bob", "invite", 403]), json!(["bob", "join", 401])];
    assert_eq!(scene.refusals(), refused);
}

#[test]
fn an_invitation_by_sdk_leads_into_an_unprotected_conference() {
    let Some(scene) = Scene::find("unprotected") else { return };
    let invitations = scene.events("bob", "invitation");
    assert_eq!(invitations.len(), 1);
    assert_from_alice(invitations[0], "Open Room", false);
    let mut of_bob = ARRIVAL.to_vec();
    of_bob.push("Updated Left");
    assert_eq!(scene.news("alice", "bob"), of_bob);
    assert_eq!(scene.news("bob", "bob"), OWN_ARRIVAL);
    assert_eq!(scene.news("bob", "alice"), ["Added Connected"]);
    for who in ["alice", "bob"] {
        assert_eq!(scene.permissions_on_joining(who), [permissions(&Permission::ALL)]);
    }
    assert_eq!(scene.reported("bob", "received", "message"), ["from alice"]);
    assert_eq!(scene.refusals(), no_refusals());
}

#[test]
fn who_opens_a_session_late_is_invited_again() {
    let Some(scene) = Scene::find("late") else { return };
    let invitations = scene.events("bob", "invitation");
    assert_eq!(invitations.len(), 2, "the first of three was missed");
    for invitation in invitations {
        assert_from_alice(invitation, "Late Room", true);
    }
    let two = [Permission::Join, Permission::SendMessage];
    let granted = [permissions(&two), permissions(&Permission::DEFAULT)];
    assert_eq!(scene.permissions_on_joining("bob"), granted, "a Set means the default");
    // The SDK reports each `ParticipantAdded` about a known person as an update.
    let once_more = ["Updated Left", "Updated Reserved", "Updated Connecting", "Updated Connected"];
    assert_eq!(scene.news("alice", "bob"), [&ARRIVAL[..], &once_more[..]].concat());
    assert_eq!(scene.refusals(), no_refusals());
}

#[test]
fn an_application_server_invites_notifies_and_ends() {
    let Some(scene) = Scene::find("rest") else { return };
    let invitations = scene.events("bob", "invitation");
    assert_eq!(invitations.len(), 1);
    assert_from_alice(invitations[0], "rest-room", true);
    let mut of_bob = ARRIVAL.to_vec();
    of_bob.push("Updated Kicked");
    assert_eq!(scene.news("alice", "bob"), of_bob);
    assert_eq!(scene.permissions_on_joining("alice"), [permissions(&Permission::ALL)]);
    let two = [Permission::Join, Permission::SendMessage];
    assert_eq!(scene.permissions_on_joining("bob"), [permissions(&two)]);
    let wider = json!(["INVITE", "JOIN", "SEND_MESSAGE"]);
    assert_eq!(scene.events("bob", "permissionsUpdated")[0]["permissions"], wider);
    assert_eq!(scene.reported("bob", "received", "message"), ["by rest"]);
    assert_eq!(scene.events("alice", "received").len(), 0, "the message was for Bob");
    assert_eq!(scene.events("alice", "ended").len(), 1);
    assert_eq!(scene.refusals(), no_refusals());
}

#[test]
fn a_subscriber_hears_of_a_conference() {
    let Some(scene) = Scene::find("rest") else { return };
    let status = scene.events("bob", "conferenceStatus");
    assert_eq!(status[0]["live"], false);
    assert_eq!(scene.reported("bob", "participantJoined", "externalId"), ["alice", "bob"]);
    assert_eq!(scene.reported("bob", "participantLeft", "externalId"), ["bob"]);
    assert_eq!(scene.reported("bob", "conferenceEnded", "conferenceAlias"), ["rest-room"]);
    assert_eq!(scene.events("alice", "participantJoined").len(), 0, "Alice did not subscribe");
}

#[test]
fn a_token_from_the_application_server_lets_a_listener_in() {
    let Some(scene) = Scene::find("listener") else { return };
    assert_eq!(scene.events("bob", "invitation").len(), 0, "Bob is not notified");
    assert_eq!(scene.news("alice", "bob"), ARRIVAL);
    assert_eq!(scene.news("bob", "bob"), OWN_ARRIVAL);
    assert_eq!(scene.permissions_on_joining("bob"), [permissions(&[Permission::Join])]);
    let last = scene.events("alice", "participantUpdated");
    assert_eq!(last.last().unwrap()["type"], "listener");
    assert_eq!(scene.refusals(), no_refusals());
}

#[test]
fn a_second_session_takes_the_place_of_the_first() {
    let Some(scene) = Scene::find("switched") else { return };
    for session in ["bob", "second"] {
        assert_eq!(scene.events(session, "invitation").len(), 1, "each open session is invited");
    }
    assert_eq!(scene.events("bob", "switched").len(), 1);
    assert_eq!(scene.events("bob", "left").len(), 1);
    // The replaced session posts a leave: that does not take Bob out.
    assert!(!scene.news("alice", "bob").contains(&"Updated Left".to_owned()));
    assert_eq!(scene.outcomes("alice", "participants")[0][1]["status"], "Connected");
    assert_eq!(scene.events("second", "left").len(), 0);
    assert_eq!(scene.reported("second", "received", "message"), ["to whoever is bob"]);
    assert_eq!(scene.events("bob", "received").len(), 0);
    assert_eq!(scene.refusals(), no_refusals());
}

#[test]
fn who_reconnects_is_still_there_and_catches_up() {
    let Some(scene) = Scene::find("reconnect") else { return };
    let once_more = ["Updated Left", "Updated Reserved", "Updated Connecting", "Updated Connected"];
    assert_eq!(scene.news("alice", "bob"), [&ARRIVAL[..], &once_more[..]].concat());
    assert_eq!(scene.news("bob", "alice"), ["Added Connected", "Added Connected"]);
    assert_eq!(scene.events("bob", "invitation").len(), 2);
    assert_eq!(scene.refusals(), no_refusals());
}

#[test]
fn a_session_goes_on_with_a_refreshed_token() {
    let Some(scene) = Scene::find("refresh") else { return };
    assert_eq!(scene.events("alice", "tokenGiven")[0]["isExpired"], false);
    // The first one is valid for seconds only.
    assert_eq!(scene.found("alice", "tokenLifetime"), &json!(3600));
    assert_eq!(scene.permissions_on_joining("alice"), [permissions(&Permission::ALL)]);
    assert_eq!(scene.refusals(), no_refusals());
}

#[test]
fn a_page_that_only_claims_its_external_id_joins_a_protected_conference() {
    let Some(scene) = Scene::find("claimed") else { return };
    assert_eq!(scene.news("alice", "bob"), ARRIVAL);
    assert_eq!(scene.permissions_on_joining("alice"), [permissions(&Permission::ALL)]);
    assert_eq!(scene.permissions_on_joining("bob"), [permissions(&[Permission::Join])]);
    assert_eq!(scene.outcomes("bob", "join")[0]["alias"], "Studio #7");
    assert_eq!(scene.outcomes("alice", "create")[0]["alias"], "Pin Room");
    assert_eq!(scene.refusals(), no_refusals());
}

#[test]
fn a_message_to_an_empty_list_reaches_everybody() {
    let Some(scene) = Scene::find("everybody") else { return };
    assert_eq!(scene.reported("bob", "received", "message"), ["to everybody"]);
    assert_eq!(scene.refusals(), no_refusals());
}

#[test]
fn who_is_ringing_bears_the_end_of_the_conference() {
    let Some(scene) = Scene::find("ringing") else { return };
    assert_eq!(scene.events("alice", "ended").len(), 2);
    for event in ["ended", "left", "error"] {
        assert_eq!(scene.events("bob", event).len(), 0, "{event}");
    }
    assert_eq!(scene.outcomes("bob", "participants")[0][0]["status"], "Connected");
    assert_eq!(scene.refusals(), no_refusals());
}

#[test]
fn who_asks_for_another_conference_leaves_the_present_one_first() {
    let Some(scene) = Scene::find("elsewhere") else { return };
    assert_eq!(scene.events("bob", "left").len(), 1);
    let mut of_bob = ARRIVAL.to_vec();
    of_bob.push("Updated Left");
    assert_eq!(scene.news("alice", "bob"), of_bob);
    assert_eq!(scene.refusals(), [json!(["bob", "join", 404])]);
    assert_eq!(scene.found("bob", "carriesToken"), false, "the token of the present one is gone");
}

#[test]
fn an_older_web_sdk_invites_and_joins() {
    let Some(scene) = Scene::find("older") else { return };
    assert_eq!(scene.events("bob", "invitation").len(), 1);
    let mut of_bob = ARRIVAL.to_vec();
    of_bob.push("Updated Left");
    // This version tells its application each update twice.
    let mut heard = scene.news("alice", "bob");
    heard.dedup();
    assert_eq!(heard, of_bob);
    assert_eq!(scene.reported("bob", "received", "message"), ["from alice"]);
    assert_eq!(scene.refusals(), no_refusals());
}
