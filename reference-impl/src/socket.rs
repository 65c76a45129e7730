//! One open WebSocket: frames to the client, keep-alives and acknowledgements from it.

use crate::core::SocketId;
use crate::core::rules::ClientFrame;
use crate::hub::{Hub, OpenSocket};
use crate::queue::{Receiver, SocketCommand};
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, close_code};
use futures_util::SinkExt;
use invite_spec::client_frame::Acknowledgement;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep_until, timeout};

/// The interval of pings. Clients answer them, and send keep-alives.
const PING: Duration = Duration::from_secs(25);
/// The timeout of the close handshake.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);
/// The limit of a frame from a client, in bytes. The frames of the protocol have fewer than 100.
pub(crate) const FRAME_BYTES: usize = 16 * 1024;

/// Reports the connection as closed when it is dropped, however the socket ends.
pub(crate) struct ConnectionGuard {
    socket: OpenSocket,
    hub: Arc<Hub>,
}

impl ConnectionGuard {
    pub(crate) fn new(socket: OpenSocket, hub: Arc<Hub>) -> ConnectionGuard {
        ConnectionGuard { socket, hub }
    }
}

impl Drop for ConnectionGuard {
    fn drop(&mut self) {
        let SocketId(socket) = self.socket.id();
        tracing::debug!(socket, "socket closed");
        let (hub, socket) = (self.hub.clone(), self.socket.clone());
        // Without a runtime the server is gone, and its state with it.
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(async move { hub.close(&socket).await });
        }
    }
}

/// Why a socket closes.
enum End {
    /// The client has closed it, or is gone.
    Gone,
    /// The session has another socket, or is closed.
    Superseded,
    /// The server is stopping.
    Stopping,
    /// The client does not read.
    TooSlow,
}

/// Serves a socket until it closes.
pub(crate) async fn serve(
    mut socket: WebSocket,
    guard: ConnectionGuard,
    mut queue: Receiver,
    mut stopping: watch::Receiver<bool>,
) {
    let SocketId(number) = guard.socket.id();
    tracing::debug!(socket = number, "socket open");
    let cut = queue.cut.clone();
    let end = tokio::select! {
        end = converse(&mut socket, &guard, &mut queue) => end,
        () = cut.notified() => End::TooSlow,
        _ = stopping.wait_for(|stopping| *stopping) => End::Stopping,
    };
    let close = match end {
        End::Gone => return,
        // A close frame would not reach a client that does not read.
        End::TooSlow => {
            tracing::warn!(socket = number, "the client does not read: socket closed");
            return;
        }
        End::Superseded => (close_code::NORMAL, "Session closed or reconnected."),
        End::Stopping => (close_code::AWAY, "Server stops."),
    };
    let frame = CloseFrame { code: close.0, reason: Utf8Bytes::from_static(close.1) };
    let _ = timeout(CLOSE_TIMEOUT, async {
        socket.send(Message::Close(Some(frame))).await?;
        // Reading until the client has closed as well lets everything that was sent arrive.
        while let Some(Ok(_)) = socket.recv().await {}
        Ok::<(), axum::Error>(())
    })
    .await;
}

async fn converse(socket: &mut WebSocket, guard: &ConnectionGuard, queue: &mut Receiver) -> End {
    let mut ping = interval_at(Instant::now() + PING, PING);
    ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut last_heard = Instant::now();
    loop {
        tokio::select! {
            command = queue.next() => {
                if let Some(end) = send(socket, guard, queue, command).await {
                    return end;
                }
            }
            message = socket.recv() => {
                last_heard = Instant::now();
                match message {
                    Some(Ok(Message::Text(text))) => {
                        if !receive(guard, &text).await {
                            return End::Superseded;
                        }
                    }
                    // The answer to a ping has to be written before the next one is read: a
                    // client that pings and does not read would fill the memory with answers.
                    Some(Ok(_)) => {
                        if socket.flush().await.is_err() {
                            return End::Gone;
                        }
                    }
                    None | Some(Err(_)) => return End::Gone,
                }
            }
            _ = ping.tick() => {
                if socket.send(Message::Ping("".into())).await.is_err() {
                    return End::Gone;
                }
            }
            () = sleep_until(last_heard + guard.hub.silence()) => return End::Gone,
        }
    }
}

/// Sends everything that is queued, with one flush.
async fn send(
    socket: &mut WebSocket,
    guard: &ConnectionGuard,
    queue: &mut Receiver,
    first: Option<SocketCommand>,
) -> Option<End> {
    let mut command = first;
    loop {
        match command {
            Some(SocketCommand::Frame(frame)) => {
                if socket.feed(Message::Text(frame.text())).await.is_err() {
                    return Some(End::Gone);
                }
            }
            Some(SocketCommand::Close) => return Some(End::Superseded),
            None => break,
        }
        command = queue.waiting();
    }
    let turn = guard.hub.turn_to_write().await;
    let at_once = tokio::select! {
        biased;
        written = socket.flush() => Some(written),
        () = std::future::ready(()) => None,
    };
    drop(turn);
    let written = match at_once {
        Some(written) => written,
        // Its client does not read at once: that holds up nobody else.
        None => socket.flush().await,
    };
    written.err().map(|_| End::Gone)
}

/// Processes a text frame from the client, and returns whether the socket stays open. Only
/// acknowledgements have an effect: a keep-alive needs no response, and other frames are ignored.
async fn receive(guard: &ConnectionGuard, text: &str) -> bool {
    let handling = guard.hub.rules().hooks().inspect_client_frame(text);
    if handling != ClientFrame::Ignore
        && let Ok(heard) = serde_json::from_str::<Acknowledgement>(text)
    {
        guard.hub.acknowledge(&guard.socket, &heard.ack_message_uuid).await;
    }
    handling != ClientFrame::ProcessAndClose
}
