//! The claims of the tokens that clients received.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use invite_spec::permission::Permission;
use serde_json::Value;
use std::collections::BTreeSet;

/// The claims of a token, read as clients read them: without checking the signature.
pub(crate) fn claims(token: &Value) -> Value {
    let text = token.as_str().unwrap_or_else(|| panic!("{token} is no token"));
    let parts: Vec<_> = text.split('.').collect();
    assert_eq!(parts.len(), 3, "{text} is no JWT");
    let claims = URL_SAFE_NO_PAD.decode(parts[1]).expect("base64url");
    serde_json::from_slice(&claims).expect("claims are JSON")
}

/// The permissions that a conference access token grants.
pub(crate) fn authorities(token: &Value) -> BTreeSet<String> {
    set(&claims(token)["authorities"])
}

/// The strings of a list, each of which must occur once.
pub(crate) fn set(list: &Value) -> BTreeSet<String> {
    let list = list.as_array().unwrap_or_else(|| panic!("{list} is no list"));
    let set: BTreeSet<_> = list.iter().map(|item| item.as_str().unwrap().to_owned()).collect();
    assert_eq!(set.len(), list.len(), "something is listed twice in {list:?}");
    set
}

/// The names of these permissions on the wire.
pub(crate) fn permissions(permissions: &[Permission]) -> BTreeSet<String> {
    permissions.iter().map(|permission| permission.as_str().to_owned()).collect()
}
