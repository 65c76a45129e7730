//! YAML to model, with errors that name the file, the line and the column.

use crate::faults::{self, Fault};
use crate::located::position;
use crate::{Scenario, check};
use invite_text::{Diagnostic, meant};
use serde::de::DeserializeOwned;

/// Reads a scenario and checks all that can be checked before it runs.
///
/// # Errors
///
/// Everything that is wrong with the file, as far as it can be read: at least one error.
pub fn parse(file: &str, text: &str) -> Result<Scenario, Vec<Diagnostic>> {
    parse_as(file, text, check::faults)
}

/// Reads a scenario of some kind.
pub(crate) fn parse_as<S: DeserializeOwned>(
    file: &str,
    text: &str,
    check: impl Fn(&S, &str) -> Vec<Fault>,
) -> Result<S, Vec<Diagnostic>> {
    if text.trim().is_empty() {
        return Err(vec![Diagnostic::new(file, "holds no scenario: it is empty")]);
    }
    let (read, mut found) = faults::collect(|| serde_saphyr::from_str::<S>(text));
    let scenario = match read {
        Ok(scenario) if found.is_empty() => {
            found = check(&scenario, file);
            Some(scenario)
        }
        Ok(_) => None,
        Err(error) => {
            found.push(syntax(&error));
            None
        }
    };
    match scenario {
        Some(scenario) if found.is_empty() => Ok(scenario),
        _ => Err(found.into_iter().map(|fault| diagnostic(file, fault)).collect()),
    }
}

fn diagnostic(file: &str, fault: Fault) -> Diagnostic {
    Diagnostic::new(file, fault.message).at(fault.position).help(fault.help)
}

/// The parser's message, without its picture of the file.
fn syntax(error: &serde_saphyr::Error) -> Fault {
    let full = error.without_snippet().to_string();
    let mut message = full.lines().next().unwrap_or("not a scenario").trim().to_owned();
    if let Some(at) = message.rfind(" at line ") {
        message.truncate(at);
    }
    let help = meant(&message);
    Fault::new(error.location().and_then(position), message).help(help)
}
