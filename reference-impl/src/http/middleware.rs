//! The middleware of every request: CORS and the log.

use super::Shell;
use axum::extract::{Request, State};
use axum::http::header::{HeaderMap, HeaderName, HeaderValue, ORIGIN};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::time::Instant;

/// The name of the operation for the log, as an extension of the response.
#[derive(Debug, Clone, Copy)]
pub(super) struct Operation(pub(super) &'static str);

/// Answers preflights, adds CORS headers and logs the request: never a path, a query, a header or a
/// body, since any of them may contain a secret.
pub(super) async fn observe(State(shell): State<Shell>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let origin = request.headers().get(ORIGIN).and_then(|origin| origin.to_str().ok());
    let origin = origin.map(str::to_owned);
    let rules = shell.hub.rules();
    let mut response = if request.method() == Method::OPTIONS {
        let status = StatusCode::from_u16(rules.wire().preflight_status(request.uri().path()));
        let mut response = status.unwrap_or(StatusCode::NO_CONTENT).into_response();
        add(response.headers_mut(), rules.wire().preflight_headers());
        response.extensions_mut().insert(Operation("preflight"));
        response
    } else {
        next.run(request).await
    };
    if let Some(origin) = origin {
        add(response.headers_mut(), rules.wire().cors_headers(&origin));
    }
    let operation = response.extensions().get::<Operation>().map_or("none", |known| known.0);
    let status = response.status().as_u16();
    let duration_us = started.elapsed().as_micros();
    tracing::info!(operation, status, duration_us, "request");
    response
}

fn add(headers: &mut HeaderMap, added: Vec<(&'static str, String)>) {
    for (name, value) in added {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
}
