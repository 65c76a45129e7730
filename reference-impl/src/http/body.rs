//! Request bodies: read up to a limit, and understood as JSON whatever they are called.

use crate::core::Refusal;
use axum::body::{Body, Bytes};
use http_body_util::BodyExt;
use invite_spec::endpoint;
use invite_spec::error::Failure;
use serde_json::{Map, Value};
use std::time::Duration;

/// How long a body may take to arrive.
const PATIENCE: Duration = Duration::from_secs(30);
/// How much of a body that is too large is read nevertheless: a client that is still sending when
/// the connection closes would not see the answer.
const DISCARDED_BYTES: usize = 16 * 1024 * 1024;

/// Reads a body.
pub(super) async fn read(body: Body, limit: usize) -> Result<Bytes, Refusal> {
    let late = || Refusal::argument("the body did not arrive in time");
    tokio::time::timeout(PATIENCE, collect(body, limit)).await.map_err(|_| late())?
}

async fn collect(mut body: Body, limit: usize) -> Result<Bytes, Refusal> {
    let mut read = Vec::new();
    let mut length = 0;
    while length <= DISCARDED_BYTES.max(limit) {
        let Some(frame) = body.frame().await else { break };
        let frame = frame.map_err(|_| Refusal::argument("the body broke off"))?;
        let Ok(data) = frame.into_data() else { continue };
        length += data.len();
        if length <= limit {
            read.extend_from_slice(&data);
        }
    }
    if length > limit {
        return Err(Refusal::new(
            Failure::TooLarge,
            format!("the body has more than {limit} bytes"),
        ));
    }
    Ok(read.into())
}

/// What a body says, as this endpoint expects it. The error says what is wrong with it.
pub(super) fn understand(expected: &endpoint::Body, bytes: &[u8]) -> Result<Value, String> {
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
    fn json_and_forms_are_told_apart_by_what_they_are() {
        let sign_in = &sdk::sign_in::ENDPOINT.request;
        let expected = json!({ "grant_type": "client_credentials", "expires_in": "60" });
        let form = b"grant_type=client_credentials&expires_in=60";
        assert_eq!(understand(sign_in, form), Ok(expected.clone()));
        let json = br#" { "grant_type": "client_credentials", "expires_in": "60" }"#;
        assert_eq!(understand(sign_in, json), Ok(expected));
        assert_eq!(understand(sign_in, b"  "), Ok(json!({})));
        assert!(understand(&rest::invite::ENDPOINT.request, form).is_err());
        assert_eq!(understand(&rest::terminate::ENDPOINT.request, form), Ok(json!({})));
    }

    #[tokio::test]
    async fn a_body_is_read_up_to_the_limit() {
        assert_eq!(read(Body::from("12345"), 5).await.unwrap(), "12345");
        let refusal = read(Body::from("123456"), 5).await.unwrap_err();
        assert_eq!(refusal.failure, Failure::TooLarge);
    }
}
