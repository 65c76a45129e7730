//! The formats of a report: one table, for `run` and for `report` alike.
//!
//! A new format is a file beside this one and a row of [`FORMATS`].

use super::badge::badge;
use super::github::github;
use super::junit::junit;
use super::sarif::sarif;
use super::tap::tap;
use super::{Record, Style, View, html, markdown, replay, terminal};
use std::fmt;

/// One way of showing a record.
#[derive(Debug, Clone, Copy)]
pub struct Format {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is, and whom it is for.
    pub about: &'static str,
    /// What makes it.
    pub renderer: Renderer,
}

/// What makes a report of a record.
#[derive(Clone, Copy)]
pub enum Renderer {
    /// One file.
    File(fn(&Record) -> Result<String, Unrendered>),
    /// A folder of files.
    Folder(fn(&Record) -> Result<Vec<File>, Unrendered>),
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

/// Every format.
pub const FORMATS: &[Format] = &[
    Format {
        name: "terminal",
        about: "text for people, without colours",
        renderer: Renderer::File(|record| Ok(terminal(record, Style::PLAIN, View::default()))),
    },
    Format {
        name: "json",
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

fn json(record: &Record) -> Result<String, Unrendered> {
    let text = serde_json::to_string_pretty(record);
    text.map(|text| text + "\n").map_err(|error| Unrendered(format!("cannot write JSON: {error}")))
}

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
