//! One page that holds everything: for a reader without this program, and without a network.
//!
//! | file | what |
//! | --- | --- |
//! | `overview` | the verdict, and the counts by area and profile |
//! | `failure` | one failure |
//! | `diagram` | a sequence of messages as SVG |
//! | `exploration` | what an exploration tried, as a picture |
//! | `history` | the page of several runs |
//! | `tables` | every requirement and every scenario, to filter and to open |
//! | `data` | what the page only shows when it is asked for: checks and traces |
//! | `page.css`, `page.js` | how it looks, and what it does |

mod data;
mod diagram;
mod exploration;
mod failure;
mod history;
mod overview;
mod tables;

pub use history::history_html;

use super::explanation::{Explanation, common, explain};
use super::{Record, sections};
use maud::{DOCTYPE, Markup, PreEscaped, html};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// The page.
pub fn html(record: &Record) -> String {
    let explained = explain(record);
    // What a baseline knows is told, but is nothing to be mended now.
    let (known, new): (Vec<_>, Vec<_>) =
        explained.iter().partition(|one| record.is_known(one.rule.id));
    let (broken, noted): (Vec<&Explanation>, Vec<&Explanation>) =
        new.into_iter().partition(|one| one.counts);
    let besides = sections(record);
    let verdict = record.verdict();
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            (head(&format!("{verdict}: {}", record.target.name)))
            body {
                a class="skip" href="#main" { "To the results" }
                (overview::head(record))
                nav aria-label="Sections" {
                    @if !broken.is_empty() { a href="#failures" { "Failures" } }
                    @if !noted.is_empty() { a href="#noted" { "Noted" } }
                    @if !known.is_empty() { a href="#known" { "Known" } }
                    @if !besides.is_empty() { a href="#besides" { "Besides" } }
                    @if record.exploration.is_some() { a href="#exploration" { "Explored" } }
                    a href="#areas" { "Overview" }
                    a href="#requirements" { "Requirements" }
                    a href="#scenarios" { "Scenarios" }
                }
                main id="main" {
                    @if let Some(common) = common(&broken) { p { b { (common.to_string()) } } }
                    (section("failures", "Failures", &broken, failure::failure))
                    (section("noted", "Noted, without counting", &noted, failure::failure))
                    (section("known", "Known, by the baseline", &known, failure::failure))
                    (overview::besides(&besides))
                    @if let Some(explored) = &record.exploration { (exploration::picture(explored)) }
                    (overview::areas(record))
                    (tables::requirements(record))
                    (tables::seconds(record))
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

/// What each page begins with.
fn head(title: &str) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            title { (printable(title)) }
            style { (PreEscaped(STYLE)) }
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

/// Text from a target, with whatever is invisible in it shown.
fn printable(text: &str) -> String {
    invite_text::harmless(text).into_owned()
}
