//! One page that holds everything: for a reader without this program, and without a network.
//!
//! | file | what |
//! | --- | --- |
//! | `overview` | the verdict, and the counts by area and profile |
//! | `causes` | failures by their cause, and what follows from each |
//! | `failure` | one failure |
//! | `body` | the messages that show it, with their bodies |
//! | `diagram` | a sequence of messages as SVG |
//! | `timeline` | when each scenario ran, and the slowest |
//! | `exploration` | what an exploration tried, as a picture |
//! | `history` | the page of several runs |
//! | `tables` | every requirement and every scenario, to filter and to open |
//! | `data` | what the page only shows when it is asked for: checks and traces |
//! | `page.css`, `page.js` | how it looks, and what it does |

mod body;
mod causes;
mod data;
mod diagram;
mod exploration;
mod failure;
mod history;
mod overview;
mod tables;
mod timeline;

pub use history::history_html;

use super::explanation::{Explanation, explain};
use super::{Record, sections};
use invite_scenario::PREFLIGHT;
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
                    @if record.scenarios.iter().any(|it| it.trace.is_some()) {
                        a href="#timeline" { "Timeline" }
                    }
                    a href="#requirements" { "Requirements" }
                    a href="#scenarios" { "Scenarios" }
                }
                main id="main" {
                    (causes::causes("failures", "Failures", &broken, record))
                    (causes::causes("noted", "Noted, without counting", &noted, record))
                    (causes::causes("known", "Known, by the baseline", &known, record))
                    (overview::broke(record))
                    (overview::besides(&besides))
                    @if let Some(explored) = &record.exploration { (exploration::picture(explored)) }
                    (overview::areas(record))
                    (timeline::timeline(record))
                    (tables::requirements(record))
                    (tables::seconds(record))
                    (tables::scenarios(record))
                }
                noscript {
                    p { "Without JavaScript, this page shows neither traces nor checks, and filters nothing." }
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

/// A link to a part of this page, for sharing: a click copies its address.
fn share(id: &str, what: &str) -> Markup {
    html! {
        a class="share" href={ "#" (id) } title={ "A link to " (what) "; a click copies it" } {
            span aria-hidden="true" { "# " } "Link"
        }
    }
}

/// The id of a scenario in the list of all: the same in every run.
fn scenario_id(scenario: &str) -> String {
    format!("scenario-{}", printable(scenario))
}

/// A link to a scenario in the list of all. What is asked before the scenarios is not among them.
fn to_scenario(scenario: &str) -> Markup {
    html! {
        @if scenario == PREFLIGHT { (scenario) }
        @else { a href={ "#" (scenario_id(scenario)) } { (printable(scenario)) } }
    }
}

/// Text from a target, with whatever is invisible in it shown.
fn printable(text: &str) -> String {
    invite_text::harmless(text).into_owned()
}
