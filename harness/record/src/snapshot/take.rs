//! The snapshots of a run.

use super::names::Names;
use super::shape::Shape;
use crate::Record;
use invite_judge::history::History;
use invite_spec::error::ErrorResponse;
use invite_spec::payload::Wire;
use invite_spec::push::FrameType;
use invite_trace::{Content, Trace};
use serde_json::Value;
use std::collections::BTreeMap;

/// What all payloads of one kind look like.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    /// The kind, as the name of a file: `rest.invite-200`, `frame-UpdateToken`.
    pub name: String,
    /// The same in words.
    pub title: String,
    /// The payload of the specification that it is, if it is one.
    pub payload: Option<&'static str>,
    /// What it looks like; see `--snapshots`.
    pub shape: Value,
}

#[derive(Debug, Default)]
struct Kind {
    title: String,
    payload: Option<&'static str>,
    shape: Shape,
}

/// A snapshot of each kind of answer and of frame that a target sent, by name.
pub fn take(record: &Record) -> Vec<Snapshot> {
    take_of(record, |_| true)
}

/// The same of these scenarios only, by their ids.
pub fn take_of(record: &Record, is_meant: impl Fn(&str) -> bool) -> Vec<Snapshot> {
    let mut kinds: BTreeMap<String, Kind> = BTreeMap::new();
    let meant = record.scenarios.iter().filter(|scenario| is_meant(&scenario.id));
    let traces = meant.filter_map(|scenario| scenario.trace.as_ref());
    for trace in std::iter::once(&record.preflight).chain(traces) {
        read(trace, &mut kinds);
    }
    kinds
        .into_iter()
        .map(|(name, kind)| Snapshot {
            name,
            title: kind.title,
            payload: kind.payload,
            shape: kind.shape.show(),
        })
        .collect()
}

fn read(trace: &Trace, kinds: &mut BTreeMap<String, Kind>) {
    let history = History::read(trace);
    let names = Names::of(trace, &history);
    for exchange in &history.exchanges {
        let (Some(endpoint), Some(reply)) = (exchange.endpoint, &exchange.reply) else { continue };
        let payload = if exchange.is_accepted() {
            endpoint.answer.as_ref().map(|payload| payload.name)
        } else {
            Some(<ErrorResponse as Wire>::NAME)
        };
        let kind = kinds.entry(format!("{}-{}", endpoint.operation, reply.status)).or_default();
        kind.title = format!("{} {} answers {}", endpoint.method, endpoint.path, reply.status);
        kind.payload = payload;
        add(&mut kind.shape, reply.body, &names);
    }
    for (_, content) in history.sockets.iter().flat_map(|socket| &socket.received) {
        let known = content.json().and_then(FrameType::of).map(FrameType::kind);
        // The target says how its types are spelled, and they become names of files.
        let name = known.map_or("unknown", |kind| kind.name.as_str());
        let kind = kinds.entry(format!("frame-{name}")).or_default();
        kind.title = match known {
            Some(kind) => format!("{} over the WebSocket", kind.name),
            None => "frames of types that the specification does not know".to_owned(),
        };
        kind.payload = known.map(|kind| kind.payload.name);
        add(&mut kind.shape, content, &names);
    }
}

fn add(shape: &mut Shape, content: &Content, names: &Names<'_>) {
    match content {
        Content::Json(value) => shape.add(value, names),
        Content::Empty => shape.add_text("[nothing]".to_owned()),
        Content::Text { .. } => shape.add_text("[text that is no JSON]".to_owned()),
    }
}
