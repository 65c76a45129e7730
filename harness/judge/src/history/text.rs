//! The texts in a JSON value.

use serde_json::Value;

/// Calls a function with every text and every key of a value.
pub fn each_text<'v>(value: &'v Value, found: &mut impl FnMut(&'v str)) {
    match value {
        Value::String(text) => found(text),
        Value::Array(items) => items.iter().for_each(|item| each_text(item, found)),
        Value::Object(fields) => {
            for (key, item) in fields {
                found(key);
                each_text(item, found);
            }
        }
        _ => {}
    }
}

/// Whether a text or a key of a value is this one.
pub fn mentions(value: &Value, wanted: &str) -> bool {
    let mut is_there = false;
    each_text(value, &mut |text| is_there |= text == wanted);
    is_there
}
