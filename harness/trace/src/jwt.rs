//! JSON Web Tokens, as anybody can read them without the key.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

/// A decoded token.
#[derive(Debug, Clone, PartialEq)]
pub struct Jwt<'t> {
    /// The header.
    pub header: Value,
    /// The claims.
    pub claims: Value,
    /// The signature, as it stands.
    pub signature: &'t str,
}

/// Decodes a token, if it has the form of one: two JSON objects and a signature.
pub fn decode(text: &str) -> Option<Jwt<'_>> {
    let mut parts = text.split('.');
    let (header, claims, signature) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    Some(Jwt { header: object(header)?, claims: object(claims)?, signature })
}

fn object(part: &str) -> Option<Value> {
    // Some issuers pad; the Web SDK's decoder does not mind.
    let bytes = URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')).ok()?;
    serde_json::from_slice::<Value>(&bytes).ok().filter(Value::is_object)
}
