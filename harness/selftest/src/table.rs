//! The report for people.

use super::mutant::Class;
use super::null::NullOutcome;
use super::outcome::{Fate, Outcome};
use super::report::{FEW, Report};
use super::steady::Steadiness;
use invite_text::{Ink, Page, Span, Style, WIDTH, harmless_lines, wrapped};
use std::fmt::Write as _;

/// The most lines of one list: the rest is counted.
const LONGEST_LIST: usize = 40;

/// The report for people.
pub fn text(report: &Report, style: Style) -> String {
    let mut out = String::new();
    head(report, &mut out);
    counts(report, &mut out);
    let survivors = report.with(Fate::Survived);
    list("Survived: wrong, and nothing failed", &survivors, broken, &mut out);
    let wrong = report.with(Fate::WrongReason);
    list("Blamed for something else than what they break", &wrong, mistaken, &mut out);
    let alarms = report.with(Fate::FalseAlarm);
    list("False alarms: allowed, and something that counts failed", &alarms, mistaken, &mut out);
    let untried = report.with(Fate::Untried);
    list("Could not be tried", &untried, |it| it.untested.clone().unwrap_or_default(), &mut out);
    let idle = report.with(Fate::NeverActed);
    list("Never acted: there was nothing to change", &idle, |_| String::new(), &mut out);
    red_lines(report, &mut out);
    verified(report, &mut out);
    by_requirement(report, &mut out);
    nulls(&report.nulls, &mut out);
    without(report, &mut out);
    harmless_lines(&out) + &verdict(report, style)
}

/// Whether the suite said the same every time, for people.
pub fn steadiness_text(found: &Steadiness, style: Style) -> String {
    let mut out = String::new();
    let _ = writeln!(
        out,
        "{} runs of {} scenarios beside {} busy threads, {} verdicts each",
        found.runs, found.scenarios, found.busy_threads, found.verdicts,
    );
    for flip in found.flips.iter().take(LONGEST_LIST) {
        let verdicts: Vec<String> =
            flip.verdicts.iter().map(|(word, runs)| format!("{word}: {runs}")).collect();
        let place = format!("{} in {} at {}", flip.requirement, flip.scenario, flip.at);
        paragraph(&format!("{place}  {}", verdicts.join("; ")), "  ", &mut out);
        paragraph(flip.shown.as_deref().unwrap_or_default(), "      ", &mut out);
    }
    if let Some(rest) = found.flips.len().checked_sub(LONGEST_LIST).filter(|rest| *rest > 0) {
        let _ = writeln!(out, "  and {rest} more: --json has them all");
    }
    let seconds = |ms: u64| ms as f64 / 1_000.0;
    let words = format!(
        "  {} of {} verdicts differ, {:.1} s (slowest run {:.1} s)",
        found.flips.len(),
        found.verdicts,
        seconds(found.duration_ms),
        seconds(found.slowest_ms),
    );
    harmless_lines(&out) + &result(found.holds(), &words, style)
}

/// The last line, in colour.
fn result(holds: bool, words: &str, style: Style) -> String {
    let word =
        if holds { Span::new(Ink::Green, "HOLDS") } else { Span::new(Ink::Red, "DOES NOT HOLD") };
    let mut page = Page::new(WIDTH, style);
    page.blank();
    page.line([word, words.into()]);
    page.into_text()
}

fn head(report: &Report, out: &mut String) {
    let setting = &report.setting;
    let deadlines = &setting.deadlines;
    let _ = writeln!(
        out,
        "{} mutants and {} null targets, {} scenarios, {} mutants at once",
        report.mutants.len(),
        report.nulls.len(),
        setting.scenarios.len(),
        setting.jobs,
    );
    let _ = writeln!(
        out,
        "deadlines: connect {}, answer {}, event {}, quiet {}, leeway {} ms",
        deadlines.connect_ms,
        deadlines.answer_ms,
        deadlines.event_ms,
        deadlines.quiet_ms,
        deadlines.leeway_ms,
    );
    if setting.lean {
        let text = "lean: scenarios in which a mutant finds nothing to change are judged by the \
                    traces of the unchanged server";
        paragraph(text, "", out);
    }
    if !setting.heavy.is_empty() {
        let heavy: Vec<String> =
            setting.heavy.iter().map(|(id, why)| format!("{id} ({why})")).collect();
        paragraph(&format!("met by their own mutants only: {}", heavy.join(", ")), "", out);
    }
}

fn counts(report: &Report, out: &mut String) {
    let _ = writeln!(
        out,
        "\n{:<10} {:>5}  {:>9} {:>6} {:>12} {:>8}  {:>7} {:>12}  {:>11}",
        "kind",
        "tried",
        "must kill",
        "killed",
        "wrong reason",
        "survived",
        "allowed",
        "false alarms",
        "never acted",
    );
    let kinds = report.kinds.iter().map(|(kind, counts)| (kind.as_str(), counts));
    for (name, counts) in kinds.chain([("all", &report.summary.all)]) {
        let _ = writeln!(
            out,
            "{name:<10} {:>5}  {:>9} {:>6} {:>12} {:>8}  {:>7} {:>12}  {:>11}",
            counts.tried,
            counts.must_kill,
            counts.killed,
            counts.wrong_reason,
            counts.survived,
            counts.permitted,
            counts.false_alarms,
            counts.never_acted,
        );
    }
}

fn list(title: &str, outcomes: &[&Outcome], more: impl Fn(&Outcome) -> String, out: &mut String) {
    if outcomes.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{title} ({})", outcomes.len());
    for outcome in outcomes.iter().take(LONGEST_LIST) {
        paragraph(&format!("{}  {}", outcome.name, outcome.does), "  ", out);
        paragraph(&more(outcome), "      ", out);
    }
    if let Some(rest) = outcomes.len().checked_sub(LONGEST_LIST).filter(|rest| *rest > 0) {
        let _ = writeln!(out, "  and {rest} more: --json has them all");
    }
}

fn broken(outcome: &Outcome) -> String {
    match &outcome.class {
        Class::MustKill { breaks } => format!("breaks {}", breaks.join(" or ")),
        Class::Permitted { because } => format!("allowed: {because}"),
    }
}

fn mistaken(outcome: &Outcome) -> String {
    let mut text = broken(outcome);
    let failed = outcome.red.first().map(|red| (red, "red"));
    let noted = outcome.noted.first().map(|noted| (noted, "noted"));
    if let Some((first, how)) = failed.or(noted) {
        let all = if how == "red" { &outcome.red } else { &outcome.noted };
        let shown = outcome.shown_by.get(first).map_or("", String::as_str);
        let _ = write!(text, "; {how}: {}; {shown}", all.join(" "));
    }
    text
}

/// Whether the records say what their own traces say.
fn verified(report: &Report, out: &mut String) {
    if !report.setting.verify {
        return;
    }
    let judged = report.mutants.iter().filter(|it| it.untested.is_none()).count();
    let differing: Vec<&Outcome> =
        report.mutants.iter().filter(|it| it.unverified.is_some()).collect();
    let same = judged - differing.len();
    let _ =
        writeln!(out, "\nRecords whose verdicts follow from their own traces: {same} of {judged}");
    let why = |outcome: &Outcome| outcome.unverified.clone().unwrap_or_default();
    list("Records that say something else", &differing, why, out);
}

fn red_lines(report: &Report, out: &mut String) {
    let lines = &report.summary.red_lines;
    let all: usize = lines.values().sum();
    if all == 0 {
        return;
    }
    let spread: Vec<String> =
        lines.iter().map(|(lines, mutants)| format!("{lines}: {mutants}")).collect();
    let _ = writeln!(out, "\nRed lines a killed mutant");
    paragraph(&format!("lines: mutants  {}", spread.join(", ")), "  ", out);
    let few = report.summary.few_red_lines;
    let share = few as f64 * 100.0 / all as f64;
    let _ = writeln!(out, "  at most {FEW}: {few} of {all} ({share:.1} %)");
    let many = report.with(Fate::Killed).into_iter().filter(|it| it.red.len() > FEW);
    for outcome in many.take(LONGEST_LIST) {
        let red = format!("{:>3}  {}: {}", outcome.red.len(), outcome.name, outcome.red.join(" "));
        paragraph(&red, "  ", out);
    }
}

/// Killed of tried, for each requirement that is the one that some mutant breaks.
fn by_requirement(report: &Report, out: &mut String) {
    if report.requirements.is_empty() {
        return;
    }
    let _ = writeln!(out, "\nKilled of all, by the one requirement that they break");
    let counts = report.requirements.iter();
    let counts: Vec<String> =
        counts.map(|(id, of)| format!("{id} {}/{}", of.killed, of.mutants)).collect();
    let columns = counts.chunks(6);
    for row in columns {
        let row: Vec<String> = row.iter().map(|count| format!("{count:<14}")).collect();
        let _ = writeln!(out, "  {}", row.join(" ").trim_end());
    }
}

fn nulls(nulls: &[NullOutcome], out: &mut String) {
    if nulls.is_empty() {
        return;
    }
    let _ = writeln!(
        out,
        "\n{:<15} {:>4} {:>6} {:>4} {:>6}  at the top",
        "null target", "exit", "passed", "red", "s"
    );
    for null in nulls {
        let code = null.seen.map_or_else(|| "?".to_owned(), |seen| seen.code().to_string());
        let wrong = if null.is_failure() { "  <- wrong" } else { "" };
        let seconds = null.duration_ms as f64 / 1_000.0;
        let line = format!(
            "{:<15} {code:>4} {:>6} {:>4} {seconds:>6.1}  ",
            null.name, null.passed, null.red
        );
        let cause = format!("{}{wrong}", null.cause);
        let beside = wrapped(&cause, WIDTH - line.len());
        let _ = writeln!(out, "{line}{}", beside.join(&format!("\n{:1$}", "", line.len())));
    }
}

fn without(report: &Report, out: &mut String) {
    let ids = &report.without_mutant;
    if !ids.is_empty() {
        let _ = writeln!(out, "\nRequirements that bind and that no mutant breaks ({})", ids.len());
        paragraph(&ids.join(" "), "  ", out);
    }
    let scenarios = &report.never_failed;
    if !scenarios.is_empty() {
        let _ = writeln!(out, "\nScenarios that no mutant made fail ({})", scenarios.len());
        paragraph(&scenarios.join(" "), "  ", out);
    }
}

fn verdict(report: &Report, style: Style) -> String {
    let all = &report.summary.all;
    let seconds = report.duration_ms as f64 / 1_000.0;
    let words = format!(
        "  {} of {} killed, {} false alarms in {}, {} of {} null targets, {seconds:.1} s",
        all.killed,
        all.must_kill,
        all.false_alarms,
        all.permitted,
        report.summary.nulls_right,
        report.nulls.len(),
    );
    result(report.summary.holds, &words, style)
}

/// A paragraph that fits the width; nothing for an empty one.
fn paragraph(text: &str, indent: &str, out: &mut String) {
    if text.is_empty() {
        return;
    }
    for (place, line) in wrapped(text, WIDTH - indent.len() - 4).iter().enumerate() {
        let deeper = if place == 0 { "" } else { "    " };
        let _ = writeln!(out, "{indent}{deeper}{line}");
    }
}
