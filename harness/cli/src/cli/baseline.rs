//! `--baseline` and `--write-baseline`: known failures.

use super::{Failure, output};
use clap::Args;
use invite_record::Record;
use invite_record::baseline::{self, Baseline, Day};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// Known failures.
#[derive(Debug, Clone, Args)]
pub(crate) struct Known {
    /// Known failures: others are red, and so are those that no longer fail
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write a first list of known failures, from this run
    #[arg(long, value_name = "FILE", conflicts_with = "baseline")]
    write_baseline: Option<PathBuf>,
}

impl Known {
    /// The list that is given.
    pub(crate) fn path(&self) -> Option<&Path> {
        self.baseline.as_deref()
    }

    /// Whether a first list is to be written.
    pub(crate) fn is_written(&self) -> bool {
        self.write_baseline.is_some()
    }

    /// Reads the list, if one is given; makes sure that a new one can be written.
    pub(crate) fn read<'s>(
        &self,
        scenarios: impl Iterator<Item = &'s str>,
    ) -> Result<Option<Baseline>, Failure> {
        if let Some(path) = &self.write_baseline {
            if path.exists() {
                return Err(Failure::usage(format!(
                    "{} is there already, and is not overwritten: remove it first, or write \
                     another file",
                    path.display()
                )));
            }
            // What cannot be written is better known before the run than after it.
            create(path)?;
            let _ = std::fs::remove_file(path);
        }
        let Some(path) = &self.baseline else { return Ok(None) };
        let file = path.display().to_string();
        let text = invite_scenario::read_bounded(path, invite_scenario::MOST_BYTES)
            .map_err(|error| Failure::usage(format!("cannot read {file}: {error}")))?;
        let ids: Vec<&str> = scenarios.chain(["preflight"]).collect();
        baseline::read(&file, &text, &ids).map(Some).map_err(|errors| {
            let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
            Failure::usage(lines.join("\ninvite-conformance: "))
        })
    }

    /// Writes the first list, if one is wanted.
    pub(crate) fn write(&self, record: &Record) -> Result<(), Failure> {
        let Some(path) = &self.write_baseline else { return Ok(()) };
        let (text, count) = baseline::first(record, today()?);
        create(path)?
            .write_all(text.as_bytes())
            .map_err(|error| Failure::usage(format!("cannot write {}: {error}", path.display())))?;
        let failures = if count == 1 { "failure" } else { "failures" };
        output::complain(&format!(
            "invite-conformance: {} lists {count} known {failures}",
            path.display()
        ));
        Ok(())
    }
}

/// Makes a file that is not there yet.
fn create(path: &Path) -> Result<std::fs::File, Failure> {
    std::fs::File::create_new(path)
        .map_err(|error| Failure::usage(format!("cannot write {}: {error}", path.display())))
}

/// The day that expiries are compared with (UTC).
pub(crate) fn today() -> Result<Day, Failure> {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let day = i64::try_from(seconds).ok().and_then(Day::of_unix);
    day.ok_or_else(|| Failure::harness("the clock of this machine tells no day"))
}
