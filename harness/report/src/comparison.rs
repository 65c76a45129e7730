//! What changed from one run to another, for people: as text, and as Markdown for a pull request.

use crate::markdown::{besides, words};
use crate::section::{Item, Section, Tone};
use invite_judge::Outcome;
use invite_record::snapshot::Change;
use invite_record::{Comparison, Moved, RunSummary, Time};
use invite_spec::requirement::RequirementId;
use invite_text::{Ink, Page, Span};
use std::fmt::Write as _;

/// What changed, as text.
pub fn comparison_text(comparison: &Comparison, mut page: Page) -> String {
    page.field("before", side(&comparison.old));
    page.field("now", side(&comparison.new));
    for section in sections(comparison) {
        page.blank();
        let ink = if section.tone == Tone::Bad { Ink::Red } else { Ink::Bold };
        page.line([Span::new(ink, &section.title)]);
        for item in &section.items {
            page.paragraph(2, 6, &item.text);
            for detail in &item.details {
                page.paragraph(6, 8, detail);
            }
        }
    }
    page.blank();
    page.paragraph(0, 2, summary(comparison));
    page.into_text()
}

/// What changed, as Markdown.
pub fn comparison_markdown(comparison: &Comparison) -> String {
    let mut text = format!("**{}**\n\n", words(&summary(comparison)));
    let _ = writeln!(text, "| run | |\n| --- | --- |");
    let _ = writeln!(text, "| before | {} |", words(&side(&comparison.old)));
    let _ = writeln!(text, "| now | {} |\n", words(&side(&comparison.new)));
    for section in sections(comparison) {
        besides(&section, &mut text);
    }
    text
}

fn side(side: &RunSummary) -> String {
    let seconds = side.duration_ms / 1_000;
    let tenths = side.duration_ms % 1_000 / 100;
    format!("{} ({}, {seconds}.{tenths} s): {}", side.target, side.harness, side.verdict)
}

fn sections(comparison: &Comparison) -> Vec<Section> {
    let row = |moved: &Moved| {
        let word = |outcome: Option<Outcome>| outcome.map_or("not evaluated", Outcome::word);
        let (before, now) = (word(moved.before), word(moved.now));
        let title = moved.requirement.row().title;
        Item::new(format!("{} {title}: {before}, now {now}", moved.requirement))
    };
    let rows = |all: &[Moved]| all.iter().map(row).collect::<Vec<_>>();
    let ids = |all: &[RequirementId]| {
        all.iter().map(|id| Item::new(format!("{id} {}", id.row().title))).collect::<Vec<_>>()
    };
    let names = |all: &[String]| all.iter().map(Item::new).collect::<Vec<_>>();
    let payloads = &comparison.payloads;
    let changed = payloads.changed.iter();
    let mut looks: Vec<Item> =
        changed.map(|it| Item::new(&it.name).with(it.changes.iter().map(Change::words))).collect();
    looks.extend(payloads.new.iter().map(|name| Item::new(format!("{name} is new"))));
    looks.extend(payloads.gone.iter().map(|name| Item::new(format!("{name} was not seen"))));
    let time = |time: &Time| {
        Item::new(format!("{}: {} ms, now {} ms", time.scenario, time.before_ms, time.now_ms))
    };
    let all = [
        ("Broke", Tone::Bad, rows(&comparison.broke)),
        ("Mended", Tone::Note, rows(&comparison.mended)),
        ("Other changes", Tone::Note, rows(&comparison.moved)),
        ("Requirements newly evaluated", Tone::Note, ids(&comparison.added)),
        ("Requirements no longer evaluated", Tone::Note, ids(&comparison.gone)),
        ("Scenarios newly run", Tone::Note, names(&comparison.scenarios_added)),
        ("Scenarios no longer run", Tone::Note, names(&comparison.scenarios_gone)),
        ("Payloads that differ", Tone::Note, looks),
        ("Times that changed most", Tone::Note, comparison.times.iter().map(time).collect()),
    ];
    all.into_iter()
        .filter(|(_, _, items)| !items.is_empty())
        .map(|(title, tone, items)| Section { title: title.to_owned(), tone, items })
        .collect()
}

fn summary(comparison: &Comparison) -> String {
    let Comparison { broke, mended, payloads, .. } = comparison;
    let changed = payloads.changed.len() + payloads.new.len() + payloads.gone.len();
    let count = |number: usize, one: &str, several: &str| match number {
        1 => format!("1 {one}"),
        number => format!("{number} {several}"),
    };
    format!(
        "{} broke, {} mended, {}",
        count(broke.len(), "requirement", "requirements"),
        mended.len(),
        count(changed, "payload differs", "payloads differ"),
    )
}
