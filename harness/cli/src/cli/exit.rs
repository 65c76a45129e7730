//! The exit codes: what a script can rely on.

use invite_judge::Summary;
use invite_record::Record;
use invite_record::snapshot::Compared;
use invite_spec::requirement::Side;
use std::process::ExitCode;

/// What the program's exit code says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// The target conforms; or the command did what it was asked.
    Conforms = 0,
    /// The target does not conform; or the baseline is stale; or, with `--check-snapshots`, a
    /// payload looks otherwise than its snapshot.
    DoesNotConform = 1,
    /// The command line, a scenario, a description or a file is wrong or cannot be read; or nothing
    /// matches `--only`.
    Usage = 2,
    /// The target could not be tested: unreachable, or it refused the credentials; or the run was
    /// interrupted before anything had failed.
    Untestable = 3,
    /// The harness itself failed.
    Harness = 70,
}

/// The same, for `--help`.
pub(crate) const HELP: &str = "\
Exit codes:
  0   the target conforms (or the command did what it was asked)
  1   the target does not conform; also: a stale entry of the baseline, an invalid payload, a
      breaking change, verdicts that do not follow, a mutant that survives
  2   the command line, a scenario, a target description or a file is wrong or unreadable,
      or no scenario matches
  3   the target could not be tested: it is unreachable, or refused the credentials; or nothing
      was judged, since every scenario was skipped, or the run interrupted before anything failed
  70  the harness itself failed";

impl Exit {
    /// The exit code of a run.
    pub(crate) fn of(record: &Record) -> Exit {
        let new = record.baseline.as_ref().map(|it| it.assessment.new.len());
        let failures = new.unwrap_or(record.tally.summary.failed);
        let is_changed = record.snapshots.as_ref().is_some_and(Compared::fails);
        match (record.conforms(), record.tally.summary.errors) {
            (true, _) if is_changed => Exit::DoesNotConform,
            (true, _) => Exit::Conforms,
            // Nothing new had failed, and nothing in the baseline is stale.
            (false, 0)
                if failures == 0
                    && [Summary::INTERRUPTED, Summary::NOTHING].contains(&&*record.verdict()) =>
            {
                Exit::Untestable
            }
            (false, 0) => Exit::DoesNotConform,
            (false, _) if failures > 0 => Exit::DoesNotConform,
            // It was the adapter that failed, and not the harness.
            (false, _) if record.side == Side::Client => Exit::Untestable,
            (false, _) => Exit::Harness,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}
