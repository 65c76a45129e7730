//! The report for people at a terminal: what is broken first, and why.
//!
//! | file | what |
//! | --- | --- |
//! | `failure` | one failure |
//! | `diagram` | a sequence of messages, drawn with characters |

mod diagram;
mod failure;

use invite_spec::requirement::RequirementId;
use invite_text::{Ink, Page, Span, Style, WIDTH};

use super::explanation::{Explanation, common, explain};
use super::{Record, Section, Tone, sections, sentence};
use invite_judge::{Outcome, RequirementResult};
use invite_spec::requirement;
use invite_trace::Verdict;
use std::collections::BTreeMap;

/// How much is shown, and in how many columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct View {
    /// Whether everything is told: which of several accepted outcomes were seen, and the messages
    /// of what is only noted.
    pub verbose: bool,
    /// The most characters of a line.
    pub width: usize,
}

impl Default for View {
    fn default() -> View {
        View { verbose: false, width: WIDTH }
    }
}

/// The whole report.
pub fn terminal(record: &Record, style: Style, view: View) -> String {
    let mut page = Page::new(view.width, style);
    let explained = explain(record);
    let (broken, noted): (Vec<_>, Vec<_>) =
        explained.iter().filter(|one| !record.is_known(one.rule.id)).partition(|one| one.counts);
    heading(record, &mut page);
    causes(record, &broken, &mut page);
    for explanation in &broken {
        page.blank();
        failure::failure(explanation, view, &mut page);
    }
    orphans(record, &mut page);
    if !noted.is_empty() {
        page.blank();
        page.painted(0, 2, "Noted, without counting (see `--strict`)", Ink::Yellow);
        for explanation in &noted {
            failure::note(explanation, view, &mut page);
        }
    }
    unreached(record, &mut page);
    if view.verbose {
        outcomes(record, &mut page);
        seconds(record, &mut page);
    }
    skipped(record, view, &mut page);
    for section in sections(record) {
        besides(&section, &mut page);
    }
    areas(record, &mut page);
    result(record, broken.first().copied(), &mut page);
    page.into_text()
}

/// One failure as plain text, for formats that hold some.
pub(super) fn told(explanation: &Explanation) -> String {
    let mut page = Page::new(WIDTH, Style::PLAIN);
    failure::failure(explanation, View::default(), &mut page);
    page.into_text()
}

fn heading(record: &Record, page: &mut Page) {
    let driven = record.scenarios.iter().filter(|scenario| scenario.trace.is_some()).count();
    let what = format!("invite-conformance {} against {}", record.harness, record.target.name);
    page.painted(0, 2, &what, Ink::Bold);
    let shard = record.part.shard.as_ref().map_or(String::new(), |part| {
        format!("shard {} of {} scenarios: ", part.shard, part.scenarios)
    });
    let how = format!(
        "{shard}{}, {}, seed {}, run {}",
        counted(driven, "scenario"),
        counted(record.checks.len(), "check"),
        record.options.seed,
        record.options.run_id
    );
    page.painted(0, 2, &how, Ink::Dim);
}

/// One red line for each cause, before all else: what is broken, at one glance.
fn causes(record: &Record, broken: &[&Explanation], page: &mut Page) {
    if broken.len() < 2 {
        return;
    }
    let blocked = record.tally.summary.blocked;
    page.blank();
    if let Some(common) = common(broken) {
        page.painted(0, 2, common.to_string(), Ink::Bold);
    }
    for explanation in broken {
        failure::red_line(explanation, page);
    }
    if blocked > 0 {
        page.paragraph(6, 6, format!("({blocked} more requirements could not be reached)"));
    }
}

/// What broke in the harness, and belongs to no requirement.
fn orphans(record: &Record, page: &mut Page) {
    for check in record.checks.iter().filter(|check| check.is_orphan()) {
        page.blank();
        let words = format!("ERROR the harness broke in {}", check.scenario);
        page.painted(0, 6, &words, Ink::Red);
        if let Some(evidence) = check.evidence() {
            page.field("expected", evidence.expected.to_string());
            page.field("seen", evidence.seen_in_words());
        }
    }
}

fn areas(record: &Record, page: &mut Page) {
    let by_id: BTreeMap<RequirementId, &RequirementResult> =
        record.tally.requirements.iter().map(|result| (result.requirement, result)).collect();
    page.blank();
    for area in requirement::areas_of(record.side) {
        let mut counts: BTreeMap<Outcome, usize> = BTreeMap::new();
        for row in area.rows {
            if let Some(result) = by_id.get(&row.id) {
                *counts.entry(result.outcome()).or_default() += 1;
            }
        }
        if counts.is_empty() {
            continue;
        }
        let shown: Vec<Span> = Outcome::ALL
            .into_iter()
            .filter_map(|outcome| {
                let count = counts.get(&outcome)?;
                let ink = match outcome {
                    Outcome::Failed | Outcome::Error => Ink::Red,
                    Outcome::Blocked | Outcome::Noted => Ink::Yellow,
                    Outcome::Passed => Ink::Green,
                    Outcome::Skipped => Ink::Dim,
                };
                Some(Span::new(ink, outcome.count(*count)))
            })
            .collect();
        if page.is_narrow() {
            page.paragraph(0, 2, format!("{} {}", area.prefix, area.title));
            for counts in shown.chunks(2) {
                page.line(listed("  ", counts));
            }
        } else {
            let name = format!("  {:<5} {:<42} ", area.prefix, area.title);
            page.line(listed(&name, &shown));
        }
    }
}

/// A line of these pieces with commas between them.
fn listed(head: &str, pieces: &[Span]) -> Vec<Span> {
    let mut line = vec![Span::from(head)];
    for (index, piece) in pieces.iter().enumerate() {
        if index > 0 {
            line.push(", ".into());
        }
        line.push(piece.clone());
    }
    line
}

/// Which of several accepted outcomes were seen.
fn outcomes(record: &Record, page: &mut Page) {
    let mut seen: BTreeMap<(RequirementId, &str), Vec<&str>> = BTreeMap::new();
    for check in &record.checks {
        if let (Some(requirement), Some(outcome)) = (check.requirement, check.outcome()) {
            let places = seen.entry((requirement, outcome)).or_default();
            if !places.contains(&check.scenario.as_str()) {
                places.push(&check.scenario);
            }
        }
    }
    if seen.is_empty() {
        return;
    }
    page.blank();
    page.painted(0, 2, "Which of several accepted outcomes was seen", Ink::Bold);
    for ((requirement, outcome), scenarios) in seen {
        let words = format!("{requirement:<9} {outcome} ({})", scenarios.join(", "));
        page.paragraph(2, 12, &words);
    }
}

/// How far each number of seconds in the specification was looked at.
fn seconds(record: &Record, page: &mut Page) {
    if record.seconds.is_empty() {
        return;
    }
    page.blank();
    page.painted(0, 2, "How far each number of seconds is looked at", Ink::Bold);
    for one in &record.seconds {
        let ids: Vec<&str> = one.number.requirements().iter().map(|id| id.as_str()).collect();
        page.paragraph(2, 12, format!("{one} ({})", ids.join(", ")));
    }
}

/// What is blocked by something that does not itself stand among the broken.
fn unreached(record: &Record, page: &mut Page) {
    let loose: Vec<_> = record
        .tally
        .requirements
        .iter()
        .filter(|result| result.verdict == Verdict::Blocked)
        .filter(|result| {
            let cause = result.blocked_by.and_then(|id| record.tally.find(id));
            !cause.is_some_and(|cause| cause.verdict == Verdict::Fail && cause.counted)
        })
        .collect();
    if loose.is_empty() {
        return;
    }
    page.blank();
    page.line([Span::new(Ink::Yellow, "Not reached")]);
    for result in loose {
        let cause = result.blocked_by.map_or("another failure", RequirementId::as_str);
        let title = result.requirement.row().title;
        let words = format!("{} {title} (because of {cause})", result.requirement);
        page.paragraph(2, 6, &words);
    }
}

fn skipped(record: &Record, view: View, page: &mut Page) {
    let by_reason = record.skipped();
    if by_reason.is_empty() {
        return;
    }
    let count: usize = by_reason.values().map(Vec::len).sum();
    page.blank();
    page.line([Span::new(Ink::Yellow, format!("Skipped: {}", counted(count, "scenario")))]);
    for (reason, scenarios) in by_reason {
        page.paragraph(2, 4, format!("{}: {reason}", counted(scenarios.len(), "scenario")));
        if view.verbose {
            page.paragraph(4, 4, scenarios.join(" "));
        }
    }
}

/// What there is to say besides the verdicts.
fn besides(section: &Section, page: &mut Page) {
    page.blank();
    let ink = match section.tone {
        Tone::Bad => Ink::Red,
        Tone::Note => Ink::Yellow,
    };
    page.painted(0, 2, &section.title, ink);
    for item in &section.items {
        page.paragraph(2, 6, &item.text);
        for detail in &item.details {
            page.paragraph(6, 8, detail);
        }
    }
}

fn result(record: &Record, first: Option<&Explanation>, page: &mut Page) {
    let summary = &record.tally.summary;
    let verdict = &*record.verdict();
    let counts: Vec<String> = summary
        .counts()
        .into_iter()
        .filter(|(outcome, count)| {
            *count > 0 || matches!(outcome, Outcome::Failed | Outcome::Passed)
        })
        .map(|(outcome, count)| outcome.count(count))
        .collect();
    let seconds = std::time::Duration::from_millis(record.duration_ms).as_secs_f64();
    let words = format!(
        ": of {} {} ({} in {seconds:.1} s)",
        counted(record.tally.requirements.len(), "requirement"),
        counts.join(", "),
        counted(summary.checks, "check")
    );
    page.blank();
    if let Some(partial) = &record.partial {
        page.painted(0, 2, sentence(&partial.to_string()), Ink::Yellow);
    }
    let ink = if record.conforms() { Ink::Green } else { Ink::Red };
    page.begun(Span::new(ink, verdict), 2, &words);
    if let Some(first) = first.filter(|it| it.verdict == Verdict::Fail) {
        let id = first.rule.id;
        let hint = format!("More about a requirement: invite-conformance explain {id}");
        page.painted(0, 2, &hint, Ink::Dim);
    }
}

/// A number of things, in the singular or the plural.
fn counted(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}
