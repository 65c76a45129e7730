//! How values are written in requests.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use invite_scenario::description::Credentials;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

/// Bytes that need no encoding in a part of a path.
const PATH_SEGMENT: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The value of the `Authorization: Basic` header.
pub(crate) fn basic(credentials: &Credentials) -> String {
    STANDARD.encode(format!("{}:{}", credentials.key, credentials.secret))
}

/// One part of a path: ids are opaque, and may hold anything.
pub(crate) fn path_segment(text: &str) -> String {
    utf8_percent_encode(text, PATH_SEGMENT).to_string()
}

/// The fields of a JSON object as a form.
pub(crate) fn form(body: &Value) -> Vec<u8> {
    let mut form = form_urlencoded::Serializer::new(String::new());
    for (key, value) in body.as_object().into_iter().flatten() {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        form.append_pair(key, &text);
    }
    form.finish().into_bytes()
}

/// `bob` as `Bob`.
pub(crate) fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
