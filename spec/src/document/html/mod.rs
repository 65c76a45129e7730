//! Writes the document as one self-contained page: no network, no framework.

mod block;
mod inline;

use super::model::{Document, Section};
use super::svg;
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// The style of the page.
const STYLE: &str = include_str!("page.css");
/// The scripts of the page: contents and filters, the search, the examples. Without them the page
/// shows everything.
const SCRIPTS: [&str; 3] =
    [include_str!("page.js"), include_str!("search.js"), include_str!("examples.js")];
/// The depth of the table of contents.
const CONTENTS_DEPTH: usize = 2;

/// The page.
pub(super) fn write(document: &Document) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            (head(&format!("{} {}", document.title, document.version)))
            body {
                a class="skip" href="#overview" { "To the text" }
                div class="page" {
                    nav aria-label="Contents" {
                        (search_button())
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
                (search_dialog())
                @for script in SCRIPTS { script { (PreEscaped(script)) } }
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

/// What each page begins with: this one, and others that look like it.
pub(super) fn head(title: &str) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            title { (title) }
            link rel="icon" href="data:,";
            style { (PreEscaped(svg::PALETTE)) (PreEscaped(STYLE)) (PreEscaped(svg::STYLE)) }
        }
    }
}

/// What opens the search. The script shows it.
fn search_button() -> Markup {
    html! {
        button id="find" type="button" hidden aria-keyshortcuts="/" {
            "Search everything " kbd { "/" }
        }
    }
}

/// The search over everything. The script makes its index of the page itself.
fn search_dialog() -> Markup {
    html! {
        dialog id="finder" aria-label="Search everything" {
            input id="finder-words" type="search" role="combobox" aria-expanded="true"
                aria-controls="finder-found" aria-autocomplete="list" aria-label="Words to search for"
                placeholder="Requirement, call, frame, field, term, source …" autocomplete="off"
                spellcheck="false";
            output id="finder-count" {}
            ul id="finder-found" role="listbox" aria-label="Found" {}
        }
    }
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
