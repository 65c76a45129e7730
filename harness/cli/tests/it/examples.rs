//! The examples of the specification work: each is sent to the reference server as it is shown.

use invite_conformance::embedded;
use invite_spec::endpoint::{ENDPOINTS, Operation};
use invite_spec::example::{Content, Example, Variable, open_socket, send_frame};
use invite_spec::payload;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::process::Command;

type Values = BTreeMap<Variable, String>;

/// Strings that stand for variables, replaced by their values.
fn filled(body: &Value, values: &Values) -> Value {
    match body {
        Value::String(text) => match Variable::of_example(text) {
            Some(variable) => values[&variable].clone().into(),
            None => body.clone(),
        },
        Value::Array(items) => items.iter().map(|item| filled(item, values)).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (name.clone(), filled(value, values))).collect()
        }
        other => other.clone(),
    }
}

/// Sends an example from its data.
async fn send(example: &Example, values: &Values) -> (u16, Value) {
    let fill = |variable: Variable| values[&variable].clone();
    let method = example.method.as_str().parse().unwrap();
    let mut request = invite_drive::plain_client().unwrap().request(method, example.url.fill(fill));
    if example.basic {
        request = request.basic_auth(fill(Variable::AppKey), Some(fill(Variable::AppSecret)));
    }
    for (name, value) in &example.headers {
        request = request.header(*name, value.fill(fill));
    }
    request = match &example.content {
        Content::None => request,
        Content::Json(body) => request.body(filled(body, values).to_string()),
        Content::Form(fields) => {
            let mut form = form_urlencoded::Serializer::new(String::new());
            form.extend_pairs(fields);
            request.header("content-type", "application/x-www-form-urlencoded").body(form.finish())
        }
    };
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let body = response.bytes().await.unwrap();
    (status, serde_json::from_slice(&body).unwrap_or_default())
}

/// Sends the example of a call, with these fields of its body changed, and keeps what came of it.
async fn does(operation: Operation, changes: Value, values: &Values) -> Value {
    let mut example = Example::of(operation.endpoint());
    if let (Content::Json(Value::Object(body)), Value::Object(changes)) =
        (&mut example.content, changes)
    {
        body.extend(changes);
    }
    let (status, body) = send(&example, values).await;
    assert!((200..300).contains(&status), "{operation}: {status} {body}");
    body
}

fn text(body: &Value, pointer: &str) -> String {
    body.pointer(pointer).and_then(Value::as_str).unwrap().to_owned()
}

/// A server on which everything that an example can need has happened: Bob, who makes the calls, and
/// Alice are in a protected conference of his. Made by the examples themselves, in the order in
/// which a reader can try them.
async fn stage() -> (invite_reference::Server, Values) {
    let (server, target) = embedded::start().unwrap();
    let address = target.planes.auth.clone();
    let mut values = Values::from([
        (Variable::AppKey, target.application.key.clone()),
        (Variable::AppSecret, target.application.secret.clone()),
        (Variable::ClientId, "0123456789abcdef0123456789abcdef".into()),
        (Variable::Timestamp, "1795394205070".into()),
        (Variable::SocketUrl, address.replace("http", "ws")),
    ]);
    for plane in
        [Variable::AuthUrl, Variable::RestUrl, Variable::SessionUrl, Variable::TelemetryUrl]
    {
        values.insert(plane, address.clone());
    }
    let token = does(Operation::AuthToken, Value::Null, &values).await;
    values.insert(Variable::ApiToken, text(&token, "/access_token"));
    let refresh = does(Operation::SignIn, Value::Null, &values).await;
    values.insert(Variable::RefreshToken, text(&refresh, "/refresh_token"));

    let mut alice = values.clone();
    let is_alice = json!({ "externalId": "alice", "name": "Alice" });
    let id = identify(is_alice, &mut alice).await;
    identify(Value::Null, &mut values).await;
    values.insert(Variable::UserId, id);

    let room = does(Operation::SdkCreate, Value::Null, &values).await;
    values.insert(Variable::ConferenceId, text(&room, "/conferenceId"));
    values.insert(Variable::ConferenceToken, text(&room, "/ownerToken"));
    does(Operation::SdkJoin, Value::Null, &values).await;

    let invited = json!({ "participants": { "alice": {} } });
    let tokens = does(Operation::RestInvite, invited, &values).await;
    alice.insert(Variable::ConferenceId, values[&Variable::ConferenceId].clone());
    alice.insert(Variable::ConferenceToken, text(&tokens, "/alice"));
    does(Operation::SdkJoin, Value::Null, &alice).await;
    (server, values)
}

/// Opens the session of a person, and says their user id.
async fn identify(who: Value, values: &mut Values) -> String {
    let token = does(Operation::ClientAccessToken, who.clone(), values).await;
    values.insert(Variable::ClientToken, text(&token, "/access_token"));
    let session = does(Operation::Identify, who, values).await;
    values.insert(Variable::SessionToken, text(&session, "/jwt_user_token"));
    text(&session, "/user_id")
}

/// Runs a program, and gives what it printed; `None` where there is no such program.
fn printed(mut command: Command) -> Option<String> {
    let done = match command.output() {
        Ok(done) => done,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return None,
        Err(error) => panic!("{command:?}: {error}"),
    };
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(done.status.success(), "{command:?}: {said}");
    Some(String::from_utf8_lossy(&done.stdout).trim().to_owned())
}

fn node(program: &str, values: &Values) -> Command {
    let known: BTreeMap<&str, &String> =
        values.iter().map(|(variable, value)| (variable.script(), value)).collect();
    let names: Vec<&str> = known.keys().copied().collect();
    let names = names.join(", ");
    let mut command = Command::new("node");
    // Without a flag, Node has WebSockets from version 22 on.
    command.args(["--experimental-websocket", "--input-type=module", "--eval"]);
    command.arg(format!("const {{ {names} }} = JSON.parse(process.env.VALUES);\n{program}"));
    command.env("VALUES", json!(known).to_string());
    command
}

#[tokio::test]
async fn the_data_of_every_example_is_accepted() {
    for endpoint in ENDPOINTS {
        let (server, values) = stage().await;
        let (status, body) = send(&Example::of(endpoint), &values).await;
        assert!((200..300).contains(&status), "{}: {status} {body}", endpoint.operation);
        drop(server);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_curl_command_is_accepted() {
    for endpoint in ENDPOINTS {
        let (_server, values) = stage().await;
        let shown = Example::of(endpoint).curl();
        // Only the status is looked at.
        let flags = "curl --silent --show-error --output /dev/null --write-out %{http_code} ";
        let mut command = Command::new("sh");
        command.args(["-c", "command -v curl > /dev/null || exit 0; eval \"$SHOWN\""]);
        command.env("SHOWN", shown.replacen("curl ", flags, 1));
        command.envs(values.iter().map(|(variable, value)| (variable.shell(), value)));
        match printed(command) {
            Some(status) if !status.is_empty() => {
                assert!(status.starts_with('2'), "{}: {status}\n{shown}", endpoint.operation);
            }
            _ => return eprintln!("NOT TESTED: there is no curl, or no shell"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_javascript_example_is_accepted() {
    for endpoint in ENDPOINTS {
        let (_server, values) = stage().await;
        let shown = Example::of(endpoint).javascript();
        let program = format!("{shown}\nconsole.log(response.status);");
        let Some(status) = printed(node(&program, &values)) else {
            return eprintln!("NOT TESTED: there is no Node");
        };
        assert!(status.starts_with('2'), "{}: {status}\n{shown}", endpoint.operation);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_socket_of_the_example_opens_and_takes_frames() {
    let (_server, values) = stage().await;
    let said = send_frame(payload::find("keep-alive").unwrap());
    let program = format!(
        "{}\nsocket.onopen = () => {{ {said} socket.close(); }};\n\
         socket.onerror = (event) => {{ console.error(event.message); process.exit(1); }};\n\
         socket.onclose = () => console.log(\"closed\");",
        open_socket()
    );
    match printed(node(&program, &values)) {
        Some(said) => assert_eq!(said, "closed"),
        None => eprintln!("NOT TESTED: there is no Node"),
    }
}
