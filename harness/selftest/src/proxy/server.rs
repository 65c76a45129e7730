//! The proxy's edge: requests and WebSockets, passed on.

use super::change::{Answered, Change, Frame, Passed, Whom};
use super::sockets::Sockets;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::http::{HeaderName, HeaderValue, Method, Response, StatusCode, Uri};
use axum::routing::get;
use axum::serve::ListenerExt as _;
use futures_util::{SinkExt as _, StreamExt as _};
use invite_scenario::description::Planes;
use invite_spec::endpoint::{self, Plane};
use serde_json::Value;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, tungstenite};

/// The most bytes of a request that are passed on.
const MOST_BYTES: usize = 8 * 1024 * 1024;

/// How much of a WebSocket is read at once: frames are small, and many sockets are open.
const READ_BUFFER: usize = 4 * 1024;

/// Headers that belong to one connection and are not passed on.
const OF_CONNECTION: [&str; 6] =
    ["connection", "keep-alive", "transfer-encoding", "content-length", "host", "upgrade"];

/// A running proxy. It ends when it is dropped.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    task: JoinHandle<()>,
}

/// Why a proxy does not start.
#[derive(Debug, thiserror::Error)]
pub enum ProxyError {
    /// No port could be had.
    #[error("no loopback port for the proxy: {0}")]
    Port(#[from] std::io::Error),
    /// The HTTP client cannot be set up.
    #[error("the proxy's HTTP client cannot be set up: {0}")]
    Client(#[from] invite_drive::ConnectorError),
}

struct Shared {
    planes: Planes,
    change: Arc<dyn Change>,
    client: reqwest::Client,
    address: SocketAddr,
    sockets: Sockets,
    /// Where the target says that its WebSocket is.
    told: Mutex<Option<String>>,
}

impl Proxy {
    /// Starts a proxy to a target whose planes speak plain HTTP.
    pub async fn start(planes: &Planes, change: Arc<dyn Change>) -> Result<Proxy, ProxyError> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            planes: planes.clone(),
            change,
            client: invite_drive::plain_client()?,
            address,
            sockets: Sockets::default(),
            told: Mutex::default(),
        });
        let router = Router::new()
            .route(endpoint::SOCKET_PATH, get(socket))
            .fallback(pass)
            .with_state(shared);
        let listener = listener.tap_io(|connection| {
            // Frames are small, and nobody is to wait for one because of another.
            let _ = connection.set_nodelay(true);
        });
        let task = tokio::spawn(async move {
            // It serves until it is aborted.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Proxy { address, task })
    }

    /// The planes of the target as they are reached through the proxy.
    pub fn planes(&self) -> Planes {
        let address = format!("http://{}", self.address);
        Planes { auth: address.clone(), rest: address.clone(), session: address, socket: None }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Shared {
    fn base(&self, endpoint: Option<&endpoint::Endpoint>) -> &str {
        match endpoint.map(|endpoint| endpoint.plane) {
            Some(Plane::Auth) => &self.planes.auth,
            Some(Plane::Rest) => &self.planes.rest,
            _ => &self.planes.session,
        }
    }

    /// Where the target's WebSocket is.
    fn socket_base(&self) -> String {
        let told = self.told.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let base =
            self.planes.socket.clone().or(told).unwrap_or_else(|| self.planes.session.clone());
        base.trim_end_matches('/').replacen("http", "ws", 1)
    }

    /// Keeps the WebSockets on this side of the proxy.
    fn readdress(&self, endpoint: Option<&endpoint::Endpoint>, passed: &mut Passed) {
        if endpoint.is_none_or(|endpoint| endpoint.operation != endpoint::Operation::Identify) {
            return;
        }
        let Some(mut body) = passed.json() else { return };
        if let Some(address) = body.get("wsUri").and_then(Value::as_str) {
            *self.told.lock().unwrap_or_else(PoisonError::into_inner) = Some(address.to_owned());
            body["wsUri"] = format!("ws://{}", self.address).into();
            passed.set_json(&body);
        }
    }
}

async fn pass(
    State(shared): State<Arc<Shared>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Response<Body> {
    // For the target, the browser's question is about the call that it asks for.
    let asked = headers.get("access-control-request-method").and_then(|value| value.to_str().ok());
    let routed = endpoint::Method::parse(asked.unwrap_or(method.as_str()))
        .and_then(|method| endpoint::route(method, uri.path()));
    let endpoint = routed.map(|(endpoint, _)| endpoint);
    let Ok(body) = axum::body::to_bytes(body, MOST_BYTES).await else {
        return plain(StatusCode::PAYLOAD_TOO_LARGE);
    };
    let Some(mut passed) = forward(&shared, endpoint, &method, &uri, &headers, body.clone()).await
    else {
        return plain(StatusCode::BAD_GATEWAY);
    };
    shared.readdress(endpoint, &mut passed);
    let request = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let exchange = Answered { endpoint, method: method.as_str(), request: &request };
    let passed = shared.change.answer(&exchange, passed);
    if !passed.delay.is_zero() {
        tokio::time::sleep(passed.delay).await;
    }
    let mut answer = plain(StatusCode::from_u16(passed.status).unwrap_or(StatusCode::BAD_GATEWAY));
    for (name, value) in &passed.headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
            answer.headers_mut().append(name, value);
        }
    }
    *answer.body_mut() = Body::from(passed.body);
    answer
}

fn plain(status: StatusCode) -> Response<Body> {
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = status;
    answer
}

async fn forward(
    shared: &Shared,
    endpoint: Option<&endpoint::Endpoint>,
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
    body: Bytes,
) -> Option<Passed> {
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let mut request =
        shared.client.request(method.clone(), format!("{}{path}", shared.base(endpoint)));
    for (name, value) in headers {
        if !OF_CONNECTION.contains(&name.as_str()) {
            request = request.header(name, value);
        }
    }
    if !body.is_empty() {
        request = request.body(body);
    }
    let answer = request.send().await.ok()?;
    let status = answer.status().as_u16();
    let headers = answer
        .headers()
        .iter()
        .filter(|(name, _)| !OF_CONNECTION.contains(&name.as_str()))
        .map(|(name, value)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        })
        .collect();
    let body = answer.bytes().await.ok()?.to_vec();
    Some(Passed { status, headers, body, delay: std::time::Duration::ZERO })
}

type Upstream = WebSocketStream<MaybeTlsStream<TcpStream>>;

async fn socket(
    State(shared): State<Arc<Shared>>,
    RawQuery(query): RawQuery,
    upgrade: WebSocketUpgrade,
) -> Response<Body> {
    let address =
        format!("{}{}?{}", shared.socket_base(), endpoint::SOCKET_PATH, query.unwrap_or_default());
    let Ok(request) = address.into_client_request() else { return plain(StatusCode::BAD_GATEWAY) };
    let config = WebSocketConfig::default().read_buffer_size(READ_BUFFER);
    let connecting =
        tokio_tungstenite::connect_async_tls_with_config(request, Some(config), true, None);
    let upgrade = upgrade.read_buffer_size(READ_BUFFER);
    match connecting.await {
        Ok((upstream, _)) => upgrade.on_upgrade(move |client| attend(shared, client, upstream)),
        Err(tungstenite::Error::Http(refusal)) => plain(refusal.status()),
        Err(_) => plain(StatusCode::BAD_GATEWAY),
    }
}

/// Passes frames on in both directions until one side is gone.
async fn attend(shared: Arc<Shared>, client: WebSocket, upstream: Upstream) {
    let (sender, mut outgoing) = mpsc::unbounded_channel::<String>();
    let number = shared.sockets.open(sender.clone());
    let (mut to_client, mut from_client) = client.split();
    let (mut to_target, mut from_target) = upstream.split();
    let mut index = 0;
    let down = async {
        while let Some(Ok(message)) = from_target.next().await {
            match message {
                tungstenite::Message::Text(text) => {
                    let body = serde_json::from_str(&text)
                        .unwrap_or_else(|_| Value::String(text.to_string()));
                    let frame = Frame { socket: number, index, body };
                    index += 1;
                    deliver(&shared, number, &sender, frame).await;
                }
                tungstenite::Message::Close(_) => break,
                _ => {}
            }
        }
    };
    let up = async {
        while let Some(Ok(message)) = from_client.next().await {
            let sent = match message {
                Message::Text(text) => {
                    to_target.send(tungstenite::Message::text(text.to_string())).await
                }
                Message::Close(_) => break,
                _ => Ok(()),
            };
            if sent.is_err() {
                break;
            }
        }
        let _ = to_target.close().await;
    };
    let out = async {
        while let Some(text) = outgoing.recv().await {
            if to_client.send(Message::text(text)).await.is_err() {
                break;
            }
        }
    };
    tokio::select! {
        () = down => {}
        () = up => {}
        () = out => {}
    }
    shared.sockets.close(number);
    // What was on its way when the target closed is still due.
    while let Ok(text) = outgoing.try_recv() {
        if to_client.send(Message::text(text)).await.is_err() {
            break;
        }
    }
    // What is gone already needs no goodbye.
    let _ = to_client.close().await;
}

async fn deliver(
    shared: &Shared,
    number: u32,
    sender: &mpsc::UnboundedSender<String>,
    frame: Frame,
) {
    for delivery in shared.change.frame(frame) {
        if delivery.out_of_order {
            let sender = sender.clone();
            tokio::spawn(async move {
                tokio::time::sleep(delivery.delay).await;
                if delivery.claim.is_none_or(|claim| claim.take()) {
                    let _ = sender.send(delivery.text);
                }
            });
            continue;
        }
        if !delivery.delay.is_zero() {
            tokio::time::sleep(delivery.delay).await;
        }
        match delivery.whom {
            Whom::Receiver => {
                let _ = sender.send(delivery.text);
            }
            Whom::Neighbours => shared.sockets.to_neighbours(number, &delivery.text),
        }
    }
}
