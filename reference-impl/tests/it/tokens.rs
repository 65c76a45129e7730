//! Forged tokens, after the kinds of Wycheproof's test vectors for JSON Web Signatures.

use crate::support::{Site, answer};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD as BASE64};
use invite_reference::{Application, Server, Settings};
use ring::hmac;
use serde_json::{Value, json};

const KEY: &[u8] = b"the key of this server, which the forger may even know";
const RIGHT: &str = r#"{"typ":"JWT","alg":"HS256"}"#;

/// A token with this header, signed with this algorithm and key.
fn signed(algorithm: hmac::Algorithm, key: &[u8], header: &str, payload: &str) -> String {
    let message = format!("{}.{payload}", BASE64.encode(header));
    let signature = hmac::sign(&hmac::Key::new(algorithm, key), message.as_bytes());
    format!("{message}.{}", BASE64.encode(signature))
}

/// Tokens that must be refused, made of a right one, and what is wrong with each.
fn forged(right: &str) -> Vec<(String, String)> {
    let [header, payload, signature] = right.split('.').collect::<Vec<_>>()[..] else {
        panic!("a token has three parts")
    };
    let mut forged: Vec<(String, String)> = Vec::new();
    let mut add = |what: &str, token: String| forged.push((what.to_owned(), token));

    // Parts that are missing or too many.
    for (what, token) in [
        ("no token", String::new()),
        ("dots alone", "..".to_owned()),
        ("no signature", format!("{header}.{payload}.")),
        ("no signature and no dot", format!("{header}.{payload}")),
        ("no payload", format!("{header}..{signature}")),
        ("no payload and no dot", format!("{header}.{signature}")),
        ("no header", format!(".{payload}.{signature}")),
        ("no header and no dot", format!("{payload}.{signature}")),
        ("a payload alone", payload.to_owned()),
        ("an empty part more", format!("{right}.")),
        ("a part more", format!("{right}.{signature}")),
        ("a part before", format!("{header}.{right}")),
        ("parts in another order", format!("{payload}.{header}.{signature}")),
        ("an empty part in front", format!(".{right}")),
    ] {
        add(what, token);
    }
    let json = json!({ "payload": payload,
        "signatures": [{ "protected": header, "signature": signature }] });
    add("JSON serialization", json.to_string());
    let flat = json!({ "payload": payload, "protected": header, "signature": signature });
    add("flattened JSON serialization", flat.to_string());

    // Signatures that are changed, cut or spelled differently.
    let bytes = BASE64.decode(signature).unwrap();
    for position in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[position] ^= 1;
        let changed = BASE64.encode(changed);
        add(&format!("a bit of byte {position}"), format!("{header}.{payload}.{changed}"));
    }
    for length in [0, 1, 16, 20, 31] {
        let cut = BASE64.encode(&bytes[..length]);
        add(&format!("{length} bytes of the signature"), format!("{header}.{payload}.{cut}"));
    }
    let longer = BASE64.encode([&bytes[..], &[0]].concat());
    add("a byte after the signature", format!("{header}.{payload}.{longer}"));
    add("a signature of zeros", format!("{header}.{payload}.{}", BASE64.encode([0; 32])));
    add("a padded signature", format!("{header}.{payload}.{}", URL_SAFE.encode(&bytes)));
    add("a hexadecimal signature", {
        let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{header}.{payload}.{digits}")
    });
    if STANDARD.encode(&bytes).contains(['+', '/']) {
        let standard = STANDARD.encode(&bytes);
        add("standard base64", format!("{header}.{payload}.{}", standard.trim_end_matches('=')));
    }
    // The last character has two bits that mean nothing.
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let last = alphabet.find(&signature[signature.len() - 1..]).unwrap();
    for bits in 1..4 {
        let other = &alphabet[last + bits..=last + bits];
        let spelled = format!("{}{other}", &signature[..signature.len() - 1]);
        add(&format!("unused bits {bits}"), format!("{header}.{payload}.{spelled}"));
    }
    for odd in ["%00", "\u{7f}", "é", "=", "==", "!", "A"] {
        add(&format!("{odd:?} at the end"), format!("{right}{odd}"));
        add(&format!("{odd:?} in front"), format!("{odd}{right}"));
        add(&format!("{odd:?} within"), format!("{header}{odd}.{payload}.{signature}"));
    }

    // Another algorithm, with the signature that it asks for, if that can be made.
    for name in
        ["none", "None", "NONE", "nOnE", "", "null", "HS255", "hs256", "HS256 ", "HMACSHA256"]
    {
        let other = BASE64.encode(json!({ "alg": name, "typ": "JWT" }).to_string());
        add(&format!("alg {name:?}, unsigned"), format!("{other}.{payload}."));
        add(&format!("alg {name:?}, as it was"), format!("{other}.{payload}.{signature}"));
        let header = json!({ "alg": name, "typ": "JWT" }).to_string();
        add(&format!("alg {name:?}, signed"), signed(hmac::HMAC_SHA256, KEY, &header, payload));
    }
    for (name, algorithm) in [("HS384", hmac::HMAC_SHA384), ("HS512", hmac::HMAC_SHA512)] {
        let header = json!({ "alg": name, "typ": "JWT" }).to_string();
        add(name, signed(algorithm, KEY, &header, payload));
        add(&format!("{name} for HS256"), signed(algorithm, KEY, RIGHT, payload));
    }
    for name in ["RS256", "PS256", "ES256", "EdDSA"] {
        let header = json!({ "alg": name, "typ": "JWT" }).to_string();
        add(name, signed(hmac::HMAC_SHA256, KEY, &header, payload));
    }

    // Another key: one in the header, and some that are easy to guess.
    let own = json!({ "alg": "HS256", "typ": "JWT",
        "jwk": { "kty": "oct", "k": BASE64.encode("mine"), "alg": "HS256" } });
    add("a key in the header", signed(hmac::HMAC_SHA256, b"mine", &own.to_string(), payload));
    for field in ["jku", "x5u", "kid"] {
        let header = json!({ "alg": "HS256", field: "/dev/null" }).to_string();
        add(&format!("a key at {field}"), signed(hmac::HMAC_SHA256, b"", &header, payload));
    }
    for key in [&b""[..], b"secret", b"s1", b"closed", &[0; 32], &KEY[1..]] {
        add("another key", signed(hmac::HMAC_SHA256, key, RIGHT, payload));
    }

    // Headers that are no objects.
    for odd in
        ["", "null", "[]", "\"HS256\"", "{}", "{\"alg\":null}", "{\"alg\":[\"HS256\"]}", "\u{0}"]
    {
        add(&format!("header {odd:?}"), signed(hmac::HMAC_SHA256, KEY, odd, payload));
    }

    // Another payload under the same signature.
    let claims: Value = serde_json::from_slice(&BASE64.decode(payload).unwrap()).unwrap();
    for (name, value) in [
        ("app", json!("open")),
        ("exp", json!(1_u64 << 40)),
        ("kind", json!("client")),
        ("scope", json!("comms:*")),
        ("externalId", json!("alice")),
    ] {
        let mut more = claims.clone();
        more[name] = value;
        let more = BASE64.encode(more.to_string());
        add(&format!("another {name}"), format!("{header}.{more}.{signature}"));
    }

    // Rightly signed, but not what the server issues.
    for odd in [
        json!(null),
        json!([]),
        json!("claims"),
        json!({}),
        json!({ "kind": "api", "app": "closed" }),
        json!({ "kind": "api", "app": "closed", "iat": 0, "exp": 0, "jti": "x" }),
        json!({ "kind": "api", "app": "closed", "iat": 0, "exp": -1, "jti": "x" }),
        json!({ "kind": "api", "app": "closed", "iat": 0, "exp": "9999999999", "jti": "x" }),
        json!({ "kind": "api", "app": "CLOSED", "iat": 0, "exp": 9_999_999_999_u64, "jti": "x" }),
        json!({ "kind": "session", "app": "closed", "iat": 0, "exp": 9_999_999_999_u64, "jti": "x" }),
    ] {
        let payload = BASE64.encode(odd.to_string());
        add(&format!("claims {odd}"), signed(hmac::HMAC_SHA256, KEY, RIGHT, &payload));
    }
    forged
}

async fn create(site: &Site, bearer: &[u8]) -> (u16, Value) {
    let authorization = [&b"Bearer "[..], bearer].concat();
    let Ok(authorization) = reqwest::header::HeaderValue::from_bytes(&authorization) else {
        return (401, json!({ "error_code": 89, "unsendable": true }));
    };
    let request = site.post("/v2/conferences/create").header("authorization", authorization);
    let (status, body) = answer(request.json(&json!({ "ownerExternalId": "alice" }))).await;
    (status.as_u16(), body)
}

#[tokio::test]
async fn no_forged_token_is_accepted() {
    let server = Server::start(Settings {
        listen: ([127, 0, 0, 1], 0).into(),
        applications: vec![Application::new("closed", "s1"), Application::new("open", "s2")],
        signing_key: Some(KEY.to_vec()),
        ..Settings::default()
    });
    let server = server.unwrap();
    let site = Site::new(server.address());
    let right = site.api_token().await;
    let payload = right.split('.').nth(1).unwrap();
    let same = signed(hmac::HMAC_SHA256, KEY, RIGHT, payload);
    for token in [&right, &same] {
        assert_eq!(create(&site, token.as_bytes()).await.0, 200, "the twin of all others");
    }
    let forged = forged(&right);
    let sent = forged.len();
    let mut unsendable = 0;
    for (what, token) in forged {
        let (status, body) = create(&site, token.as_bytes()).await;
        assert_eq!((status, &body["error_code"]), (401, &json!(89)), "{what}: {body}");
        unsendable += u32::from(body.get("unsendable").is_some());
    }
    assert!(
        sent > 150 && unsendable < 10,
        "{sent} tokens, {unsendable} of which no client can send"
    );
    assert_eq!(create(&site, right.as_bytes()).await.0, 200);
}

/// Wycheproof's vectors as bearer tokens, each group at a server that signs with its key. None has claims
/// of this server, so that each is refused, and refused alike.
#[tokio::test]
async fn no_vector_of_wycheproof_is_accepted() {
    let path =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/signatures/json-web-signatures.json");
    let file: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let mut sent = 0;
    for group in file["groups"].as_array().unwrap() {
        let secret = group["key"]["k"].as_str().map(|key| BASE64.decode(key).unwrap());
        let server = Server::start(Settings {
            listen: ([127, 0, 0, 1], 0).into(),
            applications: vec![Application::new("closed", "s1")],
            signing_key: Some(secret.unwrap_or_else(|| group["key"].to_string().into_bytes())),
            ..Settings::default()
        });
        let server = server.unwrap();
        let site = Site::new(server.address());
        let right = site.api_token().await;
        assert_eq!(create(&site, right.as_bytes()).await.0, 200, "the twin of all others");
        for test in group["tests"].as_array().unwrap() {
            let (status, body) = create(&site, test["jws"].as_str().unwrap().as_bytes()).await;
            assert_eq!((status, &body["error_code"]), (401, &json!(89)), "{test}: {body}");
            sent += 1;
        }
    }
    assert_eq!(sent, 117);
}
