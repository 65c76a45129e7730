//! What a change of payloads, endpoints and frame types breaks, and for whom.
//!
//! | file | what |
//! | --- | --- |
//! | `source` | reads a version from a directory or a git revision; the only file with I/O |
//! | `version`, `surface` | one version: its schemas, its endpoints and frame types |
//! | `schema` | the differences between two schemas of one payload, whoever sends it |
//! | `change` | whom a difference breaks, and why |
//! | `touches` | which requirements a payload or a field touches |
//! | `compare` | all changes between two versions: of payloads (`payloads`), of endpoints and frame types (`calls`) |
//! | `report` | the changes as text, as Markdown and as JSON |
//!
//! Two things decide whom a change breaks: whether the new schema **narrows** (rejects what the
//! old one accepted) or **widens** (accepts what the old one rejected), and who sends the payload.
//!
//! | the change | sent by the server | sent by the client |
//! | --- | --- | --- |
//! | narrows: newly required, fewer types or values, tighter bounds, a pattern | servers | clients |
//! | widens: no longer required, more types or values, looser bounds | clients | servers |
//! | a new optional field | nobody: readers ignore what they do not know | nobody |
//! | a field removed | clients: they read it | clients: what they ask for with it is lost |
//! | a payload added | servers: they do not send it yet | servers: they do not accept it yet |
//! | a payload removed | clients: they wait for it | clients: they send it |
//! | what cannot be decided | unknown, treated as breaking both | unknown |
//! | title, description, examples, `$id`, order of keys | nobody; shown only on request | the same |
//!
//! A required field that is removed from a request breaks both: old servers reject requests without
//! it. So does a field that is removed where unnamed fields are rejected.
//!
//! Other crates compare schemas. `json-schema-diff` (0.1.8) knows draft-07 and no direction: it calls a new optional field breaking, misses a value removed from a `oneOf`, and
//! overflows its stack on a schema that refers to itself. `jsoncompat` (0.5) proves that one schema
//! contains another, but gives one verdict and one reason for a whole document, where a review
//! needs each field; it also brings 170 crates, a second `jsonschema`, and `arbitrary_precision` for
//! the whole workspace. `drift` (0.2) compares OpenAPI 3.0 documents and does not look into
//! `anyOf`. Well-formedness and patterns are left to `jsonschema`.

mod calls;
mod change;
mod compare;
mod payloads;
mod report;
mod schema;
mod source;
mod surface;
#[cfg(test)]
mod tests;
mod touches;
mod version;

pub use change::{About, Breaks, Change};
pub use compare::compare;
pub use report::{Report, markdown, text};
pub use schema::{Fault, Kind, Schema};
pub use source::{Error, read};
pub use surface::Surface;
pub use touches::Requirement;
pub use version::{Schemas, Version};
