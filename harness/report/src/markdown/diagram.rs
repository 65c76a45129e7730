//! A sequence of messages, as mermaid draws it.

use super::escape::mermaid;
use crate::explanation::{Mark, Sequence};
use std::fmt::Write as _;

/// Draws a sequence; the offending message stands in a red field.
pub(super) fn draw(sequence: &Sequence, text: &mut String) {
    if sequence.messages.is_empty() {
        return;
    }
    let _ = writeln!(text, "```mermaid\nsequenceDiagram");
    for (place, actor) in sequence.actors.iter().enumerate() {
        let _ = writeln!(text, "    participant p{place} as {}", mermaid(actor));
    }
    let name =
        |actor: &str| sequence.actors.iter().position(|one| one == actor).unwrap_or_default();
    for message in &sequence.messages {
        let (from, to) = (name(&message.from), name(&message.to));
        let words = mermaid(&message.text);
        match message.mark {
            Mark::Plain => {
                let _ = writeln!(text, "    p{from}->>p{to}: {words}");
            }
            mark => {
                let arrow = if mark == Mark::Missing { "--x" } else { "->>" };
                let _ = writeln!(text, "    rect rgba(220, 40, 40, 0.25)");
                let _ = writeln!(text, "    p{from}{arrow}p{to}: {words} ({})", mark.words());
                let _ = writeln!(text, "    end");
            }
        }
    }
    let _ = writeln!(text, "```\n");
    if sequence.left_out > 0 {
        let _ = writeln!(text, "({} earlier messages are left out.)\n", sequence.left_out);
    }
}
