//! Standard output and files: a closed pipe is no failure, a full disk is.

use super::{Exit, Failure};
use invite_conformance::report::{Style, View, WIDTH};
use std::io::{ErrorKind, IsTerminal as _, Write as _};

/// Writes to standard output.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(failure(&error)),
        _ => Ok(()),
    }
}

/// The failure that an error of standard output is: none, if the reader has read enough.
pub(crate) fn failure(error: &std::io::Error) -> Failure {
    if error.kind() == ErrorKind::BrokenPipe {
        return Failure { exit: Exit::Conforms, message: String::new() };
    }
    Failure::usage(format!("cannot write to standard output: {error}"))
}

/// Colours only on a terminal, and not when `NO_COLOR` is set.
pub(crate) fn style() -> Style {
    let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    Style { colour: wanted && std::io::stdout().is_terminal() }
}

/// As wide as the terminal, if that is narrower than usual and says so.
pub(crate) fn view() -> View {
    let columns = std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
    let width = columns.map_or(WIDTH, |columns: usize| columns.clamp(20, WIDTH));
    View { width, ..View::default() }
}

/// A value as indented JSON with a line end.
pub(crate) fn json(value: &impl serde::Serialize) -> Result<String, Failure> {
    serde_json::to_string_pretty(value)
        .map(|text| text + "\n")
        .map_err(|error| Failure::harness(format!("cannot write JSON: {error}")))
}
