//! Every requirement and every scenario, to filter and to open.

use super::{failure, printable, share};
use invite_judge::{Outcome, RequirementResult};
use invite_record::{Record, ScenarioRecord};
use invite_spec::requirement::{self, Requirement};
use invite_trace::Verdict;
use maud::{Markup, html};
use std::collections::BTreeMap;

/// All requirements that were evaluated.
pub(super) fn requirements(record: &Record) -> Markup {
    let rows: Vec<(&RequirementResult, &'static Requirement)> =
        record.tally.requirements.iter().map(|result| (result, result.requirement.row())).collect();
    html! {
        section id="requirements" aria-labelledby="requirements-title" {
            h2 id="requirements-title" { "Requirements " span class="count" { (rows.len()) } }
            form class="filters" {
                label class="search" {
                    span { "Search" }
                    input type="search" id="search" placeholder="id, words of a rule, scenario" autocomplete="off";
                }
                (choice("verdict", "Result", Outcome::ALL.map(|it| (it.word(), it.word())).to_vec()))
                (choice("profile", "Profile", vec![("rest", "rest"), ("sdk", "sdk")]))
                (choice("basis", "Basis", vec![("documented", "documented"), ("observed", "observed"), ("chosen", "chosen")]))
                (choice("level", "Level", vec![("MUST", "MUST"), ("SHOULD", "SHOULD"), ("MAY", "MAY")]))
                (choice("area", "Area", requirement::areas().iter().map(|area| (area.prefix, area.title)).collect()))
                button type="submit" { "Filter" }
                button type="reset" { "Show all" }
            }
            p class="quiet" id="shown" role="status" {}
            @for (result, row) in &rows { (requirement_row(result, row)) }
        }
    }
}

fn choice(name: &str, label: &str, options: Vec<(&str, &str)>) -> Markup {
    html! {
        label {
            span { (label) }
            select name=(name) {
                option value="" { "all" }
                @for (value, text) in options { option value=(value) { (text) } }
            }
        }
    }
}

fn requirement_row(result: &RequirementResult, row: &Requirement) -> Markup {
    let outcome = result.outcome();
    let area = row.id.area().prefix;
    let explained = matches!(result.verdict, Verdict::Fail | Verdict::Error);
    html! {
        details class="row requirement" data-verdict=(outcome) data-profile=(row.profile)
            data-basis=(row.basis) data-level=(row.level) data-area=(area) {
            summary {
                span class={ "badge " (outcome) } { (outcome) }
                span class="id" { (row.id) }
                span class="title" { (row.title) }
                span class="quiet" { (row.basis) " " (row.level) }
            }
            div class="within" id=(row.id) {
                (share(row.id.as_str(), "this requirement"))
                p { (row.text) }
                p { b { "Why: " } (row.why) }
                @if let Some(breach) = row.security() {
                    p { b { "Security: " } "a breach lets somebody " (breach.deed()) "." }
                }
                ul class="plain" {
                    @for it in row.sources { li { (it.document.title()) ", " (it.at) ": " (it.evidence) } }
                }
                @if explained { p { a href={ "#" (failure::id(row.id)) } { "What was seen" } } }
                @if let Some(cause) = &result.blocked_by {
                    p { "Blocked by " a class="ref" href={ "#" (cause) } { (cause) } "." }
                }
                div class="checks" {}
            }
        }
    }
}

/// How far each number of seconds in the specification is looked at.
pub(super) fn seconds(record: &Record) -> Markup {
    html! {
        @if !record.seconds.is_empty() {
            section id="seconds" aria-labelledby="seconds-title" {
                h2 id="seconds-title" { "How far each number of seconds is looked at" }
                ul class="plain" {
                    @for one in &record.seconds {
                        li {
                            (one.to_string())
                            // A run of a part of the suite has no row for the others.
                            @for id in one.number.requirements() {
                                @match record.tally.find(*id) {
                                    Some(_) => { " " a class="ref" href={ "#" (id) } { (id) } }
                                    None => { " " span class="ref" { (id) } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What came of each scenario, in their order, and how many checks it has.
pub(super) fn outcomes(record: &Record) -> Vec<(Outcome, usize)> {
    let mut worst: BTreeMap<&str, (Verdict, usize)> = BTreeMap::new();
    for check in &record.checks {
        let slot = worst.entry(&check.scenario).or_insert((Verdict::Skip, 0));
        slot.1 += 1;
        let rank = |verdict| match verdict {
            Verdict::Fail => 4,
            Verdict::Error => 3,
            Verdict::Blocked => 2,
            Verdict::Pass => 1,
            Verdict::Skip => 0,
        };
        if rank(check.verdict()) > rank(slot.0) {
            slot.0 = check.verdict();
        }
    }
    let of = |scenario: &ScenarioRecord| {
        let (verdict, count) =
            worst.get(scenario.id.as_str()).copied().unwrap_or((Verdict::Skip, 0));
        let verdict = if scenario.skipped.is_some() { Verdict::Skip } else { verdict };
        (Outcome::of(verdict, true), count)
    };
    record.scenarios.iter().map(of).collect()
}

/// All scenarios.
pub(super) fn scenarios(record: &Record) -> Markup {
    let rows = record.scenarios.iter().zip(outcomes(record)).enumerate();
    html! {
        section id="scenarios" aria-labelledby="scenarios-title" {
            h2 id="scenarios-title" { "Scenarios " span class="count" { (record.scenarios.len()) } }
            p class="quiet" { "Open one to see what was said, step by step." }
            @for (place, (scenario, (outcome, count))) in rows {
                (scenario_row(place, scenario, outcome, count))
            }
        }
    }
}

fn scenario_row(place: usize, scenario: &ScenarioRecord, outcome: Outcome, count: usize) -> Markup {
    let id = super::scenario_id(&scenario.id);
    html! {
        details class="row scenario" data-place=(place) {
            summary {
                span class={ "badge " (outcome) } { (outcome) }
                span class="id" { (printable(&scenario.id)) }
                span class="title" { (printable(&scenario.title)) }
                span class="quiet" { (count) " checks" }
            }
            // A browser opens what is folded around the target of a link, so that is within.
            div class="within" id=(id) {
                (share(&id, "this scenario"))
                @if let Some(skip) = &scenario.skipped { p { "Not driven: " (skip.reason) } }
                div class="trace" {}
            }
        }
    }
}
