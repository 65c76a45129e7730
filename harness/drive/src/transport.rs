//! One request and its response, recorded.

use super::actor::Actor;
use super::circuit_breaker::{Awaited, CircuitBreaker};
use super::client_defaults;
use super::connector::{Connector, is_out_of_descriptors};
use super::content_encoding::{OFFERED, Undecoded, decoded};
use super::encode;
use super::pace::Pace;
use super::recorder::Recorder;
use futures_util::StreamExt as _;
use invite_scenario::cover::Cover;
use invite_scenario::description::Target;
use invite_spec::endpoint::Operation;
use invite_spec::status::StatusClass;
use invite_trace::{ANSWER_HEADERS, Content, Event, NoAnswer, REQUEST_HEADERS};
use invite_trace::{Deadline, Deadlines};
use reqwest::header::HeaderMap;
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

/// A request. Tokens are pseudonyms, which are revealed when it is sent.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) operation: Operation,
    pub(crate) method: String,
    /// The plane's address.
    pub(crate) base: String,
    pub(crate) path: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Option<Vec<u8>>,
    /// The body, as the trace records it.
    pub(crate) shown: Content,
    /// Whether each text of an accepted response is a token.
    pub(crate) answers_tokens: bool,
}

/// A response, as the trace records it.
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

/// What is needed to send requests.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Transport<'e> {
    pub(crate) connector: &'e Connector,
    pub(crate) recorder: &'e Recorder,
    pub(crate) breaker: &'e CircuitBreaker,
    pub(crate) pace: &'e Pace,
    pub(crate) deadlines: &'e Deadlines,
    pub(crate) target: &'e Target,
    pub(crate) cover: Cover,
}

impl Transport<'_> {
    /// Sends a request, and records it and its response.
    pub(crate) async fn exchange(
        &self,
        step: &str,
        actor: &Actor,
        request: Request,
    ) -> Result<Answer, NoAnswer> {
        self.pace.turn().await;
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
        let awaited = Awaited::Answer(request.operation);
        let usual = self.deadlines.get(Deadline::Answer);
        let patience = self.breaker.patience(awaited, usual);
        let mut pauses = 0;
        let outcome = loop {
            let outcome = match tokio::time::timeout(patience, self.send(&request)).await {
                Ok(outcome) => outcome,
                Err(_) => {
                    Err((NoAnswer::TooLate { waited_ms: millis(patience) }, Some(Deadline::Answer)))
                }
            };
            let now = SystemTime::now();
            match outcome
                .as_ref()
                .ok()
                .and_then(|(status, headers, _)| pause(*status, headers, now))
            {
                Some(pause) if pauses < MOST_PAUSES => {
                    tokio::time::sleep(pause).await;
                    self.pace.turn().await;
                }
                _ => break outcome,
            }
            pauses += 1;
        };
        match outcome {
            Ok((status, headers, bytes)) => {
                self.breaker.came(awaited);
                let mut body = Content::Empty;
                self.recorder.add_with(step, actor, |state| {
                    let tokens = request.answers_tokens && StatusClass::of(status).is_accepted();
                    body = state.redactor.content(&bytes, tokens);
                    let headers = headers
                        .into_iter()
                        .map(|(name, v)| (name, state.redactor.text(&v)))
                        .collect();
                    Event::Answer { exchange, status, headers, body: body.clone() }
                });
                Ok(Answer { status, body })
            }
            Err((why, deadline)) => {
                if deadline.is_some() {
                    self.breaker.missed(awaited);
                }
                let why = why.map_cause(|cause| self.recorder.lock().redactor.text(cause));
                let event = Event::NoAnswer { exchange, why: why.clone(), deadline };
                self.recorder.add(step, actor, event);
                Err(why)
            }
        }
    }

    async fn send(
        &self,
        request: &Request,
    ) -> Result<(u16, BTreeMap<String, String>, Vec<u8>), (NoAnswer, Option<Deadline>)> {
        let method = reqwest::Method::from_bytes(request.method.as_bytes())
            .map_err(|error| (NoAnswer::NotSent { cause: error.to_string() }, None))?;
        let (path, headers) = {
            let state = self.recorder.lock();
            let headers: Vec<(String, String)> = request
                .headers
                .iter()
                .map(|(name, value)| (name.clone(), state.redactor.reveal(value)))
                .collect();
            (encode::revealed_path(&state.redactor, &request.path), headers)
        };
        let mut sending = self.connector.http.request(method, format!("{}{path}", request.base));
        let plane = request.operation.endpoint().plane;
        let agent = client_defaults::user_agent(self.cover, plane);
        sending = sending.header("accept-encoding", OFFERED).header("user-agent", agent);
        for (name, value) in
            self.target.headers.iter().map(|(n, v)| (n.clone(), v.clone())).chain(headers)
        {
            sending = sending.header(name, value);
        }
        if let Some(body) = &request.body {
            sending = sending.body(body.clone());
        }
        // Any server may close a kept-alive connection just when it is used again. The request is sent
        // once more if the target cannot have acted on it.
        let is_safe = matches!(request.method.as_str(), "GET" | "OPTIONS");
        let again = sending.try_clone();
        let answer = match (sending.send().await, again) {
            (Err(error), Some(again)) if may_send_again(is_safe, &error) => {
                match again.send().await {
                    // The target is gone: the first error says that it was there until then.
                    Err(second) if second.is_connect() => Err(error),
                    answer => answer,
                }
            }
            (answer, _) => answer,
        };
        let answer = answer.map_err(|error| explain(&error))?;
        let status = answer.status().as_u16();
        let headers = ANSWER_HEADERS
            .into_iter()
            .filter_map(|name| {
                let value = joined(answer.headers(), name);
                answer.headers().contains_key(name).then(|| (name.to_owned(), value))
            })
            .collect();
        let encoding = joined(answer.headers(), "content-encoding");
        let mut bytes = Vec::new();
        let mut stream = answer.bytes_stream();
        while let Some(chunk) = stream.next().await {
            let chunk = chunk.map_err(|error| explain(&error))?;
            if !self.recorder.has_room(chunk.len()) {
                let most_bytes = self.recorder.most_bytes();
                return Err((NoAnswer::TooMuch { status, most_bytes }, None));
            }
            bytes.extend_from_slice(&chunk);
        }
        let most_bytes = self.recorder.most_bytes();
        let bytes = decoded(&encoding, bytes, |more| self.recorder.has_room(more));
        let bytes = bytes.map_err(|why| match why {
            Undecoded::TooMuch => (NoAnswer::TooMuch { status, most_bytes }, None),
            Undecoded::Unreadable => (NoAnswer::Unreadable { status, encoding }, None),
        })?;
        if !self.recorder.has_memory(&bytes) {
            return Err((NoAnswer::TooMuch { status, most_bytes }, None));
        }
        Ok((status, headers, bytes))
    }

    /// The value of a deadline with its name, for [`Recorder::wait`].
    pub(crate) fn within(&self, deadline: Deadline) -> (Deadline, Duration) {
        (deadline, self.deadlines.get(deadline))
    }
}

/// How often a request is sent again because the target asked for a pause.
const MOST_PAUSES: usize = 3;
/// The longest of these pauses.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// The pause that a target asks for: it has been asked too much, and refuses for that alone. What it says
/// after the pause is recorded in place of that. The header has seconds, or a date.
fn pause(status: u16, headers: &BTreeMap<String, String>, now: SystemTime) -> Option<Duration> {
    let said = headers.get("retry-after").filter(|_| status == 429)?.trim();
    let until = || httpdate::parse_http_date(said).ok();
    let pause = match said.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => until()?.duration_since(now).unwrap_or_default(),
    };
    Some(pause).filter(|pause| *pause <= LONGEST_PAUSE)
}

/// Whether a request whose connection was closed before any of the response came may be sent once more:
/// one that was never written, or one without an effect.
fn may_send_again(is_safe: bool, error: &reqwest::Error) -> bool {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(inner) = cause {
        if let Some(error) = inner.downcast_ref::<hyper::Error>()
            && (error.is_canceled() || (is_safe && error.is_incomplete_message()))
        {
            return true;
        }
        if let Some(error) = inner.downcast_ref::<std::io::Error>() {
            use std::io::ErrorKind::{BrokenPipe, ConnectionReset, UnexpectedEof};
            if is_safe && matches!(error.kind(), BrokenPipe | ConnectionReset | UnexpectedEof) {
                return true;
            }
        }
        cause = inner.source();
    }
    false
}

/// The values of a header that came several times, as the one list that they are.
fn joined(headers: &HeaderMap, name: &str) -> String {
    let values = headers.get_all(name).iter();
    let values: Vec<_> = values.map(|it| String::from_utf8_lossy(it.as_bytes())).collect();
    values.join(", ")
}

/// The innermost cause of an error, without the URL (which may hold a token); and the deadline that
/// passed, if one did.
fn explain(error: &reqwest::Error) -> (NoAnswer, Option<Deadline>) {
    let mut cause: &dyn std::error::Error = error;
    loop {
        if cause.downcast_ref::<std::io::Error>().is_some_and(is_out_of_descriptors) {
            return (NoAnswer::OutOfDescriptors, None);
        }
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
        Some(rustls::Error::InvalidMessage(_)) => NoAnswer::NoTls,
        Some(error) => NoAnswer::TlsFailed { cause: error.to_string() },
        None if error.is_connect() => NoAnswer::NoConnection { cause: cause.to_string() },
        None => NoAnswer::Broken { cause: cause.to_string() },
    };
    (why, deadline)
}

/// A time in milliseconds.
pub(crate) fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_is_given_in_seconds_or_as_a_date() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        let asked = |status, said: &str| {
            pause(status, &[("retry-after".to_owned(), said.to_owned())].into(), now)
        };
        assert_eq!(asked(429, "2"), Some(Duration::from_secs(2)));
        assert_eq!(asked(429, "Sun, 09 Sep 2001 01:46:43 GMT"), Some(Duration::from_secs(3)));
        assert_eq!(asked(429, "Sun, 09 Sep 2001 01:46:00 GMT"), Some(Duration::ZERO), "it is over");
        assert_eq!(asked(429, "Mon, 10 Sep 2001 01:46:43 GMT"), None, "that is too long");
        assert_eq!(asked(429, "later"), None);
        assert_eq!(asked(503, "2"), None);
        assert_eq!(pause(429, &BTreeMap::new(), now), None);
    }
}
