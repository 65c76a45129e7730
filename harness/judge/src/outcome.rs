//! What came of a requirement, in one word: what lists, tables and colours go by.

use invite_trace::Verdict;
use std::fmt;

/// What came of a requirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// It was broken, and counts.
    Failed,
    /// The harness broke, so nothing is known.
    Error,
    /// It could not be reached because another requirement failed.
    Blocked,
    /// It was broken, and does not count: a `chosen` one, one that is no MUST, or a known failure.
    Noted,
    /// It held.
    Passed,
    /// It was not looked at.
    Skipped,
}

impl Outcome {
    /// All of them, the worst first.
    pub const ALL: [Outcome; 6] = [
        Outcome::Failed,
        Outcome::Error,
        Outcome::Blocked,
        Outcome::Noted,
        Outcome::Passed,
        Outcome::Skipped,
    ];

    /// What a verdict comes to where a failure counts, or does not.
    pub const fn of(verdict: Verdict, counted: bool) -> Outcome {
        match (verdict, counted) {
            (Verdict::Pass, _) => Outcome::Passed,
            (Verdict::Fail, true) => Outcome::Failed,
            (Verdict::Fail, false) => Outcome::Noted,
            (Verdict::Blocked, _) => Outcome::Blocked,
            (Verdict::Skip, _) => Outcome::Skipped,
            (Verdict::Error, _) => Outcome::Error,
        }
    }

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Outcome::Failed => "failed",
            Outcome::Error => "error",
            Outcome::Blocked => "blocked",
            Outcome::Noted => "noted",
            Outcome::Passed => "passed",
            Outcome::Skipped => "skipped",
        }
    }

    /// The word after a number: "errors" after 2.
    pub const fn after(self, count: usize) -> &'static str {
        match self {
            Outcome::Error if count != 1 => "errors",
            other => other.word(),
        }
    }

    /// "2 failed", "1 error".
    pub fn count(self, count: usize) -> String {
        format!("{count} {}", self.after(count))
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.word())
    }
}
