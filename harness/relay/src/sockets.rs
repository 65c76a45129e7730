//! Passes the frames of a WebSocket on, in both directions.

use super::interventions::{Listed, ToSocket};
use super::{Passed, Shared};
use axum::body::Body;
use axum::extract::ws::{self, WebSocket, WebSocketUpgrade};
use axum::extract::{RawQuery, State};
use axum::http::{self, HeaderMap, StatusCode};
use futures_util::{SinkExt as _, StreamExt as _};
use invite_record::capture::live::{Socket, frame_type};
use invite_spec::endpoint::SOCKET_PATH;
use invite_trace::{SocketEnd, SocketRefusal};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{Connector, MaybeTlsStream, WebSocketStream};

/// Headers of the client's handshake that the target sees as well.
const PASSED_ON: [&str; 3] = ["origin", "user-agent", "authorization"];

/// How long both sides may take to hear that it is over.
const PARTING: Duration = Duration::from_secs(2);

type Upstream = WebSocketStream<MaybeTlsStream<TcpStream>>;

pub(crate) async fn open(
    State(shared): State<Arc<Shared>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> http::Response<Body> {
    let query = query.unwrap_or_default();
    let socket = shared.live().opens(&query);
    let address = format!("{}{SOCKET_PATH}?{query}", shared.socket_base());
    let refused = |why: SocketRefusal, status: StatusCode| {
        let owner = shared.live().owner(&socket);
        shared.live().refused(shared.now_us(), &socket, why);
        shared.tell(&Passed::Refused { owner });
        let mut response = http::Response::new(Body::empty());
        *response.status_mut() = status;
        response
    };
    let failed = |cause: String| SocketRefusal::Failed { cause };
    if shared.interventions.refuses_socket() {
        let status = StatusCode::SERVICE_UNAVAILABLE;
        return refused(SocketRefusal::Status(status.as_u16()), status);
    }
    let mut request = match address.into_client_request() {
        Ok(request) => request,
        Err(error) => return refused(failed(error.to_string()), StatusCode::BAD_GATEWAY),
    };
    for name in PASSED_ON {
        if let Some(value) = headers.get(name) {
            request.headers_mut().insert(name, value.clone());
        }
    }
    let tls = Connector::Rustls(shared.connector.tls());
    let connecting =
        tokio_tungstenite::connect_async_tls_with_config(request, None, true, Some(tls));
    match connecting.await {
        Ok((upstream, _)) => {
            // Whoever sees that it is open may push to it at once.
            let owner = shared.live().owner(&socket);
            let listed = shared.interventions.list(owner);
            shared.live().opened(shared.now_us(), &socket);
            let shared = Arc::clone(&shared);
            upgrade.on_upgrade(move |client| relay(shared, socket, listed, client, upstream))
        }
        Err(tungstenite::Error::Http(response)) => {
            let status = response.status();
            refused(SocketRefusal::Status(status.as_u16()), status)
        }
        Err(tungstenite::Error::Io(error)) => {
            let why = SocketRefusal::NoConnection { cause: error.to_string() };
            refused(why, StatusCode::BAD_GATEWAY)
        }
        Err(error) => refused(failed(error.to_string()), StatusCode::BAD_GATEWAY),
    }
}

/// How a WebSocket ended.
struct End {
    by: SocketEnd,
    frame: Option<(u16, String)>,
    /// Whether nobody is told: the connection is lost.
    is_cut: bool,
}

/// Passes frames on until one side is gone.
async fn relay(
    shared: Arc<Shared>,
    socket: Socket,
    mut listed: Listed,
    client: WebSocket,
    upstream: Upstream,
) {
    let (mut to_client, mut from_client) = client.split();
    let (mut to_target, mut from_target) = upstream.split();
    let owner = || shared.live().owner(&socket);
    shared.tell(&Passed::Opened { owner: owner() });
    let down = async {
        loop {
            let mut wants_to_know = None;
            let message = tokio::select! {
                Some(told) = listed.told.recv() => match told {
                    ToSocket::Push(text, written) => {
                        wants_to_know = written;
                        Message::text(text)
                    }
                    ToSocket::Close(code) => {
                        let frame = Some((code, String::new()));
                        return End { by: SocketEnd::Target, frame, is_cut: false };
                    }
                    ToSocket::Drop => {
                        return End { by: SocketEnd::Target, frame: None, is_cut: true };
                    }
                },
                message = from_target.next() => match message {
                    Some(Ok(message)) => message,
                    _ => break,
                },
            };
            let passed_on = match message {
                Message::Text(text) => {
                    shared.live().received(shared.now_us(), &socket, &text);
                    shared.tell(&Passed::Received { owner: owner(), frame: frame_type(&text) });
                    ws::Message::text(text.to_string())
                }
                Message::Binary(bytes) => ws::Message::Binary(bytes),
                Message::Close(frame) => {
                    let frame = frame.map(|it| (u16::from(it.code), it.reason.to_string()));
                    return End { by: SocketEnd::Target, frame, is_cut: false };
                }
                _ => continue,
            };
            if to_client.send(passed_on).await.is_err() {
                return End { by: SocketEnd::Client, frame: None, is_cut: false };
            }
            if let Some(written) = wants_to_know {
                // It may have given up.
                let _ = written.send(());
            }
        }
        End { by: SocketEnd::Target, frame: None, is_cut: false }
    };
    let up = async {
        while let Some(Ok(message)) = from_client.next().await {
            let passed_on = match message {
                ws::Message::Text(text) => {
                    shared.live().sent(shared.now_us(), &socket, &text);
                    shared.tell(&Passed::Sent { owner: owner(), frame: frame_type(&text) });
                    Message::text(text.to_string())
                }
                ws::Message::Binary(bytes) => Message::Binary(bytes),
                ws::Message::Close(frame) => {
                    let frame = frame.map(|it| (it.code, it.reason.to_string()));
                    return End { by: SocketEnd::Client, frame, is_cut: false };
                }
                _ => continue,
            };
            if to_target.send(passed_on).await.is_err() {
                return End { by: SocketEnd::Target, frame: None, is_cut: false };
            }
        }
        End { by: SocketEnd::Client, frame: None, is_cut: false }
    };
    let end = tokio::select! {
        end = down => end,
        end = up => end,
    };
    // Nothing can be written to it any more.
    drop(listed);
    let (code, reason) = end.frame.clone().unzip();
    let said = reason.unwrap_or_default();
    shared.live().closed(shared.now_us(), &socket, end.by, code, &said);
    let by_server = matches!(end.by, SocketEnd::Target);
    shared.tell(&Passed::Closed { owner: owner(), by_server, code });
    if end.is_cut {
        return;
    }
    // The other side hears the same. If it is gone, too, there is nobody to tell.
    if by_server {
        let frame = end.frame.map(|(code, reason)| ws::CloseFrame { code, reason: reason.into() });
        let _ = to_client.send(ws::Message::Close(frame)).await;
    } else {
        let frame =
            end.frame.map(|(code, reason)| CloseFrame { code: code.into(), reason: reason.into() });
        let _ = to_target.send(Message::Close(frame)).await;
    }
    // Whoever closed in good order is answered in good order: a browser tells the application of a
    // connection that just ends (1006).
    let parting = async { tokio::join!(to_client.close(), to_target.close()) };
    let _ = tokio::time::timeout(PARTING, parting).await;
}
