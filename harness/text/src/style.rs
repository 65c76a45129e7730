//! Colours, where there is a terminal to show them.

use std::fmt;

/// Whether and how text is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Whether there are colours at all.
    pub colour: bool,
}

impl Style {
    /// No colours.
    pub const PLAIN: Style = Style { colour: false };

    /// The text in red.
    pub fn red(self, text: impl fmt::Display) -> String {
        self.paint("31;1", text)
    }

    /// The text in green.
    pub fn green(self, text: impl fmt::Display) -> String {
        self.paint("32;1", text)
    }

    /// The text in yellow.
    pub fn yellow(self, text: impl fmt::Display) -> String {
        self.paint("33", text)
    }

    /// The text in dim.
    pub fn dim(self, text: impl fmt::Display) -> String {
        self.paint("2", text)
    }

    /// The text in bold.
    pub fn bold(self, text: impl fmt::Display) -> String {
        self.paint("1", text)
    }

    fn paint(self, code: &str, text: impl fmt::Display) -> String {
        if self.colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_string() }
    }
}
