//! The console: a page for the person in front of the server, on which an invitation can be tried
//! without any client.
//!
//! The page is a client of the protocol like any other. This module shows it the state of all
//! conferences, and makes the application server's calls for it, so that the page needs no secret.
//!
//! | file | what |
//! | --- | --- |
//! | `guard` | who can use it |
//! | `overview` | the state that it shows |
//! | `page.html` | the page |

mod guard;
mod overview;

use super::middleware::Operation as Logged;
use super::{Shell, carry_out, refuse, response};
use crate::core::{Call, Credentials, Origin, Refusal};
use crate::hub::Work;
use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, Response, Uri};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use invite_spec::endpoint::{Endpoint, Operation, Plane};
use invite_spec::error::Failure;
use overview::ApplicationView;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::net::SocketAddr;

const PAGE: &str = include_str!("page.html");
/// The page loads nothing else, and speaks to this server only.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; \
    connect-src 'self' ws: wss:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The paths of the console, besides the root.
pub(super) fn routes() -> Router<Shell> {
    Router::new().route("/console/state", get(state)).route("/console/call", post(act))
}

/// The page, if whoever asks may use it.
pub(super) fn page(shell: &Shell, peer: SocketAddr, headers: &HeaderMap) -> Option<Response<Body>> {
    is_allowed(shell, peer, headers).then(|| {
        let headers = [
            (CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
            (CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        ];
        marked((headers, PAGE).into_response())
    })
}

fn is_allowed(shell: &Shell, peer: SocketAddr, headers: &HeaderMap) -> bool {
    guard::allows(shell.console, peer, headers, shell.public_url.as_ref())
}

/// How everybody stands, and the frames since the last time.
async fn state(
    State(shell): State<Shell>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    uri: Uri,
    headers: HeaderMap,
) -> Response<Body> {
    let told = shell.hub.told().filter(|_| is_allowed(&shell, peer, &headers));
    let Some(told) = told else { return nothing(&shell) };
    let applications = shell.hub.look(ApplicationView::of).await;
    let query = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let after = query.into_iter().find(|(name, _)| name == "after");
    let frames = told.after(after.and_then(|(_, number)| number.parse().ok()).unwrap_or(0));
    as_json(&json!({ "applications": applications, "frames": frames }))
}

/// A call that the page makes as an application server.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Action {
    /// The key of the application.
    application: String,
    /// A REST operation, by its name in the specification.
    operation: String,
    /// The conference, if it is about one.
    #[serde(default)]
    conference: String,
    #[serde(default)]
    body: Map<String, Value>,
}

async fn act(
    State(shell): State<Shell>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response<Body> {
    if !is_allowed(&shell, peer, request.headers()) {
        return nothing(&shell);
    }
    let read = match shell.bodies.read(request.into_body()).await {
        Ok(read) => read,
        Err(refusal) => return refused(&shell, &refusal),
    };
    let action: Action = match serde_json::from_slice(&read.bytes) {
        Ok(action) => action,
        Err(error) => return refused(&shell, &Refusal::argument(error.to_string())),
    };
    let endpoint = Operation::parse(&action.operation).map(Operation::endpoint);
    let Some(endpoint) = endpoint.filter(|it| it.plane == Plane::Rest) else {
        return refused(&shell, &Refusal::argument("operation: no REST operation"));
    };
    let body = Value::Object(action.body);
    let token = match api_token(&shell, &action.application).await {
        Ok(token) => token,
        Err(refusal) => return refused(&shell, &refusal),
    };
    let call = call(endpoint, &action.conference, format!("Bearer {token}"), body);
    marked(carry_out(endpoint, &shell, call, Work::Small).await)
}

fn call(endpoint: &'static Endpoint, conference: &str, authorization: String, body: Value) -> Call {
    Call {
        endpoint,
        parameters: endpoint.parameters().map(|name| (name, conference.to_owned())).collect(),
        credentials: Credentials { authorization: Some(authorization), ..Credentials::default() },
        origin: Origin::default(),
        body: Ok(body),
    }
}

/// An API token of an application.
async fn api_token(shell: &Shell, key: &str) -> Result<String, Refusal> {
    let unknown = || Refusal::argument("application: there is none of this key");
    let application = shell.hub.application(key).ok_or_else(unknown)?;
    let pair = format!("{}:{}", application.key, application.secret);
    let basic = format!("Basic {}", STANDARD.encode(pair));
    let body = json!({ "grant_type": "client_credentials" });
    let call = call(Operation::AuthToken.endpoint(), "", basic, body);
    let answer = shell.hub.call(call, Work::Small, |outcome| outcome.result).await?;
    let token = answer.get("access_token").and_then(Value::as_str);
    token.map(str::to_owned).ok_or_else(unknown)
}

fn nothing(shell: &Shell) -> Response<Body> {
    refuse(shell, Failure::NoSuchPath, "there is nothing at this path")
}

fn refused(shell: &Shell, refusal: &Refusal) -> Response<Body> {
    marked(response::refusal(shell.hub.rules(), None, refusal))
}

fn as_json(value: &Value) -> Response<Body> {
    let kind = [(CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    marked((kind, value.to_string()).into_response())
}

/// Names the operation for the log, and keeps what it says out of caches and frames.
fn marked(mut response: Response<Body>) -> Response<Body> {
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response.extensions_mut().insert(Logged("console"));
    response
}
