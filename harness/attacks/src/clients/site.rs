//! A client of the reference server that speaks the protocol, right or wrong.

use crate::targets::{KEY, SECRET};
use futures_util::StreamExt as _;
use reqwest::Method;
use serde_json::{Map, Value, json};
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// The application of the attackers; the good clients have another.
pub(super) const ATTACKER: [&str; 2] = ["attackers-application", "s3cr3t-of-the-attacker"];

/// How long an answer may take before it counts as none.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// The applications of a server, as its option takes them.
pub(super) fn applications() -> String {
    let [key, secret] = ATTACKER;
    format!("{KEY}:{SECRET}:protected,{key}:{secret}:protected")
}

/// Where the server is, and an HTTP client.
#[derive(Debug, Clone)]
pub(super) struct Site {
    pub(super) http: Option<reqwest::Client>,
    pub(super) address: SocketAddr,
}

/// A session of a person.
#[derive(Debug, Clone)]
pub(super) struct Session {
    pub(super) bearer: String,
    pub(super) client_id: String,
    pub(super) token: String,
}

pub(super) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

impl Site {
    pub(super) fn new(address: SocketAddr) -> Site {
        Site { http: invite_drive::plain_client().ok(), address }
    }

    /// A call: the status and the body.
    pub(super) async fn call(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: String,
    ) -> Result<(u16, Value), String> {
        let http = self.http.as_ref().ok_or("no HTTP client")?;
        let mut request =
            http.request(method, format!("http://{}{path}", self.address)).timeout(PATIENCE);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.body(body).send().await.map_err(|error| said(&error))?;
        let status = response.status().as_u16();
        let body = response.bytes().await.map_err(|error| said(&error))?;
        Ok((status, serde_json::from_slice(&body).unwrap_or(Value::Null)))
    }

    /// A call with a JSON body that must be accepted.
    pub(super) async fn accepted(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> Result<Value, String> {
        let all = [&[("content-type", "application/json")], headers].concat();
        match self.call(Method::POST, path, &all, body.to_string()).await? {
            (200, body) => Ok(body),
            (status, body) => Err(format!("POST {path} is answered {status}: {body}")),
        }
    }

    /// The status and body of a request for an API token.
    pub(super) async fn present(&self, key: &str, secret: &str) -> Result<(u16, Value), String> {
        use base64::Engine as _;
        let pair = base64::engine::general_purpose::STANDARD.encode(format!("{key}:{secret}"));
        let basic = format!("Basic {pair}");
        let headers = [
            ("authorization", basic.as_str()),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        let body = "grant_type=client_credentials".to_owned();
        self.call(Method::POST, "/v1/auth/token", &headers, body).await
    }

    /// An API token, as the value of a header.
    pub(super) async fn api(&self, [key, secret]: [&str; 2]) -> Result<String, String> {
        let (status, body) = self.present(key, secret).await?;
        let token = body["access_token"].as_str();
        let token = token.ok_or_else(|| format!("no API token: {status} {body}"))?;
        Ok(format!("Bearer {token}"))
    }

    /// A session of this person, without a socket.
    pub(super) async fn session(&self, api: &str, person: &str) -> Result<Session, String> {
        let body = json!({ "externalId": person });
        let headers = [("authorization", api)];
        let token = self.accepted("/v2/client-access-token", &headers, &body).await?;
        let bearer = format!("Bearer {}", token["access_token"].as_str().unwrap_or_default());
        self.identified(bearer, person, &json!({ "name": person })).await
    }

    /// A session for this client access token.
    pub(super) async fn identified(
        &self,
        bearer: String,
        client_id: &str,
        body: &Value,
    ) -> Result<Session, String> {
        let client_id = format!("{client_id:0>40}");
        let headers = [("authorization", bearer.as_str()), ("voxeet-id", client_id.as_str())];
        let found = self.accepted("/v2/users/identify", &headers, body).await?;
        let text = |name: &str| found[name].as_str().unwrap_or_default().to_owned();
        let token = text("jwt_user_token");
        Ok(Session { bearer, client_id, token })
    }

    /// A call of a session.
    pub(super) async fn sdk(
        &self,
        by: &Session,
        conference_token: Option<&str>,
        path: &str,
        body: &Value,
    ) -> Result<(u16, Value), String> {
        let mut headers = vec![
            ("content-type", "application/json"),
            ("authorization", by.bearer.as_str()),
            ("voxeet-id", by.client_id.as_str()),
            ("x-token", by.token.as_str()),
        ];
        headers.extend(conference_token.map(|token| ("x-conf-access-token", token)));
        self.call(Method::POST, path, &headers, body.to_string()).await
    }

    fn socket_path(&self, session: &Session) -> String {
        format!("/v2/session?Voxeet-Id={}&Token={}", session.client_id, session.token)
    }

    /// The socket of a session.
    pub(super) async fn socket(&self, session: &Session) -> Result<Socket, String> {
        let url = format!("ws://{}{}", self.address, self.socket_path(session));
        let opening = tokio::time::timeout(PATIENCE, connect_async(url)).await;
        let opening = opening.map_err(|_| "the socket does not open".to_owned())?;
        Ok(opening.map_err(|error| error.to_string())?.0)
    }

    /// The same as bare bytes.
    pub(super) async fn raw_socket(&self, session: &Session) -> Result<TcpStream, String> {
        let head = format!(
            "GET {} HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
            self.socket_path(session),
            self.address
        );
        let open = async {
            let mut stream = TcpStream::connect(self.address).await?;
            stream.write_all(head.as_bytes()).await?;
            let mut answer = [0; 12];
            stream.read_exact(&mut answer).await?;
            match &answer {
                b"HTTP/1.1 101" => Ok(stream),
                other => Err(io::Error::other(String::from_utf8_lossy(other).into_owned())),
            }
        };
        open.await.map_err(|error| format!("no socket: {error}"))
    }

    pub(super) async fn connect(&self) -> Result<TcpStream, String> {
        let connecting = tokio::time::timeout(PATIENCE, TcpStream::connect(self.address)).await;
        let connecting = connecting.map_err(|_| "no connection".to_owned())?;
        connecting.map_err(|error| error.to_string())
    }

    /// Sends bytes, and reads what comes until the server closes, or nothing more comes for a while.
    pub(super) async fn exchange(&self, bytes: &[u8]) -> Result<String, String> {
        let mut stream = self.connect().await?;
        // The server may refuse before it has read everything.
        let _ = stream.write_all(bytes).await;
        let (mut answer, mut piece) = (Vec::new(), [0; 4096]);
        let quiet = Duration::from_millis(300);
        while answer.len() < 1024 * 1024 {
            let reading = tokio::time::timeout(
                if answer.is_empty() { PATIENCE } else { quiet },
                stream.read(&mut piece),
            );
            match reading.await {
                Ok(Ok(count)) if count > 0 => answer.extend_from_slice(&piece[..count]),
                _ => break,
            }
        }
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }
}

fn said(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    text
}

/// So many people to invite.
pub(super) fn guests(from: usize, count: usize) -> Value {
    let people = (from..from + count).map(|n| (format!("p{n}"), json!({})));
    json!({ "participants": people.collect::<Map<_, _>>() })
}

/// Waits for a frame of this type.
pub(super) async fn frame(socket: &mut Socket, kind: &str) -> Result<Value, String> {
    let next = async {
        loop {
            match socket.next().await {
                Some(Ok(Message::Text(text))) => {
                    let frame: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
                    if frame["type"] == kind {
                        return Ok(frame);
                    }
                }
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(error.to_string()),
                None => return Err("the socket was closed".to_owned()),
            }
        }
    };
    tokio::time::timeout(PATIENCE, next).await.map_err(|_| format!("no {kind}"))?
}
