//! Randomness, taken from the operating system once.

use crate::core::Ids;
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Random bytes.
pub(crate) fn secret() -> Result<[u8; 32], ring::error::Unspecified> {
    let mut bytes = [0; 32];
    SystemRandom::new().fill(&mut bytes)?;
    Ok(bytes)
}

/// Ids that cannot be guessed: a keyed hash of a counter.
///
/// Unlike a request to the operating system for each id, this cannot fail during a command.
pub(crate) struct RandomIds {
    key: hmac::Key,
    /// Shared, because every core of a server takes ids from one counter.
    counter: Arc<AtomicU64>,
}

impl RandomIds {
    pub(crate) fn new(seed: &[u8]) -> RandomIds {
        RandomIds { key: hmac::Key::new(hmac::HMAC_SHA256, seed), counter: Arc::default() }
    }

    /// The same source of ids. No two of its ids are the same.
    pub(crate) fn share(&self) -> RandomIds {
        RandomIds { key: self.key.clone(), counter: self.counter.clone() }
    }

    fn hash(&self, parts: &[&[u8]]) -> Arc<str> {
        let mut context = hmac::Context::with_key(&self.key);
        for part in parts {
            context.update(part);
        }
        let tag = context.sign();
        let mut text = String::with_capacity(36);
        for (index, byte) in tag.as_ref().iter().take(16).enumerate() {
            if matches!(index, 4 | 6 | 8 | 10) {
                text.push('-');
            }
            // Version and variant of a random UUID.
            let byte = match index {
                6 => byte & 0x0f | 0x40,
                8 => byte & 0x3f | 0x80,
                _ => *byte,
            };
            for digit in [byte >> 4, byte & 0x0f] {
                text.extend(char::from_digit(digit.into(), 16));
            }
        }
        text.into()
    }
}

impl Ids for RandomIds {
    fn fresh(&mut self) -> Arc<str> {
        let number = self.counter.fetch_add(1, Ordering::Relaxed);
        self.hash(&[&number.to_be_bytes()])
    }

    fn derived(&mut self, application: &str, external_id: &str) -> Arc<str> {
        // A length of 8 bytes and more than that: not the 8 bytes of a counter.
        let length = (application.len() as u64).to_be_bytes();
        self.hash(&[&length, application.as_bytes(), external_id.as_bytes()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_look_like_uuids_and_differ() {
        let mut ids = RandomIds::new(b"seed");
        let one = ids.fresh();
        assert_eq!(one.len(), 36);
        assert_eq!(one.as_bytes()[14], b'4');
        assert!(matches!(one.as_bytes()[19], b'8' | b'9' | b'a' | b'b'));
        assert_ne!(one, ids.fresh());
        assert_ne!(one, RandomIds::new(b"other").fresh());
        let mut more = ids.share();
        assert_ne!(ids.fresh(), more.fresh());
    }

    #[test]
    fn the_id_of_a_person_is_the_same_each_time() {
        let mut ids = RandomIds::new(b"seed");
        let alice = ids.derived("app", "alice");
        assert_eq!(alice, ids.derived("app", "alice"));
        assert_ne!(alice, ids.derived("app", "bob"));
        assert_ne!(alice, ids.derived("appa", "lice"));
    }
}
