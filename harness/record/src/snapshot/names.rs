//! What in a trace differs from run to run: ids, tokens, times, and the names that the harness
//! made.

use chrono::{DateTime, NaiveDateTime};
use invite_judge::history::History;
use invite_trace::Trace;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// How far from the run a number may lie and still be taken for a time, in seconds.
const NEAR: i64 = 400 * 24 * 3_600;

/// Shorter texts than this are no part of a longer one.
const LONG: usize = 8;

/// What a trace's texts and numbers stand for.
#[derive(Debug)]
pub(super) struct Names<'t> {
    trace: &'t Trace,
    /// Placeholders by text.
    known: BTreeMap<&'t str, &'static str>,
    /// What the harness's own names begin with, in lower case.
    prefix: String,
    /// What texts were found to stand for.
    found: RefCell<BTreeMap<String, String>>,
}

impl<'t> Names<'t> {
    pub(super) fn of(trace: &'t Trace, history: &'t History<'t>) -> Names<'t> {
        let mut known = BTreeMap::new();
        for session in history.sessions.values() {
            known.insert(session.user, "[user-id]");
        }
        for exchange in &history.exchanges {
            if let Some(conference) = exchange.conference() {
                known.entry(conference).or_insert("[conference-id]");
            }
        }
        for (name, value) in &trace.bindings.values {
            let placeholder = match name.rsplit_once('.') {
                None if !trace.bindings.alias_prefix.is_empty() => "[external-id]",
                Some((_, "user")) => "[user-id]",
                Some((_, "name")) => "[name]",
                _ => continue,
            };
            let own = |text: &&str| {
                placeholder != "[external-id]" || text.starts_with(&trace.bindings.alias_prefix)
            };
            if let Some(text) = value.as_str().filter(own) {
                known.insert(text, placeholder);
            }
        }
        known.extend(trace.tokens.keys().map(|token| (token.as_str(), "[token]")));
        known.remove("");
        let prefix = trace.bindings.alias_prefix.to_lowercase();
        Names { trace, known, prefix, found: RefCell::default() }
    }

    /// What a text stands for; the text itself if it is the same in every run.
    pub(super) fn text(&self, text: &str) -> String {
        if let Some(placeholder) = self.known.get(text) {
            return (*placeholder).to_owned();
        }
        if let Some(found) = self.found.borrow().get(text) {
            return found.clone();
        }
        let found = self.look_at(text);
        self.found.borrow_mut().insert(text.to_owned(), found.clone());
        found
    }

    /// Whether a key names a person or a thing, not a field.
    pub(super) fn is_entry(&self, key: &str) -> bool {
        self.text(key) != key
    }

    fn look_at(&self, text: &str) -> String {
        let is_own =
            |text: &str| !self.prefix.is_empty() && text.to_lowercase().starts_with(&self.prefix);
        if is_own(text) {
            return "[alias]".to_owned();
        }
        if DateTime::parse_from_rfc3339(text).is_ok()
            || NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").is_ok()
        {
            return "[time]".to_owned();
        }
        if looks_random(text) {
            return "[id]".to_owned();
        }
        let mut replaced = without_host(text);
        // The longest first: one may be the beginning of another.
        let mut inside: Vec<(&str, &str)> = self
            .known
            .iter()
            .filter(|(name, _)| name.len() >= LONG && text.contains(**name))
            .map(|(name, placeholder)| (*name, *placeholder))
            .collect();
        inside.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        for (name, placeholder) in inside {
            replaced = replaced.replace(name, placeholder);
        }
        let words = replaced.split_inclusive(|c: char| !is_of_id(c)).map(|part| {
            let word = part.trim_end_matches(|c: char| !is_of_id(c));
            let rest = &part[word.len()..];
            match word {
                "" => part.to_owned(),
                word if is_own(word) => format!("[alias]{rest}"),
                word if looks_random(word) => format!("[id]{rest}"),
                _ => part.to_owned(),
            }
        });
        words.collect()
    }

    /// Whether a number is a time: in seconds, milliseconds or microseconds near the run.
    pub(super) fn is_time(&self, number: &serde_json::Number) -> bool {
        let Some(run) = i64::try_from(self.trace.epoch_us / 1_000_000).ok().filter(|it| *it > 0)
        else {
            return false;
        };
        #[expect(clippy::cast_possible_truncation, reason = "a time is compared by the second")]
        let value = number.as_i64().or_else(|| number.as_f64().map(|float| float as i64));
        value.is_some_and(|value| {
            [1, 1_000, 1_000_000].iter().any(|unit| (value / unit - run).abs() < NEAR)
        })
    }
}

/// An address without its host and port.
fn without_host(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else { return text.to_owned() };
    let end = rest.find(['/', '?', '#', ' ']).unwrap_or(rest.len());
    format!("{scheme}://[host]{}", &rest[end..])
}

fn is_of_id(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_')
}

/// Whether nobody would have thought of such a text: a UUID, a long number, a digest.
fn looks_random(text: &str) -> bool {
    let bare: String = text.chars().filter(|c| !matches!(c, '-' | '_')).collect();
    let digits = bare.bytes().filter(u8::is_ascii_digit).count();
    let is_hex = bare.bytes().all(|byte| byte.is_ascii_hexdigit());
    text.chars().all(is_of_id)
        && ((is_hex && bare.len() >= 16 && digits >= 2) || (bare.len() >= 20 && digits >= 4))
}

#[cfg(test)]
mod tests {
    use super::{looks_random, without_host};

    #[test]
    fn an_address_keeps_its_path() {
        assert_eq!(without_host("ws://127.0.0.1:8090/ws?a=1"), "ws://[host]/ws?a=1");
        assert_eq!(without_host("wss://example.org"), "wss://[host]");
        assert_eq!(without_host("neither: nor"), "neither: nor");
    }

    #[test]
    fn what_somebody_thought_of_is_not_random() {
        for random in
            ["0b8cf5c2-9a3e-4a53-8bd1-6d0d1a3a7c11", "5f2b8c9d0e1f4a3b", "V1StGXR8_Z5jdHi6B3my7xQ"]
        {
            assert!(looks_random(random), "{random}");
        }
        for chosen in [
            "CONNECTING",
            "ParticipantUpdated",
            "conference-without-alias",
            "User is not valid",
            "2027",
            "",
        ] {
            assert!(!looks_random(chosen), "{chosen}");
        }
    }
}
