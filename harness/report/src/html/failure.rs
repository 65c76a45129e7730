//! One failure: what it is at a glance, and the rest below.

use super::{diagram, printable};
use crate::explanation::{Change, Difference, Explanation};
use maud::{Markup, html};
use serde_json::Value;

/// One failure, or one that is only noted.
pub(super) fn failure(one: &Explanation) -> Markup {
    let rule = &one.rule;
    let differences = one.telling();
    let class = if one.counts { "failure" } else { "failure mild" };
    html! {
        article class=(class) id={ "why-" (rule.id) } aria-labelledby={ "head-" (rule.id) } {
            h3 id={ "head-" (rule.id) } {
                a class="ref" href={ "#" (rule.id) } { (rule.id) } " " (printable(&one.headline))
            }
            p class="quiet" { (rule.title) " (" (rule.basis) " " (rule.level) ", " (rule.profile) ")" }
            @if rule.pending {
                p class="quiet" { "It counts from the next release on: no release demands it yet." }
            }
            dl {
                @if let Some(spot) = one.spot.as_ref().filter(|it| it.pointer() != Some("")) {
                    dt { "At" } dd { code { (printable(&spot.to_string())) } }
                }
                dt { "Expected" } dd class="right" { (printable(&one.expected)) }
                dt { "Seen" } dd class="wrong" { (printable(&one.seen)) }
                @if !one.acceptable.is_empty() {
                    dt { "Accepted" } dd { "any of: " (printable(&one.acceptable.join(", "))) }
                }
                @if !differences.is_empty() {
                    dt { "Difference" }
                    dd { ul class="difference" { @for it in differences { (difference(it)) } } }
                }
                dt { "Where" }
                dd {
                    button type="button" class="link to-scenario" data-scenario=(one.scenario) {
                        (printable(&one.scenario))
                    }
                    ", " (printable(&one.at.to_string()))
                }
            }
            (diagram::diagram(one))
            @if !one.blocks.is_empty() {
                details {
                    summary { "Could not be reached because of it: " (one.blocks.len()) }
                    ul class="plain" {
                        @for it in &one.blocks {
                            li { a class="ref" href={ "#" (it.id) } { (it.id) } " " (it.title) }
                        }
                    }
                }
            }
            details {
                summary { "What the rule says, and why" }
                p { (rule.text) }
                p { b { "Why: " } (rule.why) }
                @if let Some(breach) = rule.security {
                    p { b { "Security: " } "a breach lets somebody " (breach.deed()) "." }
                }
                ul class="plain" {
                    @for it in &rule.sources { li { (it.document) ", " (it.at) ": " (it.evidence) } }
                }
            }
            @if !one.elsewhere.is_empty() {
                details {
                    summary { "Also seen in " (one.elsewhere.len()) " more checks" }
                    ul class="plain" {
                        @for it in &one.elsewhere {
                            li {
                                button type="button" class="link to-scenario" data-scenario=(it.scenario) {
                                    (printable(&it.scenario))
                                }
                                ", " (printable(&it.at.to_string()))
                            }
                        }
                    }
                }
            }
            div class="again" {
                span class="quiet" { "See it again:" }
                code { (printable(&one.again)) }
                @if !one.needs.is_empty() { span class="quiet" { "It needs " (one.needed()) "." } }
                button type="button" class="copy" { "Copy" }
            }
        }
    }
}

fn difference(one: &Difference) -> Markup {
    let shown = |value: &Value| printable(&invite_text::show(Some(value)));
    let (class, words) = match &one.change {
        Change::Missing { expected } => ("missing", format!("{} is missing", shown(expected))),
        Change::Unexpected { seen } => {
            ("unexpected", format!("{} should not be there", shown(seen)))
        }
        Change::Changed { expected, seen } => {
            ("changed", format!("{}, not {}", shown(seen), shown(expected)))
        }
    };
    html! {
        li class=(class) {
            span class="sign" aria-hidden="true" { (one.sign()) }
            code { (printable(&one.place())) } ": "
            (words)
        }
    }
}
