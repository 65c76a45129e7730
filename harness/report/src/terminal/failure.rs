//! One failure, so that it is understood within ten seconds.

use super::View;
use super::diagram;
use crate::explanation::{Elsewhere, Explanation};
use invite_text::{Ink, Page};
use invite_trace::{At, Verdict};

/// How many differences are told without `--verbose`.
const FEW: usize = 6;
/// How many blocked requirements are named without `--verbose`.
const FEW_IDS: usize = 12;

/// The red line: what broke, and what the server did.
pub(super) fn red_line(explanation: &Explanation, page: &mut Page) {
    let rule = &explanation.rule;
    let label = if explanation.verdict == Verdict::Fail { "FAIL" } else { "ERROR" };
    let words = format!("{label:<5} {} {}", rule.id, explanation.headline);
    page.painted(0, 6, &words, Ink::Red);
}

/// All about it.
pub(super) fn failure(explanation: &Explanation, view: View, page: &mut Page) {
    let rule = &explanation.rule;
    red_line(explanation, page);
    let title = format!("{} ({} {}, {})", rule.title, rule.basis, rule.level, rule.profile);
    page.painted(6, 6, &title, Ink::Bold);
    page.field("where", place(&explanation.scenario, &explanation.at));
    evidence(explanation, view, page);
    diagram::draw(&explanation.sequence, page);
    page.field("blocks", blocked(explanation, view));
    page.field("also in", elsewhere(&explanation.elsewhere, explanation));
    page.field("rule", rule.text);
    page.field("why", rule.why);
    page.field("source", sources(explanation));
    page.command("again", &explanation.again);
    page.field("needs", explanation.needed());
}

/// What was noted, in short.
pub(super) fn note(explanation: &Explanation, view: View, page: &mut Page) {
    let rule = &explanation.rule;
    let words = format!("{} {} ({} {})", rule.id, rule.title, rule.basis, rule.level);
    page.painted(2, 6, &words, Ink::Bold);
    if let Some(breach) = explanation.security_note() {
        page.field("security", format!("it lets somebody {}", breach.deed()));
    }
    if rule.pending {
        page.field("counts", "from the next release on: no release demands it yet");
    }
    page.field("where", place(&explanation.scenario, &explanation.at));
    evidence(explanation, view, page);
    if view.verbose {
        diagram::draw(&explanation.sequence, page);
        page.command("again", &explanation.again);
        page.field("needs", explanation.needed());
    }
}

fn place(scenario: &str, at: &At) -> String {
    format!("{scenario}, {at}")
}

fn evidence(explanation: &Explanation, view: View, page: &mut Page) {
    let spot = explanation.spot.as_ref().map(ToString::to_string);
    page.field("at", spot.as_deref().unwrap_or_default());
    page.field("expected", &explanation.expected);
    page.field("seen", &explanation.seen);
    if !explanation.acceptable.is_empty() {
        page.field("accepted", format!("any of: {}", explanation.acceptable.join(", ")));
    }
    let differences = explanation.telling();
    let most = if view.verbose { differences.len() } else { FEW };
    for (index, one) in differences.iter().take(most).enumerate() {
        let name = if index == 0 { "differs" } else { " " };
        page.field(name, format!("{} {}", one.sign(), one.words()));
    }
    if differences.len() > most {
        page.field(" ", format!("and {} more", differences.len() - most));
    }
}

fn blocked(explanation: &Explanation, view: View) -> String {
    let ids: Vec<&str> = explanation.blocks.iter().map(|one| one.id.as_str()).collect();
    let most = if view.verbose { ids.len() } else { ids.len().min(FEW_IDS) };
    let shown = ids[..most].join(" ");
    match ids.len() {
        0 => String::new(),
        1 => format!("{shown} could not be reached"),
        count if count == most => format!("{count} requirements could not be reached: {shown}"),
        count => {
            format!("{count} requirements could not be reached: {shown} and {} more", count - most)
        }
    }
}

fn elsewhere(others: &[Elsewhere], explanation: &Explanation) -> String {
    let mut names: Vec<&str> = others.iter().map(|other| other.scenario.as_str()).collect();
    names.dedup();
    names.retain(|name| *name != explanation.scenario);
    let more = names.len().saturating_sub(3);
    names.truncate(3);
    let tail = if more > 0 { format!(" and {more} more") } else { String::new() };
    if names.is_empty() { String::new() } else { format!("{}{tail}", names.join(", ")) }
}

fn sources(explanation: &Explanation) -> String {
    let cited = explanation.rule.sources.iter();
    cited.map(|one| format!("{}: {}", one.document, one.at)).collect::<Vec<_>>().join("; ")
}
