//! `--report FORMAT=PATH`: which reports are asked for, and writing them.

use super::{Exit, Failure, output, written};
use invite_record::Record;
use invite_report::{FORMATS, File, Format, Rendered};
use std::path::{Path, PathBuf};

/// A report that is asked for.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    format: &'static Format,
    path: PathBuf,
}

impl Wanted {
    /// Whether it is the whole record.
    pub(crate) fn is_record(&self) -> bool {
        self.format.name == "json"
    }

    /// The file of the whole record, if it is one.
    pub(crate) fn record(&self) -> Option<&Path> {
        Some(&*self.path).filter(|_| self.is_record() && !self.is_standard_output())
    }

    fn is_standard_output(&self) -> bool {
        self.path.as_os_str() == "-"
    }
}

/// Reads `FORMAT=PATH`.
pub(crate) fn wanted(text: &str) -> Result<Wanted, String> {
    let (name, path) =
        text.split_once('=').ok_or("write it as FORMAT=PATH, such as json=run.json")?;
    let format = Format::find(name).ok_or_else(|| {
        let known: Vec<&str> = FORMATS.iter().map(|format| format.name).collect();
        format!("no format `{name}`; known: {}", known.join(", "))
    })?;
    if path.is_empty() {
        return Err("the path is missing".to_owned());
    }
    Ok(Wanted { format, path: path.into() })
}

/// What `--help` says of the formats.
pub(crate) fn formats() -> String {
    let widest = FORMATS.iter().map(|format| format.name.len()).max().unwrap_or_default();
    let rows = FORMATS.iter().map(|format| {
        let kind = if format.is_folder() { "DIR" } else { "" };
        format!("  {:<widest$} {kind:<3} {}", format.name, format.about).trim_end().to_owned()
    });
    let rows: Vec<String> = rows.collect();
    format!("Formats of --report:\n{}", rows.join("\n"))
}

/// The places of reports, known to be writable. What cannot be written is better known before a
/// run than after it.
#[derive(Debug)]
pub(crate) struct Places<'w> {
    wanted: &'w [Wanted],
    made: Vec<PathBuf>,
}

/// How many reports were written.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Kept {
    written: usize,
    /// Whether the whole record is among them.
    record: bool,
}

impl<'w> Places<'w> {
    /// Makes sure that all can be written, each to a place of its own.
    pub(crate) fn prepare(wanted: &'w [Wanted]) -> Result<Places<'w>, Failure> {
        let mut places = Places { wanted, made: Vec::new() };
        let mut taken: Vec<(PathBuf, &'static str)> = Vec::new();
        for one in wanted {
            if one.is_standard_output() {
                if one.format.is_folder() {
                    return Err(Failure::usage(format!(
                        "{} is a folder: give a path instead of `-`",
                        one.format.name
                    )));
                }
                continue;
            }
            let place = written::place(&one.path);
            if let Some((_, other)) = taken.iter().find(|(other, _)| *other == place) {
                places.discard();
                return Err(Failure::usage(format!(
                    "two reports, {other} and {}, cannot be one file: {}",
                    one.format.name,
                    one.path.display()
                )));
            }
            taken.push((place, one.format.name));
            let is_new = !one.path.exists();
            let tried = if one.format.is_folder() {
                std::fs::create_dir_all(&one.path)
            } else {
                written::try_place(&one.path)
            };
            match tried {
                Ok(()) if is_new && one.format.is_folder() => places.made.push(one.path.clone()),
                Ok(()) => {}
                Err(error) => {
                    places.discard();
                    return Err(Failure::usage(unwritable(&one.path, &error)));
                }
            }
        }
        Ok(places)
    }

    /// Removes the folders that were made for nothing: an empty one would pass for a report.
    pub(crate) fn discard(&self) {
        for path in &self.made {
            // One that cannot be removed does no harm.
            let _ = std::fs::remove_dir(path);
        }
    }

    /// Writes all reports of a record that can be written, and names the others.
    pub(crate) fn write(&self, record: &Record) -> Kept {
        let mut kept = Kept::default();
        for one in self.wanted {
            match one.write(record) {
                Ok(()) => {
                    kept.written += 1;
                    kept.record |= one.is_record();
                }
                Err(words) => output::complain(&format!("invite-conformance: {words}")),
            }
        }
        kept
    }
}

impl Wanted {
    /// Writes the report; or why it is not written.
    fn write(&self, record: &Record) -> Result<(), String> {
        let write = |path: &Path, text: &str, executable| {
            written::write(path, text, executable).map_err(|error| unwritable(path, &error))
        };
        if !self.format.is_folder() {
            if self.is_standard_output() {
                let written = output::print_by(|out| self.format.write(record, out));
                return written.map_err(|failure| failure.message);
            }
            let written = written::write_by(&self.path, |file| self.format.write(record, file));
            return written.map_err(|error| unwritable(&self.path, &error));
        }
        match self.format.render(record).map_err(|error| error.to_string())? {
            Rendered::File(text) => write(&self.path, &text, false),
            Rendered::Folder(files) => {
                let write =
                    |file: &File| write(&self.path.join(&file.name), &file.text, file.executable);
                files.iter().try_for_each(write)
            }
        }
    }
}

impl Kept {
    /// Whether the whole record was written.
    pub(crate) fn has_record(self) -> bool {
        self.record
    }

    /// Whether no report could be written.
    pub(crate) fn is_nothing(self) -> bool {
        self.written == 0
    }

    /// The exit code when all is written: that of the verdict, unless neither a report nor what was
    /// shown could be kept.
    pub(crate) fn exit(self, record: &Record, shown: Result<(), Failure>) -> Result<Exit, Failure> {
        match shown {
            Ok(()) => Ok(Exit::of(record)),
            Err(mut failure) => {
                let verdict = record.verdict();
                failure.message = format!("{}\nThe verdict: {verdict}", failure.message);
                if self.written == 0 {
                    return Err(failure);
                }
                output::complain(&format!("invite-conformance: {}", failure.message));
                Ok(Exit::of(record))
            }
        }
    }
}

fn unwritable(path: &Path, error: &std::io::Error) -> String {
    format!("cannot write {}: {error}", path.display())
}
