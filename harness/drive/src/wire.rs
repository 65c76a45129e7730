//! Requests that no HTTP library would send, over a connection of their own.

use super::stage::{APPLICATION, Stage};
use invite_scenario::Wire;
use invite_spec::endpoint;
use invite_trace::Deadline;
use invite_trace::{Event, Stop, StopReason};
use rustls::pki_types::ServerName;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// The most bytes of the answer that are read: its status line and headers are what matters.
const MOST_BYTES: usize = 16 * 1024;

/// Sends the bytes and records what comes back first.
pub(crate) async fn send(stage: &Stage, label: &str, step: &Wire) -> Result<(), Stop> {
    let fault = |seen: String| Stop {
        step: label.into(),
        actor: APPLICATION.into(),
        reason: StopReason::Harness,
        requirement: String::new(),
        expected: "bytes can be sent".into(),
        seen,
    };
    let endpoint = endpoint::Operation::parse(&step.operation)
        .map(endpoint::Operation::endpoint)
        .ok_or_else(|| fault(format!("no operation {}", step.operation)))?;
    stage.api_token(label, false).await?;
    let edge = stage.edge();
    let shown = edge.recorder.lock().bindings.resolve_string(&step.request);
    let shown = shown.map_err(|error| fault(error.to_string()))?;
    let raw = with_line_ends(&edge.recorder.lock().vault.reveal(&shown));
    let exchange = edge.recorder.next_exchange();
    edge.recorder.add_with(label, APPLICATION, |state| Event::Request {
        exchange,
        method: "RAW".into(),
        path: endpoint.path.into(),
        headers: BTreeMap::new(),
        body: state.vault.content(shown.as_bytes(), false),
    });
    let talk = talk(stage, stage.base(endpoint.plane), raw.as_bytes());
    let heard = tokio::time::timeout(edge.deadlines.get(Deadline::Answer), talk).await;
    edge.recorder.add_with(label, APPLICATION, |state| match heard {
        Ok(Ok(bytes)) => match status(&bytes) {
            Some(status) => Event::Answer {
                exchange,
                status,
                headers: BTreeMap::new(),
                body: state.vault.content(&bytes, false),
            },
            None => {
                Event::NoAnswer { exchange, why: "closed without an answer".into(), deadline: None }
            }
        },
        Ok(Err(error)) => Event::NoAnswer { exchange, why: error.to_string(), deadline: None },
        Err(_) => Event::NoAnswer {
            exchange,
            why: "no answer in time".into(),
            deadline: Some(Deadline::Answer),
        },
    });
    Ok(())
}

/// `\n` to `\r\n` in the head; the body is left as it is.
fn with_line_ends(request: &str) -> String {
    let (head, body) = request.split_once("\n\n").unwrap_or((request, ""));
    format!("{}\r\n\r\n{body}", head.replace("\r\n", "\n").replace('\n', "\r\n"))
}

/// The status of the first answer.
fn status(bytes: &[u8]) -> Option<u16> {
    let line = bytes.split(|b| *b == b'\r').next()?;
    let text = std::str::from_utf8(line).ok()?;
    text.strip_prefix("HTTP/1.")?.split(' ').nth(1)?.parse().ok()
}

async fn talk(stage: &Stage, base: &str, bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let odd = |error: &dyn std::fmt::Display| std::io::Error::other(error.to_string());
    let url = reqwest::Url::parse(base).map_err(|error| odd(&error))?;
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
    let port = url.port_or_known_default().unwrap_or(80);
    let plain = TcpStream::connect((host.as_str(), port)).await?;
    if url.scheme() == "https" {
        let name = ServerName::try_from(host).map_err(|error| odd(&error))?;
        let tls = tokio_rustls::TlsConnector::from(Arc::clone(&stage.shared.connector.tls));
        exchange(tls.connect(name, plain).await?, bytes).await
    } else {
        exchange(plain, bytes).await
    }
}

/// Writes, and reads until the head of an answer is there or the connection ends.
async fn exchange(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    bytes: &[u8],
) -> std::io::Result<Vec<u8>> {
    stream.write_all(bytes).await?;
    let mut answer = Vec::new();
    let mut chunk = [0; 1024];
    loop {
        let count = stream.read(&mut chunk).await?;
        answer.extend_from_slice(&chunk[..count]);
        let whole = answer.windows(4).any(|window| window == b"\r\n\r\n");
        if count == 0 || whole || answer.len() > MOST_BYTES {
            return Ok(answer);
        }
    }
}
