//! Text of others, made harmless.

use super::Style;

/// What a target sent may hold anything: no control character reaches the terminal but our own.
pub fn clean(text: &str, style: Style) -> String {
    text.chars()
        .map(|c| match c {
            '\n' => c,
            '\u{1b}' if style.colour => c,
            c if c.is_control() => '\u{fffd}',
            c => c,
        })
        .collect()
}
