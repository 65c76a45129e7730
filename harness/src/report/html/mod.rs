//! One page that holds everything: for a reader without this program, and without a network.
//!
//! | file | what |
//! | --- | --- |
//! | `overview` | the verdict, and the counts by area and profile |
//! | `failure` | one failure |
//! | `diagram` | a sequence of messages as SVG |
//! | `tables` | every requirement and every scenario, to filter and to open |
//! | `data` | what the page only shows when it is asked for: checks and traces |
//! | `page.css`, `page.js` | how it looks, and what it does |

mod data;
mod diagram;
mod failure;
mod overview;
mod tables;

use super::explanation::explain;
use super::{Record, Section, sections};
use maud::{DOCTYPE, Markup, PreEscaped, html};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// The page.
pub fn html(record: &Record) -> String {
    let explained = explain(record);
    let (broken, noted): (Vec<_>, Vec<_>) = explained.iter().partition(|one| one.counts);
    let verdict = record.verdict();
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (printable(&format!("{verdict}: {}", record.target.name))) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                a class="skip" href="#main" { "To the results" }
                (overview::head(record))
                nav aria-label="Sections" {
                    @if !broken.is_empty() { a href="#failures" { "Failures" } }
                    @if !noted.is_empty() { a href="#noted" { "Noted" } }
                    a href="#areas" { "Overview" }
                    a href="#requirements" { "Requirements" }
                    a href="#scenarios" { "Scenarios" }
                }
                main id="main" {
                    (section("failures", "Failures", &broken, failure::failure))
                    (section("noted", "Noted, without counting", &noted, failure::failure))
                    @for one in sections(record) { (besides(&one)) }
                    (overview::areas(record))
                    (tables::requirements(record))
                    (tables::scenarios(record))
                }
                footer {
                    p {
                        "Made by invite-conformance " (record.harness) ". Whoever has the run's record "
                        "can make this page again: " code { "invite-conformance report RUN.json --report html=PAGE.html" }
                        ". Scripts that show each failure again, without this program: "
                        code { "--report replay=DIR" } "."
                    }
                }
                div id="tip" role="tooltip" hidden {}
                script type="application/json" id="data" { (PreEscaped(data::embedded(record))) }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    page.into_string()
}

/// What there is to say besides the verdicts.
fn besides(section: &Section) -> Markup {
    html! {
        section {
            h2 { (printable(&section.title)) }
            @if !section.items.is_empty() {
                ul {
                    @for item in &section.items {
                        li {
                            (printable(&item.text))
                            @for detail in &item.details { div class="quiet" { (printable(detail)) } }
                        }
                    }
                }
            }
        }
    }
}

fn section<T>(id: &str, title: &str, all: &[&T], show: fn(&T) -> Markup) -> Markup {
    html! {
        @if !all.is_empty() {
            section id=(id) aria-labelledby={ (id) "-title" } {
                h2 id={ (id) "-title" } { (title) " " span class="count" { (all.len()) } }
                @for one in all { (show(one)) }
            }
        }
    }
}

/// A text without what no page may hold: control characters from a target.
fn printable(text: &str) -> String {
    let shown = |c: char| if c.is_control() && c != '\n' { '\u{fffd}' } else { c };
    text.chars().map(shown).collect()
}
