//! The journal beside the record that is to be written (`run.json.part`): whatever ends the program,
//! only what was in flight is lost.

use super::{output, written};
use invite_drive::Progress;
use invite_record::journal;
use std::cell::RefCell;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// The journal of one run.
#[derive(Debug)]
pub(crate) struct Journal {
    path: PathBuf,
    state: RefCell<State>,
}

#[derive(Debug)]
struct State {
    /// None once it could not be written to.
    file: Option<File>,
    /// Whether it holds enough to be of use: the calls before the scenarios.
    is_useful: bool,
}

impl Journal {
    /// Begins a journal beside a record; none beside what is no file. A run does without one if it
    /// cannot be written.
    pub(crate) fn begin(record: &Path, head: impl FnOnce() -> String) -> Option<Journal> {
        let place = written::place(record);
        if std::fs::metadata(&place).is_ok_and(|found| !found.is_file()) {
            return None;
        }
        let mut name = place.into_os_string();
        name.push(".part");
        let path = PathBuf::from(name);
        // That of an earlier run, which was killed: it is replaced as its record would be. A link in
        // its place is not followed.
        let _ = std::fs::remove_file(&path);
        let mut options = OpenOptions::new();
        let file = options.append(true).create_new(true).open(&path);
        let journal = Journal { path, state: RefCell::new(State { file: None, is_useful: false }) };
        match file {
            Ok(file) => journal.state.borrow_mut().file = Some(file),
            Err(error) => {
                journal.complain(&error);
                return None;
            }
        }
        journal.add(&head());
        Some(journal)
    }

    /// Takes down what came.
    pub(crate) fn note(&self, progress: Progress<'_>) {
        match progress {
            Progress::Probed(trace, kinds) => {
                let is_added = self.add(&journal::preflight(trace, kinds));
                self.state.borrow_mut().is_useful = is_added;
            }
            Progress::Held(outcome) | Progress::Ended(_, outcome) => {
                self.add(&journal::ended(outcome));
            }
            Progress::Planned(_) | Progress::Begun(_) => {}
        }
    }

    /// Adds a line, at once and whole; whether that went well. After the first that does not, no more
    /// is added: the run goes on without.
    fn add(&self, line: &str) -> bool {
        let mut state = self.state.borrow_mut();
        let Some(file) = &mut state.file else { return false };
        match file.write_all(line.as_bytes()) {
            Ok(()) => true,
            Err(error) => {
                state.file = None;
                drop(state);
                self.complain(&error);
                false
            }
        }
    }

    fn complain(&self, error: &std::io::Error) {
        output::complain(&format!(
            "invite-conformance: cannot write {}: {error}; the run goes on, and is lost if it is killed",
            self.path.display()
        ));
    }

    /// The run is over: takes the journal away, unless the record that it stands for could not be
    /// written.
    pub(crate) fn end(self, is_written: bool) {
        let is_useful = self.state.borrow().is_useful;
        if is_written || !is_useful {
            // One that cannot be removed does no harm.
            let _ = std::fs::remove_file(&self.path);
            return;
        }
        let path = self.path.display();
        output::complain(&format!(
            "invite-conformance: what was learned is kept in {path}: `invite-conformance report \
             {path} --report json=RUN.json` makes a record of it"
        ));
    }
}
