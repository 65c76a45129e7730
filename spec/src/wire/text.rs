//! Non-empty strings.

use serde::{Deserialize, Deserializer, de};

/// Reads a string that is not empty.
pub(crate) fn not_empty<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let text = String::deserialize(from)?;
    if text.is_empty() {
        return Err(de::Error::invalid_value(de::Unexpected::Str(""), &"a text that is not empty"));
    }
    Ok(text)
}
