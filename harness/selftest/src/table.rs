//! The report for people.

use crate::flakiness::Flakiness;
use crate::report::{FEW, Report};
use crate::specimen::{Expected, Kind};
use crate::trial::{SpecimenOutcome, Trial};
use invite_spec::requirement::RequirementId;
use invite_text::{Ink, Page, Span, Style, WIDTH, harmless_lines, wrapped};
use std::fmt::Write as _;

/// The longest list; the rest is only counted.
const LONGEST_LIST: usize = 40;

/// The report for people.
pub fn text(report: &Report, style: Style) -> String {
    let mut out = String::new();
    head(report, &mut out);
    counts(report, &mut out);
    let survivors = report.with(SpecimenOutcome::Survived);
    list("Survived: wrong, and nothing failed", &survivors, expectation, &mut out);
    let wrong = report.with(SpecimenOutcome::WrongReason);
    list("Blamed for something else than what they break", &wrong, mistaken, &mut out);
    let alarms = report.with(SpecimenOutcome::FalseAlarm);
    list("False alarms: allowed, and something that counts failed", &alarms, mistaken, &mut out);
    let untried = report.with(SpecimenOutcome::Untried);
    list("Could not be tried", &untried, |it| it.untested.clone().unwrap_or_default(), &mut out);
    let idle = report.with(SpecimenOutcome::NeverActed);
    list("Never acted: there was nothing to change", &idle, |_| String::new(), &mut out);
    let unreached = report.with(SpecimenOutcome::Unreached);
    let title = "Not reached by the unchanged server: another mutant has to break it";
    list(title, &unreached, |_| String::new(), &mut out);
    let slow = report.with(SpecimenOutcome::NeedsSlow);
    list("Not tried: only slow scenarios detect them (--slow)", &slow, expectation, &mut out);
    red_lines(report, &mut out);
    verified(report, &mut out);
    by_requirement(report, &mut out);
    expectations(report, &mut out);
    targets("null target", &report.of_kind(Kind::Null), &mut out);
    targets("hostile server", &report.of_kind(Kind::Hostile), &mut out);
    without(report, &mut out);
    harmless_lines(&out) + &verdict(report, style)
}

/// Whether verdicts were the same in every run, for people.
pub fn flakiness_text(found: &Flakiness, style: Style) -> String {
    let mut out = String::new();
    let _ = writeln!(
        out,
        "{} of {} next to {}, {} each",
        counted(found.runs, "run"),
        counted(found.scenarios, "scenario"),
        counted(found.busy_threads, "busy thread"),
        counted(found.verdicts, "verdict"),
    );
    for flip in found.flips.iter().take(LONGEST_LIST) {
        let verdicts: Vec<String> =
            flip.verdicts.iter().map(|(word, runs)| format!("{word}: {runs}")).collect();
        let subject = flip.requirement.map_or("the harness", RequirementId::as_str);
        let place = format!("{subject} in {} at {}", flip.scenario, flip.at);
        paragraph(&format!("{place}  {}", verdicts.join("; ")), "  ", &mut out);
        paragraph(flip.shown.as_deref().unwrap_or_default(), "      ", &mut out);
    }
    if let Some(rest) = found.flips.len().checked_sub(LONGEST_LIST).filter(|rest| *rest > 0) {
        let _ = writeln!(out, "  and {rest} more: --json has them all");
    }
    if !found.by_chance.is_empty() {
        let words = format!(
            "{} of laws took place in some runs only, and held: what there is to look at in a \
             race is not the same each time.",
            counted(found.by_chance.len(), "check"),
        );
        paragraph(&words, "  ", &mut out);
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
    let mut specimens = vec![counted(report.mutants().count(), "mutant")];
    let further = [
        (Kind::Expectation, "broken expectation"),
        (Kind::Null, "null target"),
        (Kind::Hostile, "hostile server"),
    ];
    for (kind, noun) in further {
        let count = report.of_kind(kind).len();
        if count > 0 {
            specimens.push(counted(count, noun));
        }
    }
    let _ = writeln!(
        out,
        "{}, {}, {} at once",
        specimens.join(", "),
        counted(setting.scenarios.len(), "scenario"),
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
        let text = "lean: where a mutant finds nothing to change in a scenario, the trace of the \
                    unchanged server is judged";
        paragraph(text, "", out);
    }
    if !setting.heavy.is_empty() {
        let heavy: Vec<String> =
            setting.heavy.iter().map(|(id, why)| format!("{id} ({why})")).collect();
        paragraph(
            &format!("heavy, run only against mutants they are about: {}", heavy.join(", ")),
            "",
            out,
        );
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

/// What no specimen made fail.
fn expectations(report: &Report, out: &mut String) {
    let Some(measure) = &report.measure else {
        let text = "expectations without a mutant: cannot be told, because only a part of the \
                    specimens was tried";
        let _ = writeln!(out);
        return paragraph(text, "", out);
    };
    let without = &measure.without_mutant;
    let _ = writeln!(
        out,
        "\nexpectations without a mutant: {} of {}",
        without.len(),
        measure.expectations
    );
    for one in without.iter().take(LONGEST_LIST) {
        let place = one.place.as_ref().map(|place| format!("{place}  ")).unwrap_or_default();
        paragraph(&format!("{place}{}", one.id), "  ", out);
        paragraph(&one.expects, "      ", out);
    }
    if let Some(rest) = without.len().checked_sub(LONGEST_LIST).filter(|rest| *rest > 0) {
        let _ = writeln!(out, "  and {rest} more: --json has them all");
    }
}

fn list(title: &str, trials: &[&Trial], more: impl Fn(&Trial) -> String, out: &mut String) {
    if trials.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{title} ({})", trials.len());
    for trial in trials.iter().take(LONGEST_LIST) {
        paragraph(&format!("{}  {}", trial.name, trial.does), "  ", out);
        paragraph(&more(trial), "      ", out);
    }
    if let Some(rest) = trials.len().checked_sub(LONGEST_LIST).filter(|rest| *rest > 0) {
        let _ = writeln!(out, "  and {rest} more: --json has them all");
    }
}

/// What the suite had to make of it.
fn expectation(trial: &Trial) -> String {
    match &trial.expected {
        Expected::MustFail(ids) => format!("breaks {}", joined(ids, " or ")),
        Expected::Allowed(because) => format!("allowed: {because}"),
        Expected::NothingPasses => "nothing may pass".to_owned(),
        Expected::DoesNotConform => "must not conform".to_owned(),
        Expected::Untestable => "cannot be tested".to_owned(),
    }
}

/// What the suite had to make of it, and what it made of it.
fn mistaken(trial: &Trial) -> String {
    let mut text = expectation(trial);
    let failed = [("red", &trial.red), ("noted", &trial.noted)];
    let failed = failed.into_iter().find_map(|(word, ids)| Some((word, ids, ids.first()?)));
    if let Some((word, ids, first)) = failed {
        let shown = trial.shown_by.get(first).map_or("", String::as_str);
        let _ = write!(text, "; {word}: {}; {shown}", joined(ids, " "));
    }
    text
}

fn joined(ids: &[RequirementId], between: &str) -> String {
    ids.iter().map(|id| id.as_str()).collect::<Vec<_>>().join(between)
}

/// `1 mutant`, `2 mutants`.
fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// Whether the verdicts of each record follow from its own traces.
fn verified(report: &Report, out: &mut String) {
    if !report.setting.verify {
        return;
    }
    let judged = report.trials.iter().filter(|trial| trial.untested.is_none()).count();
    let differing: Vec<&Trial> =
        report.trials.iter().filter(|trial| trial.unverified.is_some()).collect();
    let same = judged - differing.len();
    let _ =
        writeln!(out, "\nRecords whose verdicts follow from their own traces: {same} of {judged}");
    let why = |trial: &Trial| trial.unverified.clone().unwrap_or_default();
    list("Records whose verdicts do not follow", &differing, why, out);
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
    let first = report.summary.cause_first;
    let share = first as f64 * 100.0 / all as f64;
    let _ = writeln!(out, "  what is broken first: {first} of {all} ({share:.1} %)");
    let killed = || report.with(SpecimenOutcome::Killed).into_iter();
    let others = killed().filter(|it| !it.red.is_empty() && !it.shows_cause_first());
    for trial in others.take(LONGEST_LIST) {
        let red = format!("another first  {}: {}", trial.name, joined(&trial.red, " "));
        paragraph(&red, "  ", out);
    }
    let many = killed().filter(|it| it.red.len() > FEW);
    for trial in many.take(LONGEST_LIST) {
        let red = format!("{:>3}  {}: {}", trial.red.len(), trial.name, joined(&trial.red, " "));
        paragraph(&red, "  ", out);
    }
}

/// For each requirement, how many of the mutants that break it alone were killed.
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

/// Targets that may break a run as a whole, one a line.
fn targets(title: &str, trials: &[&Trial], out: &mut String) {
    if trials.is_empty() {
        return;
    }
    let names = trials.iter().map(|trial| trial.name.len());
    let width = names.max().unwrap_or_default().max(title.len()).max(15);
    let _ = writeln!(
        out,
        "\n{title:<width$} {:>4} {:>6} {:>4} {:>6}  at the top",
        "exit", "passed", "red", "s"
    );
    for trial in trials {
        let code = trial.conclusion.map_or_else(|| "?".to_owned(), |it| it.code().to_string());
        let wrong = if trial.outcome.is_success() { "" } else { "  <- wrong" };
        let seconds = trial.duration_ms as f64 / 1_000.0;
        let line = format!(
            "{:<width$} {code:>4} {:>6} {:>4} {seconds:>6.1}  ",
            trial.name,
            trial.passed,
            trial.red.len(),
        );
        let cause = format!("{}{wrong}", trial.cause.as_deref().unwrap_or_default());
        let lines = wrapped(&cause, WIDTH - line.len());
        let _ = writeln!(out, "{line}{}", lines.join(&format!("\n{:1$}", "", line.len())));
    }
}

fn without(report: &Report, out: &mut String) {
    let ids = &report.without_mutant;
    if !ids.is_empty() {
        let _ = writeln!(out, "\nRequirements that bind and that no mutant breaks ({})", ids.len());
        paragraph(&joined(ids, " "), "  ", out);
    }
    let scenarios = &report.never_failed;
    if !scenarios.is_empty() {
        let _ = writeln!(out, "\nScenarios that no mutant made fail ({})", scenarios.len());
        paragraph(&scenarios.join(" "), "  ", out);
    }
}

fn verdict(report: &Report, style: Style) -> String {
    let all = &report.summary.all;
    let nulls = report.of_kind(Kind::Null).len();
    let hostile = report.of_kind(Kind::Hostile).len();
    let seconds = report.duration_ms as f64 / 1_000.0;
    let mut counts = vec![
        format!("{} of {} killed", all.killed, all.must_kill),
        format!("{} false alarms in {}", all.false_alarms, all.permitted),
        format!("{} of {} null targets", report.summary.nulls_right, nulls),
    ];
    if hostile > 0 {
        counts.push(format!("{} of {hostile} hostile servers", report.summary.hostile_right));
    }
    if !report.trials.iter().any(|trial| trial.outcome.is_success()) {
        counts.push("nothing was shown".to_owned());
    }
    let words = format!("  {}, {seconds:.1} s", counts.join(", "));
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
