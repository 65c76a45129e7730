//! Standard output and standard error: a closed pipe is not a failure, a full disk is.

use super::{Exit, Failure};
use invite_report::View;
use invite_text::{Page, Style, WIDTH, harmless, harmless_lines};
use std::io::{ErrorKind, IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};

/// Writes to standard output.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    print_by(|out| out.write_all(text.as_bytes()))
}

/// The same for what is written as it is made.
pub(crate) fn print_by(
    make: impl FnOnce(&mut dyn std::io::Write) -> std::io::Result<()>,
) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match make(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(failure(&error)),
        _ => Ok(()),
    }
}

/// Writes a message to standard error. It may quote what a target or a file says.
pub(crate) fn complain(message: &str) {
    // Nobody is left to tell if this fails.
    let _ = writeln!(std::io::stderr(), "{}", harmless_lines(message));
}

/// The failure for an error of standard output: none if the reader has read enough.
pub(crate) fn failure(error: &std::io::Error) -> Failure {
    if error.kind() == ErrorKind::BrokenPipe {
        return Failure { exit: Exit::Conforms, message: String::new() };
    }
    Failure::usage(format!("cannot write to standard output: {error}"))
}

/// Whether `--no-color` was given.
static NO_COLOURS: AtomicBool = AtomicBool::new(false);

/// Switches colours off, whatever the environment says.
pub(crate) fn use_no_colours() {
    NO_COLOURS.store(true, Ordering::Relaxed);
}

/// Colours on a terminal or with `CLICOLOR_FORCE`, but not with `--no-color` or `NO_COLOR`.
pub(crate) fn style() -> Style {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let unwanted = NO_COLOURS.load(Ordering::Relaxed) || set("NO_COLOR").is_some();
    let forced = set("CLICOLOR_FORCE").is_some_and(|value| value != "0");
    Style { colour: !unwanted && (forced || std::io::stdout().is_terminal()) }
}

/// The columns of a line: those of the terminal, but not more than are easy to read. `COLUMNS`
/// overrides the terminal; shells do not export it, so whoever sets it means it.
pub(crate) fn width() -> usize {
    let wanted = std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
    let terminal = || {
        let (columns, _) = terminal_size::terminal_size_of(std::io::stdout())?;
        // Some terminals do not know their width.
        Some(usize::from(columns.0)).filter(|columns| *columns > 0)
    };
    wanted.or_else(terminal).map_or(WIDTH, |columns: usize| columns.clamp(20, WIDTH))
}

/// How the report of a run is shown here.
pub(crate) fn view() -> View {
    View { width: width(), ..View::default() }
}

/// An empty page for standard output.
pub(crate) fn page() -> Page {
    Page::new(width(), style())
}

/// A value as indented JSON with a line end.
pub(crate) fn json(value: &impl serde::Serialize) -> Result<String, Failure> {
    serde_json::to_string_pretty(value)
        .map(|text| harmless(&text).into_owned() + "\n")
        .map_err(|error| Failure::harness(format!("cannot write JSON: {error}")))
}
