//! Servers that accept one kind of token in the place of another.

use super::request::{is, locked, unchecked};
use super::{Mutant, skips_access_checks, wrong};
use crate::core::rules::{Access, Hooks, Tokens};
use crate::core::state::{Conference, Session};
use crate::core::token::{Claims, TokenKind};
use crate::core::{Call, Standard};
use invite_spec::endpoint::Authentication;
use std::collections::BTreeMap;
use std::sync::Mutex;

/// A server that accepts a token of one kind where another is required.
macro_rules! accepts {
    ($name:literal breaks $breaks:ident: $does:literal, $given:ident for $wanted:ident) => {
        wrong! {
            $name breaks $breaks: $does,
            in Tokens: fn is_of_kind(&self, claims: &Claims, wanted: TokenKind) -> bool {
                let wrong = claims.kind == TokenKind::$given && wanted == TokenKind::$wanted;
                wrong || Standard.is_of_kind(claims, wanted)
            }
        }
    };
}

/// A server that accepts tokens of another kind as conference access tokens.
macro_rules! joins_with {
    ($name:literal breaks $breaks:ident: $does:literal, $given:ident) => {
        skips_access_checks! {
            $name breaks $breaks: $does,
            |call, _, _| {
                let shown = call.credentials.conference_token.as_deref().and_then(unchecked);
                is(call.endpoint, "sdk.join")
                    && shown.is_some_and(|claims| claims.kind == TokenKind::$given)
            }
        }
    };
}

/// A server that takes the session of the bearer for that of a wrong session token.
macro_rules! sessions_with {
    ($name:literal breaks $breaks:ident: $does:literal, $given:ident) => {
        wrong! {
            $name breaks $breaks: $does,
            remembers { sessions: Mutex<BTreeMap<String, (String, String)>> }
            in Hooks: fn rewrite_call(&self, call: &mut Call) {
                if call.endpoint.authentication != Authentication::Session {
                    return;
                }
                let credentials = &mut call.credentials;
                let (Some(bearer), Some(shown), Some(client)) = (
                    &credentials.authorization,
                    &mut credentials.session_token,
                    &mut credentials.client_id,
                ) else {
                    return;
                };
                let mut sessions = locked(&self.sessions);
                match unchecked(shown).map(|claims| claims.kind) {
                    Some(TokenKind::Session) => {
                        sessions.insert(bearer.clone(), (shown.clone(), client.clone()));
                    }
                    Some(TokenKind::$given) => {
                        if let Some((token, own)) = sessions.get(bearer) {
                            shown.clone_from(token);
                            client.clone_from(own);
                        }
                    }
                    _ => {}
                }
            }
        }
    };
}

pub(super) const WRONG: &[Mutant] = &[
    accepts! {
        "conference-token-as-client-token" breaks SES_004:
        "accepts a conference token as a client access token.", Conference for Client
    },
    accepts! {
        "session-token-as-client-token" breaks SES_004:
        "accepts a session token as a client access token.", Session for Client
    },
    accepts! {
        "refresh-token-as-client-token" breaks SES_004:
        "accepts a refresh token as a client access token.", Refresh for Client
    },
    accepts! {
        "conference-token-as-api-token" breaks AUTH_004:
        "accepts a conference token as an API token.", Conference for Api
    },
    accepts! {
        "session-token-as-api-token" breaks AUTH_004:
        "accepts a session token as an API token.", Session for Api
    },
    accepts! {
        "refresh-token-as-api-token" breaks AUTH_004:
        "accepts a refresh token as an API token.", Refresh for Api
    },
    joins_with! {
        "api-token-as-conference-token" breaks JOIN_010:
        "accepts an API token as a conference token.", Api
    },
    joins_with! {
        "session-token-as-conference-token" breaks JOIN_010:
        "accepts a session token as a conference token.", Session
    },
    sessions_with! {
        "client-token-as-session-token" breaks SES_005:
        "accepts a client access token as a session token.", Client
    },
    sessions_with! {
        "conference-token-as-session-token" breaks SES_005:
        "accepts a conference token as a session token.", Conference
    },
    sessions_with! {
        "api-token-as-session-token" breaks SES_005:
        "accepts an API token as a session token.", Api
    },
];
