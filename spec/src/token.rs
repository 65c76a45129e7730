//! The claims of tokens that clients read, and the fields that hold tokens.

use crate::payload::{Payload, Wire, wire};
use crate::permission::{Permission, PermissionSet};
use crate::rest;
use crate::wire::{LooseSeconds, NumericDate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The response to a request for an API token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TokenAnswer {
    /// `Bearer`, spelled exactly so: the Node client writes this word before the API token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_type: Option<TokenType>,
    /// The token itself.
    pub access_token: String,
    /// The lifetime of the token in seconds.
    #[serde(
        default,
        deserialize_with = "crate::wire::some_whole",
        skip_serializing_if = "Option::is_none"
    )]
    pub expires_in: Option<u64>,
    /// The granted scopes, separated by spaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The refresh token, which a client exchanges for a new token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
}

/// The response to a request for a client access token, or to a sign-in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClientTokenAnswer {
    /// The token itself.
    pub access_token: String,
    /// The type of the token: `Bearer`. No client reads it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_type: Option<String>,
    /// The lifetime of the token in seconds.
    #[serde(
        default,
        deserialize_with = "crate::wire::some_whole",
        skip_serializing_if = "Option::is_none"
    )]
    pub expires_in: Option<u64>,
    /// The granted scopes, separated by spaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The refresh token, which a client exchanges for a new token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
}

/// The type of API tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum TokenType {
    /// A bearer token.
    Bearer,
}

/// Claims of a conference access token that a client reads.
///
/// The Web SDK decodes the payload without checking the signature and uses `authorities` as the
/// permissions of the local participant. The server chooses all other claims.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConferenceTokenClaims {
    /// The names of the granted permissions.
    pub authorities: Vec<String>,
    /// The user id of the token's person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub: Option<String>,
    /// The external id of the token's person.
    #[serde(default, rename = "externalId", skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// The id of the conference that the token admits to.
    #[serde(default, rename = "conferenceId", skip_serializing_if = "Option::is_none")]
    pub conference_id: Option<String>,
    /// The time of issue, in seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iat: Option<NumericDate>,
    /// The time of expiry, in seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exp: Option<NumericDate>,
    /// The id of the token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jti: Option<String>,
}

impl ConferenceTokenClaims {
    /// The permissions in `authorities`; other names are dropped.
    pub fn permissions(&self) -> PermissionSet {
        self.authorities.iter().filter_map(|name| Permission::parse(name)).collect()
    }
}

/// Claims of a client access token that a client reads.
///
/// The Web SDK sets its refresh timers from `exp`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClientTokenClaims {
    /// The time of expiry, in seconds since 1970.
    pub exp: NumericDate,
    /// The external id of the session's person, if the token was requested with one.
    #[serde(default, rename = "externalId", skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// The time of issue, in seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iat: Option<NumericDate>,
    /// The scopes of the session, separated by spaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The id of the token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jti: Option<String>,
}

/// The names of fields that hold a token, in requests, responses and frames. The parameter of the
/// WebSocket's address is [`crate::endpoint::SOCKET_TOKEN`].
pub const FIELDS: &[&str] =
    &["access_token", "refresh_token", "jwt_user_token", "ownerToken", "confToken"];

/// The names of fields that hold a map of tokens, by external id.
pub const MAPS: &[&str] = &["usersTokens"];

/// The names of claims that a client or a rule of this specification reads.
pub const CLAIMS: &[&str] =
    &["authorities", "sub", "externalId", "conferenceId", "iat", "exp", "jti", "scope"];

/// Whether a payload as a whole is a map of tokens by external id. Such a payload has no field
/// names.
pub fn is_map(payload: &Payload) -> bool {
    [rest::invite::Answer::NAME, rest::permissions::Answer::NAME].contains(&payload.name)
}

/// The lifetime in seconds that a server grants for a requested one.
///
/// Without a request it is `default`. A requested lifetime is limited to between one second and
/// [`crate::limits::TOKEN_SECONDS_MAX`].
pub fn granted_lifetime(asked: Option<LooseSeconds>, default: u64) -> u64 {
    asked.map_or(default, |seconds| seconds.0.clamp(1, crate::limits::TOKEN_SECONDS_MAX))
}

wire! {
    TokenAnswer, "token-answer", "Response to a token request", Server,
    { "token_type": "Bearer", "access_token": "eyJh.eyJl.c2ln", "expires_in": 1800,
      "scope": "comms:client_access_token:create comms:conf:create comms:conf:admin comms:conf:destroy",
      "refresh_token": "r-1" }
}
wire! {
    ClientTokenAnswer, "client-token-answer", "Response to a request for a client access token", Server,
    { "access_token": "eyJh.eyJl.c2ln", "token_type": "Bearer", "expires_in": 3600,
      "scope": "conf:create notifications:set", "refresh_token": "r-1" }
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

    /// The strings of a payload, each with the name of its field, or of the map.
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
                // Examples of tokens are JWTs, except for tokens that no client decodes.
                let is_token = text.starts_with("eyJ") || text.starts_with("r-");
                assert_eq!(known, is_token, "{}: {name} is `{text}`", payload.name);
                if known {
                    seen.insert(if is_map(payload) { payload.name } else { name }.to_owned());
                }
            }
        }
        assert_eq!(seen.len(), FIELDS.len() + MAPS.len() + 2, "{seen:?}");
    }

    #[test]
    fn the_claims_that_are_read_are_those_of_the_payloads() {
        let examples = [ConferenceTokenClaims::example(), ClientTokenClaims::example()];
        let claims: BTreeSet<&str> = examples
            .iter()
            .filter_map(Value::as_object)
            .flat_map(|claims| claims.keys().map(String::as_str))
            .collect();
        assert_eq!(CLAIMS.iter().copied().collect::<BTreeSet<_>>(), claims);
    }
}
