//! Files that a command writes for a user to go on with: all of them, or none.

use super::file_kind::FileKind;
use super::{Failure, written};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// A file that is to be written.
pub(crate) struct NewFile {
    path: PathBuf,
    what: &'static str,
    text: String,
    executable: bool,
    /// For a schema, its title: an older one with the same title is replaced without `--force`.
    replaces: Option<Value>,
}

impl NewFile {
    pub(crate) fn new(path: PathBuf, what: &'static str, text: String) -> NewFile {
        NewFile { path, what, text, executable: false, replaces: None }
    }

    /// The same as a program.
    pub(crate) fn executable(self) -> NewFile {
        NewFile { executable: true, ..self }
    }

    /// The schema of a kind of file, next to a file of that kind; `None` for a kind that people do not
    /// write.
    pub(crate) fn schema_beside(file: &Path, kind: FileKind) -> Result<Option<NewFile>, Failure> {
        let Some(name) = kind.schema_file() else { return Ok(None) };
        let what = "the schema, by which editors complete it";
        let mut file = NewFile::new(file.with_file_name(name), what, kind.schema_text()?);
        file.replaces = Some(kind.schema()["title"].clone());
        Ok(Some(file))
    }

    /// Whether something is in its place that is not its own earlier version.
    fn is_taken(&self) -> bool {
        let is_older = |title: &Value| {
            let found = std::fs::read_to_string(&self.path).ok();
            let found = found.and_then(|text| serde_json::from_str::<Value>(&text).ok());
            found.is_some_and(|found| found["title"] == *title)
        };
        self.path.symlink_metadata().is_ok() && !self.replaces.as_ref().is_some_and(is_older)
    }

    fn write(&self) -> std::io::Result<()> {
        if let Some(folder) = self.path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        written::replace(&self.path, &self.text, self.executable)
    }

    /// As `--json` shows it.
    pub(crate) fn json(&self) -> Value {
        json!({ "path": self.path.display().to_string(), "what": self.what })
    }
}

/// Writes these files.
///
/// # Errors
///
/// If one is there already and `force` is not given: then none is written.
pub(crate) fn write(files: &[NewFile], force: bool) -> Result<(), Failure> {
    let taken = files.iter().filter(|file| file.is_taken());
    let taken: Vec<String> = taken.map(|file| file.path.display().to_string()).collect();
    if !force && !taken.is_empty() {
        return Err(Failure::usage(format!(
            "{} there already: nothing was written (--force overwrites)",
            match taken.as_slice() {
                [one] => format!("{one} is"),
                all => format!("{} are", all.join(" and ")),
            }
        )));
    }
    for file in files {
        file.write().map_err(|error| {
            Failure::usage(format!("cannot write {}: {error}", file.path.display()))
        })?;
    }
    Ok(())
}

/// The lines that say what was written.
pub(crate) fn lines(files: &[NewFile]) -> Vec<String> {
    let paths: Vec<String> = files.iter().map(|file| file.path.display().to_string()).collect();
    let width = paths.iter().map(String::len).max().unwrap_or(0);
    let lines = files.iter().zip(paths);
    lines.map(|(file, path)| format!("wrote {path:<width$}  {}", file.what)).collect()
}
