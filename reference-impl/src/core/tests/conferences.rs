//! Creating, finding and ending conferences.

use super::fixture::{CLOSED, Fixture, OPEN, failure};
use crate::core::{Policy, Standard};
use invite_spec::error::Failure;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

#[test]
fn protection_is_a_matter_of_the_application_or_of_rest() {
    let mut f = Fixture::new();
    let alice = f.online(CLOSED, "alice");
    let made = f.sdk(&alice, "sdk.create", &[], json!({})).unwrap();
    assert_eq!(made["isProtected"], true);
    assert!(made["ownerToken"].is_string());
    let alice = f.online(OPEN, "alice");
    let made = f.sdk(&alice, "sdk.create", &[], json!({})).unwrap();
    assert_eq!(made["isProtected"], false);
    assert!(made.get("ownerToken").is_none());
    let token = f.api_token(OPEN, json!({}));
    let body = json!({ "ownerExternalId": "alice" });
    let made = f.call("rest.create", &[], Fixture::bearer(&token), body).unwrap();
    assert_eq!(made["isProtected"], true);
    assert!(made["ownerToken"].is_string());
}

#[test]
fn an_alias_stands_for_one_conference_in_any_case() {
    let mut f = Fixture::new();
    let mut alice = f.online(CLOSED, "alice");
    let made = f.sdk(&alice, "sdk.create", &[], json!({ "alias": "Große Runde" })).unwrap();
    let again = f.sdk(&alice, "sdk.create", &[], json!({ "alias": "GROßE runde" })).unwrap();
    assert_eq!((&made["isNew"], &again["isNew"]), (&json!(true), &json!(false)));
    assert_eq!(made["conferenceId"], again["conferenceId"]);
    assert_eq!(again["conferenceAlias"], "Große Runde");
    assert!(again["ownerToken"].is_string(), "the owner gets a token again");
    let bob = f.online(CLOSED, "bob");
    let found = f.sdk(&bob, "sdk.create", &[], json!({ "alias": "große runde" })).unwrap();
    assert_eq!(found["conferenceId"], made["conferenceId"]);
    assert!(found.get("ownerToken").is_none(), "somebody else does not");
    let body = json!({ "ownerExternalId": "bob", "alias": "große runde" });
    let found = f.rest("rest.create", "", body).unwrap();
    assert_eq!(found["conferenceId"], made["conferenceId"]);
    assert!(found.get("ownerToken").is_none(), "nor by REST");
    let conference = f.create(&mut alice, "große runde");
    f.rest("rest.terminate", &conference, json!({})).unwrap();
    assert_ne!(f.create(&mut alice, "große runde"), conference);
}

#[test]
fn the_end_is_told_to_those_inside_and_to_those_who_are_invited() {
    let mut f = Fixture::new();
    let mut alice = f.online(CLOSED, "alice");
    let (bob, carol) = (f.online(CLOSED, "bob"), f.online(CLOSED, "carol"));
    let conference = f.create(&mut alice, "");
    f.join(&alice, &conference).unwrap();
    f.invite(&alice, &conference, "bob").unwrap();
    for client in [&alice, &bob] {
        f.frames(client);
    }
    f.rest("rest.terminate", &conference, json!({})).unwrap();
    for client in [&alice, &bob] {
        assert_eq!(f.frames(client), ["ConferenceDestroyed"]);
    }
    assert!(f.frames(&carol).is_empty());
}

#[test]
fn a_pin_code_is_a_number_or_a_string() {
    let mut f = Fixture::new();
    let alice = f.online(CLOSED, "alice");
    for code in [json!(4711), json!("4711")] {
        let made = f.sdk(&alice, "sdk.create", &[], json!({ "pinCode": code })).unwrap();
        assert_eq!(made["conferencePincode"], "4711");
        for name in ["pincode", "pinCode"] {
            let body = json!({ "ownerExternalId": "alice", "parameters": { name: code } });
            let made = f.rest("rest.create", "", body).unwrap();
            assert_eq!(made["conferencePincode"], "4711", "{name}");
        }
    }
}

#[test]
fn without_an_alias_every_conference_is_a_new_one() {
    let mut f = Fixture::new();
    let mut alice = f.online(CLOSED, "alice");
    assert_ne!(f.create(&mut alice, ""), f.create(&mut alice, ""));
}

#[test]
fn an_alias_has_250_characters_at_most_and_no_hash_from_a_client() {
    let mut f = Fixture::new();
    let alice = f.online(CLOSED, "alice");
    for (alias, by_sdk, by_rest) in [
        ("ä".repeat(250), true, true),
        ("ä".repeat(251), false, false),
        ("Episode #1".into(), false, true),
    ] {
        let made = f.sdk(&alice, "sdk.create", &[], json!({ "alias": alias }));
        assert_eq!(made.is_ok(), by_sdk, "{alias}");
        let body = json!({ "ownerExternalId": "alice", "alias": alias });
        assert_eq!(f.rest("rest.create", "", body).is_ok(), by_rest, "{alias}");
    }
}

#[test]
fn the_sdks_own_bodies_are_understood() {
    let mut f = Fixture::new();
    let alice = f.online(CLOSED, "alice");
    let body = json!({ "alias": "", "type": "sdk_conf", "preferredRegions": [], "params": {
        "ttl": 0, "multiSession": false, "mode": "standard", "rtcpMode": "average",
        "stats": false, "currentLanguage": "english", "videoCodec": "H264",
        "liveRecording": "false", "dolbyVoice": true } });
    assert!(f.sdk(&alice, "sdk.create", &[], body).is_ok());
    let wrong = f.sdk(&alice, "sdk.create", &[], json!({ "params": { "dolbyVoice": "maybe" } }));
    let refusal = wrong.unwrap_err();
    assert_eq!(refusal.failure, Failure::IllegalArgument);
    assert!(refusal.description.contains("params.dolbyVoice"), "{}", refusal.description);
}

#[test]
fn who_has_no_external_id_cannot_own_a_protected_conference() {
    let mut f = Fixture::new();
    let token = f.client_token(CLOSED, json!({}));
    let nobody = f.identified(token, json!({})).unwrap();
    let answer = f.sdk(&nobody, "sdk.create", &[], json!({ "alias": "x" }));
    assert_eq!(failure(&answer), Failure::UserNotValid);
    let mut alice = f.online(CLOSED, "alice");
    f.create(&mut alice, "x");
    assert!(f.sdk(&nobody, "sdk.create", &[], json!({ "alias": "x" })).is_ok(), "but find one");
}

#[test]
fn a_new_conference_waits_and_an_emptied_one_is_kept() {
    let mut f = Fixture::new();
    let alice = f.online(OPEN, "alice");
    let create = json!({ "params": { "ttl": 100 } });
    let long = f.sdk(&alice, "sdk.create", &[], create).unwrap();
    let short = f.sdk(&alice, "sdk.create", &[], json!({})).unwrap();
    let (long, short) =
        (long["conferenceId"].as_str().unwrap(), short["conferenceId"].as_str().unwrap());
    f.seconds(29);
    f.join(&alice, short).unwrap();
    f.sdk(&alice, "sdk.leave", &[short], json!({})).unwrap();
    f.join(&alice, short).unwrap();
    f.sdk(&alice, "sdk.leave", &[short], json!({})).unwrap();
    f.seconds(1);
    assert_eq!(failure(&f.join(&alice, short)), Failure::NoSuchConference);
    f.join(&alice, long).unwrap();
    f.seconds(1_000);
    f.sdk(&alice, "sdk.leave", &[long], json!({})).unwrap();
    f.seconds(99);
    f.join(&alice, long).unwrap();
    f.sdk(&alice, "sdk.leave", &[long], json!({})).unwrap();
    f.seconds(100);
    assert_eq!(failure(&f.join(&alice, long)), Failure::NoSuchConference);
}

#[test]
fn a_conference_ends_when_its_time_is_over_and_everybody_concerned_hears_of_it() {
    let policy = Policy { conference: Duration::from_secs(60), ..Policy::default() };
    let mut f = Fixture::with(policy, Arc::new(Standard));
    let mut alice = f.online(CLOSED, "alice");
    let bob = f.online(CLOSED, "bob");
    let conference = f.create(&mut alice, "");
    f.join(&alice, &conference).unwrap();
    f.invite(&alice, &conference, "bob").unwrap();
    f.frames(&alice);
    f.frames(&bob);
    f.seconds(60);
    assert_eq!(f.frames(&alice), ["ConferenceDestroyed"]);
    assert_eq!(f.frames(&bob), ["ConferenceDestroyed"], "bob may be ringing");
    assert_eq!(failure(&f.join(&alice, &conference)), Failure::NoSuchConference);
    // The SDK leaves a conference after it has heard about its end.
    assert!(f.sdk(&alice, "sdk.leave", &[&conference], json!({})).is_ok());
}

#[test]
fn terminating_removes_everybody() {
    let mut f = Fixture::new();
    let mut alice = f.online(CLOSED, "alice");
    let conference = f.create(&mut alice, "A");
    f.join(&alice, &conference).unwrap();
    f.frames(&alice);
    f.rest("rest.terminate", &conference, json!({})).unwrap();
    assert_eq!(f.frames(&alice), ["ConferenceDestroyed"]);
    for operation in ["rest.terminate", "rest.participants"] {
        let answer = f.rest(operation, &conference, json!({}));
        assert_eq!(failure(&answer), Failure::NoSuchConference);
    }
    assert_eq!(failure(&f.invite(&alice, &conference, "bob")), Failure::NoSuchConference);
}

#[test]
fn the_variant_ends_what_is_empty_again_at_once_and_waits_for_the_first() {
    let rules = (crate::variants::find("ends-when-the-last-has-left").unwrap().rules)();
    for (mut f, is_over) in
        [(Fixture::new(), false), (Fixture::with(Policy::default(), rules), true)]
    {
        let mut alice = f.online(CLOSED, "alice");
        let id = f.create(&mut alice, "");
        f.seconds(1);
        f.join(&alice, &id).unwrap();
        f.sdk(&alice, "sdk.leave", &[&id], json!({})).unwrap();
        f.seconds(1);
        assert_eq!(f.core.tenants()[0].conferences.is_empty(), is_over);
    }
}
