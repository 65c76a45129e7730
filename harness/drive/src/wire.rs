//! Requests that no HTTP library would send, over a connection of their own.

use super::actor::Actor;
use super::connector::is_out_of_descriptors;
use super::scenario_run::ScenarioRun;
use super::stop::unbound;
use super::transport::millis;
use invite_scenario::{App, Wire};
use invite_trace::Deadline;
use invite_trace::{Event, NoAnswer, Stop};
use rustls::pki_types::ServerName;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// The most bytes of the response that are read: its status line and headers are what matters.
const MOST_BYTES: usize = 16 * 1024;

/// Sends the bytes and records what comes back first.
pub(crate) async fn send(run: &ScenarioRun, label: &str, step: &Wire) -> Result<(), Stop> {
    let endpoint = step.operation.endpoint();
    let actor = &Actor::Application(App::First);
    run.api_token(label, App::First).await?;
    let transport = run.transport();
    let recorder = transport.recorder;
    let shown = recorder.lock().bindings.resolve_string(&step.request);
    let shown = shown.map_err(|error| unbound(label, &error))?;
    let revealed = recorder.lock().redactor.reveal(&shown);
    let raw = with_line_ends(&revealed);
    transport.pace.turn().await;
    let exchange = recorder.next_exchange();
    recorder.add_with(label, actor, |state| Event::Request {
        exchange,
        method: "RAW".into(),
        path: endpoint.path.into(),
        headers: BTreeMap::new(),
        body: state.redactor.content(revealed.as_bytes(), false),
    });
    let talk = talk(run, run.base(endpoint.plane), raw.as_bytes());
    let heard = tokio::time::timeout(transport.deadlines.get(Deadline::Answer), talk).await;
    let no_answer = |why: NoAnswer, deadline| Event::NoAnswer { exchange, why, deadline };
    recorder.add_with(label, actor, |state| match heard {
        Ok(Ok(bytes)) => match status(&bytes) {
            Some(status) => Event::Answer {
                exchange,
                status,
                headers: BTreeMap::new(),
                body: state.redactor.content(&bytes, false),
            },
            None => no_answer(NoAnswer::Closed, None),
        },
        Ok(Err(error)) if is_out_of_descriptors(&error) => {
            no_answer(NoAnswer::OutOfDescriptors, None)
        }
        Ok(Err(error)) => {
            let cause = state.redactor.text(&error.to_string());
            no_answer(NoAnswer::Broken { cause }, None)
        }
        Err(_) => {
            let waited_ms = millis(transport.deadlines.get(Deadline::Answer));
            no_answer(NoAnswer::TooLate { waited_ms }, Some(Deadline::Answer))
        }
    });
    Ok(())
}

/// `\n` to `\r\n` in the head; the body stays the same.
fn with_line_ends(request: &str) -> String {
    let (head, body) = request.split_once("\n\n").unwrap_or((request, ""));
    format!("{}\r\n\r\n{body}", head.replace("\r\n", "\n").replace('\n', "\r\n"))
}

/// The status of the first response.
fn status(bytes: &[u8]) -> Option<u16> {
    let line = bytes.split(|b| *b == b'\r').next()?;
    let text = std::str::from_utf8(line).ok()?;
    text.strip_prefix("HTTP/1.")?.split(' ').nth(1)?.parse().ok()
}

async fn talk(run: &ScenarioRun, base: &str, bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let odd = |error: &dyn std::fmt::Display| std::io::Error::other(error.to_string());
    let url = reqwest::Url::parse(base).map_err(|error| odd(&error))?;
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
    let port = url.port_or_known_default().unwrap_or(80);
    let plain = TcpStream::connect((host.as_str(), port)).await?;
    if url.scheme() == "https" {
        let name = ServerName::try_from(host).map_err(|error| odd(&error))?;
        let tls = tokio_rustls::TlsConnector::from(Arc::clone(&run.shared.connector.tls));
        exchange(tls.connect(name, plain).await?, bytes).await
    } else {
        exchange(plain, bytes).await
    }
}

/// Writes, and reads until the head of a response is complete or the connection ends.
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
