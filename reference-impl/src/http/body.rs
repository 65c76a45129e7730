//! Reading of request bodies up to the limit of the settings, and only so many large ones at once.

use crate::core::Refusal;
use axum::body::{Body, Bytes};
use http_body_util::BodyExt;
use invite_spec::error::Failure;
use std::time::Duration;
use tokio::sync::Semaphore;

/// The timeout for a whole body.
const PATIENCE: Duration = Duration::from_secs(30);
/// How many bytes of a body that is too large are read nevertheless: a client that is still sending
/// when the connection closes would not see the response.
const DISCARDED_BYTES: usize = 16 * 1024 * 1024;

/// The size from which a body is large, in bytes. The calls of real clients are smaller.
const LARGE: usize = 16 * 1024;
/// How many large bodies are read at once. A slow client can hold one for [`PATIENCE`].
const READ_AT_ONCE: usize = 64;

/// How request bodies are read.
pub(crate) struct Bodies {
    /// The limit of a body, in bytes.
    limit: usize,
    reading: Semaphore,
}

/// A request body.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) bytes: Bytes,
    pub(super) is_large: bool,
}

impl Bodies {
    /// Bodies of at most `limit` bytes.
    pub(crate) fn new(limit: usize) -> Bodies {
        Bodies { limit, reading: Semaphore::new(READ_AT_ONCE) }
    }

    /// Reads a body. A large one waits for its turn.
    pub(super) async fn read(&self, body: Body) -> Result<Read, Refusal> {
        let late = |_| Refusal::argument("the body did not arrive in time");
        tokio::time::timeout(PATIENCE, self.collect(body)).await.map_err(late)?
    }

    async fn collect(&self, mut body: Body) -> Result<Read, Refusal> {
        let limit = self.limit;
        let mut reading = None;
        let mut read = Vec::new();
        let mut length = 0;
        while length <= DISCARDED_BYTES.max(limit) {
            let Some(frame) = body.frame().await else { break };
            let frame = frame.map_err(|_| Refusal::argument("the body broke off"))?;
            let Ok(data) = frame.into_data() else { continue };
            length += data.len();
            if length > LARGE && reading.is_none() {
                reading = self.reading.acquire().await.ok();
            }
            if length <= limit {
                read.extend_from_slice(&data);
            } else {
                read = Vec::new();
            }
        }
        if length > limit {
            return Err(Refusal::new(
                Failure::TooLarge,
                format!("the body has more than {limit} bytes"),
            ));
        }
        Ok(Read { bytes: read.into(), is_large: length > LARGE })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_body_is_read_up_to_the_limit() {
        let bodies = Bodies::new(5);
        assert_eq!(bodies.read(Body::from("12345")).await.unwrap().bytes, "12345");
        let refusal = bodies.read(Body::from("123456")).await.unwrap_err();
        assert_eq!(refusal.failure, Failure::TooLarge);
    }

    #[tokio::test]
    async fn a_large_body_is_marked() {
        let bodies = Bodies::new(2 * LARGE);
        let is_large = async |size| bodies.read(vec![b' '; size].into()).await.unwrap().is_large;
        assert!(!is_large(LARGE).await);
        assert!(is_large(LARGE + 1).await);
    }
}
