//! A server, and clients of it.

use futures_util::{SinkExt, StreamExt};
use invite_reference::{Application, Policy, Server, Settings};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// The timeout of anything.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// An application server and its people.
pub(crate) struct Site {
    pub(crate) http: reqwest::Client,
    pub(crate) address: SocketAddr,
    pub(crate) key: &'static str,
    pub(crate) secret: &'static str,
}

/// A server with an application of each kind.
pub(crate) fn start() -> (Server, Site) {
    start_with(Policy::default())
}

pub(crate) fn start_with(policy: Policy) -> (Server, Site) {
    let settings = Settings {
        listen: ([127, 0, 0, 1], 0).into(),
        applications: vec![
            Application::new("closed", "s1").protected(),
            Application::new("open", "s2"),
        ],
        policy,
        ..Settings::default()
    };
    let server = Server::start(settings).unwrap();
    let site = Site::new(server.address());
    (server, site)
}

impl Site {
    pub(crate) fn new(address: SocketAddr) -> Site {
        // In a build of the whole workspace the client has TLS without a crypto provider, which the
        // first test installs.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Site { http: reqwest::Client::new(), address, key: "closed", secret: "s1" }
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("http://{}{path}", self.address)).timeout(PATIENCE)
    }

    pub(crate) fn post(&self, path: &str) -> RequestBuilder {
        self.request(Method::POST, path)
    }

    pub(crate) async fn api_token(&self) -> String {
        let request = self.post("/v1/auth/token").basic_auth(self.key, Some(self.secret));
        let request = request
            .header("content-type", "application/x-www-form-urlencoded")
            .body("grant_type=client_credentials");
        text(&ok(request).await, "access_token")
    }

    /// A call of the REST plane.
    pub(crate) async fn rest(&self, path: &str, body: Value) -> Value {
        let token = self.api_token().await;
        ok(self.post(path).bearer_auth(token).json(&body)).await
    }

    /// A person with a session and an open socket.
    pub(crate) async fn online(&self, external_id: &str) -> Client {
        let token = self.api_token().await;
        let request = self.post("/v2/client-access-token").bearer_auth(token);
        let bearer =
            text(&ok(request.json(&json!({ "externalId": external_id }))).await, "access_token");
        let mut client = self.identified(bearer, external_id, json!({ "name": external_id })).await;
        client.connect().await.unwrap();
        client
    }

    /// A session for this client access token, without a socket.
    pub(crate) async fn identified(&self, bearer: String, name: &str, body: Value) -> Client {
        let client_id = format!("{name:0>40}");
        let request = self.post("/v2/users/identify").bearer_auth(&bearer);
        let request = request.header("Voxeet-Id", &client_id);
        let answer = ok(request.json(&body)).await;
        Client {
            bearer,
            client_id,
            token: text(&answer, "jwt_user_token"),
            user_id: text(&answer, "user_id"),
            socket_origin: text(&answer, "wsUri"),
            conference_token: None,
            socket: None,
        }
    }

    /// A call of the SDK plane that may be refused.
    pub(crate) async fn try_sdk(
        &self,
        by: &Client,
        path: &str,
        body: Value,
    ) -> (StatusCode, Value) {
        let mut request = self
            .post(path)
            .bearer_auth(&by.bearer)
            .header("Voxeet-Id", &by.client_id)
            .header("X-Token", &by.token);
        if let Some(token) = &by.conference_token {
            request = request.header("X-conf-access-token", token);
        }
        answer(request.json(&body)).await
    }

    pub(crate) async fn sdk(&self, by: &Client, path: &str, body: Value) -> Value {
        let (status, answer) = self.try_sdk(by, path, body).await;
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    /// Creates a conference and joins it.
    pub(crate) async fn created(&self, by: &mut Client) -> String {
        let made = self.sdk(by, "/v1/conferences/create", json!({ "alias": "" })).await;
        by.conference_token = made["ownerToken"].as_str().map(str::to_owned);
        let id = text(&made, "conferenceId");
        self.sdk(by, &format!("/v1/conferences/{id}/join"), json!({})).await;
        by.expect("ParticipantUpdated", "CONNECTING").await;
        by.expect("ParticipantUpdated", "ON_AIR").await;
        id
    }
}

/// The session of a person.
pub(crate) struct Client {
    pub(crate) bearer: String,
    pub(crate) client_id: String,
    pub(crate) token: String,
    pub(crate) user_id: String,
    pub(crate) socket_origin: String,
    pub(crate) conference_token: Option<String>,
    pub(crate) socket: Option<WebSocketStream<MaybeTlsStream<TcpStream>>>,
}

impl Client {
    pub(crate) async fn connect(
        &mut self,
    ) -> Result<(), Box<tokio_tungstenite::tungstenite::Error>> {
        let Client { socket_origin, client_id, token, .. } = self;
        let url = format!("{socket_origin}/v2/session?Voxeet-Id={client_id}&Token={token}");
        self.socket = Some(connect_async(url).await?.0);
        Ok(())
    }

    /// The next message of any kind; `None` once the socket has closed.
    pub(crate) async fn message(&mut self) -> Option<Message> {
        let socket = self.socket.as_mut().unwrap();
        let next = timeout(PATIENCE, socket.next()).await.expect("a frame in time");
        next.and_then(Result::ok)
    }

    /// The next frame.
    pub(crate) async fn frame(&mut self) -> Value {
        match self.message().await {
            Some(Message::Text(text)) => serde_json::from_str(&text).unwrap(),
            other => panic!("a frame is expected, not {other:?}"),
        }
    }

    /// The next frame, which must be of this type and have this status.
    pub(crate) async fn expect(&mut self, kind: &str, status: &str) -> Value {
        let frame = self.frame().await;
        let found = (frame["type"].as_str().unwrap(), frame["status"].as_str().unwrap_or(""));
        assert_eq!(found, (kind, status), "{frame}");
        frame
    }

    pub(crate) async fn send(&mut self, frame: Value) {
        let message = Message::Text(frame.to_string().into());
        self.socket.as_mut().unwrap().send(message).await.unwrap();
    }
}

/// The status and the body of an answer; every body must be a JSON object.
pub(crate) async fn answer(request: RequestBuilder) -> (StatusCode, Value) {
    let response = request.send().await.unwrap();
    let status = response.status();
    assert_eq!(response.headers()["content-type"], "application/json");
    let body: Value = response.json().await.unwrap();
    assert!(body.is_object(), "{body}");
    (status, body)
}

pub(crate) async fn ok(request: RequestBuilder) -> Value {
    let (status, body) = answer(request).await;
    assert_eq!(status, 200, "{body}");
    body
}

pub(crate) fn text(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap_or_else(|| panic!("no {field} in {value}")).to_owned()
}

/// The program, with nothing from the environment of the tests.
pub(crate) fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_invite-reference"));
    command.env_clear().args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.kill_on_drop(true);
    command
}

/// Starts the program, waits until it listens, and returns its next line.
pub(crate) async fn listening_at(command: &mut Command) -> (Child, Site, String) {
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let line = timeout(PATIENCE, lines.next_line()).await.unwrap().unwrap().unwrap();
    let address =
        line.strip_prefix("listening on http://").expect("the line that scripts wait for");
    let next = timeout(PATIENCE, lines.next_line()).await.unwrap().unwrap().unwrap();
    (child, Site::new(address.parse().unwrap()), next)
}

/// Starts the program and waits until it listens.
pub(crate) async fn listening(command: &mut Command) -> (Child, Site) {
    let (child, site, _) = listening_at(command).await;
    (child, site)
}

/// The most memory that a program has used so far, in MiB.
#[cfg(target_os = "linux")]
pub(crate) fn peak_mib(child: &Child) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id().unwrap())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1_024
}
