//! A sequence of messages, drawn with characters.
//!
//! ```text
//! application  server    bob
//!      |-------->|        |   POST /v2/conferences/create
//!      |<--------|        |   200
//!      |         |------->|   InvitationReceived    <== this one
//! ```

use crate::explanation::{Mark, Message, Sequence};
use invite_text::{Ink, Page, Span, Untrusted, columns, shortened, wrapped};

/// How far the diagram is indented.
const INDENT: usize = 8;

/// The most characters that are shown of a body.
const LONGEST_BODY: usize = 400;

/// The fewest characters that must be left for what a message says.
const LEAST_WORDS: usize = 30;

/// Draws a sequence: with lanes where there is room, as a list where there is not.
pub(super) fn draw(sequence: &Sequence, page: &mut Page) {
    if sequence.messages.is_empty() {
        return;
    }
    let indent = if page.is_narrow() { 2 } else { 6 };
    page.line([format!("{:indent$}what was said", "")]);
    let lanes = Lanes::of(&sequence.actors);
    if INDENT + lanes.width() + LEAST_WORDS <= page.width() {
        page.line([format!("{:INDENT$}{}", "", lanes.head(&sequence.actors))]);
        for message in &sequence.messages {
            lanes.message(sequence, message, page);
        }
    } else {
        for message in &sequence.messages {
            let arrow = format!("{} -> {}: {}", message.from, message.to, words(message));
            page.painted(4, 6, &arrow, ink(message.mark));
        }
    }
    for message in sequence.messages.iter().filter(|message| message.mark != Mark::Plain) {
        for line in message.body.lines() {
            page.paragraph(INDENT, INDENT + 2, shortened(line, LONGEST_BODY));
        }
    }
    if sequence.left_out > 0 {
        page.paragraph(
            INDENT,
            INDENT,
            format!("({} earlier messages left out)", sequence.left_out),
        );
    }
}

fn words(message: &Message) -> String {
    match message.mark {
        Mark::Plain => message.text.clone(),
        mark => format!("{} <== {}", message.text, mark.words()),
    }
}

fn ink(mark: Mark) -> Ink {
    if mark == Mark::Plain { Ink::Plain } else { Ink::Red }
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
            let length = invite_text::columns(&Untrusted(actor).to_string()).max(4);
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
            let actor = Untrusted(actor).to_string();
            let begin = column.saturating_sub(columns(&actor) / 2);
            let gap = begin.saturating_sub(columns(&head));
            head.push_str(&" ".repeat(gap));
            head.push_str(&actor);
        }
        head
    }

    fn message(&self, sequence: &Sequence, message: &Message, page: &mut Page) {
        let room = page.width().saturating_sub(INDENT + self.end);
        let words = Untrusted(&words(message)).to_string();
        for (index, line) in wrapped(&words, room).into_iter().enumerate() {
            let arrow = if index == 0 { Some(message) } else { None };
            let picture = self.picture(sequence, arrow);
            let line = format!("{:INDENT$}{picture}{line}", "");
            page.line([Span::new(ink(message.mark), line)]);
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
