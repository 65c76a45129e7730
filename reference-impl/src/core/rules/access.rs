//! Default bodies of the rules about credentials, permissions and the shape of what is given.

use crate::core::application::Application;
use crate::core::call::Refusal;
use crate::core::state::Membership;
use crate::core::token::{Claims, TokenKind, same_secret};
use invite_spec::endpoint::{
    CLIENT_ID_HEADER, CONFERENCE_TOKEN_HEADER, ENDPOINTS, Endpoint, SESSION_TOKEN_HEADER,
};
use invite_spec::error::Failure;
use invite_spec::limits;
use invite_spec::permission::{PermissionSet, RequestedPermissions};
use invite_spec::scope::Scopes;
use invite_spec::token::granted_lifetime;
use invite_spec::wire::LooseSeconds;
use percent_encoding::percent_decode_str;
use std::collections::BTreeSet;

/// Seconds that a refresh token lives. The Web SDK keeps the first one that it gets, so it lives
/// longer than whatever it is exchanged for.
const REFRESH_TOKEN_SECONDS: u64 = 30 * 86_400;

/// The Web SDK percent-encodes the secret, other clients do not: either is the secret.
pub(super) fn is_secret(application: &Application, secret: &str) -> bool {
    let decoded = percent_decode_str(secret).decode_utf8_lossy();
    same_secret(&application.secret, secret) || same_secret(&application.secret, &decoded)
}

pub(super) fn lifetime(kind: TokenKind, asked: Option<LooseSeconds>) -> u64 {
    match kind {
        TokenKind::Api => granted_lifetime(asked, limits::API_TOKEN_SECONDS),
        TokenKind::Client => granted_lifetime(asked, limits::CLIENT_ACCESS_TOKEN_SECONDS),
        TokenKind::Refresh => REFRESH_TOKEN_SECONDS,
        TokenKind::Session => limits::TOKEN_SECONDS_MAX,
        TokenKind::Conference => limits::CONFERENCE_SECONDS_MAX,
    }
}

/// A token whose scopes were all wrong may do nothing, not even what needs no scope.
pub(super) fn covers(scopes: &Scopes, endpoint: &Endpoint) -> bool {
    match scopes {
        Scopes::Only(held) if held.is_empty() => false,
        held => endpoint.scope.is_none_or(|scope| held.allow(scope)),
    }
}

pub(super) fn check_external_id(external_id: &str) -> Result<(), Refusal> {
    match external_id.len() {
        0 => Err(Refusal::argument("an external id must not be empty")),
        length if length > limits::EXTERNAL_ID_BYTES => Err(Refusal::argument(format!(
            "an external id has {} bytes at most",
            limits::EXTERNAL_ID_BYTES
        ))),
        _ => Ok(()),
    }
}

pub(super) fn identity<'a>(
    token: Option<&'a str>,
    given: Option<&'a str>,
) -> Result<Option<&'a str>, Refusal> {
    match (token, given.filter(|given| !given.is_empty())) {
        (Some(token), Some(given)) if token != given => Err(Refusal::new(
            Failure::UserNotValid,
            "externalId is not the one of the client access token",
        )),
        (token, given) => Ok(token.or(given)),
    }
}

pub(super) fn is_revoked(claims: &Claims, membership: Option<&Membership>) -> bool {
    let current = membership.map_or(0, |membership| membership.generation);
    claims.generation != Some(current)
}

pub(super) fn check_alias(alias: &str) -> Result<(), Refusal> {
    if alias.chars().count() > limits::ALIAS_CHARACTERS {
        return Err(Refusal::argument(format!(
            "alias: it has {} characters at most",
            limits::ALIAS_CHARACTERS
        )));
    }
    if alias.contains('#') {
        return Err(Refusal::argument("alias: it must not contain `#`"));
    }
    Ok(())
}

pub(super) fn grants(
    asked: &RequestedPermissions,
    held: Option<&PermissionSet>,
) -> Result<PermissionSet, Refusal> {
    let set = asked.resolve();
    match held {
        Some(held) if asked.is_default() => Ok(set.intersection(held).copied().collect()),
        Some(held) if !set.is_subset(held) => Err(over_grant()),
        _ => Ok(set),
    }
}

pub(super) fn over_grant() -> Refusal {
    Refusal::new(
        Failure::InsufficientPermissions,
        "nobody can grant a permission that they do not have",
    )
}

pub(super) fn check_message(message: &str) -> Result<(), Refusal> {
    if message.len() <= limits::MESSAGE_BYTES {
        return Ok(());
    }
    Err(Refusal::new(
        Failure::TooLarge,
        format!("message: it has {} bytes at most", limits::MESSAGE_BYTES),
    ))
}

pub(crate) fn no_conference() -> Refusal {
    Refusal::new(Failure::NoSuchConference, "there is no such conference, or it has ended")
}

/// With credentials, a browser accepts neither a wildcard origin nor wildcard headers.
pub(super) fn cross_origin(origin: &str) -> Vec<(&'static str, String)> {
    vec![
        ("access-control-allow-origin", origin.to_owned()),
        ("access-control-allow-credentials", "true".to_owned()),
        ("vary", "origin".to_owned()),
    ]
}

pub(super) fn preflight() -> Vec<(&'static str, String)> {
    let methods: BTreeSet<_> = ENDPOINTS.iter().map(|endpoint| endpoint.method.as_str()).collect();
    let methods: Vec<_> = methods.into_iter().collect();
    let headers = [
        "authorization",
        "content-type",
        CLIENT_ID_HEADER,
        SESSION_TOKEN_HEADER,
        CONFERENCE_TOKEN_HEADER,
    ];
    vec![
        ("access-control-allow-methods", methods.join(", ")),
        ("access-control-allow-headers", headers.join(", ")),
        ("access-control-max-age", "600".to_owned()),
    ]
}
