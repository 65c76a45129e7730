//! A sequence of messages as SVG.

use super::printable;
use crate::explanation::{Explanation, Mark, Message, Sequence};
use maud::{Markup, html};

/// How far apart lifelines are, and how far the outer ones are from the edge.
const LANE: usize = 170;
const MARGIN: usize = 70;
/// Where the first message is, and how far messages are apart.
const TOP: usize = 64;
const ROW: usize = 42;
/// About how wide a letter is.
const LETTER: usize = 7;

/// The messages that show a failure, the offending one marked.
pub(super) fn diagram(one: &Explanation) -> Markup {
    let sequence = &one.sequence;
    if sequence.messages.is_empty() {
        return html! {};
    }
    let width = 2 * MARGIN + LANE * sequence.actors.len().saturating_sub(1);
    let reach = sequence
        .messages
        .iter()
        .map(|it| text_at(sequence, it) + text(it).chars().count() * LETTER);
    let width = width.max(reach.max().unwrap_or_default() + 12);
    let height = TOP + ROW * sequence.messages.len() + 8;
    let id = &one.rule.id;
    html! {
        figure {
            section class="wide" tabindex="0" aria-label={ "Messages that show " (id) } {
                svg width=(width) height=(height) viewBox={ "0 0 " (width) " " (height) } role="img" aria-labelledby={ "svg-" (id) } {
                    title id={ "svg-" (id) } { (summary(sequence)) }
                    @for (place, actor) in sequence.actors.iter().enumerate() {
                        @let x = lane(place);
                        line class="life" x1=(x) y1="34" x2=(x) y2=(height) {}
                        text class="actor" x=(x) y="22" text-anchor="middle" { (printable(actor)) }
                    }
                    @for (row, message) in sequence.messages.iter().enumerate() {
                        (arrow(sequence, message, TOP + ROW * row))
                    }
                }
            }
            @if sequence.left_out > 0 {
                figcaption { (sequence.left_out) " earlier messages are left out." }
            }
        }
    }
}

fn lane(place: usize) -> usize {
    MARGIN + LANE * place
}

fn column(sequence: &Sequence, actor: &str) -> usize {
    lane(sequence.actors.iter().position(|one| one == actor).unwrap_or_default())
}

fn text_at(sequence: &Sequence, message: &Message) -> usize {
    column(sequence, &message.from).min(column(sequence, &message.to)) + 8
}

fn text(message: &Message) -> String {
    const LONGEST: usize = 64;
    let text = printable(&message.text);
    let text = match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text,
    };
    match message.mark {
        Mark::Plain => text,
        mark => format!("{text}  ({})", mark.words()),
    }
}

fn arrow(sequence: &Sequence, message: &Message, y: usize) -> Markup {
    let (from, to) = (column(sequence, &message.from), column(sequence, &message.to));
    let class = match message.mark {
        Mark::Plain => "message",
        Mark::Offending | Mark::Near => "message offending",
        Mark::Missing => "message missing",
    };
    // The head: three points, on the side that the arrow comes from.
    let back = if to > from { to.saturating_sub(9) } else { to + 9 };
    let head = format!("{to},{y} {back},{} {back},{}", y - 5, y + 5);
    html! {
        g class=(class) {
            @if !message.body.is_empty() { title { (printable(&message.body)) } }
            text x=(text_at(sequence, message)) y=(y - 8) { (text(message)) }
            line x1=(from) y1=(y) x2=(back) y2=(y) {}
            @if message.mark == Mark::Missing {
                line x1=(to - 6) y1=(y - 6) x2=(to + 6) y2=(y + 6) {}
                line x1=(to - 6) y1=(y + 6) x2=(to + 6) y2=(y - 6) {}
            } @else {
                polygon points=(head) {}
            }
        }
    }
}

/// The diagram in words, for who cannot see it.
fn summary(sequence: &Sequence) -> String {
    let told = |message: &Message| {
        format!("{} to {}: {}", printable(&message.from), printable(&message.to), text(message))
    };
    sequence.messages.iter().map(told).collect::<Vec<_>>().join("; ")
}
