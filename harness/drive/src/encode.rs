//! How values are written in requests.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use invite_scenario::description::Credentials;
use invite_trace::Redactor;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
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

/// A path of a trace as it is sent: with secrets in the place of their pseudonyms, also in parts that
/// are encoded.
pub(crate) fn revealed_path(redactor: &Redactor, path: &str) -> String {
    let reveal = |part: &str| match part.contains("%3C") {
        false => redactor.reveal(part),
        true => match percent_decode_str(part).decode_utf8() {
            Ok(text) => path_segment(&redactor.reveal(&text)),
            Err(_) => part.to_owned(),
        },
    };
    let parts = path.split_inclusive(['/', '?', '&', '=']).map(|part| {
        let name = part.trim_end_matches(['/', '?', '&', '=']);
        reveal(name) + &part[name.len()..]
    });
    parts.collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_sent_as_the_target_spelled_it() {
        let mut redactor = Redactor::new([("secret", "s3cr3t-s3cr3t")]);
        let token = redactor.token("a token");
        for id in ["c-1", "<token-1>", "<secret>", "<\\token-1>", "a token", "50%/ü", "a=b&c?d"] {
            let shown = redactor.text(id);
            let path = format!("/v2/conferences/{}/invite", path_segment(&shown));
            let sent = format!("/v2/conferences/{}/invite", path_segment(id));
            assert_eq!(revealed_path(&redactor, &path), sent);
        }
        let socket = format!("/v2/session?Voxeet-Id=x&Token={token}");
        assert_eq!(revealed_path(&redactor, &socket), "/v2/session?Voxeet-Id=x&Token=a token");
    }
}
