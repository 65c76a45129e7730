//! The committed files that are generated from this crate.

use crate::{asyncapi, document, openapi, payload, release, requirement};
use serde_json::Value;

/// A generated file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artefact {
    /// The path below the repository's root.
    pub path: String,
    /// The whole content.
    pub text: String,
}

impl Artefact {
    /// A JSON file, indented, with a final line end.
    pub fn json(path: impl Into<String>, value: &Value) -> Artefact {
        // A `Value` always serialises.
        Artefact { path: path.into(), text: format!("{value:#}\n") }
    }
}

/// Every file that is generated from this crate alone.
pub fn all() -> Vec<Artefact> {
    let schemas = payload::all().map(|payload| {
        Artefact::json(format!("spec/schemas/{}.json", payload.name), &payload.schema())
    });
    let writing = payload::all().filter_map(|payload| {
        let schema = payload.writing_schema()?;
        Some(Artefact::json(format!("spec/schemas/writing/{}.json", payload.name), &schema))
    });
    let documents = [
        Artefact::json("spec/openapi/rest.json", &openapi::rest()),
        Artefact::json("spec/openapi/client.json", &openapi::client()),
        Artefact::json("spec/asyncapi/session.json", &asyncapi::session()),
    ];
    let recorded = release::record(requirement::all(), release::newest(), release::next());
    let next = Artefact { path: "spec/releases/next.json".into(), text: recorded.text() };
    schemas.chain(writing).chain(documents).chain([next]).chain(document::diagrams()).collect()
}
