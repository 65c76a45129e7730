//! Servers that misbehave, each on a free loopback port. They last as long as the test's runtime.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// Serves every connection by `serve` and gives the authority, such as `127.0.0.1:4711`.
pub(crate) async fn each<F>(serve: impl Fn(TcpStream) -> F + Send + Sync + 'static) -> String
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let authority = listener.local_addr().unwrap().to_string();
    let serve = Arc::new(serve);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream));
        }
    });
    authority
}

/// A port on which nobody listens.
pub(crate) async fn closed() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap().to_string()
}

/// Accepts and never says a word.
pub(crate) async fn silent() -> String {
    each(|mut stream| async move {
        read_until_closed(&mut stream).await;
    })
    .await
}

/// Says one thing, whatever it hears, and closes or stays.
pub(crate) async fn says(greeting: &'static [u8], closes: bool) -> String {
    each(move |mut stream| async move {
        let _ = stream.write_all(greeting).await;
        if !closes {
            read_until_closed(&mut stream).await;
        }
    })
    .await
}

/// Answers every request with a body of 200 MB, made as it goes.
pub(crate) async fn endless_body() -> String {
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
pub(crate) async fn dripping_body() -> String {
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
pub(crate) async fn dripping_head() -> String {
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
