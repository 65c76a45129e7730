//! The values that the server gave in the run, and the pieces of a template that replace them.

use super::Unavailable;
use super::data::{Piece, Template};
use invite_trace::{Content, Event, Trace};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A value of the run that is sent later, and where it came from.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) pointer: String,
}

/// Values, and what replaces each, as known at one place of a replay.
#[derive(Debug, Default)]
pub(super) struct Values {
    /// The longest first: one may contain another.
    known: Vec<(String, Piece)>,
}

impl Values {
    /// From now on this piece replaces a value, as it is and percent-encoded.
    pub(super) fn know(&mut self, value: &str, piece: Piece) {
        let encoded = utf8_percent_encode(value, NON_ALPHANUMERIC).to_string();
        for form in [value.to_owned(), encoded] {
            if !form.is_empty() && !self.known.iter().any(|(known, _)| *known == form) {
                self.known.push((form, piece.clone()));
            }
        }
        self.known.sort_by_key(|(known, _)| std::cmp::Reverse(known.len()));
    }

    /// How many forms of values are known.
    pub(super) fn count(&self) -> usize {
        self.known.len()
    }

    /// A text of the trace as a template.
    pub(super) fn template(&self, text: &str) -> Result<Template, Unavailable> {
        let mut template = Template::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let known = self.known.iter().find(|(value, _)| rest.starts_with(value.as_str()));
            if let Some((value, piece)) = known {
                if !plain.is_empty() {
                    template.push(Piece::Text(std::mem::take(&mut plain)));
                }
                template.push(piece.clone());
                rest = &rest[value.len()..];
                continue;
            }
            if let Some(end) = rest.find('>').filter(|_| is_secret(rest)) {
                let name = &rest[..=end];
                return Err(Unavailable(format!("nothing outside the run has {name}")));
            }
            plain.push(first);
            rest = &rest[first.len_utf8()..];
        }
        if !plain.is_empty() {
            template.push(Piece::Text(plain));
        }
        Ok(template)
    }
}

/// Whether a text begins with a secret's pseudonym.
fn is_secret(text: &str) -> bool {
    ["<token-", "<credentials of ", "<secret of "].iter().any(|prefix| text.starts_with(prefix))
}

/// The values that are sent after the server gave them: for each entry of the trace, which of its
/// values are kept. `uses` are texts besides what was sent that need values, each with its place.
pub(super) fn sources(
    trace: &Trace,
    mut uses: Vec<(usize, String)>,
    end: usize,
) -> BTreeMap<usize, Vec<Source>> {
    uses.extend(sent(trace, end));
    let prefix = &trace.bindings.alias_prefix;
    let is_odd = |value: &str| {
        value.len() > 3 && (value.len() > 15 || value.contains(|c: char| c.is_ascii_digit()))
    };
    let mut found: BTreeMap<usize, Vec<Source>> = BTreeMap::new();
    let (mut names, mut known) = (BTreeSet::new(), BTreeSet::new());
    // A response comes to whoever asked; a frame may come to nobody the next time.
    for from_responses in [true, false] {
        for (at, entry) in trace.entries.iter().enumerate().take(end) {
            let (asked, body) = match &entry.event {
                Event::Answer { exchange, body, .. } if from_responses => {
                    // A frame often comes before the response to the request that caused it.
                    (asked(trace, *exchange).unwrap_or(at), body)
                }
                Event::Received { body, .. } if !from_responses => (at, body),
                _ => continue,
            };
            let mut leaves = Vec::new();
            body.json().inspect(|body| collect("", body, &mut leaves));
            for (pointer, value) in leaves {
                let is_own = !prefix.is_empty() && value.contains(prefix.as_str());
                let mut used = uses.iter().filter(|(_, text)| text.contains(value)).peekable();
                let is_given = used.peek().is_some() && used.all(|(place, _)| *place > asked);
                if is_own || !is_odd(value) || !is_given || !known.insert(value) {
                    continue;
                }
                let last = pointer.rsplit('/').next().unwrap_or_default();
                let name = unique(&format!("{} {last}", entry.actor), &mut names);
                let source = Source { name, value: value.to_owned(), pointer };
                found.entry(at).or_default().push(source);
            }
        }
    }
    found
}

/// Where a request stands.
fn asked(trace: &Trace, number: u32) -> Option<usize> {
    trace.entries.iter().position(
        |entry| matches!(entry.event, Event::Request { exchange, .. } if exchange == number),
    )
}

/// The texts that were sent, with the place of each.
fn sent(trace: &Trace, end: usize) -> Vec<(usize, String)> {
    let content = |body: &Content| match body {
        Content::Empty => String::new(),
        Content::Json(value) => value.to_string(),
        Content::Text { beginning, .. } => beginning.clone(),
    };
    let texts = trace.entries.iter().enumerate().take(end).filter_map(|(at, entry)| {
        let text = match &entry.event {
            Event::Request { path, headers, body, .. } => {
                let headers: Vec<&str> = headers.values().map(String::as_str).collect();
                format!("{path} {} {}", headers.join(" "), content(body))
            }
            Event::Sent { body, .. } => content(body),
            Event::SocketOpened { path, .. } | Event::SocketRefused { path, .. } => path.clone(),
            Event::Fence { conference, .. } => conference.clone(),
            _ => return None,
        };
        Some((at, text))
    });
    texts.collect()
}

/// Every text of a value, with its JSON Pointer.
fn collect<'v>(pointer: &str, value: &'v Value, leaves: &mut Vec<(String, &'v str)>) {
    match value {
        Value::String(text) => leaves.push((pointer.to_owned(), text)),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                collect(&format!("{pointer}/{index}"), item, leaves);
            }
        }
        Value::Object(fields) => {
            for (key, item) in fields {
                collect(&format!("{pointer}/{}", invite_text::escape(key)), item, leaves);
            }
        }
        _ => {}
    }
}

/// A name that is easy to read, taken by no other.
fn unique(name: &str, named: &mut BTreeSet<String>) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    let base: String = name.chars().map(plain).collect();
    let mut candidate = base.clone();
    let mut next = 2;
    while !named.insert(candidate.clone()) {
        candidate = format!("{base}_{next}");
        next += 1;
    }
    candidate
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values_are_replaced_and_the_rest_stays_text() {
        let mut values = Values::default();
        let value = |name: &str| Piece::Value(name.to_owned());
        let text = |text: &str| Piece::Text(text.to_owned());
        values.know("room-1", value("room"));
        values.know("room-11", value("other"));
        values.know("<token-1>", value("token"));
        let template = values.template("room-11/room-1`$(rm)<token-1>").unwrap();
        let expected = [value("other"), text("/"), value("room"), text("`$(rm)"), value("token")];
        assert_eq!(template, expected);
        assert_eq!(values.template("room%2D1").unwrap(), [value("room")]);
        assert!(values.template("<token-2>").is_err());
    }
}
