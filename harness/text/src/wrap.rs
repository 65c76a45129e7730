//! Breaking text into lines, by the columns that a terminal shows it in.

use textwrap::core::display_width;
use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};

/// The width of a line in columns, if nothing else is known.
pub const WIDTH: usize = 100;

/// How many columns of a terminal a text takes: letters of East Asia and emoji take two, combining
/// marks none.
pub fn columns(text: &str) -> usize {
    display_width(text)
}

/// Lines of at most `width` columns, broken between words; a word that is longer than a line is cut.
/// Only a single character that is wider than `width` makes a line too long.
pub fn wrapped(value: &str, width: usize) -> Vec<String> {
    let words: Vec<&str> = value.split_whitespace().collect();
    if words.is_empty() {
        return Vec::new();
    }
    let options = Options::new(width)
        .break_words(true)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
        .wrap_algorithm(WrapAlgorithm::FirstFit);
    textwrap::wrap(&words.join(" "), options).into_iter().map(|line| line.into_owned()).collect()
}

/// A text of at most `longest` characters, or its beginning: cut between words where there are some,
/// and ended by three dots.
pub fn shortened(text: &str, longest: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(longest) else { return text.to_owned() };
    let beginning = &text[..end];
    // A value without spaces, or one long word at the end of a short text, is cut where it is.
    let at_word = beginning.rfind(char::is_whitespace).filter(|at| *at * 2 > end);
    let kept = beginning[..at_word.unwrap_or(end)].trim_end();
    format!("{kept}...")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_too_long_is_cut_between_words_if_it_can_be() {
        assert_eq!(shortened("one two three", 13), "one two three");
        assert_eq!(shortened("one two three", 12), "one two...");
        assert_eq!(shortened("one twothreefour", 10), "one twothr...");
        assert_eq!(shortened("äöüäöü", 3), "äöü...");
        assert_eq!(shortened("", 0), "");
    }

    #[test]
    fn long_words_are_cut_and_no_line_is_too_long() {
        let lines = wrapped("one two threefourfive", 6);
        assert_eq!(lines, ["one", "two", "threef", "ourfiv", "e"]);
        assert!(wrapped("", 10).is_empty());
        assert_eq!(wrapped("äöü äöü", 7), ["äöü äöü"]);
        assert_eq!(wrapped("  a \n b  ", 10), ["a b"]);
        assert_eq!(wrapped("well-known", 6), ["well-k", "nown"]);
    }

    #[test]
    fn wide_characters_take_two_columns_and_combining_marks_none() {
        assert_eq!(wrapped("日本語 会議", 6), ["日本語", "会議"]);
        assert_eq!(wrapped("日本語会議", 6), ["日本語", "会議"]);
        assert_eq!(wrapped("👍👍👍", 4), ["👍👍", "👍"]);
        let combined = "e\u{301}e\u{301}e\u{301}";
        assert_eq!(wrapped(combined, 3), [combined]);
        assert_eq!(wrapped(combined, 2), ["e\u{301}e\u{301}", "e\u{301}"]);
        assert_eq!([columns("日本"), columns("e\u{301}"), columns("👍")], [4, 1, 2]);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nothing_is_too_long(
            text in "([a-z]{1,12}|[日本語会議]{1,8}|👍|e\u{301}| |\n){0,20}",
            width in 2_usize..12,
        ) {
            let lines = wrapped(&text, width);
            let letters = |text: &str| text.split_whitespace().collect::<String>();
            prop_assert_eq!(letters(&lines.concat()), letters(&text));
            prop_assert!(lines.iter().all(|line| columns(line) <= width && !line.is_empty()));
        }
    }
}
