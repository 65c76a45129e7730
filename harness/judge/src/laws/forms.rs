//! Answers and frames have the form that the clients can read.

use super::{Findings, Law};
use crate::history::History;
use invite_spec::endpoint::Operation;
use invite_spec::requirement::id;
use invite_text::show;
use invite_trace::Evidence;
use invite_trace::{Content, Event, SocketEnd};
use serde_json::Value;

pub(crate) const LAW: Law = Law {
    name: "messages have a readable form",
    says: "REST answers are JSON where they are read, frames are typed JSON objects, and the \
           WebSocket's address is an origin. Frames have an end.",
    requirements: &[id::WIRE_001, id::WIRE_002, id::WIRE_006, id::SES_002, id::SES_003],
    examine,
};

fn examine(history: &History<'_>, findings: &mut Findings) {
    answers(history, findings);
    frames(history, findings);
    addresses(history, findings);
    babble(history, findings);
}

fn answers(history: &History<'_>, findings: &mut Findings) {
    for exchange in history.exchanges.iter().filter(|e| e.is_of_rest() && e.is_accepted()) {
        let (Some(endpoint), Some(reply)) = (exchange.endpoint, &exchange.reply) else { continue };
        if endpoint.answer.is_none() {
            findings.observe(id::WIRE_002);
            if matches!(reply.body, Content::Text { .. }) {
                let evidence = Evidence::new("an empty body, or JSON", "a body that is not JSON");
                findings.breach(id::WIRE_002, evidence.at(exchange.entries()));
            }
            continue;
        }
        findings.observe(id::WIRE_001);
        let kind = reply.headers.get("content-type").map_or("", String::as_str);
        if !kind.to_lowercase().contains("json") {
            let seen = if kind.is_empty() { "no content type".to_owned() } else { kind.to_owned() };
            let evidence = Evidence::new("content type application/json", seen);
            findings.content(id::WIRE_001, evidence.at(exchange.entries()));
        }
    }
}

fn frames(history: &History<'_>, findings: &mut Findings) {
    for socket in &history.sockets {
        for (at, content) in &socket.received {
            findings.observe(id::WIRE_006);
            let seen = match content {
                Content::Json(Value::Object(_) | Value::Array(_)) => continue,
                Content::Json(other) => show(Some(other)),
                Content::Empty => "an empty frame".to_owned(),
                Content::Text { beginning, .. } => show(Some(&Value::from(beginning.as_str()))),
            };
            findings.content(id::WIRE_006, Evidence::new("one JSON object", seen).at([*at]));
        }
    }
}

fn addresses(history: &History<'_>, findings: &mut Findings) {
    for exchange in history.exchanges.iter().filter(|exchange| exchange.is(Operation::Identify)) {
        let address = exchange.answer().and_then(|answer| answer.get("wsUri")?.as_str());
        let Some(address) = address else { continue };
        findings.observe(id::SES_003);
        let is_origin = address.split_once("://").is_some_and(|(scheme, rest)| {
            ["ws", "wss"].contains(&scheme)
                && !rest.is_empty()
                && !rest.trim_end_matches('/').contains(['/', '?', '#'])
        });
        if !is_origin {
            let expected = "an origin such as wss://host, since the client appends the path";
            // Without a pointer: whatever came of the whole answer is a consequence.
            let evidence = Evidence::new(expected, format!("wsUri {address}"));
            findings.content(id::SES_003, evidence.at(exchange.entries()));
        }
    }
}

/// A WebSocket that had to be cut off is of no use to anybody.
fn babble(history: &History<'_>, findings: &mut Findings) {
    for (at, entry) in history.trace.entries.iter().enumerate() {
        if let Event::SocketClosed { by: SocketEnd::Cut, reason, .. } = &entry.event {
            let evidence = Evidence::new("a WebSocket that can be listened to", reason.as_str());
            findings.content(id::SES_002, evidence.at([at]));
        }
    }
}
