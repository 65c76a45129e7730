//! Servers that speak HTTP and answer everything alike.

use super::Running;
use super::listening::serve_each;
use std::io;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

pub(super) struct Request {
    pub(super) path: String,
    pub(super) body: Vec<u8>,
}

pub(super) struct Response {
    /// Status line and headers, without the protocol's version and the length.
    pub(super) head: String,
    pub(super) body: Vec<u8>,
}

impl Response {
    /// A response with this status and a JSON body.
    pub(super) fn json(status: &str, body: impl Into<Vec<u8>>) -> Response {
        Response { head: format!("{status}\r\ncontent-type: application/json"), body: body.into() }
    }
}

/// Serves every request by this function.
pub(super) async fn serve(respond: fn(&Request) -> Response) -> io::Result<Running> {
    serve_each(move |mut stream| async move {
        while let Some(request) = read(&mut stream).await {
            let Response { head, body } = respond(&request);
            let head = format!("HTTP/1.1 {head}\r\ncontent-length: {}\r\n\r\n", body.len());
            let whole = [head.as_bytes(), &body].concat();
            if stream.write_all(&whole).await.is_err() {
                return;
            }
        }
    })
    .await
}

/// Reads a request; `None` once the connection has ended.
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
