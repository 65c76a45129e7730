//! A connection that costs next to nothing: what a load measures is then the server. It reads nothing of
//! a response but its status and how long it is.

use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A kept connection.
pub(crate) struct Connection {
    stream: TcpStream,
    read: Vec<u8>,
}

/// The bytes of a request.
pub(crate) fn request(
    address: SocketAddr,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Vec<u8> {
    let headers: String =
        headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    format!(
        "POST {path} HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n{headers}\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

impl Connection {
    pub(crate) async fn to(address: SocketAddr) -> Result<Connection, String> {
        let stream = TcpStream::connect(address).await.map_err(|error| error.to_string())?;
        stream.set_nodelay(true).map_err(|error| error.to_string())?;
        Ok(Connection { stream, read: Vec::new() })
    }

    /// Sends a request, which must be accepted.
    pub(crate) async fn call(&mut self, request: &[u8]) -> Result<(), String> {
        self.stream.write_all(request).await.map_err(|error| error.to_string())?;
        self.read.clear();
        loop {
            let mut piece = [0; 4096];
            match self.stream.read(&mut piece).await {
                Ok(0) => return Err("the connection was closed".to_owned()),
                Ok(count) => self.read.extend_from_slice(&piece[..count]),
                Err(error) => return Err(error.to_string()),
            }
            if is_whole(&self.read)? {
                break;
            }
        }
        match self.read.starts_with(b"HTTP/1.1 200") {
            true => Ok(()),
            false => Err(String::from_utf8_lossy(&self.read).into_owned()),
        }
    }
}

/// Whether a response has come to its end. It must say how long it is.
fn is_whole(read: &[u8]) -> Result<bool, String> {
    let Some(end) = read.windows(4).position(|window| window == b"\r\n\r\n") else {
        return Ok(false);
    };
    let head = String::from_utf8_lossy(&read[..end]).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    let length: usize = length
        .and_then(|length| length.trim().parse().ok())
        .ok_or_else(|| format!("a response does not say how long it is: {head}"))?;
    Ok(read.len() >= end + 4 + length)
}

/// What a server did under load.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Load {
    /// Calls a second.
    pub(crate) rate: f64,
    /// The 99th percentile of the times of calls, in milliseconds.
    pub(crate) p99_ms: f64,
}

/// Calls a server over so many connections at once for a while, the same again and again.
pub(crate) async fn load(
    address: SocketAddr,
    request: Vec<u8>,
    connections: usize,
    lasting: Duration,
) -> Result<Load, String> {
    let request: std::sync::Arc<[u8]> = request.into();
    let began = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..connections {
        let request = std::sync::Arc::clone(&request);
        tasks.spawn(async move {
            let mut connection = Connection::to(address).await?;
            let mut times = Vec::new();
            while began.elapsed() < lasting {
                let sent = Instant::now();
                connection.call(&request).await?;
                times.push(sent.elapsed());
            }
            Ok::<_, String>(times)
        });
    }
    let mut times = Vec::new();
    while let Some(done) = tasks.join_next().await {
        times.extend(done.map_err(|error| error.to_string())??);
    }
    let rate = times.len() as f64 / began.elapsed().as_secs_f64();
    times.sort_unstable();
    let p99 = times.get(times.len() * 99 / 100).copied().unwrap_or_default();
    Ok(Load { rate, p99_ms: p99.as_secs_f64() * 1_000.0 })
}
