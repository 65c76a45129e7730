//! The verdict, and the counts by area and profile.

use super::printable;
use crate::{Section, Tone, sentence};
use invite_judge::{Outcome, RequirementResult};
use invite_record::Record;
use invite_spec::requirement::RequirementId;
use invite_spec::requirement::{self, Profile, Requirement};
use maud::{Markup, html};
use std::collections::BTreeMap;

/// The head of the page.
pub(super) fn head(record: &Record) -> Markup {
    let summary = &record.tally.summary;
    let driven = record.scenarios.iter().filter(|scenario| scenario.trace.is_some()).count();
    let seconds = std::time::Duration::from_millis(record.duration_ms).as_secs_f64();
    let class = if record.conforms() { "verdict good" } else { "verdict bad" };
    html! {
        header {
            p class=(class) { (record.verdict()) }
            h1 { (printable(&record.target.name)) }
            @if let Some(partial) = &record.partial {
                p { b { (printable(&sentence(&partial.to_string()))) } }
            }
            @if let Some(part) = &record.part.shard {
                p { "Shard " (part.shard) " of " (part.scenarios) " scenarios" }
            }
            p class="quiet" {
                (record.tally.requirements.len()) " requirements, " (summary.checks) " checks in "
                (driven) " scenarios, " (format!("{seconds:.1}")) " s; seed " (record.options.seed)
                ", run " (printable(&record.options.run_id))
                @if record.options.strict { ", strict" }
                @if let Some(rate) = record.options.rate { ", at most " (rate) " calls a second" }
            }
            ul class="counts" {
                @for (outcome, count) in summary.counts() {
                    li class={ "chip " (outcome) } data-count=(count) data-word=(outcome.after(0)) {
                        b { (count) } " " (outcome.after(count))
                    }
                }
            }
        }
    }
}

/// What is to be told besides the verdicts.
pub(super) fn besides(sections: &[Section]) -> Markup {
    html! {
        @if !sections.is_empty() {
            div id="besides" {
                @for one in sections {
                    section class={ "besides " @if one.tone == Tone::Bad { "bad" } } {
                        h2 { (printable(&one.title)) }
                        @if !one.items.is_empty() { ul class="plain" {
                            @for item in &one.items {
                                li {
                                    (printable(&item.text))
                                    @for it in &item.details { p class="quiet" { (printable(it)) } }
                                }
                            }
                        } }
                    }
                }
            }
        }
    }
}

/// What broke in the harness, and belongs to no requirement.
pub(super) fn broke(record: &Record) -> Markup {
    html! {
        @for check in record.checks.iter().filter(|check| check.is_orphan()) {
            section class="besides bad" {
                h2 { "The harness broke in " (printable(&check.scenario)) }
                @if let Some(evidence) = check.evidence() {
                    dl {
                        dt { "Expected" } dd { (printable(&evidence.expected.to_string())) }
                        dt { "Seen" } dd class="wrong" { (printable(&evidence.seen_in_words())) }
                    }
                }
            }
        }
    }
}

type Counts = BTreeMap<Outcome, usize>;

/// The counts, area by area and profile by profile.
pub(super) fn areas(record: &Record) -> Markup {
    let by_id: BTreeMap<RequirementId, &RequirementResult> =
        record.tally.requirements.iter().map(|one| (one.requirement, one)).collect();
    let count = |rows: &mut dyn Iterator<Item = &'static Requirement>| -> Counts {
        let mut counts = Counts::new();
        for result in rows.filter_map(|row| by_id.get(&row.id)) {
            *counts.entry(result.outcome()).or_default() += 1;
        }
        counts
    };
    let profiles = Profile::ALL.into_iter().filter(|profile| profile.side() == record.side);
    let profiles = profiles.map(|profile| {
        let rows = requirement::all_of(record.side);
        let counts = count(&mut rows.filter(|row| row.profile == profile));
        let about = match profile {
            Profile::Rest => "calls of an application server",
            Profile::Sdk => "calls of a client, and what is pushed to it",
            Profile::Client => "what a client owes a server",
        };
        (profile.to_string(), about, counts)
    });
    let areas = requirement::areas_of(record.side).iter().map(|area| {
        let counts = count(&mut area.rows.iter());
        (area.prefix.to_owned(), area.title, counts)
    });
    html! {
        section id="areas" aria-labelledby="areas-title" {
            h2 id="areas-title" { "Overview" }
            section class="wide" tabindex="0" aria-label="Counts by profile and area" {
                table class="matrix" {
                    thead {
                        tr {
                            th scope="col" { "Part" }
                            th scope="col" { "What" }
                            @for outcome in Outcome::ALL { th scope="col" { (outcome) } }
                        }
                    }
                    tbody { @for (name, about, counts) in profiles { (row("profile", &name, about, &counts)) } }
                    tbody {
                        @for (name, about, counts) in areas {
                            @if !counts.is_empty() { (row("area", &name, about, &counts)) }
                        }
                    }
                }
            }
        }
    }
}

fn row(kind: &str, name: &str, about: &str, counts: &Counts) -> Markup {
    html! {
        tr {
            th scope="row" {
                button type="button" class="pick" data-kind=(kind) data-value=(name) { (name) }
            }
            td { (about) }
            @for outcome in Outcome::ALL {
                @let count = counts.get(&outcome).copied().unwrap_or_default();
                td class={ "number " @if count > 0 { (outcome) } } {
                    @if count > 0 { (count) }
                }
            }
        }
    }
}
