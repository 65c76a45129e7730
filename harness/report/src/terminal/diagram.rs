//! A sequence of messages, drawn with characters.
//!
//! ```text
//! application  server    bob
//!      |-------->|        |   POST /v2/conferences/create
//!      |<--------|        |   200
//!      |         |------->|   InvitationReceived    <== this one
//! ```

use super::layout::Page;
use crate::explanation::{Mark, Message, Sequence};
use invite_text::Style;
use invite_text::wrapped;

/// How far the diagram is indented.
const INDENT: usize = 8;

/// The fewest characters that must be left for what a message says.
const LEAST_WORDS: usize = 30;

/// Draws a sequence: with lanes where there is room, as a list where there is not.
pub(super) fn draw(sequence: &Sequence, style: Style, page: &mut Page) {
    if sequence.messages.is_empty() {
        return;
    }
    page.line(&format!("{:width$}what was said", "", width = if page.is_narrow() { 2 } else { 6 }));
    let lanes = Lanes::of(&sequence.actors);
    if INDENT + lanes.width() + LEAST_WORDS <= page.width {
        page.line(&format!("{:INDENT$}{}", "", lanes.head(&sequence.actors)));
        for message in &sequence.messages {
            lanes.message(sequence, message, style, page);
        }
    } else {
        for message in &sequence.messages {
            let arrow = format!("{} -> {}: {}", message.from, message.to, words(message));
            page.painted(4, 6, &arrow, |line| paint(message.mark, style, line));
        }
    }
    if sequence.left_out > 0 {
        page.paragraph(
            INDENT,
            INDENT,
            &format!("({} earlier messages left out)", sequence.left_out),
        );
    }
}

fn words(message: &Message) -> String {
    match message.mark {
        Mark::Plain => message.text.clone(),
        Mark::Offending => format!("{} <== this one", message.text),
        Mark::Missing => format!("{} <== never came", message.text),
    }
}

fn paint(mark: Mark, style: Style, line: &str) -> String {
    if mark == Mark::Plain { line.to_owned() } else { style.red(line) }
}

/// Where each actor's lifeline stands.
struct Lanes {
    columns: Vec<usize>,
    end: usize,
}

impl Lanes {
    fn of(actors: &[String]) -> Lanes {
        let mut columns = Vec::new();
        let mut at = 0;
        for actor in actors {
            let length = actor.chars().count().max(4);
            columns.push(at + length / 2);
            at += length + 3;
        }
        Lanes { columns, end: at }
    }

    fn width(&self) -> usize {
        self.end
    }

    fn head(&self, actors: &[String]) -> String {
        let mut head = String::new();
        for (actor, column) in actors.iter().zip(&self.columns) {
            let begin = column.saturating_sub(actor.chars().count() / 2);
            let gap = begin.saturating_sub(head.chars().count());
            head.push_str(&" ".repeat(gap));
            head.push_str(actor);
        }
        head
    }

    fn message(&self, sequence: &Sequence, message: &Message, style: Style, page: &mut Page) {
        let room = page.width.saturating_sub(INDENT + self.end);
        for (index, line) in wrapped(&words(message), room).into_iter().enumerate() {
            let arrow = if index == 0 { Some(message) } else { None };
            let picture = self.picture(sequence, arrow);
            let line = format!("{:INDENT$}{picture}{line}", "");
            page.line(&paint(message.mark, style, &line));
        }
    }

    /// The lifelines, with an arrow between two of them.
    fn picture(&self, sequence: &Sequence, message: Option<&Message>) -> String {
        let mut cells = vec![' '; self.end];
        for column in &self.columns {
            cells[*column] = '|';
        }
        let column = |actor: &str| {
            let place = sequence.actors.iter().position(|one| one == actor)?;
            self.columns.get(place).copied()
        };
        let ends = message.and_then(|it| Some((column(&it.from)?, column(&it.to)?, it.mark)));
        if let Some((from, to, mark)) = ends.filter(|(from, to, _)| from != to) {
            let (left, right) = (from.min(to), from.max(to));
            for (offset, cell) in cells[left + 1..right].iter_mut().enumerate() {
                let gap = mark == Mark::Missing && offset % 2 == 1;
                *cell = if gap { ' ' } else { '-' };
            }
            let (place, head) = if to > from { (to - 1, '>') } else { (to + 1, '<') };
            cells[place] = if mark == Mark::Missing { 'x' } else { head };
        }
        cells.into_iter().collect()
    }
}
