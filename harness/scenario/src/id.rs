//! What can be the id of a scenario: the name of its file, too.

/// Whether a scenario can have this id: lower-case words joined by hyphens.
pub fn is_id(text: &str) -> bool {
    let is_right = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    !text.is_empty() && text.bytes().all(is_right)
}
