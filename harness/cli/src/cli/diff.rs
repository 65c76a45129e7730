//! `diff`: what changed from one run to another.

use super::{Exit, Failure, output, report};
use clap::Args;
use invite_record::Comparison;
use std::path::PathBuf;

/// Tell what broke from one run to another, what was mended, and which payloads look otherwise.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes:
  0   nothing fails that did not fail before
  1   something does
  2   OLD or NEW is no run record")]
pub(crate) struct Diff {
    /// The record of the run before (`run --report json=OLD.json`)
    #[arg(value_name = "OLD.json")]
    old: PathBuf,
    /// The record of the run after
    #[arg(value_name = "NEW.json")]
    new: PathBuf,
    /// As Markdown, for a pull request
    #[arg(long, conflicts_with = "json")]
    markdown: bool,
    /// As JSON
    #[arg(long)]
    json: bool,
}

impl Diff {
    pub(crate) fn perform(self) -> Result<Exit, Failure> {
        let comparison = Comparison::of(&report::read(&self.old)?, &report::read(&self.new)?);
        let text = if self.json {
            output::json(&comparison)?
        } else if self.markdown {
            invite_report::comparison_markdown(&comparison)
        } else {
            invite_report::comparison_text(&comparison, output::page())
        };
        output::print(&text)?;
        Ok(if comparison.is_worse() { Exit::DoesNotConform } else { Exit::Conforms })
    }
}
