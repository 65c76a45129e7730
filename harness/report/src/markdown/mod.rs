//! For a pull request or a job summary: the verdict first, each failure folded, diagrams that code
//! hosts draw.

mod diagram;
mod escape;

use super::explanation::{Explanation, common, explain};
use super::{Record, Section, sections, sentence};
pub(crate) use escape::words;
use escape::{code, fence};
use invite_judge::{Outcome, RequirementResult};
use invite_spec::requirement;
use invite_spec::requirement::RequirementId;
use invite_trace::Verdict;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The most failures that are told in full: code hosts cut long texts off.
const MOST: usize = 50;

/// The report.
pub fn markdown(record: &Record) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "## {}: {}\n", words(&record.verdict()), words(&record.target.name));
    if let Some(partial) = &record.partial {
        let _ = writeln!(text, "**{}**\n", words(&sentence(&partial.to_string())));
    }
    if let Some(part) = &record.part.shard {
        let _ = writeln!(text, "Shard {} of {} scenarios\n", part.shard, part.scenarios);
    }
    counts(record, &mut text);
    let explained = explain(record);
    let (broken, noted): (Vec<_>, Vec<_>) =
        explained.iter().filter(|one| !record.is_known(one.rule.id)).partition(|one| one.counts);
    if !broken.is_empty() {
        let _ = writeln!(text, "### Failures\n");
        if let Some(common) = common(&broken) {
            let _ = writeln!(text, "**{}**\n", words(&common.to_string()));
        }
        for one in broken.iter().take(MOST) {
            failure(one, &mut text);
        }
        more(broken.len(), &mut text);
    }
    if !noted.is_empty() {
        let _ = writeln!(text, "### Noted, without counting\n");
        for one in noted.iter().take(MOST) {
            failure(one, &mut text);
        }
        more(noted.len(), &mut text);
    }
    skipped(record, &mut text);
    for section in sections(record) {
        besides(&section, &mut text);
    }
    areas(record, &mut text);
    text
}

fn more(count: usize, text: &mut String) {
    if count > MOST {
        let _ = writeln!(text, "And {} more: see the HTML report.\n", count - MOST);
    }
}

fn counts(record: &Record, text: &mut String) {
    let summary = &record.tally.summary;
    let cells = summary.counts();
    let names: Vec<&str> = cells.iter().map(|(outcome, count)| outcome.after(*count)).collect();
    let numbers: Vec<String> = cells.iter().map(|(_, count)| count.to_string()).collect();
    let _ = writeln!(text, "| {} | checks |", names.join(" | "));
    let _ = writeln!(text, "|{}", " ---: |".repeat(names.len() + 1));
    let _ = writeln!(text, "| {} | {} |\n", numbers.join(" | "), summary.checks);
}

fn failure(one: &Explanation, text: &mut String) {
    let rule = &one.rule;
    let _ = writeln!(text, "<details>");
    let headline = words(&one.headline);
    let label = if one.verdict == Verdict::Error { "ERROR " } else { "" };
    let _ = writeln!(text, "<summary>{label}<b>{}</b> {headline}</summary>\n", rule.id);
    let _ =
        writeln!(text, "{} ({} {}, {})\n", words(rule.title), rule.basis, rule.level, rule.profile);
    if let Some(breach) = one.security_note() {
        let _ = writeln!(text, "**Security note:** it lets somebody {}.\n", breach.deed());
    }
    if rule.pending {
        let _ = writeln!(text, "It counts from the next release on: no release demands it yet.\n");
    }
    let mut row = |name: &str, value: String| {
        if !value.is_empty() {
            let _ = writeln!(text, "- {name}: {value}");
        }
    };
    row("where", format!("{}, {}", code(&one.scenario), words(&one.at.to_string())));
    let spot = one.spot.as_ref().filter(|it| it.pointer() != Some(""));
    row("at", spot.map(|it| code(&it.to_string())).unwrap_or_default());
    row("expected", code(&one.expected));
    row("seen", code(&one.seen));
    row("accepted", one.acceptable.iter().map(|it| code(it)).collect::<Vec<_>>().join(", "));
    for it in one.telling() {
        row("differs", code(&format!("{} {}", it.sign(), it.words())));
    }
    let blocked: Vec<&str> = one.blocks.iter().map(|it| it.id.as_str()).collect();
    row("could not be reached because of it", blocked.join(" "));
    let mut others: Vec<String> = one.elsewhere.iter().map(|it| code(&it.scenario)).collect();
    others.dedup();
    row("also in", others.join(", "));
    text.push('\n');
    diagram::draw(&one.sequence, text);
    let _ = writeln!(text, "{}\n\n**Why:** {}\n", words(rule.text), words(rule.why));
    let sources = rule.sources.iter().map(|it| format!("{}: {}", it.document, it.at));
    let _ = writeln!(text, "Source: {}\n", words(&sources.collect::<Vec<_>>().join("; ")));
    let _ = writeln!(text, "{}\n", fence("sh", &one.again));
    if !one.needs.is_empty() {
        let _ = writeln!(text, "It needs {}.\n", words(&one.needed()));
    }
    let _ = writeln!(text, "</details>\n");
}

fn skipped(record: &Record, text: &mut String) {
    let by_reason = record.skipped();
    if by_reason.is_empty() {
        return;
    }
    let _ = writeln!(text, "### Skipped scenarios\n");
    for (reason, scenarios) in by_reason {
        let _ = writeln!(
            text,
            "- {}: {}",
            count(scenarios.len(), "scenario"),
            words(&reason.to_string())
        );
    }
    text.push('\n');
}

/// What is to be told besides the verdicts.
pub(crate) fn besides(section: &Section, text: &mut String) {
    let _ = writeln!(text, "### {}\n", words(&section.title));
    for item in &section.items {
        let _ = writeln!(text, "- {}", words(&item.text));
        for detail in &item.details {
            let _ = writeln!(text, "  - {}", words(detail));
        }
    }
    text.push('\n');
}

fn areas(record: &Record, text: &mut String) {
    let by_id: BTreeMap<RequirementId, &RequirementResult> =
        record.tally.requirements.iter().map(|one| (one.requirement, one)).collect();
    let _ = writeln!(text, "<details>\n<summary>By area</summary>\n");
    let _ = writeln!(text, "| area | {} |", Outcome::ALL.map(Outcome::word).join(" | "));
    let _ = writeln!(text, "| --- |{}", " ---: |".repeat(Outcome::ALL.len()));
    for area in requirement::areas_of(record.side) {
        let results: Vec<_> = area.rows.iter().filter_map(|row| by_id.get(&row.id)).collect();
        if results.is_empty() {
            continue;
        }
        let count = |outcome| results.iter().filter(|one| one.outcome() == outcome).count();
        let cells: Vec<String> = Outcome::ALL
            .iter()
            .map(|outcome| match count(*outcome) {
                0 => String::new(),
                count => count.to_string(),
            })
            .collect();
        let _ = writeln!(text, "| {} {} | {} |", area.prefix, words(area.title), cells.join(" | "));
    }
    let seconds = std::time::Duration::from_millis(record.duration_ms).as_secs_f64();
    let _ = writeln!(
        text,
        "\n</details>\n\ninvite-conformance {}, seed {}, run {}, {seconds:.1} s",
        record.harness,
        record.options.seed,
        words(&record.options.run_id)
    );
}

/// A number of things, in the singular or the plural.
fn count(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}
