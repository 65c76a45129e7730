//! JSON values in a few words.

use crate::shortened;
use serde_json::Value;

/// A value in a few words.
pub fn show(value: Option<&Value>) -> String {
    const LONGEST: usize = 120;
    let Some(value) = value else { return "nothing".to_owned() };
    shortened(&value.to_string(), LONGEST)
}

/// A key as a part of a JSON Pointer.
pub fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
