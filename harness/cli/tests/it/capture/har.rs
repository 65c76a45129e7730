//! Writes a trace as a HAR file, as a browser that saw it would have.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, SecondsFormat};
use invite_trace::{Content, Event, TokenForm, Trace};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The HAR file of a trace.
pub(super) fn har(trace: &Trace) -> Value {
    let secrets = secrets(trace);
    let raw = |value: &Value| -> Value {
        let mut text = value.to_string();
        for (name, secret) in &secrets {
            text = text.replace(name.as_str(), secret);
        }
        serde_json::from_str(&text).unwrap()
    };
    let mut entries: Vec<Value> = Vec::new();
    let mut places: BTreeMap<u32, usize> = BTreeMap::new();
    let mut sockets: BTreeMap<u32, usize> = BTreeMap::new();
    for entry in &trace.entries {
        let at_us = trace.epoch_us + entry.at_us;
        match &entry.event {
            Event::Request { exchange, method, path, headers, body } => {
                places.insert(*exchange, entries.len());
                let posted = match body {
                    Content::Empty => Value::Null,
                    body => json!({ "mimeType": "application/json", "text": text(body) }),
                };
                entries.push(json!({
                    "startedDateTime": time(at_us), "time": -1.0, "at_us": at_us,
                    "request": {
                        "method": method, "url": format!("http://server.example/base{path}"),
                        "headers": listed(headers), "postData": posted,
                    },
                    "response": { "status": 0, "headers": [], "content": { "size": 0 } },
                }));
            }
            Event::Answer { exchange, status, headers, body } => {
                let slot = &mut entries[places[exchange]];
                let asked = slot["at_us"].as_u64().unwrap();
                slot["time"] = ((at_us - asked) as f64 / 1e3).into();
                let text = text(body);
                slot["response"] = json!({
                    "status": status, "headers": listed(headers),
                    "content": { "size": text.len(), "text": text },
                });
            }
            Event::SocketOpened { socket, path } => {
                sockets.insert(*socket, entries.len());
                entries.push(json!({
                    "startedDateTime": time(at_us), "time": 0.0, "_webSocketMessages": [],
                    "request": {
                        "method": "GET", "url": format!("ws://server.example/base{path}"),
                        "headers": [],
                    },
                    "response": { "status": 101, "headers": [], "content": { "size": 0 } },
                }));
            }
            Event::Sent { socket, body } | Event::Received { socket, body } => {
                let sent = matches!(entry.event, Event::Sent { .. });
                let message = json!({
                    "type": if sent { "send" } else { "receive" }, "opcode": 1,
                    "time": at_us as f64 / 1e6, "data": text(body),
                });
                let messages = &mut entries[sockets[socket]]["_webSocketMessages"];
                messages.as_array_mut().unwrap().push(message);
            }
            _ => {}
        }
    }
    raw(&json!({ "log": { "version": "1.2", "entries": entries } }))
}

/// What stood on the wire where the trace has a pseudonym. What is longer goes first.
fn secrets(trace: &Trace) -> Vec<(String, String)> {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let mut secrets: Vec<_> = trace
        .tokens
        .iter()
        .map(|(name, record)| {
            let raw = match &record.form {
                TokenForm::Jwt { header, claims, .. } => {
                    let signature = URL_SAFE_NO_PAD.encode(name);
                    format!("{}.{}.{signature}", part(header), part(claims))
                }
                TokenForm::Opaque { .. } => format!("opaque-{}", name.trim_matches(['<', '>'])),
            };
            (name.clone(), raw)
        })
        .collect();
    secrets.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    secrets
}

fn text(body: &Content) -> String {
    match body {
        Content::Empty => String::new(),
        Content::Json(value) => value.to_string(),
        Content::Text { beginning, .. } => beginning.clone(),
    }
}

fn listed(headers: &BTreeMap<String, String>) -> Vec<Value> {
    headers.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect()
}

fn time(at_us: u64) -> String {
    let at = DateTime::from_timestamp_micros(i64::try_from(at_us).unwrap()).unwrap();
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}
