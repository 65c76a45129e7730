//! Changes to a trace, as another server would have made it.

use invite_trace::{Content, Ended, Entry, Event, SocketRefusal, Stop, TokenRecord, Trace};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// One change to a trace. Places are those of the unchanged trace.
#[derive(Debug, Clone)]
pub(super) enum Edit {
    /// The value at a JSON Pointer of a body or a frame; `None` takes it away.
    Value { at: usize, pointer: String, value: Option<Value> },
    /// The whole body.
    Body { at: usize, body: Value },
    /// The status of a response.
    Status { at: usize, status: u16 },
    /// A header of a response; `None` takes it away.
    Header { at: usize, name: String, value: Option<String> },
    /// A token that the target has issued.
    Token { name: String, record: TokenRecord },
    /// A WebSocket that opened is refused.
    Refuse { at: usize },
    /// A WebSocket that was refused opens.
    Open { at: usize },
    /// What the target pushed does not arrive.
    Remove { places: BTreeSet<usize> },
    /// Something happens besides, before this entry.
    Insert { before: usize, entry: Entry },
    /// The driver stops before this entry.
    Stop { before: usize, stop: Box<Stop> },
}

/// The trace with these changes.
pub(super) fn edited(trace: &Trace, edits: &[Edit]) -> Trace {
    let mut trace = trace.clone();
    for edit in edits {
        match edit {
            Edit::Value { at, pointer, value } => {
                if let Some(body) = body(&mut trace.entries[*at].event) {
                    set(body, pointer, value.clone());
                }
            }
            Edit::Body { at, body: new } => {
                if let Some(body) = body(&mut trace.entries[*at].event) {
                    *body = new.clone();
                }
            }
            Edit::Status { at, status: new } => {
                if let Event::Answer { status, .. } = &mut trace.entries[*at].event {
                    *status = *new;
                }
            }
            Edit::Header { at, name, value } => {
                if let Event::Answer { headers, .. } = &mut trace.entries[*at].event {
                    headers.remove(name);
                    headers.extend(value.clone().map(|value| (name.clone(), value)));
                }
            }
            Edit::Token { name, record } => {
                trace.tokens.insert(name.clone(), record.clone());
            }
            Edit::Refuse { at } => {
                let event = &mut trace.entries[*at].event;
                if let Event::SocketOpened { socket, path } = event {
                    let why = SocketRefusal::Status(401);
                    *event = Event::SocketRefused { socket: *socket, path: path.clone(), why };
                }
            }
            Edit::Open { at } => {
                let event = &mut trace.entries[*at].event;
                if let Event::SocketRefused { socket, path, .. } = event {
                    *event = Event::SocketOpened { socket: *socket, path: path.clone() };
                }
            }
            Edit::Remove { .. } | Edit::Insert { .. } | Edit::Stop { .. } => {}
        }
    }
    rearranged(trace, edits)
}

/// The trace with entries added and taken away. Fences name their place, which may move.
fn rearranged(trace: Trace, edits: &[Edit]) -> Trace {
    let mut removed = BTreeSet::new();
    let mut inserted: BTreeMap<usize, Vec<&Entry>> = BTreeMap::new();
    let mut end = None;
    for edit in edits {
        match edit {
            Edit::Remove { places } => removed.extend(places.iter().copied()),
            Edit::Insert { before, entry } => inserted.entry(*before).or_default().push(entry),
            Edit::Stop { before, stop } => end = Some((*before, stop)),
            _ => {}
        }
    }
    let stopped = end.map_or(usize::MAX, |(before, _)| before);
    let mut moved = BTreeMap::new();
    let mut entries = Vec::with_capacity(trace.entries.len() + inserted.len());
    for (place, entry) in trace.entries.into_iter().enumerate() {
        entries.extend(inserted.remove(&place).into_iter().flatten().cloned());
        if place >= stopped {
            break;
        }
        if !removed.contains(&place) {
            moved.insert(place, entries.len());
            entries.push(entry);
        }
    }
    entries.extend(inserted.into_values().flatten().cloned());
    for entry in &mut entries {
        if let Event::Fenced { since, .. } = &mut entry.event {
            *since = moved.get(since).copied().unwrap_or(*since);
        }
    }
    let ended = end.map_or(trace.ended, |(_, stop)| Ended::Stopped((**stop).clone()));
    Trace { entries, ended, ..trace }
}

/// The JSON of a response or a frame; what is none becomes an empty object.
fn body(event: &mut Event) -> Option<&mut Value> {
    let (Event::Answer { body, .. } | Event::Received { body, .. }) = event else { return None };
    if !matches!(body, Content::Json(_)) {
        *body = Content::Json(json!({}));
    }
    match body {
        Content::Json(value) => Some(value),
        Content::Empty | Content::Text { .. } => None,
    }
}

/// Sets the value at a JSON Pointer, or takes it away. Objects on the way are made.
pub(super) fn set(root: &mut Value, pointer: &str, value: Option<Value>) {
    let Some((parent, name)) = pointer.rsplit_once('/') else {
        *root = value.unwrap_or(Value::Null);
        return;
    };
    if root.pointer(parent).is_none_or(|found| !found.is_object() && !found.is_array()) {
        if value.is_none() {
            return;
        }
        set(root, parent, Some(json!({})));
    }
    let name = name.replace("~1", "/").replace("~0", "~");
    match (root.pointer_mut(parent), value) {
        (Some(Value::Object(fields)), Some(value)) => {
            fields.insert(name, value);
        }
        (Some(Value::Object(fields)), None) => {
            fields.shift_remove(&name);
        }
        (Some(Value::Array(items)), value) => {
            let Ok(place) = name.parse::<usize>() else { return };
            match value {
                Some(value) if place < items.len() => items[place] = value,
                Some(value) => items.push(value),
                None if place < items.len() => {
                    items.remove(place);
                }
                None => {}
            }
        }
        _ => {}
    }
}
