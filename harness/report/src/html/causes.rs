//! Failures by their cause: a list to see them all at one glance, and what follows from each.

use super::{failure, printable};
use crate::explanation::{Explanation, Group, groups};
use crate::section::sentence;
use invite_record::Record;
use invite_spec::requirement::RequirementId;
use invite_trace::{Check, CheckResult};
use maud::{Markup, html};
use std::collections::{BTreeMap, BTreeSet};

/// A section of failures: those that have something in common together.
pub(super) fn causes(id: &str, title: &str, all: &[&Explanation], record: &Record) -> Markup {
    let groups = groups(all);
    html! {
        @if !all.is_empty() {
            section id=(id) aria-labelledby={ (id) "-title" } {
                h2 id={ (id) "-title" } { (title) " " span class="count" { (all.len()) } }
                @if all.len() > 1 { (index(&groups)) }
                @for group in &groups {
                    @match &group.common {
                        Some(common) => {
                            div class="group" {
                                h3 { (sentence(&common.to_string())) }
                                @for one in &group.failures { (failure::failure(one, record, true)) }
                            }
                        }
                        None => @for one in &group.failures { (failure::failure(one, record, false)) }
                    }
                }
            }
        }
    }
}

fn index(groups: &[Group<'_>]) -> Markup {
    let line = |one: &Explanation| {
        html! {
            li {
                a href={ "#" (failure::id(one.rule.id)) } { (one.rule.id) } " " (printable(&one.headline))
                @if !one.blocks.is_empty() {
                    span class="quiet" { " (and " (requirements(one.blocks.len())) " that follow from it)" }
                }
            }
        }
    };
    html! {
        ul class="plain index" {
            @for group in groups {
                @match &group.common {
                    Some(common) => {
                        li {
                            (sentence(&common.to_string()))
                            ul class="plain" { @for one in &group.failures { (line(one)) } }
                        }
                    }
                    None => @for one in &group.failures { (line(one)) }
                }
            }
        }
    }
}

fn requirements(count: usize) -> String {
    match count {
        1 => "1 requirement".to_owned(),
        _ => format!("{count} requirements"),
    }
}

/// A requirement that the same cause hit.
#[derive(Default)]
struct Hit<'r> {
    /// The scenarios in which it was broken, as a consequence.
    broken: BTreeSet<&'r str>,
    /// The scenarios in which it could not be reached.
    unreached: BTreeSet<&'r str>,
}

/// What follows from a failure: what the judge found blocked by it, or folded into it.
pub(super) fn consequences(one: &Explanation, record: &Record) -> Markup {
    let mut hits: BTreeMap<RequirementId, Hit<'_>> = BTreeMap::new();
    let whole: BTreeSet<RequirementId> = one.blocks.iter().map(|it| it.id).collect();
    for check in record.checks.iter().filter(|it| cause(it, record) == Some(one.rule.id)) {
        let Some(id) = check.requirement else { continue };
        let hit = hits.entry(id).or_default();
        match check.result {
            CheckResult::Folded { .. } => hit.broken.insert(&check.scenario),
            _ => hit.unreached.insert(&check.scenario),
        };
    }
    for id in &whole {
        hits.entry(*id).or_default();
    }
    hits.remove(&one.rule.id);
    html! {
        @if !hits.is_empty() {
            details {
                summary { "What follows from it: " (requirements(hits.len())) }
                ul class="plain" {
                    @for (id, hit) in &hits {
                        li {
                            a class="ref" href={ "#" (id) } { (id) } " " (id.row().title)
                            @if !whole.contains(id) { span class="quiet" { " (checked elsewhere, too)" } }
                            (places("broken by it", &hit.broken))
                            (places("not reached", &hit.unreached))
                        }
                    }
                }
            }
        }
    }
}

/// The failure that a check is blocked by: where that one is blocked itself, whatever blocks it.
fn cause(check: &Check, record: &Record) -> Option<RequirementId> {
    if !matches!(check.result, CheckResult::Folded { .. } | CheckResult::Blocked { .. }) {
        return None;
    }
    let by = check.blocked_by()?;
    record.tally.find(by).and_then(|result| result.blocked_by).or(Some(by))
}

/// The most scenarios that are named.
const MOST: usize = 4;

fn places(words: &str, scenarios: &BTreeSet<&str>) -> Markup {
    html! {
        @if !scenarios.is_empty() {
            div class="quiet" {
                (words) " in "
                @for (place, scenario) in scenarios.iter().take(MOST).enumerate() {
                    @if place > 0 { ", " }
                    (super::to_scenario(scenario))
                }
                @if scenarios.len() > MOST { " and " (scenarios.len() - MOST) " more" }
            }
        }
    }
}
