//! The proxy's edge: forwards requests and WebSockets.

use super::change::{Change, Greeting, Request, Response};
use super::delivery::{Content, Frame, Whom};
use super::listener::{BreakingListener, Gone};
use super::sockets::{Outgoing, Sockets};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::extract::{RawQuery, State};
use axum::http::{self, HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::routing::get;
use futures_util::stream::SplitSink;
use futures_util::{SinkExt as _, StreamExt as _};
use invite_scenario::description::Planes;
use invite_spec::endpoint::{self, Operation};
use serde_json::Value;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, tungstenite};

/// The longest request body that the proxy forwards, in bytes.
const MOST_BYTES: usize = 8 * 1024 * 1024;

/// The read buffer of a WebSocket, in bytes: frames are small, and many sockets are open.
const READ_BUFFER: usize = 4 * 1024;

/// Headers that belong to one connection; the proxy does not forward them.
const OF_CONNECTION: [&str; 6] =
    ["connection", "keep-alive", "transfer-encoding", "content-length", "host", "upgrade"];

/// A running proxy. It stops when it is dropped.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    task: JoinHandle<()>,
}

/// Why a proxy could not start.
#[derive(Debug, thiserror::Error)]
pub enum ProxyError {
    /// No loopback port was free.
    #[error("no loopback port for the proxy: {0}")]
    Port(#[from] std::io::Error),
    /// The HTTP client could not be set up.
    #[error("the proxy's HTTP client cannot be set up: {0}")]
    Client(#[from] invite_drive::ConnectorError),
}

struct Shared {
    planes: Planes,
    change: Arc<dyn Change>,
    client: reqwest::Client,
    address: SocketAddr,
    sockets: Sockets,
    gone: Gone,
    /// The WebSocket address that the target reported.
    reported: Mutex<Option<String>>,
}

impl Proxy {
    /// Starts a proxy to a target, on a free loopback port.
    ///
    /// # Errors
    /// If no port is free, or the HTTP client cannot be set up.
    pub async fn start(planes: &Planes, change: Arc<dyn Change>) -> Result<Proxy, ProxyError> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            planes: planes.clone(),
            change,
            client: invite_drive::plain_client()?,
            address,
            sockets: Sockets::default(),
            gone: Gone::default(),
            reported: Mutex::default(),
        });
        let listener = BreakingListener { listener, gone: shared.gone.clone() };
        let router = Router::new()
            .route(endpoint::SOCKET_PATH, get(socket))
            .fallback(forward)
            .with_state(shared);
        let task = tokio::spawn(async move {
            // It serves until it is aborted.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Proxy { address, task })
    }

    /// The planes of the target, as a client reaches them through the proxy.
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
    /// The address of the target's WebSocket, without the path.
    fn socket_base(&self) -> String {
        let reported = self.reported.lock().unwrap_or_else(PoisonError::into_inner).clone();
        self.planes.of_sockets(reported.as_deref())
    }

    /// Makes clients open their WebSockets at the proxy instead of at the target.
    fn readdress(&self, endpoint: Option<&endpoint::Endpoint>, response: &mut Response) {
        if endpoint.is_none_or(|endpoint| endpoint.operation != Operation::Identify) {
            return;
        }
        let Some(mut body) = response.json() else { return };
        if let Some(address) = body.get("wsUri").and_then(Value::as_str) {
            let mut reported = self.reported.lock().unwrap_or_else(PoisonError::into_inner);
            *reported = Some(address.to_owned());
            body["wsUri"] = format!("ws://{}", self.address).into();
            response.set_json(&body);
        }
    }

    /// Whether the server is still there; if not, every connection breaks.
    fn is_alive(&self) -> bool {
        let alive = self.change.is_alive();
        if !alive {
            self.gone.set();
        }
        alive
    }
}

async fn forward(
    State(shared): State<Arc<Shared>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> http::Response<Body> {
    if !shared.is_alive() {
        return plain(StatusCode::SERVICE_UNAVAILABLE);
    }
    // The target sees a CORS preflight as part of the call that it asks about.
    let asked = headers.get("access-control-request-method").and_then(|value| value.to_str().ok());
    let routed = endpoint::Method::parse(asked.unwrap_or(method.as_str()))
        .and_then(|method| endpoint::route(method, uri.path()));
    let endpoint = routed.map(|(endpoint, _)| endpoint);
    let Ok(body) = axum::body::to_bytes(body, MOST_BYTES).await else {
        return plain(StatusCode::PAYLOAD_TOO_LARGE);
    };
    let Some(mut response) = send(&shared, endpoint, &method, &uri, &headers, body.clone()).await
    else {
        return plain(StatusCode::BAD_GATEWAY);
    };
    shared.readdress(endpoint, &mut response);
    let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let request = Request { endpoint, method: method.as_str(), body: &body };
    let response = shared.change.response(&request, response);
    if !response.delay.is_zero() {
        tokio::time::sleep(response.delay).await;
    }
    let status = StatusCode::from_u16(response.status).unwrap_or(StatusCode::BAD_GATEWAY);
    let mut sent = plain(status);
    for (name, value) in &response.headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
            sent.headers_mut().append(name, value);
        }
    }
    *sent.body_mut() = match response.byte_by_byte {
        false => Body::from(response.body),
        true => {
            let bytes = response.body.into_iter();
            let chunks = bytes.map(|byte| Ok::<_, Infallible>(Bytes::from(vec![byte])));
            Body::from_stream(futures_util::stream::iter(chunks))
        }
    };
    sent
}

fn plain(status: StatusCode) -> http::Response<Body> {
    let mut response = http::Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// Sends a request on to the target; `None` if there was no response.
async fn send(
    shared: &Shared,
    endpoint: Option<&endpoint::Endpoint>,
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
    body: Bytes,
) -> Option<Response> {
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let mut request = shared.client.request(
        method.clone(),
        format!("{}{path}", shared.planes.base(endpoint.map(|it| it.plane))),
    );
    for (name, value) in headers {
        if !OF_CONNECTION.contains(&name.as_str()) {
            request = request.header(name, value);
        }
    }
    if !body.is_empty() {
        request = request.body(body);
    }
    let response = request.send().await.ok()?;
    let status = response.status().as_u16();
    let headers = response
        .headers()
        .iter()
        .filter(|(name, _)| !OF_CONNECTION.contains(&name.as_str()))
        .map(|(name, value)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        })
        .collect();
    let body = response.bytes().await.ok()?.to_vec();
    let delay = std::time::Duration::ZERO;
    Some(Response { status, headers, body, delay, byte_by_byte: false })
}

type Upstream = WebSocketStream<MaybeTlsStream<TcpStream>>;

async fn socket(
    State(shared): State<Arc<Shared>>,
    RawQuery(query): RawQuery,
    upgrade: WebSocketUpgrade,
) -> http::Response<Body> {
    if !shared.is_alive() {
        return plain(StatusCode::SERVICE_UNAVAILABLE);
    }
    let address =
        format!("{}{}?{}", shared.socket_base(), endpoint::SOCKET_PATH, query.unwrap_or_default());
    let Ok(request) = address.into_client_request() else { return plain(StatusCode::BAD_GATEWAY) };
    let config = WebSocketConfig::default().read_buffer_size(READ_BUFFER);
    let connecting =
        tokio_tungstenite::connect_async_tls_with_config(request, Some(config), true, None);
    let upgrade = upgrade.read_buffer_size(READ_BUFFER);
    match connecting.await {
        Ok((upstream, _)) => upgrade.on_upgrade(move |client| relay(shared, client, upstream)),
        Err(tungstenite::Error::Http(refusal)) => plain(refusal.status()),
        Err(_) => plain(StatusCode::BAD_GATEWAY),
    }
}

/// Relays frames in both directions until one side is gone.
async fn relay(shared: Arc<Shared>, client: WebSocket, upstream: Upstream) {
    let (sender, mut outgoing) = mpsc::unbounded_channel::<Outgoing>();
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
        Ended::Closed
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
        Ended::Closed
    };
    let out = async {
        if let Some(greeting) = shared.change.greeting()
            && greet(&mut to_client, greeting).await.is_err()
        {
            return Ended::Closed;
        }
        while let Some(next) = outgoing.recv().await {
            let sent = match next {
                Outgoing::Message(content) => to_client.send(message(content)).await,
                Outgoing::Drop => return Ended::Dropped,
            };
            if sent.is_err() {
                break;
            }
        }
        Ended::Closed
    };
    let ended = tokio::select! {
        ended = down => ended,
        ended = up => ended,
        ended = out => ended,
    };
    shared.sockets.close(number);
    if ended == Ended::Dropped {
        return;
    }
    // Messages that were queued when the target closed are still due.
    while let Ok(Outgoing::Message(content)) = outgoing.try_recv() {
        if to_client.send(message(content)).await.is_err() {
            break;
        }
    }
    // If the client is gone already, there is nobody to say goodbye to.
    let _ = to_client.close().await;
}

/// How a relayed WebSocket ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    /// With a close frame, after all that is due.
    Closed,
    /// Without a word.
    Dropped,
}

fn message(content: Content) -> Message {
    match content {
        Content::Text(text) => Message::text(text),
        Content::Binary(bytes) => Message::binary(bytes),
        Content::Close => {
            let frame = CloseFrame { code: close_code::NORMAL, reason: "Replaced.".into() };
            Message::Close(Some(frame))
        }
    }
}

async fn greet(
    to_client: &mut SplitSink<WebSocket, Message>,
    greeting: Greeting,
) -> Result<(), axum::Error> {
    match greeting {
        Greeting::Once(content) => to_client.send(message(content)).await,
        Greeting::Endless(content) => {
            let content = message(content);
            loop {
                to_client.send(content.clone()).await?;
            }
        }
    }
}

async fn deliver(
    shared: &Shared,
    number: u32,
    sender: &mpsc::UnboundedSender<Outgoing>,
    frame: Frame,
) {
    for delivery in shared.change.frame(frame) {
        if delivery.out_of_order {
            let sender = sender.clone();
            tokio::spawn(async move {
                tokio::time::sleep(delivery.delay).await;
                if delivery.claim.is_none_or(|claim| claim.take()) {
                    let _ = sender.send(Outgoing::Message(delivery.content));
                }
            });
            continue;
        }
        if !delivery.delay.is_zero() {
            tokio::time::sleep(delivery.delay).await;
        }
        match delivery.whom {
            Whom::Receiver => {
                let _ = sender.send(Outgoing::Message(delivery.content));
            }
            Whom::Neighbours => shared.sockets.to_neighbours(number, &delivery.content),
        }
        if delivery.drops_connection {
            let _ = sender.send(Outgoing::Drop);
        }
    }
}
