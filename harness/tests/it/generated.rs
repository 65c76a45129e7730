//! What is generated and committed is what the sources make of it today.

use invite_conformance::artefacts;
use std::collections::BTreeSet;
use std::path::Path;

fn root() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

#[test]
fn generated_files_are_current() {
    let stale: Vec<String> = artefacts::all()
        .into_iter()
        .filter(|a| std::fs::read_to_string(root().join(&a.path)).ok().as_ref() != Some(&a.text))
        .map(|artefact| artefact.path)
        .collect();
    assert!(stale.is_empty(), "run `cargo run --example generate`; stale: {stale:?}");
}

#[test]
fn no_generated_file_is_left_over() {
    let known: BTreeSet<String> = artefacts::all().into_iter().map(|a| a.path).collect();
    for folder in ["spec/schemas", "spec/schemas/writing"] {
        for entry in std::fs::read_dir(root().join(folder)).unwrap() {
            let entry = entry.unwrap();
            let name = format!("{folder}/{}", entry.file_name().to_string_lossy());
            let is_known = known.contains(&name) || entry.file_type().unwrap().is_dir();
            assert!(is_known, "{name} is made by nothing any more: delete it");
        }
    }
}

#[test]
fn every_requirement_is_evaluated_or_excluded() {
    let coverage = invite_conformance::report::committed_coverage();
    let wrong: Vec<&str> = invite_spec::requirement::all()
        .filter(|row| row.excluded.is_some() == coverage.contains_key(row.id))
        .map(|row| row.id)
        .collect();
    assert!(wrong.is_empty(), "neither evaluated nor excluded, or both: {wrong:?}");
}
