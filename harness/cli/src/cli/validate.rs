//! `validate`: whether the payloads in files fit their schema.

use super::{Exit, Failure, output, schema, validation};
use clap::Args;
use invite_judge::validate::{self, Checked, Unreadable};
use serde_json::{Value, json};
use std::io::Read;

/// The most bytes of one file: nothing is read that could not be held in memory.
const MOST_BYTES: u64 = 256 * 1024 * 1024;

const HELP: &str = "\
A file holds one JSON value, an array of values, or JSON lines (one value a line).
Exit codes: 0 all values fit; 1 some do not; 2 a file cannot be read, is not JSON or holds nothing.";

/// Say whether the payloads in files fit their schema, and where they do not.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(crate) struct Validate {
    /// The name of the payload, as `schema` lists it
    payload: String,
    /// The files; `-` is standard input, and so is no file at all
    #[arg(value_name = "FILE")]
    files: Vec<String>,
    /// As JSON
    #[arg(long)]
    json: bool,
}

impl Validate {
    pub(crate) fn perform(self) -> Result<Exit, Failure> {
        let payload = schema::find_payload(&self.payload)?;
        let files = if self.files.is_empty() { vec!["-".to_owned()] } else { self.files };
        let mut exit = Exit::Conforms;
        let (mut values, mut faults) = (0, 0);
        let mut rows = Vec::new();
        for file in &files {
            let name = if file == "-" { "standard input" } else { file };
            match read(file).and_then(|bytes| validate::validate(payload, &bytes)) {
                Ok(checked) => {
                    values += checked.values;
                    faults += checked.faults.len();
                    if !checked.faults.is_empty() && exit == Exit::Conforms {
                        exit = Exit::DoesNotConform;
                    }
                    if !self.json {
                        let page = output::page();
                        output::print(&validation::report(name, payload, &checked, page))?;
                    }
                    rows.push(row(name, Ok(checked)));
                }
                Err(error) => {
                    exit = Exit::Usage;
                    let at = error.position.map(|at| format!("{at}:")).unwrap_or_default();
                    let line = format!("invite-conformance: {name}:{at} {error}");
                    output::complain(&line);
                    rows.push(row(name, Err(error)));
                }
            }
        }
        if self.json {
            let all = json!({ "payload": payload.name, "valid": exit == Exit::Conforms,
                              "values": values, "faults": faults, "files": rows });
            output::print(&output::json(&all)?)?;
        } else if exit == Exit::Conforms {
            let value = if values == 1 { "value fits" } else { "values fit" };
            output::print(&format!("{values} {value} {}\n", payload.name))?;
        }
        Ok(exit)
    }
}

fn row(file: &str, outcome: Result<Checked, Unreadable>) -> Value {
    match outcome {
        Ok(checked) => json!({ "file": file, "values": checked.values, "valid": checked.valid,
                               "faults": checked.faults }),
        Err(error) => json!({ "file": file, "error": error }),
    }
}

fn read(file: &str) -> Result<Vec<u8>, Unreadable> {
    let unreadable = |message: String| Unreadable { position: None, message };
    let limited = |source: &mut dyn Read| {
        let mut bytes = Vec::new();
        source.take(MOST_BYTES + 1).read_to_end(&mut bytes).map(|_| bytes)
    };
    let bytes = match file {
        "-" => limited(&mut std::io::stdin().lock()),
        path => std::fs::File::open(path).and_then(|mut file| limited(&mut file)),
    };
    let bytes = bytes.map_err(|error| unreadable(format!("cannot be read: {error}")))?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(unreadable(format!("larger than {} MiB", MOST_BYTES >> 20)));
    }
    Ok(bytes)
}
