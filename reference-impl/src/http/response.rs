//! Responses.

use crate::core::{Refusal, Rules};
use axum::body::{Body, Bytes};
use axum::http::header::{CACHE_CONTROL, CONNECTION, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, Response, StatusCode};
use axum::response::IntoResponse;
use invite_spec::endpoint::Endpoint;
use invite_spec::error::Failure;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The size from which a response is large, in bytes. Smaller ones fit into the buffers of the
/// system.
const LARGE: usize = 64 * 1024;
/// How many bytes of large responses may wait for their clients to read them, in KiB.
const MOST_KIB: usize = 64 * 1024;
/// How long a caller should wait for whose response there is no room.
const RETRY_FOR_ROOM: Duration = Duration::from_secs(5);

/// The room for large responses that have not been read yet.
pub(crate) struct Responses(Arc<Semaphore>);

impl Default for Responses {
    fn default() -> Responses {
        Responses(Arc::new(Semaphore::new(MOST_KIB)))
    }
}

/// A response body that takes up room until it is sent.
struct Taking {
    text: String,
    _room: OwnedSemaphorePermit,
}

impl AsRef<[u8]> for Taking {
    fn as_ref(&self) -> &[u8] {
        self.text.as_bytes()
    }
}

impl Responses {
    fn body(&self, text: String) -> Option<Body> {
        if text.len() <= LARGE {
            return Some(text.into());
        }
        let kib = u32::try_from(text.len().div_ceil(1024)).ok()?;
        let room = self.0.clone().try_acquire_many_owned(kib).ok()?;
        Some(Bytes::from_owner(Taking { text, _room: room }).into())
    }
}

/// The response to a successful call.
pub(super) fn success(
    rules: &dyn Rules,
    endpoint: &Endpoint,
    answer: Value,
    responses: &Responses,
) -> Response<Body> {
    let body = rules.hooks().rewrite_response(endpoint, answer);
    let (kind, text) = rules.wire().body_text(Some(endpoint), &body);
    match responses.body(text) {
        Some(body) => response(200, kind, body),
        None => {
            let description = "too many responses wait to be read";
            let unsent = Refusal::new(Failure::TooManyRequests, description);
            refusal(rules, Some(endpoint), &unsent.retry_after(RETRY_FOR_ROOM))
        }
    }
}

/// The response to a refused call; `endpoint` is `None` where the request matches no endpoint.
pub(super) fn refusal(
    rules: &dyn Rules,
    endpoint: Option<&Endpoint>,
    refusal: &Refusal,
) -> Response<Body> {
    let body = rules.wire().refusal_body(endpoint, refusal);
    let (kind, text) = rules.wire().body_text(endpoint, &body);
    let status = rules.wire().refusal_status(endpoint, refusal.failure);
    let mut response = response(status, kind, text.into());
    if let Some(pause) = refusal.retry_after {
        // Whole seconds, rounded up.
        let seconds = pause.as_secs() + u64::from(pause.subsec_nanos() > 0);
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    response
}

/// The same response, after which the connection closes: it is not certain where the request ends.
pub(super) fn closing(mut response: Response<Body>) -> Response<Body> {
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

fn response(status: u16, kind: &'static str, body: Body) -> Response<Body> {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = [(CONTENT_TYPE, kind), (CACHE_CONTROL, "no-store")];
    (status, headers, body).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_responses_take_up_room_until_they_are_sent() {
        let responses = Responses::default();
        let large = || responses.body("x".repeat(20 * 1024 * 1024));
        let mut waiting = vec![large().unwrap(), large().unwrap(), large().unwrap()];
        assert!(large().is_none());
        assert!(responses.body("x".repeat(LARGE)).is_some(), "small ones are sent anyway");
        waiting.pop();
        assert!(large().is_some());
    }
}
