//! One message to many WebSockets, until the last one has it, beside a bare broadcast by axum.

use crate::calls::{Connection, request};
use crate::figure::{Figure, median};
use axum::Router;
use axum::extract::State;
use axum::extract::ws::{Message, WebSocketUpgrade};
use axum::response::Response;
use axum::routing::{get, post};
use base64::Engine as _;
use futures_util::StreamExt as _;
use invite_reference::{Application, Server, Settings};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Instant;
use tokio::net::TcpStream;
use tokio::sync::{broadcast, mpsc};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// What everybody hears.
const HELLO: &str = "hello, everybody";

/// How long the last of many waits, beside a bare broadcast.
pub(crate) async fn beside(sockets: usize, times: u16) -> Result<Figure, String> {
    let (server, mut own) = conference(sockets).await?;
    let mut other = room(sockets).await?;
    let mut pairs = Vec::new();
    for _ in 0..times {
        pairs.push((own.last_ms().await?, other.last_ms().await?));
    }
    server.shutdown().await;
    let ratio = median(pairs.iter().map(|(own, other)| own / other).collect());
    let own = median(pairs.iter().map(|(own, _)| *own).collect());
    Ok(Figure {
        what: format!(
            "a message to {sockets} WebSockets, until the last has it, beside a bare broadcast"
        ),
        measured: format!("{ratio:.2} x ({own:.1} ms)"),
        bar: "1.3 x",
        holds: ratio <= 1.3,
    })
}

/// Those who hear, and the request by which they do.
struct Hall {
    address: SocketAddr,
    request: Vec<u8>,
    heard: mpsc::UnboundedReceiver<()>,
    sockets: usize,
}

/// Listens at a WebSocket, from the beginning: a server drops whoever does not read.
fn listens_at(mut socket: Socket, tell: mpsc::UnboundedSender<()>) {
    tokio::spawn(async move {
        while let Some(Ok(message)) = socket.next().await {
            let is_it = message.to_text().is_ok_and(|text| text.contains(HELLO));
            if is_it && tell.send(()).is_err() {
                return;
            }
        }
    });
}

impl Hall {
    /// How long it takes until the last one has heard it, in milliseconds.
    async fn last_ms(&mut self) -> Result<f64, String> {
        let mut connection = Connection::to(self.address).await?;
        let began = Instant::now();
        connection.call(&self.request).await?;
        for _ in 0..self.sockets {
            self.heard.recv().await.ok_or("nobody hears any more")?;
        }
        Ok(began.elapsed().as_secs_f64() * 1_000.0)
    }
}

/// A conference of the reference server in which so many have joined.
async fn conference(sockets: usize) -> Result<(Server, Hall), String> {
    let settings = Settings {
        listen: ([127, 0, 0, 1], 0).into(),
        applications: vec![Application::new("key", "secret")],
        ..Settings::default()
    };
    let server = Server::start(settings).map_err(|error| error.to_string())?;
    let http = invite_drive::plain_client().map_err(|error| error.to_string())?;
    let url = server.url();
    let ask = async |path: &str, headers: &[(&str, &str)], body: Value| {
        let mut asked =
            http.post(format!("{url}{path}")).header("content-type", "application/json");
        for (name, value) in headers {
            asked = asked.header(*name, *value);
        }
        let response =
            asked.body(body.to_string()).send().await.map_err(|error| error.to_string())?;
        let status = response.status();
        let bytes = response.bytes().await.map_err(|error| error.to_string())?;
        match status.is_success() {
            true => Ok(serde_json::from_slice::<Value>(&bytes).unwrap_or_default()),
            false => Err(format!("{path}: {status} {}", String::from_utf8_lossy(&bytes))),
        }
    };
    let basic = base64::engine::general_purpose::STANDARD.encode("key:secret");
    let grant = json!({ "grant_type": "client_credentials" });
    let token =
        ask("/v1/auth/token", &[("authorization", &format!("Basic {basic}"))], grant).await?;
    let api = format!("Bearer {}", token["access_token"].as_str().unwrap_or_default());
    let (tell, heard) = mpsc::unbounded_channel();
    let mut send = None;
    let mut room = String::new();
    // Whoever sends does not hear it.
    for number in 0..=sockets {
        let person = format!("person-{number}");
        let named = json!({ "externalId": person });
        let token = ask("/v2/client-access-token", &[("authorization", &api)], named).await?;
        let bearer = format!("Bearer {}", token["access_token"].as_str().unwrap_or_default());
        let instance = format!("{person:0>40}");
        let own = [("authorization", bearer.as_str()), ("voxeet-id", instance.as_str())];
        let who = ask("/v2/users/identify", &own, json!({ "name": person })).await?;
        let session = who["jwt_user_token"].as_str().unwrap_or_default();
        let address = server.address();
        let socket = format!("ws://{address}/v2/session?Voxeet-Id={instance}&Token={session}");
        let socket = connect_async(socket).await.map_err(|error| error.to_string())?.0;
        listens_at(socket, tell.clone());
        let of_session = [own[0], own[1], ("x-token", session)];
        if room.is_empty() {
            let made = ask("/v1/conferences/create", &of_session, json!({})).await?;
            room = made["conferenceId"].as_str().unwrap_or_default().to_owned();
            let body = json!({ "message": HELLO }).to_string();
            let path = format!("/v1/conferences/{room}/send");
            send = Some((address, request(address, &path, &of_session, &body)));
        }
        ask(&format!("/v1/conferences/{room}/join"), &of_session, json!({})).await?;
    }
    let (address, request) = send.ok_or("nobody is there")?;
    Ok((server, Hall { address, request, heard, sockets }))
}

/// A bare broadcast to so many.
async fn room(sockets: usize) -> Result<Hall, String> {
    let (tell, _) = broadcast::channel::<String>(16);
    let router =
        Router::new().route("/socket", get(listens)).route("/send", post(sends)).with_state(tell);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.map_err(|error| error.to_string())?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    tokio::spawn(async move { axum::serve(listener, router).await });
    let (hears, heard) = mpsc::unbounded_channel();
    for _ in 0..sockets {
        let socket = connect_async(format!("ws://{address}/socket")).await;
        listens_at(socket.map_err(|error| error.to_string())?.0, hears.clone());
    }
    let body = json!({ "message": HELLO }).to_string();
    Ok(Hall { address, request: request(address, "/send", &[], &body), heard, sockets })
}

async fn listens(
    State(tell): State<broadcast::Sender<String>>,
    upgrade: WebSocketUpgrade,
) -> Response {
    let mut heard = tell.subscribe();
    upgrade.on_upgrade(move |mut socket| async move {
        while let Ok(text) = heard.recv().await {
            if socket.send(Message::text(text)).await.is_err() {
                return;
            }
        }
    })
}

/// The same frame as the reference server's: about as long.
async fn sends(State(tell): State<broadcast::Sender<String>>, body: String) -> Response {
    let frame = json!({
        "type": "ConferenceMessageReceived", "conferenceId": "00000000-0000-0000-0000-000000000000",
        "user_id": "00000000-0000-0000-0000-000000000000", "message": body,
    });
    // Nobody may be there.
    let _ = tell.send(frame.to_string());
    Response::new("{}".into())
}
