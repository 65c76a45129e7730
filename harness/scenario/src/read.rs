//! YAML to model, with errors that name the file, the line and the column.

use super::{Scenario, check};
use invite_spec::suggest::nearest;
use std::fmt;

/// What is wrong with a scenario file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScenarioError {
    /// The file.
    pub file: String,
    /// The line, from 1; 0 when the whole file is meant.
    pub line: u64,
    /// The column, from 1.
    pub column: u64,
    /// What is wrong, and what to do.
    pub message: String,
}

impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line == 0 {
            write!(f, "{}: {}", self.file, self.message)
        } else {
            write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.message)
        }
    }
}

impl std::error::Error for ScenarioError {}

/// Reads a scenario and checks all that can be checked before it runs.
pub fn parse(file: &str, text: &str) -> Result<Scenario, Vec<ScenarioError>> {
    if text.trim().is_empty() {
        let message = "holds no scenario: it is empty".to_owned();
        return Err(vec![ScenarioError { file: file.into(), line: 0, column: 0, message }]);
    }
    let scenario: Scenario = serde_saphyr::from_str(text).map_err(|error| {
        let (line, column) =
            error.location().map_or((0, 0), |place| (place.line(), place.column()));
        vec![ScenarioError { file: file.into(), line, column, message: explain(&error) }]
    })?;
    let faults = check::faults(&scenario, file);
    if faults.is_empty() {
        return Ok(scenario);
    }
    Err(faults
        .into_iter()
        .map(|fault| ScenarioError {
            file: file.into(),
            line: fault.line,
            column: fault.column,
            message: fault.message,
        })
        .collect())
}

/// The parser's message without its picture of the file, and with a suggestion.
fn explain(error: &serde_saphyr::Error) -> String {
    let full = error.without_snippet().to_string();
    let mut message = full.lines().next().unwrap_or("not a scenario").trim().to_owned();
    if let Some(at) = message.rfind(" at line ") {
        message.truncate(at);
    }
    let suggestion = message.strip_prefix("unknown ").and_then(|told| {
        let given = told.split('`').nth(1)?;
        let (_, expected) = told.split_once("expected ")?;
        let expected = expected.strip_prefix("one of ").unwrap_or(expected);
        let names = expected.split([',', ' ']).map(|name| name.trim_matches('`'));
        nearest(given, names.filter(|name| !["", "or"].contains(name)))
    });
    match suggestion {
        Some(name) => format!("{message}; did you mean `{name}`?"),
        None => message,
    }
}
