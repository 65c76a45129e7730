//! The reference server behind a proxy that spoils what passes.

use invite_reference::{Application, Server, Settings};
use invite_selftest::null::{Running, each};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::net::tcp::OwnedReadHalf;

/// What the proxy does besides passing bytes on.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fault {
    /// It drops a WebSocket after the first frame that the server pushed.
    DropsSockets,
    /// It pushes this frame over every WebSocket as soon as that is open, once.
    Pushes(fn() -> Vec<u8>),
    /// It pushes this frame over every WebSocket without end.
    Babbles(fn() -> Vec<u8>),
    /// It is gone after so many requests.
    DiesAfter(usize),
}

/// The reference server with one application, protected.
pub(crate) fn reference(key: &str, secret: &str) -> Server {
    Server::start(Settings {
        listen: ([127, 0, 0, 1], 0).into(),
        applications: vec![Application::new(key, secret).protected()],
        ..Settings::default()
    })
    .unwrap()
}

/// A proxy in front of a server, with this fault.
pub(crate) async fn before(server: &Server, fault: Fault) -> Running {
    let upstream = server.address();
    let requests = Arc::new(AtomicUsize::new(0));
    let proxy = each(move |client| {
        let requests = Arc::clone(&requests);
        async move {
            // The far end of a connection that breaks has nothing left to be told.
            let _ = pass(client, upstream, fault, &requests).await;
        }
    });
    proxy.await.unwrap()
}

async fn pass(
    client: TcpStream,
    upstream: std::net::SocketAddr,
    fault: Fault,
    requests: &AtomicUsize,
) -> std::io::Result<()> {
    let is_dead =
        || matches!(fault, Fault::DiesAfter(most) if requests.load(Ordering::Relaxed) > most);
    if is_dead() {
        return Ok(());
    }
    let (mut from_server, mut to_server) = TcpStream::connect(upstream).await?.into_split();
    let (mut from_client, mut to_client) = client.into_split();
    let mut first = [0; 16 * 1024];
    let count = from_client.read(&mut first).await?;
    let beginning = String::from_utf8_lossy(&first[..count]).to_lowercase();
    requests.fetch_add(1, Ordering::Relaxed);
    to_server.write_all(&first[..count]).await?;
    if beginning.contains("upgrade: websocket") {
        let up = tokio::spawn(async move {
            let _ = tokio::io::copy(&mut from_client, &mut to_server).await;
        });
        let spoilt = spoil(from_server, &mut to_client, fault).await;
        up.abort();
        return spoilt;
    }
    let up = async {
        let mut chunk = [0; 16 * 1024];
        loop {
            let count = from_client.read(&mut chunk).await?;
            if count == 0 || is_dead() {
                return std::io::Result::Ok(());
            }
            let heads = chunk[..count].windows(11).filter(|window| *window == b" HTTP/1.1\r\n");
            requests.fetch_add(heads.count(), Ordering::Relaxed);
            to_server.write_all(&chunk[..count]).await?;
        }
    };
    tokio::select! {
        ended = up => ended,
        ended = tokio::io::copy(&mut from_server, &mut to_client) => ended.map(|_| ()),
    }
}

/// What the server pushes, spoilt.
async fn spoil(
    mut from_server: OwnedReadHalf,
    to_client: &mut tokio::net::tcp::OwnedWriteHalf,
    fault: Fault,
) -> std::io::Result<()> {
    let mut chunk = [0; 16 * 1024];
    // The answer to the upgrade comes first, and alone: nothing is pushed before.
    let count = from_server.read(&mut chunk).await?;
    to_client.write_all(&chunk[..count]).await?;
    match fault {
        Fault::DropsSockets => {
            let count = from_server.read(&mut chunk).await?;
            to_client.write_all(&chunk[..count]).await
        }
        Fault::Pushes(frame) => {
            to_client.write_all(&frame()).await?;
            tokio::io::copy(&mut from_server, to_client).await.map(|_| ())
        }
        Fault::Babbles(frame) => {
            let frame = frame();
            loop {
                to_client.write_all(&frame).await?;
            }
        }
        Fault::DiesAfter(_) => tokio::io::copy(&mut from_server, to_client).await.map(|_| ()),
    }
}

/// A frame of a server's WebSocket, whole.
pub(crate) fn frame(is_text: bool, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![if is_text { 0x81 } else { 0x82 }];
    match payload.len() {
        length @ 0..=125 => frame.push(length as u8),
        length @ 126..=0xffff => {
            frame.push(126);
            frame.extend((length as u16).to_be_bytes());
        }
        length => {
            frame.push(127);
            frame.extend((length as u64).to_be_bytes());
        }
    }
    frame.extend(payload);
    frame
}
