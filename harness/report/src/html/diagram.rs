//! A sequence of messages as SVG.

use super::printable;
use crate::explanation::{Explanation, Mark, Message, Sequence};
use invite_text::{columns, shortened};
use maud::{Markup, html};

/// How far apart lifelines are at least, and how far the outer ones are from the edge.
const LANE: usize = 170;
const MARGIN: usize = 70;
/// What is left free beside a text.
const GAP: usize = 12;
/// Where the first message is, and how far messages are apart.
const TOP: usize = 64;
const ROW: usize = 42;

/// How wide a text is at most, in pixels: whichever font a reader has, nothing of it may be cut off.
fn wide(text: &str) -> usize {
    const TENTHS: usize = 74;
    (columns(text) * TENTHS).div_ceil(10)
}

/// A drawing: where each actor is.
struct Drawing<'s> {
    sequence: &'s Sequence,
    lanes: Vec<usize>,
}

/// The messages that show a failure, the offending one marked.
pub(super) fn diagram(one: &Explanation) -> Markup {
    let sequence = &one.sequence;
    if sequence.messages.is_empty() {
        return html! {};
    }
    let drawing = Drawing::of(sequence);
    let width = drawing.width();
    let height = TOP + ROW * sequence.messages.len() + 8;
    let id = &one.rule.id;
    html! {
        figure {
            section class="wide framed" tabindex="0" aria-label={ "Messages that show " (id) } {
                svg width=(width) height=(height) viewBox={ "0 0 " (width) " " (height) } role="img" aria-labelledby={ "svg-" (id) } {
                    title id={ "svg-" (id) } { (summary(sequence)) }
                    @for (x, actor) in drawing.lanes.iter().zip(&sequence.actors) {
                        line class="life" x1=(x) y1="34" x2=(x) y2=(height) {}
                        text class="actor" x=(x) y="22" text-anchor="middle" { (printable(actor)) }
                    }
                    @for (row, message) in sequence.messages.iter().enumerate() {
                        (arrow(&drawing, message, TOP + ROW * row))
                    }
                }
            }
            @if sequence.left_out > 0 {
                figcaption { (sequence.left_out) " earlier messages are left out." }
            }
        }
    }
}

impl<'s> Drawing<'s> {
    fn of(sequence: &'s Sequence) -> Drawing<'s> {
        let mut lanes: Vec<usize> = Vec::new();
        let mut before = 0;
        for actor in &sequence.actors {
            let half = wide(&printable(actor)).div_ceil(2);
            lanes.push(match lanes.last() {
                None => MARGIN.max(half + GAP),
                Some(last) => last + LANE.max(before + half + 2 * GAP),
            });
            before = half;
        }
        Drawing { sequence, lanes }
    }

    /// How wide it is: wide enough for all texts.
    fn width(&self) -> usize {
        let actors = self.lanes.iter().zip(&self.sequence.actors);
        let actors = actors
            .map(|(lane, actor)| lane + MARGIN.max(wide(&printable(actor)).div_ceil(2) + GAP));
        let messages = self.sequence.messages.iter();
        let messages = messages.map(|it| self.text_at(it) + wide(&text(it)) + GAP);
        actors.chain(messages).max().unwrap_or_default()
    }

    fn column(&self, actor: &str) -> usize {
        let place = self.sequence.actors.iter().position(|one| one == actor);
        place.and_then(|place| self.lanes.get(place)).copied().unwrap_or(MARGIN)
    }

    fn text_at(&self, message: &Message) -> usize {
        self.column(&message.from).min(self.column(&message.to)) + 8
    }
}

fn text(message: &Message) -> String {
    const LONGEST: usize = 64;
    let text = printable(&message.text);
    let text = shortened(&text, LONGEST);
    match message.mark {
        Mark::Plain => text,
        mark => format!("{text}  ({})", mark.words()),
    }
}

fn arrow(drawing: &Drawing<'_>, message: &Message, y: usize) -> Markup {
    let (from, to) = (drawing.column(&message.from), drawing.column(&message.to));
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
            text x=(drawing.text_at(message)) y=(y - 8) { (text(message)) }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawing_is_wide_enough_for_all_of_its_texts() {
        let message = |from: &str, to: &str, text: &str| Message {
            entry: None,
            step: String::new(),
            from: from.to_owned(),
            to: to.to_owned(),
            text: text.to_owned(),
            body: String::new(),
            mark: Mark::Offending,
        };
        let (long, server) = ("somebody-with-a-name-that-is-long/tablet", "server");
        let actors = [long, server, long].map(str::to_owned).to_vec();
        let messages =
            vec![message(server, long, &"m".repeat(64)), message(long, server, "会議室")];
        let sequence = Sequence { actors, messages, left_out: 0 };
        let drawing = Drawing::of(&sequence);
        let half = wide(long) / 2;
        assert!(drawing.lanes[0] >= half && drawing.width() >= drawing.lanes[2] + half);
        assert!(drawing.lanes[1] - drawing.lanes[0] > half + wide(server) / 2);
        for message in &sequence.messages {
            assert!(drawing.width() > drawing.text_at(message) + wide(&text(message)));
        }
    }
}
