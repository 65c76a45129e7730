//! The scenarios that try every form of a malformed body at every call that takes one: generated,
//! because hands would forget some.

use invite_spec::artefact::Artefact;
use invite_spec::endpoint::{Endpoint, Operation, Plane};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// A call with a body that says something.
struct Case {
    operation: Operation,
    /// Who calls, where and with which token, as lines of YAML.
    how: &'static [&'static str],
    /// A right body. `@` marks a place where a letter beyond ASCII can be.
    body: &'static str,
    /// Whether an empty body lacks something.
    needs_something: bool,
    /// The steps before.
    setting: Setting,
}

/// What has to happen before a call.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Setting {
    /// Nothing.
    Nothing,
    /// Alice has a session.
    Session,
    /// There is a conference, and Alice has a session.
    Conference,
    /// Alice and Bob have joined a conference.
    Joined,
    /// Alice has signed in with key and secret.
    SignedIn,
}

const IN_ROOM: &str = "in: \"${room}\"";
const BY_ALICE: &str = "as: alice";

const CASES: &[Case] = &[
    Case {
        operation: Operation::ClientAccessToken,
        how: &[],
        body: r#"{"externalId": "${alice}@", "sessionScope": "conf:create"}"#,
        needs_something: false,
        setting: Setting::Nothing,
    },
    Case {
        operation: Operation::RestCreate,
        how: &[],
        body: r#"{"ownerExternalId": "${alice}@", "participants": {"${bob}": {}}}"#,
        needs_something: true,
        setting: Setting::Nothing,
    },
    Case {
        operation: Operation::RestInvite,
        how: &[IN_ROOM],
        body: r#"{"participants": {"${bob}@": {"permissions": ["JOIN"]}}}"#,
        needs_something: true,
        setting: Setting::Conference,
    },
    Case {
        operation: Operation::RestPermissions,
        how: &[IN_ROOM],
        body: r#"{"participants": {"${bob}": {"permissions": ["JOIN"]}}, "note": "@"}"#,
        needs_something: true,
        setting: Setting::Conference,
    },
    Case {
        operation: Operation::RestMessage,
        how: &[IN_ROOM],
        body: r#"{"from": "${alice}", "message": "hello@"}"#,
        needs_something: true,
        setting: Setting::Joined,
    },
    Case {
        operation: Operation::RestKick,
        how: &[IN_ROOM],
        body: r#"{"externalIds": ["${bob}"], "note": "@"}"#,
        needs_something: true,
        setting: Setting::Joined,
    },
    Case {
        operation: Operation::Identify,
        how: &[BY_ALICE, "session_token: none"],
        body: r#"{"externalId": "${alice}", "name": "Zo@", "sdkVersion": "3.2.1"}"#,
        needs_something: false,
        setting: Setting::Session,
    },
    Case {
        operation: Operation::Refresh,
        how: &[BY_ALICE],
        body: r#"{"refresh_token": "${refresh}", "note": "@"}"#,
        needs_something: true,
        setting: Setting::SignedIn,
    },
    Case {
        operation: Operation::SdkCreate,
        how: &[BY_ALICE],
        body: r#"{"alias": "${alias:room}@", "params": {"ttl": 0}}"#,
        needs_something: false,
        setting: Setting::Session,
    },
    Case {
        operation: Operation::SdkJoin,
        how: &[BY_ALICE, IN_ROOM, "token: \"${owner_token}\""],
        body: r#"{"sync": true, "device_type": "web@", "user": {"type": "user"}}"#,
        needs_something: false,
        setting: Setting::Conference,
    },
    Case {
        operation: Operation::SdkInvite,
        how: &[BY_ALICE, IN_ROOM],
        body: r#"{"externalProfiles": [{"externalId": "${carol}@"}]}"#,
        needs_something: true,
        setting: Setting::Joined,
    },
    Case {
        operation: Operation::SdkPermissions,
        how: &[BY_ALICE, IN_ROOM],
        body: r#"{"userPermissions": [{"userId": "${bob.user}", "newPermissions": ["JOIN"]}], "note": "@"}"#,
        needs_something: true,
        setting: Setting::Joined,
    },
    Case {
        operation: Operation::SdkSend,
        how: &[BY_ALICE, IN_ROOM],
        body: r#"{"message": "hello@"}"#,
        needs_something: true,
        setting: Setting::Joined,
    },
    Case {
        operation: Operation::Subscribe,
        how: &[BY_ALICE],
        body: r#"{"subscriptions": [{"type": "Conference.Created", "conferenceAlias": "${alias:room}@"}]}"#,
        needs_something: true,
        setting: Setting::Session,
    },
    Case {
        operation: Operation::Unsubscribe,
        how: &[BY_ALICE],
        body: r#"{"subscriptions": [{"type": "Conference.Created", "conferenceAlias": "${alias:room}@"}]}"#,
        needs_something: true,
        setting: Setting::Session,
    },
];

/// Fields that no server has to read, whatever their form.
const UNREAD: [&str; 8] =
    ["note", "sessionScope", "params", "sync", "device_type", "user", "name", "sdkVersion"];

/// One wrong body.
struct Wrong {
    /// What is wrong with it, for people.
    about: String,
    /// The field of the call that says it.
    field: &'static str,
    text: String,
    is_json: bool,
}

/// Every wrong form of a body.
fn wrong(case: &Case) -> Vec<Wrong> {
    let right = case.body.replace('@', "");
    let wrong = |about: &str, text, is_json| Wrong {
        about: about.to_owned(),
        field: "text",
        text,
        is_json,
    };
    let not_json = |about: &str, text: String| wrong(about, text, false);
    let other = |about: &str, text: String| wrong(about, text, true);
    let last = right.len() - 1;
    let quoted = right.replace('"', "\\\"");
    let mut all = vec![
        not_json("a brace too many", format!("{right}}}")),
        not_json("a second value", format!("{right} {{\"more\": 1}}")),
        not_json("rubbish after the JSON", format!("{right} x")),
        not_json("the last brace is missing", right[..last].to_owned()),
        not_json("a comma after the last field", format!("{},}}", &right[..last])),
        not_json("single quotes", right.replace('"', "'")),
        not_json("a form", "ownerExternalId=x&message=x&externalIds=x".to_owned()),
        Wrong {
            about: "ISO 8859-1 instead of UTF-8".to_owned(),
            field: "latin1",
            text: case.body.replace('@', "é"),
            is_json: false,
        },
        other("a list", format!("[{right}]")),
        other("a text", format!("\"{quoted}\"")),
        other("null", "null".to_owned()),
        other("a number", "7".to_owned()),
        other("true", "true".to_owned()),
    ];
    if case.needs_something {
        // Many servers read no body as an empty object, and refuse it for what is not in it.
        all.push(other("nothing", String::new()));
        all.push(other("an object without anything", "{}".to_owned()));
    }
    let right: Value = serde_json::from_str(&right).unwrap_or_default();
    all.extend(misshapen(&right).into_iter().map(|(about, text)| other(&about, text)));
    all
}

/// The body with one of its fields, each in its turn, in another form: a list or an object where a
/// text belongs, one item where a list does, a list or a text where an object does.
///
/// A number or a boolean in place of a text is none of these: libraries read the one as the other.
fn misshapen(right: &Value) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for place in places("", right) {
        let Some(value) = right.pointer(&place) else { continue };
        let others = match value {
            Value::String(_) => {
                vec![
                    ("a list, not a text", json!([value])),
                    ("an object, not a text", json!({ "text": value })),
                ]
            }
            Value::Array(items) => vec![("one item, not a list", json!(items.first()))],
            Value::Object(_) => {
                vec![
                    ("a list, not an object", json!([value])),
                    ("a text, not an object", json!("x")),
                ]
            }
            _ => Vec::new(),
        };
        for (about, other) in others {
            let mut wrong = right.clone();
            if let Some(found) = wrong.pointer_mut(&place) {
                *found = other;
            }
            all.push((format!("{place}: {about}"), wrong.to_string()));
        }
    }
    all
}

/// The JSON Pointers of everything within a value that a server has to read.
fn places(at: &str, value: &Value) -> Vec<String> {
    let within: Vec<(String, &Value)> = match value {
        Value::Array(items) => {
            items.iter().enumerate().map(|(place, item)| (place.to_string(), item)).collect()
        }
        Value::Object(fields) => fields
            .iter()
            .filter(|(name, _)| !UNREAD.contains(&name.as_str()))
            .map(|(name, field)| (name.clone(), field))
            .collect(),
        _ => Vec::new(),
    };
    let all = within.into_iter().flat_map(|(name, value)| {
        let place = format!("{at}/{name}");
        let deeper = places(&place, value);
        std::iter::once(place).chain(deeper)
    });
    all.collect()
}

fn setting(setting: Setting) -> &'static str {
    match setting {
        Setting::Nothing => "",
        Setting::Session => "  - open: {who: alice}\n",
        Setting::SignedIn => {
            "  - open: {who: alice, sign_in: key_and_secret}
  - call:
      operation: sdk.sign-in
      as: alice
      save: {refresh: /refresh_token}
      requires: AUTH-017
"
        }
        Setting::Conference => {
            "  - open: {who: alice}
  - call:
      operation: rest.create
      body: {ownerExternalId: \"${alice}\", participants: {\"${bob}\": {permissions: [JOIN]}}}
      save: {room: /conferenceId, owner_token: /ownerToken}
"
        }
        Setting::Joined => {
            "  - open: {who: [alice, bob]}
  - call:
      operation: rest.create
      body: {ownerExternalId: \"${alice}\", participants: {\"${bob}\": {permissions: [JOIN]}}}
      save: {room: /conferenceId, owner_token: /ownerToken, bob_token: \"/usersTokens/${bob}\"}
  - call: {operation: sdk.join, as: alice, in: \"${room}\", token: \"${owner_token}\"}
  - call: {operation: sdk.join, as: bob, in: \"${room}\", token: \"${bob_token}\"}
"
        }
    }
}

fn features(case: &Case) -> &'static str {
    match case.operation {
        Operation::RestMessage | Operation::SdkSend => "features: [messages]\n",
        Operation::Subscribe | Operation::Unsubscribe => "features: [subscriptions]\n",
        Operation::Refresh => "features: [sign_in]\n",
        _ => "",
    }
}

fn requirement(endpoint: &Endpoint, is_json: bool) -> &'static str {
    match (endpoint.plane, is_json) {
        (Plane::Auth | Plane::Rest, false) => "ERR-008",
        (Plane::Auth | Plane::Rest, true) => "ERR-011",
        (Plane::Session | Plane::Telemetry, false) => "ERR-009",
        (Plane::Session | Plane::Telemetry, true) => "ERR-012",
    }
}

fn scenario(case: &Case) -> Artefact {
    let operation = case.operation;
    let endpoint = operation.endpoint();
    let is_rest = matches!(endpoint.plane, Plane::Auth | Plane::Rest);
    // Some REST calls need somebody in the conference, who has a session.
    let profile = if is_rest && case.setting == Setting::Nothing { "rest" } else { "sdk" };
    let id = format!("malformed-{}", operation.as_str().replace('.', "-"));
    let mut text = String::new();
    let mut line = |written: &str| {
        text.push_str(written);
        text.push('\n');
    };
    line("# Generated by `cargo run --example generate` from harness/cli/src/malformed.rs.");
    line(&format!("scenario: {id}"));
    line(&format!("title: Every form of a malformed body of {operation} is refused."));
    line(&format!("profile: {profile}"));
    if !features(case).is_empty() {
        line(features(case).trim_end());
    }
    line("people: {alice: {}, bob: {}, carol: {}}");
    line("steps:");
    let mut body = setting(case.setting).to_owned();
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "''"));
    let call = |body: &mut String, id: Option<&str>| {
        body.push_str("  - call:\n");
        if let Some(id) = id {
            let _ = writeln!(body, "      id: {id}");
        }
        let _ = writeln!(body, "      operation: {operation}");
        for line in case.how {
            let _ = writeln!(body, "      {line}");
        }
    };
    for Wrong { about, field, text, is_json } in wrong(case) {
        let _ = writeln!(body, "  # {about}");
        call(&mut body, None);
        let _ = writeln!(body, "      {field}: {}", quoted(&text));
        let _ = writeln!(body, "      outcome: refused");
        let _ = writeln!(body, "      requires: {}", requirement(endpoint, is_json));
        let _ = writeln!(body, "      twin: right");
    }
    call(&mut body, Some("right"));
    // The note is only a place for wrong bytes: a server need not accept fields that it does not know.
    let right = case.body.replace('@', "").replace(r#", "note": """#, "");
    let _ = writeln!(body, "      text: {}", quoted(&right));
    Artefact { path: format!("fixtures/scenarios/{id}.yaml"), text: text + &body }
}

/// The scenarios.
pub fn scenarios() -> impl Iterator<Item = Artefact> {
    CASES.iter().map(scenario)
}

#[cfg(test)]
mod tests {
    use super::*;
    use invite_spec::endpoint::{Body, ENDPOINTS};
    use std::collections::BTreeSet;

    /// Calls with a body that says nothing that a server needs.
    const NOTHING_SAID: [Operation; 3] =
        [Operation::Logout, Operation::SdkKick, Operation::SdkLeave];

    #[test]
    fn every_call_with_a_json_body_is_tried() {
        let tried: BTreeSet<&str> = CASES.iter().map(|case| case.operation.as_str()).collect();
        let json = ENDPOINTS.iter().filter(|endpoint| matches!(endpoint.request, Body::Json(_)));
        let wanted: BTreeSet<&str> = json
            .map(|endpoint| endpoint.operation)
            .filter(|operation| !NOTHING_SAID.contains(operation))
            .map(Operation::as_str)
            .collect();
        assert_eq!(tried, wanted);
    }
}
