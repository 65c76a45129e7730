//! The scenarios that come with the program, and those of a folder.

use super::{Located, MOST_BYTES, Scenario, parse, read_bounded};
use invite_text::Diagnostic;
use std::path::{Path, PathBuf};

/// Name and text of every scenario of `fixtures/scenarios`, in the order of their names.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/scenarios.rs"));

/// A scenario with its source text.
#[derive(Debug, Clone)]
pub struct Selection {
    /// The file that it was read from.
    pub file: String,
    /// Its text, as the run record keeps it.
    pub source: String,
    /// What it says.
    pub scenario: Scenario,
}

/// The scenarios that come with the program.
///
/// # Errors
///
/// Every error of every file.
pub fn built_in() -> Result<Vec<Selection>, Vec<Diagnostic>> {
    collect(FILES.iter().map(|(file, text)| Ok(((*file).to_owned(), (*text).to_owned()))))
}

/// The scenarios that every run drives, and the slow ones; each in the same order as before.
pub fn split_slow(all: Vec<Selection>) -> (Vec<Selection>, Vec<Selection>) {
    all.into_iter().partition(|found| !found.scenario.is_slow())
}

/// The scenario of a file, or those of a folder.
///
/// # Errors
///
/// Every error of every file; one if the path cannot be read or holds no scenario.
pub fn from_path(path: &Path) -> Result<Vec<Selection>, Vec<Diagnostic>> {
    collect(texts(path)?.into_iter())
}

/// Name and text of a file, or why it cannot be read.
pub(crate) type Read = Result<(String, String), Diagnostic>;

/// A scenario file, or those of a folder.
pub(crate) fn texts(path: &Path) -> Result<Vec<Read>, Vec<Diagnostic>> {
    let unreadable = |path: &Path, error: std::io::Error| {
        Diagnostic::new(path.display().to_string(), format!("cannot be read: {error}"))
    };
    let mut files = Vec::new();
    if path.is_dir() {
        let entries = std::fs::read_dir(path).map_err(|error| vec![unreadable(path, error)])?;
        files.extend(
            entries
                .filter_map(|entry| entry.ok().map(|entry| entry.path()))
                .filter(|path| path.extension().is_some_and(|end| end == "yaml" || end == "yml")),
        );
        files.sort();
        if files.is_empty() {
            let message = "holds no scenario: a scenario is a file that ends in .yaml".to_owned();
            return Err(vec![Diagnostic::new(path.display().to_string(), message)]);
        }
    } else {
        files.push(path.to_owned());
    }
    let read = |path: &PathBuf| match read_bounded(path, MOST_BYTES) {
        Ok(text) => Ok((path.display().to_string(), text)),
        Err(error) => Err(unreadable(path, error)),
    };
    Ok(files.iter().map(read).collect())
}

fn collect(files: impl Iterator<Item = Read>) -> Result<Vec<Selection>, Vec<Diagnostic>> {
    let read = parsed(files, parse, |scenario| &scenario.id)?;
    Ok(read
        .into_iter()
        .map(|(file, source, scenario)| Selection { file, source, scenario })
        .collect())
}

/// Parses all, each with its file and its text, and gives every error there is rather than the first.
pub(crate) fn parsed<S>(
    files: impl Iterator<Item = Read>,
    parse: impl Fn(&str, &str) -> Result<S, Vec<Diagnostic>>,
    id: impl Fn(&S) -> &Located,
) -> Result<Vec<(String, String, S)>, Vec<Diagnostic>> {
    let mut scenarios: Vec<(String, String, S)> = Vec::new();
    let mut errors = Vec::new();
    for file in files {
        let read = file.map_err(|error| vec![error]).and_then(|(file, source)| {
            parse(&file, &source).map(|scenario| (file, source, scenario))
        });
        match read {
            Ok(found) => {
                let own = id(&found.2);
                if let Some((other, ..)) = scenarios.iter().find(|(.., other)| id(other) == own) {
                    let message = format!("the id `{own}` is taken by {other}");
                    errors.push(Diagnostic::new(&found.0, message).at(own.position));
                }
                scenarios.push(found);
            }
            Err(found) => errors.extend(found),
        }
    }
    if errors.is_empty() { Ok(scenarios) } else { Err(errors) }
}
