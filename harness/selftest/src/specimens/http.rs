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
        loop {
            let response = match read(&mut stream).await {
                Read::Request(request) => respond(&request),
                Read::NotHttp => {
                    let _ = write(&mut stream, bad_request()).await;
                    return;
                }
                Read::Ended => return,
            };
            if write(&mut stream, response).await.is_err() {
                return;
            }
        }
    })
    .await
}

fn bad_request() -> Response {
    Response { head: "400 Bad Request\r\nconnection: close".to_owned(), body: Vec::new() }
}

async fn write(stream: &mut TcpStream, response: Response) -> io::Result<()> {
    let Response { head, body } = response;
    let head = format!("HTTP/1.1 {head}\r\ncontent-length: {}\r\n\r\n", body.len());
    stream.write_all(&[head.as_bytes(), &body].concat()).await
}

enum Read {
    Request(Request),
    /// The client speaks something else, such as TLS. As any HTTP server would, this one says so
    /// instead of waiting for the end of a request.
    NotHttp,
    Ended,
}

async fn read(stream: &mut TcpStream) -> Read {
    const END: &[u8] = b"\r\n\r\n";
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => return Read::Ended,
            Ok(count) => bytes.extend_from_slice(&chunk[..count]),
        }
        if !bytes[0].is_ascii_uppercase() {
            return Read::NotHttp;
        }
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
            return Read::Request(Request { path, body: bytes.split_off(begins) });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[tokio::test]
    async fn a_client_that_speaks_tls_is_answered_at_once() {
        let respond = |_: &Request| Response { head: "200 OK".to_owned(), body: Vec::new() };
        let running = serve(respond).await.unwrap();
        let url = running.target().planes.session;
        let mut stream = TcpStream::connect(url.trim_start_matches("http://")).await.unwrap();
        // The beginning of a TLS ClientHello.
        stream.write_all(&[0x16, 0x03, 0x01, 0x02, 0x00]).await.unwrap();
        let mut answer = String::new();
        let reading = stream.read_to_string(&mut answer);
        tokio::time::timeout(Duration::from_secs(5), reading).await.unwrap().unwrap();
        assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    }
}
