//! Running text.

use crate::document::text::{Inline, Target, Text};
use maud::{Markup, html};

pub(super) fn write(text: &Text) -> Markup {
    html! {
        @for piece in &text.0 {
            @match piece {
                Inline::Plain(plain) => (plain),
                Inline::Code(code) => code { (code) },
                Inline::Strong(strong) => strong { (strong) },
                Inline::Link { label, is_code, to } => (link(label, *is_code, to)),
            }
        }
    }
}

fn link(label: &str, is_code: bool, to: &Target) -> Markup {
    let label_text = label;
    let label = html! {
        @if is_code { code { (label) } } @else { (label) }
    };
    match to {
        // An id is not broken at its hyphen.
        Target::Anchor(anchor) if *anchor == label_text => {
            html! { a class="id" href={ "#" (anchor) } { (label) } }
        }
        Target::Anchor(anchor) => html! { a href={ "#" (anchor) } { (label) } },
        Target::File(path) => html! { a href=(path) { (label) } },
        // A reader of the page alone does not have the repository.
        Target::Source(_) => label,
    }
}
