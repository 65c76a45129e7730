//! What can be done to a whole answer.

use crate::proxy::{Answered, Change, Passed};
use invite_spec::endpoint::{Endpoint, Plane};
use serde_json::{Value, json};
use std::fmt;

/// Which answers are changed. Those to a browser's preflight never are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Successes of this operation.
    Accepted(&'static str),
    /// Refusals of this operation.
    Refused(&'static str),
    /// Refusals of every call of the SDK plane, or of the REST plane.
    Refusal { sdk: bool },
}

impl Answer {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Answer::Accepted(operation) | Answer::Refused(operation) => operation,
            Answer::Refusal { sdk: true } => "sdk-refusal",
            Answer::Refusal { sdk: false } => "rest-refusal",
        }
    }

    pub(crate) fn what(self) -> String {
        match self {
            Answer::Accepted(operation) => format!("to every {operation} that succeeds"),
            Answer::Refused(operation) => format!("to every {operation} that is refused"),
            Answer::Refusal { sdk: true } => "to every SDK call that is refused".to_owned(),
            Answer::Refusal { sdk: false } => "to every REST call that is refused".to_owned(),
        }
    }

    pub(super) fn is_of(self, exchange: &Answered<'_>, answer: &Passed) -> bool {
        let called = exchange.endpoint.filter(|_| exchange.method != "OPTIONS");
        called.is_some_and(|endpoint| self.fits(endpoint, answer.status))
    }

    /// Whether an answer of this endpoint with this status is meant.
    pub(crate) fn fits(self, endpoint: &Endpoint, status: u16) -> bool {
        let (is_accepted, is_refused) = ((200..300).contains(&status), status >= 400);
        match self {
            Answer::Accepted(operation) => endpoint.operation.as_str() == operation && is_accepted,
            Answer::Refused(operation) => endpoint.operation.as_str() == operation && is_refused,
            Answer::Refusal { sdk } => {
                is_refused
                    && match endpoint.plane {
                        Plane::Auth | Plane::Rest => !sdk,
                        Plane::Session => sdk,
                        Plane::Telemetry => false,
                    }
            }
        }
    }
}

/// What is done to an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whole {
    /// The server fails.
    Failed,
    /// It is refused.
    Refused,
    /// It is accepted, with the same body.
    Accepted,
    /// It has no body.
    Empty,
    /// Its body is `null`.
    Null,
    /// Its body is a web page.
    NoJson,
    /// It is called text.
    Text,
}

impl Whole {
    /// What can be done to a success.
    pub(crate) const ALL: [Whole; 6] =
        [Whole::Failed, Whole::Refused, Whole::Empty, Whole::Null, Whole::NoJson, Whole::Text];

    pub(crate) fn does(self) -> &'static str {
        match self {
            Whole::Failed => "answers 500",
            Whole::Refused => "answers 400",
            Whole::Accepted => "answers 200",
            Whole::Empty => "answers nothing",
            Whole::Null => "answers null",
            Whole::NoJson => "answers a web page",
            Whole::Text => "answers what it calls text",
        }
    }
}

impl fmt::Display for Whole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Whole::Failed => "500",
            Whole::Refused => "400",
            Whole::Accepted => "200",
            Whole::Empty => "empty",
            Whole::Null => "null",
            Whole::NoJson => "html",
            Whole::Text => "text",
        })
    }
}

/// Does it to these answers.
pub(super) struct OfAnswers {
    pub(super) answer: Answer,
    pub(super) whole: Whole,
}

impl Change for OfAnswers {
    fn answer(&self, exchange: &Answered<'_>, mut passed: Passed) -> Passed {
        if !self.answer.is_of(exchange, &passed) {
            return passed;
        }
        match self.whole {
            Whole::Failed if passed.status >= 400 => passed.status = 500,
            Whole::Failed => refuse(&mut passed, 500, "Internal Server Error"),
            Whole::Refused => refuse(&mut passed, 400, "Bad Request"),
            Whole::Accepted => passed.status = 200,
            Whole::Empty => {
                passed.body.clear();
                passed.headers.retain(|(name, _)| name != "content-type");
            }
            Whole::Null => {
                passed.set_json(&Value::Null);
                passed.set_header("content-type", "application/json");
            }
            Whole::NoJson => {
                passed.body = b"<html><body>It works!</body></html>".to_vec();
                passed.set_header("content-type", "text/html");
            }
            Whole::Text => passed.set_header("content-type", "text/plain"),
        }
        passed
    }
}

fn refuse(passed: &mut Passed, status: u16, reason: &str) {
    passed.status = status;
    passed.set_header("content-type", "application/json");
    passed.set_json(&json!({
        "type": "ErrorResponse", "error_code": 9_999, "error_reason": reason,
        "error_description": "nobody knows why",
    }));
}
