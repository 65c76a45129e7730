//! What several runs came to, as text.

use invite_judge::Outcome;
use invite_record::{Course, History, PastRun};
use invite_text::{Ink, Page, Span};
use std::collections::BTreeSet;

/// What several runs came to, as text.
pub fn history_text(history: &History, mut page: Page) -> String {
    page.line([Span::new(Ink::Bold, "   #  began (UTC)       passed  failed  other    time")]);
    for (place, run) in history.runs.iter().enumerate() {
        let ink = if run.summary.conforms { Ink::Green } else { Ink::Red };
        page.line([row(place, run).into(), Span::new(ink, &run.run.verdict)]);
        if let Some(partial) = &run.partial {
            page.paragraph(6, 8, partial);
        }
    }
    let targets = targets(history);
    if targets.len() > 1 {
        page.blank();
        page.paragraph(0, 2, format!("The runs are of different targets: {}", targets.join(", ")));
    }
    for (title, courses) in groups(history) {
        page.blank();
        page.line([Span::new(Ink::Bold, title)]);
        for course in courses {
            let title = course.requirement.row().title;
            let marks: String = course.outcomes.iter().map(|it| mark(*it)).collect();
            page.behind([format!("  {:<9} {marks}  ", course.requirement).into()], title);
        }
    }
    if !history.courses.is_empty() {
        page.blank();
        page.paragraph(0, 2, LEGEND);
    }
    page.into_text()
}

const LEGEND: &str = "One mark for each run, the first on the left: + passed, F failed, n noted, \
                      b blocked, s skipped, E the harness broke, - not evaluated";

fn row(place: usize, run: &PastRun) -> String {
    let summary = &run.summary;
    let others = [summary.noted, summary.blocked, summary.skipped, summary.errors];
    let other = others.into_iter().fold(0, usize::saturating_add);
    let seconds = std::time::Duration::from_millis(run.run.duration_ms).as_secs_f64();
    format!(
        "{:>4}  {:<16}  {:>6}  {:>6}  {other:>5}  {seconds:>4.1} s  ",
        place + 1,
        run.began(),
        summary.passed,
        summary.failed,
    )
}

/// The targets of the runs, each once.
pub(crate) fn targets(history: &History) -> Vec<&str> {
    let all: BTreeSet<&str> = history.runs.iter().map(|run| run.run.target.as_str()).collect();
    all.into_iter().collect()
}

/// What did not hold in every run: first what comes and goes, then what fails now, then the rest.
pub(crate) fn groups(history: &History) -> Vec<(&'static str, Vec<&Course>)> {
    let (flaky, steady): (Vec<_>, Vec<_>) = history.courses.iter().partition(|it| it.is_flaky());
    let (failing, other): (Vec<_>, Vec<_>) = steady.into_iter().partition(|it| it.fails());
    let all = [("Comes and goes", flaky), ("Fails", failing), ("Did not hold in every run", other)];
    all.into_iter().filter(|(_, courses)| !courses.is_empty()).collect()
}

pub(crate) fn mark(outcome: Option<Outcome>) -> char {
    match outcome {
        Some(Outcome::Passed) => '+',
        Some(Outcome::Failed) => 'F',
        Some(Outcome::Noted) => 'n',
        Some(Outcome::Blocked) => 'b',
        Some(Outcome::Skipped) => 's',
        Some(Outcome::Error) => 'E',
        None => '-',
    }
}
