//! `scenario new`: a first scenario of the user's own.

use super::file_kind::FileKind;
use super::new_file::{self, NewFile};
use super::{Exit, Failure, output};
use crate::init::Skeleton;
use clap::{Args, Subcommand};
use invite_spec::requirement::{self, Requirement, Side};
use invite_text::{Untrusted, did_you_mean};
use serde_json::json;
use std::path::{Path, PathBuf};

/// Write a first scenario of your own.
#[derive(Debug, Args)]
pub(crate) struct Scenario {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write a short scenario that passes as it is, and the schema by which editors complete it
    New(New),
}

#[derive(Debug, Args)]
#[command(after_help = "\
docs/scenarios.md is a guide to what comes next. The schema is written next to the scenario, and an older
one is replaced. No other file is overwritten without --force.")]
struct New {
    /// The file, such as my-first.yaml: its name is the id of the scenario
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// What the scenario shows, as a sentence
    #[arg(long, value_name = "SENTENCE", value_parser = title)]
    title: Option<String>,
    /// The requirement that the scenario is about
    #[arg(long, value_name = "ID")]
    requirement: Option<String>,
    /// Write a scenario that tests a client
    #[arg(long)]
    client: bool,
    /// Overwrite the file
    #[arg(long)]
    force: bool,
    /// As JSON
    #[arg(long)]
    json: bool,
}

fn title(text: &str) -> Result<String, String> {
    let text = text.trim();
    match text.is_empty() || text.contains(char::is_control) {
        true => Err("a title is a sentence on one line".to_owned()),
        false => Ok(text.to_owned()),
    }
}

impl Scenario {
    pub(crate) fn perform(self) -> Result<Exit, Failure> {
        let Command::New(new) = self.command;
        new.perform()
    }
}

impl New {
    fn perform(self) -> Result<Exit, Failure> {
        let (path, id) = named(&self.file)?;
        let (side, kind) = match self.client {
            true => (Side::Client, FileKind::ClientScenario),
            false => (Side::Server, FileKind::Scenario),
        };
        let requirement = self.requirement.as_deref().map(|id| testable(id, side)).transpose()?;
        let file = path.file_name().map(|name| name.to_string_lossy().into_owned());
        let skeleton = Skeleton {
            file: file.unwrap_or_else(|| id.clone()),
            id,
            title: self.title,
            requirement,
            side,
        };
        let schema = NewFile::schema_beside(&path, kind)?;
        let shown = path.display().to_string();
        let mut files = vec![NewFile::new(path, "the scenario", skeleton.text())];
        files.extend(schema);
        new_file::write(&files, self.force)?;
        let next = match side {
            Side::Server => format!("invite-conformance run --scenarios {shown}"),
            Side::Client => {
                format!("invite-conformance client --adapter COMMAND --scenarios {shown}")
            }
        };
        if self.json {
            let files: Vec<_> = files.iter().map(NewFile::json).collect();
            output::print(&output::json(&json!({ "files": files, "next": [next] }))?)?;
            return Ok(Exit::Conforms);
        }
        let mut page = output::page();
        for line in new_file::lines(&files) {
            page.line([line]);
        }
        page.line([format!("Try it: {next}")]);
        output::print(&page.into_text())?;
        Ok(Exit::Conforms)
    }
}

/// The path of the file, and the id of its scenario.
fn named(file: &Path) -> Result<(PathBuf, String), Failure> {
    let shown = file.display();
    if file.is_dir() {
        let example = file.join("my-first.yaml");
        return Err(Failure::usage(format!(
            "{shown} is a folder: name a file in it, such as {}",
            example.display()
        )));
    }
    let path = match file.extension().map(|end| end.to_string_lossy().into_owned()).as_deref() {
        Some("yaml" | "yml") => file.to_owned(),
        None => file.with_extension("yaml"),
        Some(_) => {
            return Err(Failure::usage(format!(
                "{shown} is not YAML by its name: end it in .yaml"
            )));
        }
    };
    let id = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    if invite_scenario::is_id(&id) {
        return Ok((path, id));
    }
    Err(Failure::usage(format!(
        "`{}` is not an id: name the file in lower-case words joined by hyphens, such as {}.yaml",
        Untrusted(&id),
        near_id(&id)
    )))
}

/// An id that looks like a name.
fn near_id(name: &str) -> String {
    let letters = name.to_lowercase();
    let words = letters.split(|c: char| !c.is_ascii_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    if words.is_empty() { "my-first".to_owned() } else { words.join("-") }
}

/// The requirement with this id, if a scenario for this side can evaluate it.
fn testable(id: &str, side: Side) -> Result<&'static Requirement, Failure> {
    let Some(row) = requirement::find(id) else {
        let known = requirement::all_of(side).filter(|row| row.excluded.is_none());
        let help = did_you_mean(id, known.map(|row| row.id.as_str())).unwrap_or_else(|| {
            format!(
                "`invite-conformance list requirements{}` lists them",
                if side == Side::Client { " --client" } else { "" }
            )
        });
        return Err(Failure::usage(format!("no requirement `{}`; {help}", Untrusted(id))));
    };
    match (row.side() == side, row.excluded) {
        (true, None) => Ok(row),
        (true, Some(why)) => {
            Err(Failure::usage(format!("{} is excluded from testing: {why}", row.id)))
        }
        (false, _) => Err(Failure::usage(match row.side() {
            Side::Client => format!("{} binds clients: add --client", row.id),
            Side::Server => format!("{} binds servers: leave --client out", row.id),
        })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_no_id_suggests_one() {
        for (name, id) in [("My First", "my-first"), ("a__b", "a-b"), ("Äé", "my-first")] {
            assert_eq!(near_id(name), id);
            assert!(invite_scenario::is_id(id));
        }
    }
}
