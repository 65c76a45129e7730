//! The colours, and pieces of text in them.

use crate::untrusted::Untrusted;
use crate::wrap::columns;
use anstyle::{AnsiColor, Style};

/// A colour of text on a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    /// As the terminal shows text.
    Plain,
    /// Bold.
    Bold,
    /// Dim.
    Dim,
    /// Bold red.
    Red,
    /// Bold green.
    Green,
    /// Yellow.
    Yellow,
}

impl Ink {
    /// The escape sequences that switch it on and off.
    pub(crate) fn style(self) -> Style {
        match self {
            Ink::Plain => Style::new(),
            Ink::Bold => Style::new().bold(),
            Ink::Dim => Style::new().dimmed(),
            Ink::Red => AnsiColor::Red.on_default().bold(),
            Ink::Green => AnsiColor::Green.on_default().bold(),
            Ink::Yellow => AnsiColor::Yellow.on_default(),
        }
    }
}

/// A piece of a line in one colour. Its text is [`Untrusted`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    pub(crate) text: String,
    pub(crate) ink: Ink,
}

impl Span {
    /// A piece of text in this colour.
    pub fn new(ink: Ink, text: impl AsRef<str>) -> Span {
        Span { text: Untrusted(text.as_ref()).to_string(), ink }
    }

    /// How many columns of a terminal it takes.
    pub fn columns(&self) -> usize {
        columns(&self.text)
    }
}

impl<T: AsRef<str>> From<T> for Span {
    fn from(text: T) -> Span {
        Span::new(Ink::Plain, text)
    }
}
