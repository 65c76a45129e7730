//! The REST clients for Python and Node: both make the same run, which is checked here.

use crate::claims::{authorities, claims, permissions};
use crate::clients::{self, NODE_CLIENT, or_skip};
use invite_reference::{Application, Server, Settings};
use invite_spec::error::Failure;
use invite_spec::permission::Permission;
use serde_json::Value;
use std::collections::BTreeSet;
use tokio::process::Command;

const KEY: &str = "closed";
/// Clients differ in how they encode a secret with special characters.
const SECRET: &str = "s3cret/with+signs=%";

fn start() -> Server {
    let settings = Settings {
        listen: ([127, 0, 0, 1], 0).into(),
        applications: vec![Application::new(KEY, SECRET).protected()],
        ..Settings::default()
    };
    Server::start(settings).unwrap()
}

/// Runs a script against a server of its own, and returns the one line that it prints.
async fn run(command: &mut Command) -> Value {
    let server = start();
    let url = format!("http://{}", server.address());
    let mut lines = clients::run(command.args([&url, KEY, SECRET])).await;
    assert_eq!(lines.len(), 1, "{lines:?}");
    lines.remove(0)
}

#[tokio::test]
async fn the_python_rest_client_does_its_work() {
    let Some(python) = or_skip("the Python REST client", clients::python()) else { return };
    let got = run(Command::new(python).arg(clients::script("python_client.py"))).await;
    assert_eq!(got["version"], "4.0.1");
    check(&got, "zoë");
    // This client reports where it failed.
    assert_eq!(got["errors"]["wrongSecret"]["path"], "/v1/auth/token");
    let unknown = &got["errors"]["unknownConference"]["path"];
    assert_eq!(unknown, "/v2/conferences/no-such-room/invite");
}

#[tokio::test]
async fn the_node_rest_client_does_its_work() {
    let modules = clients::node_modules(&[NODE_CLIENT]);
    let Some(modules) = or_skip("the Node REST client", modules) else { return };
    let mut command = Command::new("node");
    command.arg(clients::script("node_client.js")).env("INVITE_NODE_MODULES", modules);
    let got = run(&mut command).await;
    assert_eq!(got["version"], "4.1.0");
    check(&got, "zoe");
    // It truncates bodies that are not ASCII: they are refused, and the next request on the
    // connection is intact.
    for error in got["cutShort"].as_array().unwrap() {
        refused(error, Failure::IllegalArgument);
    }
    for listed in got["participantsAfterCutShort"].as_array().unwrap() {
        assert_eq!(listed, &got["participantsAfterKick"]);
    }
}

/// Checks what a client received. `accented` is invited with an empty list of permissions; its name
/// is as special as the client supports.
fn check(got: &Value, accented: &str) {
    tokens(got);
    created(got);
    hashed(got);
    joined(got);
    invited_and_updated(got, accented);
    failed(got);
}

fn tokens(got: &Value) {
    let lives = |token: &Value, seconds: u64, scope: &str| {
        assert_eq!(token["token_type"], "Bearer");
        assert_eq!(token["expires_in"], seconds);
        assert_eq!(token["scope"], scope);
        let claims = claims(&token["access_token"]);
        let [iat, exp] = ["iat", "exp"].map(|claim| claims[claim].as_u64().unwrap());
        assert_eq!(exp - iat, seconds);
    };
    lives(&got["apiToken"], 600, "comms:*");
    for who in ["alice", "bob"] {
        lives(&got["clientTokens"][who], 900, "conf:create notifications:set");
    }
}

fn created(got: &Value) {
    let created = &got["created"];
    let alias = created["conferenceAlias"].as_str().unwrap();
    assert!(["python-room", "node-room"].contains(&alias), "{alias}");
    assert_eq!(created["conferencePincode"], "1234");
    assert_eq!(created["isProtected"], true);
    assert_eq!(authorities(&created["ownerToken"]), permissions(&Permission::ALL));
    let tokens = &created["usersTokens"];
    assert_eq!(names(tokens), ["bob", "carol"]);
    let bobs = [Permission::Join, Permission::SendMessage];
    assert_eq!(authorities(&tokens["bob"]), permissions(&bobs));
    assert_eq!(authorities(&tokens["carol"]), permissions(&[Permission::Join]));
    for (who, token) in [("alice", &created["ownerToken"]), ("bob", &tokens["bob"])] {
        let claims = claims(token);
        assert_eq!(claims["externalId"], who);
        assert_eq!(claims["conferenceId"], created["conferenceId"]);
    }
}

/// A conference with a number sign in its alias, and people who only claim their external ids.
fn hashed(got: &Value) {
    let hashed = &got["hashed"];
    let alias = hashed["conferenceAlias"].as_str().unwrap();
    assert!(["python room #7", "node room #7"].contains(&alias), "{alias}");
    assert_eq!(hashed["conferencePincode"], "4711", "a PIN code may be a number");
    let daves = &hashed["usersTokens"]["dave"];
    assert_eq!(authorities(daves), permissions(&[]), "an empty list means none");
    assert_eq!(got["claimed"], 200, "a claimed external id joins with its token");
    assert_eq!(got["claimedAnother"], 403, "and with nobody else's");
}

fn joined(got: &Value) {
    let joined = &got["joined"];
    assert_eq!((&joined["alice"], &joined["bob"]), (&200.into(), &200.into()));
    assert_eq!(joined["bobAsOwner"], 403, "somebody else's token");
    assert_eq!(participants(&got["participants"]), ["alice", "bob"]);
    assert_eq!(got["joinedAfterUpdate"]["new"], 200);
    assert_eq!(got["joinedAfterUpdate"]["old"], 401, "an update revokes earlier tokens");
    assert_eq!(got["joinedAfterKick"], 401, "a kick revokes tokens");
    assert_eq!(participants(&got["participantsAfterKick"]), ["alice"]);
}

fn invited_and_updated(got: &Value, accented: &str) {
    let invited = &got["invited"];
    assert_eq!(names(invited), ["dave", accented], "no token for Bob, who has joined");
    let daves = [Permission::Join, Permission::Invite];
    assert_eq!(authorities(&invited["dave"]), permissions(&daves));
    assert_eq!(authorities(&invited[accented]), permissions(&[]), "an empty list means none");
    assert_eq!(claims(&invited[accented])["externalId"], accented);
    assert_eq!(names(&got["updated"]), ["bob"]);
    let bobs = [Permission::Join, Permission::Kick];
    assert_eq!(authorities(&got["updated"]["bob"]), permissions(&bobs));
}

fn failed(got: &Value) {
    let errors = &got["errors"];
    for (call, failure) in [
        ("wrongSecret", Failure::InvalidToken),
        ("wrongToken", Failure::InvalidToken),
        ("narrowToken", Failure::InsufficientScope),
        ("unknownConference", Failure::NoSuchConference),
        ("unknownPermission", Failure::IllegalArgument),
        ("kickedAgain", Failure::Kicked),
        ("terminated", Failure::NoSuchConference),
    ] {
        refused(&errors[call], failure);
    }
    let told = errors["unknownPermission"]["description"].as_str().unwrap();
    assert!(told.contains("FLY") && told.contains("erin"), "{told}");
}

/// Checks that the client raised the server's error, field by field.
fn refused(error: &Value, failure: Failure) {
    assert_eq!(error["status"], failure.status(), "{error}");
    assert_eq!(error["type"], "ErrorResponse", "{error}");
    assert_eq!(error["code"], failure.code(), "{error}");
    assert_eq!(error["reason"], failure.reason(), "{error}");
    assert_ne!(error["description"].as_str().unwrap(), "", "{error}");
}

fn names(tokens: &Value) -> Vec<&str> {
    let mut names: Vec<_> = tokens.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

/// Checks the listed participants, each with the fields that clients read.
fn participants(list: &Value) -> Vec<&str> {
    let mut found = BTreeSet::new();
    for person in list.as_array().unwrap() {
        let external_id = person["externalId"].as_str().unwrap();
        assert_eq!(person["name"], external_id, "{person}");
        assert_ne!(person["userId"].as_str().unwrap(), "", "{person}");
        assert_eq!(person["ipAddress"], "127.0.0.1", "{person}");
        assert!(person["lastJoinTimestamp"].as_u64().unwrap() > 0, "{person}");
        assert!(person["nbSession"].is_u64(), "{person}");
        assert!(found.insert(external_id), "{external_id} is listed twice");
    }
    found.into_iter().collect()
}
