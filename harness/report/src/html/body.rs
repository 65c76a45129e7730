//! The messages that show a failure, with their bodies; the place that is wrong is marked.

use super::printable;
use crate::explanation::{Excerpt, Exhibit, Explanation, Line, Mark};
use maud::{Markup, html};

/// A message whose body has more lines than this is folded, if it is not the offending one.
const FEW: usize = 14;

/// The messages that the evidence points at.
pub(super) fn bodies(one: &Explanation) -> Markup {
    html! {
        @if !one.exhibits.is_empty() {
            div class="bodies" {
                @for (place, exhibit) in one.exhibits.iter().enumerate() {
                    (body(exhibit, &format!("Message {} that shows {}", place + 1, one.rule.id)))
                }
            }
        }
    }
}

fn body(one: &Exhibit, label: &str) -> Markup {
    let lines = one.headers.lines.len() + one.body.as_ref().map_or(0, |body| body.lines.len());
    let is_open = one.mark != Mark::Plain || lines <= FEW;
    let class = if one.mark == Mark::Plain { "body" } else { "body offending" };
    let head = html! {
        span class="way" { (printable(&one.from)) " \u{2192} " (printable(&one.to)) }
        " " code { (printable(&one.text)) }
        @if one.mark != Mark::Plain { " " b { "(" (one.mark.words()) ")" } }
        @if one.body.as_ref().is_some_and(|body| body.lines.is_empty()) { ", without a body" }
    };
    if lines == 0 {
        return html! { p class=(class) { (head) } };
    }
    html! {
        details class=(class) open[is_open] {
            summary { (head) }
            section class="lines" tabindex="0" aria-label=(label) {
                pre {
                    (excerpt(&one.headers))
                    @if let Some(body) = &one.body {
                        @if !one.headers.lines.is_empty() && !body.lines.is_empty() { "\n" }
                        (excerpt(body))
                    }
                }
            }
            @for (token, claims) in &one.claims {
                p class="quiet" { "Claims of " code { (printable(token)) } ":" }
                section class="lines" tabindex="0" aria-label={ (label) ", claims of " (printable(token)) } {
                    pre { (excerpt(claims)) }
                }
            }
            (whole(one))
        }
    }
}

/// Where the rest is.
fn whole(one: &Exhibit) -> Markup {
    html! {
        @if let Some((kept, bytes)) = one.kept {
            p class="quiet" { "The record holds the first " (kept) " of " (bytes) " bytes of the body." }
        }
        @if one.is_cut() {
            p class="quiet" {
                "Shortened. The run's record (" code { "--report json=RUN.json" } ") has all that was recorded, at "
                code { (one.whole) } "."
            }
        }
    }
}

fn excerpt(excerpt: &Excerpt) -> Markup {
    html! { @for line in &excerpt.lines { (shown(line)) } }
}

fn shown(line: &Line) -> Markup {
    let text = printable(&line.text);
    let indent = "  ".repeat(line.depth);
    html! {
        @match &line.place {
            None => { (indent) (text) "\n" }
            Some(place) => {
                mark {
                    (indent) (text)
                    span class="place" {
                        " \u{2190} " (printable(&place.at)) @if place.is_missing { " is missing" }
                    }
                    "\n"
                }
            }
        }
    }
}
