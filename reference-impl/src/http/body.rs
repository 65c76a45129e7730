//! Reading of request bodies up to the limit of the settings.

use crate::core::Refusal;
use axum::body::{Body, Bytes};
use http_body_util::BodyExt;
use invite_spec::error::Failure;
use std::time::Duration;

/// The timeout for a whole body.
const PATIENCE: Duration = Duration::from_secs(30);
/// How many bytes of a body that is too large are read nevertheless: a client that is still sending
/// when the connection closes would not see the response.
const DISCARDED_BYTES: usize = 16 * 1024 * 1024;

/// Reads a body of at most `limit` bytes.
pub(super) async fn read(body: Body, limit: usize) -> Result<Bytes, Refusal> {
    let late = || Refusal::argument("the body did not arrive in time");
    tokio::time::timeout(PATIENCE, collect(body, limit)).await.map_err(|_| late())?
}

async fn collect(mut body: Body, limit: usize) -> Result<Bytes, Refusal> {
    let mut read = Vec::new();
    let mut length = 0;
    while length <= DISCARDED_BYTES.max(limit) {
        let Some(frame) = body.frame().await else { break };
        let frame = frame.map_err(|_| Refusal::argument("the body broke off"))?;
        let Ok(data) = frame.into_data() else { continue };
        length += data.len();
        if length <= limit {
            read.extend_from_slice(&data);
        }
    }
    if length > limit {
        return Err(Refusal::new(
            Failure::TooLarge,
            format!("the body has more than {limit} bytes"),
        ));
    }
    Ok(read.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_body_is_read_up_to_the_limit() {
        assert_eq!(read(Body::from("12345"), 5).await.unwrap(), "12345");
        let refusal = read(Body::from("123456"), 5).await.unwrap_err();
        assert_eq!(refusal.failure, Failure::TooLarge);
    }
}
