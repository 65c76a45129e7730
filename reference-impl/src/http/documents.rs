//! The specification, for whoever wants to read what this server does.
//!
//! It stands below `/spec/`, where no path of the wire begins. The machine-readable documents are
//! made from the tables that the server itself goes by; the page, which tells of scenarios besides,
//! is the committed one.

use super::Shell;
use super::middleware::Operation;
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, Response, StatusCode};
use axum::response::IntoResponse;
use axum::routing::get;
use invite_spec::artefact;
use invite_spec::error::Failure;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Where the page stands, from the root.
pub(crate) const PATH: &str = "/spec/";
/// The same, from where it is pointed to: whatever stands in front of this server stays in front.
const FROM_THE_ROOT: &str = "spec/";

/// The page.
const PAGE: &str = include_str!("../../../spec/specification.html");
/// It needs nothing but itself, and may have nothing else.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; \
    img-src data:; base-uri 'none'; form-action 'none'";

/// The machine-readable documents, by their paths below `/spec/`. Most servers are never asked.
static DOCUMENTS: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let all = artefact::all().into_iter();
    all.filter_map(|file| Some((file.path.strip_prefix(FROM_THE_ROOT)?.to_owned(), file.text)))
        .collect()
});

/// The routes. Whoever comes to the root is shown to the page.
pub(super) fn routes() -> Router<Shell> {
    Router::new()
        .route("/", get(to_the_page))
        .route(PATH.trim_end_matches('/'), get(to_the_page))
        .route(PATH, get(page))
        .route(&format!("{PATH}{{*path}}"), get(document))
}

async fn to_the_page() -> Response<Body> {
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
        // Another version may stand here tomorrow.
        (CACHE_CONTROL, "no-cache"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    marked((headers, text).into_response())
}

/// For the log.
fn marked(mut response: Response<Body>) -> Response<Body> {
    response.extensions_mut().insert(Operation("documentation"));
    response
}
