//! The report for people at a terminal: what is broken first, and why.

use super::{Record, Style};
use crate::judge::{Check, RequirementResult, Verdict};
use invite_spec::release;
use invite_spec::requirement::{self, Requirement};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The most characters of a line.
pub const WIDTH: usize = 100;

/// The whole report.
pub fn terminal(record: &Record, style: Style) -> String {
    let mut text = String::new();
    heading(record, style, &mut text);
    areas(record, style, &mut text);
    broken(record, style, &mut text);
    noted(record, style, &mut text);
    unreached(record, style, &mut text);
    skipped(record, style, &mut text);
    result(record, style, &mut text);
    clean(&text, style)
}

/// What a target sent may hold anything: no control character reaches the terminal but our own.
pub fn clean(text: &str, style: Style) -> String {
    text.chars()
        .map(|c| match c {
            '\n' => c,
            '\u{1b}' if style.colour => c,
            c if c.is_control() => '\u{fffd}',
            c => c,
        })
        .collect()
}

fn heading(record: &Record, style: Style, text: &mut String) {
    let driven = record.scenarios.iter().filter(|scenario| scenario.trace.is_some()).count();
    let _ = writeln!(
        text,
        "{} {} against {}",
        style.bold("invite-conformance"),
        record.harness,
        record.target.name
    );
    let _ = writeln!(
        text,
        "{}",
        style.dim(format!(
            "{driven} scenarios, {} checks, seed {}, run {}",
            record.checks.len(),
            record.options.seed,
            record.options.run_id
        ))
    );
}

fn areas(record: &Record, style: Style, text: &mut String) {
    let by_id: BTreeMap<&str, &RequirementResult> = record
        .tally
        .requirements
        .iter()
        .map(|result| (result.requirement.as_str(), result))
        .collect();
    let _ = writeln!(text);
    for area in requirement::areas() {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for row in area.rows {
            if let Some(result) = by_id.get(row.id) {
                *counts.entry(word(result)).or_default() += 1;
            }
        }
        if counts.is_empty() {
            continue;
        }
        let shown: Vec<String> = ["failed", "error", "blocked", "noted", "passed", "skipped"]
            .into_iter()
            .filter_map(|word| {
                let count = counts.get(word)?;
                let label = format!("{count} {word}");
                Some(match word {
                    "failed" | "error" => style.red(label),
                    "blocked" | "noted" => style.yellow(label),
                    "passed" => style.green(label),
                    _ => style.dim(label),
                })
            })
            .collect();
        let _ = writeln!(text, "  {:<5} {:<46} {}", area.prefix, area.title, shown.join(", "));
    }
}

fn word(result: &RequirementResult) -> &'static str {
    match (result.verdict, result.counted) {
        (Verdict::Pass, _) => "passed",
        (Verdict::Fail, true) => "failed",
        (Verdict::Fail, false) => "noted",
        (Verdict::Blocked, _) => "blocked",
        (Verdict::Skip, _) => "skipped",
        (Verdict::Error, _) => "error",
    }
}

/// Every broken requirement that counts, with what it rests on and what it blocks.
fn broken(record: &Record, style: Style, text: &mut String) {
    for result in &record.tally.requirements {
        let counts = match result.verdict {
            Verdict::Fail => result.counted,
            Verdict::Error => true,
            _ => false,
        };
        let Some(row) = requirement::find(&result.requirement).filter(|_| counts) else { continue };
        let _ = writeln!(text);
        packet(record, row, result, style, text);
    }
    for check in record.checks.iter().filter(|check| check.requirement.is_empty()) {
        let _ = writeln!(text);
        let _ = writeln!(text, "{} the harness broke in {}", style.red("ERROR"), check.scenario);
        evidence(check, text);
    }
}

fn packet(
    record: &Record,
    row: &Requirement,
    result: &RequirementResult,
    style: Style,
    text: &mut String,
) {
    let label = if result.verdict == Verdict::Fail { "FAIL " } else { "ERROR" };
    let _ = writeln!(
        text,
        "{} {} {}  {}",
        style.red(label),
        style.bold(row.id),
        row.title,
        style.dim(format!("({} {}, {})", row.basis, row.level, row.profile))
    );
    let checks: Vec<&Check> = record
        .checks
        .iter()
        .filter(|check| check.requirement == row.id && check.verdict == result.verdict)
        .collect();
    if let Some(first) = checks.first() {
        field("where", &format!("{}, {}", first.scenario, step(&first.at)), text);
        evidence(first, text);
        exchange(record, first, text);
    }
    if checks.len() > 1 {
        let mut others: Vec<&str> =
            checks[1..].iter().map(|check| check.scenario.as_str()).collect();
        others.dedup();
        let more = others.len().saturating_sub(3);
        others.truncate(3);
        let tail = if more > 0 { format!(" and {more} more") } else { String::new() };
        field("also in", &format!("{}{tail}", others.join(", ")), text);
    }
    field("rule", row.text, text);
    field("why", row.why, text);
    let sources: Vec<String> =
        row.sources.iter().map(|s| format!("{}: {}", s.document.title(), s.at)).collect();
    field("source", &sources.join("; "), text);
    let blocked: Vec<&str> = record
        .tally
        .requirements
        .iter()
        .filter(|other| other.blocked_by.as_deref() == Some(row.id))
        .map(|other| other.requirement.as_str())
        .collect();
    if !blocked.is_empty() {
        field("blocks", &blocked.join(" "), text);
    }
}

fn step(at: &str) -> String {
    if at.starts_with("law: ") { at.to_owned() } else { format!("step {at}") }
}

fn evidence(check: &Check, text: &mut String) {
    let evidence = &check.evidence;
    if let Some(pointer) = evidence.pointer.as_deref().filter(|pointer| !pointer.is_empty()) {
        field("at", pointer, text);
    }
    field("expected", &evidence.expected, text);
    field("seen", &evidence.seen, text);
}

/// The offending message, in one line.
fn exchange(record: &Record, check: &Check, text: &mut String) {
    use crate::trace::Event;
    let trace = record
        .scenarios
        .iter()
        .find(|scenario| scenario.id == check.scenario)
        .and_then(|scenario| scenario.trace.as_ref())
        .unwrap_or(&record.preflight);
    for at in check.evidence.entries.iter().take(3) {
        let Some(entry) = trace.entries.get(*at) else { continue };
        let shown = match &entry.event {
            Event::Request { method, path, body, .. } => {
                format!("{} -> {method} {path} {}", entry.actor, content(body))
            }
            Event::Answer { status, body, .. } => {
                format!("{} <- {status} {}", entry.actor, content(body))
            }
            Event::Received { body, .. } => format!("{} <~ {}", entry.actor, content(body)),
            Event::Sent { body, .. } => format!("{} ~> {}", entry.actor, content(body)),
            _ => continue,
        };
        field("wire", &shown, text);
    }
}

fn content(content: &crate::trace::Content) -> String {
    use crate::trace::Content;
    match content {
        Content::Empty => String::new(),
        Content::Json(value) => crate::matching::show(Some(value)),
        Content::Text { beginning, .. } => beginning.chars().take(80).collect(),
    }
}

fn field(name: &str, value: &str, text: &mut String) {
    if value.is_empty() {
        return;
    }
    const INDENT: usize = 16;
    for (index, line) in wrapped(value, WIDTH - INDENT).into_iter().enumerate() {
        let label = if index == 0 { name } else { "" };
        let _ = writeln!(text, "      {label:<9} {line}");
    }
}

/// Lines of at most `width` characters, broken between words where there are any.
pub fn wrapped(value: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut length = 0;
    for word in value.split_whitespace() {
        let mut rest = word;
        loop {
            let count = rest.chars().count();
            let gap = usize::from(length > 0);
            if length + gap + count <= width {
                if gap > 0 {
                    line.push(' ');
                }
                line.push_str(rest);
                length += gap + count;
                break;
            }
            if length > 0 {
                lines.push(std::mem::take(&mut line));
                length = 0;
                continue;
            }
            let cut = rest.char_indices().nth(width).map_or(rest.len(), |(at, _)| at);
            lines.push(rest[..cut].to_owned());
            rest = &rest[cut..];
        }
    }
    if length > 0 {
        lines.push(line);
    }
    lines
}

/// What was broken without counting.
fn noted(record: &Record, style: Style, text: &mut String) {
    let noted: Vec<_> = record
        .tally
        .requirements
        .iter()
        .filter(|result| result.verdict == Verdict::Fail && !result.counted)
        .filter_map(|result| requirement::find(&result.requirement))
        .collect();
    if noted.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{}", style.yellow("Noted, without counting (see `--strict`)"));
    for row in noted {
        let _ = writeln!(text, "  {:<9} {:<62} {} {}", row.id, row.title, row.basis, row.level);
        if release::is_pending(row, record.options.strict) {
            field("counts", "from the next release on: no release demands it yet", text);
        }
        let first = record
            .checks
            .iter()
            .find(|check| check.requirement == row.id && check.verdict == Verdict::Fail);
        if let Some(check) = first {
            field("expected", &check.evidence.expected, text);
            field("seen", &check.evidence.seen, text);
        }
    }
}

/// What is blocked by something that does not itself stand among the broken.
fn unreached(record: &Record, style: Style, text: &mut String) {
    let loose: Vec<_> = record
        .tally
        .requirements
        .iter()
        .filter(|result| result.verdict == Verdict::Blocked)
        .filter(|result| {
            let cause = result.blocked_by.as_deref().and_then(|id| record.tally.find(id));
            !cause.is_some_and(|cause| cause.verdict == Verdict::Fail && cause.counted)
        })
        .collect();
    if loose.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{}", style.yellow("Not reached"));
    for result in loose {
        let cause = result.blocked_by.as_deref().unwrap_or("another failure");
        let title = requirement::find(&result.requirement).map_or("", |row| row.title);
        let _ = writeln!(text, "  {:<9} {title} (because of {cause})", result.requirement);
    }
}

fn skipped(record: &Record, style: Style, text: &mut String) {
    let by_reason = record.skipped();
    if by_reason.is_empty() {
        return;
    }
    let count: usize = by_reason.values().map(Vec::len).sum();
    let _ = writeln!(text, "\n{}", style.yellow(format!("Skipped: {count} scenarios")));
    for (reason, scenarios) in by_reason {
        let line = format!("{} scenarios: {reason}", scenarios.len());
        for (index, line) in wrapped(&line, WIDTH - 4).into_iter().enumerate() {
            let _ = writeln!(text, "{}{line}", if index == 0 { "  " } else { "    " });
        }
    }
}

fn result(record: &Record, style: Style, text: &mut String) {
    let summary = &record.tally.summary;
    let verdict = if summary.conforms {
        style.green("CONFORMS")
    } else if summary.passed == 0 && summary.failed == 0 {
        style.red("NOTHING WAS JUDGED")
    } else {
        style.red("DOES NOT CONFORM")
    };
    let counts: Vec<String> = [
        (summary.failed, "failed"),
        (summary.errors, "errors"),
        (summary.blocked, "blocked"),
        (summary.noted, "noted"),
        (summary.passed, "passed"),
        (summary.skipped, "skipped"),
    ]
    .into_iter()
    .filter(|(count, word)| *count > 0 || *word == "failed" || *word == "passed")
    .map(|(count, word)| format!("{count} {word}"))
    .collect();
    let seconds = std::time::Duration::from_millis(record.duration_ms).as_secs_f64();
    let _ = writeln!(
        text,
        "\n{verdict}: of {} requirements {} ({} checks in {seconds:.1} s)",
        record.tally.requirements.len(),
        counts.join(", "),
        summary.checks
    );
    if let Some(first) =
        record.tally.requirements.iter().find(|r| r.verdict == Verdict::Fail && r.counted)
    {
        let id = &first.requirement;
        let hint = format!("More about a requirement: invite-conformance explain {id}");
        let _ = writeln!(text, "{}", style.dim(hint));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_words_are_cut_and_no_line_is_too_long() {
        let lines = wrapped("one two threefourfive", 6);
        assert_eq!(lines, ["one", "two", "threef", "ourfiv", "e"]);
        assert!(wrapped("", 10).is_empty());
        assert_eq!(wrapped("äöü äöü", 7), ["äöü äöü"]);
    }
}
