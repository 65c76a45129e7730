//! Lists the scenarios of `fixtures/scenarios` and `fixtures/clients`, so that the program carries them.

use std::fmt::Write as _;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    list("scenarios")?;
    list("clients")
}

fn list(folder: &str) -> Result<(), Box<dyn std::error::Error>> {
    let fixtures = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?).join("../../fixtures");
    let root = fixtures.join(folder);
    println!("cargo::rerun-if-changed={}", root.display());
    let mut files = Vec::new();
    for entry in std::fs::read_dir(&root)? {
        let path = entry?.path();
        if path.extension().is_some_and(|end| end == "yaml") {
            files.push(path.canonicalize()?);
        }
    }
    files.sort();
    let mut list = String::from("&[\n");
    for path in &files {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        writeln!(list, "    (\"fixtures/{folder}/{name}\", include_str!({path:?})),")?;
    }
    list.push(']');
    std::fs::write(PathBuf::from(std::env::var("OUT_DIR")?).join(format!("{folder}.rs")), list)?;
    Ok(())
}
