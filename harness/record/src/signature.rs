//! Signatures: who vouches for a record. Ed25519, over everything that the record's file holds.
//!
//! What is signed is one line of ASCII: the name of the format and the SHA-256 of the record as JSON,
//! without white space, with the members of each object in the order of their names, and without its
//! own `signature`. Keys are files in PEM form, as `openssl genpkey -algorithm ed25519` makes them.

use crate::Record;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use ring::digest::{Context, SHA256, digest};
use ring::rand::{SecureRandom as _, SystemRandom};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{PrivatePkcs8KeyDer, SubjectPublicKeyInfoDer};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;
use std::io::{self, Write};

/// What a signature is made over begins with this: no other use of a key can be taken for it.
const PURPOSE: &str = "invite-conformance signed record 1";

/// PKCS #8 (RFC 8410) of an Ed25519 key, up to its 32 bytes.
const PRIVATE_HEAD: [u8; 16] = *b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20";
/// The public key of the same kind (`SubjectPublicKeyInfo`), up to its 32 bytes.
const PUBLIC_HEAD: [u8; 12] = *b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00";

/// How many hexadecimal digits of its SHA-256 name a key.
const ID_DIGITS: usize = 32;

/// Who signed a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Signature {
    /// The public key, in base64: 32 bytes. Only a reader who knows it learns who signed.
    pub key: String,
    /// The Ed25519 signature, in base64: 64 bytes.
    pub value: String,
}

/// A key that signs. It is never shown.
pub struct SigningKey {
    pair: Ed25519KeyPair,
}

/// A key that tells who signed.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey([u8; 32]);

/// The name of a key: the first 32 hexadecimal digits of the SHA-256 of its 32 bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct KeyId(String);

/// A new key pair, as the texts of its two files.
pub struct KeyFiles {
    /// The private key: nobody else may read it.
    pub private: String,
    /// The public key.
    pub public: String,
    /// Its name.
    pub id: KeyId,
}

/// Why a text is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadKey {
    /// There is no private key in it.
    #[error(
        "it holds no private Ed25519 key in PEM form: `invite-conformance key new FILE` makes one"
    )]
    NotPrivate,
    /// There is no public key in it.
    #[error("it holds no public Ed25519 key in PEM form, as `key new FILE` writes to FILE.pub")]
    NotPublic,
    /// It is a private key where a public one is wanted.
    #[error("it is a private key: give the public one, FILE.pub")]
    Private,
    /// The system gives no random numbers.
    #[error("the system gives no random numbers")]
    NoRandomness,
}

/// What a signature says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signed {
    /// There is none.
    No,
    /// It fits, and the key is the one that the reader knows.
    By(KeyId),
    /// It fits; whose key it is, the reader does not know.
    ByUnchecked(KeyId),
    /// It fits, and was made with another key than the reader asked for.
    ByAnother {
        /// The one that was used.
        by: KeyId,
        /// The one that was asked for.
        wanted: KeyId,
    },
    /// It does not fit: the record was changed afterwards, or the signature was.
    Broken,
}

impl SigningKey {
    /// Reads a private key in PEM form.
    ///
    /// # Errors
    ///
    /// If it is none.
    pub fn read(text: &str) -> Result<SigningKey, BadKey> {
        let der = PrivatePkcs8KeyDer::from_pem_slice(text.as_bytes());
        let der = der.map_err(|_| BadKey::NotPrivate)?;
        let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(der.secret_pkcs8_der());
        Ok(SigningKey { pair: pair.map_err(|_| BadKey::NotPrivate)? })
    }

    /// Signs a record that is to be written, whole as it is.
    ///
    /// # Errors
    ///
    /// If it cannot be written as JSON, which is a defect of the harness.
    pub fn sign(&self, record: &mut Record) -> serde_json::Result<()> {
        record.signature = None;
        let signed = statement(&serde_json::to_value(&*record)?);
        record.signature = Some(Signature {
            key: BASE64_STANDARD.encode(self.pair.public_key()),
            value: BASE64_STANDARD.encode(self.pair.sign(signed.as_bytes())),
        });
        Ok(())
    }
}

/// Shows nothing of the key.
impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey")
    }
}

impl PublicKey {
    /// Reads a public key in PEM form.
    ///
    /// # Errors
    ///
    /// If it is none.
    pub fn read(text: &str) -> Result<PublicKey, BadKey> {
        if PrivatePkcs8KeyDer::from_pem_slice(text.as_bytes()).is_ok() {
            return Err(BadKey::Private);
        }
        let der = SubjectPublicKeyInfoDer::from_pem_slice(text.as_bytes());
        let der = der.map_err(|_| BadKey::NotPublic)?;
        let key = der.strip_prefix(&PUBLIC_HEAD).and_then(|key| key.try_into().ok());
        key.map(PublicKey).ok_or(BadKey::NotPublic)
    }

    /// Its name.
    pub fn id(&self) -> KeyId {
        let mut id = hexadecimal(digest(&SHA256, &self.0).as_ref());
        id.truncate(ID_DIGITS);
        KeyId(id)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.id().0)
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Makes a new key pair.
///
/// # Errors
///
/// If the system gives no random numbers.
pub fn new_key() -> Result<KeyFiles, BadKey> {
    let mut seed = [0; 32];
    SystemRandom::new().fill(&mut seed).map_err(|_| BadKey::NoRandomness)?;
    let pair = Ed25519KeyPair::from_seed_unchecked(&seed).map_err(|_| BadKey::NoRandomness)?;
    let public = pair.public_key().as_ref().try_into().map(PublicKey);
    let public = public.map_err(|_| BadKey::NoRandomness)?;
    Ok(KeyFiles {
        private: pem("PRIVATE KEY", &[&PRIVATE_HEAD[..], &seed].concat()),
        public: pem("PUBLIC KEY", &[&PUBLIC_HEAD[..], &public.0].concat()),
        id: public.id(),
    })
}

fn pem(label: &str, der: &[u8]) -> String {
    // Up to 48 bytes are one line of base64.
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", BASE64_STANDARD.encode(der))
}

/// What the signature of a record says: of the file's own JSON, so that nothing in it goes unsigned.
pub fn signed(file: &Value, wanted: Option<&PublicKey>) -> Signed {
    let signature = match file.get("signature") {
        None => return Signed::No,
        Some(signature) => Signature::deserialize(signature),
    };
    let Ok(signature) = signature else { return Signed::Broken };
    let bytes = |text: &str| BASE64_STANDARD.decode(text).ok();
    let key = bytes(&signature.key).and_then(|key| key.try_into().ok()).map(PublicKey);
    let (Some(key), Some(value)) = (key, bytes(&signature.value)) else { return Signed::Broken };
    let statement = statement(file);
    let public = UnparsedPublicKey::new(&ED25519, key.0);
    if public.verify(statement.as_bytes(), &value).is_err() {
        return Signed::Broken;
    }
    match wanted {
        None => Signed::ByUnchecked(key.id()),
        Some(wanted) if *wanted == key => Signed::By(key.id()),
        Some(wanted) => Signed::ByAnother { by: key.id(), wanted: wanted.id() },
    }
}

/// The line that is signed.
fn statement(file: &Value) -> String {
    let mut hash = Hash(Context::new(&SHA256));
    // Nothing is written anywhere: it cannot fail.
    let _ = write(file, true, &mut hash);
    format!("{PURPOSE} sha256 {}\n", hexadecimal(hash.0.finish().as_ref()))
}

struct Hash(Context);

impl Write for Hash {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A value as JSON whose form follows from what it says alone. Of the record itself, the signature is
/// left out.
fn write(value: &Value, is_record: bool, to: &mut impl Write) -> io::Result<()> {
    match value {
        Value::Object(members) => {
            let mut members: Vec<(&String, &Value)> = members.iter().collect();
            members.retain(|(name, _)| !(is_record && *name == "signature"));
            members.sort_unstable_by_key(|(name, _)| *name);
            to.write_all(b"{")?;
            for (place, (name, value)) in members.into_iter().enumerate() {
                to.write_all(if place == 0 { b"" } else { b"," })?;
                serde_json::to_writer(&mut *to, name)?;
                to.write_all(b":")?;
                write(value, false, to)?;
            }
            to.write_all(b"}")
        }
        Value::Array(items) => {
            to.write_all(b"[")?;
            for (place, item) in items.iter().enumerate() {
                to.write_all(if place == 0 { b"" } else { b"," })?;
                write(item, false, to)?;
            }
            to.write_all(b"]")
        }
        plain => Ok(serde_json::to_writer(to, plain)?),
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// A key that everybody knows: RFC 8032, 7.1, TEST 1.
    const PRIVATE: &str = "-----BEGIN PRIVATE KEY-----\n\
                           MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n\
                           -----END PRIVATE KEY-----\n";

    /// Its public key, as the RFC gives it.
    const PUBLIC: &str = "-----BEGIN PUBLIC KEY-----\n\
                          MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n\
                          -----END PUBLIC KEY-----\n";

    fn file(signature: Option<Signature>) -> Value {
        let mut file = json!({ "b": [1, 0.1, "\u{7}é"], "a": { "d": null, "c": true } });
        if let Some(signature) = signature {
            file["signature"] = serde_json::to_value(signature).unwrap();
        }
        file
    }

    fn sign(file: &Value, key: &SigningKey) -> Signature {
        Signature {
            key: BASE64_STANDARD.encode(key.pair.public_key()),
            value: BASE64_STANDARD.encode(key.pair.sign(statement(file).as_bytes())),
        }
    }

    #[test]
    fn keys_are_read_as_openssl_writes_them() {
        let (private, public) = (SigningKey::read(PRIVATE).unwrap(), PublicKey::read(PUBLIC));
        assert_eq!(private.pair.public_key().as_ref(), public.unwrap().0);
        assert_eq!(SigningKey::read(PUBLIC).unwrap_err(), BadKey::NotPrivate);
        assert_eq!(PublicKey::read(PRIVATE).unwrap_err(), BadKey::Private);
        for wrong in ["", "key", &PUBLIC.replace("MCow", "MCox"), &PUBLIC.replace("cHU", "cH")] {
            assert_eq!(PublicKey::read(wrong).unwrap_err(), BadKey::NotPublic, "{wrong}");
            assert_eq!(SigningKey::read(wrong).unwrap_err(), BadKey::NotPrivate, "{wrong}");
        }
        assert!(!format!("{private:?}").contains("nWGx"));
    }

    #[test]
    fn a_new_key_is_read_again_and_is_no_other() {
        let (one, other) = (new_key().unwrap(), new_key().unwrap());
        assert_ne!(one.id, other.id);
        let public = PublicKey::read(&one.public).unwrap();
        assert_eq!(public.id(), one.id);
        let private = SigningKey::read(&one.private).unwrap();
        assert_eq!(private.pair.public_key().as_ref(), public.0);
    }

    #[test]
    fn the_form_of_the_file_does_not_matter_and_all_it_says_does() {
        let mut bytes = Vec::new();
        write(&file(None), true, &mut bytes).unwrap();
        let expected = "{\"a\":{\"c\":true,\"d\":null},\"b\":[1,0.1,\"\\u0007é\"]}";
        assert_eq!(String::from_utf8(bytes).unwrap(), expected);

        let key = SigningKey::read(PRIVATE).unwrap();
        let known = PublicKey::read(PUBLIC).unwrap();
        let honest = file(Some(sign(&file(None), &key)));
        assert_eq!(signed(&honest, Some(&known)), Signed::By(known.id()));
        assert_eq!(signed(&honest, None), Signed::ByUnchecked(known.id()));
        assert_eq!(signed(&file(None), Some(&known)), Signed::No);
        let other = PublicKey::read(&new_key().unwrap().public).unwrap();
        let another = Signed::ByAnother { by: known.id(), wanted: other.id() };
        assert_eq!(signed(&honest, Some(&other)), another);

        let edits: [fn(&mut Value); 6] = [
            |file| file["b"][1] = 0.2.into(),
            |file| file["a"]["e"] = Value::Null,
            |file| file["new"] = 1.into(),
            |file| file["a"]["signature"] = 1.into(),
            |file| file["signature"] = 1.into(),
            |file| file["signature"]["value"] = "AAAA".into(),
        ];
        for edit in edits {
            let mut changed = honest.clone();
            edit(&mut changed);
            assert_eq!(signed(&changed, Some(&known)), Signed::Broken, "{changed}");
        }
    }
}
