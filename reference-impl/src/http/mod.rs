//! The HTTP shell: turns requests into calls of the core, and outcomes into responses.
//!
//! | module | what |
//! | --- | --- |
//! | `middleware` | CORS and the log |
//! | `body`, `parse_body` | reading and parsing request bodies |
//! | `response` | writing responses |
//! | `upgrade` | opening WebSockets |
//! | `documents` | the specification below `/spec/` |
//! | `console` | a page for the person in front of the server |

mod body;
mod console;
pub(crate) mod documents;
mod middleware;
mod parse_body;
mod response;
mod upgrade;

use body::Read;

pub(crate) use body::Bodies;
pub(crate) use response::Responses;

use crate::connections::{Activity, Connections};
use crate::core::{Call, Credentials, Origin, Outcome, Refusal};
use crate::hub::{Hub, Work, on_own_thread};
use crate::settings::{Console, PublicUrl};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, RawPathParams, Request, State};
use axum::http::header::{AUTHORIZATION, HOST, HeaderMap, USER_AGENT};
use axum::http::{Response, request};
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, get, on};
use invite_spec::endpoint::{
    CLIENT_ID_HEADER, CONFERENCE_TOKEN_HEADER, ENDPOINTS, Endpoint, Method, SESSION_TOKEN_HEADER,
    SOCKET_PATH,
};
use invite_spec::error::Failure;
use middleware::Operation;
use serde_json::Value;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::sync::watch;

/// The state that all request handlers share.
#[derive(Clone)]
pub(crate) struct Shell {
    pub(crate) hub: Arc<Hub>,
    pub(crate) public_url: Option<PublicUrl>,
    pub(crate) console: Console,
    pub(crate) address: SocketAddr,
    /// Whether the server itself has TLS.
    pub(crate) secure: bool,
    pub(crate) bodies: Arc<Bodies>,
    pub(crate) responses: Arc<Responses>,
    pub(crate) connections: Arc<Connections>,
    pub(crate) stopping: watch::Receiver<bool>,
}

/// The routes: the endpoints of the specification, the WebSocket and the documents.
pub(crate) fn router(shell: Shell) -> Router {
    let documents = documents::routes().merge(console::routes());
    let mut router = documents.route(SOCKET_PATH, get(upgrade::open));
    for endpoint in ENDPOINTS {
        let endpoint: &'static Endpoint = endpoint;
        let serve = move |shell: State<Shell>,
                          peer: ConnectInfo<SocketAddr>,
                          parameters: RawPathParams,
                          request: Request| {
            serve(endpoint, shell, peer, parameters, request)
        };
        router = router.route(endpoint.path, on(filter(endpoint.method), serve));
    }
    router
        .fallback(|shell: State<Shell>| async move {
            refuse(&shell, Failure::NoSuchPath, "there is nothing at this path")
        })
        .method_not_allowed_fallback(|shell: State<Shell>| async move {
            refuse(&shell, Failure::MethodNotAllowed, "this path does not take this method")
        })
        .layer(from_fn_with_state(shell.clone(), middleware::observe))
        .with_state(shell)
}

fn filter(method: Method) -> MethodFilter {
    match method {
        Method::Get => MethodFilter::GET,
        Method::Post => MethodFilter::POST,
        Method::Put => MethodFilter::PUT,
        Method::Delete => MethodFilter::DELETE,
    }
}

fn refuse(shell: &Shell, failure: Failure, description: &str) -> Response<Body> {
    response::refusal(shell.hub.rules(), None, &Refusal::new(failure, description))
}

/// Serves one request to an endpoint.
async fn serve(
    endpoint: &'static Endpoint,
    State(shell): State<Shell>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    parameters: RawPathParams,
    request: Request,
) -> Response<Body> {
    if parameters.iter().any(|(_, value)| value.is_empty()) {
        return refuse(&shell, Failure::NoSuchPath, "there is nothing at this path");
    }
    let (head, body) = request.into_parts();
    let mut response = match call(endpoint, &shell, peer, &parameters, &head, body).await {
        Ok((call, work)) => {
            let _busy = head.extensions.get::<Arc<Activity>>().map(Activity::begin);
            carry_out(endpoint, &shell, call, work).await
        }
        Err(refusal) => {
            response::closing(response::refusal(shell.hub.rules(), Some(endpoint), &refusal))
        }
    };
    response.extensions_mut().insert(Operation(endpoint.operation.as_str()));
    response
}

/// Carries out a call.
async fn carry_out(
    endpoint: &'static Endpoint,
    shell: &Shell,
    call: Call,
    work: Work,
) -> Response<Body> {
    let is_body_broken = call.body.is_err();
    let (hub, responses) = (shell.hub.clone(), shell.responses.clone());
    let respond = move |outcome: Outcome| match outcome.result {
        Ok(answer) => response::success(hub.rules(), endpoint, answer, &responses),
        Err(refusal) => {
            let response = response::refusal(hub.rules(), Some(endpoint), &refusal);
            // The rest of a truncated body may arrive where the next request should begin.
            if is_body_broken { response::closing(response) } else { response }
        }
    };
    shell.hub.call(call, work, respond).await
}

/// Reads a request into a call.
async fn call(
    endpoint: &'static Endpoint,
    shell: &Shell,
    peer: SocketAddr,
    parameters: &RawPathParams,
    head: &request::Parts,
    body: Body,
) -> Result<(Call, Work), Refusal> {
    let read = shell.bodies.read(body).await?;
    let authorization = header(&head.headers, AUTHORIZATION.as_str());
    let work = if read.is_large {
        let turn = shell.hub.turn_for_large_call(endpoint, authorization.as_deref()).await;
        Work::Large { _turn: turn }
    } else {
        Work::Small
    };
    let given = |name: &&'static str| {
        let mut found = parameters.iter().filter(|(known, _)| known == name);
        found.next().map_or(String::new(), |(_, value)| value.to_owned())
    };
    let call = Call {
        endpoint,
        parameters: endpoint.parameters().map(|name| (name, given(&name))).collect(),
        credentials: Credentials {
            authorization,
            session_token: header(&head.headers, SESSION_TOKEN_HEADER),
            conference_token: header(&head.headers, CONFERENCE_TOKEN_HEADER),
            client_id: header(&head.headers, CLIENT_ID_HEADER),
        },
        origin: Origin {
            address: Some(peer.ip()),
            user_agent: header(&head.headers, USER_AGENT.as_str()),
            socket_origin: Some(socket_origin(shell, &head.headers)),
        },
        body: parse(endpoint, shell, read).await,
    };
    Ok((call, work))
}

/// Parses a body. A large one does not hold up the thread.
async fn parse(endpoint: &'static Endpoint, shell: &Shell, read: Read) -> Result<Value, String> {
    let rewritten = shell.hub.rules().hooks().rewrite_body(endpoint, &read.bytes);
    let bytes = rewritten.map_or(read.bytes, Bytes::from);
    let parse = move || parse_body::parse(&endpoint.request, &bytes);
    if read.is_large { on_own_thread(parse).await } else { parse() }
}

fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

/// The origin at which the caller can open its WebSocket: the configured one, else the one that the
/// request was sent to.
fn socket_origin(shell: &Shell, headers: &HeaderMap) -> String {
    if let Some(url) = &shell.public_url {
        return url.of_sockets();
    }
    // A proxy in front of the server that has TLS sets this header.
    let forwarded = header(headers, "x-forwarded-proto").is_some_and(|proto| proto == "https");
    let secure = shell.secure || forwarded;
    let host = header(headers, HOST.as_str());
    let named = host.and_then(|host| PublicUrl::of_request(secure, &host));
    let scheme = if secure { "wss" } else { "ws" };
    named.map_or_else(|| format!("{scheme}://{}", shell.address), |url| url.of_sockets())
}
