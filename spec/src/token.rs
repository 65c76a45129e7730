//! What the tokens say, as far as anybody but their issuer reads them, and where tokens stand.

use crate::payload::{Payload, Wire, wire};
use crate::permission::{Permission, PermissionSet};
use crate::rest;
use crate::wire::LooseSeconds;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The answer to every request for an API token or a client access token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TokenAnswer {
    /// `Bearer`, spelled exactly so: the Node client puts the word in front of the API token. Of
    /// other tokens no client reads it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_type: Option<TokenType>,
    /// The token.
    pub access_token: String,
    /// Seconds that it lives.
    #[serde(
        default,
        deserialize_with = "crate::wire::some_whole",
        skip_serializing_if = "Option::is_none"
    )]
    pub expires_in: Option<u64>,
    /// The scopes that were granted, separated by spaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// What a new token can be had for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
}

/// The one token type of this protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum TokenType {
    /// A bearer token.
    Bearer,
}

/// Claims of a conference access token that a client reads.
///
/// The Web SDK decodes the payload without checking the signature and takes `authorities` for the
/// permissions of the local participant. All other claims are the server's business.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConferenceTokenClaims {
    /// The names of the permissions that were granted.
    pub authorities: Vec<String>,
    /// Whose token it is: the user id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub: Option<String>,
    /// Whose token it is: the external id.
    #[serde(default, rename = "externalId", skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// The conference that it opens.
    #[serde(default, rename = "conferenceId", skip_serializing_if = "Option::is_none")]
    pub conference_id: Option<String>,
    /// When it was issued, in seconds since 1970.
    #[serde(
        default,
        deserialize_with = "crate::wire::some_whole",
        skip_serializing_if = "Option::is_none"
    )]
    pub iat: Option<u64>,
    /// When it expires, in seconds since 1970.
    #[serde(
        default,
        deserialize_with = "crate::wire::some_whole",
        skip_serializing_if = "Option::is_none"
    )]
    pub exp: Option<u64>,
    /// The id of this token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jti: Option<String>,
}

impl ConferenceTokenClaims {
    /// The authorities that are permissions of this protocol.
    pub fn permissions(&self) -> PermissionSet {
        self.authorities.iter().filter_map(|name| Permission::parse(name)).collect()
    }
}

/// Claims of a client access token that a client reads.
///
/// The Web SDK arms its refresh timers from `exp`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClientTokenClaims {
    /// When it expires, in seconds since 1970.
    #[serde(deserialize_with = "crate::wire::whole")]
    pub exp: u64,
    /// The external id that the session speaks for, when it was asked for with one.
    #[serde(default, rename = "externalId", skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// When it was issued, in seconds since 1970.
    #[serde(
        default,
        deserialize_with = "crate::wire::some_whole",
        skip_serializing_if = "Option::is_none"
    )]
    pub iat: Option<u64>,
    /// The scopes of the session, separated by spaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The id of this token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jti: Option<String>,
}

/// The names of fields whose text is a token, in requests, answers and frames. The parameter of the
/// WebSocket's address is [`crate::endpoint::SOCKET_TOKEN`].
pub const FIELDS: &[&str] =
    &["access_token", "refresh_token", "jwt_user_token", "ownerToken", "confToken"];

/// The names of fields that hold a map of tokens, by external id.
pub const MAPS: &[&str] = &["usersTokens"];

/// Whether a payload as a whole is a map of tokens, by external id: it has no fields, so that no
/// name tells.
pub fn is_map(payload: &Payload) -> bool {
    [rest::invite::Answer::NAME, rest::permissions::Answer::NAME].contains(&payload.name)
}

/// The lifetime that is granted when this one is asked for.
///
/// Nothing asked for is the default; what is asked for is kept between one second and the longest
/// lifetime.
pub fn granted_lifetime(asked: Option<LooseSeconds>, default: u64) -> u64 {
    asked.map_or(default, |seconds| seconds.0.clamp(1, crate::limits::TOKEN_SECONDS_MAX))
}

wire! {
    TokenAnswer, "token-answer", "Answer to a request for a token", Server,
    { "token_type": "Bearer", "access_token": "eyJh.eyJl.c2ln", "expires_in": 1800,
      "scope": "comms:conf:create comms:conf:admin", "refresh_token": "r-1" }
}
wire! {
    ConferenceTokenClaims, "conference-token-claims", "Claims of a conference access token", Server,
    { "authorities": ["JOIN", "SEND_AUDIO"], "sub": "u-bob", "externalId": "bob",
      "conferenceId": "c-1", "iat": 1795394200, "exp": 1795405000, "jti": "t-1" }
}
wire! {
    ClientTokenClaims, "client-token-claims", "Claims of a client access token", Server,
    { "exp": 1795397800, "externalId": "bob", "iat": 1795394200, "scope": "conf:create",
      "jti": "t-2" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;
    use std::collections::BTreeSet;

    /// The texts of a payload, each with what it stands in: the name of a field, or of the map.
    fn texts<'v>(value: &'v Value, within: &'v str, found: &mut Vec<(&'v str, &'v str)>) {
        match value {
            Value::String(text) => found.push((within, text)),
            Value::Array(items) => items.iter().for_each(|item| texts(item, within, found)),
            Value::Object(fields) => {
                for (name, value) in fields {
                    let is_map = MAPS.contains(&within);
                    texts(value, if is_map { within } else { name }, found);
                }
            }
            _ => {}
        }
    }

    #[test]
    fn every_token_of_an_example_stands_where_tokens_stand_and_nothing_else_does() {
        let mut seen = BTreeSet::new();
        for payload in crate::payload::all() {
            let example = payload.example();
            let mut found = Vec::new();
            texts(&example, "", &mut found);
            for (name, text) in found {
                let known = FIELDS.contains(&name) || MAPS.contains(&name) || is_map(payload);
                // The examples of tokens are JWTs, but for those that no client looks into.
                let is_token = text.starts_with("eyJ") || text.starts_with("r-");
                assert_eq!(known, is_token, "{}: {name} is `{text}`", payload.name);
                if known {
                    seen.insert(if is_map(payload) { payload.name } else { name }.to_owned());
                }
            }
        }
        assert_eq!(seen.len(), FIELDS.len() + MAPS.len() + 2, "{seen:?}");
    }
}
