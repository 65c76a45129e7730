//! The files that people write for this program, or read from it: each kind has a JSON Schema.

use super::{Failure, output};
use crate::init;
use serde_json::Value;

/// A kind of file, or of lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileKind {
    Scenario,
    ClientScenario,
    Target,
    Record,
    Adapter,
}

impl FileKind {
    /// Every kind, in the order in which they are listed.
    pub(crate) const ALL: [FileKind; 5] = [
        FileKind::Scenario,
        FileKind::ClientScenario,
        FileKind::Target,
        FileKind::Record,
        FileKind::Adapter,
    ];

    /// The name of its schema.
    pub(crate) fn name(self) -> &'static str {
        match self {
            FileKind::Scenario => "scenario",
            FileKind::ClientScenario => "client-scenario",
            FileKind::Target => "target",
            FileKind::Record => "record",
            FileKind::Adapter => "adapter",
        }
    }

    /// What it is.
    pub(crate) fn title(self) -> &'static str {
        match self {
            FileKind::Scenario => "A scenario for servers (YAML): `run --scenarios`",
            FileKind::ClientScenario => "A scenario for clients (YAML): `client --scenarios`",
            FileKind::Target => "The description of a target (TOML): `run TARGET`",
            FileKind::Record => "A run record (JSON): `run --report json=PATH`",
            FileKind::Adapter => "A line of an adapter (JSON): `run --adapter`",
        }
    }

    /// The kind with this name.
    pub(crate) fn find(name: &str) -> Option<FileKind> {
        FileKind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Its schema.
    pub(crate) fn schema(self) -> Value {
        match self {
            FileKind::Scenario => invite_scenario::schema(),
            FileKind::ClientScenario => invite_scenario::client::schema(),
            FileKind::Target => invite_scenario::description::schema(),
            FileKind::Record => invite_record::schema(),
            FileKind::Adapter => invite_adapter::schema(),
        }
    }

    /// The text of its schema.
    pub(crate) fn schema_text(self) -> Result<String, Failure> {
        output::json(&self.schema())
    }

    /// What its schema is called where it is written next to a file of this kind; `None` for kinds that
    /// only programs write.
    pub(crate) fn schema_file(self) -> Option<&'static str> {
        match self {
            FileKind::Scenario => Some(init::SCENARIO_SCHEMA),
            FileKind::ClientScenario => Some(init::CLIENT_SCENARIO_SCHEMA),
            FileKind::Target => Some(init::TARGET_SCHEMA),
            FileKind::Record | FileKind::Adapter => None,
        }
    }
}
