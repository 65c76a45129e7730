//! A line on standard error that says what is running: on a terminal only.

use invite_drive::Progress;
use invite_judge::{Summary, Tally};
use invite_scenario::Scenario;
use invite_scenario::Skipped;
use invite_spec::requirement::RequirementId;
use invite_text::Untrusted;
use invite_trace::Trace;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::io::{IsTerminal as _, Write as _};

/// A line on standard error that is written over again and again.
#[derive(Debug)]
pub(crate) struct Line {
    shown: bool,
}

impl Line {
    /// Shows nothing if standard error is not a terminal, or if the user wants no progress.
    pub(crate) fn new(quiet: bool) -> Line {
        let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        Line { shown: !quiet && !is_dumb && std::io::stderr().is_terminal() }
    }

    /// Shows these words instead of the last ones.
    pub(crate) fn show(&self, words: &str) {
        if self.shown {
            // Without wrapping, the terminal cuts off what does not fit. A line that cannot be written
            // harms nobody.
            let words = Untrusted(words);
            let _ = write!(std::io::stderr(), "\r\x1b[2K\x1b[?7l{words}\x1b[?7h");
        }
    }

    /// Takes the line away.
    pub(crate) fn clear(&self) {
        if self.shown {
            let _ = write!(std::io::stderr(), "\r\x1b[2K");
        }
    }
}

/// Whether the failure of a requirement in a scenario is known.
pub(crate) type Known<'k> = &'k dyn Fn(RequirementId, &str) -> bool;

/// Watches a run: shows progress on standard error, and sees the first failure.
pub(crate) struct Watch<'k> {
    line: Line,
    /// Whether each scenario is judged when it ends; the report judges all of them again.
    judges: bool,
    strict: bool,
    known: Known<'k>,
    state: RefCell<State>,
}

#[derive(Debug, Default, PartialEq)]
struct State {
    planned: usize,
    passed: usize,
    failed: usize,
    blocked: usize,
    skipped: usize,
    running: BTreeSet<String>,
}

/// What came of one scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Came {
    /// Nothing in it is broken that counts.
    Passed,
    /// Something in it is.
    Failed,
    /// Nothing in it is, but something could not be reached.
    Blocked,
    /// It was not driven.
    Skipped,
}

impl<'k> Watch<'k> {
    pub(crate) fn new(quiet: bool, fail_fast: bool, strict: bool, known: Known<'k>) -> Watch<'k> {
        let line = Line::new(quiet);
        let judges = line.shown || fail_fast;
        Watch { line, judges, strict, known, state: RefCell::default() }
    }

    /// Takes note of what happened; true when something failed that counts.
    pub(crate) fn note(&self, progress: Progress<'_>) -> bool {
        let mut state = self.state.borrow_mut();
        let mut failed = false;
        match progress {
            Progress::Probed(..) | Progress::Held(_) => {}
            Progress::Planned(count) => state.planned = count,
            Progress::Begun(id) => {
                state.running.insert(id.to_owned());
            }
            Progress::Ended(scenario, outcome) => {
                state.running.remove(&scenario.id.value);
                if self.judges {
                    let came = came(scenario, outcome, self.strict, self.known);
                    state.count(came);
                    failed = came == Came::Failed;
                }
            }
        }
        if self.line.shown {
            self.line.show(&state.line());
        }
        failed
    }

    /// Takes the line away.
    pub(crate) fn clear(&self) {
        self.line.clear();
    }
}

fn came(
    scenario: &Scenario,
    outcome: &Result<Trace, Skipped>,
    strict: bool,
    known: Known<'_>,
) -> Came {
    match outcome {
        Err(_) => Came::Skipped,
        Ok(trace) => {
            let mut checks = invite_judge::judge(scenario, trace);
            checks.retain(|check| check.requirement.is_none_or(|id| !known(id, &check.scenario)));
            of(&Tally::of(&checks, strict).summary)
        }
    }
}

fn of(summary: &Summary) -> Came {
    if summary.failed > 0 || summary.errors > 0 {
        Came::Failed
    } else if summary.blocked > 0 {
        Came::Blocked
    } else {
        Came::Passed
    }
}

impl State {
    fn count(&mut self, came: Came) {
        let slot = match came {
            Came::Passed => &mut self.passed,
            Came::Failed => &mut self.failed,
            Came::Blocked => &mut self.blocked,
            Came::Skipped => &mut self.skipped,
        };
        *slot += 1;
    }

    /// What matters most comes first: a narrow terminal shows the beginning only.
    fn line(&self) -> String {
        let ended = self.passed + self.failed + self.blocked + self.skipped;
        let counts: String = [
            (self.failed, "failed"),
            (self.blocked, "blocked"),
            (self.passed, "passed"),
            (self.skipped, "skipped"),
        ]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!(", {count} {word}"))
        .collect();
        let running: Vec<&str> = self.running.iter().map(String::as_str).collect();
        let names = match running.len() {
            0 => String::new(),
            count => format!("; {count} running: {}", running.join(", ")),
        };
        format!("{ended}/{}{counts}{names}", self.planned).chars().take(200).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_begins_with_what_matters() {
        let mut state = State { planned: 120, ..State::default() };
        assert_eq!(state.line(), "0/120");
        for came in [Came::Passed, Came::Passed, Came::Skipped, Came::Failed] {
            state.count(came);
        }
        state.running = ["invite-two".to_owned(), "invite-one".to_owned()].into();
        let line = state.line();
        assert_eq!(line, "4/120, 1 failed, 2 passed, 1 skipped; 2 running: invite-one, invite-two");
        let narrow: String = line.chars().take(39).collect();
        assert!(narrow.contains("4/120") && narrow.contains("1 failed"), "{narrow}");
    }

    #[test]
    fn a_scenario_is_what_the_worst_of_it_is() {
        let summary = |failed, errors, blocked| {
            of(&Summary { failed, errors, blocked, passed: 3, ..Summary::default() })
        };
        assert_eq!(summary(1, 0, 1), Came::Failed);
        assert_eq!(summary(0, 1, 0), Came::Failed);
        assert_eq!(summary(0, 0, 1), Came::Blocked);
        assert_eq!(summary(0, 0, 0), Came::Passed);
    }
}
