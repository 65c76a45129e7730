//! Files that a command is given.

use super::Failure;
use std::io::Read as _;
use std::path::Path;

/// The most bytes of what programs write: a record, a capture.
pub(crate) const MOST_BYTES: u64 = 256 * 1024 * 1024;

/// The most values of a JSON text: each takes about a hundred bytes of memory, and is written with two.
const MOST_VALUES: usize = 5_000_000;

/// The text of a file, or of standard input for `-`.
pub(crate) fn text(path: &Path) -> Result<String, Failure> {
    read(path).map_err(|error| Failure::usage(format!("cannot read {}: {error}", path.display())))
}

/// The same; or why it cannot be read.
pub(crate) fn read(path: &Path) -> std::io::Result<String> {
    let text = if path.as_os_str() == "-" {
        let mut text = String::new();
        std::io::stdin().lock().take(MOST_BYTES).read_to_string(&mut text).map(|_| text)
    } else {
        invite_scenario::read_bounded(path, MOST_BYTES)
    }?;
    if text.bytes().filter(|byte| matches!(byte, b',' | b'[' | b'{')).count() > MOST_VALUES {
        return Err(std::io::Error::other(format!("it holds more than {MOST_VALUES} values")));
    }
    Ok(text)
}
