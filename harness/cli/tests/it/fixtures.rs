//! The fixtures are what they say: they are a contract for other projects too.

mod captures;
mod payloads;
mod tokens;

use invite_judge::validate::{self, Fault};
use invite_spec::payload::Payload;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// A folder or file of the fixtures.
fn fixture(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures").join(path)
}

/// The names of what a folder holds, in order.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn read<T: DeserializeOwned>(path: &Path) -> T {
    let text = std::fs::read_to_string(path).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What `validate` finds in one value, and that serde is of the same opinion.
#[track_caller]
fn faults(payload: &Payload, value: &Value) -> Vec<Fault> {
    let text = serde_json::to_string_pretty(value).unwrap();
    // In an array, so that a value which is one itself stays one value.
    let checked = validate::validate(payload, format!("[{text}]").as_bytes()).unwrap();
    assert_eq!(checked.values, 1);
    let parsed = payload.parse(value);
    assert_eq!(parsed.is_ok(), checked.faults.is_empty(), "{}: {parsed:?}\n{text}", payload.name);
    checked.faults.into_iter().map(|located| located.fault).collect()
}
