//! What the entries of HAR files mean, as one trace: operations, decoded bodies, sessions, frames.
//!
//! What they hold in the clear (tokens, keys) stands in the trace by
//! pseudonym.

use super::CaptureError;
use super::har::{Entry as HarEntry, Har, Message};
use super::parts::{headers, routed};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::DateTime;
use invite_spec::endpoint::{CLIENT_ID_HEADER, SOCKET_CLIENT_ID, SOCKET_PATH, SOCKET_TOKEN};
use invite_spec::status::StatusClass;
use invite_trace::{ANSWER_HEADERS, REQUEST_HEADERS};
use invite_trace::{Content, Ended, Entry, Event, NoAnswer, Redactor, SocketEnd, Trace, View};
use serde_json::Value;
use std::collections::BTreeMap;
use url::Url;

/// What came of importing.
#[derive(Debug)]
pub struct Imported {
    /// The traffic.
    pub trace: Trace,
    /// What was left out, and how often.
    pub left_out: BTreeMap<&'static str, usize>,
}

const OTHER: &str = "requests that are no part of the protocol";
const NO_BODY: &str = "answers whose bodies were not captured";
const BINARY: &str = "binary WebSocket frames";

/// Something that happened, before it is put in order.
struct Happened {
    at_us: u64,
    step: String,
    actor: String,
    event: Event,
}

#[derive(Default)]
struct Importer {
    redactor: Redactor,
    happened: Vec<Happened>,
    left_out: BTreeMap<&'static str, usize>,
    exchanges: u32,
    sockets: u32,
}

/// Makes one trace of captures of one target.
pub(super) fn import(files: &[(String, Har)]) -> Result<Imported, CaptureError> {
    let actors = actors(files);
    let mut importer = Importer::default();
    for (file, har) in files {
        for (index, entry) in har.log.entries.iter().enumerate() {
            let step = format!("{file}, entry {index}");
            importer.add(&step, entry, &actors).map_err(|message| {
                CaptureError::new(file, format!("/log/entries/{index}: {message}"))
            })?;
        }
    }
    let Importer { redactor, mut happened, left_out, .. } = importer;
    happened.sort_by_key(|happened| happened.at_us);
    let epoch_us = happened.first().map_or(0, |first| first.at_us);
    let entries = happened
        .into_iter()
        .map(|happened| Entry {
            at_us: happened.at_us - epoch_us,
            step: happened.step,
            actor: happened.actor,
            event: happened.event,
        })
        .collect();
    let trace = Trace {
        scenario: "capture".into(),
        view: View::Part,
        epoch_us,
        bindings: Default::default(),
        tokens: redactor.tokens().clone(),
        entries,
        ended: Ended::Complete,
    };
    Ok(Imported { trace, left_out })
}

/// Client instances by their id: called by the external id that they gave, else by a number.
fn actors(files: &[(String, Har)]) -> BTreeMap<String, String> {
    let mut actors = BTreeMap::new();
    let requests = files.iter().flat_map(|(_, har)| &har.log.entries).map(|entry| &entry.request);
    for request in requests {
        let Some(client) = request.header(CLIENT_ID_HEADER) else { continue };
        let number = actors.len() + 1;
        let name = actors.entry(client.to_owned()).or_insert_with(|| format!("client {number}"));
        let body = request.post_data.as_ref().and_then(|data| data.text.as_deref());
        let said = body.and_then(|body| serde_json::from_str::<Value>(body).ok());
        let external = said.as_ref().and_then(|body| body.get("externalId")?.as_str());
        if let Some(external) = external.filter(|_| request.url.contains("/users/identify")) {
            *name = external.to_owned();
        }
    }
    actors
}

impl Importer {
    fn add(
        &mut self,
        step: &str,
        entry: &HarEntry,
        actors: &BTreeMap<String, String>,
    ) -> Result<(), String> {
        let url = Url::parse(&entry.request.url)
            .map_err(|error| format!("`{}` is no address: {error}", entry.request.url))?;
        let began = DateTime::parse_from_rfc3339(&entry.started_date_time).map_err(|error| {
            format!("`{}` is no time (RFC 3339): {error}", entry.started_date_time)
        })?;
        let began_us = u64::try_from(began.timestamp_micros()).unwrap_or(0);
        let client = entry.request.header(CLIENT_ID_HEADER).map(str::to_owned).or_else(|| {
            let mut query = url.query_pairs();
            query.find(|(name, _)| name == "Voxeet-Id").map(|(_, value)| value.into_owned())
        });
        let actor = client.and_then(|client| actors.get(&client).cloned());
        let actor = actor.unwrap_or_else(|| "application".to_owned());
        let mut note = |at_us, event| {
            self.happened.push(Happened { at_us, step: step.into(), actor: actor.clone(), event });
        };
        if url.path().ends_with(SOCKET_PATH) && is_socket(entry) {
            self.sockets += 1;
            let socket = self.sockets;
            let token = url.query_pairs().find(|(name, _)| name == "Token");
            let token = token.map_or_else(String::new, |(_, raw)| self.redactor.token(&raw));
            let instance = url.query_pairs().find(|(name, _)| name == SOCKET_CLIENT_ID);
            let instance = instance.map_or_else(String::new, |(_, id)| self.redactor.text(&id));
            let path =
                format!("{SOCKET_PATH}?{SOCKET_CLIENT_ID}={instance}&{SOCKET_TOKEN}={token}");
            note(began_us, Event::SocketOpened { socket, path });
            let mut until_us = began_us.saturating_add(micros(entry.time.max(0.0) / 1e3));
            for message in entry.messages.iter().flatten() {
                until_us = until_us.max(micros(message.time));
                match frame(&mut self.redactor, message) {
                    Some(body) if message.direction == "send" => {
                        note(micros(message.time), Event::Sent { socket, body });
                    }
                    Some(body) => note(micros(message.time), Event::Received { socket, body }),
                    None => *self.left_out.entry(BINARY).or_default() += 1,
                }
            }
            // Nothing is known of it after that, nor who closed it: nobody is blamed for what a
            // client does with its own WebSocket.
            let (by, code, reason) = (SocketEnd::Client, None, String::new());
            note(until_us, Event::SocketClosed { socket, by, code, reason });
            return Ok(());
        }
        let Some((endpoint, path)) = routed(&entry.request.method, url.path()) else {
            *self.left_out.entry(OTHER).or_default() += 1;
            return Ok(());
        };
        self.exchanges += 1;
        let exchange = self.exchanges;
        let posted = entry.request.post_data.as_ref().and_then(|data| data.text.as_deref());
        let request = Event::Request {
            exchange,
            method: entry.request.method.clone(),
            path: self.redactor.text(&path),
            headers: headers(&mut self.redactor, &REQUEST_HEADERS, |name| {
                entry.request.header(name)
            }),
            body: self.redactor.content(posted.unwrap_or_default().as_bytes(), false),
        };
        note(began_us, request);
        let answered_us = began_us.saturating_add(micros(entry.time.max(0.0) / 1e3));
        let status = entry.response.status;
        if status == 0 {
            let why = NoAnswer::NotCaptured;
            note(answered_us, Event::NoAnswer { exchange, why, deadline: None });
            return Ok(());
        }
        // An answer whose body is unknown says too little to be judged.
        let Some(bytes) = body(entry)? else {
            *self.left_out.entry(NO_BODY).or_default() += 1;
            return Ok(());
        };
        let all_tokens = endpoint.answers_tokens() && StatusClass::of(status).is_accepted();
        let answer = Event::Answer {
            exchange,
            status,
            headers: headers(&mut self.redactor, &ANSWER_HEADERS, |name| {
                entry.response.header(name)
            }),
            body: self.redactor.content(&bytes, all_tokens),
        };
        note(answered_us, answer);
        Ok(())
    }
}

fn is_socket(entry: &HarEntry) -> bool {
    entry.messages.is_some() || entry.response.status == 101
}

/// Seconds as microseconds.
fn micros(seconds: f64) -> u64 {
    // A float casts to the nearest whole number that there is.
    (seconds * 1e6).round() as u64
}

/// The bytes of an answer's body; `None` where they were not captured.
fn body(entry: &HarEntry) -> Result<Option<Vec<u8>>, String> {
    let content = &entry.response.content;
    match (&content.text, content.encoding.as_deref()) {
        (Some(text), Some("base64")) => STANDARD
            .decode(text)
            .map(Some)
            .map_err(|error| format!("the answer's body is not base64: {error}")),
        (Some(text), _) => Ok(Some(text.clone().into_bytes())),
        (None, _) if content.size > 0 => Ok(None),
        (None, _) => Ok(Some(Vec::new())),
    }
}

/// A captured frame as a trace may hold it; `None` if it is binary.
fn frame(redactor: &mut Redactor, message: &Message) -> Option<Content> {
    (message.opcode <= 1).then(|| redactor.content(message.data.as_bytes(), false))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// When the WebSocket of a HAR file ends, in milliseconds since it was opened.
    fn ended_ms(time: f64, messages: &[f64]) -> u64 {
        // The file counts messages in seconds since 1970.
        let message =
            |at: &f64| json!({ "type": "receive", "time": at, "opcode": 1, "data": "{}" });
        let messages: Vec<Value> = messages.iter().map(message).collect();
        let har = json!({ "log": { "entries": [{
            "startedDateTime": "1970-01-01T00:00:00Z", "time": time,
            "request": { "method": "GET", "url": "wss://host/v2/session?Voxeet-Id=i&Token=some" },
            "response": { "status": 101 },
            "_webSocketMessages": messages,
        }] } });
        let har = serde_json::from_value(har).unwrap();
        let trace = import(&[("browser.har".to_owned(), har)]).unwrap().trace;
        let last = trace.entries.last().unwrap();
        let Event::SocketClosed { by: SocketEnd::Client, .. } = &last.event else {
            panic!("{last:?}");
        };
        last.at_us / 1_000
    }

    #[test]
    fn a_websocket_ends_when_the_file_says_so() {
        assert_eq!(ended_ms(19_000.0, &[]), 19_000);
        assert_eq!(ended_ms(19_000.0, &[5.0]), 19_000);
    }

    /// Browsers that saw no end give the time of the handshake, or none.
    #[test]
    fn without_an_end_a_websocket_is_known_until_its_last_message() {
        for time in [0.0, -1.0, 12.5] {
            assert_eq!(ended_ms(time, &[5.0, 6.0]), 6_000);
        }
        assert_eq!(ended_ms(12.5, &[]), 12);
    }
}
