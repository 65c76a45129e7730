//! The specification that this server follows, below `/spec/`, where the protocol has no paths.
//!
//! The machine-readable documents are generated from the tables that the server itself uses. The
//! page, which also describes scenarios, is the committed one.

use super::middleware::Operation;
use super::{Shell, console};
use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use axum::response::IntoResponse;
use axum::routing::get;
use invite_spec::artefact;
use invite_spec::error::Failure;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::LazyLock;

/// The absolute path of the page.
pub(crate) const PATH: &str = "/spec/";
/// The path of the page relative to the root, so that redirects work behind a path prefix.
const FROM_THE_ROOT: &str = "spec/";

const PAGE: &str = include_str!("../../../spec/specification.html");
/// The page loads nothing else, and is not allowed to.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; \
    img-src data:; base-uri 'none'; form-action 'none'";

/// The machine-readable documents by path below `/spec/`; generated on the first request.
static DOCUMENTS: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let all = artefact::all().into_iter();
    all.filter_map(|file| Some((file.path.strip_prefix(FROM_THE_ROOT)?.to_owned(), file.text)))
        .collect()
});

/// The routes. The root has the console for whoever may use it, and leads others to the page.
pub(super) fn routes() -> Router<Shell> {
    Router::new()
        .route("/", get(root))
        .route(PATH.trim_end_matches('/'), get(redirect_to_page))
        .route(PATH, get(page))
        .route(&format!("{PATH}{{*path}}"), get(document))
}

async fn root(
    State(shell): State<Shell>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Response<Body> {
    match console::page(&shell, peer, &headers) {
        Some(page) => page,
        None => redirect_to_page().await,
    }
}

async fn redirect_to_page() -> Response<Body> {
    marked((StatusCode::TEMPORARY_REDIRECT, [(LOCATION, FROM_THE_ROOT)]).into_response())
}

async fn page() -> Response<Body> {
    let mut response = text("text/html; charset=utf-8", PAGE);
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}

async fn document(State(shell): State<Shell>, Path(path): Path<String>) -> Response<Body> {
    let kind =
        if path.starts_with("schemas/") { "application/schema+json" } else { "application/json" };
    match DOCUMENTS.get(&path) {
        Some(document) => text(kind, document),
        None => super::refuse(&shell, Failure::NoSuchPath, "there is no such document"),
    }
}

fn text(kind: &'static str, text: &'static str) -> Response<Body> {
    let headers = [
        (CONTENT_TYPE, kind),
        // The next version of the server has other documents at the same paths.
        (CACHE_CONTROL, "no-cache"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    marked((headers, text).into_response())
}

/// Names the operation for the log.
fn marked(mut response: Response<Body>) -> Response<Body> {
    response.extensions_mut().insert(Operation("documentation"));
    response
}
