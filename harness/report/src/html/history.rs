//! What several runs came to: a page with the trend, and what comes and goes.

use super::{head, printable};
use crate::history::{groups, targets};
use invite_judge::Outcome;
use invite_record::{Course, History, PastRun};
use maud::{DOCTYPE, Markup, html};

/// How high the highest bar is, in pixels.
const HEIGHT: usize = 120;
/// How wide a run is, with the space beside it.
const STEP: usize = 28;

/// The page.
pub fn history_html(history: &History) -> String {
    let target = targets(history).join(", ");
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            (head(&format!("History: {target}")))
            body {
                header {
                    h1 { (printable(&target)) }
                    p class="quiet" { (history.runs.len()) " runs" }
                }
                main id="main" {
                    section aria-labelledby="trend" {
                        h2 id="trend" { "Trend" }
                        (trend(history))
                    }
                    @for (title, courses) in groups(history) {
                        section {
                            h2 { (title) " " span class="count" { (courses.len()) } }
                            (table(history, &courses))
                        }
                    }
                    section aria-labelledby="runs" {
                        h2 id="runs" { "Runs" }
                        (runs(history))
                    }
                }
            }
        }
    };
    page.into_string()
}

/// A bar for each run: what failed above what passed.
fn trend(history: &History) -> Markup {
    let total = |run: &PastRun| run.summary.passed.saturating_add(run.summary.failed);
    let most = history.runs.iter().map(total).max().unwrap_or(0).max(1);
    // Whatever failed can be seen, however much passed.
    let high = |count: usize| {
        if count == 0 { 0 } else { count.saturating_mul(HEIGHT).div_ceil(most).clamp(3, HEIGHT) }
    };
    let width = history.runs.len() * STEP;
    html! {
        div class="wide" {
            svg role="img" aria-label="Passed and failed requirements, run by run"
                width=(width) height=(HEIGHT + 24) viewBox={ "0 0 " (width) " " (HEIGHT + 24) } {
                @for (place, run) in history.runs.iter().enumerate() {
                    @let (passed, failed) = (high(run.summary.passed), high(run.summary.failed));
                    @let left = place * STEP + 4;
                    g {
                        title { (words(run)) }
                        rect class="bar passed" x=(left) y=((HEIGHT + 6).saturating_sub(passed))
                            width=(STEP - 8) height=(passed) {}
                        rect class="bar failed" x=(left) y=((HEIGHT + 6).saturating_sub(passed + failed))
                            width=(STEP - 8) height=(failed) {}
                        text x=(left + (STEP - 8) / 2) y=(HEIGHT + 20) text-anchor="middle" { (place + 1) }
                    }
                }
            }
        }
    }
}

fn words(run: &PastRun) -> String {
    let summary = &run.summary;
    format!("{}: {} passed, {} failed", run.began(), summary.passed, summary.failed)
}

/// What came of these requirements, run by run.
fn table(history: &History, courses: &[&Course]) -> Markup {
    html! {
        div class="wide" {
            table class="course" {
                thead {
                    tr {
                        th { "Requirement" }
                        @for (place, run) in history.runs.iter().enumerate() {
                            th title=(words(run)) { (place + 1) }
                        }
                    }
                }
                tbody {
                    @for course in courses {
                        tr {
                            th { span class="id" { (course.requirement) } " " (course.requirement.row().title) }
                            @for outcome in &course.outcomes { (cell(*outcome)) }
                        }
                    }
                }
            }
        }
    }
}

fn cell(outcome: Option<Outcome>) -> Markup {
    let (class, word) = match outcome {
        Some(outcome) => (outcome.to_string(), outcome.word()),
        None => ("none".to_owned(), "not evaluated"),
    };
    html! { td { span class={ "mark " (class) } title=(word) { (crate::history::mark(outcome)) } } }
}

fn runs(history: &History) -> Markup {
    html! {
        div class="wide" {
            table class="matrix" {
                thead {
                    tr { th { "Run" } th { "Began (UTC)" } th { "Passed" } th { "Failed" } th { "Seconds" } th { "Verdict" } }
                }
                tbody {
                    @for (place, run) in history.runs.iter().enumerate() {
                        @let seconds = std::time::Duration::from_millis(run.run.duration_ms).as_secs_f64();
                        tr {
                            td { (place + 1) }
                            td { (run.began()) }
                            td class="number" { (run.summary.passed) }
                            td class="number" { (run.summary.failed) }
                            td class="number" { (format!("{seconds:.1}")) }
                            td {
                                (run.run.verdict)
                                @if let Some(partial) = &run.partial { " (" (printable(partial)) ")" }
                            }
                        }
                    }
                }
            }
        }
    }
}
