//! `judge`: a verdict on captured traffic, for the server and for the clients in it.

use super::{Exit, Failure, file, output, run};
use clap::Args;
use invite_record::capture::{self, Captured, Source};
use invite_report::Judgement;
use invite_spec::requirement::Side;
use invite_trace::Check;
use invite_trace::{Trace, View};
use serde_json::json;
use std::path::PathBuf;

/// Judge captured traffic, the server and the clients in it: no target is needed.
///
/// Takes traces of this program, a run record, or HAR files as browsers save them (with WebSocket
/// messages). Several HAR files are the clients of one target. What the traffic does not tell of
/// is not observed, and neither passes nor fails. A fault of either side makes the exit code 1. Clients
/// are judged where the harness was not one of them.
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
        let Checks { server, client } = match captured {
            Captured::Record(record) => {
                let checks = invite_record::recompute(&record)
                    .map_err(|error| Failure::usage(format!("{}: {error}", sources[0].name)))?;
                match record.side {
                    Side::Server => Checks { server: checks, ..Checks::default() },
                    Side::Client => Checks { client: checks, ..Checks::default() },
                }
            }
            Captured::Traces(traces) => of_traces(&traces, &mut notes)?,
            Captured::Har(mut imported) => {
                if self.complete {
                    imported.trace.view = View::Whole;
                }
                for (what, count) in &imported.left_out {
                    notes.push(format!("left out: {count} {what}"));
                }
                Checks {
                    server: invite_judge::judge_captured(&imported.trace),
                    client: invite_judge::judge_clients(&imported.trace),
                }
            }
        };
        let judgement = Judgement::of(Side::Server, server, self.strict);
        let client = Judgement::of(Side::Client, client, self.strict);
        if self.json {
            let value = json!({ "judgement": judgement, "client": client, "notes": notes });
            output::print(&output::json(&value)?)?;
        } else {
            let mut page = output::page();
            for note in &notes {
                page.behind(["note: ".into()], note);
            }
            // A side of which nothing was seen has nothing to say, unless neither has.
            if !client.is_empty() {
                client.terminal(&mut page);
                page.blank();
            }
            if client.is_empty() || !judgement.is_empty() {
                judgement.terminal(&mut page);
            }
            output::print(&page.into_text())?;
        }
        let sides = [&judgement, &client];
        let seen = || sides.iter().filter(|side| !side.is_empty());
        Ok(match (seen().count(), seen().all(|side| side.conforms)) {
            (0, _) => Exit::Untestable,
            (_, true) => Exit::Conforms,
            (_, false) => Exit::DoesNotConform,
        })
    }
}

/// The checks of both sides.
#[derive(Default)]
struct Checks {
    server: Vec<Check>,
    client: Vec<Check>,
}

/// A trace of a known scenario is judged by that as well as by the laws. The harness was its client,
/// and may have been wrong on purpose.
fn of_traces(traces: &[Trace], notes: &mut Vec<String>) -> Result<Checks, Failure> {
    let known = invite_scenario::built_in().map_err(|errors| run::faults(&errors))?;
    let mut checks = Checks::default();
    for trace in traces {
        let found = known.iter().find(|found| found.scenario.id.value == trace.scenario);
        match found {
            Some(found) if trace.view.is_whole() => {
                checks.server.extend(invite_judge::judge(&found.scenario, trace));
            }
            _ => {
                notes.push(format!("`{}` is judged by the laws alone", trace.scenario));
                checks.server.extend(invite_judge::judge_captured(trace));
                checks.client.extend(invite_judge::judge_clients(trace));
            }
        }
    }
    Ok(checks)
}
