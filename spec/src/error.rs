//! The error object, and the table of refusals: the HTTP status and the code of each.

use crate::payload::wire;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The body of every refusal: an object, never `null`.
///
/// The Python client reads `error_code`, or else `status`; `error_reason`, or else `error`; and
/// `error_description`, or else `message`. On the REST plane a server may therefore use the other
/// shape.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct ErrorResponse {
    /// The type: `ErrorResponse`.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The error, as a code of the error table.
    #[serde(
        default,
        deserialize_with = "crate::wire::some_whole",
        skip_serializing_if = "Option::is_none"
    )]
    pub error_code: Option<i64>,
    /// The error, as a word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_reason: Option<String>,
    /// The error, as a sentence for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_description: Option<String>,
    /// The HTTP status, in the other shape.
    #[serde(
        default,
        deserialize_with = "crate::wire::some_whole",
        skip_serializing_if = "Option::is_none"
    )]
    pub status: Option<i64>,
    /// The reason, in the other shape.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The description, in the other shape.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

impl ErrorResponse {
    /// The error object for a failure of this kind.
    pub fn new(failure: Failure, description: impl Into<String>) -> Self {
        ErrorResponse {
            kind: Some("ErrorResponse".into()),
            error_code: Some(failure.code()),
            error_reason: Some(failure.reason().into()),
            error_description: Some(description.into()),
            ..ErrorResponse::default()
        }
    }
}

wire! {
    ErrorResponse, "error-response", "Error object of a refusal", Server,
    { "type": "ErrorResponse", "error_code": 89, "error_reason": "Invalid_token",
      "error_description": "Expired or invalid token" }
}

/// The reason for a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Failure {
    /// Credentials are missing, malformed, expired or revoked.
    InvalidToken,
    /// The body or a parameter has the wrong shape.
    IllegalArgument,
    /// The body is above the limit of the server.
    TooLarge,
    /// The path exists, but not with this method.
    MethodNotAllowed,
    /// The session's person is not allowed: it has no external id, or another one than the token.
    UserNotValid,
    /// The path does not exist.
    NoSuchPath,
    /// The conference access token belongs to another person or another conference.
    ForeignToken,
    /// The scopes of the token do not cover the call.
    InsufficientScope,
    /// The person was kicked from this conference.
    Kicked,
    /// The caller asks too often, or for more than the server keeps.
    TooManyRequests,
    /// The conference does not exist, or has ended.
    NoSuchConference,
    /// The participant does not exist.
    NoSuchParticipant,
    /// The conference is full.
    CapacityReached,
    /// The caller is not in the conference.
    NotInConference,
    /// A permission is missing.
    InsufficientPermissions,
    /// The server failed.
    Internal,
}

impl Failure {
    /// Every failure, by code.
    pub const ALL: &[Failure] = &[
        Failure::InvalidToken,
        Failure::IllegalArgument,
        Failure::TooLarge,
        Failure::MethodNotAllowed,
        Failure::UserNotValid,
        Failure::NoSuchPath,
        Failure::ForeignToken,
        Failure::InsufficientScope,
        Failure::Kicked,
        Failure::TooManyRequests,
        Failure::NoSuchConference,
        Failure::NoSuchParticipant,
        Failure::CapacityReached,
        Failure::NotInConference,
        Failure::InsufficientPermissions,
        Failure::Internal,
    ];

    /// Code, status and reason.
    const fn row(self) -> (i64, u16, &'static str) {
        match self {
            Failure::InvalidToken => (89, 401, "Invalid_token"),
            Failure::IllegalArgument => (90, 400, "Illegal argument"),
            Failure::TooLarge => (91, 413, "Payload_too_large"),
            Failure::MethodNotAllowed => (92, 405, "Method_not_allowed"),
            Failure::UserNotValid => (93, 403, "User is not valid"),
            Failure::NoSuchPath => (94, 404, "Not_found"),
            Failure::ForeignToken => (95, 403, "Token_not_valid_here"),
            Failure::InsufficientScope => (96, 403, "Insufficient_scope"),
            Failure::Kicked => (97, 403, "Kicked"),
            Failure::TooManyRequests => (98, 429, "Too_many_requests"),
            Failure::NoSuchConference => (100, 404, "Conference_not_found"),
            Failure::NoSuchParticipant => (101, 404, "Participant_not_found"),
            Failure::CapacityReached => (108, 403, "Maximum_capacity"),
            Failure::NotInConference => (113, 403, "Not_in_conference"),
            Failure::InsufficientPermissions => (114, 403, "Insufficient_permissions"),
            Failure::Internal => (500, 500, "Internal_error"),
        }
    }

    /// The `error_code`.
    pub fn code(self) -> i64 {
        self.row().0
    }

    /// The HTTP status.
    pub fn status(self) -> u16 {
        self.row().1
    }

    /// The `error_reason`.
    pub fn reason(self) -> &'static str {
        self.row().2
    }

    /// The meaning, as a sentence.
    pub fn meaning(self) -> &'static str {
        match self {
            Failure::InvalidToken => "The credentials are missing, malformed, expired or revoked.",
            Failure::IllegalArgument => "The body or a parameter has the wrong shape.",
            Failure::TooLarge => "The body is above the limit of the server.",
            Failure::MethodNotAllowed => "The path exists, but not with this method.",
            Failure::UserNotValid => {
                "The session's person cannot do this: it has no external id, or another one than \
                 the token's."
            }
            Failure::NoSuchPath => "The path does not exist.",
            Failure::ForeignToken => {
                "The conference access token belongs to another person or another conference."
            }
            Failure::InsufficientScope => "The scopes of the token do not cover this call.",
            Failure::Kicked => "The person was kicked from this conference.",
            Failure::TooManyRequests => {
                "The caller asks too often, or for more than the server keeps; `Retry-After` says \
                 when to try again."
            }
            Failure::NoSuchConference => "The conference does not exist, or has ended.",
            Failure::NoSuchParticipant => "The participant does not exist.",
            Failure::CapacityReached => "The conference is full.",
            Failure::NotInConference => "The caller is not in the conference.",
            Failure::InsufficientPermissions => "A permission is missing.",
            Failure::Internal => "The server failed.",
        }
    }

    /// Whether the code was observed, so that clients may know it. This specification chose the
    /// others.
    pub fn is_seen_in_the_field(self) -> bool {
        matches!(
            self,
            Failure::InvalidToken
                | Failure::IllegalArgument
                | Failure::CapacityReached
                | Failure::InsufficientPermissions
        )
    }
}
