//! A line that tells what is running: on a terminal only.

use invite_conformance::drive::Progress;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::io::{IsTerminal as _, Write as _};

/// Shows progress on standard error.
#[derive(Debug)]
pub(crate) struct Line {
    shown: bool,
    state: RefCell<State>,
}

#[derive(Debug, Default)]
struct State {
    planned: usize,
    ended: usize,
    running: BTreeSet<String>,
}

impl Line {
    /// A line; silent where standard error is no terminal, or when told to be.
    pub(crate) fn new(quiet: bool) -> Line {
        let shown = !quiet && std::io::stderr().is_terminal();
        Line { shown, state: RefCell::default() }
    }

    /// Takes note of what happened.
    pub(crate) fn note(&self, progress: Progress<'_>) {
        let mut state = self.state.borrow_mut();
        match progress {
            Progress::Planned(count) => state.planned = count,
            Progress::Begun(id) => {
                state.running.insert(id.to_owned());
            }
            Progress::Ended(id) => {
                state.running.remove(id);
                state.ended += 1;
            }
        }
        if self.shown {
            let oldest = state.running.first().map_or("", String::as_str);
            let line = format!(
                "{}/{} scenarios, {} running: {oldest}",
                state.ended,
                state.planned,
                state.running.len()
            );
            let line: String = line.chars().take(79).collect();
            // Nobody is harmed if the line is not seen.
            let _ = write!(std::io::stderr(), "\r\x1b[2K{line}");
        }
    }

    /// Takes the line away.
    pub(crate) fn clear(&self) {
        if self.shown {
            let _ = write!(std::io::stderr(), "\r\x1b[2K");
        }
    }
}
