//! Reads a version: from a directory, or from a revision of the git repository here.

use super::schema::Schema;
use super::surface::Surface;
use super::version::Version;
use serde_json::Value;
use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where a repository keeps its generated artefacts.
const PLACE: &str = "spec";
/// The schemas of payloads, in there.
const SCHEMAS: &str = "schemas";
/// The documents of endpoints and frame types, in there.
const DOCUMENTS: [&str; 2] = ["openapi", "asyncapi"];
/// The largest file that can be an artefact, in bytes.
const LARGEST: u64 = 8 << 20;

/// Why a version cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Neither a directory nor a revision.
    #[error("`{named}` is neither a directory nor a revision of the git repository here{why}")]
    Unknown {
        /// As it was given.
        named: String,
        /// What git says, if it says more.
        why: String,
    },
    /// A file instead of a directory.
    #[error("`{0}` is a file; name the directory that holds it")]
    File(String),
    /// Git is not installed, so revisions cannot be read.
    #[error("`{0}` is not a directory, and `git` is not installed to read it as a revision")]
    NoGit(String),
    /// It holds no schemas.
    #[error("`{named}` has no schemas: {looked}")]
    Empty {
        /// As it was given.
        named: String,
        /// Where they were looked for.
        looked: String,
    },
    /// A directory or file cannot be read.
    #[error("cannot read {place}: {why}")]
    Unreadable {
        /// Which.
        place: String,
        /// Why.
        why: String,
    },
    /// Malformed files: each with what is wrong and where.
    #[error("{}", .0.join("\n  "))]
    Wrong(Vec<String>),
}

/// A generated file.
struct File {
    /// Its name without the extension: for a schema, the payload's name.
    name: String,
    /// What it is called in messages.
    place: String,
    text: Vec<u8>,
}

/// The generated files of a version.
#[derive(Default)]
struct Files {
    schemas: Vec<File>,
    documents: Vec<File>,
}

/// The version in a directory or in a revision.
///
/// A directory is a repository's root, its `spec` folder, or a folder of schemas (`*.json`), which has
/// no documents about endpoints. A name that is both a directory and a revision means the directory.
///
/// # Errors
///
/// If there is no such directory or revision, if it holds no schemas, or if a file is malformed.
pub fn read(named: &OsStr) -> Result<Version, Error> {
    let path = Path::new(named);
    let shown = named.to_string_lossy().into_owned();
    let files = match std::fs::metadata(path) {
        Ok(found) if found.is_dir() => directory(path, &shown)?,
        Ok(_) => return Err(Error::File(shown)),
        Err(_) => revision(&shown)?,
    };
    parse(files)
}

fn directory(root: &Path, named: &str) -> Result<Files, Error> {
    let base =
        [root.join(PLACE), root.to_owned()].into_iter().find(|base| base.join(SCHEMAS).is_dir());
    let mut files = Files::default();
    match base {
        None => files.schemas = folder(root)?,
        Some(base) => {
            files.schemas = folder(&base.join(SCHEMAS))?;
            for documents in DOCUMENTS.map(|name| base.join(name)) {
                if documents.is_dir() {
                    files.documents.extend(folder(&documents)?);
                }
            }
        }
    }
    if files.schemas.is_empty() {
        let looked = format!("there is no *.json in {PLACE}/{SCHEMAS} or in the directory itself");
        return Err(Error::Empty { named: named.to_owned(), looked });
    }
    Ok(files)
}

/// The `*.json` directly in a directory.
fn folder(directory: &Path) -> Result<Vec<File>, Error> {
    let unreadable = |place: &Path, error: std::io::Error| Error::Unreadable {
        place: place.display().to_string(),
        why: error.to_string(),
    };
    let mut paths: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(|error| unreadable(directory, error))? {
        let path = entry.map_err(|error| unreadable(directory, error))?.path();
        if path.extension() == Some(OsStr::new("json")) {
            paths.push(path);
        }
    }
    paths.sort();
    let mut files = Vec::new();
    for path in paths {
        let found = std::fs::metadata(&path).map_err(|error| unreadable(&path, error))?;
        if found.is_dir() {
            continue;
        }
        let wrong = |why: &str| Error::Wrong(vec![format!("{}: {why}", path.display())]);
        if !found.is_file() {
            return Err(wrong("not a regular file"));
        }
        if found.len() > LARGEST {
            return Err(wrong("larger than 8 MiB, so not a generated file"));
        }
        let text = std::fs::read(&path).map_err(|error| unreadable(&path, error))?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        files.push(File { name, place: path.display().to_string(), text });
    }
    Ok(files)
}

fn revision(named: &str) -> Result<Files, Error> {
    let unknown = |why: String| Error::Unknown { named: named.to_owned(), why };
    // Git would read it as an option.
    if named.is_empty() || named.starts_with('-') || named.contains('\0') {
        return Err(unknown(String::new()));
    }
    let commit = format!("{named}^{{commit}}");
    // From here on the hash is used: a branch may move meanwhile.
    let hash = git(named, &["rev-parse", "--quiet", "--verify", &commit])?.map_err(unknown)?;
    let hash = String::from_utf8_lossy(&hash).trim().to_owned();
    let folder = |name: &str| -> Result<Vec<File>, Error> {
        let below = format!("{PLACE}/{name}/");
        let names = git(named, &["ls-tree", "-z", "--name-only", "--full-tree", &hash, &below])?
            .map_err(unknown)?;
        let names = String::from_utf8_lossy(&names).into_owned();
        let mut files = Vec::new();
        for path in names.split('\0') {
            let name = path.strip_prefix(&below).and_then(|name| name.strip_suffix(".json"));
            let Some(name) = name else { continue };
            let place = format!("{named}:{path}");
            let text = git(named, &["show", &format!("{hash}:{path}")])?
                .map_err(|why| Error::Unreadable { place: place.clone(), why })?;
            files.push(File { name: name.to_owned(), place, text });
        }
        Ok(files)
    };
    let mut files = Files { schemas: folder(SCHEMAS)?, ..Files::default() };
    for name in DOCUMENTS {
        files.documents.extend(folder(name)?);
    }
    if files.schemas.is_empty() {
        let looked = format!("that revision has no {PLACE}/{SCHEMAS}/*.json");
        return Err(Error::Empty { named: named.to_owned(), looked });
    }
    Ok(files)
}

/// The output of git; the inner error is its message when it fails.
fn git(named: &str, arguments: &[&str]) -> Result<Result<Vec<u8>, String>, Error> {
    let output = Command::new("git").args(arguments).stdin(Stdio::null()).output();
    match output {
        Ok(output) if output.status.success() => Ok(Ok(output.stdout)),
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr);
            let said = said.lines().next().unwrap_or_default().trim();
            Ok(Err(if said.is_empty() { String::new() } else { format!(": {said}") }))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Err(Error::NoGit(named.to_owned())),
        Err(error) => {
            let place = format!("`{named}` by git");
            Err(Error::Unreadable { place, why: error.to_string() })
        }
    }
}

/// The version that these files make, or everything that is wrong with them.
fn parse(files: Files) -> Result<Version, Error> {
    let json = |file: &File| serde_json::from_slice::<Value>(&file.text).map_err(|e| e.to_string());
    let mut version = Version::default();
    let mut wrong = Vec::new();
    for file in files.schemas {
        match json(&file).and_then(|value| Schema::read(value).map_err(|it| it.to_string())) {
            Ok(schema) => _ = version.schemas.insert(file.name, schema),
            Err(why) => wrong.push(format!("{}: {why}", file.place)),
        }
    }
    for file in files.documents {
        let surface = version.surface.get_or_insert_with(Surface::default);
        if let Err(why) = json(&file).and_then(|document| surface.read(&document)) {
            wrong.push(format!("{}: {why}", file.place));
        }
    }
    if wrong.is_empty() { Ok(version) } else { Err(Error::Wrong(wrong)) }
}
