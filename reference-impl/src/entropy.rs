//! Randomness, taken from the operating system once.

use crate::core::Ids;
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};
use std::sync::Arc;

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
    counter: u64,
}

impl RandomIds {
    pub(crate) fn new(seed: &[u8]) -> RandomIds {
        RandomIds { key: hmac::Key::new(hmac::HMAC_SHA256, seed), counter: 0 }
    }
}

impl Ids for RandomIds {
    fn fresh(&mut self) -> Arc<str> {
        self.counter += 1;
        let tag = hmac::sign(&self.key, &self.counter.to_be_bytes());
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
    }
}
