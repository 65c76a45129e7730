//! A target that is the reference server, but for what stands between: a small server on a real socket
//! that passes requests on and does with WebSockets whatever a test likes.

use crate::program::process::{Outcome, program, run_alone};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use invite_conformance::embedded;
use invite_reference::Server;
use invite_scenario::description::Credentials;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::Command;
use std::sync::{Arc, Mutex};

/// What is done with a WebSocket's connection, once its handshake is over.
pub(crate) type Hostile = fn(TcpStream);

/// The target, its credentials, and what stands between.
pub(crate) struct Between {
    pub(crate) url: String,
    pub(crate) credentials: Credentials,
    _server: Server,
}

impl Between {
    /// Must be called within a runtime.
    pub(crate) fn start(hostile: Hostile) -> Between {
        let (server, target) = embedded::start().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let upstream = server.address();
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                std::thread::spawn(move || {
                    // Whoever hangs up in between is none of the test's business.
                    let _ = serve(client, upstream, hostile);
                });
            }
        });
        Between { url, credentials: target.application, _server: server }
    }

    /// A run of these scenarios against it.
    pub(crate) async fn run(&self, more: &[&str]) -> Outcome {
        let command = command(&self.url, &self.credentials, more);
        tokio::task::spawn_blocking(|| run_alone(command)).await.unwrap()
    }
}

/// `run` against a target at this address.
pub(crate) fn command(url: &str, credentials: &Credentials, more: &[&str]) -> Command {
    let Credentials { key, secret } = credentials;
    let fixed = ["run", "--url", url, "--app-key", key, "--app-secret", secret];
    program(fixed.into_iter().chain(more.iter().copied()))
}

/// The head of a request, with whatever came with it.
pub(super) fn head(stream: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let (mut head, mut piece) = (Vec::new(), [0; 4096]);
    while !head.windows(4).any(|window| window == b"\r\n\r\n") {
        let count = stream.read(&mut piece)?;
        if count == 0 {
            break;
        }
        head.extend_from_slice(&piece[..count]);
    }
    Ok(head)
}

fn serve(
    mut client: TcpStream,
    upstream: std::net::SocketAddr,
    hostile: Hostile,
) -> std::io::Result<()> {
    let head = head(&mut client)?;
    if head.starts_with(b"GET /v2/session") {
        accept(&mut client, &head)?;
        hostile(client);
        return Ok(());
    }
    let mut server = TcpStream::connect(upstream)?;
    server.write_all(&head)?;
    let (mut answers, mut back) = (server.try_clone()?, client.try_clone()?);
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut answers, &mut back);
        let _ = back.shutdown(Shutdown::Both);
    });
    std::io::copy(&mut client, &mut server)?;
    server.shutdown(Shutdown::Write)
}

/// Answers the handshake of a WebSocket.
pub(crate) fn accept(client: &mut TcpStream, head: &[u8]) -> std::io::Result<()> {
    let head = String::from_utf8_lossy(head);
    let line = head.lines().find(|line| line.to_lowercase().starts_with("sec-websocket-key"));
    let key = line.and_then(|line| line.split_once(':')).map_or("", |(_, key)| key.trim());
    let text = format!("{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
    let digest = ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, text.as_bytes());
    let accept = STANDARD.encode(digest.as_ref());
    write!(
        client,
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Accept: {accept}\r\n\r\n"
    )
}

/// A server that only notes what it is told, and hangs up.
pub(crate) struct Listener {
    pub(crate) address: String,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Listener {
    pub(crate) fn start() -> Listener {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let heard: Arc<Mutex<Vec<String>>> = Arc::default();
        let told = Arc::clone(&heard);
        std::thread::spawn(move || {
            for mut client in listener.incoming().map_while(Result::ok) {
                let head = head(&mut client).unwrap_or_default();
                told.lock().unwrap().push(String::from_utf8_lossy(&head).into_owned());
                let _ = accept(&mut client, &head);
            }
        });
        Listener { address, heard }
    }

    /// Everything that it was told.
    pub(crate) fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

/// A description of a target, in a file of this folder; `more` comes before its tables.
pub(crate) fn describe(
    folder: &std::path::Path,
    url: &str,
    credentials: &Credentials,
    more: &str,
) -> String {
    let Credentials { key, secret } = credentials;
    let text =
        format!("url = \"{url}\"\n{more}\n[application]\nkey = \"{key}\"\nsecret = \"{secret}\"\n");
    let path = folder.join("target.toml");
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}
