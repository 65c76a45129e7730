//! The formats of a report: one table, for `run` and for `report` alike.
//!
//! A new format is a file beside this one and a row of [`FORMATS`].

use super::badge::badge;
use super::github::github;
use super::junit::junit;
use super::sarif::sarif;
use super::tap::tap;
use super::{Record, Style, View, html, markdown, replay, terminal};
use invite_text::harmless;
use std::borrow::Cow;
use std::fmt;
use std::io::{self, Write};

/// One way of showing a record.
#[derive(Debug, Clone, Copy)]
pub struct Format {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is, and whom it is for.
    pub about: &'static str,
    renderer: Renderer,
}

/// What makes a report of a record.
#[derive(Clone, Copy)]
enum Renderer {
    File(fn(&Record) -> Result<String, Unrendered>),
    Folder(fn(&Record) -> Result<Vec<File>, Unrendered>),
}

/// A report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rendered {
    /// One file.
    File(String),
    /// A folder of files.
    Folder(Vec<File>),
}

/// A file of a report that is a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub text: String,
    /// Whether it is to be run.
    pub executable: bool,
}

/// Why a record cannot be shown in a format: a defect of the harness.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unrendered(pub String);

/// The name of the format that is the record itself.
const JSON: &str = "json";

/// Every format.
pub const FORMATS: &[Format] = &[
    Format {
        name: "terminal",
        about: "text for people, without colours",
        renderer: Renderer::File(|record| Ok(terminal(record, Style::PLAIN, View::default()))),
    },
    Format {
        name: JSON,
        about: "the whole record, which every other format can be made from later",
        renderer: Renderer::File(json),
    },
    Format {
        name: "junit",
        about: "JUnit XML, which CI systems read: a case for each requirement",
        renderer: Renderer::File(junit),
    },
    Format {
        name: "sarif",
        about: "SARIF 2.1.0, which code scanning reads",
        renderer: Renderer::File(sarif),
    },
    Format {
        name: "tap",
        about: "TAP 14, a line for each requirement",
        renderer: Renderer::File(tap),
    },
    Format {
        name: "github",
        about: "annotations for GitHub Actions; write them to `-`",
        renderer: Renderer::File(github),
    },
    Format {
        name: "badge",
        about: "a badge, as JSON for a shields endpoint",
        renderer: Renderer::File(badge),
    },
    Format {
        name: "markdown",
        about: "for a pull request or a job summary, with diagrams that code hosts draw",
        renderer: Renderer::File(|record| Ok(markdown(record))),
    },
    Format {
        name: "html",
        about: "one page with everything, traces as well, for a browser without a network",
        renderer: Renderer::File(|record| Ok(html(record))),
    },
    Format {
        name: "replay",
        about: "a shell script for each failed requirement, which shows it again by itself",
        renderer: Renderer::Folder(|record| Ok(replay::folder(record))),
    },
];

impl Format {
    /// The format of this name.
    pub fn find(name: &str) -> Option<&'static Format> {
        FORMATS.iter().find(|format| format.name == name)
    }

    /// Makes the report of a record. Whatever a format forgets, no file of text holds an invisible
    /// character or one that steers a terminal.
    ///
    /// # Errors
    ///
    /// If the record cannot be shown in this format, which is a defect of the harness.
    pub fn render(&self, record: &Record) -> Result<Rendered, Unrendered> {
        Ok(match self.renderer {
            Renderer::File(render) => Rendered::File(made_harmless(render(record)?)),
            Renderer::Folder(render) => Rendered::Folder(render(record)?),
        })
    }

    /// Writes the report of a record that is one file. The whole record can be long: it is written as
    /// it is made, and never held in memory.
    ///
    /// # Errors
    ///
    /// If it cannot be written, or the record cannot be shown in this format.
    pub fn write(&self, record: &Record, out: &mut dyn Write) -> io::Result<()> {
        if self.name == JSON {
            return write_json(record, out);
        }
        match self.render(record).map_err(io::Error::other)? {
            Rendered::File(text) => out.write_all(text.as_bytes()),
            Rendered::Folder(_) => Err(io::Error::from(io::ErrorKind::IsADirectory)),
        }
    }

    /// Whether it makes a folder instead of a file.
    pub fn is_folder(&self) -> bool {
        matches!(self.renderer, Renderer::Folder(_))
    }
}

impl fmt::Debug for Renderer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Renderer::File(_) => "File",
            Renderer::Folder(_) => "Folder",
        })
    }
}

/// The same text, but for what would do harm; a long one is not copied for nothing.
fn made_harmless(text: String) -> String {
    match harmless(&text) {
        Cow::Owned(changed) => changed,
        Cow::Borrowed(_) => text,
    }
}

fn json(record: &Record) -> Result<String, Unrendered> {
    let mut bytes = Vec::new();
    let cannot = |error: &dyn fmt::Display| Unrendered(format!("cannot write JSON: {error}"));
    write_json(record, &mut bytes).map_err(|error| cannot(&error))?;
    String::from_utf8(bytes).map_err(|error| cannot(&error))
}

/// Writes a value as indented JSON with a line end, line by line, with nothing invisible in it.
///
/// # Errors
///
/// If it cannot be written, or not as JSON.
pub fn write_json(value: &impl serde::Serialize, out: &mut dyn Write) -> io::Result<()> {
    let mut lines = Lines { line: Vec::new(), out };
    serde_json::to_writer_pretty(&mut lines, value)?;
    lines.write_all(b"\n")?;
    lines.flush()
}

/// Makes each line harmless on its way: indented JSON has a line for each value.
struct Lines<'w> {
    line: Vec<u8>,
    out: &'w mut dyn Write,
}

impl Write for Lines<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.line.extend_from_slice(bytes);
        // Only the end of a line can be written: what is harmful may come in two pieces.
        if bytes.contains(&b'\n') && self.line.len() > LINES {
            let end = self.line.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
            let rest = self.line.split_off(end);
            self.flush()?;
            self.line = rest;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let text = std::str::from_utf8(&self.line).map_err(io::Error::other)?;
        self.out.write_all(harmless(text).as_bytes())?;
        self.line.clear();
        self.out.flush()
    }
}

/// How many bytes of lines are written at once.
const LINES: usize = 64 * 1024;

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn formats_have_names_of_their_own_and_say_what_they_are() {
        let names: BTreeSet<_> = FORMATS.iter().map(|format| format.name).collect();
        assert_eq!(names.len(), FORMATS.len());
        for format in FORMATS {
            assert!(format.name.chars().all(|c| c.is_ascii_lowercase() || c == '-'));
            assert!(format.about.len() > 10, "{}", format.name);
        }
    }
}
