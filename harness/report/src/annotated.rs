//! The file at which a CI system shows a failure: one that the user's repository has.

use super::Record;
use super::explanation::{Explanation, Place};

/// Where a failure is shown. The suite's own scenarios are in the program, and in no repository of a
/// user: what fails in one is shown at the target description. A user's own scenario is shown itself.
/// None if the command line named the target, so that no file of the user had to do with it.
pub(super) fn annotated(record: &Record, one: &Explanation) -> Option<Place> {
    let own = one.place.clone().filter(|_| record.part.foreign);
    own.or_else(|| description(record))
        .map(|place| Place { file: relative(&place.file).to_owned(), ..place })
}

/// The beginning of the target description, if there was one: the first word of the command line that
/// names the target.
fn description(record: &Record) -> Option<Place> {
    let file = record.target.flags.first().filter(|word| !word.starts_with("--"))?;
    Some(Place { file: file.clone(), line: 1, column: 1 })
}

/// A path as a repository has it: annotations at `./file` are not shown.
fn relative(path: &str) -> &str {
    path.strip_prefix("./").unwrap_or(path)
}
