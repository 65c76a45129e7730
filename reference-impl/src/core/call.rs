//! The input and the output of the core.

use super::id::{SessionId, SocketId};
use invite_spec::endpoint::Endpoint;
use invite_spec::error::Failure;
use invite_spec::push::Push;
use invite_spec::wire::Strict;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::net::IpAddr;
use std::time::Duration;

/// One call of an endpoint.
#[derive(Debug, Clone)]
pub struct Call {
    /// The endpoint, a row of the table of the specification.
    pub endpoint: &'static Endpoint,
    /// The path parameters: name and value.
    pub parameters: Vec<(&'static str, String)>,
    /// The credentials, from the headers.
    pub credentials: Credentials,
    /// The client and its view of the server.
    pub origin: Origin,
    /// The parsed body, or why it cannot be parsed.
    pub body: Result<Value, String>,
}

/// The credentials of a call. `Debug` omits them.
#[derive(Clone, Default)]
pub struct Credentials {
    /// The `Authorization` header.
    pub authorization: Option<String>,
    /// The session token.
    pub session_token: Option<String>,
    /// The current conference access token.
    pub conference_token: Option<String>,
    /// The id of the client instance.
    pub client_id: Option<String>,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials").finish_non_exhaustive()
    }
}

/// A request to open the socket of a session. `Debug` omits its fields.
#[derive(Clone, Default)]
pub struct UpgradeRequest {
    /// The session token.
    pub token: Option<String>,
    /// The id of the client instance.
    pub client_id: Option<String>,
}

impl std::fmt::Debug for UpgradeRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UpgradeRequest").finish_non_exhaustive()
    }
}

/// Where a call comes from.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// The address of the peer of the connection.
    pub address: Option<IpAddr>,
    /// The `User-Agent` header.
    pub user_agent: Option<String>,
    /// The origin at which this caller can reach the WebSocket, such as `wss://example.org`.
    pub socket_origin: Option<String>,
}

impl Call {
    /// A path parameter; empty if the path has none of this name.
    pub fn parameter(&self, name: &str) -> &str {
        self.parameters.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
    }

    /// Deserializes the body.
    ///
    /// # Errors
    ///
    /// A refusal of the argument that names the path of the wrong field.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        let value = self.body.as_ref().map_err(|reason| Refusal::argument(reason.as_str()))?;
        serde_path_to_error::deserialize(Strict(value)).map_err(|error| {
            let path = error.path().to_string();
            let reason = error.into_inner();
            Refusal::argument(if path == "." {
                reason.to_string()
            } else {
                format!("{path}: {reason}")
            })
        })
    }
}

/// Why a call is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {description}", .failure.reason())]
pub struct Refusal {
    /// The kind of failure, which determines status and error code.
    pub failure: Failure,
    /// A description for people.
    pub description: String,
    /// After how long it may make sense to try again, if that is known.
    pub retry_after: Option<Duration>,
}

impl Refusal {
    /// A refusal of this kind, with a description for people.
    pub fn new(failure: Failure, description: impl Into<String>) -> Refusal {
        Refusal { failure, description: description.into(), retry_after: None }
    }

    /// The same refusal, with the time after which it may make sense to try again.
    pub fn retry_after(self, pause: Duration) -> Refusal {
        Refusal { retry_after: Some(pause), ..self }
    }

    /// The refusal of an invalid body or parameter.
    pub fn argument(description: impl Into<String>) -> Refusal {
        Refusal::new(Failure::IllegalArgument, description)
    }

    /// The refusal of a credential; `what` names it, such as "the API token".
    pub fn token(what: &str) -> Refusal {
        Refusal::new(
            Failure::InvalidToken,
            format!("Expired or invalid token: {what} is missing, malformed, expired or revoked"),
        )
    }
}

/// The outcome of a call.
#[derive(Debug)]
pub struct Outcome {
    /// The response body, or why the call is refused.
    pub result: Result<Value, Refusal>,
    /// The effects on sessions.
    pub effects: Effects,
}

/// What the shell has to carry out.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Effects {
    /// Frames to send, in this order.
    pub deliveries: Vec<Delivery>,
    /// Sockets to close normally.
    pub closings: Vec<SocketId>,
}

impl Effects {
    /// Appends later effects.
    pub(super) fn extend(&mut self, more: Effects) {
        self.deliveries.extend(more.deliveries);
        self.closings.extend(more.closings);
    }
}

/// A frame and the sessions that receive it. It is serialized once for all of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    /// The recipients.
    pub to: Vec<SessionId>,
    /// The frame.
    pub push: Push,
}

impl Delivery {
    /// A frame for these sessions.
    pub fn new(to: Vec<SessionId>, push: impl Into<Push>) -> Delivery {
        Delivery { to, push: push.into() }
    }
}
