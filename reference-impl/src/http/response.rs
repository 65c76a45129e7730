//! Responses.

use crate::core::{Refusal, Rules};
use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONNECTION, CONTENT_TYPE};
use axum::http::{HeaderValue, Response, StatusCode};
use axum::response::IntoResponse;
use invite_spec::endpoint::Endpoint;
use serde_json::Value;

/// The response to a successful call.
pub(super) fn success(rules: &dyn Rules, endpoint: &Endpoint, answer: Value) -> Response<Body> {
    let body = rules.hooks().rewrite_response(endpoint, answer);
    response(200, rules.wire().body_text(Some(endpoint), &body))
}

/// The response to a refused call; `endpoint` is `None` where the request matches no endpoint.
pub(super) fn refusal(
    rules: &dyn Rules,
    endpoint: Option<&Endpoint>,
    refusal: &Refusal,
) -> Response<Body> {
    let body = rules.wire().refusal_body(endpoint, refusal);
    response(
        rules.wire().refusal_status(endpoint, refusal.failure),
        rules.wire().body_text(endpoint, &body),
    )
}

/// The same response, after which the connection closes: it is not certain where the request ends.
pub(super) fn closing(mut response: Response<Body>) -> Response<Body> {
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

fn response(status: u16, (kind, body): (&'static str, String)) -> Response<Body> {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = [(CONTENT_TYPE, kind), (CACHE_CONTROL, "no-store")];
    (status, headers, body).into_response()
}
