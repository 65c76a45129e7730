//! What goes into the core and what comes out of it.

use super::id::{SessionId, SocketId};
use invite_spec::endpoint::Endpoint;
use invite_spec::error::Failure;
use invite_spec::push::Push;
use invite_spec::wire::Strict;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::net::IpAddr;

/// One call of an endpoint.
#[derive(Debug, Clone)]
pub struct Call {
    /// Which endpoint.
    pub endpoint: &'static Endpoint,
    /// The parameters of the path.
    pub parameters: Vec<(&'static str, String)>,
    /// The credentials, wherever they stood.
    pub credentials: Credentials,
    /// Where the call comes from.
    pub origin: Origin,
    /// The body, or why it cannot be read.
    pub body: Result<Value, String>,
}

/// The credentials of a call. They are not shown.
#[derive(Clone, Default)]
pub struct Credentials {
    /// The `Authorization` header.
    pub authorization: Option<String>,
    /// The session's own token.
    pub session_token: Option<String>,
    /// The current conference access token.
    pub conference_token: Option<String>,
    /// The name of the client instance.
    pub client_id: Option<String>,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials").finish_non_exhaustive()
    }
}

/// A request to open a session's socket. It is not shown.
#[derive(Clone, Default)]
pub struct UpgradeRequest {
    /// The session's own token.
    pub token: Option<String>,
    /// The name of the client instance.
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
    /// The address of the client.
    pub address: Option<IpAddr>,
    /// What the client calls itself.
    pub user_agent: Option<String>,
    /// The origin of the WebSocket, as this caller can reach it.
    pub socket_origin: Option<String>,
}

impl Call {
    /// A parameter of the path; empty if the path has none of this name.
    pub fn parameter(&self, name: &str) -> &str {
        self.parameters.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
    }

    /// Reads the body. The refusal names the field that is wrong.
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

/// Why a call is refused: what the caller is told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {description}", .failure.reason())]
pub struct Refusal {
    /// The kind of failure, of the one table of failures.
    pub failure: Failure,
    /// A sentence for people.
    pub description: String,
}

impl Refusal {
    /// A refusal for this reason.
    pub fn new(failure: Failure, description: impl Into<String>) -> Refusal {
        Refusal { failure, description: description.into() }
    }

    /// A refusal of a body or a parameter.
    pub fn argument(description: impl Into<String>) -> Refusal {
        Refusal::new(Failure::IllegalArgument, description)
    }

    /// A refusal of a credential.
    pub fn token(what: &str) -> Refusal {
        Refusal::new(
            Failure::InvalidToken,
            format!("Expired or invalid token: {what} is missing, malformed, expired or revoked"),
        )
    }
}

/// What a call comes to.
#[derive(Debug)]
pub struct Outcome {
    /// The answer, or why it is refused.
    pub result: Result<Value, Refusal>,
    /// What happens besides.
    pub effects: Effects,
}

/// What the shell has to do.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Effects {
    /// Frames to hand over, in order.
    pub deliveries: Vec<Delivery>,
    /// Sockets to close in the ordinary way.
    pub closings: Vec<SocketId>,
}

impl Effects {
    /// Adds what comes after.
    pub(super) fn extend(&mut self, more: Effects) {
        self.deliveries.extend(more.deliveries);
        self.closings.extend(more.closings);
    }
}

/// A frame, and the sessions that get it. One frame for all of them, so that it is written once.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    /// The sessions.
    pub to: Vec<SessionId>,
    /// The frame.
    pub push: Push,
}

impl Delivery {
    /// A frame for sessions.
    pub fn new(to: Vec<SessionId>, push: impl Into<Push>) -> Delivery {
        Delivery { to, push: push.into() }
    }
}
