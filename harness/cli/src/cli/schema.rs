//! `schema`: the JSON Schema of a payload or of the lines of an adapter, or the list of payloads.

use super::{Exit, Failure, list, output};
use clap::Args;
use invite_spec::payload::{self, Payload};

/// The name of the schema that is of no payload.
const ADAPTER: &str = "adapter";

/// Print the JSON Schema of a payload, or list the payloads.
#[derive(Debug, Args)]
pub(crate) struct Schema {
    /// The name of a payload; without it, all are listed. `adapter` is the schema of the lines between
    /// the harness and an adapter
    payload: Option<String>,
    /// The contract for writing it, where that is narrower than the one for reading it
    #[arg(long, requires = "payload")]
    writing: bool,
    /// The list as JSON (a schema is JSON anyway)
    #[arg(long)]
    json: bool,
}

impl Schema {
    pub(crate) fn perform(self) -> Result<Exit, Failure> {
        let Some(name) = self.payload else { return list::payloads(self.json) };
        if name == ADAPTER {
            output::print(&output::json(&invite_adapter::schema())?)?;
            return Ok(Exit::Conforms);
        }
        let payload = find(&name)?;
        let writing = payload.writing_schema().filter(|_| self.writing);
        output::print(&output::json(&writing.unwrap_or_else(|| payload.schema()))?)?;
        Ok(Exit::Conforms)
    }
}

/// The payload of this name, or a failure with the nearest name.
pub(super) fn find(name: &str) -> Result<&'static Payload, Failure> {
    payload::find(name).ok_or_else(|| {
        let nearest =
            invite_spec::suggest::nearest(name, payload::all().map(|payload| payload.name));
        let advice = match nearest {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => "`invite-conformance schema` lists all".to_owned(),
        };
        Failure::usage(format!("no payload `{name}`; {advice}"))
    })
}
