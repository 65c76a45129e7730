//! Searching texts for secrets: in time that what a target sends cannot drive up.

use super::{Pseudonym, Secret};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Shorter secrets are part of too many words by chance to be searched for within texts.
pub(super) const SHORTEST_SECRET: usize = 8;

/// How many bytes are compared at most in one trace. Where secrets differ early, nearly none are.
const MOST_WORK: usize = 256 * 1024 * 1024;

/// Secrets that were given: a handful. The longest first, because one may contain another, whose
/// pseudonym would leave the rest of the longer one.
#[derive(Debug, Default)]
pub(super) struct Given(BTreeMap<(Reverse<usize>, Secret), Pseudonym>);

impl Given {
    pub(super) fn insert(&mut self, secret: &Secret, name: &Pseudonym) {
        if secret.0.len() >= SHORTEST_SECRET {
            self.0.insert((Reverse(secret.0.len()), secret.clone()), name.clone());
        }
    }

    /// Whether one of them is in a text.
    pub(super) fn is_in(&self, text: &str) -> bool {
        let mut secrets = self.0.keys();
        secrets.any(|(length, secret)| length.0 <= text.len() && text.contains(&*secret.0))
    }

    /// A text without these secrets.
    pub(super) fn redact(&self, mut text: String) -> String {
        for ((_, secret), name) in &self.0 {
            if text.contains(&*secret.0) {
                text = text.replace(&*secret.0, &name.0);
            }
        }
        text
    }
}

/// The last bytes of a secret, by which it is found.
type Tail = [u8; SHORTEST_SECRET];

/// Secrets that were learned: as many as a target likes to send. They are found by their last bytes,
/// since many tokens begin alike; of those that end alike, the longest first.
#[derive(Debug)]
pub(super) struct Learned {
    by_tail: BTreeMap<(Tail, Reverse<usize>, Arc<str>), Pseudonym>,
    /// How many more bytes are compared.
    work: usize,
}

impl Default for Learned {
    fn default() -> Learned {
        Learned { by_tail: BTreeMap::new(), work: MOST_WORK }
    }
}

impl Learned {
    pub(super) fn insert(&mut self, secret: &Secret, name: &Pseudonym) {
        if let Some(tail) = secret.0.as_bytes().last_chunk() {
            let key = (*tail, Reverse(secret.0.len()), Arc::clone(&secret.0));
            self.by_tail.insert(key, name.clone());
        }
    }

    /// A text without these secrets; or a note instead of the text, if it would take too long to
    /// search it for all of them.
    pub(super) fn redact(&mut self, text: String) -> String {
        if self.by_tail.is_empty() {
            return text;
        }
        // From the end to the beginning. What is found, last first.
        let mut found: Vec<(usize, usize, Pseudonym)> = Vec::new();
        let mut end = text.len();
        while let Some(tail) = text.as_bytes()[..end].last_chunk::<SHORTEST_SECRET>() {
            match self.longest(&text.as_bytes()[..end], *tail) {
                Ok(None) => end -= 1,
                Ok(Some((length, name))) => {
                    found.push((end - length, end, name));
                    end -= length;
                }
                Err(TooMuchWork) => {
                    return format!("[{} bytes with too many tokens to search them]", text.len());
                }
            }
        }
        if found.is_empty() {
            return text;
        }
        let mut redacted = String::with_capacity(text.len());
        let mut rest = 0;
        for (start, end, name) in found.iter().rev() {
            redacted.push_str(&text[rest..*start]);
            redacted.push_str(&name.0);
            rest = *end;
        }
        redacted.push_str(&text[rest..]);
        redacted
    }

    /// The longest secret with which these bytes end, and its name.
    fn longest(
        &mut self,
        bytes: &[u8],
        tail: Tail,
    ) -> Result<Option<(usize, Pseudonym)>, TooMuchWork> {
        let longest = (tail, Reverse(bytes.len()), Arc::from(""));
        let candidates = self.by_tail.range(longest..).take_while(|((its, _, _), _)| *its == tail);
        for ((_, _, secret), name) in candidates {
            self.work = self.work.checked_sub(secret.len()).ok_or(TooMuchWork)?;
            if bytes.ends_with(secret.as_bytes()) {
                return Ok(Some((secret.len(), name.clone())));
            }
        }
        Ok(None)
    }
}

/// More would have to be compared than is worth it.
struct TooMuchWork;

#[cfg(test)]
mod tests {
    use super::*;

    fn learned(secrets: impl IntoIterator<Item = String>) -> Learned {
        let mut learned = Learned::default();
        for (index, secret) in secrets.into_iter().enumerate() {
            learned.insert(&Secret(secret.into()), &Pseudonym(format!("<token-{index}>").into()));
        }
        learned
    }

    #[test]
    fn the_longest_of_secrets_that_end_alike_is_found() {
        let mut learned = learned(["12345678".into(), "a-12345678".into(), "ö-token-ö".into()]);
        let text = "x-12345678, a-12345678ö-token-ö".to_owned();
        assert_eq!(learned.redact(text), "x-<token-0>, <token-1><token-2>");
    }

    #[test]
    fn a_target_cannot_make_the_search_long() {
        let began = std::time::Instant::now();
        let secrets = (0..2_000).map(|n| format!("{}!{}", "a".repeat(n), "a".repeat(50)));
        let mut learned = learned(secrets);
        let text = "a".repeat(1_000_000);
        let redacted = learned.redact(text.clone());
        assert!(!redacted.contains("aaaa"), "what was not searched is not shown");
        assert!(began.elapsed() < std::time::Duration::from_secs(5), "{:?}", began.elapsed());
    }
}
