//! Lines that fit.

use invite_text::wrapped;
use std::fmt::Write as _;

/// Narrower than this, a field's name stands on a line of its own.
const NARROW: usize = 60;

/// How far fields are indented.
const INDENT: usize = 6;

/// How wide a field's name is, with the space after it.
const NAME: usize = 10;

/// Text that grows line by line, none of them too long.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) text: String,
    pub(super) width: usize,
}

impl Page {
    pub(super) fn new(width: usize) -> Page {
        Page { text: String::new(), width: width.max(20) }
    }

    /// Whether there is room for columns.
    pub(super) fn is_narrow(&self) -> bool {
        self.width < NARROW
    }

    pub(super) fn blank(&mut self) {
        self.text.push('\n');
    }

    /// A line as it is; its invisible colours do not count.
    pub(super) fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    /// A paragraph, its further lines indented by as much.
    pub(super) fn paragraph(&mut self, first: usize, further: usize, words: &str) {
        self.painted(first, further, words, str::to_owned);
    }

    /// A paragraph whose lines are painted after they have been broken.
    pub(super) fn painted(
        &mut self,
        first: usize,
        further: usize,
        words: &str,
        paint: impl Fn(&str) -> String,
    ) {
        let room = self.width.saturating_sub(first.max(further));
        for (index, line) in wrapped(words, room.max(10)).into_iter().enumerate() {
            let indent = if index == 0 { first } else { further };
            let _ = writeln!(self.text, "{:indent$}{}", "", paint(&line));
        }
    }

    /// A field with its name; nothing where there is no value.
    pub(super) fn field(&mut self, name: &str, value: &str) {
        if value.is_empty() {
            return;
        }
        if self.is_narrow() {
            self.line(&format!("  {name}"));
            self.paragraph(4, 4, value);
            return;
        }
        let room = self.width - INDENT - NAME;
        for (index, line) in wrapped(value, room).into_iter().enumerate() {
            let name = if index == 0 { name } else { "" };
            let _ = writeln!(self.text, "{:INDENT$}{name:<9} {line}", "");
        }
    }
}

impl Page {
    /// A command with its name, so that it can be pasted: what does not fit a line goes on after a
    /// backslash.
    pub(super) fn command(&mut self, name: &str, command: &str) {
        let room = if self.is_narrow() { self.width - 4 } else { self.width - INDENT - NAME };
        let lines = wrapped(command, room - 2);
        let last = lines.len().saturating_sub(1);
        let (head, indent) = if self.is_narrow() {
            self.line(&format!("  {name}"));
            ("", 4)
        } else {
            (name, INDENT + NAME)
        };
        for (index, line) in lines.iter().enumerate() {
            let tail = if index < last { " \\" } else { "" };
            let name = if index == 0 && !head.is_empty() {
                format!("{:INDENT$}{head:<9} ", "")
            } else {
                " ".repeat(indent)
            };
            let _ = writeln!(self.text, "{name}{line}{tail}");
        }
    }
}
