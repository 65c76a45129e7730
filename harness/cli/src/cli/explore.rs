//! `explore`: find faults that nobody scripted, and hand each over as the shortest scenario.

use super::duration::duration;
use super::progress::Line;
use super::target::TargetArgs;
use super::{Exit, Failure, descriptors, interrupt, output, reports, run};
use clap::Args;
use invite_drive::{Limits, RunError};
use invite_explore::{Cell, Finding, Outcome, Progress, Request, Tried};
use invite_scenario::Selection;
use invite_scenario::description::Target;
use invite_text::Untrusted;
use invite_trace::Interruption;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long to explore, if nothing is said.
const USUAL_TIME: Duration = Duration::from_secs(60);

/// The longest that one batch of walks may take: a right server needs a second or two.
const MOST_OF_A_BATCH: Duration = Duration::from_secs(60);

/// The most cells that are named because nothing has tried them.
const MOST_NAMED: usize = 8;

/// Find faults that nobody scripted, and hand each over as the shortest scenario.
///
/// Walks of several people and sessions are made by chance that the seed fixes. A model of the protocol
/// says what must come of each step. A walk that fails is cut down to the shortest scenario that still
/// fails by the same requirement: `run --scenarios` fails in the same way.
///
/// Without a target: the reference server, started in this process on a free loopback port.
#[derive(Debug, Args)]
#[command(after_help = reports::formats())]
pub(crate) struct Explore {
    #[command(flatten)]
    target: TargetArgs,
    /// How long, such as 90s, 10m or 1h [default: 60s]
    #[arg(long = "for", value_name = "TIME", value_parser = duration, conflicts_with = "walks")]
    time: Option<Duration>,
    /// How many walks
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    walks: Option<u64>,
    /// Fixes the walks: the same seed makes the same ones
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// How many people take part in a walk
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u8).range(2..=8))]
    people: u8,
    /// How many steps a walk has at most
    #[arg(long, value_name = "N", default_value_t = 24, value_parser = clap::value_parser!(u16).range(2..=200))]
    length: u16,
    /// How many walks run at once
    #[arg(long, value_name = "N", default_value_t = 32, value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: u16,
    /// Keep the scenarios of findings in this folder; those that are in it are tried first
    #[arg(long, value_name = "DIR")]
    save: Option<PathBuf>,
    /// Let `chosen` requirements count as well
    #[arg(long)]
    strict: bool,
    /// Write a report of the findings as well; see the formats below
    #[arg(long = "report", value_name = "FORMAT=PATH", value_parser = reports::wanted)]
    reports: Vec<reports::Wanted>,
    /// Print everything as JSON
    #[arg(long)]
    json: bool,
    /// End with the first finding that counts
    #[arg(long)]
    fail_fast: bool,
    /// Show no progress
    #[arg(long, short)]
    quiet: bool,
}

impl Explore {
    pub(crate) fn perform(self) -> Result<Exit, Failure> {
        let saved = self.saved()?;
        let target = self.target.resolve()?;
        let places = reports::Places::prepare(&self.reports)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::harness(format!("no runtime: {error}")))?;
        let outcome = runtime.block_on(self.explore(target, saved));
        let mut outcome = outcome.inspect_err(|_| places.discard())?;
        runtime.shutdown_background();
        let files = self.keep(&outcome);
        self.name(&mut outcome);
        if self.reports.iter().any(reports::Wanted::is_record) {
            outcome.record.seal();
        }
        places.write(&outcome.record);
        let text = match self.json {
            true => output::json(&self.as_json(&outcome))?,
            false => self.text(&outcome, &files),
        };
        output::print(&text)?;
        Ok(exit(&outcome))
    }

    /// The scenarios of the folder. What cannot be read is named, and the others are used.
    fn saved(&self) -> Result<Vec<Selection>, Failure> {
        let Some(folder) = &self.save else { return Ok(Vec::new()) };
        let cannot = |error: std::io::Error| {
            Failure::usage(format!("cannot use {}: {error}", folder.display()))
        };
        std::fs::create_dir_all(folder).map_err(cannot)?;
        let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
            .map_err(cannot)?
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .filter(|path| path.extension().is_some_and(|end| end == "yaml" || end == "yml"))
            .collect();
        paths.sort();
        let mut all = Vec::new();
        for path in paths {
            match invite_scenario::from_path(&path) {
                Ok(found) => all.extend(found),
                Err(errors) => {
                    for error in errors {
                        output::complain(&format!("invite-conformance: left out: {error}"));
                    }
                }
            }
        }
        Ok(all)
    }

    async fn explore(
        &self,
        target: Option<Target>,
        saved: Vec<Selection>,
    ) -> Result<Outcome, Failure> {
        let (server, target) = match target {
            Some(target) => (None, target),
            None => {
                let (server, target) = crate::embedded::start().map_err(|error| {
                    Failure::harness(format!("the reference server does not start: {error}"))
                })?;
                (Some(server), target)
            }
        };
        let interrupt = interrupt::Interrupt::listen()
            .map_err(|error| Failure::harness(format!("cannot listen to signals: {error}")))?;
        let ends = if server.is_some() { 2 } else { 1 };
        let time = self.time.or(self.walks.is_none().then_some(USUAL_TIME));
        let request = Request {
            target,
            seed: self.seed,
            people: self.people,
            length: usize::from(self.length),
            jobs: usize::from(self.jobs),
            time,
            walks: self.walks,
            first: self.fail_fast,
            strict: self.strict,
            run_id: run::run_id(),
            saved,
            limits: Limits {
                time: Some(MOST_OF_A_BATCH),
                stretches: true,
                rate: None,
                connections: descriptors::left().map(|left| left / ends),
                built: None,
            },
        };
        let line = Line::new(self.quiet || self.json);
        let watch = |progress: Progress| line.show(&words(progress));
        let outcome = invite_explore::explore(&request, || interrupt.wanted(), watch).await;
        line.clear();
        if let Some(server) = server {
            server.shutdown().await;
        }
        outcome.map_err(|error| match error {
            RunError::Untestable(_) | RunError::Interrupted(_) => {
                Failure { exit: Exit::Untestable, message: error.to_string() }
            }
            RunError::OutOfDescriptors => Failure::harness(error.to_string()),
            RunError::Connector(_) | RunError::OneApplication { .. } => {
                Failure::usage(error.to_string())
            }
        })
    }

    /// How the record names its target.
    fn name(&self, outcome: &mut Outcome) {
        outcome.record.target.flags = self.target.flags();
        if let Some(folder) = &self.save {
            let folder = folder.display().to_string();
            outcome.record.target.flags.extend(["--scenarios".to_owned(), folder]);
        }
    }

    /// Writes the scenarios of findings into the folder; returns where each is.
    fn keep(&self, outcome: &Outcome) -> Vec<Option<PathBuf>> {
        let write = |folder: &Path, finding: &Finding| {
            let path = folder.join(&finding.scenario.file);
            match std::fs::write(&path, &finding.scenario.source) {
                Ok(()) => Some(path),
                Err(error) => {
                    let path = path.display();
                    output::complain(&format!("invite-conformance: cannot write {path}: {error}"));
                    None
                }
            }
        };
        let all = outcome.findings.iter();
        all.map(|finding| self.save.as_deref().and_then(|folder| write(folder, finding))).collect()
    }

    fn text(&self, outcome: &Outcome, files: &[Option<PathBuf>]) -> String {
        let mut text = String::new();
        for tried in &outcome.tried {
            let _ = writeln!(text, "{}", became(tried));
        }
        for (finding, file) in outcome.findings.iter().zip(files) {
            text.push_str(&found(finding, file.as_deref()));
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&table(outcome));
        let _ = writeln!(text, "{}", summary(outcome, self.seed));
        text
    }

    fn as_json(&self, outcome: &Outcome) -> Value {
        let (seen, reachable) = outcome.cells.seen();
        let cells: Vec<Value> = outcome
            .cells
            .all()
            .map(|(cell, count)| json!({ "cell": cell, "tried": count }))
            .collect();
        json!({
            "seed": self.seed,
            "walks": outcome.walks,
            "steps": outcome.steps,
            "undriven": outcome.undriven,
            "turned_away": outcome.turned_away,
            "full": outcome.full,
            "duration_ms": outcome.duration_ms,
            "walking_ms": outcome.walking_ms,
            "interrupted": outcome.interrupted.map(|reason| reason.to_string()),
            "lost": outcome.lost,
            "findings": outcome.findings.iter().map(finding_json).collect::<Vec<_>>(),
            "saved": outcome.tried.iter().map(tried_json).collect::<Vec<_>>(),
            "cells": { "seen": seen, "reachable": reachable, "last_new_at_walk": outcome.last_new, "all": cells },
        })
    }
}

fn exit(outcome: &Outcome) -> Exit {
    let found = outcome.findings.iter().any(|it| it.shown.counted);
    let still = outcome.tried.iter().any(|it| it.shows.as_ref().is_some_and(|it| it.counted));
    if found || still {
        Exit::DoesNotConform
    } else if outcome.lost.is_some() || outcome.interrupted.is_some() || was_in_vain(outcome) {
        Exit::Untestable
    } else {
        Exit::Conforms
    }
}

/// Whether not one walk could be judged.
fn was_in_vain(outcome: &Outcome) -> bool {
    outcome.walks > 0 && outcome.turned_away + outcome.undriven == outcome.walks
}

fn words(progress: Progress) -> String {
    let Progress { walks, steps, cells: (seen, reachable), findings, shrinking } = progress;
    let now = if shrinking { ", cutting one down" } else { "" };
    format!(
        "{walks} walks, {steps} steps, {seen} of {reachable} cells, {}{now}",
        counted(findings, "finding")
    )
}

/// What became of a finding of earlier.
fn became(tried: &Tried) -> String {
    let file = Untrusted(&tried.scenario.file);
    match &tried.shows {
        _ if !tried.driven => format!("SKIP {file}: could not be driven to its end"),
        Some(shown) => format!("{} {}: {file} still fails", mark(shown.counted), shown.requirement),
        None => format!("mended: {file}"),
    }
}

fn mark(counts: bool) -> &'static str {
    if counts { "FAIL" } else { "note" }
}

/// A finding, with its scenario if no file has it.
fn found(finding: &Finding, file: Option<&Path>) -> String {
    let shown = &finding.shown;
    let mut text = String::new();
    let title = shown.requirement.row().title;
    let _ = writeln!(text, "{} {}: {title}", mark(shown.counted), shown.requirement);
    for line in shown.evidence.lines() {
        let _ = writeln!(text, "     {}", Untrusted(line));
    }
    if finding.rate.is_steady() {
        let _ = writeln!(
            text,
            "     {}, cut out of {} in {:.1} s; found after {:.1} s",
            counted(finding.steps, "step"),
            finding.steps_before,
            seconds(finding.shrink_ms),
            seconds(finding.found_ms),
        );
    } else {
        let _ = writeln!(
            text,
            "     it comes and goes: {} of {} times; not cut down ({})",
            finding.rate.failed,
            finding.rate.of,
            counted(finding.steps, "step"),
        );
    }
    match file {
        Some(path) => {
            let _ = writeln!(text, "     {}", path.display());
        }
        None if finding.rate.is_steady() => {
            for line in finding.scenario.source.lines() {
                let _ = writeln!(text, "     | {}", Untrusted(line));
            }
        }
        None => {}
    }
    text
}

#[expect(clippy::cast_precision_loss, reason = "a time for people")]
fn seconds(ms: u64) -> f64 {
    ms as f64 / 1_000.0
}

/// The table of cells: how many of those within reach were tried, for each operation.
fn table(outcome: &Outcome) -> String {
    let mut rows: BTreeMap<&str, (usize, usize, u64)> = BTreeMap::new();
    let mut never: Vec<&Cell> = Vec::new();
    for (cell, count) in outcome.cells.all() {
        let row = rows.entry(&cell.operation).or_default();
        row.0 += usize::from(count > 0);
        row.1 += 1;
        row.2 += count;
        if count == 0 {
            never.push(cell);
        }
    }
    if rows.is_empty() {
        return String::new();
    }
    let widest = rows.keys().map(|name| name.chars().count()).max().unwrap_or(0);
    let mut text =
        format!("{:<widest$}  {:>5} {:>9} {:>7}\n", "what", "cells", "of these", "tried");
    for (name, (seen, reachable, count)) in rows {
        let _ = writeln!(text, "{name:<widest$}  {seen:>5} {reachable:>9} {count:>7}");
    }
    if !never.is_empty() {
        let _ = writeln!(text, "\nwithin reach and never tried:");
        for cell in never.iter().take(MOST_NAMED) {
            let _ = writeln!(
                text,
                "  {}: caller {}, person {}, token {}, protected {}",
                cell.operation, cell.caller, cell.person, cell.token, cell.protected
            );
        }
        if never.len() > MOST_NAMED {
            let _ = writeln!(text, "  and {} more", never.len() - MOST_NAMED);
        }
    }
    text.push('\n');
    text
}

fn summary(outcome: &Outcome, seed: u64) -> String {
    let (seen, reachable) = outcome.cells.seen();
    let rate = outcome.steps * 1_000 / outcome.walking_ms.max(1);
    let quiet = outcome.walks.saturating_sub(outcome.last_new);
    let news = match quiet {
        0 => "new cells were still being found".to_owned(),
        quiet => format!("no new cell in the last {}", counted_u64(quiet, "walk")),
    };
    let mut text = format!(
        "{} with seed {seed}, {} ({rate} a second); {seen} of {reachable} cells within reach were \
         tried, {news}\n",
        counted_u64(outcome.walks, "walk"),
        counted_u64(outcome.steps, "step"),
    );
    if outcome.undriven > 0 {
        let _ = writeln!(
            text,
            "{} could not be driven to the end",
            counted_u64(outcome.undriven, "walk")
        );
    }
    if outcome.turned_away > 0 {
        let _ = writeln!(
            text,
            "not judged, because the target answered 429 (Too Many Requests): {}",
            counted_u64(outcome.turned_away, "walk")
        );
    }
    if outcome.full {
        text.push_str(
            "ended early: the target has no room: it answered 429 in each of the last walks. Start it \
             afresh,\nor explore for a shorter time\n",
        );
    }
    if let Some(reason) = outcome.interrupted {
        let _ = writeln!(text, "ended early: {}", ended(reason));
    }
    if let Some(lost) = &outcome.lost {
        let _ =
            writeln!(text, "ended early: {}", Untrusted(lost.lines().next().unwrap_or_default()));
    }
    let counting = outcome.findings.iter().filter(|it| it.shown.counted).count();
    let notes = outcome.findings.len() - counting;
    let _ = write!(text, "{}", counted(counting, "finding"));
    if notes > 0 {
        let _ = write!(
            text,
            ", and {} that {} not count",
            counted(notes, "finding"),
            if notes == 1 { "does" } else { "do" }
        );
    }
    text
}

fn counted(count: usize, noun: &str) -> String {
    let end = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{end}")
}

fn counted_u64(count: u64, noun: &str) -> String {
    counted(usize::try_from(count).unwrap_or(usize::MAX), noun)
}

fn ended(reason: Interruption) -> String {
    reason.to_string()
}

fn finding_json(finding: &Finding) -> Value {
    json!({
        "requirement": finding.shown.requirement,
        "counted": finding.shown.counted,
        "evidence": finding.shown.evidence,
        "failed": finding.rate,
        "steps": finding.steps,
        "steps_before": finding.steps_before,
        "found_ms": finding.found_ms,
        "shrink_ms": finding.shrink_ms,
        "candidates": finding.candidates,
        "walks": finding.times,
        "file": finding.scenario.file,
        "scenario": finding.scenario.source,
    })
}

fn tried_json(tried: &Tried) -> Value {
    json!({
        "file": tried.scenario.file,
        "driven": tried.driven,
        "mended": tried.driven && tried.shows.is_none(),
        "requirement": tried.shows.as_ref().map(|shown| shown.requirement),
    })
}
