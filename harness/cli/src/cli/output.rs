//! Standard output and files: a closed pipe is no failure, a full disk is.

use super::{Exit, Failure};
use invite_report::View;
use invite_text::{Style, WIDTH};
use std::io::{ErrorKind, IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};

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

/// Whether `--no-color` was given.
static NO_COLOURS: AtomicBool = AtomicBool::new(false);

/// From now on there are no colours, whatever the environment says.
pub(crate) fn use_no_colours() {
    NO_COLOURS.store(true, Ordering::Relaxed);
}

/// Colours on a terminal, and where `CLICOLOR_FORCE` wants them; not with `--no-color` nor where
/// `NO_COLOR` is set.
pub(crate) fn style() -> Style {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let unwanted = NO_COLOURS.load(Ordering::Relaxed) || set("NO_COLOR").is_some();
    let forced = set("CLICOLOR_FORCE").is_some_and(|value| value != "0");
    Style { colour: !unwanted && (forced || std::io::stdout().is_terminal()) }
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
