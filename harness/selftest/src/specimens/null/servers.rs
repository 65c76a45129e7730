//! Servers that misbehave on the way already, each on a free loopback port.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A running server, if there is one at all. It takes no new connection after it was dropped.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    task: Option<JoinHandle<()>>,
}

impl Running {
    /// Where it is, by plain HTTP.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

/// Serves every connection by a function, on a free loopback port.
pub async fn each<F>(serve: impl Fn(TcpStream) -> F + Send + Sync + 'static) -> io::Result<Running>
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let serve = Arc::new(serve);
    let task = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream));
        }
    });
    Ok(Running { address, task: Some(task) })
}

/// A port on which nobody listens.
pub(super) async fn closed() -> io::Result<Running> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    Ok(Running { address: listener.local_addr()?, task: None })
}

/// Accepts and never says a word.
pub(super) async fn silent() -> io::Result<Running> {
    each(|mut stream| async move {
        read_until_closed(&mut stream).await;
    })
    .await
}

/// Answers as a TLS server does that is not greeted in TLS: with an alert.
pub(super) async fn tls() -> io::Result<Running> {
    says(b"\x15\x03\x01\x00\x02\x02\x46", true).await
}

/// Greets as a mail server does.
pub(super) async fn smtp() -> io::Result<Running> {
    says(b"220 mail.example ESMTP ready\r\n", false).await
}

/// Says one thing, whatever it hears, and closes or stays.
async fn says(greeting: &'static [u8], closes: bool) -> io::Result<Running> {
    each(move |mut stream| async move {
        let _ = stream.write_all(greeting).await;
        if !closes {
            read_until_closed(&mut stream).await;
        }
    })
    .await
}

/// Answers every request with a body of 200 MB, made as it goes.
pub(super) async fn endless_body() -> io::Result<Running> {
    const LENGTH: usize = 200 * 1024 * 1024;
    each(|mut stream| async move {
        if !read_head(&mut stream).await {
            return;
        }
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {LENGTH}\r\n\r\n"
        );
        if stream.write_all(head.as_bytes()).await.is_err() {
            return;
        }
        let block = [b'['; 64 * 1024];
        for _ in 0..LENGTH / block.len() {
            if stream.write_all(&block).await.is_err() {
                return;
            }
        }
    })
    .await
}

/// Answers every request with a body that comes at one byte a second.
pub(super) async fn dripping_body() -> io::Result<Running> {
    each(|mut stream| async move {
        if !read_head(&mut stream).await {
            return;
        }
        let head =
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9999\r\n\r\n";
        drip(&mut stream, head, b" ").await;
    })
    .await
}

/// Answers every request with a head that comes at one byte a second.
pub(super) async fn dripping_head() -> io::Result<Running> {
    each(|mut stream| async move {
        if read_head(&mut stream).await {
            drip(&mut stream, b"HTTP/1.1 200 OK\r\nx-drip: ", b"x").await;
        }
    })
    .await
}

async fn drip(stream: &mut TcpStream, first: &[u8], then: &[u8]) {
    if stream.write_all(first).await.is_err() {
        return;
    }
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        if stream.write_all(then).await.is_err() {
            return;
        }
    }
}

/// Reads a request's head; false if the connection ended before.
async fn read_head(stream: &mut TcpStream) -> bool {
    let mut head = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => return false,
            Ok(count) => head.extend_from_slice(&chunk[..count]),
        }
        if head.windows(4).any(|window| window == b"\r\n\r\n") {
            return true;
        }
    }
}

async fn read_until_closed(stream: &mut TcpStream) {
    let mut chunk = [0; 4096];
    while stream.read(&mut chunk).await.is_ok_and(|count| count > 0) {}
}
