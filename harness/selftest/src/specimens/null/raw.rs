//! Targets that are not HTTP servers, or endless ones.

use crate::specimens::Running;
use crate::specimens::listening::serve_each;
use std::io;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Accepts connections and never sends anything.
pub(super) async fn silent() -> io::Result<Running> {
    serve_each(|mut stream| async move {
        read_until_closed(&mut stream).await;
    })
    .await
}

/// Answers as a TLS server does to a client that does not speak TLS: with an alert.
pub(super) async fn tls() -> io::Result<Running> {
    greets(b"\x15\x03\x01\x00\x02\x02\x46", true).await
}

/// Greets as a mail server does.
pub(super) async fn smtp() -> io::Result<Running> {
    greets(b"220 mail.example ESMTP ready\r\n", false).await
}

/// Sends one thing, whatever it reads, and then closes the connection or keeps it open.
async fn greets(greeting: &'static [u8], closes: bool) -> io::Result<Running> {
    serve_each(move |mut stream| async move {
        let _ = stream.write_all(greeting).await;
        if !closes {
            read_until_closed(&mut stream).await;
        }
    })
    .await
}

/// Answers every request with a body of 200 MB, never held in memory.
pub(super) async fn endless_body() -> io::Result<Running> {
    const LENGTH: usize = 200 * 1024 * 1024;
    serve_each(|mut stream| async move {
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

/// Answers every request with a body of one byte a second.
pub(super) async fn dripping_body() -> io::Result<Running> {
    serve_each(|mut stream| async move {
        if !read_head(&mut stream).await {
            return;
        }
        let head =
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9999\r\n\r\n";
        drip(&mut stream, head, b" ").await;
    })
    .await
}

/// Answers every request with headers of one byte a second.
pub(super) async fn dripping_head() -> io::Result<Running> {
    serve_each(|mut stream| async move {
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

/// Reads the head of a request; false if the connection ended before its end.
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
