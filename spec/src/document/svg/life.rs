//! The life of a participant: statuses on a grid, and the transitions between them.

use super::width;
use crate::document::life::{START, STATES, TRANSITIONS, Transition};
use crate::participant::ParticipantStatus;
use maud::{Markup, html};

/// Sizes, in pixels.
const COLUMN: i64 = 280;
const ROW: i64 = 130;
const HALF_WIDTH: i64 = 62;
const HALF_HEIGHT: i64 = 19;
const MARGIN: i64 = 76;
const RADIUS: i64 = 7;

/// The diagram.
pub(super) fn draw(title: &str) -> Markup {
    let columns = STATES.iter().map(|state| i64::from(state.column)).max().unwrap_or_default();
    let rows = STATES.iter().map(|state| i64::from(state.row)).max().unwrap_or_default();
    let (wide, high) = (columns * COLUMN + 2 * MARGIN, 30 + rows * ROW + HALF_HEIGHT + 8);
    html! {
        svg class="states" width=(wide) height=(high) viewBox={ "0 0 " (wide) " " (high) } role="img" aria-label=(title) {
            @let (x, y) = start();
            circle class="start" cx=(x) cy=(y) r=(RADIUS) {}
            @for transition in TRANSITIONS { (arrow(transition)) }
            @for state in STATES {
                @let (x, y) = place(state.column, state.row);
                g class="state" {
                    rect x=(x - HALF_WIDTH) y=(y - HALF_HEIGHT) width=(HALF_WIDTH * 2) height=(HALF_HEIGHT * 2) rx="19" {}
                    text class="code" x=(x) y=(y + 5) { (state.status) }
                }
            }
        }
    }
}

fn place(column: u32, row: u32) -> (i64, i64) {
    (MARGIN + i64::from(column) * COLUMN, 30 + i64::from(row) * ROW)
}

fn start() -> (i64, i64) {
    place(START.0, START.1)
}

fn of(status: &ParticipantStatus) -> (i64, i64) {
    let state = STATES.iter().find(|state| state.status == *status);
    state.map_or_else(start, |state| place(state.column, state.row))
}

/// A straight arrow from edge to edge, with its label in the middle.
fn arrow(transition: &Transition) -> Markup {
    let to = of(&transition.to);
    let from = transition.from.as_ref().map_or_else(start, of);
    let begin = match transition.from {
        Some(_) => edge(from, to),
        None => from,
    };
    let end = edge(to, from);
    let (x, y) = ((begin.0 + end.0) / 2, (begin.1 + end.1) / 2);
    let ids = transition.rules.iter().map(|id| id.as_str()).collect::<Vec<_>>().join(" ");
    let half = i64::from(width(transition.when, 13).max(width(&ids, 11))) / 2 + 3;
    html! {
        g class="transition" {
            line x1=(begin.0) y1=(begin.1) x2=(end.0) y2=(end.1) {}
            polygon points=(head(begin, end)) {}
            rect x=(x - half) y=(y - 17) width=(half * 2) height="34" {}
            text class="says" x=(x) y=(y - 3) { (transition.when) }
            text class="rules" x=(x) y=(y + 12) {
                @for (index, id) in transition.rules.iter().enumerate() {
                    @if index > 0 { " " }
                    a href={ "#" (id) } { (id) }
                }
            }
        }
    }
}

/// The point where the line from the middle of a box to a far point leaves the box.
fn edge(middle: (i64, i64), far: (i64, i64)) -> (i64, i64) {
    let (dx, dy) = (far.0 - middle.0, far.1 - middle.1);
    // The side that it meets first.
    if dx.abs() * HALF_HEIGHT > dy.abs() * HALF_WIDTH {
        (middle.0 + HALF_WIDTH * dx.signum(), middle.1 + dy * HALF_WIDTH / dx.abs())
    } else if dy != 0 {
        (middle.0 + dx * HALF_HEIGHT / dy.abs(), middle.1 + HALF_HEIGHT * dy.signum())
    } else {
        middle
    }
}

/// The corners of the head of an arrow.
fn head(begin: (i64, i64), end: (i64, i64)) -> String {
    let (dx, dy) = (end.0 - begin.0, end.1 - begin.1);
    let length = (dx * dx + dy * dy).isqrt().max(1);
    // Nine pixels back along the line, five to each side.
    let (back_x, back_y) = (end.0 - dx * 9 / length, end.1 - dy * 9 / length);
    let (side_x, side_y) = (-dy * 5 / length, dx * 5 / length);
    format!(
        "{},{} {},{} {},{}",
        end.0,
        end.1,
        back_x + side_x,
        back_y + side_y,
        back_x - side_x,
        back_y - side_y
    )
}
