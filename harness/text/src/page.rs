//! A page of lines that fit.

use crate::untrusted::{DISARMED, disarmed};
use crate::{Ink, Span, Style, columns, wrapped};
use std::fmt::Write as _;

/// Pages narrower than this have the name of a field on a line of its own.
const NARROW: usize = 60;

/// How far fields are indented.
const INDENT: usize = 6;

/// How wide the name of a field is, with the space after it.
const NAME: usize = 10;

/// Text for a terminal that grows line by line.
///
/// Everything that is put on a page is [`Untrusted`](crate::Untrusted): the only escape sequences on
/// it are those of its own colours, and no line starts with a command to a CI job.
#[derive(Debug)]
pub struct Page {
    text: String,
    width: usize,
    style: Style,
}

impl Page {
    /// An empty page of this many columns, but of 20 at least.
    pub fn new(width: usize, style: Style) -> Page {
        Page { text: String::new(), width: width.max(20), style }
    }

    /// How many columns a line has.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Whether there is no room for columns.
    pub fn is_narrow(&self) -> bool {
        self.width < NARROW
    }

    /// All of it.
    pub fn into_text(self) -> String {
        self.text
    }

    /// An empty line.
    pub fn blank(&mut self) {
        self.text.push('\n');
    }

    /// One line of these pieces, which is not broken.
    pub fn line<S: Into<Span>>(&mut self, spans: impl IntoIterator<Item = S>) {
        let mut spans: Vec<Span> = spans.into_iter().map(Into::into).collect();
        while let Some(last) = spans.last_mut() {
            last.text.truncate(last.text.trim_end().len());
            if !last.text.is_empty() {
                break;
            }
            spans.pop();
        }
        let mut is_start = true;
        for span in &spans {
            let text = if is_start { disarmed(&span.text) } else { span.text.as_str().into() };
            is_start &= text.trim().is_empty();
            if self.style.colour && span.ink != Ink::Plain {
                let style = span.ink.style();
                let _ = write!(self.text, "{style}{text}{style:#}");
            } else {
                self.text.push_str(&text);
            }
        }
        self.text.push('\n');
    }

    /// A paragraph: its first line indented by `first` columns, the others by `further`.
    pub fn paragraph(&mut self, first: usize, further: usize, words: impl AsRef<str>) {
        self.painted(first, further, words, Ink::Plain);
    }

    /// A paragraph in a colour.
    pub fn painted(&mut self, first: usize, further: usize, words: impl AsRef<str>, ink: Ink) {
        let room = self.width.saturating_sub(first.max(further));
        for (index, line) in fitting(words.as_ref(), room.max(10)).into_iter().enumerate() {
            let indent = if index == 0 { first } else { further };
            self.line([spaces(indent), Span::new(ink, line)]);
        }
    }

    /// A paragraph that begins with a piece in a colour of its own, which is not broken; its further lines
    /// are indented.
    pub fn begun(&mut self, first: Span, further: usize, words: impl AsRef<str>) {
        let words = format!("{}{}", first.text, Span::from(words).text);
        let (head, ink) = (first.text, first.ink);
        let lines = fitting(&words, self.width.saturating_sub(further).max(10));
        for (index, line) in lines.iter().enumerate() {
            match line.strip_prefix(&head).filter(|_| index == 0) {
                Some(rest) => self.line([Span::new(ink, &head), rest.into()]),
                None if index == 0 => self.line([Span::new(ink, line)]),
                None => self.line([spaces(further), line.into()]),
            }
        }
    }

    /// Lines behind a heading that is not broken; the others begin below the end of it.
    pub fn behind(&mut self, heading: impl IntoIterator<Item = Span>, words: impl AsRef<str>) {
        let mut heading: Vec<Span> = heading.into_iter().collect();
        let indent = heading.iter().map(Span::columns).sum();
        let room = self.width.saturating_sub(indent).max(10);
        let lines = fitting(words.as_ref(), room);
        if lines.is_empty() {
            self.line(heading);
            return;
        }
        for line in lines {
            heading.push(line.into());
            self.line(std::mem::replace(&mut heading, vec![spaces(indent)]));
        }
    }

    /// A field with its name; nothing if there is no value.
    pub fn field(&mut self, name: &str, value: impl AsRef<str>) {
        let value = value.as_ref();
        if value.is_empty() {
            return;
        }
        if self.is_narrow() {
            self.line([format!("  {name}")]);
            self.paragraph(4, 4, value);
        } else {
            self.behind([format!("{:INDENT$}{name:<9} ", "").into()], value);
        }
    }

    /// A command with its name, so that it can be pasted: a line that goes on ends in a backslash.
    pub fn command(&mut self, name: &str, command: &str) {
        let (head, indent) = if self.is_narrow() {
            self.line([format!("  {name}")]);
            ("    ".to_owned(), 4)
        } else {
            (format!("{:INDENT$}{name:<9} ", ""), INDENT + NAME)
        };
        let lines = fitting(command, self.width - indent - 2);
        let last = lines.len().saturating_sub(1);
        for (index, line) in lines.iter().enumerate() {
            let head = if index == 0 { head.clone().into() } else { spaces(indent) };
            let tail = if index < last { " \\" } else { "" };
            self.line([head, format!("{line}{tail}").into()]);
        }
    }
}

fn spaces(count: usize) -> Span {
    " ".repeat(count).into()
}

/// The words in lines of this many columns, with room for what disarms a line.
fn fitting(words: &str, room: usize) -> Vec<String> {
    let words = Span::from(words).text;
    let lines = wrapped(&words, room);
    let grows = |line: &String| columns(&disarmed(line)) > room;
    if lines.iter().any(grows) { wrapped(&words, room - DISARMED) } else { lines }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const COLOURS: Style = Style { colour: true };

    #[test]
    fn only_the_page_itself_writes_escape_sequences() {
        let mut page = Page::new(40, COLOURS);
        page.painted(0, 2, "\u{1b}[2Jgone\u{202e}", Ink::Red);
        page.line([Span::new(Ink::Bold, "bold"), " plain\u{1b}c".into()]);
        page.field("seen", "a\nb");
        let text = page.into_text();
        assert_eq!(
            text,
            "\u{1b}[1m\u{1b}[31m\\u001b[2Jgone\\u202e\u{1b}[0m\n\
             \u{1b}[1mbold\u{1b}[0m plain\\u001bc\n  seen\n    a\\u000ab\n"
        );
    }

    #[test]
    fn no_line_is_a_command_to_a_job() {
        let mut page = Page::new(30, Style::PLAIN);
        page.paragraph(4, 4, "::error::gotcha and more::");
        page.line(["  ".to_owned(), "::warning::x".to_owned()]);
        page.line(["a".to_owned(), "::b".to_owned()]);
        let text = page.into_text();
        assert!(text.lines().all(|line| line.len() <= 30), "{text}");
        assert!(!text.lines().any(|line| line.trim_start().starts_with("::")), "{text}");
        assert!(
            text.starts_with("    \\u003a:error::gotcha and\n    more::\n")
                && text.contains("\na::b\n"),
            "{text}"
        );
    }

    #[test]
    fn a_command_can_be_pasted() {
        let mut page = Page::new(44, Style::PLAIN);
        page.command("again", "invite-conformance run --only invite-sdk-two --seed 1");
        assert_eq!(
            page.into_text(),
            "  again\n    invite-conformance run --only \\\n    invite-sdk-two --seed 1\n"
        );
    }

    proptest! {
        #[test]
        fn no_line_is_too_long(
            words in "(::|[a-z]{1,40}|日本|\\p{Cf}|##\\[| ){0,20}",
            width in 20_usize..110,
            indent in 0_usize..8,
        ) {
            let mut page = Page::new(width, Style::PLAIN);
            page.paragraph(indent, indent, &words);
            page.field("seen", &words);
            page.command("again", &words);
            let text = page.into_text();
            for line in text.lines() {
                prop_assert!(columns(line) <= width, "{line}");
                prop_assert!(!line.trim_start().starts_with("::"), "{line}");
            }
        }
    }
}
