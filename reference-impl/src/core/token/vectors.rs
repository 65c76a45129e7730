//! Wycheproof's vectors for JSON Web Signatures, against [`Keys`].

use super::{Claims, Keys};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use jsonwebtoken::errors::ErrorKind;
use serde_json::Value;

/// Vectors that Wycheproof counts as valid and this server refuses: a character that is not base64url in
/// a part of the token. RFC 7515 has no such character.
const STRICTER: [u64; 2] = [372, 373];

/// Vectors that Wycheproof counts as invalid because of their padding, which got lost: each is the same
/// text as the first one of its group, which is valid.
const WITHOUT_THEIR_FAULT: [u64; 2] = [367, 370];

fn groups() -> Vec<Value> {
    let path =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/signatures/json-web-signatures.json");
    let file: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    file["groups"].as_array().unwrap().clone()
}

/// Whether the signature holds. The payloads are not claims of this server, so that a token with a right
/// signature fails at its payload, and any other one before.
fn holds(keys: &Keys, token: &str) -> bool {
    let header_is_read = jsonwebtoken::decode_header(token).is_ok();
    match keys.read(token) {
        Ok(Claims { .. }) => panic!("{token} has claims of this server"),
        Err(error) => header_is_read && matches!(error.kind(), ErrorKind::Json(_)),
    }
}

#[test]
fn signatures_of_symmetric_keys_hold_where_they_should() {
    let (mut valid, mut invalid) = (0, 0);
    for group in groups().iter().filter(|group| group["key"]["kty"] == "oct") {
        let key = BASE64.decode(group["key"]["k"].as_str().unwrap()).unwrap();
        let keys = Keys::new(&key);
        for test in group["tests"].as_array().unwrap() {
            let id = test["tcId"].as_u64().unwrap();
            let lost_its_fault = WITHOUT_THEIR_FAULT.contains(&id);
            assert!(!lost_its_fault || test["jws"] == group["tests"][0]["jws"], "{test}");
            let is_valid = test["result"] == "valid" && !STRICTER.contains(&id);
            let expected = is_valid || lost_its_fault;
            assert_eq!(holds(&keys, test["jws"].as_str().unwrap()), expected, "{test}");
            *if expected { &mut valid } else { &mut invalid } += 1;
        }
    }
    assert_eq!((valid, invalid), (10, 30));
}

/// The other vectors are of algorithms that this server does not have: it refuses all of them, valid or
/// not, and also if its key is what is public of theirs (which confuses the algorithms).
#[test]
fn signatures_of_other_algorithms_never_hold() {
    let mut count = 0;
    for group in groups().iter().filter(|group| group["key"]["kty"] != "oct") {
        let key = &group["key"];
        let public = [&key["n"], &key["x"], &key["y"]].into_iter().filter_map(Value::as_str);
        let mut keys = vec![key.to_string().into_bytes()];
        keys.extend(public.map(|part| BASE64.decode(part).unwrap()));
        for test in group["tests"].as_array().unwrap() {
            for key in &keys {
                assert!(!holds(&Keys::new(key), test["jws"].as_str().unwrap()), "{test}");
            }
            count += 1;
        }
    }
    assert_eq!(count, 77);
}
