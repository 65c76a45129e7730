//! What came from a target means nothing to Markdown, HTML or mermaid.

use invite_text::{Untrusted, harmless};

/// A text as words: every character that means something is escaped.
pub(crate) fn words(text: &str) -> String {
    let text = Untrusted(text).to_string();
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            // By number, so that it means nothing within a table, a link or HTML either; a mention
            // or an issue's number makes code hosts tell people.
            '|' | '`' | '*' | '_' | '[' | ']' | '\\' | '~' | '@' | '#' | '$' | '!' => {
                escaped.push_str(&format!("&#{};", u32::from(c)));
            }
            c => escaped.push(c),
        }
    }
    escaped
}

/// A text as code within a line.
pub(super) fn code(text: &str) -> String {
    let text = Untrusted(text).to_string();
    if text.trim().is_empty() {
        return String::new();
    }
    let ticks = "`".repeat(longest_run(&text) + 1);
    format!("{ticks} {} {ticks}", text.trim())
}

/// A text as a block of code.
pub(super) fn fence(language: &str, text: &str) -> String {
    let text = harmless(text);
    let ticks = "`".repeat(longest_run(&text).max(2) + 1);
    format!("{ticks}{language}\n{}\n{ticks}", text.trim_end())
}

/// A text for a mermaid diagram, where `;` and `#` end or mean things as well.
pub(super) fn mermaid(text: &str) -> String {
    let text = Untrusted(text).to_string();
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if c.is_ascii_alphanumeric() || " /.,()=-'".contains(c) => escaped.push(c),
            c if !c.is_ascii() => escaped.push(c),
            c => escaped.push_str(&format!("#{};", u32::from(c))),
        }
    }
    escaped
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_a_target_sent_means_nothing() {
        assert_eq!(words("<b>|`x`\u{7}"), "&lt;b&gt;&#124;&#96;x&#96;&#92;u0007");
        assert_eq!(words("@all #1 [a](b)"), "&#64;all &#35;1 &#91;a&#93;(b)");
        assert_eq!(code("a ``b`` c"), "``` a ``b`` c ```");
        assert_eq!(mermaid("${x}; end"), "#36;#123;x#125;#59; end");
    }

    proptest! {
        #[test]
        fn code_never_ends_early(text in "[`a\n|<]{0,12}") {
            let shown = code(&text);
            prop_assert!(!shown.contains('\n'));
            let ticks = shown.len() - shown.trim_start_matches('`').len();
            let inner = shown.trim_matches('`');
            prop_assert!(ticks == 0 || longest_run(inner) < ticks);
        }

        #[test]
        fn words_hold_nothing_that_means_something(text in "\\PC{0,20}") {
            let shown = words(&text);
            prop_assert!(!shown.contains(['<', '>', '`', '|', '[', ']', '*', '_', '\\']));
        }
    }
}
