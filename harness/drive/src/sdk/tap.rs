//! Where a client believes that the server is: its requests are passed on and recorded.

use crate::actor::Actor;
use crate::scenario_run::ScenarioRun;
use crate::session::{Session, Socket};
use crate::transport::{Answer, Request};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header, request};
use axum::routing::get;
use invite_spec::endpoint::{
    CLIENT_ID_HEADER, CONFERENCE_TOKEN_HEADER, Endpoint, Method, Operation, SESSION_TOKEN_HEADER,
    SOCKET_PATH, route,
};
use invite_trace::{Content, NoAnswer, REQUEST_HEADERS, SocketRefusal};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use tokio::net::TcpListener;
use tokio::task::AbortHandle;

/// The largest body of a client.
const MOST_BYTES: usize = 4 << 20;

/// The tap of one session.
#[derive(Debug)]
pub(super) struct Tap {
    pub(super) run: Weak<ScenarioRun>,
    pub(super) actor: Actor,
    url: String,
    heard: Mutex<Heard>,
    session: OnceLock<Arc<Session>>,
    serving: OnceLock<AbortHandle>,
}

/// What came from the client.
#[derive(Debug, Default)]
struct Heard {
    /// The step in which it acts.
    label: String,
    /// What was answered in this step.
    answers: Vec<(Operation, Result<Answer, NoAnswer>)>,
    client_id: String,
    /// Where the target's WebSocket is.
    socket_base: Option<String>,
    socket: Option<Result<Socket, SocketRefusal>>,
}

impl Tap {
    pub(super) async fn start(
        run: Weak<ScenarioRun>,
        actor: Actor,
        label: &str,
    ) -> io::Result<Arc<Tap>> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let heard = Mutex::new(Heard { label: label.to_owned(), ..Heard::default() });
        let (session, serving) = (OnceLock::new(), OnceLock::new());
        let tap = Arc::new(Tap { run, actor, url, heard, session, serving });
        let router = Router::new()
            .route(SOCKET_PATH, get(super::frames::open))
            .fallback(forward)
            .with_state(Arc::downgrade(&tap));
        let task = tokio::spawn(async move {
            // It serves until it is aborted.
            let _ = axum::serve(listener, router).await;
        });
        let _ = tap.serving.set(task.abort_handle());
        Ok(tap)
    }

    fn heard(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// A step begins.
    pub(super) fn begin(&self, label: &str) {
        let mut heard = self.heard();
        label.clone_into(&mut heard.label);
        heard.answers.clear();
    }

    /// The step in which the client acts.
    pub(super) fn label(&self) -> String {
        self.heard().label.clone()
    }

    /// What was answered in this step to the last call of an operation.
    pub(super) fn answer(&self, operation: Operation) -> Option<Result<Answer, NoAnswer>> {
        let heard = self.heard();
        let mut found = heard.answers.iter().rev().filter(|(of, _)| *of == operation);
        found.next().map(|(_, answer)| answer.clone())
    }

    pub(super) fn client_id(&self) -> String {
        self.heard().client_id.clone()
    }

    /// The WebSocket that the client opened last.
    pub(super) fn socket(&self) -> Option<Result<Socket, SocketRefusal>> {
        self.heard().socket.clone()
    }

    pub(super) fn set_socket(&self, socket: Result<Socket, SocketRefusal>) {
        if let (Some(session), Ok(socket)) = (self.session.get(), &socket) {
            session.set_socket(socket.clone());
        }
        self.heard().socket = Some(socket);
    }

    pub(super) fn belongs_to(&self, session: &Arc<Session>) {
        let _ = self.session.set(Arc::clone(session));
    }

    pub(super) fn session(&self) -> Option<&Arc<Session>> {
        self.session.get()
    }

    /// Where the target's WebSocket is.
    pub(super) fn socket_base(&self, run: &ScenarioRun) -> String {
        let planes = &run.shared.target.planes;
        self.heard().socket_base.clone().unwrap_or_else(|| planes.session.clone())
    }

    /// Passes a request on.
    async fn pass_on(
        &self,
        run: &ScenarioRun,
        endpoint: &'static Endpoint,
        head: &request::Parts,
        bytes: &Bytes,
    ) -> Result<Answer, NoAnswer> {
        let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
        let request = {
            let mut state = run.recorder.lock();
            let mut headers = std::collections::BTreeMap::new();
            for name in REQUEST_HEADERS.into_iter().chain(["accept"]) {
                let Some(raw) = head.headers.get(name).and_then(|value| value.to_str().ok()) else {
                    continue;
                };
                let shown = match name {
                    "authorization" => match raw.split_once(' ') {
                        Some((scheme, token)) => {
                            format!("{scheme} {}", state.redactor.token(token))
                        }
                        None => state.redactor.token(raw),
                    },
                    SESSION_TOKEN_HEADER | CONFERENCE_TOKEN_HEADER => state.redactor.token(raw),
                    _ => state.redactor.text(raw),
                };
                headers.insert(name.to_owned(), shown);
            }
            Request {
                operation: endpoint.operation,
                method: head.method.as_str().to_owned(),
                base: run.base(endpoint.plane).to_owned(),
                path: state.redactor.text(path),
                headers,
                shown: state.redactor.content(bytes, false),
                body: (!bytes.is_empty()).then(|| bytes.to_vec()),
                answers_tokens: endpoint.answers_tokens(),
            }
        };
        if let Some(id) = head.headers.get(CLIENT_ID_HEADER).and_then(|id| id.to_str().ok()) {
            id.clone_into(&mut self.heard().client_id);
        }
        let label = self.label();
        let answer = run.transport().exchange(&label, &self.actor, request).await;
        if let (Operation::Identify, Ok(answer)) = (endpoint.operation, &answer) {
            self.heard().socket_base = Some(run.socket_base(answer));
        }
        self.heard().answers.push((endpoint.operation, answer.clone()));
        answer
    }

    /// An answer as the client gets it: with its secrets, and with this as the place of the WebSocket.
    fn revealed(&self, run: &ScenarioRun, operation: Operation, answer: &Answer) -> Vec<u8> {
        let state = run.recorder.lock();
        match &answer.body {
            Content::Empty => Vec::new(),
            Content::Text { beginning, .. } => state.redactor.reveal(beginning).into_bytes(),
            Content::Json(value) => {
                let mut value = state.redactor.reveal_value(value);
                if operation == Operation::Identify
                    && let Some(uri) = value.get_mut("wsUri")
                {
                    *uri = self.url.replacen("http", "ws", 1).into();
                }
                value.to_string().into_bytes()
            }
        }
    }
}

impl Drop for Tap {
    fn drop(&mut self) {
        if let Some(serving) = self.serving.get() {
            serving.abort();
        }
    }
}

async fn forward(
    axum::extract::State(tap): axum::extract::State<Weak<Tap>>,
    request: axum::extract::Request,
) -> Response<Body> {
    let (head, body) = request.into_parts();
    let plain = |status| answered(&head.headers, status, Vec::new());
    if head.method == axum::http::Method::OPTIONS {
        return plain(StatusCode::NO_CONTENT);
    }
    let Some(tap) = tap.upgrade() else { return plain(StatusCode::SERVICE_UNAVAILABLE) };
    let Some(run) = tap.run.upgrade() else { return plain(StatusCode::SERVICE_UNAVAILABLE) };
    let Ok(bytes) = axum::body::to_bytes(body, MOST_BYTES).await else {
        return plain(StatusCode::PAYLOAD_TOO_LARGE);
    };
    let routed = Method::parse(head.method.as_str()).and_then(|it| route(it, head.uri.path()));
    // What is no part of the protocol is nobody's business.
    let Some((endpoint, _)) = routed else { return plain(StatusCode::NOT_FOUND) };
    match tap.pass_on(&run, endpoint, &head, &bytes).await {
        Err(_) => plain(StatusCode::BAD_GATEWAY),
        Ok(answer) => {
            let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::BAD_GATEWAY);
            answered(&head.headers, status, tap.revealed(&run, endpoint.operation, &answer))
        }
    }
}

/// A response that a page of another origin may read.
fn answered(asked: &HeaderMap, status: StatusCode, body: Vec<u8>) -> Response<Body> {
    let has_body = !body.is_empty();
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    if has_body {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    if let Some(origin) = asked.get(header::ORIGIN) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        let yes = HeaderValue::from_static("true");
        headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, yes);
        let methods = HeaderValue::from_static("GET, POST, PUT, DELETE");
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, methods);
    }
    if let Some(wanted) = asked.get(header::ACCESS_CONTROL_REQUEST_HEADERS) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, wanted.clone());
    }
    response
}
