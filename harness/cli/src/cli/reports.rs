//! `--report FORMAT=PATH`: which reports are asked for, and writing them.

use super::{Failure, output};
use invite_record::Record;
use invite_report::{FORMATS, Format, Rendered};
use std::io::Write as _;
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

impl<'w> Places<'w> {
    /// Makes sure that all can be written.
    pub(crate) fn prepare(wanted: &'w [Wanted]) -> Result<Places<'w>, Failure> {
        let mut places = Places { wanted, made: Vec::new() };
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
            let is_new = !one.path.exists();
            let opened = if one.format.is_folder() {
                std::fs::create_dir_all(&one.path)
            } else {
                let options = std::fs::OpenOptions::new().create(true).append(true).clone();
                options.open(&one.path).and_then(|mut file| file.flush())
            };
            if is_new && opened.is_ok() {
                places.made.push(one.path.clone());
            }
            if let Err(error) = opened {
                places.discard();
                return Err(unwritable(&one.path, &error));
            }
        }
        Ok(places)
    }

    /// Removes what was made for nothing: an empty file would pass for a report.
    pub(crate) fn discard(&self) {
        for path in &self.made {
            // One that cannot be removed does no harm.
            let _ =
                if path.is_dir() { std::fs::remove_dir(path) } else { std::fs::remove_file(path) };
        }
    }

    /// Writes all reports of a record.
    pub(crate) fn write(&self, record: &Record) -> Result<(), Failure> {
        for one in self.wanted {
            let rendered = one.format.render(record);
            match rendered.map_err(|error| Failure::harness(error.to_string()))? {
                Rendered::File(text) => {
                    if one.is_standard_output() {
                        output::print(&text)?;
                    } else {
                        write(&one.path, &text, false)?;
                    }
                }
                Rendered::Folder(files) => {
                    for file in files {
                        write(&one.path.join(&file.name), &file.text, file.executable)?;
                    }
                }
            }
        }
        Ok(())
    }
}

fn write(path: &Path, text: &str, executable: bool) -> Result<(), Failure> {
    std::fs::write(path, text).map_err(|error| unwritable(path, &error))?;
    #[cfg(unix)]
    if executable {
        use std::os::unix::fs::PermissionsExt as _;
        let permissions = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(path, permissions).map_err(|error| unwritable(path, &error))?;
    }
    #[cfg(not(unix))]
    let _ = executable;
    Ok(())
}

fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::usage(format!("cannot write {}: {error}", path.display()))
}
