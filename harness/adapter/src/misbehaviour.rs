//! Everything that an adapter can do wrong, as data and in words.

use crate::protocol::Operation;
use invite_text::Untrusted;
use serde::Serialize;
use std::fmt;
use std::time::Duration;

/// An adapter that did something wrong. Nothing that it says afterwards is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("adapter `{}`: {misbehaviour}{}", Untrusted(.adapter), Log(.log))]
pub struct AdapterError {
    /// The name that it gave itself, or its command.
    pub adapter: String,
    /// What it did.
    pub misbehaviour: Misbehaviour,
    /// The end of its standard error, made harmless.
    pub log: Vec<String>,
}

/// What a deadline is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Wait {
    /// The first line.
    Hello,
    /// The answer to a request.
    Answer {
        /// Its number.
        id: u64,
        /// Of what.
        operation: Operation,
    },
    /// That it reads what it is sent.
    Reading,
}

/// What an adapter did wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Misbehaviour {
    /// The command could not be started.
    NotStarted {
        /// Why, in the words of the system.
        cause: String,
    },
    /// It needs the application's key and secret, and there are none.
    NeedsApplication,
    /// It ended by itself, or closed its output.
    Ended {
        /// How, if it has ended.
        how: Option<String>,
        /// Whether it had said hello.
        greeted: bool,
    },
    /// It took too long.
    TimedOut {
        /// For what.
        wait: Wait,
        /// How long was waited.
        waited: Duration,
    },
    /// A line is longer than any may be.
    LongLine {
        /// The most bytes of a line.
        most: usize,
    },
    /// It says too much in a second.
    Flood {
        /// The most lines of a second.
        most: u32,
    },
    /// It says too much in all.
    TooMuch {
        /// The most bytes.
        most: usize,
    },
    /// A line is not JSON.
    NotJson {
        /// The beginning of the line.
        line: String,
        /// What the reader says.
        cause: String,
    },
    /// A line is JSON, but none of the messages.
    NotAMessage {
        /// The beginning of the line.
        line: String,
        /// What is wrong.
        cause: String,
    },
    /// It says something before hello.
    NoHello {
        /// The beginning of the line.
        line: String,
    },
    /// It says hello again.
    SecondHello,
    /// It answers a request that it was never sent.
    NeverAsked {
        /// The number.
        id: u64,
    },
    /// It answers a request again.
    AnsweredTwice {
        /// The number.
        id: u64,
        /// Of what.
        operation: Operation,
    },
    /// It does what it did not say that it can.
    DoesMore {
        /// What.
        operation: Operation,
    },
    /// It does not do what it said that it can.
    DoesLess {
        /// What.
        operation: Operation,
        /// Its reason.
        why: String,
    },
    /// It says that it cannot pass on an argument which it was not given.
    NoSuchArgument {
        /// Of what.
        operation: Operation,
        /// The argument.
        argument: String,
    },
    /// `done` lacks what every SDK knows by then.
    Incomplete {
        /// Of what.
        operation: Operation,
        /// The field.
        field: String,
    },
}

impl fmt::Display for Misbehaviour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Misbehaviour::NotStarted { cause } => {
                write!(f, "cannot be started: {cause}; check the command")
            }
            Misbehaviour::NeedsApplication => f.write_str(
                "needs the key and secret of the application, and there are none; \
                 give --app-key and --app-secret",
            ),
            Misbehaviour::Ended { how, greeted } => {
                let until = if *greeted { "the harness closes its input" } else { "its hello" };
                match how {
                    Some(how) => write!(f, "expected it to run until {until}, but it ended: {how}"),
                    None => write!(
                        f,
                        "expected it to talk until {until}, but it closed its standard output"
                    ),
                }
            }
            Misbehaviour::TimedOut { wait, waited } => timed_out(f, *wait, *waited),
            Misbehaviour::LongLine { most } => {
                write!(f, "expected lines of at most {most} bytes, but it wrote a longer one")
            }
            Misbehaviour::Flood { most } => {
                write!(f, "expected at most {most} lines a second, but it wrote more")
            }
            Misbehaviour::TooMuch { most } => {
                write!(f, "expected at most {most} bytes in all, but it wrote more")
            }
            Misbehaviour::NotJson { line, cause } => write!(
                f,
                "expected one JSON object a line on standard output, but it wrote `{}` ({}); \
                 messages for people belong on standard error",
                Untrusted(line),
                Untrusted(cause)
            ),
            Misbehaviour::NotAMessage { line, cause } => write!(
                f,
                "expected a message (see `invite-conformance schema adapter`), but it wrote `{}`: {}",
                Untrusted(line),
                Untrusted(cause)
            ),
            Misbehaviour::NoHello { line } => write!(
                f,
                "expected its first line to be {{\"hello\":…}}, but it wrote `{}`",
                Untrusted(line)
            ),
            Misbehaviour::SecondHello => f.write_str("expected one hello, but it said another"),
            Misbehaviour::NeverAsked { id } => {
                write!(f, "expected answers to requests, but it answered {id}, which nobody asked")
            }
            Misbehaviour::AnsweredTwice { id, operation } => {
                write!(f, "expected one answer to request {id} ({operation}), but it gave another")
            }
            Misbehaviour::DoesMore { operation } => write!(
                f,
                "its hello does not list `{operation}`, so `unsupported` was expected, but it did it; \
                 list the operation"
            ),
            Misbehaviour::DoesLess { operation, why } => write!(
                f,
                "its hello lists `{operation}`, but it answered `unsupported`: {}; remove the operation \
                 from hello, or name the `argument` that it cannot pass on",
                Untrusted(why)
            ),
            Misbehaviour::NoSuchArgument { operation, argument } => write!(
                f,
                "expected `unsupported` to name an argument of the request, but `{operation}` was \
                 asked without `{}`",
                Untrusted(argument)
            ),
            Misbehaviour::Incomplete { operation, field } => {
                write!(f, "expected `{field}` in the `done` of `{operation}`, but it is not there")
            }
        }
    }
}

fn timed_out(f: &mut fmt::Formatter<'_>, wait: Wait, waited: Duration) -> fmt::Result {
    let within = waited.as_millis();
    match wait {
        Wait::Hello => write!(f, "expected a hello within {within} ms, but it said nothing"),
        Wait::Answer { id, operation } => write!(
            f,
            "expected an answer to request {id} ({operation}) within {within} ms, but none came"
        ),
        Wait::Reading => {
            write!(f, "expected it to read its standard input within {within} ms, but it did not")
        }
    }
}

/// The end of the log, after the sentence.
struct Log<'l>(&'l [String]);

impl fmt::Display for Log<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.0.is_empty() {
            f.write_str("\nits standard error ends with:")?;
        }
        self.0.iter().try_for_each(|line| write!(f, "\n  {line}"))
    }
}
