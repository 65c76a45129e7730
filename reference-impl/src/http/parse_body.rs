//! Parsing of request bodies: as JSON or as a form, whatever the content type says.

use invite_spec::endpoint;
use serde_json::{Map, Value};

/// Parses a body as the endpoint expects it. The error describes what is wrong with it.
pub(super) fn parse(expected: &endpoint::Body, bytes: &[u8]) -> Result<Value, String> {
    let is_json = bytes.trim_ascii_start().starts_with(b"{");
    match expected {
        endpoint::Body::None | endpoint::Body::Ignored => Ok(empty()),
        _ if bytes.trim_ascii().is_empty() => Ok(empty()),
        endpoint::Body::Form(_) | endpoint::Body::JsonOrForm(_) if !is_json => Ok(form(bytes)),
        _ => {
            serde_json::from_slice(bytes).map_err(|error| format!("the body is not JSON: {error}"))
        }
    }
}

fn empty() -> Value {
    Value::Object(Map::new())
}

fn form(bytes: &[u8]) -> Value {
    let fields = form_urlencoded::parse(bytes);
    fields.map(|(name, value)| (name.into_owned(), Value::String(value.into_owned()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use invite_spec::{rest, sdk};
    use serde_json::json;

    #[test]
    fn json_and_forms_are_distinguished_by_their_content() {
        let sign_in = &sdk::sign_in::ENDPOINT.request;
        let expected = json!({ "grant_type": "client_credentials", "expires_in": "60" });
        let form = b"grant_type=client_credentials&expires_in=60";
        assert_eq!(parse(sign_in, form), Ok(expected.clone()));
        let json = br#" { "grant_type": "client_credentials", "expires_in": "60" }"#;
        assert_eq!(parse(sign_in, json), Ok(expected));
        assert_eq!(parse(sign_in, b"  "), Ok(json!({})));
        assert_eq!(parse(sign_in, b"[object Object]"), Ok(json!({ "[object Object]": "" })));
        assert!(parse(&rest::invite::ENDPOINT.request, form).is_err());
        assert_eq!(parse(&rest::terminate::ENDPOINT.request, form), Ok(json!({})));
    }
}
