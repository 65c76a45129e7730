//! `history`: what several runs came to.

use super::{Exit, Failure, output, report, written};
use clap::Args;
use invite_record::{History, HistoryBuilder};
use std::path::{Path, PathBuf};

/// Tell what several runs came to: the trend, and the requirements that come and go.
#[derive(Debug, Args)]
#[command(after_help = "\
The runs are put in the order in which they began. Exit codes:
  0   told
  2   one of the files is no run record")]
pub(crate) struct PastRuns {
    /// The records (`run --report json=RUN.json`)
    #[arg(value_name = "RUN.json", required = true)]
    records: Vec<PathBuf>,
    /// Write a page for a browser as well
    #[arg(long, value_name = "PAGE.html")]
    html: Option<PathBuf>,
    /// As JSON
    #[arg(long)]
    json: bool,
}

impl PastRuns {
    pub(crate) fn perform(self) -> Result<Exit, Failure> {
        let mut runs = HistoryBuilder::default();
        for path in &self.records {
            runs.add(&report::read(path)?);
        }
        let history = runs.build();
        if let Some(path) = &self.html {
            write_page(path, &history)?;
        }
        let text = match self.json {
            true => output::json(&history)?,
            false => invite_report::history_text(&history, output::page()),
        };
        output::print(&text)?;
        Ok(Exit::Conforms)
    }
}

fn write_page(path: &Path, history: &History) -> Result<(), Failure> {
    let page = invite_report::history_html(history);
    let fault = |error| Failure::usage(format!("cannot write {}: {error}", path.display()));
    written::replace(path, &page, false).map_err(fault)
}
