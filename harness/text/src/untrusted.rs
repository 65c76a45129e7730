//! Text from elsewhere, made harmless.
//!
//! What a target sends may hold anything: escape sequences that steer a terminal, characters that
//! nobody sees or that reorder what is seen, and commands to the CI job that shows the text. All of
//! these are written as JSON escapes (`\u001b`): a reader sees what was sent, and text that was JSON
//! stays the same JSON.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

/// Text from elsewhere. Shown, it is one line without anything invisible, and none of it is a
/// command to a terminal or, except at the start of a line, to a CI job ([`Page`](crate::Page) sees
/// to that).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Untrusted<'t>(pub &'t str);

impl fmt::Display for Untrusted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&escaped(self.0, is_unsafe))
    }
}

/// Several lines from elsewhere: like [`Untrusted`], but line breaks stay, and no line starts with a
/// command to a CI job.
pub fn harmless_lines(text: &str) -> String {
    let text = harmless(text);
    let mut lines = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        lines.push_str(&disarmed(line));
    }
    lines
}

/// A whole document from elsewhere: like [`harmless_lines`], but its lines may start with commands to
/// a CI job, if it consists of those. A JSON document keeps its values, as only its strings change, and
/// an escape means the same there.
pub fn harmless(text: &str) -> Cow<'_, str> {
    escaped(text, |c| c != '\n' && is_unsafe(c))
}

/// The marks that begin a command to a CI job anywhere in a line: GitHub's old form, Azure, TeamCity.
const COMMANDS: [&str; 3] = ["[", "vso[", "teamcity["];

fn escaped(text: &str, escapes: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&escapes) && !text.contains("##") {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for (at, c) in text.char_indices() {
        let rest = || &text[at + 1..];
        let begins_command = c == '#'
            && safe.ends_with('#')
            && COMMANDS.iter().any(|command| rest().starts_with(command));
        if begins_command || escapes(c) {
            escape(c, &mut safe);
        } else {
            safe.push(c);
        }
    }
    Cow::Owned(safe)
}

/// A line that does not start with a workflow command (`::error::`). GitHub ignores spaces before it.
pub(crate) fn disarmed(line: &str) -> Cow<'_, str> {
    let start = line.len() - line.trim_start().len();
    match line[start..].strip_prefix("::") {
        Some(rest) => Cow::Owned(format!("{}\\u003a:{rest}", &line[..start])),
        None => Cow::Borrowed(line),
    }
}

/// How many columns [`disarmed`] adds at most.
pub(crate) const DISARMED: usize = 5;

/// Writes a character as JSON escapes it, beyond the basic plane as two surrogates.
fn escape(c: char, to: &mut String) {
    for unit in c.encode_utf16(&mut [0; 2]) {
        let _ = write!(to, "\\u{unit:04x}");
    }
}

/// Whether a character steers a terminal, reorders text or is invisible: control and format
/// characters, line separators, blank fillers and variation selectors. The two selectors that
/// choose between the text and the emoji form of a character (U+FE0E, U+FE0F) are harmless.
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || (!c.is_ascii() && INVISIBLE.iter().any(|(from, to)| (*from..=*to).contains(&c)))
}

/// Unicode's general category Cf, its other default-ignorable characters, and Zl and Zp.
const INVISIBLE: &[(char, char)] = &[
    ('\u{ad}', '\u{ad}'),
    ('\u{34f}', '\u{34f}'),
    ('\u{600}', '\u{605}'),
    ('\u{61c}', '\u{61c}'),
    ('\u{6dd}', '\u{6dd}'),
    ('\u{70f}', '\u{70f}'),
    ('\u{890}', '\u{891}'),
    ('\u{8e2}', '\u{8e2}'),
    ('\u{115f}', '\u{1160}'),
    ('\u{17b4}', '\u{17b5}'),
    ('\u{180b}', '\u{180f}'),
    ('\u{200b}', '\u{200f}'),
    ('\u{2028}', '\u{202e}'),
    ('\u{2060}', '\u{206f}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{fe00}', '\u{fe0d}'),
    ('\u{feff}', '\u{feff}'),
    ('\u{ffa0}', '\u{ffa0}'),
    ('\u{fff0}', '\u{fffb}'),
    ('\u{fffe}', '\u{ffff}'),
    ('\u{110bd}', '\u{110bd}'),
    ('\u{110cd}', '\u{110cd}'),
    ('\u{13430}', '\u{1343f}'),
    ('\u{1bca0}', '\u{1bca3}'),
    ('\u{1d173}', '\u{1d17a}'),
    ('\u{e0000}', '\u{e0fff}'),
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_invisible_is_shown_and_what_is_visible_stays() {
        for (text, shown) in [
            ("a\u{1b}[2Jb", "a\\u001b[2Jb"),
            ("a\r\nb\tc\u{9b}", "a\\u000d\\u000ab\\u0009c\\u009b"),
            ("\u{202e}x\u{2066}y", "\\u202ex\\u2066y"),
            ("in\u{200b}vi\u{feff}te\u{ad}", "in\\u200bvi\\ufeffte\\u00ad"),
            ("\u{e0041}", "\\udb40\\udc41"),
            ("Zoë 日本語 مرحبا ❤\u{fe0f} e\u{301}", "Zoë 日本語 مرحبا ❤\u{fe0f} e\u{301}"),
        ] {
            assert_eq!(Untrusted(text).to_string(), shown);
        }
        assert_eq!(format!("[{:>4}]", Untrusted("é")), "[   é]");
    }

    #[test]
    fn no_text_is_a_command_to_a_job() {
        let shown = |text| Untrusted(text).to_string();
        assert_eq!(shown("a ##[error]b"), "a #\\u0023[error]b");
        assert_eq!(shown("###vso[x] ##teamcity[y]"), "##\\u0023vso[x] #\\u0023teamcity[y]");
        assert_eq!(shown("## a # b [c]"), "## a # b [c]");
        assert_eq!(
            harmless_lines("a\n::error::b\n\u{2003} ::stop-commands::c\n[::1]"),
            "a\n\\u003a:error::b\n\u{2003} \\u003a:stop-commands::c\n[::1]"
        );
    }

    #[test]
    fn json_keeps_its_values() {
        let value = serde_json::json!({ "a\u{202e}": "##[error]\u{7f}\u{e0041}", "b": [1, "é"] });
        let text = format!("{value:#}");
        let safe = harmless(&text);
        assert!(!safe.contains(['\u{202e}', '\u{7f}', '\u{e0041}']) && !safe.contains("##["));
        assert_eq!(serde_json::from_str::<serde_json::Value>(&safe).unwrap(), value);
    }

    proptest! {
        #[test]
        fn nothing_unsafe_is_left(text in "(\\PC|\\p{Cf}|\\p{Cc}|##\\[|::|\n){0,30}") {
            let shown = Untrusted(&text).to_string();
            prop_assert!(!shown.contains(is_unsafe) && !shown.contains("##["), "{shown:?}");
            let lines = harmless_lines(&text);
            prop_assert!(lines.lines().all(|line| !line.trim_start().starts_with("::")), "{lines:?}");
        }

        #[test]
        fn every_format_character_is_unsafe(c in "\\p{Cf}") {
            prop_assert!(c.chars().all(is_unsafe), "{c:?}");
        }
    }
}
