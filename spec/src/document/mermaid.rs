//! Diagrams as Mermaid, which code hosts draw.

use super::flow::{Flow, Step, What};
use super::life::TRANSITIONS;
use std::fmt::Write as _;

/// A conversation.
pub(super) fn sequence(flow: &Flow) -> String {
    let mut out = String::from("sequenceDiagram\n");
    for actor in flow.actors {
        let _ = writeln!(out, "    participant {} as {}", actor.id, words(actor.name));
    }
    for Step { what, says, rules } in flow.steps {
        let (from, to) = what.ends();
        let text = label(&what.words(), says);
        let rules = rules.iter().map(|id| id.as_str()).collect::<Vec<_>>().join(", ");
        let text = [text, rules].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
        let text = text.join("<br/>");
        let _ = match what {
            What::Note(_) => {
                // From left to right.
                let (left, right) =
                    if flow.place(from) < flow.place(to) { (from, to) } else { (to, from) };
                writeln!(out, "    Note over {left},{right}: {text}")
            }
            What::Call(..) | What::Frame(..) | What::Handover(..) | What::Socket(_) => {
                writeln!(out, "    {from}->>{to}: {text}")
            }
            What::Answer(_) => writeln!(out, "    {from}-->>{to}: {text}"),
            What::Refusal(..) | What::Loss(_) => writeln!(out, "    {from}--x{to}: {text}"),
            What::Push(..) => writeln!(out, "    {from}-){to}: {text}"),
        };
    }
    out
}

/// The life of a participant.
pub(super) fn life() -> String {
    let mut out = String::from("stateDiagram-v2\n");
    for transition in TRANSITIONS {
        let from = transition.from.as_ref().map_or("[*]", |status| status.as_str());
        let _ =
            writeln!(out, "    {from} --> {}: {}", transition.to.as_str(), words(transition.when));
    }
    out
}

/// What is said, after what it is called.
fn label(name: &str, says: &str) -> String {
    match (name.is_empty(), says.is_empty()) {
        (true, _) => words(says),
        (_, true) => words(name),
        _ => format!("{}: {}", words(name), words(says)),
    }
}

/// Words without what Mermaid reads as its own.
fn words(text: &str) -> String {
    text.replace('`', "").replace('#', "#35;").replace(';', "#59;").replace('<', "#lt;")
}
