//! One request and its answer, recorded.

use super::connector::Connector;
use super::health::Health;
use super::recorder::Recorder;
use futures_util::StreamExt as _;
use invite_spec::endpoint::Operation;
use invite_spec::status::StatusClass;
use invite_trace::{ANSWER_HEADERS, Content, Event, REQUEST_HEADERS};
use invite_trace::{Deadline, Deadlines};
use std::collections::BTreeMap;
use std::time::Duration;

/// The most bytes of an answer that are read.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// How a fault begins when there is no connection.
pub(crate) const NO_CONNECTION: &str = "cannot connect";
/// How a fault begins when TLS fails.
pub(crate) const NO_TLS: &str = "no TLS";
/// What is said of a body that is not read to its end.
pub(crate) const TOO_LONG: &str = "longer than is read";

/// A request. Tokens stand in it by pseudonym; they are revealed when it is sent.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// What the operation is called, for taking silent ones for dead.
    pub(crate) operation: Operation,
    pub(crate) method: String,
    /// The plane's address.
    pub(crate) base: String,
    pub(crate) path: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Option<Vec<u8>>,
    /// The body as it is recorded.
    pub(crate) shown: Content,
    /// Whether each text of an accepted answer is a token.
    pub(crate) answers_tokens: bool,
}

/// An answer, as it was recorded.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Content,
}

impl Answer {
    pub(crate) fn is_accepted(&self) -> bool {
        StatusClass::of(self.status).is_accepted()
    }

    pub(crate) fn is_refused(&self) -> bool {
        StatusClass::of(self.status).is_refused()
    }
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NoAnswer {
    pub(crate) why: String,
    pub(crate) deadline: Option<Deadline>,
}

/// What is needed to send requests.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Edge<'e> {
    pub(crate) connector: &'e Connector,
    pub(crate) recorder: &'e Recorder,
    pub(crate) health: &'e Health,
    pub(crate) deadlines: &'e Deadlines,
    /// Headers that every request carries.
    pub(crate) extra: &'e BTreeMap<String, String>,
}

impl Edge<'_> {
    /// Sends a request and records it with what comes of it.
    pub(crate) async fn exchange(
        &self,
        step: &str,
        actor: &str,
        request: Request,
    ) -> Result<Answer, NoAnswer> {
        let exchange = self.recorder.next_exchange();
        let shown: BTreeMap<String, String> = request
            .headers
            .iter()
            .filter(|(name, _)| REQUEST_HEADERS.contains(&name.as_str()))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        self.recorder.add(
            step,
            actor,
            Event::Request {
                exchange,
                method: request.method.clone(),
                path: request.path.clone(),
                headers: shown,
                body: request.shown.clone(),
            },
        );
        let usual = self.deadlines.get(Deadline::Answer);
        let patience = self.health.patience(request.operation.as_str(), usual);
        let outcome = match tokio::time::timeout(patience, self.send(&request)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(NoAnswer {
                why: format!("no whole answer within {} ms", patience.as_millis()),
                deadline: Some(Deadline::Answer),
            }),
        };
        match outcome {
            Ok((status, headers, bytes)) => {
                self.health.came(request.operation.as_str());
                let mut body = Content::Empty;
                self.recorder.add_with(step, actor, |state| {
                    let tokens = request.answers_tokens && StatusClass::of(status).is_accepted();
                    body = state.vault.content(&bytes, tokens);
                    let headers =
                        headers.into_iter().map(|(name, v)| (name, state.vault.text(&v))).collect();
                    Event::Answer { exchange, status, headers, body: body.clone() }
                });
                Ok(Answer { status, body })
            }
            Err(fault) => {
                if fault.deadline.is_some() {
                    self.health.missed(request.operation.as_str());
                }
                let (why, deadline) = (fault.why.clone(), fault.deadline);
                self.recorder.add_with(step, actor, |state| Event::NoAnswer {
                    exchange,
                    why: state.vault.text(&why),
                    deadline,
                });
                Err(fault)
            }
        }
    }

    async fn send(
        &self,
        request: &Request,
    ) -> Result<(u16, BTreeMap<String, String>, Vec<u8>), NoAnswer> {
        let fault = |why: String| NoAnswer { why, deadline: None };
        let method = reqwest::Method::from_bytes(request.method.as_bytes())
            .map_err(|error| fault(error.to_string()))?;
        let (path, headers) = {
            let state = self.recorder.lock();
            let headers: Vec<(String, String)> = request
                .headers
                .iter()
                .map(|(name, value)| (name.clone(), state.vault.reveal(value)))
                .collect();
            (state.vault.reveal(&request.path), headers)
        };
        let mut sending = self.connector.http.request(method, format!("{}{path}", request.base));
        for (name, value) in self.extra.iter().map(|(n, v)| (n.clone(), v.clone())).chain(headers) {
            sending = sending.header(name, value);
        }
        if let Some(body) = &request.body {
            sending = sending.body(body.clone());
        }
        // A kept connection may be closed by the target just when it is used again: any server may
        // do that, so the request is sent once more.
        let again = sending.try_clone();
        let answer = match (sending.send().await, again) {
            (Err(error), Some(again)) if was_closed(&error) => again.send().await,
            (answer, _) => answer,
        };
        let answer = answer.map_err(|error| explain(&error))?;
        let status = answer.status().as_u16();
        let headers = ANSWER_HEADERS
            .into_iter()
            .filter_map(|name| {
                let value = answer.headers().get(name)?;
                Some((name.to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            })
            .collect();
        let mut bytes = Vec::new();
        let mut stream = answer.bytes_stream();
        while let Some(chunk) = stream.next().await {
            let chunk = chunk.map_err(|error| explain(&error))?;
            if !self.recorder.has_room(chunk.len()) {
                return Err(fault(format!(
                    "status {status} with a body that is {TOO_LONG}, after all that was sent before"
                )));
            }
            if bytes.len() + chunk.len() > MOST_BYTES {
                return Err(fault(format!(
                    "status {status} with a body of more than {MOST_BYTES} bytes, which is {TOO_LONG}"
                )));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok((status, headers, bytes))
    }

    /// The value of a deadline with its name, for [`Recorder::wait`].
    pub(crate) fn within(&self, deadline: Deadline) -> (Deadline, Duration) {
        (deadline, self.deadlines.get(deadline))
    }
}

/// Whether the connection was closed before anything of an answer came.
fn was_closed(error: &reqwest::Error) -> bool {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(inner) = cause {
        if let Some(error) = inner.downcast_ref::<hyper::Error>()
            && (error.is_incomplete_message() || error.is_canceled())
        {
            return true;
        }
        if let Some(error) = inner.downcast_ref::<std::io::Error>() {
            use std::io::ErrorKind::{BrokenPipe, ConnectionReset, UnexpectedEof};
            if matches!(error.kind(), BrokenPipe | ConnectionReset | UnexpectedEof) {
                return true;
            }
        }
        cause = inner.source();
    }
    false
}

/// The innermost cause of an error, without the address (which may hold a token).
fn explain(error: &reqwest::Error) -> NoAnswer {
    let mut cause: &dyn std::error::Error = error;
    loop {
        // What an I/O error wraps is not its source.
        let wrapped = cause.downcast_ref::<std::io::Error>().and_then(|error| error.get_ref());
        match (wrapped, cause.source()) {
            (Some(inner), _) => cause = inner,
            (None, Some(inner)) => cause = inner,
            (None, None) => break,
        }
    }
    let deadline = error.is_timeout().then_some(Deadline::Connect);
    let why = match cause.downcast_ref::<rustls::Error>() {
        Some(rustls::Error::InvalidMessage(_)) => {
            format!("{NO_TLS}: what answers does not speak it")
        }
        Some(error) => format!("{NO_TLS}: {error}"),
        None if error.is_connect() => format!("{NO_CONNECTION}: {cause}"),
        None => format!("the connection broke: {cause}"),
    };
    NoAnswer { why, deadline }
}
