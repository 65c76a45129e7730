//! A page that tells a person what to do next, for those who do not sit at the terminal: the app may be
//! on a phone, and so may the page.

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

const PAGE: &str = include_str!("page.html");

/// What only the page's own script sends: another site cannot make a browser send it unasked.
const OWN: &str = "x-invite-conformance";

/// What the page may do: nothing but what it brings along.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

/// A page that is served. It goes away when this is dropped.
#[derive(Debug)]
pub struct Page {
    address: SocketAddr,
    told: Told,
    serving: JoinHandle<()>,
}

/// What was told so far; clones tell the same page.
#[derive(Debug, Clone, Default)]
pub struct Told(Arc<Mutex<Vec<String>>>);

impl Told {
    /// Tells one thing more. Empty lines are for terminals.
    pub fn add(&self, line: &str) {
        if !line.is_empty() {
            self.lines().push(line.to_owned());
        }
    }

    fn lines(&self) -> MutexGuard<'_, Vec<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Clone)]
struct Shared {
    told: Told,
    skip: watch::Sender<usize>,
    /// The names under which the page can be reached. Another name that leads here is of a site that
    /// means no good.
    hosts: Arc<[String]>,
}

impl Page {
    /// Serves the page at an address; port 0 for any free port. `skip` counts how often the person
    /// wanted to skip a step.
    ///
    /// # Errors
    ///
    /// If the address cannot be listened on.
    pub async fn start(listen: SocketAddr, skip: watch::Sender<usize>) -> io::Result<Page> {
        let listener = TcpListener::bind(listen).await?;
        let address = listener.local_addr()?;
        let told = Told::default();
        let port = address.port();
        let mut hosts = vec![format!("localhost:{port}"), address.to_string()];
        if address.ip().is_unspecified() {
            // Reached by whatever address the machine has, which is no name.
            hosts.clear();
        }
        let shared = Shared { told: told.clone(), skip, hosts: hosts.into() };
        let router = Router::new()
            .route("/", get(page))
            .route("/told", get(lines))
            .route("/skip", post(skips))
            .with_state(shared);
        let serving = tokio::spawn(async move {
            // It serves until it is aborted.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Page { address, told, serving })
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Tells this page something.
    pub fn told(&self) -> Told {
        self.told.clone()
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Shared {
    /// Whether a request comes from the page itself, under one of its own names or an address.
    fn is_own(&self, headers: &HeaderMap) -> bool {
        let host = headers.get(header::HOST).and_then(|value| value.to_str().ok());
        host.is_some_and(|host| {
            let is_address = host.parse::<SocketAddr>().is_ok();
            self.hosts.iter().any(|own| own == host) || (self.hosts.is_empty() && is_address)
        })
    }
}

async fn page(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    if !shared.is_own(&headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let headers = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    (headers, Html(PAGE)).into_response()
}

/// What was told, from a line on.
async fn lines(
    State(shared): State<Shared>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, StatusCode> {
    if !shared.is_own(&headers) {
        return Err(StatusCode::FORBIDDEN);
    }
    let from = query.as_deref().and_then(|query| query.strip_prefix("from=")?.parse().ok());
    let from: usize = from.unwrap_or(0);
    let lines = shared.told.lines();
    Ok(Json(json!({ "lines": lines.get(from..).unwrap_or_default() })))
}

async fn skips(State(shared): State<Shared>, headers: HeaderMap) -> StatusCode {
    if !shared.is_own(&headers) || !headers.contains_key(OWN) {
        return StatusCode::FORBIDDEN;
    }
    shared.skip.send_modify(|count| *count += 1);
    StatusCode::NO_CONTENT
}
