//! Rules about secrets and tokens.

use crate::core::application::Application;
use crate::core::time::Time;
use crate::core::token::{Claims, Keys, TokenKind, same_secret};
use invite_spec::endpoint::Endpoint;
use invite_spec::limits;
use invite_spec::scope::Scopes;
use invite_spec::token::granted_lifetime;
use invite_spec::wire::LooseSeconds;
use percent_encoding::percent_decode_str;
use serde_json::Value;

/// How many seconds a refresh token is valid. The Web SDK keeps the first one that it receives, so
/// it has to outlive every token that it is exchanged for.
const REFRESH_TOKEN_SECONDS: u64 = 30 * 86_400;

/// Which secrets and tokens are valid, what a token claims and allows.
pub trait Tokens {
    /// Whether this is the application's secret. The Web SDK percent-encodes it and other clients
    /// do not: both forms are right.
    fn is_secret(&self, application: &Application, secret: &str) -> bool {
        let decoded = percent_decode_str(secret).decode_utf8_lossy();
        same_secret(&application.secret, secret) || same_secret(&application.secret, &decoded)
    }

    /// The claims of a token, if this server signed it.
    fn read_token(&self, keys: &Keys, token: &str) -> Option<Claims> {
        keys.verify(token)
    }

    /// Whether a token may be used where one of this kind is required.
    fn is_of_kind(&self, claims: &Claims, required: TokenKind) -> bool {
        claims.kind == required
    }

    /// Whether a token has expired: to the second, without leeway.
    fn has_expired(&self, claims: &Claims, now: Time) -> bool {
        claims.exp <= now.seconds()
    }

    /// The payload that is signed to make a token.
    fn payload(&self, claims: &Claims) -> Value {
        serde_json::to_value(claims).unwrap_or_default()
    }

    /// How many seconds a token is valid, given the number that was requested.
    fn lifetime(&self, kind: TokenKind, requested: Option<LooseSeconds>) -> u64 {
        match kind {
            TokenKind::Api => granted_lifetime(requested, limits::API_TOKEN_SECONDS),
            TokenKind::Client => granted_lifetime(requested, limits::CLIENT_ACCESS_TOKEN_SECONDS),
            TokenKind::Refresh => REFRESH_TOKEN_SECONDS,
            TokenKind::Session => limits::TOKEN_SECONDS_MAX,
            TokenKind::Conference => limits::CONFERENCE_SECONDS_MAX,
        }
    }

    /// The scopes that a token gets, of those that exist, given the requested ones.
    fn granted_scopes(&self, requested: Option<&str>, existing: &[&str]) -> Scopes {
        Scopes::parse(requested, existing)
    }

    /// Whether these scopes allow the call. A token whose requested scopes were all unknown allows
    /// nothing, not even what needs no scope.
    fn scopes_allow(&self, scopes: &Scopes, endpoint: &Endpoint) -> bool {
        match scopes {
            Scopes::Only(held) if held.is_empty() => false,
            held => endpoint.scope.is_none_or(|scope| held.allow(scope)),
        }
    }
}
