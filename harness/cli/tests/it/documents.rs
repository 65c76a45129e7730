//! The documents for contributors name files that exist.

use std::collections::BTreeSet;
use std::path::Path;

const DOCUMENTS: [(&str, &str); 2] = [
    ("ARCHITECTURE.md", include_str!("../../../../ARCHITECTURE.md")),
    ("CONTRIBUTING.md", include_str!("../../../../CONTRIBUTING.md")),
];

/// The folders that a path from the root begins with.
const ROOTS: [&str; 4] = ["spec/", "harness/", "reference-impl/", "fixtures/"];

/// Paths of files that a reader is told to write.
const TO_BE_WRITTEN: [&str; 1] = ["fixtures/scenarios/kick-twice.yaml"];

/// `a/{b,c}.rs` as `a/b.rs` and `a/c.rs`.
fn expanded(path: &str) -> Vec<String> {
    let Some((before, rest)) = path.split_once('{') else { return vec![path.to_owned()] };
    let (names, after) = rest.split_once('}').expect("a brace that is closed");
    names.split(',').flat_map(|name| expanded(&format!("{before}{name}{after}"))).collect()
}

#[test]
fn every_path_that_a_document_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut named = BTreeSet::new();
    for (document, text) in DOCUMENTS {
        let quoted = text.split('`').skip(1).step_by(2);
        let paths = quoted.filter(|it| ROOTS.iter().any(|root| it.starts_with(root)));
        // Patterns and placeholders stand for several files.
        for path in paths.filter(|it| !it.contains(['*', ' ']) && !it.contains("NAME")) {
            named.extend(expanded(path).into_iter().map(|path| (document, path)));
        }
    }
    assert!(named.len() > 80, "{}", named.len());
    let lost: Vec<_> = named
        .iter()
        .filter(|(_, path)| !TO_BE_WRITTEN.contains(&path.as_str()))
        .filter(|(_, path)| !root.join(path).exists())
        .collect();
    assert!(lost.is_empty(), "named, but not there: {lost:?}");
}
