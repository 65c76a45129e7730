//! `schema`: the JSON Schema of a payload or of a kind of file, or the list of both.

use super::file_kind::FileKind;
use super::list::{self, Row};
use super::{Exit, Failure, output};
use clap::Args;
use invite_spec::payload::{self, Payload};
use invite_spec::suggest::nearest;
use serde_json::{Value, json};

/// Print the JSON Schema of a payload or of a kind of file, or list them.
#[derive(Debug, Args)]
pub(crate) struct Schema {
    /// The name of a payload, or of a kind of file: scenario, client-scenario, target, record or adapter.
    /// Without it, all are listed
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// The contract for writing a payload, where that is narrower than the one for reading it
    #[arg(long, requires = "name")]
    writing: bool,
    /// The list as JSON (a schema is JSON anyway)
    #[arg(long)]
    json: bool,
}

impl Schema {
    pub(crate) fn perform(self) -> Result<Exit, Failure> {
        let Some(name) = self.name else { return listed(self.json) };
        if let Some(payload) = payload::find(&name) {
            let writing = payload.writing_schema().filter(|_| self.writing);
            output::print(&output::json(&writing.unwrap_or_else(|| payload.schema()))?)?;
            return Ok(Exit::Conforms);
        }
        match FileKind::find(&name) {
            Some(_) if self.writing => Err(Failure::usage(format!(
                "`--writing` is for payloads: `{name}` is a kind of file, with one schema for reading \
                 and for writing"
            ))),
            Some(kind) => {
                output::print(&kind.schema_text()?)?;
                Ok(Exit::Conforms)
            }
            None => {
                let kinds = FileKind::ALL.into_iter().map(FileKind::name);
                let known = kinds.chain(payload::all().map(|payload| payload.name));
                Err(unknown("payload or kind of file", &name, known))
            }
        }
    }
}

/// Payloads and kinds of files, each in a group of their own.
fn listed(json: bool) -> Result<Exit, Failure> {
    let of_group = |group: &str, mut rows: Vec<Row>| {
        for row in &mut rows {
            row.json["group"] = group.into();
        }
        rows
    };
    let kinds = FileKind::ALL.into_iter().map(|kind| Row {
        head: format!("{:<40} {:<7} ", kind.name(), ""),
        words: kind.title().to_owned(),
        json: json!({ "name": kind.name(), "sender": Value::Null, "title": kind.title() }),
    });
    let kinds = of_group("files", kinds.collect());
    let payloads = of_group("payloads", list::payload_rows());
    list::print_groups(vec![("Payloads", payloads), ("Files", kinds)], json)
}

/// The payload of this name, or a failure with the nearest name.
pub(super) fn find_payload(name: &str) -> Result<&'static Payload, Failure> {
    if let Some(payload) = payload::find(name) {
        return Ok(payload);
    }
    match FileKind::find(name) {
        Some(_) => Err(Failure::usage(format!(
            "`{name}` is a kind of file and not a payload; `invite-conformance schema {name}` prints its \
             schema"
        ))),
        None => Err(unknown("payload", name, payload::all().map(|payload| payload.name))),
    }
}

fn unknown<'n>(what: &str, name: &str, known: impl IntoIterator<Item = &'n str>) -> Failure {
    let advice = match nearest(name, known) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => "`invite-conformance schema` lists all".to_owned(),
    };
    Failure::usage(format!("no {what} `{name}`; {advice}"))
}
