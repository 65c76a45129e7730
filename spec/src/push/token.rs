//! `UpdateToken`: a new conference access token, which the client acknowledges.

use super::frame;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Delivers a person's new conference access token. The client makes it its current token,
/// whichever conference the frame names, and acknowledges the frame by `amu`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UpdateToken {
    /// The id of the frame, which the client's acknowledgement repeats.
    pub amu: String,
    /// The id of the conference.
    #[serde(default, rename = "conferenceId", skip_serializing_if = "Option::is_none")]
    pub conference_id: Option<String>,
    /// The user id of the token's person.
    #[serde(default, rename = "userId", skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// The object with the token.
    pub content: TokenContent,
}

/// The token of an [`UpdateToken`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TokenContent {
    /// The conference access token.
    pub access_token: String,
}

frame! { UpdateToken, "push-update-token", "The receiver's new conference access token",
{ "amu": "0b7d-1", "conferenceId": "c-1", "userId": "u-bob",
  "content": { "access_token": "eyJh.eyJi.c2ln" } } }
