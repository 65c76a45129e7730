//! Passes a request on, and its response back.

use super::interventions::CannedAnswer;
use super::{Passed, Shared};
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{self, HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use invite_record::capture::live::{Answered, Asked, Exchange};
use invite_spec::endpoint::Operation;
use serde_json::Value;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

/// The longest body that passes, in bytes: far above what any server of the protocol accepts.
const MOST_BYTES: usize = 16 * 1024 * 1024;
/// How long the target may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Headers that belong to one connection, and what would make a body unreadable.
const LEFT_OUT: [&str; 7] = [
    "accept-encoding",
    "connection",
    "content-length",
    "host",
    "keep-alive",
    "transfer-encoding",
    "upgrade",
];

/// A response of the target.
struct Response {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

pub(crate) async fn forward(
    State(shared): State<Arc<Shared>>,
    request: Request,
) -> http::Response<Body> {
    let (head, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, MOST_BYTES).await else {
        return plain(StatusCode::PAYLOAD_TOO_LARGE);
    };
    let began = Instant::now();
    let headers = pairs(&head.headers);
    let asked = Asked {
        method: head.method.as_str(),
        path: head.uri.path(),
        headers: &headers,
        body: &body,
    };
    let noted = shared.live().request(shared.now_us(), asked);
    let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
    let operation = noted.as_ref().map(|exchange| exchange.endpoint.operation);
    let canned = operation.and_then(|operation| shared.interventions.answer(operation));
    let response = match canned {
        Some(canned) => Ok(cut(canned, &head.headers)),
        None => send(&shared, noted.as_ref(), &head.method, path, &head.headers, body).await,
    };
    if let Some(operation) = operation {
        shared.interventions.before(operation).await;
        if let Some(by) = shared.interventions.delay(operation) {
            tokio::time::sleep(by).await;
        }
    }
    note(&shared, noted.as_ref(), &response);
    let caller = noted.as_ref().map(|exchange| shared.live().caller(exchange));
    shared.tell(&Passed::Call {
        caller: caller.unwrap_or_else(|| "somebody".to_owned()),
        operation,
        method: head.method.to_string(),
        status: response.as_ref().ok().map(|response| response.status.as_u16()),
        took: began.elapsed(),
    });
    match response {
        Ok(response) => {
            let body = readdressed(&shared, noted.as_ref(), &head.headers, &response);
            let mut sent = http::Response::new(Body::from(body.unwrap_or(response.body)));
            *sent.status_mut() = response.status;
            for (name, value) in &response.headers {
                if !LEFT_OUT.contains(&name.as_str()) {
                    sent.headers_mut().append(name, value.clone());
                }
            }
            sent
        }
        Err(_) => plain(StatusCode::BAD_GATEWAY),
    }
}

/// A response in the place of the server's. Browsers may read it.
fn cut(canned: CannedAnswer, asked: &HeaderMap) -> Response {
    let mut headers = HeaderMap::new();
    let json = HeaderValue::from_static("application/json");
    headers.insert(http::header::CONTENT_TYPE, json);
    if let Some(origin) = asked.get(http::header::ORIGIN) {
        headers.insert(http::header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        let yes = HeaderValue::from_static("true");
        headers.insert(http::header::ACCESS_CONTROL_ALLOW_CREDENTIALS, yes);
    }
    Response { status: canned.status, headers, body: canned.body.into() }
}

fn plain(status: StatusCode) -> http::Response<Body> {
    let mut response = http::Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

fn note(shared: &Shared, noted: Option<&Exchange>, response: &Result<Response, String>) {
    let Some(exchange) = noted else { return };
    let now = shared.now_us();
    match response {
        Ok(response) => {
            let headers = pairs(&response.headers);
            let status = response.status.as_u16();
            let answered = Answered { status, headers: &headers, body: &response.body };
            shared.live().answer(now, exchange, answered);
        }
        Err(cause) => shared.live().no_answer(now, exchange, cause),
    }
}

async fn send(
    shared: &Shared,
    noted: Option<&Exchange>,
    method: &Method,
    path: &str,
    headers: &HeaderMap,
    body: Bytes,
) -> Result<Response, String> {
    let plane = noted.map(|exchange| exchange.endpoint.plane);
    let base = shared.planes.base(plane);
    let mut request = shared.connector.http().request(method.clone(), format!("{base}{path}"));
    for (name, value) in headers {
        if !LEFT_OUT.contains(&name.as_str()) {
            request = request.header(name, value);
        }
    }
    if !body.is_empty() {
        request = request.body(body);
    }
    let told = |error: reqwest::Error| innermost(&error);
    let mut response = request.timeout(PATIENCE).send().await.map_err(told)?;
    let (status, headers) = (response.status(), response.headers().clone());
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(told)? {
        if body.len() + piece.len() > MOST_BYTES {
            return Err(format!("the response is longer than {MOST_BYTES} bytes"));
        }
        body.extend_from_slice(&piece);
    }
    Ok(Response { status, headers, body: body.into() })
}

/// The innermost cause of an error: the others repeat the address, which may have a token.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

/// The body of a response that tells the client where to open its WebSocket: here.
fn readdressed(
    shared: &Shared,
    noted: Option<&Exchange>,
    asked: &HeaderMap,
    response: &Response,
) -> Option<Bytes> {
    noted.filter(|exchange| exchange.endpoint.operation == Operation::Identify)?;
    let mut body: Value = serde_json::from_slice(&response.body).ok()?;
    let address = body.get("wsUri")?.as_str()?.to_owned();
    let host = asked.get(http::header::HOST)?.to_str().ok()?;
    let scheme = if shared.is_secure { "wss" } else { "ws" };
    body["wsUri"] = format!("{scheme}://{host}").into();
    *shared.reported.lock().unwrap_or_else(PoisonError::into_inner) = Some(address);
    Some(Bytes::from(body.to_string()))
}

/// Headers by name in lower case.
fn pairs(headers: &HeaderMap) -> Vec<(String, String)> {
    let pair = |(name, value): (&HeaderName, &HeaderValue)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    headers.iter().map(pair).collect()
}
