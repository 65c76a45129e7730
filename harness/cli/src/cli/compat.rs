//! `compat`: what a change of the wire breaks, and for whom.

use super::{Exit, Failure, output};
use clap::Args;
use invite_compat::Report;
use std::ffi::OsString;

/// Tell what a change of the payloads breaks, and for whom.
#[derive(Debug, Args)]
#[command(after_help = "\
A directory is a repository's root (its spec is read), such a spec, or holds *.json of schemas
itself. A name that is no directory is a revision of the git repository here, such as main~3 or a
tag.

Exit codes:
  0   nothing breaks anybody
  1   something breaks servers, clients or both, or it cannot be told whether it does
  2   OLD or NEW is no directory and no revision, or holds no schemas or malformed files")]
pub(crate) struct Compat {
    /// The version before: a directory, or a git revision
    old: OsString,
    /// The version after: a directory, or a git revision
    new: OsString,
    /// As Markdown, for a pull request
    #[arg(long, conflicts_with = "json")]
    markdown: bool,
    /// As JSON, editorial changes included
    #[arg(long)]
    json: bool,
    /// Show editorial changes, too: titles, descriptions, examples
    #[arg(long)]
    all: bool,
}

impl Compat {
    pub(crate) fn perform(self) -> Result<Exit, Failure> {
        let read = |side: &str, named: &OsString| {
            invite_compat::read(named).map_err(|error| Failure::usage(format!("{side}: {error}")))
        };
        let (old, new) = (read("OLD", &self.old)?, read("NEW", &self.new)?);
        let (old_name, new_name) = (self.old.to_string_lossy(), self.new.to_string_lossy());
        let report = Report::new((&old_name, &old), (&new_name, &new));
        let text = if self.json {
            output::json(&report)?
        } else if self.markdown {
            invite_compat::markdown(&report, self.all)
        } else {
            invite_compat::text(&report, self.all, output::page())
        };
        output::print(&text)?;
        Ok(if report.is_breaking() { Exit::DoesNotConform } else { Exit::Conforms })
    }
}
