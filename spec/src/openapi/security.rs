//! The credentials that calls take.

use crate::endpoint::{Authentication, Endpoint, SESSION_TOKEN_HEADER};
use crate::scope::{API_SCOPES, SESSION_SCOPES};
use serde_json::{Map, Value, json};

const APPLICATION: &str = "application";
const API_TOKEN: &str = "apiToken";
const CLIENT_ACCESS_TOKEN: &str = "clientAccessToken";
const SESSION_TOKEN: &str = "sessionToken";

/// The schemes that must all be satisfied.
fn names(authentication: Authentication) -> &'static [&'static str] {
    match authentication {
        Authentication::None => &[],
        Authentication::Application => &[APPLICATION],
        Authentication::ApiToken => &[API_TOKEN],
        Authentication::ClientToken => &[CLIENT_ACCESS_TOKEN],
        Authentication::Session => &[CLIENT_ACCESS_TOKEN, SESSION_TOKEN],
    }
}

/// The security of an operation. An empty list means that it needs no credentials.
pub(super) fn of(authentication: Authentication) -> Value {
    let names = names(authentication);
    if names.is_empty() {
        return json!([]);
    }
    let all: Map<String, Value> =
        names.iter().map(|name| ((*name).to_owned(), json!([]))).collect();
    json!([all])
}

/// The schemes that these endpoints use.
pub(super) fn schemes(endpoints: &[&Endpoint]) -> Map<String, Value> {
    let all = [
        (
            APPLICATION,
            json!({
                "type": "http",
                "scheme": "basic",
                "description": "The application's key as the user name and its secret as the \
                    password.",
            }),
        ),
        (
            API_TOKEN,
            json!({
                "type": "http",
                "scheme": "bearer",
                "bearerFormat": "JWT",
                "description": "An API token. Its content is up to the server.",
                "x-scopes": API_SCOPES,
            }),
        ),
        (
            CLIENT_ACCESS_TOKEN,
            json!({
                "type": "http",
                "scheme": "bearer",
                "bearerFormat": "JWT",
                "description": "A client access token. The client reads `exp` from it.",
                "x-scopes": SESSION_SCOPES,
            }),
        ),
        (
            SESSION_TOKEN,
            json!({
                "type": "apiKey",
                "in": "header",
                "name": SESSION_TOKEN_HEADER,
                "description": "The session token, from the response to identify.",
            }),
        ),
    ];
    let used = |name: &str| endpoints.iter().any(|e| names(e.authentication).contains(&name));
    all.into_iter()
        .filter(|(name, _)| used(name))
        .map(|(name, scheme)| (name.to_owned(), scheme))
        .collect()
}
