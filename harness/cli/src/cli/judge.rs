//! `judge`: a verdict on captured traffic.

use super::{Exit, Failure, file, output, run};
use clap::Args;
use invite_record::capture::{self, Captured, Source};
use invite_report::Judgement;
use invite_trace::Check;
use invite_trace::{Trace, View};
use serde_json::json;
use std::path::PathBuf;

/// Judge captured traffic: no target is needed.
///
/// Takes traces of this program, a run record, or HAR files as browsers save them (with WebSocket
/// messages). Several HAR files are the clients of one target. What the traffic does not tell of
/// is not observed, and neither passes nor fails.
#[derive(Debug, Args)]
pub(crate) struct Judge {
    /// The capture; `-` for standard input
    #[arg(value_name = "TRACE", required = true)]
    captures: Vec<PathBuf>,
    /// The capture holds all that anybody did: what has no cause in it has none
    #[arg(long)]
    complete: bool,
    /// Let `chosen` requirements count as well
    #[arg(long)]
    strict: bool,
    /// As JSON
    #[arg(long)]
    json: bool,
}

impl Judge {
    pub(crate) fn perform(self) -> Result<Exit, Failure> {
        let sources = self
            .captures
            .iter()
            .map(|path| Ok(Source { name: path.display().to_string(), text: file::text(path)? }))
            .collect::<Result<Vec<_>, Failure>>()?;
        let captured =
            capture::read(&sources).map_err(|error| Failure::usage(error.to_string()))?;
        let mut notes = Vec::new();
        let checks = match captured {
            Captured::Record(record) => invite_record::recompute(&record)
                .map_err(|error| Failure::usage(format!("{}: {error}", sources[0].name)))?,
            Captured::Traces(traces) => of_traces(&traces, &mut notes)?,
            Captured::Har(mut imported) => {
                if self.complete {
                    imported.trace.view = View::Whole;
                }
                for (what, count) in &imported.left_out {
                    notes.push(format!("left out: {count} {what}"));
                }
                invite_judge::judge_captured(&imported.trace)
            }
        };
        let judgement = Judgement::of(checks, self.strict);
        if self.json {
            let value = json!({ "judgement": judgement, "notes": notes });
            output::print(&output::json(&value)?)?;
        } else {
            let notes: String = notes.iter().map(|note| format!("note: {note}\n")).collect();
            let style = output::style();
            output::print(&invite_text::clean(&(notes + &judgement.terminal(style)), style))?;
        }
        Ok(match (judgement.conforms, judgement.is_empty()) {
            (true, _) => Exit::Conforms,
            (false, true) => Exit::Untestable,
            (false, false) => Exit::DoesNotConform,
        })
    }
}

/// A trace of a known scenario is judged by that as well as by the laws.
fn of_traces(traces: &[Trace], notes: &mut Vec<String>) -> Result<Vec<Check>, Failure> {
    let known = invite_scenario::built_in().map_err(|errors| run::faults(&errors))?;
    let mut checks = Vec::new();
    for trace in traces {
        let found = known.iter().find(|found| found.scenario.id.value == trace.scenario);
        match found {
            Some(found) if trace.view.is_whole() => {
                checks.extend(invite_judge::judge(&found.scenario, trace));
            }
            _ => {
                notes.push(format!("`{}` is judged by the laws alone", trace.scenario));
                checks.extend(invite_judge::judge_captured(trace));
            }
        }
    }
    Ok(checks)
}
