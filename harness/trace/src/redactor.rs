//! Keeps secrets out of traces: each is replaced by a pseudonym, always the same one.

use super::{Content, Forged, Forgery, TokenForm, TokenRecord, decode};
use invite_spec::endpoint::SOCKET_TOKEN;
use invite_spec::token;
use serde_json::{Map, Value};
use std::borrow::Borrow;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt;

/// How much of a text that is not JSON is kept.
const KEPT_BYTES: usize = 2_048;

/// Shorter secrets are part of too many words by chance to be searched for within texts.
const SHORTEST_SECRET: usize = 8;

/// A text that must not appear in a trace.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Secret(String);

/// What replaces a secret in a trace.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Pseudonym(String);

/// Replaces the secrets of a scenario by pseudonyms, and back. It gives a secret away only for
/// sending it.
#[derive(Debug, Default)]
pub struct Redactor {
    pseudonyms: BTreeMap<Secret, Pseudonym>,
    secrets: BTreeMap<Pseudonym, Secret>,
    signatures: BTreeMap<Secret, Pseudonym>,
    tokens: BTreeMap<String, TokenRecord>,
    /// Every secret that is searched for within texts.
    searched: LongestFirst,
    /// Those that were given, which are searched for in every text.
    given: LongestFirst,
}

/// Secrets and their pseudonyms; the longest first, because one may contain another, whose pseudonym
/// would leave the rest of the longer one.
#[derive(Debug, Default)]
struct LongestFirst(BTreeMap<(Reverse<usize>, Secret), Pseudonym>);

impl LongestFirst {
    fn insert(&mut self, secret: &Secret, name: &Pseudonym) {
        self.0.insert((Reverse(secret.0.len()), secret.clone()), name.clone());
    }

    /// A text without these secrets.
    fn redact(&self, mut text: String) -> String {
        // Most texts are shorter than a token, and have none in them.
        let longest = (Reverse(text.len()), Secret(String::new()));
        for ((_, secret), name) in self.0.range(longest..) {
            if text.contains(&secret.0) {
                text = text.replace(&secret.0, &name.0);
            }
        }
        text
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

impl Borrow<str> for Secret {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Pseudonym {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl Redactor {
    /// A redactor that knows these secrets from the start, by name.
    pub fn new<'s>(known: impl IntoIterator<Item = (&'s str, &'s str)>) -> Redactor {
        let mut redactor = Redactor::default();
        for (name, secret) in known {
            let name = Pseudonym(format!("<{name}>"));
            if secret.len() >= SHORTEST_SECRET {
                redactor.given.insert(&Secret(secret.to_owned()), &name);
            }
            redactor.know(secret, name);
        }
        redactor
    }

    fn know(&mut self, secret: &str, name: Pseudonym) {
        let secret = Secret(secret.to_owned());
        if secret.0.len() >= SHORTEST_SECRET {
            self.searched.insert(&secret, &name);
        }
        self.secrets.insert(name.clone(), secret.clone());
        self.pseudonyms.insert(secret, name);
    }

    /// What each token was.
    pub fn tokens(&self) -> &BTreeMap<String, TokenRecord> {
        &self.tokens
    }

    /// The pseudonym of a token.
    pub fn token(&mut self, raw: &str) -> String {
        if let Some(known) = self.pseudonyms.get(raw) {
            return known.0.clone();
        }
        if self.secrets.contains_key(raw) {
            return raw.to_owned();
        }
        let name = format!("<token-{}>", self.tokens.len() + 1);
        let form = match decode(raw) {
            None => TokenForm::Opaque { bytes: raw.len() },
            Some(jwt) => {
                // Others send what claims contain, too.
                let claims = self.hidden(&jwt.claims);
                let next = Pseudonym(format!("<signature-{}>", self.signatures.len() + 1));
                let signature = match jwt.signature {
                    "" => String::new(),
                    raw => self.signatures.entry(Secret(raw.to_owned())).or_insert(next).0.clone(),
                };
                TokenForm::Jwt { header: jwt.header, claims, signature }
            }
        };
        self.tokens.insert(name.clone(), TokenRecord { form, forged_from: None });
        self.know(raw, Pseudonym(name.clone()));
        name
    }

    /// The pseudonym of a token that was forged from another.
    pub fn forged(&mut self, raw: &str, from: &str, how: Forgery) -> String {
        let name = self.token(raw);
        if let Some(record) = self.tokens.get_mut(&name) {
            record.forged_from = Some(Forged { from: from.to_owned(), how });
        }
        name
    }

    /// What a pseudonym stands for.
    pub fn secret(&self, pseudonym: &str) -> Option<&str> {
        self.secrets.get(pseudonym).map(|secret| secret.0.as_str())
    }

    /// A text with every pseudonym in it replaced by its secret, for sending.
    pub fn reveal(&self, text: &str) -> String {
        if let Some(secret) = self.secrets.get(text) {
            return secret.0.clone();
        }
        let mut revealed = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find('<') {
            let end = rest[start..].find('>').map(|length| start + length + 1);
            let secret = end.and_then(|end| self.secrets.get(&rest[start..end]));
            match (secret, end) {
                (Some(secret), Some(end)) => {
                    revealed.push_str(&rest[..start]);
                    revealed.push_str(&secret.0);
                    rest = &rest[end..];
                }
                _ => {
                    revealed.push_str(&rest[..=start]);
                    rest = &rest[start + 1..];
                }
            }
        }
        revealed.push_str(rest);
        revealed
    }

    /// A value with every pseudonym in it replaced by its secret, for sending.
    pub fn reveal_value(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.reveal(text)),
            Value::Array(items) => items.iter().map(|item| self.reveal_value(item)).collect(),
            Value::Object(fields) => Value::Object(
                fields
                    .iter()
                    .map(|(key, value)| (self.reveal(key), self.reveal_value(value)))
                    .collect(),
            ),
            plain => plain.clone(),
        }
    }

    /// A body as a trace may hold it. `all_tokens` says that every text of the object is a token,
    /// as in the flat answers of the REST plane.
    pub fn content(&mut self, bytes: &[u8], all_tokens: bool) -> Content {
        if bytes.is_empty() {
            return Content::Empty;
        }
        match serde_json::from_slice::<Value>(bytes) {
            Ok(value) => Content::Json(self.value(value, all_tokens)),
            Err(_) => {
                let mut end = bytes.len().min(KEPT_BYTES);
                while end > 0 && std::str::from_utf8(&bytes[..end]).is_err() && end + 4 > KEPT_BYTES
                {
                    end -= 1;
                }
                let beginning = String::from_utf8_lossy(&bytes[..end]);
                Content::Text { beginning: self.text(&beginning), bytes: bytes.len() }
            }
        }
    }

    /// A value with every secret in it replaced by its pseudonym.
    pub fn value(&mut self, value: Value, all_tokens: bool) -> Value {
        match value {
            Value::String(text) if all_tokens => Value::String(self.token(&text)),
            Value::String(text) => Value::String(self.text(&text)),
            Value::Array(items) => {
                items.into_iter().map(|item| self.value(item, all_tokens)).collect()
            }
            Value::Object(fields) => {
                let mut redacted = Map::with_capacity(fields.len());
                for (key, value) in fields {
                    let tokens = all_tokens || token::MAPS.contains(&&*key);
                    let value = match value {
                        Value::String(text)
                            if (token::FIELDS.contains(&&*key) || key == SOCKET_TOKEN)
                                && !text.is_empty() =>
                        {
                            Value::String(self.token(&text))
                        }
                        other => self.value(other, tokens),
                    };
                    redacted.insert(self.text(&key), value);
                }
                Value::Object(redacted)
            }
            plain => plain,
        }
    }

    /// A text with every secret in it replaced by its pseudonym: those that are known, and
    /// whatever has the form of a JWT.
    pub fn text(&mut self, text: &str) -> String {
        if let Some(known) = self.pseudonyms.get(text) {
            return known.0.clone();
        }
        let redacted = self.without_jwts(text);
        let redacted = self.given.redact(redacted);
        // A secret within a longer text is rare, so that a search for each is affordable.
        let is_longer = redacted.bytes().any(|b| b == b' ' || b == b'=' || b == b'"');
        if redacted.len() > SHORTEST_SECRET && is_longer {
            return self.searched.redact(redacted);
        }
        redacted
    }

    /// The claims of a token without the given secrets. Tokens within the token are not searched
    /// for: the name of this one would depend on the names of others.
    fn hidden(&self, claims: &Value) -> Value {
        match claims {
            Value::String(text) => Value::String(self.given.redact(text.clone())),
            Value::Array(items) => items.iter().map(|item| self.hidden(item)).collect(),
            Value::Object(fields) => Value::Object(
                fields.iter().map(|(key, value)| (key.clone(), self.hidden(value))).collect(),
            ),
            plain => plain.clone(),
        }
    }

    fn without_jwts(&mut self, text: &str) -> String {
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '=');
        if !text.contains("eyJ") {
            return text.to_owned();
        }
        let mut redacted = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find("eyJ") {
            redacted.push_str(&rest[..start]);
            let length = rest[start..].find(|c| !is_part(c)).unwrap_or(rest.len() - start);
            // A token may end a sentence, or stand among more parts.
            let whole = &rest[start..start + length];
            let third = whole.match_indices('.').nth(2).map_or(whole.len(), |(at, _)| at);
            let candidate = &whole[..third];
            let length = candidate.len();
            match decode(candidate) {
                Some(_) => redacted.push_str(&self.token(candidate)),
                None => redacted.push_str(candidate),
            }
            rest = &rest[start + length..];
        }
        redacted.push_str(rest);
        redacted
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Header {"alg":"HS256"} and claims {"authorities":["JOIN"]}.
    const JWT: &str = "eyJhbGciOiJIUzI1NiJ9.eyJhdXRob3JpdGllcyI6WyJKT0lOIl19.c2lnbmF0dXJl";

    #[test]
    fn a_token_keeps_its_claims_and_loses_its_signature() {
        let mut redactor = Redactor::default();
        let body = json!({ "ownerToken": JWT, "other": format!("see {JWT}!") }).to_string();
        let content = redactor.content(body.as_bytes(), false);
        let shown = serde_json::to_string(&(&content, redactor.tokens())).unwrap();
        assert!(!shown.contains("c2lnbmF0dXJl"), "{shown}");
        assert_eq!(
            content,
            Content::Json(json!({ "ownerToken": "<token-1>", "other": "see <token-1>!" }))
        );
        assert_eq!(redactor.tokens().len(), 1);
        assert_eq!(redactor.reveal("Bearer <token-1>"), format!("Bearer {JWT}"));
        assert_eq!(redactor.reveal("a < b <token-9>"), "a < b <token-9>");
    }

    #[test]
    fn secrets_are_hidden_at_the_end_of_sentences_and_between_any_characters() {
        let mut redactor = Redactor::new([("secret", "s3cr3t-s3cr3t")]);
        let told = json!({ "m": format!("Try {JWT}. Or not"), "n": "bad_secret/s3cr3t-s3cr3t" });
        let content = redactor.content(told.to_string().as_bytes(), false);
        let expected = json!({ "m": "Try <token-1>. Or not", "n": "bad_secret/<secret>" });
        assert_eq!(content, Content::Json(expected));
        assert_eq!(redactor.text(&format!("{JWT}.more")), "<token-1>.more");
        assert_eq!(
            redactor.hidden(&json!({ "a": ["has s3cr3t-s3cr3t"] })),
            json!({ "a": ["has <secret>"] })
        );
    }

    #[test]
    fn a_secret_within_a_longer_one_leaves_nothing_of_that() {
        let secrets: Vec<String> = (1..9).map(|n| "s3cr3t-".repeat(n + 1)).collect();
        let named: Vec<String> = (1..9).map(|n| format!("secret-{n}")).collect();
        let known = named.iter().zip(&secrets).map(|(name, secret)| (&**name, &**secret));
        let mut given = Redactor::new(known);
        let mut learnt = Redactor::default();
        secrets.iter().for_each(|secret| drop(learnt.token(secret)));
        for (index, secret) in secrets.iter().enumerate() {
            let text = format!("it is {secret}!");
            assert_eq!(given.text(&text), format!("it is <secret-{}>!", index + 1));
            assert_eq!(learnt.text(&text), format!("it is <token-{}>!", index + 1));
        }
    }

    #[test]
    fn opaque_tokens_and_given_secrets_are_hidden_wherever_they_stand() {
        let mut redactor = Redactor::new([("secret", "s3cr3t-s3cr3t")]);
        let flat = redactor.content(br#"{"bob":"opaque-token-of-bob"}"#, true);
        assert_eq!(flat, Content::Json(json!({ "bob": "<token-1>" })));
        let echo = redactor
            .content(br#"{"x":"opaque-token-of-bob","y":"has s3cr3t-s3cr3t in it"}"#, false);
        assert_eq!(echo, Content::Json(json!({ "x": "<token-1>", "y": "has <secret> in it" })));
        let html = redactor.content(b"<html>the token=opaque-token-of-bob</html>", false);
        let Content::Text { beginning, bytes } = html else { panic!("not text") };
        assert_eq!((beginning.contains("opaque-token"), bytes), (false, 42));
    }
}
