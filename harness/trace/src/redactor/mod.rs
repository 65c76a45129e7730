//! Keeps secrets out of traces: each is replaced by a pseudonym, always the same one.

mod named;
mod names;
mod search;

use super::{Content, Forged, Forgery, TokenForm, TokenRecord, decode};
use invite_spec::token;
use names::{Names, Piece};
use search::{Given, Learned, SHORTEST_SECRET};
use serde_json::Value;
use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// How much of a text that is not JSON is kept.
const KEPT_BYTES: usize = 2_048;

/// How many characters of a text are kept in a claim that nobody reads.
const KEPT_OF_A_CLAIM: usize = 256;

/// Ids are no longer than this many bytes: a longer text may hold a secret whatever it looks like.
const LONGEST_ID: usize = 64;

/// How a JWT begins: with the first letters of a JSON object, in Base64.
const BEGINNING_OF_JWT: &str = "eyJ";

/// A text that must not appear in a trace.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Secret(Arc<str>);

/// What replaces a secret in a trace.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Pseudonym(Arc<str>);

/// Replaces the secrets of a scenario by pseudonyms, and back. It gives a secret away only for
/// sending it, and only for a pseudonym that the harness wrote: a text from elsewhere that looks like
/// one is recorded so that it can be told apart.
#[derive(Debug, Default)]
pub struct Redactor {
    pseudonyms: BTreeMap<Secret, Pseudonym>,
    secrets: BTreeMap<Pseudonym, Secret>,
    signatures: BTreeMap<Secret, Pseudonym>,
    tokens: BTreeMap<String, TokenRecord>,
    /// The names of the secrets that were given.
    names: Names,
    /// The secrets that were given, which are searched for in every text.
    given: Given,
    /// Those that were learned.
    learned: Learned,
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
            redactor.names.add(name);
            let (secret, name) = (Secret(secret.into()), Pseudonym(format!("<{name}>").into()));
            redactor.given.insert(&secret, &name);
            redactor.know(secret, name);
        }
        redactor
    }

    fn know(&mut self, secret: Secret, name: Pseudonym) {
        self.secrets.insert(name.clone(), secret.clone());
        self.pseudonyms.insert(secret, name);
    }

    /// What each token was.
    pub fn tokens(&self) -> &BTreeMap<String, TokenRecord> {
        &self.tokens
    }

    /// The pseudonym of a token. What looks like a pseudonym is a token like any other.
    pub fn token(&mut self, raw: &str) -> String {
        if let Some(known) = self.pseudonyms.get(raw) {
            return known.0.to_string();
        }
        let name = format!("<token-{}>", self.tokens.len() + 1);
        let form = match decode(raw) {
            None => TokenForm::Opaque { bytes: raw.len() },
            Some(jwt) => {
                // Others send what claims contain, too.
                let (header, mut claims) = (self.hidden(jwt.header), self.hidden(jwt.claims));
                shorten(&mut claims);
                let next = Pseudonym(format!("<signature-{}>", self.signatures.len() + 1).into());
                let signature = match jwt.signature {
                    "" => String::new(),
                    raw => self.signatures.entry(Secret(raw.into())).or_insert(next).0.to_string(),
                };
                TokenForm::Jwt { header, claims, signature }
            }
        };
        self.tokens.insert(name.clone(), TokenRecord { form, forged_from: None });
        let (secret, pseudonym) = (Secret(raw.into()), Pseudonym(name.as_str().into()));
        self.learned.insert(&secret, &pseudonym);
        self.know(secret, pseudonym);
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
        self.secrets.get(pseudonym).map(|secret| &*secret.0)
    }

    /// A text with every pseudonym in it replaced by its secret, for sending.
    pub fn reveal(&self, text: &str) -> String {
        if !text.contains('<') {
            return text.to_owned();
        }
        let mut revealed = String::with_capacity(text.len());
        for piece in self.names.pieces(text) {
            match piece {
                Piece::Plain(plain) => revealed.push_str(plain),
                Piece::Name(name) => revealed.push_str(self.secret(name).unwrap_or(name)),
                Piece::Escaped(rest) => {
                    revealed.push('<');
                    revealed.push_str(&rest[1..]);
                }
            }
        }
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
            Value::String(text) => Value::String(self.owned(text)),
            Value::Array(items) => {
                items.into_iter().map(|item| self.value(item, all_tokens)).collect()
            }
            Value::Object(mut fields) => {
                for (key, value) in &mut fields {
                    let tokens = all_tokens || token::MAPS.contains(&&**key);
                    *value = match value.take() {
                        Value::String(text) if named::is_secret(key) && !text.is_empty() => {
                            Value::String(self.token(&text))
                        }
                        other => self.value(other, tokens),
                    };
                }
                if fields.keys().all(|key| self.is_plain(key)) {
                    return Value::Object(fields);
                }
                let fields = fields.into_iter().map(|(key, value)| (self.owned(key), value));
                Value::Object(fields.collect())
            }
            plain => plain,
        }
    }

    /// The same as [`text`](Redactor::text). Most texts stay as they are.
    fn owned(&mut self, text: String) -> String {
        if self.is_plain(&text) { text } else { self.text(&text) }
    }

    /// Whether a text is an id or a word in which nothing is secret.
    fn is_plain(&self, text: &str) -> bool {
        is_of_id(text)
            && !text.contains(BEGINNING_OF_JWT)
            && !self.given.is_in(text)
            && !self.pseudonyms.contains_key(text)
    }

    /// A text from elsewhere with every secret in it replaced by its pseudonym: those that are known,
    /// whatever has the form of a JWT, and what stands behind the name of a secret.
    pub fn text(&mut self, text: &str) -> String {
        if let Some(known) = self.pseudonyms.get(text) {
            return known.0.to_string();
        }
        let redacted = self.without_jwts(&self.names.escape(text));
        let redacted = self.given.redact(redacted);
        let redacted = self.without_named(redacted);
        // A secret within a longer text is rare: an id is not searched.
        if redacted.len() > SHORTEST_SECRET && !is_of_id(&redacted) {
            return self.learned.redact(redacted);
        }
        redacted
    }

    fn without_named(&mut self, text: String) -> String {
        let mut redacted = text;
        for at in named::values(&redacted).into_iter().rev() {
            let name = self.token(&redacted[at.clone()]);
            redacted.replace_range(at, &name);
        }
        redacted
    }

    /// What a token says without the given secrets. Tokens within the token are not searched for: the
    /// name of this one would depend on the names of others.
    fn hidden(&self, said: Value) -> Value {
        let is_plain = |text: &str| !text.contains('<') && !self.given.is_in(text);
        let hide = |text: String| match is_plain(&text) {
            true => text,
            false => self.given.redact(self.names.escape(&text)),
        };
        match said {
            Value::String(text) => Value::String(hide(text)),
            Value::Array(items) => items.into_iter().map(|item| self.hidden(item)).collect(),
            Value::Object(mut fields) => {
                fields.values_mut().for_each(|value| *value = self.hidden(value.take()));
                if fields.keys().all(|key| is_plain(key)) {
                    return Value::Object(fields);
                }
                Value::Object(fields.into_iter().map(|(key, value)| (hide(key), value)).collect())
            }
            plain => plain,
        }
    }

    fn without_jwts(&mut self, text: &str) -> String {
        if !text.contains(BEGINNING_OF_JWT) {
            return text.to_owned();
        }
        let mut redacted = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find(BEGINNING_OF_JWT) {
            redacted.push_str(&rest[..start]);
            // A token may end a sentence, or stand among more parts: it ends before its third dot.
            let mut dots = 0;
            let ends = |c: char| {
                dots += usize::from(c == '.');
                dots == 3 || !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '='))
            };
            let length = rest[start..].find(ends).unwrap_or(rest.len() - start);
            let candidate = &rest[start..start + length];
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

/// Whether a text could be an id, or a name of something.
fn is_of_id(text: &str) -> bool {
    let is_of_id = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    text.len() <= LONGEST_ID && text.bytes().all(is_of_id)
}

/// Cuts long texts in claims that nobody reads: there are thousands of tokens in a run, and a server
/// may put into each what it likes.
fn shorten(claims: &mut Value) {
    fn cut(value: &mut Value) {
        match value {
            Value::String(text) => {
                if let Some((end, _)) = text.char_indices().nth(KEPT_OF_A_CLAIM) {
                    let left = text[end..].chars().count();
                    *text = format!("{} ... and {left} more characters", &text[..end]);
                }
            }
            Value::Array(items) => items.iter_mut().for_each(cut),
            Value::Object(fields) => fields.values_mut().for_each(cut),
            _ => {}
        }
    }
    let unread = claims.as_object_mut().into_iter().flatten();
    let unread = unread.filter(|(name, _)| !token::CLAIMS.contains(&name.as_str()));
    unread.for_each(|(_, value)| cut(value));
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Header {"alg":"HS256"} and claims {"authorities":["JOIN"]}.
    const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.eyJhdXRob3JpdGllcyI6WyJKT0lOIl19.c2lnbmF0dXJl";

    #[test]
    fn long_texts_are_cut_in_claims_that_nobody_reads_and_in_no_other() {
        let long = "é".repeat(KEPT_OF_A_CLAIM + 7);
        let mut claims =
            json!({ "externalId": long, "padding": [long], "exp": 5, "note": "short" });
        shorten(&mut claims);
        let cut = format!("{} ... and 7 more characters", "é".repeat(KEPT_OF_A_CLAIM));
        let expected = json!({ "externalId": long, "padding": [cut], "exp": 5, "note": "short" });
        assert_eq!(claims, expected);
    }

    #[test]
    fn a_token_keeps_its_claims_and_loses_its_signature() {
        let mut redactor = Redactor::default();
        let body = json!({ "ownerToken": TOKEN, "other": format!("see {TOKEN}!") }).to_string();
        let content = redactor.content(body.as_bytes(), false);
        let shown = serde_json::to_string(&(&content, redactor.tokens())).unwrap();
        assert!(!shown.contains("c2lnbmF0dXJl"), "{shown}");
        assert_eq!(
            content,
            Content::Json(json!({ "ownerToken": "<token-1>", "other": "see <token-1>!" }))
        );
        assert_eq!(redactor.tokens().len(), 1);
        assert_eq!(redactor.reveal("Bearer <token-1>"), format!("Bearer {TOKEN}"));
        assert_eq!(redactor.reveal("a < b <token-9>"), "a < b <token-9>");
    }

    #[test]
    fn secrets_are_hidden_at_the_end_of_sentences_and_between_any_characters() {
        let mut redactor = Redactor::new([("secret", "s3cr3t-s3cr3t")]);
        let told = json!({ "m": format!("Try {TOKEN}. Or not"), "n": "bad_secret/s3cr3t-s3cr3t" });
        let content = redactor.content(told.to_string().as_bytes(), false);
        let expected = json!({ "m": "Try <token-1>. Or not", "n": "bad_secret/<secret>" });
        assert_eq!(content, Content::Json(expected));
        assert_eq!(redactor.text(&format!("{TOKEN}.more")), "<token-1>.more");
        assert_eq!(
            redactor.hidden(json!({ "a": ["has s3cr3t-s3cr3t"] })),
            json!({ "a": ["has <secret>"] })
        );
    }

    #[test]
    fn secrets_are_known_by_their_names_and_found_again_in_paths_and_among_signs() {
        let mut redactor = Redactor::default();
        let form = redactor.content(b"grant_type=password&client_secret=hunter2hunter2", false);
        let shown = serde_json::to_string(&form).unwrap();
        assert!(!shown.contains("hunter2") && shown.contains("client_secret=<token-1>"), "{shown}");
        let body = json!({ "appSecret": "another-secret", "deviceToken": "device-of-bob" });
        let content = redactor.content(body.to_string().as_bytes(), false);
        let expected = json!({ "appSecret": "<token-2>", "deviceToken": "<token-3>" });
        assert_eq!(content, Content::Json(expected));
        // Nearly JSON, as a server may write it by hand.
        let nearly = redactor.content(br#"{"access_token":"opaque-opaque",}"#, false);
        assert!(!serde_json::to_string(&nearly).unwrap().contains("opaque"), "{nearly:?}");
        assert_eq!(redactor.text("no/such/hunter2hunter2/thing"), "no/such/<token-1>/thing");
        assert_eq!(redactor.text("a:another-secret"), "a:<token-2>");
        let place = redactor.text("http://x/?Token=not-seen-before&a=1");
        assert_eq!(place, "http://x/?Token=<token-5>&a=1");
        assert_eq!(redactor.reveal(&place), "http://x/?Token=not-seen-before&a=1");
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
    fn what_looks_like_a_pseudonym_is_a_text_like_any_other() {
        const NAME: &str = "<credentials of the application>";
        let mut redactor = Redactor::new([("credentials of the application", "s3cr3t-s3cr3t")]);
        redactor.token("the-first-token");
        let told = json!({
            "jwt_user_token": NAME, "conferenceId": "<token-1>", "n": "a <token-1> and <token-2>",
            "<token-1>": 1,
        });
        let content = redactor.content(told.to_string().as_bytes(), false);
        assert_eq!(
            content,
            Content::Json(json!({
                "jwt_user_token": "<token-2>", "conferenceId": "<\\token-1>",
                "n": "a <\\token-1> and <\\token-2>", "<\\token-1>": 1,
            }))
        );
        let Content::Json(value) = content else { panic!("not JSON") };
        assert_eq!(redactor.reveal_value(&value), told, "it is sent back as it came");
        assert_eq!(redactor.reveal("Bearer <token-1>"), "Bearer the-first-token");
    }

    #[test]
    fn many_beginnings_of_tokens_take_no_time() {
        let began = std::time::Instant::now();
        let text = "eyJ.".repeat(250_000) + &"<".repeat(1_000_000);
        assert_eq!(Redactor::default().text(&text), text);
        assert!(began.elapsed() < std::time::Duration::from_secs(5), "{:?}", began.elapsed());
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
