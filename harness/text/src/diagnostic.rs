//! What is wrong with a file, and where.

use invite_spec::suggest::nearest;
use serde::Serialize;
use std::fmt;

/// A place in a text: lines and columns count from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl Position {
    /// The position of a byte of a text; of its end for an offset beyond it.
    pub fn of(text: &str, offset: usize) -> Position {
        let mut offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let before = &text[..offset];
        let beginning = before.rfind('\n').map_or(0, |end| end + 1);
        Position {
            line: before.matches('\n').count() + 1,
            column: before[beginning..].chars().count() + 1,
        }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// One error in a file that somebody wrote: where it is, what is wrong, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Diagnostic {
    /// The file; the flag, where something was given by one.
    pub file: String,
    /// Where in the file; `None` if the error is about all of it.
    pub position: Option<Position>,
    /// What is wrong.
    pub message: String,
    /// What may have been meant, or what to do.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error about a whole file.
    pub fn new(file: impl Into<String>, message: impl Into<String>) -> Diagnostic {
        Diagnostic { file: file.into(), position: None, message: message.into(), help: None }
    }

    /// The same error, at this place of the file.
    #[must_use]
    pub fn at(mut self, position: impl Into<Option<Position>>) -> Diagnostic {
        self.position = position.into();
        self
    }

    /// The same error, with this advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<Option<String>>) -> Diagnostic {
        self.help = help.into();
        self
    }
}

/// `FILE:LINE:COLUMN: message; help`.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(position) = self.position {
            write!(f, ":{position}")?;
        }
        write!(f, ": {}", self.message)?;
        self.help.as_ref().map_or(Ok(()), |help| write!(f, "; {help}"))
    }
}

/// "Did you mean": the name of `known` that is nearest to `given`.
pub fn did_you_mean<'n>(given: &str, known: impl IntoIterator<Item = &'n str>) -> Option<String> {
    nearest(given, known).map(|name| format!("did you mean `{name}`?"))
}

/// "Did you mean", for what a parser says of a name that it does not know: serde's ``unknown field
/// `x`, expected one of `y`, `z` ``.
pub fn meant(parser_says: &str) -> Option<String> {
    let unknown = parser_says.strip_prefix("unknown ")?;
    let given = unknown.split('`').nth(1)?;
    let (_, expected) = unknown.split_once("expected ")?;
    let known = expected.split([',', ' ']).map(|name| name.trim_matches('`'));
    did_you_mean(given, known.filter(|name| !["", "one", "of", "or"].contains(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diagnostic_is_one_line_with_its_place_and_advice() {
        let plain = Diagnostic::new("a.yaml", "it is empty");
        assert_eq!(plain.to_string(), "a.yaml: it is empty");
        let full = plain
            .at(Position { line: 3, column: 7 })
            .help(did_you_mean("stpes", ["steps", "title"]));
        assert_eq!(full.to_string(), "a.yaml:3:7: it is empty; did you mean `steps`?");
    }

    #[test]
    fn a_position_counts_characters_and_never_leaves_the_text() {
        let text = "ab\nöü\nx";
        for (offset, line, column) in [
            (0, 1, 1),
            (2, 1, 3),
            (3, 2, 1),
            (4, 2, 1),
            (5, 2, 2),
            (8, 3, 1),
            (9, 3, 2),
            (99, 3, 2),
        ] {
            assert_eq!(Position::of(text, offset), Position { line, column }, "byte {offset}");
        }
    }

    #[test]
    fn a_parsers_list_of_names_is_searched_for_the_one_that_was_meant() {
        for (says, name) in [
            ("unknown field `poeple`, expected one of `title`, `people`", Some("people")),
            ("unknown variant `skd`, expected `rest` or `sdk`", Some("sdk")),
            ("unknown field `stranger`, expected `title`", None),
            ("missing field `title`", None),
        ] {
            let expected = name.map(|name| format!("did you mean `{name}`?"));
            assert_eq!(meant(says), expected, "{says}");
        }
    }
}
