//! Wrong tokens: built by hand, because no library would.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use invite_spec::permission::Permission;
use invite_trace::{Forgery, decode};
use serde_json::{Value, json};

/// A wrong token made out of a right one; `None` if the right one is opaque, so that there is nothing
/// to forge.
pub(crate) fn forge(right: &str, how: Forgery) -> Option<String> {
    if how == Forgery::Garbage {
        return Some("not-a-token".to_owned());
    }
    let token = decode(right)?;
    let signature = token.signature;
    let mut header = token.header.clone();
    let mut claims = token.claims;
    if matches!(how, Forgery::Tampered | Forgery::TamperedAndUnsigned) {
        let all: Vec<&str> = Permission::ALL.iter().map(|permission| permission.as_str()).collect();
        claims["authorities"] = json!(all);
        // The same claims again would be the same token: make sure that they are not.
        claims["forged"] = json!(true);
    }
    Some(match how {
        Forgery::Tampered => assemble(&header, &claims, signature),
        Forgery::Unsigned | Forgery::TamperedAndUnsigned => {
            header["alg"] = json!("none");
            assemble(&header, &claims, "")
        }
        Forgery::OtherKey => {
            // Nobody can tell this from the signature of another key.
            let other: String = signature
                .chars()
                .map(|c| match c {
                    'A'..='Y' | 'a'..='y' | '0'..='8' => {
                        char::from_u32(c as u32 + 1).unwrap_or('A')
                    }
                    _ => 'A',
                })
                .collect();
            assemble(&header, &claims, &other)
        }
        Forgery::Garbage => return None,
    })
}

fn assemble(header: &Value, claims: &Value, signature: &str) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.{signature}", part(header), part(claims))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RIGHT: &str = "eyJhbGciOiJIUzI1NiJ9.eyJhdXRob3JpdGllcyI6WyJKT0lOIl19.c2lnbmF0dXJl";

    #[test]
    fn each_forgery_is_wrong_in_its_own_way() {
        let tampered = forge(RIGHT, Forgery::Tampered).unwrap();
        let decoded = decode(&tampered).unwrap();
        assert_eq!(decoded.claims["authorities"].as_array().map(Vec::len), Some(12));
        assert_eq!(decoded.signature, "c2lnbmF0dXJl");
        let unsigned = forge(RIGHT, Forgery::Unsigned).unwrap();
        let decoded = decode(&unsigned).unwrap();
        assert_eq!((decoded.header["alg"].as_str(), decoded.signature), (Some("none"), ""));
        let other = forge(RIGHT, Forgery::OtherKey).unwrap();
        assert_ne!(decode(&other).unwrap().signature, "c2lnbmF0dXJl");
        assert_eq!(decode(&other).unwrap().claims, decode(RIGHT).unwrap().claims);
        assert_eq!(forge("opaque", Forgery::Unsigned), None);
    }
}
