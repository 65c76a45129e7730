//! One failure: what it is at a glance, and the rest below.

use super::{body, causes, diagram, printable, share, to_scenario};
use crate::explanation::{Change, Difference, Explanation};
use invite_record::Record;
use invite_spec::requirement::RequirementId;
use maud::{Markup, html};
use serde_json::Value;

/// The id of the card of a failed requirement: the same in every run.
pub(super) fn id(requirement: RequirementId) -> String {
    format!("failure-{requirement}")
}

/// One failure, or one that is only noted. In a group, its heading is below that of the group.
pub(super) fn failure(one: &Explanation, record: &Record, is_in_group: bool) -> Markup {
    let rule = &one.rule;
    let id = id(rule.id);
    let differences = one.telling();
    let class = if one.counts { "failure" } else { "failure mild" };
    let head = format!("head-{}", rule.id);
    let words =
        html! { a class="ref" href={ "#" (rule.id) } { (rule.id) } " " (printable(&one.headline)) };
    html! {
        article class=(class) id=(id) tabindex="-1" aria-labelledby=(head) {
            (share(&id, "this failure"))
            @if is_in_group { h4 id=(head) { (words) } } @else { h3 id=(head) { (words) } }
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
                    (to_scenario(&one.scenario))
                    ", " (printable(&one.at.to_string()))
                }
            }
            (body::bodies(one))
            (diagram::diagram(one))
            (causes::consequences(one, record))
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
                    summary { "Also seen in " (checks(one.elsewhere.len())) }
                    ul class="plain" {
                        @for it in &one.elsewhere {
                            li {
                                (to_scenario(&it.scenario))
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

fn checks(count: usize) -> String {
    match count {
        1 => "1 more check".to_owned(),
        _ => format!("{count} more checks"),
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
