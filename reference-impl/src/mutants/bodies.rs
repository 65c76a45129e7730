//! Servers that take for JSON what is none, or for an object what is another value.

use super::{Mutant, wrong};
use crate::core::Call;
use crate::core::rules::Hooks;
use invite_spec::endpoint::{Endpoint, Plane};
use serde_json::{Value, json};

/// A server that mends the bodies of one plane before it parses them.
macro_rules! mends {
    ($name:literal breaks $breaks:ident: $does:literal, $plane:ident, $mend:expr) => {
        wrong! {
            $name breaks $breaks: $does,
            in Hooks: fn rewrite_body(&self, endpoint: &Endpoint, bytes: &[u8]) -> Option<Vec<u8>> {
                if endpoint.plane == Plane::$plane { $mend(bytes) } else { None }
            }
        }
    };
}

/// A server that reads a body of another type as an object.
macro_rules! unwraps {
    ($name:literal breaks $breaks:ident: $does:literal, $plane:ident, |$body:ident| $object:expr) => {
        wrong! {
            $name breaks $breaks: $does,
            in Hooks: fn rewrite_call(&self, call: &mut Call) {
                if call.endpoint.plane == Plane::$plane
                    && let Ok($body) = &mut call.body
                    && !$body.is_object()
                {
                    *$body = $object;
                }
            }
        }
    };
}

/// A server that takes a value of another form for the one that belongs in its place.
macro_rules! reshapes {
    ($name:literal breaks $breaks:ident: $does:literal, $plane:ident, $reshape:ident) => {
        wrong! {
            $name breaks $breaks: $does,
            in Hooks: fn rewrite_call(&self, call: &mut Call) {
                if call.endpoint.plane == Plane::$plane
                    && let Ok(body) = &mut call.body
                {
                    each_field(body, $reshape);
                }
            }
        }
    };
}

pub(super) const WRONG: &[Mutant] = &[
    mends! {
        "rubbish-after-rest-body" breaks ERR_008:
        "ignores what follows the JSON in the body of a REST call.", Rest, without_rubbish
    },
    mends! {
        "rubbish-after-sdk-body" breaks ERR_009:
        "ignores what follows the JSON in the body of an SDK call.", Session, without_rubbish
    },
    mends! {
        "latin1-in-rest-body" breaks ERR_008:
        "replaces what is not UTF-8 in the body of a REST call.", Rest, lossy
    },
    mends! {
        "latin1-in-sdk-body" breaks ERR_009:
        "replaces what is not UTF-8 in the body of an SDK call.", Session, lossy
    },
    mends! {
        "comma-at-the-end-of-rest-body" breaks ERR_008:
        "accepts a comma after the last field in the body of a REST call.", Rest, without_last_comma
    },
    mends! {
        "comma-at-the-end-of-sdk-body" breaks ERR_009:
        "accepts a comma after the last field in the body of an SDK call.",
        Session, without_last_comma
    },
    mends! {
        "truncated-rest-body" breaks ERR_008:
        "closes the braces that are missing at the end of the body of a REST call.", Rest, closed
    },
    mends! {
        "truncated-sdk-body" breaks ERR_009:
        "closes the braces that are missing at the end of the body of an SDK call.", Session, closed
    },
    unwraps! {
        "first-of-list-as-rest-body" breaks ERR_011:
        "takes the first element of a list for the body of a REST call.",
        Rest, |body| body.get(0).cloned().unwrap_or(Value::Null)
    },
    unwraps! {
        "first-of-list-as-sdk-body" breaks ERR_012:
        "takes the first element of a list for the body of an SDK call.",
        Session, |body| body.get(0).cloned().unwrap_or(Value::Null)
    },
    unwraps! {
        "text-as-rest-body" breaks ERR_011:
        "parses the JSON in a text that is the body of a REST call.",
        Rest, |body| within_text(body)
    },
    unwraps! {
        "text-as-sdk-body" breaks ERR_012:
        "parses the JSON in a text that is the body of an SDK call.",
        Session, |body| within_text(body)
    },
    unwraps! {
        "null-as-rest-body" breaks ERR_011:
        "does nothing, and answers success, if the body of a REST call is null.",
        Rest, |body| nothing(body)
    },
    unwraps! {
        "null-as-sdk-body" breaks ERR_012:
        "does nothing, and answers success, if the body of an SDK call is null.",
        Session, |body| nothing(body)
    },
    wrong! {
        "empty-rest-body-is-nothing" breaks ERR_011:
        "takes an empty body of a REST call for one that names nobody.",
        in Hooks: fn rewrite_body(&self, endpoint: &Endpoint, bytes: &[u8]) -> Option<Vec<u8>> {
            let is_empty = bytes.trim_ascii().is_empty() && endpoint.plane == Plane::Rest;
            is_empty.then(|| nobody().to_string().into_bytes())
        }
    },
    wrong! {
        "empty-sdk-body-is-nothing" breaks ERR_012:
        "takes an empty body of an SDK call for one that names nobody.",
        in Hooks: fn rewrite_body(&self, endpoint: &Endpoint, bytes: &[u8]) -> Option<Vec<u8>> {
            let is_empty = bytes.trim_ascii().is_empty() && endpoint.plane == Plane::Session;
            is_empty.then(|| nobody().to_string().into_bytes())
        }
    },
    reshapes! {
        "list-for-rest-text" breaks ERR_011:
        "takes the first of a list for a text within the body of a REST call.",
        Rest, text_of_list
    },
    reshapes! {
        "one-for-rest-list" breaks ERR_011:
        "takes one value for a list of it within the body of a REST call.",
        Rest, list_of_one
    },
    reshapes! {
        "list-for-rest-object" breaks ERR_011:
        "takes the first of a list for an object within the body of a REST call.",
        Rest, object_of_list
    },
    reshapes! {
        "list-for-sdk-text" breaks ERR_012:
        "takes the first of a list for a text within the body of an SDK call.",
        Session, text_of_list
    },
    reshapes! {
        "one-for-sdk-list" breaks ERR_012:
        "takes one value for a list of it within the body of an SDK call.",
        Session, list_of_one
    },
    reshapes! {
        "list-for-sdk-object" breaks ERR_012:
        "takes the first of a list for an object within the body of an SDK call.",
        Session, object_of_list
    },
];

/// The first JSON value of a body.
fn without_rubbish(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut values = serde_json::Deserializer::from_slice(bytes).into_iter::<Value>();
    match values.next() {
        Some(Ok(_)) => Some(bytes[..values.byte_offset()].to_vec()),
        _ => None,
    }
}

fn lossy(bytes: &[u8]) -> Option<Vec<u8>> {
    Some(String::from_utf8_lossy(bytes).into_owned().into_bytes())
}

fn without_last_comma(bytes: &[u8]) -> Option<Vec<u8>> {
    let end = bytes.trim_ascii_end().strip_suffix(b"}").map(<[u8]>::trim_ascii_end);
    let fields = end.and_then(|end| end.strip_suffix(b","))?;
    Some([fields, b"}"].concat())
}

/// A body that ends with as many closing brackets as it needs.
fn closed(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut open = Vec::new();
    let (mut is_text, mut is_escaped) = (false, false);
    for byte in bytes {
        if std::mem::take(&mut is_escaped) {
            continue;
        }
        match byte {
            b'\\' if is_text => is_escaped = true,
            b'"' => is_text = !is_text,
            b'{' if !is_text => open.push(b'}'),
            b'[' if !is_text => open.push(b']'),
            b'}' | b']' if !is_text => drop(open.pop()),
            _ => {}
        }
    }
    if is_text {
        open.push(b'"');
    }
    open.reverse();
    Some([bytes, &open].concat())
}

fn within_text(body: &Value) -> Value {
    let text = body.as_str().and_then(|text| serde_json::from_str(text).ok());
    text.unwrap_or(Value::Null)
}

/// A body that asks for nothing, for null; anything else as it is.
fn nothing(body: &Value) -> Value {
    if body.is_null() { nobody() } else { body.clone() }
}

fn nobody() -> Value {
    json!({
        "ownerExternalId": "nobody", "participants": {}, "externalIds": [], "from": "nobody",
        "externalProfiles": [], "userPermissions": [], "message": "", "subscriptions": [],
    })
}

const TEXTS: &[&str] = &[
    "alias",
    "conferenceAlias",
    "externalId",
    "from",
    "message",
    "ownerExternalId",
    "refresh_token",
    "type",
    "userId",
];
const LISTS: &[&str] = &[
    "externalIds",
    "externalProfiles",
    "newPermissions",
    "permissions",
    "subscriptions",
    "to",
    "userPermissions",
];

/// Changes each field within a value, given its name.
fn each_field(value: &mut Value, change: fn(&str, &mut Value)) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                change(name, field);
                each_field(field, change);
            }
        }
        Value::Array(items) => {
            for item in items {
                change("", item);
                each_field(item, change);
            }
        }
        _ => {}
    }
}

fn text_of_list(name: &str, field: &mut Value) {
    if TEXTS.contains(&name) && field.is_array() {
        *field = field.get_mut(0).map(Value::take).unwrap_or_default();
    }
}

fn list_of_one(name: &str, field: &mut Value) {
    let is_something = field.is_string() || field.as_object().is_some_and(|it| !it.is_empty());
    if LISTS.contains(&name) && is_something {
        *field = json!([field.take()]);
    }
}

fn object_of_list(name: &str, field: &mut Value) {
    if !LISTS.contains(&name) && field.get(0).is_some_and(Value::is_object) {
        *field = field.get_mut(0).map(Value::take).unwrap_or_default();
    }
}
