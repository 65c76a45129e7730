//! The blocks of a section.

use super::inline;
use crate::document::model::{Block, Card, Code, Exchange, Table};
use crate::document::text::Text;
use crate::requirement::{Basis, Level, Profile};
use maud::{Markup, html};

pub(super) fn write(block: &Block) -> Markup {
    match block {
        Block::Paragraph(text) => html! { p { (inline::write(text)) } },
        Block::List(items) => html! { ul { @for item in items { li { (inline::write(item)) } } } },
        Block::Facts(facts) => self::facts(facts),
        Block::Table(table) => self::table(table),
        Block::Call(method, path) => html! {
            p class="request" { code { b class=(method.as_str().to_lowercase()) { (method) } " " (path) } }
        },
        Block::Json(value) => html! { pre { code { (format!("{value:#}")) } } },
        Block::Code(code) => self::code(code),
        Block::Exchange(exchange) => self::exchange(exchange),
        Block::Diagram(diagram) => html! { figure class="wide" { (diagram.draw()) } },
        Block::Folded(summary, blocks) => html! {
            details { summary { (summary) } @for inner in blocks { (write(inner)) } }
        },
        Block::Rule(card) => rule(card),
        Block::Filters => filters(),
    }
}

/// The script adds the buttons, and lets the reader choose the language of all requests.
fn code(code: &Code) -> Markup {
    html! {
        div class="code" data-language=(code.language.name()) {
            p { (code.language.title()) }
            pre { code { (code.text) } }
        }
    }
}

fn exchange(exchange: &Exchange) -> Markup {
    html! {
        div class="exchange" {
            div class="request-side" { @for code in &exchange.request { (self::code(code)) } }
            div class="code" {
                p { (inline::write(&exchange.response)) }
                @if let Some(body) = &exchange.body { pre { code { (format!("{body:#}")) } } }
            }
        }
    }
}

fn facts(facts: &[(&'static str, Text)]) -> Markup {
    html! {
        dl class="facts" {
            @for (name, text) in facts { dt { (name) } dd { (inline::write(text)) } }
        }
    }
}

fn table(table: &Table) -> Markup {
    html! {
        div class="wide" {
            table class=[table.stacks.then_some("stacks")] {
                thead { tr { @for name in table.head { th scope="col" { (name) } } } }
                tbody {
                    @for row in &table.rows {
                        tr id=[row.anchor.as_ref()] {
                            @for cell in &row.cells { td { (inline::write(cell)) } }
                        }
                    }
                }
            }
        }
    }
}

fn rule(card: &Card) -> Markup {
    let row = card.row;
    let level = row.level.to_string();
    html! {
        article id=(row.id) class="rule" data-level=(level) data-basis=(row.basis) data-profile=(row.profile) data-state=(card.state()) {
            h4 { a href={ "#" (row.id) } { (row.id) } " " (row.title) }
            p class="tags" {
                span class={ "tag " (level.to_lowercase()) } { (level) } " "
                span class={ "tag " (row.basis) } { (row.basis) } " "
                span class="tag" { (row.profile) } " "
                span class={ "tag " (card.state()) } { (card.state()) } " "
                span class="tag" { (card.standing()) }
                @if let Some(security) = card.security() { " " span class="tag" { (security) } }
            }
            p { (inline::write(&card.text)) }
            p class="why" { b { "Why: " } (inline::write(&card.why)) }
            @if let Some(reason) = &card.excluded {
                p class="why" { b { "Excluded: " } (inline::write(reason)) }
            }
            details {
                summary { (summary(card)) }
                dl class="facts" {
                    dt { "Sources" }
                    dd { ul { @for source in &card.sources { li { (inline::write(source)) } } } }
                    @if !card.appears.is_empty() { dt { "Named at" } dd { (inline::write(&card.appears)) } }
                    @if !card.evaluated.is_empty() { dt { "Evaluated by" } dd { (inline::write(&card.evaluated)) } }
                    @if !card.besides.is_empty() { dt { "Evaluated on the way by" } dd { (inline::write(&Text::joined(card.besides.iter().cloned(), ", "))) } }
                }
            }
        }
    }
}

/// The summary of the folded part of a requirement.
fn summary(card: &Card) -> String {
    if card.excluded.is_some() { "Sources".into() } else { "Sources and checks".into() }
}

/// The form that filters rows. The script shows it, because it needs the script.
fn filters() -> Markup {
    let strings = |values: &[&dyn std::fmt::Display]| -> Vec<String> {
        values.iter().map(|value| value.to_string()).collect()
    };
    let groups = [
        ("level", "Level", strings(&[&Level::Must, &Level::Should, &Level::May])),
        ("basis", "Basis", strings(&[&Basis::Documented, &Basis::Observed, &Basis::Chosen])),
        ("profile", "Profile", strings(&[&Profile::Rest, &Profile::Sdk, &Profile::Client])),
        ("state", "State", strings(&[&"tested", &"excluded"])),
    ];
    html! {
        form id="filters" hidden {
            p class="search" {
                label for="search" { "With the words" }
                input id="search" type="search" autocomplete="off" spellcheck="false";
            }
            @for (name, title, values) in &groups {
                fieldset {
                    legend { (title) }
                    @for value in values {
                        label { input type="checkbox" name=(name) value=(value); span { (value) } }
                    }
                }
            }
            p class="count" {
                output id="count" {}
                button type="reset" { "Show all" }
            }
        }
    }
}
