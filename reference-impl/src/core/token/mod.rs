//! Tokens: their claims, and how they are signed and verified.

mod hmac;
#[cfg(test)]
mod vectors;

pub(crate) use hmac::same_secret;

use super::id::UserId;
use super::time::Time;
use invite_spec::permission::{Permission, PermissionSet};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The kind of a token. One kind is never accepted in place of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum TokenKind {
    /// For an application server.
    Api,
    /// For a client, to open a session.
    Client,
    /// For a signed-in client, to get a new client access token.
    Refresh,
    /// For a session.
    Session,
    /// For a person in a protected conference.
    Conference,
}

impl TokenKind {
    /// The name in refusals, such as "the API token".
    pub fn title(self) -> &'static str {
        match self {
            TokenKind::Api => "the API token",
            TokenKind::Client => "the client access token",
            TokenKind::Refresh => "the refresh token",
            TokenKind::Session => "the session token",
            TokenKind::Conference => "the conference access token",
        }
    }
}

/// The claims of a token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Claims {
    /// The kind of the token.
    pub kind: TokenKind,
    /// The key of the application.
    pub app: String,
    /// When it was issued, in seconds since 1970.
    pub iat: u64,
    /// When it expires, in seconds since 1970.
    pub exp: u64,
    /// The id of the token.
    pub jti: String,
    /// The user id of the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub: Option<String>,
    /// The external id of the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// The scopes, separated by spaces; unrestricted when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The id of the client instance of a session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// The conference that it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conference_id: Option<String>,
    /// The permissions in that conference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorities: Option<Vec<String>>,
    /// How often the person's tokens for that conference had been revoked when it was issued.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generation: Option<u64>,
}

impl Claims {
    /// The claims that every token has.
    pub fn new(kind: TokenKind, app: &str, now: Time, seconds: u64, jti: &str) -> Claims {
        Claims {
            kind,
            app: app.to_owned(),
            iat: now.seconds(),
            exp: now.seconds().saturating_add(seconds),
            jti: jti.to_owned(),
            sub: None,
            external_id: None,
            scope: None,
            client_id: None,
            conference_id: None,
            authorities: None,
            generation: None,
        }
    }

    /// Whether the token was issued for this person.
    pub fn is_of(&self, user: &UserId) -> bool {
        self.sub.as_deref() == Some(user.as_str())
    }

    /// The permissions of the token; unknown names are ignored.
    pub fn permissions(&self) -> PermissionSet {
        let names = self.authorities.iter().flatten();
        names.filter_map(|name| Permission::parse(name)).collect()
    }
}

/// The signing key of the server. `Debug` omits it.
#[derive(Clone)]
pub struct Keys {
    encoding: EncodingKey,
    decoding: DecodingKey,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys").finish_non_exhaustive()
    }
}

impl Keys {
    /// The key with these bytes.
    pub fn new(secret: &[u8]) -> Keys {
        hmac::install();
        Keys {
            encoding: EncodingKey::from_secret(secret),
            decoding: DecodingKey::from_secret(secret),
        }
    }

    /// Signs a payload as a JWT with HS256.
    ///
    /// # Errors
    ///
    /// If the payload cannot be serialized.
    pub fn sign(&self, payload: &Value) -> Result<String, jsonwebtoken::errors::Error> {
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), payload, &self.encoding)
    }

    /// The claims of a token that was signed with HS256 and with this key, whether or not it has
    /// expired.
    pub fn verify(&self, token: &str) -> Option<Claims> {
        self.read(token).ok()
    }

    fn read(&self, token: &str) -> Result<Claims, jsonwebtoken::errors::Error> {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.required_spec_claims.clear();
        // The core has its own clock, and `aud` is never set.
        validation.validate_exp = false;
        validation.validate_aud = false;
        jsonwebtoken::decode::<Claims>(token, &self.decoding, &validation).map(|data| data.claims)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;

    const KEY: &[u8] = b"0123456789abcdef0123456789abcdef";

    fn claims() -> Claims {
        Claims {
            authorities: Some(vec!["JOIN".into()]),
            ..Claims::new(TokenKind::Conference, "demo", Time::from_millis(5_000), 60, "t-1")
        }
    }

    fn signed(keys: &Keys) -> String {
        keys.sign(&serde_json::to_value(claims()).unwrap()).unwrap()
    }

    #[test]
    fn a_token_reads_as_it_was_signed() {
        let keys = Keys::new(KEY);
        let read = keys.verify(&signed(&keys)).unwrap();
        assert_eq!(read, claims());
        assert_eq!((read.iat, read.exp), (5, 65));
        assert_eq!(read.permissions(), [Permission::Join].into());
    }

    #[test]
    fn only_what_this_key_signed_is_read() {
        let keys = Keys::new(KEY);
        let token = signed(&keys);
        assert!(Keys::new(b"another key, and long enough, too").verify(&token).is_none());
        let [header, payload, signature] = token.split('.').collect::<Vec<_>>()[..] else {
            panic!("a JWT has three parts")
        };
        let more = serde_json::to_vec(&Claims { exp: 1 << 40, ..claims() }).unwrap();
        let more = BASE64.encode(more);
        assert!(keys.verify(&format!("{header}.{more}.{signature}")).is_none());
        assert!(keys.verify(&format!("{header}.{payload}.")).is_none());
        assert!(keys.verify(&format!("{header}.{payload}")).is_none());
        assert!(keys.verify("").is_none());
        for header in [r#"{"alg":"none"}"#, r#"{"alg":"HS384"}"#, r#"{"alg":"HS256"}"#] {
            let header = BASE64.encode(header);
            assert!(keys.verify(&format!("{header}.{payload}.")).is_none());
            assert!(keys.verify(&format!("{header}.{payload}.{signature}")).is_none());
        }
    }

    #[test]
    fn another_algorithm_is_refused_although_the_key_fits() {
        let keys = Keys::new(KEY);
        let payload = signed(&keys).split('.').nth(1).unwrap().to_owned();
        let message = format!("{}.{payload}", BASE64.encode(r#"{"typ":"JWT","alg":"HS512"}"#));
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA512, KEY);
        let signature = ring::hmac::sign(&key, message.as_bytes());
        assert!(keys.verify(&format!("{message}.{}", BASE64.encode(signature))).is_none());
    }

    #[test]
    fn secrets_are_compared_whole() {
        assert!(same_secret("secret", "secret"));
        assert!(!same_secret("secret", "secre"));
        assert!(!same_secret("secret", ""));
    }
}
