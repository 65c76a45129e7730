//! Writes the document as one self-contained page: no network, no framework.

mod block;
mod inline;

use super::model::{Document, Section};
use super::svg;
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// The style of the page.
const STYLE: &str = include_str!("page.css");
/// The script of the filters. Without it the page shows everything.
const SCRIPT: &str = include_str!("page.js");
/// The depth of the table of contents.
const CONTENTS_DEPTH: usize = 2;

/// The page.
pub(super) fn write(document: &Document) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (document.title) " " (document.version) }
                link rel="icon" href="data:,";
                style { (PreEscaped(svg::PALETTE)) (PreEscaped(STYLE)) (PreEscaped(svg::STYLE)) }
            }
            body {
                a class="skip" href="#overview" { "To the text" }
                div class="page" {
                    nav aria-label="Contents" {
                        details id="contents" open {
                            summary { "Contents" }
                            (contents(&document.sections, CONTENTS_DEPTH))
                        }
                    }
                    main {
                        header {
                            p class="version" { "Specification " (document.version) }
                            h1 { (document.title) }
                            @for block in &document.lead { (block::write(block)) }
                        }
                        @for section in &document.sections { (self::section(section, 2)) }
                    }
                }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    // A line for each section keeps a diff of the committed page readable.
    let mut text =
        page.into_string().replace("<section", "\n<section").replace("<article", "\n<article");
    text = text.replace("<tr", "\n<tr");
    text.push('\n');
    text
}

fn contents(sections: &[Section], depth: usize) -> Markup {
    html! {
        ul {
            @for section in sections {
                li {
                    a href={ "#" (section.anchor) } { (section.title) }
                    @if depth > 1 && !section.sections.is_empty() { (contents(&section.sections, depth - 1)) }
                }
            }
        }
    }
}

fn section(section: &Section, depth: usize) -> Markup {
    let name = html! {
        (section.title)
        @if let Some(name) = section.name { " " code { (name) } }
        a class="self" href={ "#" (section.anchor) } aria-label={ "Link to " (section.title) } { "#" }
    };
    html! {
        section id=(section.anchor) {
            @match depth {
                2 => h2 { (name) },
                3 => h3 { (name) },
                _ => h4 { (name) },
            }
            @for block in &section.blocks { (block::write(block)) }
            @for inner in &section.sections { (self::section(inner, depth + 1)) }
        }
    }
}
