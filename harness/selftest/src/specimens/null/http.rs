//! Servers that speak HTTP, and say the same to everything.

use super::servers::{self, Running};
use std::io;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

pub(super) async fn empty_objects() -> io::Result<Running> {
    serve(|_| Answer {
        head: "200 OK\r\ncontent-type: application/json".to_owned(),
        body: b"{}".into(),
    })
    .await
}

pub(super) async fn echo() -> io::Result<Running> {
    serve(|request| Answer {
        head: "200 OK\r\ncontent-type: application/json".to_owned(),
        body: request.body.clone(),
    })
    .await
}

pub(super) async fn web_page() -> io::Result<Running> {
    serve(|_| Answer {
        head: "200 OK\r\ncontent-type: text/html".to_owned(),
        body: b"<html><body>Welcome to nginx!</body></html>".into(),
    })
    .await
}

pub(super) async fn redirect() -> io::Result<Running> {
    serve(|request| Answer {
        head: format!("302 Found\r\nlocation: {}", request.path),
        body: Vec::new(),
    })
    .await
}

struct Request {
    path: String,
    body: Vec<u8>,
}

struct Answer {
    /// Status and headers, without the length.
    head: String,
    body: Vec<u8>,
}

async fn serve(answer: fn(&Request) -> Answer) -> io::Result<Running> {
    servers::each(move |mut stream| async move {
        while let Some(request) = read(&mut stream).await {
            let Answer { head, body } = answer(&request);
            let head = format!("HTTP/1.1 {head}\r\ncontent-length: {}\r\n\r\n", body.len());
            let whole = [head.as_bytes(), &body].concat();
            if stream.write_all(&whole).await.is_err() {
                return;
            }
        }
    })
    .await
}

/// Reads a request; `None` when the connection has ended.
async fn read(stream: &mut TcpStream) -> Option<Request> {
    const END: &[u8] = b"\r\n\r\n";
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let count = stream.read(&mut chunk).await.ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&chunk[..count]);
        let Some(end) = bytes.windows(END.len()).position(|window| window == END) else { continue };
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length")
                .then(|| value.trim().parse::<usize>().ok())?
        });
        let begins = end + END.len();
        if bytes.len() >= begins + length.unwrap_or(0) {
            let path = head.split(' ').nth(1).unwrap_or("/").to_owned();
            return Some(Request { path, body: bytes.split_off(begins) });
        }
    }
}
