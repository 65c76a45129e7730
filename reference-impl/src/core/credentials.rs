//! Issuing tokens to application servers and clients.

use super::authenticate::Caller;
use super::call::{Call, Refusal};
use super::token::TokenKind;
use super::transaction::{Transaction, respond};
use invite_spec::rest::{auth_token, client_access_token};
use invite_spec::scope::{API_SCOPES, SESSION_SCOPES, Scopes};
use invite_spec::sdk::{refresh, sign_in};
use invite_spec::token::{TokenAnswer, TokenType};
use invite_spec::wire::LooseSeconds;
use serde_json::Value;

/// Issues an API token to an application server.
pub(super) fn api_token(
    tx: &mut Transaction<'_>,
    call: &Call,
    _: &Caller,
) -> Result<Value, Refusal> {
    let request: auth_token::Request = call.read()?;
    let scopes = tx.rules.tokens().granted_scopes(request.scope.as_deref(), API_SCOPES);
    respond(tx.token(TokenKind::Api, request.expires_in, None, scopes)?)
}

/// Issues a client access token, which an application server passes on to a client.
pub(super) fn client_access_token(
    tx: &mut Transaction<'_>,
    call: &Call,
    _: &Caller,
) -> Result<Value, Refusal> {
    let request: client_access_token::Request = call.read()?;
    let external_id = request.external_id.as_deref().filter(|id| !id.is_empty());
    if let Some(external_id) = external_id {
        tx.rules.sessions().check_external_id(external_id)?;
    }
    let scopes = tx.rules.tokens().granted_scopes(request.session_scope.as_deref(), SESSION_SCOPES);
    respond(tx.token(TokenKind::Client, request.expires_in, external_id, scopes)?)
}

/// Issues a client access token to a client that has key and secret itself.
pub(super) fn sign_in(tx: &mut Transaction<'_>, call: &Call, _: &Caller) -> Result<Value, Refusal> {
    let request: sign_in::Request = call.read()?;
    let token = tx.token(TokenKind::Client, request.expires_in, None, Scopes::Unrestricted)?;
    respond(TokenAnswer { refresh_token: Some(tx.refresh_token()?), ..token })
}

/// Issues another client access token for a refresh token.
pub(super) fn refresh(tx: &mut Transaction<'_>, call: &Call, _: &Caller) -> Result<Value, Refusal> {
    let request: refresh::Request = call.read()?;
    let refused = || Refusal::token(TokenKind::Refresh.title());
    let claims =
        tx.rules.tokens().read_token(tx.keys, &request.refresh_token).ok_or_else(refused)?;
    if !tx.rules.tokens().is_of_kind(&claims, TokenKind::Refresh)
        || tx.rules.tokens().has_expired(&claims, tx.now)
        || claims.app != tx.tenant.application.key
    {
        return Err(refused());
    }
    let token = tx.token(TokenKind::Client, None, None, Scopes::Unrestricted)?;
    respond(refresh::Answer {
        access_token: token.access_token,
        token_type: Some("Bearer".to_owned()),
        expires_in: token.expires_in,
        refresh_token: Some(tx.refresh_token()?),
    })
}

impl Transaction<'_> {
    fn token(
        &mut self,
        kind: TokenKind,
        asked: Option<LooseSeconds>,
        external_id: Option<&str>,
        scopes: Scopes,
    ) -> Result<TokenAnswer, Refusal> {
        let lifetime = self.rules.tokens().lifetime(kind, asked);
        let scope = match &scopes {
            Scopes::Unrestricted => None,
            Scopes::Only(_) => Some(scopes.to_string()),
        };
        let mut claims = self.claims(kind, lifetime);
        claims.external_id = external_id.map(str::to_owned);
        claims.scope = scope.clone();
        Ok(TokenAnswer {
            token_type: Some(TokenType::Bearer),
            access_token: self.issue(&claims)?,
            expires_in: Some(lifetime),
            scope,
            refresh_token: None,
        })
    }

    fn refresh_token(&mut self) -> Result<String, Refusal> {
        let lifetime = self.rules.tokens().lifetime(TokenKind::Refresh, None);
        let claims = self.claims(TokenKind::Refresh, lifetime);
        self.issue(&claims)
    }
}
