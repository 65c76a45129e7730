//! The client scenarios that come with the program, and those of a file or a folder.

use super::{ClientScenario, parse};
use crate::library::{Read, parsed, texts};
use invite_text::Diagnostic;
use std::path::Path;

/// Name and text of every scenario of `fixtures/clients`, in the order of their names.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/clients.rs"));

/// A client scenario with its source text.
#[derive(Debug, Clone)]
pub struct ClientSelection {
    /// The file that it was read from.
    pub file: String,
    /// Its text, as the run record keeps it.
    pub source: String,
    /// What it says.
    pub scenario: ClientScenario,
}

/// The client scenarios that come with the program.
///
/// # Errors
///
/// Every error of every file.
pub fn built_in() -> Result<Vec<ClientSelection>, Vec<Diagnostic>> {
    collect(FILES.iter().map(|(file, text)| Ok(((*file).to_owned(), (*text).to_owned()))))
}

/// The client scenario of a file, or those of a folder.
///
/// # Errors
///
/// Every error of every file; one if the path cannot be read or holds no scenario.
pub fn from_path(path: &Path) -> Result<Vec<ClientSelection>, Vec<Diagnostic>> {
    collect(texts(path)?.into_iter())
}

fn collect(files: impl Iterator<Item = Read>) -> Result<Vec<ClientSelection>, Vec<Diagnostic>> {
    let read = parsed(files, parse, |scenario| &scenario.id)?;
    Ok(read
        .into_iter()
        .map(|(file, source, scenario)| ClientSelection { file, source, scenario })
        .collect())
}
