//! `key`: the keys that sign records.

use super::{Exit, Failure, file, output};
use clap::{Args, Subcommand};
use invite_record::{BadKey, KeyFiles, PublicKey, Record, SigningKey, new_key};
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Make a key pair that signs records.
///
/// `run --sign FILE` signs a record with the private key, `verify --key FILE.pub` tells whether it was
/// signed with that one. The files are in PEM form; those of `openssl genpkey -algorithm ed25519` do as
/// well.
#[derive(Debug, Args)]
pub(crate) struct Key {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write a new private key to FILE, for its owner's eyes only, and the public one to FILE.pub
    New {
        /// Where the private key goes; no file is overwritten
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

impl Key {
    pub(crate) fn perform(self) -> Result<Exit, Failure> {
        let Command::New { file } = self.command;
        let key = new_key().map_err(|error| Failure::harness(error.to_string()))?;
        let public = beside(&file);
        write_both(&file, &public, &key)?;
        let mut page = output::page();
        page.paragraph(0, 2, format!("Key {}", key.id));
        page.behind(["  private  ".into()], format!("{}: keep it secret", file.display()));
        page.behind(["  public   ".into()], format!("{}: give it to readers", public.display()));
        output::print(&page.into_text())?;
        Ok(Exit::Conforms)
    }
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".pub");
    name.into()
}

/// Writes both files, or none.
fn write_both(private: &Path, public: &Path, key: &KeyFiles) -> Result<(), Failure> {
    create(public, &key.public, false)?;
    create(private, &key.private, true).inspect_err(|_| {
        // It was made for nothing, a moment ago.
        let _ = std::fs::remove_file(public);
    })
}

/// Writes a file that is not there yet.
fn create(path: &Path, text: &str, is_private: bool) -> Result<(), Failure> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if is_private {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    #[cfg(not(unix))]
    let _ = is_private;
    let fault = |error: std::io::Error| {
        let words = format!("cannot write {}: {error}", path.display());
        Failure::usage(match error.kind() {
            std::io::ErrorKind::AlreadyExists => format!("{words}; no key is overwritten"),
            _ => words,
        })
    };
    let mut file = options.open(path).map_err(fault)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    written.map_err(|error| {
        // Half a key is none.
        let _ = std::fs::remove_file(path);
        fault(error)
    })
}

/// Reads the key of `--sign`.
pub(crate) fn signing(path: &Path) -> Result<SigningKey, Failure> {
    read(path, SigningKey::read)
}

/// Reads the key of `--key`.
pub(crate) fn public(path: &Path) -> Result<PublicKey, Failure> {
    read(path, PublicKey::read)
}

fn read<K>(path: &Path, read: fn(&str) -> Result<K, BadKey>) -> Result<K, Failure> {
    read(&file::text(path)?)
        .map_err(|error| Failure::usage(format!("{} is no key for this: {error}", path.display())))
}

/// Signs a record, if there is a key to do it with.
pub(crate) fn sign(record: &mut Record, key: Option<&SigningKey>) -> Result<(), Failure> {
    let Some(key) = key else { return Ok(()) };
    key.sign(record).map_err(|error| Failure::harness(format!("cannot sign the record: {error}")))
}
