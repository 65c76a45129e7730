//! What came of it, as data and in words.

use super::script::What;
use invite_adapter::{AdapterError, Hello, Operation, Refused};
use invite_text::{Ink, Page, Span, Untrusted};
use invite_trace::Redactor;
use serde::Serialize;
use serde_json::Value;
use std::fmt;

/// What came of a smoke test.
#[derive(Debug, Serialize)]
pub(crate) struct Smoke {
    /// What the adapter said of itself.
    pub(crate) adapter: Option<Hello>,
    pub(crate) results: Vec<Checked>,
    /// What the adapter did wrong, after which it was not asked any more.
    pub(crate) error: Option<Stopped>,
}

/// What an adapter did wrong, with its words.
#[derive(Debug, Serialize)]
pub(crate) struct Stopped {
    #[serde(flatten)]
    error: AdapterError,
    message: String,
}

/// One thing that was looked at.
#[derive(Debug, Serialize)]
pub(crate) struct Checked {
    /// Who did it, or was told.
    pub(crate) person: String,
    #[serde(flatten)]
    pub(crate) subject: Subject,
    #[serde(flatten)]
    pub(crate) verdict: Verdict,
}

/// What is looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Subject {
    Operation(Operation),
    /// An operation that a right server refuses.
    Refusal(Operation),
    /// An event of this type.
    Event(String),
    /// An argument of an operation.
    #[serde(untagged)]
    Argument {
        operation: Operation,
        argument: String,
    },
}

impl Subject {
    pub(super) fn of(what: What) -> Subject {
        let operation = what.operation();
        if what.is_refused() { Subject::Refusal(operation) } else { Subject::Operation(operation) }
    }
}

/// What came of one thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "verdict")]
pub(crate) enum Verdict {
    Pass,
    Fail {
        #[serde(flatten)]
        fault: Fault,
    },
    /// The adapter says that its SDK has no such thing.
    Skip {
        reason: Reason,
    },
    /// Another thing that did not pass has to come before.
    Blocked {
        person: String,
        by: Operation,
    },
    /// The adapter did something that makes it useless.
    Error,
}

/// Why nothing is expected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Reason {
    /// In the words of the adapter.
    Unsupported(String),
    /// Its hello does not list the event.
    NotListed,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "fault")]
pub(crate) enum Fault {
    Refused {
        refused: Refused,
    },
    Failed {
        message: String,
    },
    NotRefused,
    /// It says that it did it, and nothing of the kind passed between it and the server.
    NoCall {
        calls: Vec<&'static str>,
        refused: bool,
    },
    NoEvent {
        within_ms: u128,
    },
    Body {
        field: String,
        expected: Value,
        seen: Option<Value>,
    },
    NotListed,
    /// It cannot do without an argument that it says it cannot pass on.
    Required {
        argument: String,
    },
}

impl Smoke {
    pub(super) fn stop(&mut self, error: AdapterError, redactor: &mut Redactor) {
        let error = error.hiding(&mut |text| redactor.text(text));
        let message = error.to_string();
        self.error.get_or_insert(Stopped { error, message });
    }

    fn count(&self, is: impl Fn(&Verdict) -> bool) -> usize {
        self.results.iter().filter(|it| is(&it.verdict)).count()
    }

    pub(crate) fn passed(&self) -> usize {
        self.count(|it| *it == Verdict::Pass)
    }

    /// Whether everything works that the adapter says it can.
    pub(crate) fn is_right(&self) -> bool {
        let wrong = |it: &Verdict| !matches!(it, Verdict::Pass | Verdict::Skip { .. });
        self.error.is_none() && self.count(wrong) == 0
    }

    /// All of it for people.
    pub(crate) fn show(&self, mut page: Page) -> String {
        for alike in self.results.chunk_by(|one, other| one.verdict == other.verdict) {
            // What one thing blocks is one line.
            let is_blocked = matches!(alike[0].verdict, Verdict::Blocked { .. });
            let shown = if is_blocked { &alike[..1] } else { alike };
            for it in shown {
                let (ink, word) = it.verdict.word();
                let more = match alike.len() - shown.len() {
                    0 => String::new(),
                    more => format!(", and {more} more"),
                };
                page.line([
                    Span::new(ink, format!("{word:<9}")),
                    format!("{:<8}{}{more}", it.person, it.subject).into(),
                ]);
            }
            page.paragraph(17, 17, alike[0].verdict.to_string());
        }
        if let Some(stopped) = &self.error {
            page.blank();
            for line in stopped.message.lines() {
                page.painted(0, 2, line, Ink::Red);
            }
        }
        page.blank();
        let (ink, word) = match (self.is_right(), self.passed()) {
            (false, _) => (Ink::Red, "WRONG"),
            (true, 0) => (Ink::Yellow, "NOTHING WAS TRIED"),
            (true, _) => (Ink::Green, "READY"),
        };
        let skipped = self.count(|it| matches!(it, Verdict::Skip { .. }));
        let other = self.results.len() - self.passed() - skipped;
        let name = self.adapter.as_ref().map(|it| format!("{} {}", it.name, it.version));
        let name = name.map(|it| format!("{}: ", Untrusted(&it))).unwrap_or_default();
        page.line([
            Span::new(ink, word),
            format!(": {name}{} passed, {skipped} skipped, {other} not passed", self.passed())
                .into(),
        ]);
        page.into_text()
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Subject::Operation(operation) => write!(f, "{operation}"),
            Subject::Argument { operation, argument } => write!(f, "{operation}: {argument}"),
            Subject::Refusal(operation) => write!(f, "{operation}, refused"),
            Subject::Event(kind) => write!(f, "  hears {kind}"),
        }
    }
}

impl Verdict {
    fn word(&self) -> (Ink, &'static str) {
        match self {
            Verdict::Pass => (Ink::Green, "pass"),
            Verdict::Fail { .. } => (Ink::Red, "FAIL"),
            Verdict::Skip { .. } => (Ink::Yellow, "skip"),
            Verdict::Blocked { .. } => (Ink::Yellow, "blocked"),
            Verdict::Error => (Ink::Red, "ERROR"),
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Verdict::Pass => Ok(()),
            Verdict::Fail { fault } => write!(f, "{fault}"),
            Verdict::Skip { reason: Reason::Unsupported(why) } => write!(f, "{}", Untrusted(why)),
            Verdict::Skip { reason: Reason::NotListed } => {
                f.write_str("the adapter's hello does not list this event")
            }
            Verdict::Blocked { person, by } => write!(f, "by the `{by}` of {person}"),
            Verdict::Error => f.write_str("see below"),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Refused { refused } => {
                f.write_str("expected `done`, but the server refused it: ")?;
                let number = |name: &str, value: Option<i64>| {
                    value.map(|value| format!("{name} {value}, ")).unwrap_or_default()
                };
                f.write_str(&number("status", refused.status.map(i64::from)))?;
                f.write_str(&number("code", refused.code))?;
                write!(f, "{}", Untrusted(&refused.message))
            }
            Fault::Failed { message } => {
                write!(f, "expected `done` or `refused`, but it failed: {}", Untrusted(message))
            }
            Fault::NotRefused => f.write_str(
                "expected `refused`, since there is no such conference, but the answer is `done`",
            ),
            Fault::NoCall { calls, refused } => {
                let (calls, refused) =
                    (calls.join("` or `"), if *refused { " that is refused" } else { "" });
                write!(f, "expected a call `{calls}`{refused}, but the adapter made none")
            }
            Fault::NoEvent { within_ms } => write!(
                f,
                "expected this event within {within_ms} ms, but it did not come; if the SDK does not \
                 tell of it, remove it from the `events` of hello"
            ),
            Fault::Body { field, expected, seen } => {
                let (expected, seen) =
                    (invite_text::show(Some(expected)), invite_text::show(seen.as_ref()));
                write!(f, "expected `{field}` to be {expected} in its body, but it is {seen}")
            }
            Fault::NotListed => f.write_str(
                "it came, but the adapter's hello does not list it; list it in `events`",
            ),
            Fault::Required { argument } => write!(
                f,
                "it cannot pass on `{}`, and the operation means nothing without it",
                Untrusted(argument)
            ),
        }
    }
}
