//! The upgrade to a WebSocket: opens the socket of a session.

use super::middleware::Operation;
use super::{Shell, header, refuse, response};
use crate::connections::Activity;
use crate::core::{Refusal, UpgradeRequest};
use crate::socket::{self, ConnectionGuard, FRAME_BYTES};
use axum::body::Body;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::Response;
use axum::http::header::UPGRADE;
use invite_spec::endpoint::CLIENT_ID_HEADER;
use invite_spec::error::Failure;
use std::sync::Arc;
use std::time::Duration;

/// The size of the read buffer of a socket, in bytes.
const READ_BUFFER: usize = 4 * 1024;
/// The size from which the write buffer of a socket is written, in bytes.
const WRITE_BUFFER: usize = 16 * 1024;
/// How long a client should wait that finds no place for its socket.
const RETRY_FOR_PLACE: Duration = Duration::from_secs(5);

/// Opens a socket for the session whose token is in the query.
pub(super) async fn open(State(shell): State<Shell>, request: Request) -> Response<Body> {
    let mut response = upgrade(&shell, request).await;
    response.extensions_mut().insert(Operation("socket"));
    response
}

async fn upgrade(shell: &Shell, request: Request) -> Response<Body> {
    let (mut head, _) = request.into_parts();
    if header(&head.headers, UPGRADE.as_str()).is_none() {
        return refuse(shell, Failure::IllegalArgument, "only a WebSocket can be opened here");
    }
    let query = head.uri.query().unwrap_or_default().to_owned();
    let given = |name: &str| {
        let mut fields = form_urlencoded::parse(query.as_bytes());
        let found = fields.find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.into_owned())
    };
    let asked = UpgradeRequest { token: given("token"), client_id: given(CLIENT_ID_HEADER) };
    let upgrade = match WebSocketUpgrade::from_request_parts(&mut head, shell).await {
        Ok(upgrade) => upgrade,
        Err(rejection) => {
            return refuse(shell, Failure::IllegalArgument, &rejection.body_text());
        }
    };
    let Some(place) = shell.connections.admit_socket() else {
        let description = "the server has no room for more sockets";
        let refusal = Refusal::new(Failure::TooManyRequests, description);
        return response::refusal(shell.hub.rules(), None, &refusal.retry_after(RETRY_FOR_PLACE));
    };
    let busy = head.extensions.get::<Arc<Activity>>().map(Activity::begin);
    // The socket counts as open before the handshake is complete: a client that knows that it is
    // open must not miss what is pushed next.
    let (opened, queue) = match shell.hub.open(&asked).await {
        Ok(opened) => opened,
        Err(refusal) => return response::refusal(shell.hub.rules(), None, &refusal),
    };
    let guard = ConnectionGuard::new(opened, shell.hub.clone());
    let stopping = shell.stopping.clone();
    upgrade
        .max_message_size(FRAME_BYTES)
        .max_frame_size(FRAME_BYTES)
        // Clients send small frames, and many sockets are open.
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(WRITE_BUFFER)
        .on_upgrade(async move |socket| {
            socket::serve(socket, guard, queue, stopping).await;
            drop((place, busy));
        })
}
