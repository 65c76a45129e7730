//! `report`: makes reports of a run that is over.

use super::{Exit, Failure, file, key, output, reports};
use clap::Args;
use invite_record::{FORMAT, Record, journal, merge};
use invite_report::{View, terminal};
use serde::de::IgnoredAny;
use std::path::{Path, PathBuf};

/// Make reports of a run record, or of the records of all shards of a run.
///
/// The records of `run --shard 1/3`, `2/3` and `3/3`, in any order, make one report: that of the
/// whole run. It is a new record, which nobody has signed: verify each shard first, and sign the whole
/// with `--sign`. The exit code is the one that the run had.
#[derive(Debug, Args)]
#[command(after_help = reports::formats())]
pub(crate) struct Report {
    /// The record: what `run --report json=RUN.json` wrote; of a run in shards, all of them. Of a run
    /// that was killed, its journal: RUN.json.part
    #[arg(value_name = "RUN.json", required = true)]
    records: Vec<PathBuf>,
    /// Write a report; see the formats below. Without any, the terminal's is printed
    #[arg(long = "report", value_name = "FORMAT=PATH", value_parser = reports::wanted)]
    reports: Vec<reports::Wanted>,
    /// Sign the record that is written (`--report json=PATH`) with this private key
    #[arg(long, value_name = "KEYFILE")]
    sign: Option<PathBuf>,
    /// Tell everything
    #[arg(long, short)]
    verbose: bool,
    /// Print the explanations of what failed, and the counts, as JSON
    #[arg(long)]
    json: bool,
}

impl Report {
    pub(crate) fn perform(self) -> Result<Exit, Failure> {
        if self.sign.is_some() && !self.reports.iter().any(reports::Wanted::is_record) {
            return Err(Failure::usage(
                "--sign signs a run record, and none is written: add `--report json=PATH`",
            ));
        }
        let key = self.sign.as_deref().map(key::signing).transpose()?;
        let mut record = whole(&self.records)?;
        key::sign(&mut record, key.as_ref())?;
        let places = reports::Places::prepare(&self.reports)?;
        let kept = places.write(&record);
        if !self.json && !self.reports.is_empty() {
            return match kept.is_nothing() {
                true => Err(Failure::usage("no report could be written")),
                false => Ok(Exit::of(&record)),
            };
        }
        kept.exit(&record, self.show(&record))
    }

    fn show(&self, record: &Record) -> Result<(), Failure> {
        if self.json {
            let shown = serde_json::json!({
                "format": record.format,
                "summary": record.tally.summary,
                "conforms": record.conforms(),
                "partial": record.partial.as_ref().map(ToString::to_string),
                "verdict": record.verdict(),
                "explanations": invite_report::explain(record),
            });
            output::print(&output::json(&shown)?)
        } else {
            let view = View { verbose: self.verbose, ..output::view() };
            output::print(&terminal(record, output::style(), view))
        }
    }
}

/// The record of a run: one file, or one for each shard.
fn whole(paths: &[PathBuf]) -> Result<Record, Failure> {
    if let [path] = paths {
        return read(path);
    }
    let records = paths.iter().map(|path| read(path)).collect::<Result<Vec<_>, _>>()?;
    merge(&records).map_err(|error| {
        let names: Vec<String> = paths
            .iter()
            .enumerate()
            .map(|(index, path)| format!("\n  record {}: {}", index + 1, path.display()))
            .collect();
        Failure::usage(format!("these records do not make one run: {error}{}", names.concat()))
    })
}

/// What tells a record from anything else.
#[derive(serde::Deserialize)]
struct Head {
    format: Option<serde_json::Value>,
}

/// Reads a record, of this version's format.
pub(crate) fn read(path: &Path) -> Result<Record, Failure> {
    parse(path, &text(path)?)
}

/// The text of a record's file.
pub(crate) fn text(path: &Path) -> Result<String, Failure> {
    let shown = path.display();
    file::read(path).map_err(|error| Failure::usage(format!("{shown} cannot be read: {error}")))
}

/// The record that a file's text is.
pub(crate) fn parse(path: &Path, text: &str) -> Result<Record, Failure> {
    let shown = path.display();
    if journal::is_journal(text) {
        let fault = |error| Failure::usage(format!("no record can be made of {shown}: {error}"));
        return journal::recover(text).map_err(fault);
    }
    serde_json::from_str::<IgnoredAny>(text)
        .map_err(|error| Failure::usage(format!("{shown} is not JSON: {error}")))?;
    let head: Option<Head> = serde_json::from_str(text).ok();
    match head.as_ref().and_then(|head| head.format.as_ref()?.as_str()) {
        Some(FORMAT) => {}
        Some(other) => {
            return Err(Failure::usage(format!(
                "{shown} has the format `{other}`, and this version reads `{FORMAT}`: use the \
                 version of the program that made the record, or run it again"
            )));
        }
        None => {
            return Err(Failure::usage(format!(
                "{shown} is not a run record: it has no `format`; `run --report json={shown}` makes one"
            )));
        }
    }
    serde_json::from_str(text)
        .map_err(|error| Failure::usage(format!("{shown} is not a complete run record: {error}")))
}
