//! The journal of a run: what was learned so far, a line for each scenario that has ended. Whatever
//! ends the program, a record of it can be made afterwards.
//!
//! The first line is the record as it would be if nothing more came. Each further line is something
//! that came: the preflight, or a scenario. Of several lines about one scenario the last one holds. A
//! last line without its end was being written when the program was ended, and is ignored.

use super::verify::{Unverifiable, recomputed};
use super::{FORMAT, Options, Part, Partial, Record};
use invite_judge::Tally;
use invite_scenario::description::Target;
use invite_scenario::{Driven, Kinds, PREFLIGHT, Selection, Skipped};
use invite_trace::reference::Bindings;
use invite_trace::{Ended, Interruption, SkipReason, StopReason, Trace, View};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The name and version of the journal's format.
pub const JOURNAL: &str = "invite-conformance-journal/1";

/// What came.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum Line<'t> {
    Preflight { trace: &'t Trace, first: Option<bool>, second: Option<bool>, has_second: bool },
    Driven { trace: &'t Trace },
    Skipped { scenario: &'t str, reason: &'t SkipReason },
}

/// The same, read again.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum OwnLine {
    Preflight { trace: Trace, first: Option<bool>, second: Option<bool>, has_second: bool },
    Driven { trace: Trace },
    Skipped { scenario: String, reason: SkipReason },
}

/// What tells a journal from anything else.
#[derive(Deserialize)]
struct Head {
    format: Option<String>,
}

/// Why no record can be made of a journal.
#[derive(Debug, thiserror::Error)]
pub enum Unrecoverable {
    /// The run had not begun to test anything.
    #[error("the run was ended before the target had answered: nothing was judged")]
    Nothing,
    /// A line is not what it should be.
    #[error("line {line} is none of a journal: {why}")]
    Line {
        /// Which, from 1.
        line: usize,
        /// Why.
        why: String,
    },
    /// What it holds cannot be judged.
    #[error(transparent)]
    Unverifiable(#[from] Unverifiable),
}

/// The first line: the record of a run that has learned nothing yet.
pub fn head(
    target: &Target,
    scenarios: &[Selection],
    part: &Part,
    options: &Options,
    finish: impl FnOnce(&mut Record),
) -> String {
    let lost = Interruption::Killed;
    let traces = scenarios.iter().map(|found| {
        let scenario = found.scenario.id.value.clone();
        Err(Skipped { scenario, reason: SkipReason::Interrupted(lost) })
    });
    let preflight = Trace {
        scenario: PREFLIGHT.to_owned(),
        view: View::Whole,
        epoch_us: 0,
        bindings: Bindings::default(),
        tokens: BTreeMap::new(),
        entries: Vec::new(),
        ended: Ended::Complete,
    };
    let driven = Driven {
        preflight,
        kinds: Kinds::default(),
        traces: traces.collect(),
        retried: Vec::new(),
        tried: Vec::new(),
        interrupted: Some(lost),
    };
    let mut record = Record::new(target, scenarios, part.clone(), driven, options.clone(), 0);
    finish(&mut record);
    record.format = JOURNAL.to_owned();
    // They follow from what comes.
    record.checks = Vec::new();
    record.tally = Tally::of(&[], options.strict);
    line(&record)
}

/// The line of the calls before the scenarios.
pub fn preflight(trace: &Trace, kinds: Kinds) -> String {
    let Kinds { first, second, has_second } = kinds;
    line(&Line::Preflight { trace, first, second, has_second })
}

/// The line of a scenario that has ended.
pub fn ended(outcome: &Result<Trace, Skipped>) -> String {
    line(&match outcome {
        Ok(trace) => Line::Driven { trace },
        Err(Skipped { scenario, reason }) => Line::Skipped { scenario, reason },
    })
}

fn line(value: &impl Serialize) -> String {
    // What a record holds always serialises, and no line of JSON has a line end in it.
    let mut text = serde_json::to_string(value).unwrap_or_default();
    text.push('\n');
    text
}

/// Whether a text is a journal.
pub fn is_journal(text: &str) -> bool {
    let head = text.lines().next().and_then(|line| serde_json::from_str::<Head>(line).ok());
    head.is_some_and(|head| head.format.as_deref() == Some(JOURNAL))
}

/// The record that can be made of a journal: a partial one, unless all scenarios had ended.
///
/// # Errors
///
/// If it is no journal, or nothing had been learned.
pub fn recover(text: &str) -> Result<Record, Unrecoverable> {
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    let mut lines = whole.lines().enumerate();
    let fault = |at: usize| {
        move |error: serde_json::Error| Unrecoverable::Line { line: at + 1, why: error.to_string() }
    };
    let (at, first) = lines.next().ok_or(Unrecoverable::Nothing)?;
    let mut record: Record = serde_json::from_str(first).map_err(fault(at))?;
    record.format = FORMAT.to_owned();
    let mut is_begun = false;
    for (at, line) in lines {
        match serde_json::from_str(line).map_err(fault(at))? {
            OwnLine::Preflight { trace, first, second, has_second } => {
                record.preflight = trace;
                record.target.set_kinds(Kinds { first, second, has_second });
                is_begun = true;
            }
            OwnLine::Driven { trace } => driven(&mut record, trace, at)?,
            OwnLine::Skipped { scenario, reason } => {
                let entry = record.scenarios.iter_mut().find(|it| it.id == scenario);
                entry.ok_or_else(|| unknown(at, &scenario))?.skipped = Some(reason.into());
            }
        }
    }
    if !is_begun {
        return Err(Unrecoverable::Nothing);
    }
    let is_lost = record.scenarios.iter().any(|it| {
        let reason = it.skipped.as_ref().map(|skip| &skip.reason);
        reason == Some(&SkipReason::Interrupted(Interruption::Killed))
    });
    record.interrupted = record.interrupted.filter(|_| is_lost);
    let traces = record.scenarios.iter().filter_map(|it| it.trace.as_ref());
    let last = traces.filter_map(|trace| trace.entries.last()).map(|entry| entry.at_us).max();
    record.duration_ms = last.unwrap_or(0) / 1_000;
    let (checks, tally) = recomputed(&record)?;
    record.partial = Partial::of(&record.part, record.interrupted, &tally, record.side);
    (record.checks, record.tally) = (checks, tally);
    record.seal();
    Ok(record)
}

fn unknown(at: usize, scenario: &str) -> Unrecoverable {
    let why = format!("`{scenario}` is no scenario of this run");
    Unrecoverable::Line { line: at + 1, why }
}

fn driven(record: &mut Record, trace: Trace, at: usize) -> Result<(), Unrecoverable> {
    let entry = record.scenarios.iter_mut().find(|it| it.id == trace.scenario);
    let entry = entry.ok_or_else(|| unknown(at, &trace.scenario))?;
    // Another trace of the same scenario is that of its second try.
    entry.retried_alone = entry.trace.take().filter(|first| *first != trace).and_then(stopped);
    entry.trace = Some(trace);
    entry.skipped = None;
    Ok(())
}

fn stopped(trace: Trace) -> Option<StopReason> {
    match trace.ended {
        Ended::Stopped(stop) => Some(stop.reason),
        Ended::Complete => None,
    }
}
