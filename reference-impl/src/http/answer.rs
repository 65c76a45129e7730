//! Answers, and how they are written.

use crate::core::{Refusal, Rules};
use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONNECTION, CONTENT_TYPE};
use axum::http::{HeaderValue, Response, StatusCode};
use axum::response::IntoResponse;
use invite_spec::endpoint::Endpoint;
use serde_json::Value;

/// The success of a call.
pub(super) fn success(rules: &dyn Rules, endpoint: &Endpoint, answer: Value) -> Response<Body> {
    json(rules.success(endpoint), &rules.answer(endpoint, answer))
}

/// A refusal.
pub(super) fn refusal(
    rules: &dyn Rules,
    endpoint: Option<&Endpoint>,
    refusal: &Refusal,
) -> Response<Body> {
    json(rules.status(refusal.failure), &rules.error(endpoint, refusal))
}

/// The same, and the connection is closed: where the request ends is not sure.
pub(super) fn closing(mut response: Response<Body>) -> Response<Body> {
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

fn json(status: u16, body: &Value) -> Response<Body> {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store")];
    (status, headers, body.to_string()).into_response()
}
