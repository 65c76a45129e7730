//! What is generated and committed is what the sources make of it today.

use invite_conformance::{artefacts, files};
use invite_record::{committed_coverage, committed_kills};
use invite_reference::mutants::{self, Mutant};
use invite_selftest::{Servers, StartError, Started, Wrong};
use invite_spec::artefact::Artefact;
use std::collections::BTreeSet;
use std::path::Path;

fn root() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// What the sources make today.
fn made() -> Vec<Artefact> {
    artefacts::all(&committed_coverage()).unwrap()
}

#[test]
fn generated_files_are_current() {
    let stale: Vec<String> = made()
        .into_iter()
        .filter(|a| std::fs::read_to_string(root().join(&a.path)).ok().as_ref() != Some(&a.text))
        .map(|artefact| artefact.path)
        .collect();
    assert!(stale.is_empty(), "run `cargo run --example generate`; stale: {stale:?}");
}

#[test]
fn the_index_of_source_files_is_current_and_whole() {
    let made = files::index(&root()).unwrap();
    let committed = std::fs::read_to_string(root().join(files::PATH)).unwrap_or_default();
    assert!(committed == made, "run `cargo run --example generate`: {} is stale", files::PATH);
    assert!(made.lines().count() > 400, "{}", made.lines().count());
}

#[test]
fn no_generated_file_is_left_over() {
    let known: BTreeSet<String> = made().into_iter().map(|artefact| artefact.path).collect();
    // All that stands beside a generated file is generated, but for the package's own and for
    // frozen releases, which are made once, and scenarios, most of which are written by hand.
    let folders: BTreeSet<&str> = known
        .iter()
        .filter_map(|path| Some(path.rsplit_once('/')?.0))
        .filter(|it| !["spec/releases", "fixtures/scenarios", "harness"].contains(it))
        .collect();
    assert!(folders.contains("spec/openapi") && folders.contains("spec/asyncapi"), "{folders:?}");
    for folder in folders {
        for entry in std::fs::read_dir(root().join(folder)).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().to_string_lossy().into_owned();
            let is_made = entry.file_type().unwrap().is_file()
                && !["Cargo.toml", "README.md", "build.rs", "clippy.toml"].contains(&&*name);
            let path = format!("{folder}/{name}");
            assert!(!is_made || known.contains(&path), "{path} is made by nothing: delete it");
        }
    }
}

/// The catalogue of specimens, none of which is started.
struct Catalogue;

impl Servers for Catalogue {
    fn right(&self) -> Result<Started, StartError> {
        Err(StartError::Unknown("right".to_owned()))
    }

    fn wrong(&self) -> Vec<Wrong> {
        let of = |it: &Mutant| Wrong {
            name: it.name,
            breaks: std::iter::once(&it.breaks).chain(it.also()).copied().collect(),
            does: it.does,
            slow: it.needs_slow(),
        };
        mutants::all().iter().map(of).collect()
    }

    fn start(&self, wrong: &str) -> Result<Started, StartError> {
        Err(StartError::Unknown(wrong.to_owned()))
    }
}

#[test]
fn the_committed_kills_are_of_mutants_that_still_break_what_they_were_killed_for() {
    let known = invite_selftest::all(&Catalogue);
    let kills = committed_kills();
    assert!(kills.len() > 100, "{} requirements", kills.len());
    for (id, names) in kills {
        for name in names {
            let specimen = known.iter().find(|it| it.name == name);
            let breaks = specimen.is_some_and(|it| it.expected.broken().contains(&id));
            assert!(
                breaks,
                "{name} does not break {id}: run `selftest --kills harness/kills.json`"
            );
        }
    }
}

#[test]
fn every_requirement_is_evaluated_or_excluded() {
    let coverage = committed_coverage();
    let wrong: Vec<&str> = invite_spec::requirement::all()
        .filter(|row| row.excluded.is_some() == coverage.contains_key(&row.id))
        .map(|row| row.id.as_str())
        .collect();
    assert!(wrong.is_empty(), "neither evaluated nor excluded, or both: {wrong:?}");
}
