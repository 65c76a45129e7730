//! Servers with wrong credentials: secrets, API tokens, client access tokens, scopes.

use super::request::{field, is, is_signed, locked, refuse, refuse_all, spoil, unchecked};
use super::{Mutant, wrong};
use crate::core::rules::{Hooks, Tokens};
use crate::core::state::Tenant;
use crate::core::token::{Claims, Keys, TokenKind};
use crate::core::{Application, Call, Refusal, Standard, Time};
use invite_spec::endpoint::{Authentication, Endpoint, Plane};
use invite_spec::scope::Scopes;
use invite_spec::wire::LooseSeconds;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock};

pub(super) const WRONG: &[Mutant] = &[
    wrong! {
        "api-token-needs-a-scope" breaks AUTH_001:
        "refuses to issue an API token without a scope.",
        in Hooks: fn check_call(&self, _: &Tenant, call: &Call) -> Result<(), Refusal> {
            let named = field(call, "/scope").is_some();
            if is(call.endpoint, "auth.token") && !named { refuse() } else { Ok(()) }
        }
    },
    wrong! {
        "lower-case-bearer" breaks AUTH_002:
        "answers the token type `bearer` instead of `Bearer`.",
        in Hooks: fn rewrite_response(&self, endpoint: &Endpoint, mut answer: Value) -> Value {
            if is(endpoint, "auth.token") {
                answer["token_type"] = json!("bearer");
            }
            answer
        }
    },
    wrong! {
        "any-secret" breaks AUTH_003:
        "accepts any secret for a known key.",
        in Tokens: fn is_secret(&self, _: &Application, _: &str) -> bool {
            true
        }
    },
    wrong! {
        "secret-in-any-case" breaks AUTH_003:
        "compares secrets without regard to case.",
        in Tokens: fn is_secret(&self, application: &Application, secret: &str) -> bool {
            application.secret.eq_ignore_ascii_case(secret)
        }
    },
    wrong! {
        "secret-by-its-beginning" breaks AUTH_003:
        "accepts a secret that only begins with the right one.",
        in Tokens: fn is_secret(&self, application: &Application, secret: &str) -> bool {
            secret.starts_with(&application.secret)
        }
    },
    wrong! {
        "unchecked-api-token" breaks AUTH_004:
        "accepts API tokens with any signature.",
        in Tokens: fn read_token(&self, keys: &Keys, token: &str) -> Option<Claims> {
            let forged = || unchecked(token).filter(|claims| claims.kind == TokenKind::Api);
            keys.verify(token).or_else(forged)
        }
    },
    wrong! {
        "unsigned-api-token" breaks AUTH_004:
        "accepts unsigned API tokens.",
        in Tokens: fn read_token(&self, keys: &Keys, token: &str) -> Option<Claims> {
            let forged = || unchecked(token).filter(|claims| claims.kind == TokenKind::Api);
            keys.verify(token).or_else(|| forged().filter(|_| !is_signed(token)))
        }
    },
    wrong! {
        "api-token-by-guess" breaks AUTH_004:
        "treats a REST call without a token as one of the first application server.",
        remembers { first: OnceLock<String> }
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            if call.endpoint.authentication != Authentication::ApiToken {
                return;
            }
            if let Some(shown) = &call.credentials.authorization {
                self.first.get_or_init(|| shown.clone());
                return;
            }
            call.credentials.authorization = self.first.get().cloned();
        }
    },
    wrong! {
        "lasting-api-token" breaks AUTH_005:
        "never lets API tokens expire.",
        in Tokens: fn has_expired(&self, claims: &Claims, now: Time) -> bool {
            claims.kind != TokenKind::Api && Standard.has_expired(claims, now)
        }
    },
    wrong! {
        "api-scopes-ignored" breaks AUTH_006:
        "ignores the scopes of API tokens.",
        in Tokens: fn scopes_allow(&self, scopes: &Scopes, endpoint: &Endpoint) -> bool {
            endpoint.plane == Plane::Rest || Standard.scopes_allow(scopes, endpoint)
        }
    },
    wrong! {
        "api-wildcard-unknown" breaks AUTH_006:
        "does not expand the wildcard of API scopes.",
        in Tokens: fn scopes_allow(&self, scopes: &Scopes, endpoint: &Endpoint) -> bool {
            let wildcard = matches!(scopes, Scopes::Only(held) if held.contains(&"comms:*".into()));
            !wildcard && Standard.scopes_allow(scopes, endpoint)
        }
    },
    wrong! {
        "client-token-needs-a-scope" breaks AUTH_007:
        "refuses to issue a client access token without a session scope.",
        in Hooks: fn check_call(&self, _: &Tenant, call: &Call) -> Result<(), Refusal> {
            let named = field(call, "/sessionScope").is_some();
            if is(call.endpoint, "rest.client-access-token") && !named { refuse() } else { Ok(()) }
        }
    },
    wrong! {
        "opaque-client-token" breaks AUTH_008:
        "answers client access tokens that are not JWTs.",
        in Hooks: fn rewrite_response(&self, endpoint: &Endpoint, mut answer: Value) -> Value {
            if is(endpoint, "rest.client-access-token") {
                spoil(answer.get_mut("access_token"), |token| token.replace('.', "-"));
            }
            answer
        }
    },
    wrong! {
        "lifetime-of-node-refused" breaks AUTH_009:
        "refuses a lifetime in `expiresIn`, as the Node client spells it.",
        in Hooks: fn check_call(&self, _: &Tenant, call: &Call) -> Result<(), Refusal> {
            if field(call, "/expiresIn").is_some() { refuse() } else { Ok(()) }
        }
    },
    wrong! {
        "lifetime-of-dotnet-refused" breaks AUTH_009:
        "refuses a lifetime that is a string, as the .NET client writes it.",
        in Hooks: fn check_call(&self, _: &Tenant, call: &Call) -> Result<(), Refusal> {
            let is_text = field(call, "/expires_in").is_some_and(Value::is_string);
            if is_text && is(call.endpoint, "rest.client-access-token") { refuse() } else { Ok(()) }
        }
    },
    wrong! {
        "client-token-of-one-length" breaks AUTH_010:
        "lets every client access token live for an hour, whatever was requested.",
        in Tokens: fn lifetime(&self, kind: TokenKind, asked: Option<LooseSeconds>) -> u64 {
            Standard.lifetime(kind, asked.filter(|_| kind != TokenKind::Client))
        }
    },
    wrong! {
        "lifetimes-in-milliseconds" breaks AUTH_020:
        "reads requested lifetimes as milliseconds.",
        in Tokens: fn lifetime(&self, kind: TokenKind, asked: Option<LooseSeconds>) -> u64 {
            let lifetime = Standard.lifetime(kind, asked);
            if asked.is_some() { lifetime.div_ceil(1_000) } else { lifetime }
        }
    },
    wrong! {
        "tokens-of-ten-seconds-at-most" breaks AUTH_020:
        "lets no token that was requested with a lifetime live longer than ten seconds.",
        in Tokens: fn lifetime(&self, kind: TokenKind, asked: Option<LooseSeconds>) -> u64 {
            let lifetime = Standard.lifetime(kind, asked);
            if asked.is_some() { lifetime.min(10) } else { lifetime }
        }
    },
    wrong! {
        "client-token-of-a-day" breaks AUTH_011:
        "lets a client access token live for a day if no lifetime was requested.",
        in Tokens: fn lifetime(&self, kind: TokenKind, asked: Option<LooseSeconds>) -> u64 {
            match (kind, asked) {
                (TokenKind::Client, None) => 86_400,
                _ => Standard.lifetime(kind, asked),
            }
        }
    },
    wrong! {
        "lasting-client-token" breaks AUTH_012:
        "never lets client access tokens expire.",
        in Tokens: fn has_expired(&self, claims: &Claims, now: Time) -> bool {
            claims.kind != TokenKind::Client && Standard.has_expired(claims, now)
        }
    },
    wrong! {
        "session-scopes-ignored" breaks AUTH_013:
        "ignores the scopes of client access tokens.",
        in Tokens: fn scopes_allow(&self, scopes: &Scopes, endpoint: &Endpoint) -> bool {
            endpoint.plane == Plane::Session || Standard.scopes_allow(scopes, endpoint)
        }
    },
    wrong! {
        "session-wildcard-unknown" breaks AUTH_013:
        "does not expand the wildcard of session scopes.",
        in Tokens: fn scopes_allow(&self, scopes: &Scopes, endpoint: &Endpoint) -> bool {
            let wildcard = matches!(scopes, Scopes::Only(held) if held.contains(&"*".into()));
            (!wildcard || endpoint.scope.is_none()) && Standard.scopes_allow(scopes, endpoint)
        }
    },
    wrong! {
        "unknown-scopes-are-all" breaks AUTH_014:
        "treats a request for unknown scopes only as one without a restriction.",
        in Tokens: fn granted_scopes(&self, asked: Option<&str>, known: &[&str]) -> Scopes {
            match Standard.granted_scopes(asked, known) {
                Scopes::Only(held) if held.is_empty() => Scopes::Unrestricted,
                scopes => scopes,
            }
        }
    },
    wrong! {
        "client-token-as-api-token" breaks AUTH_015:
        "accepts client access tokens as API tokens.",
        in Tokens: fn is_of_kind(&self, claims: &Claims, wanted: TokenKind) -> bool {
            let client = claims.kind == TokenKind::Client && wanted == TokenKind::Api;
            client || Standard.is_of_kind(claims, wanted)
        }
    },
    wrong! {
        "no-sign-in" breaks AUTH_016:
        "lets no client sign in with key and secret.",
        in Hooks: fn check_call(&self, _: &Tenant, call: &Call) -> Result<(), Refusal> {
            refuse_all(call, "sdk.sign-in")
        }
    },
    wrong! {
        "no-refresh" breaks AUTH_017:
        "accepts no refresh token.",
        in Tokens: fn is_of_kind(&self, claims: &Claims, wanted: TokenKind) -> bool {
            wanted != TokenKind::Refresh && Standard.is_of_kind(claims, wanted)
        }
    },
    wrong! {
        "api-scopes-in-any-case" breaks AUTH_006:
        "compares API scopes without regard to case.",
        in Tokens: fn granted_scopes(&self, asked: Option<&str>, known: &[&str]) -> Scopes {
            Standard.granted_scopes(asked.map(str::to_lowercase).as_deref(), known)
        }
    },
    wrong! {
        "no-token-for-a-day" breaks AUTH_001:
        "refuses to issue an API token that lives for a day.",
        in Hooks: fn check_call(&self, _: &Tenant, call: &Call) -> Result<(), Refusal> {
            let asked = field(call, "/expires_in");
            let whole_day = asked.is_some_and(|asked| *asked == 86_400 || *asked == "86400");
            if is(call.endpoint, "auth.token") && whole_day { refuse() } else { Ok(()) }
        }
    },
    wrong! {
        "sign-in-needs-a-grant" breaks AUTH_018:
        "refuses a client that signs in without a grant type.",
        in Hooks: fn check_call(&self, _: &Tenant, call: &Call) -> Result<(), Refusal> {
            let named = field(call, "/grant_type").is_some();
            if is(call.endpoint, "sdk.sign-in") && !named { refuse() } else { Ok(()) }
        }
    },
    wrong! {
        "scopes-of-the-first-token" breaks AUTH_013:
        "goes by the scopes of the client access token that a session was opened with.",
        remembers { first: Mutex<BTreeMap<String, String>> }
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            let credentials = &mut call.credentials;
            let Some(session) = credentials.session_token.clone() else { return };
            let Some(shown) = credentials.authorization.clone() else { return };
            let first = locked(&self.first).entry(session).or_insert(shown.clone()).clone();
            let whose = |text: &str| unchecked(text.split_once(' ')?.1)?.external_id;
            if whose(&first) == whose(&shown) {
                credentials.authorization = Some(first);
            }
        }
    },
    wrong! {
        "scopes-of-nobody" breaks AUTH_013:
        "ignores the scopes of client access tokens that name no external id.",
        in Tokens: fn payload(&self, claims: &Claims) -> Value {
            let mut claims = claims.clone();
            if claims.kind == TokenKind::Client && claims.external_id.is_none() {
                claims.scope = None;
            }
            Standard.payload(&claims)
        }
    },
];
