//! Who is behind a session or a token, as far as a trace tells.

use super::exchange::Exchange;
use invite_spec::endpoint::Operation;
use serde_json::Value;
use std::collections::BTreeMap;

/// Who a session is.
#[derive(Debug, Clone, Copy)]
pub struct Session<'t> {
    pub user: &'t str,
    pub external_id: Option<&'t str>,
    /// Whether its client access token was issued for that external id.
    pub is_verified: bool,
    /// The application that it belongs to, by its credentials' pseudonym.
    pub application: Option<&'t str>,
}

/// What is known of an API token or a client access token by the request that it was issued for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Issued<'t> {
    pub(super) application: Option<&'t str>,
    pub(super) external_id: Option<&'t str>,
}

/// Every token that was issued, followed back to the application's credentials.
pub(super) fn issued<'t>(exchanges: &[Exchange<'t>]) -> BTreeMap<&'t str, Issued<'t>> {
    let mut issued: BTreeMap<&str, Issued<'t>> = BTreeMap::new();
    for exchange in exchanges {
        let token = exchange.answer().and_then(|answer| answer.get("access_token")?.as_str());
        let (Some(token), Some(credentials)) = (token, exchange.credentials()) else { continue };
        let external_id = exchange.body.json().and_then(|body| body.get("externalId")?.as_str());
        let application = match exchange.operation() {
            Some(Operation::AuthToken | Operation::SignIn | Operation::Refresh) => {
                Some(credentials)
            }
            Some(Operation::ClientAccessToken) => {
                issued.get(credentials).and_then(|issued| issued.application)
            }
            _ => continue,
        };
        issued.insert(token, Issued { application, external_id });
    }
    issued
}

/// Every session that was opened, by its token.
pub(super) fn sessions<'t>(
    exchanges: &[Exchange<'t>],
    issued: &BTreeMap<&'t str, Issued<'t>>,
) -> BTreeMap<&'t str, Session<'t>> {
    exchanges
        .iter()
        .filter(|exchange| exchange.is(Operation::Identify))
        .filter_map(|exchange| {
            let answer = exchange.answer()?;
            let token = answer.get("jwt_user_token")?.as_str()?;
            let user = answer.get("user_id")?.as_str()?;
            let external_id = exchange.body.json()?.get("externalId").and_then(Value::as_str);
            let client = exchange.credentials().and_then(|token| issued.get(token));
            let application = client.and_then(|client| client.application);
            let verified = client.and_then(|client| client.external_id);
            let is_verified = external_id.is_some() && verified == external_id;
            Some((token, Session { user, external_id, is_verified, application }))
        })
        .collect()
}
