//! A flow: a column for each actor, time from top to bottom.

use super::{width, wrapped};
use crate::document::flow::{Flow, Step, What};
use crate::requirement::RequirementId;
use maud::{Markup, html};

/// Sizes, in pixels.
const TEXT: u32 = 13;
const SMALL: u32 = 11;
const LINE: u32 = 17;
/// The least distance between two columns, larger where there are few.
const COLUMN_LEAST: u32 = 210;
const COLUMN_LEAST_OF_FEW: u32 = 270;
const FEW: usize = 3;
const MARGIN: u32 = 12;
const HEAD: u32 = 32;
const PADDING: u32 = 9;

/// The diagram.
pub(super) fn draw(flow: &Flow, title: &str) -> Markup {
    let layout = Layout::of(flow);
    let mut y = HEAD + 24;
    let mut steps = Vec::new();
    for step in flow.steps {
        let (drawn, height) = layout.step(flow, step, y);
        steps.push(drawn);
        y += height;
    }
    let (wide, high) = (layout.width, y + 6);
    html! {
        svg class="sequence" width=(wide) height=(high) viewBox={ "0 0 " (wide) " " (high) } role="img" aria-label=(title) {
            @for (index, actor) in flow.actors.iter().enumerate() {
                @let x = layout.columns[index];
                line class="life" x1=(x) y1=(HEAD) x2=(x) y2=(high) {}
                @let half = width(actor.name, TEXT) / 2 + PADDING + 2;
                rect class="actor" x=(x - half) y="1" width=(half * 2) height=(HEAD - 1) rx="6" {}
                text class="name" x=(x) y=(HEAD / 2 + 5) { (actor.name) }
            }
            @for step in steps { (step) }
        }
    }
}

struct Layout {
    /// The middle of each column.
    columns: Vec<u32>,
    width: u32,
}

impl Layout {
    fn of(flow: &Flow) -> Layout {
        let half = |name: &str| width(name, TEXT) / 2 + PADDING + 2;
        let least = if flow.actors.len() > FEW { COLUMN_LEAST } else { COLUMN_LEAST_OF_FEW };
        let mut gaps = vec![least; flow.actors.len().saturating_sub(1)];
        // Names of calls and frames are not wrapped: they have to fit between their ends.
        for step in flow.steps {
            let (from, to) = ends(flow, step);
            let span = to - from;
            let needed = if matches!(step.what, What::Note(_)) {
                0
            } else {
                code_width(&step.what.words()) + 40
            };
            for gap in &mut gaps[from..to] {
                *gap = (*gap).max(needed / u32::try_from(span.max(1)).unwrap_or(1));
            }
        }
        let mut x = MARGIN + flow.actors.first().map_or(0, |actor| half(actor.name));
        let mut columns = vec![x];
        for gap in gaps {
            x += gap;
            columns.push(x);
        }
        let last = flow.actors.last().map_or(0, |actor| half(actor.name));
        Layout { columns, width: x + last + MARGIN }
    }

    /// A step that begins at the height `y`, and its own height.
    fn step(&self, flow: &Flow, step: &Step, y: u32) -> (Markup, u32) {
        let (from, to) = ends(flow, step);
        let (left, right) = (self.columns[from], self.columns[to]);
        let middle = (left + right) / 2;
        if matches!(step.what, What::Note(_)) {
            return self.note(step, left, right, y);
        }
        // The name of a call or frame has a line of its own. Other words share the line of the
        // remark.
        let name = step.what.name();
        let words = step.what.words();
        let says = match (&name, words.is_empty(), step.says.is_empty()) {
            (None, false, false) => format!("{words}: {}", step.says),
            (None, false, true) => words.clone(),
            _ => step.says.to_owned(),
        };
        let says = wrapped(&says, TEXT, (right - left).saturating_sub(24));
        let mut at = y;
        let mut next = |height: u32| {
            at += height;
            at
        };
        let name = name.map(|(name, anchor)| (next(LINE), name, anchor));
        let says: Vec<(u32, String)> = says.into_iter().map(|line| (next(LINE), line)).collect();
        let arrow = next(8);
        let rules = rule_lines(step.rules, right - left);
        let rules: Vec<(u32, &[RequirementId])> =
            rules.into_iter().map(|ids| (next(15), ids)).collect();
        let end = next(16);
        let is_rightward = flow.place(step.what.ends().0) < flow.place(step.what.ends().1);
        let drawn = html! {
            g class=(class(step.what)) {
                @if let Some((y, name, anchor)) = &name {
                    a href={ "#" (anchor) } { text class="code" x=(middle) y=(y) { (name) } }
                }
                @for (y, text) in &says { text class="says" x=(middle) y=(y) { (text) } }
                line x1=(left) y1=(arrow) x2=(right) y2=(arrow) {}
                (head(step.what, if is_rightward { right } else { left }, arrow, is_rightward))
                @for (y, ids) in &rules { (links(ids, middle, *y)) }
            }
        };
        (drawn, end - y)
    }

    fn note(&self, step: &Step, left: u32, right: u32, y: u32) -> (Markup, u32) {
        let middle = (left + right) / 2;
        let lines = wrapped(step.says, TEXT, right - left);
        let rules = rule_lines(step.rules, right - left);
        let count = |length: usize| u32::try_from(length).unwrap_or_default();
        let high = count(lines.len()) * LINE + count(rules.len()) * 15 + 12;
        let drawn = html! {
            g class="note" {
                rect x=(left - 10) y=(y) width=(right - left + 20) height=(high) rx="4" {}
                @for (index, text) in lines.iter().enumerate() {
                    text class="says" x=(middle) y=(y + 17 + count(index) * LINE) { (text) }
                }
                @for (index, ids) in rules.iter().enumerate() {
                    (links(ids, middle, y + 17 + count(lines.len()) * LINE + count(index) * 15 - 3))
                }
            }
        };
        (drawn, high + 16)
    }
}

/// The columns at the ends of a step, the left one first.
fn ends(flow: &Flow, step: &Step) -> (usize, usize) {
    let (from, to) = step.what.ends();
    let (from, to) = (flow.place(from), flow.place(to));
    (from.min(to), from.max(to))
}

fn class(what: What) -> &'static str {
    match what {
        What::Call(..) | What::Socket(_) => "call",
        What::Answer(_) => "answer",
        What::Refusal(..) | What::Loss(_) => "refusal",
        What::Push(..) | What::Frame(..) => "push",
        What::Handover(..) => "handover",
        What::Note(_) => "note",
    }
}

/// The width of a name of a call or frame, which has a fixed-width font.
fn code_width(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or_default() * 8
}

/// The head of an arrow: full for requests and answers, open for frames, a cross for refusals.
fn head(what: What, x: u32, y: u32, is_rightward: bool) -> Markup {
    let back = |length: u32| if is_rightward { x - length } else { x + length };
    match what {
        What::Push(..) | What::Frame(..) => html! {
            polyline points={ (back(9)) "," (y - 5) " " (x) "," (y) " " (back(9)) "," (y + 5) } {}
        },
        What::Refusal(..) | What::Loss(_) => html! {
            path d={ "M" (back(13)) "," (y - 5) " L" (back(3)) "," (y + 5) " M" (back(13)) "," (y + 5) " L" (back(3)) "," (y - 5) } {}
        },
        _ => html! {
            polygon points={ (back(9)) "," (y - 5) " " (x) "," (y) " " (back(9)) "," (y + 5) } {}
        },
    }
}

/// The ids in lines, as many in each as fit.
fn rule_lines(rules: &[RequirementId], room: u32) -> Vec<&[RequirementId]> {
    let per_line = (room.saturating_sub(10) / 66).max(1);
    rules.chunks(usize::try_from(per_line).unwrap_or(1)).collect()
}

/// Links to requirements, side by side.
fn links(ids: &[RequirementId], x: u32, y: u32) -> Markup {
    html! {
        text class="rules" x=(x) y=(y) font-size=(SMALL) {
            @for (index, id) in ids.iter().enumerate() {
                @if index > 0 { " " }
                a href={ "#" (id) } { (id) }
            }
        }
    }
}
