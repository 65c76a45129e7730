//! Authentication: who makes a call, and whether the credentials are valid for the endpoint.

use super::application::Application;
use super::call::{Call, Refusal, UpgradeRequest};
use super::id::SessionId;
use super::rules::Rules;
use super::state::Tenant;
use super::time::Time;
use super::token::{Claims, Keys, TokenKind};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use invite_spec::endpoint::Authentication;
use invite_spec::error::Failure;
use invite_spec::scope::Scopes;

/// The authenticated sender of a call.
#[derive(Debug)]
pub(super) struct Caller {
    /// The claims of the bearer token, where the endpoint takes one.
    pub(super) claims: Option<Claims>,
    session: Option<SessionId>,
}

impl Caller {
    /// The session that makes the call.
    pub(super) fn session(&self) -> Result<&SessionId, Refusal> {
        self.session.as_ref().ok_or_else(|| Refusal::token(TokenKind::Session.title()))
    }
}

/// Checks credentials.
#[derive(Clone, Copy)]
pub(super) struct Authenticator<'a> {
    pub(super) tenants: &'a [Tenant],
    pub(super) rules: &'a dyn Rules,
    pub(super) keys: &'a Keys,
    pub(super) now: Time,
}

impl Authenticator<'_> {
    /// The index of the caller's tenant, and the caller.
    pub(super) fn authenticate(&self, call: &Call) -> Result<(usize, Caller), Refusal> {
        let authorization = call.credentials.authorization.as_deref();
        let kind = match call.endpoint.authentication {
            Authentication::None => return Err(Refusal::token("the application")),
            Authentication::Application => {
                let application = self.application(authorization)?;
                return Ok((application, Caller { claims: None, session: None }));
            }
            Authentication::ApiToken => TokenKind::Api,
            Authentication::ClientToken | Authentication::Session => TokenKind::Client,
        };
        let (application, claims) = self.bearer(authorization, kind)?;
        let session = match call.endpoint.authentication {
            Authentication::Session => Some(self.session(application, &claims, call)?),
            _ => None,
        };
        let scopes = scopes(&claims);
        if !self.rules.tokens().scopes_allow(&scopes, call.endpoint) {
            return Err(Refusal::new(
                Failure::InsufficientScope,
                "the scopes of the token do not cover this call",
            ));
        }
        Ok((application, Caller { claims: Some(claims), session }))
    }

    /// The index of the tenant and the session for which a socket may open.
    pub(super) fn upgrade(&self, upgrade: &UpgradeRequest) -> Result<(usize, SessionId), Refusal> {
        let (tenant, id) =
            self.session_of(upgrade.token.as_deref(), upgrade.client_id.as_deref())?;
        let session = self.tenants[tenant].sessions.get(&id);
        if session.is_some_and(|session| self.rules.sessions().may_open_socket(session)) {
            return Ok((tenant, id));
        }
        Err(Refusal::token(TokenKind::Session.title()))
    }

    /// The index of the tenant and the session that this token belongs to.
    fn session_of(
        &self,
        token: Option<&str>,
        client_id: Option<&str>,
    ) -> Result<(usize, SessionId), Refusal> {
        let refused = || Refusal::token(TokenKind::Session.title());
        let (application, claims) = self.token(token, TokenKind::Session)?;
        let session = self.tenants[application].sessions.get(claims.jti.as_str());
        let session = session.ok_or_else(refused)?;
        if !self.rules.sessions().is_client_of_session(client_id, session) {
            return Err(refused());
        }
        Ok((application, session.id.clone()))
    }

    /// The index of the tenant and the claims of a token of this kind.
    pub(super) fn token(
        &self,
        token: Option<&str>,
        wanted: TokenKind,
    ) -> Result<(usize, Claims), Refusal> {
        let read = token.and_then(|token| self.rules.tokens().read_token(self.keys, token));
        let good = read.filter(|claims| {
            self.rules.tokens().is_of_kind(claims, wanted)
                && !self.rules.tokens().has_expired(claims, self.now)
        });
        let found = good.and_then(|claims| {
            let of = |tenant: &Tenant| tenant.application.key == claims.app;
            Some((self.tenants.iter().position(of)?, claims))
        });
        found.ok_or_else(|| Refusal::token(wanted.title()))
    }

    fn bearer(
        &self,
        authorization: Option<&str>,
        wanted: TokenKind,
    ) -> Result<(usize, Claims), Refusal> {
        self.token(authorization.and_then(|text| credentials(text, "bearer")), wanted)
    }

    fn session(
        &self,
        application: usize,
        client: &Claims,
        call: &Call,
    ) -> Result<SessionId, Refusal> {
        let credentials = &call.credentials;
        let token = credentials.session_token.as_deref();
        let (of, session) = self.session_of(token, credentials.client_id.as_deref())?;
        let fits = self.tenants[of].sessions.get(&session).is_some_and(|session| {
            self.rules.sessions().is_token_of_session(client.external_id.as_deref(), session)
        });
        if of == application && fits {
            return Ok(session);
        }
        Err(Refusal::token("the client access token of this session"))
    }

    fn application(&self, authorization: Option<&str>) -> Result<usize, Refusal> {
        let found = authorization.and_then(key_and_secret).and_then(|(key, secret)| {
            self.tenants.iter().position(|tenant| {
                is_key(&tenant.application, &key)
                    && self.rules.tokens().is_secret(&tenant.application, &secret)
            })
        });
        found.ok_or_else(|| Refusal::token("the application's key or secret"))
    }

    /// The index of the tenant for which a call presents a secret, right or wrong.
    pub(super) fn attempted_application(&self, call: &Call) -> Option<usize> {
        if call.endpoint.authentication != Authentication::Application {
            return None;
        }
        let (key, _) = key_and_secret(call.credentials.authorization.as_deref()?)?;
        self.tenants.iter().position(|tenant| is_key(&tenant.application, &key))
    }
}

/// The scopes of a token. Unknown ones were removed when it was issued.
fn scopes(claims: &Claims) -> Scopes {
    match &claims.scope {
        None => Scopes::Unrestricted,
        Some(scope) => Scopes::Only(scope.split_whitespace().map(str::to_owned).collect()),
    }
}

/// The credentials in an `Authorization` header, after the scheme.
pub(super) fn credentials<'a>(authorization: &'a str, scheme: &str) -> Option<&'a str> {
    let (given, rest) = authorization.trim().split_once(' ')?;
    given.eq_ignore_ascii_case(scheme).then(|| rest.trim())
}

/// The key and the secret in an `Authorization` header.
pub(super) fn key_and_secret(authorization: &str) -> Option<(String, String)> {
    let pair = decode(credentials(authorization, "basic")?)?;
    let (key, secret) = pair.split_once(':')?;
    Some((key.to_owned(), secret.to_owned()))
}

/// Whether a key, percent-encoded or not, is the application's.
pub(super) fn is_key(application: &Application, key: &str) -> bool {
    application.key == key
        || application.key == percent_encoding::percent_decode_str(key).decode_utf8_lossy()
}

fn decode(encoded: &str) -> Option<String> {
    let bytes = STANDARD.decode(encoded).or_else(|_| STANDARD_NO_PAD.decode(encoded)).ok()?;
    String::from_utf8(bytes).ok()
}
