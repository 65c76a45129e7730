//! `--snapshots`: what the target's payloads look like, beside what they looked like before.

use super::{Failure, written};
use clap::Args;
use invite_record::snapshot::{self, Compared, Snapshot};
use invite_record::{Part, Record};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// How the file of a snapshot ends.
const END: &str = ".snap";
/// How the file of one ends that is still to be looked at, as `cargo insta` has it.
const PENDING: &str = ".snap.new";

/// Snapshots of payloads.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Snapshots {
    /// Write down what payloads look like, or compare with what is there
    #[arg(long = "snapshots", value_name = "DIR", conflicts_with = "shard")]
    folder: Option<PathBuf>,
    /// Let the run fail where a payload looks otherwise than its snapshot
    #[arg(long, requires = "folder")]
    check_snapshots: bool,
    /// Overwrite the snapshots that differ
    #[arg(long, requires = "folder", conflicts_with = "check_snapshots")]
    accept_snapshots: bool,
}

/// The snapshots of a folder before the run.
pub(crate) struct Folder<'f> {
    path: &'f Path,
    part: String,
    before: BTreeMap<String, Value>,
    is_checked: bool,
    is_accepted: bool,
}

impl Snapshots {
    /// Whether payloads are looked at.
    pub(crate) fn is_asked(&self) -> bool {
        self.folder.is_some()
    }

    /// Reads the folder, and makes sure that it can be written to.
    pub(crate) fn open(&self, part: &Part) -> Result<Option<Folder<'_>>, Failure> {
        let Some(path) = &self.folder else { return Ok(None) };
        std::fs::create_dir_all(path).map_err(|error| unwritable(path, &error))?;
        let probe = path.join(".invite-conformance");
        written::try_place(&probe).map_err(|error| unwritable(path, &error))?;
        let mut folder = Folder {
            path,
            part: part.to_string(),
            before: BTreeMap::new(),
            is_checked: self.check_snapshots,
            is_accepted: self.accept_snapshots,
        };
        let unreadable =
            |path: &Path, what: String| Failure::usage(format!("{} {what}", path.display()));
        let entries = std::fs::read_dir(path)
            .map_err(|error| unreadable(path, format!("cannot be read: {error}")))?;
        for entry in entries.flatten() {
            let (file, name) = (entry.path(), entry.file_name());
            let Some(name) = name.to_str().and_then(|name| name.strip_suffix(END)) else {
                continue;
            };
            let text = invite_scenario::read_bounded(&file, invite_scenario::MOST_BYTES)
                .map_err(|error| unreadable(&file, format!("cannot be read: {error}")))?;
            let (shape, of) =
                snapshot::read(&text).map_err(|error| unreadable(&file, error.to_string()))?;
            // Other scenarios show other payloads: every difference would be one of those.
            if of != folder.part && !folder.is_accepted {
                return Err(unreadable(
                    &file,
                    format!(
                        "rests on {of}, and this run on {}: run the same ones, or take another \
                         folder",
                        folder.part
                    ),
                ));
            }
            folder.before.insert(name.to_owned(), shape);
        }
        Ok(Some(folder))
    }
}

impl Folder<'_> {
    /// Compares a run with the folder, and writes down what is new.
    pub(crate) fn compare(&self, record: &Record) -> Result<Compared, Failure> {
        let taken = snapshot::take(record);
        let mut compared = Compared::of(&taken, &self.before);
        compared.folder = self.path.display().to_string();
        compared.is_checked = self.is_checked;
        compared.is_accepted = self.is_accepted;
        let overwrites = compared.is_first || self.is_accepted;
        for snapshot in &taken {
            let is_same = self.before.get(&snapshot.name) == Some(&snapshot.shape);
            match (overwrites, is_same) {
                (true, _) => self.write(snapshot, END)?,
                (false, false) => self.write(snapshot, PENDING)?,
                (false, true) => {}
            }
            if overwrites || is_same {
                self.remove(&snapshot.name, PENDING);
            }
        }
        for name in compared.gone.iter().filter(|_| self.is_accepted) {
            self.remove(name, END);
        }
        Ok(compared)
    }

    fn file(&self, name: &str, end: &str) -> PathBuf {
        self.path.join(format!("{name}{end}"))
    }

    fn write(&self, snapshot: &Snapshot, end: &str) -> Result<(), Failure> {
        let file = self.file(&snapshot.name, end);
        let text = snapshot::write(snapshot, &self.part);
        written::replace(&file, &text, false).map_err(|error| unwritable(&file, &error))
    }

    /// Removes a file, if it is there.
    fn remove(&self, name: &str, end: &str) {
        // One that cannot be removed is seen again in the next run.
        let _ = std::fs::remove_file(self.file(name, end));
    }
}

fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::usage(format!("cannot write {}: {error}", path.display()))
}
