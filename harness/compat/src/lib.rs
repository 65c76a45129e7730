//! What a change of payloads, endpoints and frame types breaks, and for whom.
//!
//! | file | what |
//! | --- | --- |
//! | `source` | reads a version from a directory or a git revision; nothing else reads anything |
//! | `schema` | what differs between two schemas of one payload, whoever sends it |
//! | `change` | whom that breaks, and why |
//! | `touches` | which requirement it touches |
//! | `surface`, `calls` | endpoints and frame types, and what differs between two versions of them |
//! | `report` | all of it as text, as Markdown and as JSON |
//!
//! Whom a change breaks follows from two things: whether the new schema **narrows** (refuses what
//! the old one accepted) or **widens** (accepts what the old one refused), and who sends the
//! payload.
//!
//! | the change | sent by the server | sent by the client |
//! | --- | --- | --- |
//! | narrows: newly required, fewer types or values, tighter bounds, a pattern | servers | clients |
//! | widens: no longer required, more types or values, looser bounds | clients | servers |
//! | a new optional field | nobody: readers ignore what they do not know | nobody |
//! | a field removed | clients: they read it | clients: what they ask for with it is lost |
//! | a payload added | servers: they do not send it yet | servers: they do not take it yet |
//! | a payload removed | clients: they wait for it | clients: they send it |
//! | what cannot be decided | unknown, held to break both | unknown |
//! | title, description, examples, `$id`, order of keys | nobody, told only when asked | the same |
//!
//! A field that had to be there and is removed from a request breaks both: old servers refuse what
//! comes without it. So does a field removed where others are refused.
//!
//! There are crates that compare schemas. `json-schema-diff` (0.1.8) knows draft-07 and no
//! direction: it calls a new optional field breaking, misses a value removed from a `oneOf`, and
//! overflows its stack on a schema that refers to itself. `jsoncompat` (0.5) proves that one schema
//! is within another, but gives one verdict and one reason for a whole document, where a review
//! needs each field; it also brings 170 crates, a second `jsonschema`, and `arbitrary_precision` for
//! all of the workspace. `drift` (0.2) compares OpenAPI 3.0 documents and does not look into
//! `anyOf`. Well-formedness and patterns are left to `jsonschema`.

mod calls;
mod change;
mod report;
mod schema;
mod source;
mod surface;
#[cfg(test)]
mod tests;
mod touches;

pub use change::{About, Breaks, Change};
pub use report::{Report, markdown, text};
pub use schema::{Fault, Kind, Schema};
pub use source::{Error, read};
pub use surface::Surface;

use invite_spec::payload;
use schema::{Difference, Effect};
use std::collections::{BTreeMap, BTreeSet};

/// The schemas of one version, by the name of their payload.
pub type Schemas = BTreeMap<String, Schema>;

/// One version of the generated artefacts.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Version {
    /// The schemas of the payloads.
    pub schemas: Schemas,
    /// Endpoints and frame types; `None` where there is no document of them.
    pub surface: Option<Surface>,
}

/// Every change from one version to another: endpoints and frame types first, if both versions
/// tell of them, then payloads in the order of the specification.
pub fn compare(old: &Version, new: &Version) -> Vec<Change> {
    let mut changes = match (&old.surface, &new.surface) {
        (Some(old), Some(new)) => calls::changes(old, new),
        _ => Vec::new(),
    };
    changes.extend(payloads(&old.schemas, &new.schemas));
    changes
}

fn payloads(old: &Schemas, new: &Schemas) -> Vec<Change> {
    let names: BTreeSet<&str> = old.keys().chain(new.keys()).map(String::as_str).collect();
    let mut names: Vec<&str> = names.into_iter().collect();
    // Payloads that this build does not know come last, by name.
    let place = |name: &str| payload::all().position(|payload| payload.name == name);
    names.sort_by_key(|name| place(name).unwrap_or(usize::MAX));
    let mut changes = Vec::new();
    for name in names {
        let found = match (old.get(name), new.get(name)) {
            (Some(old), Some(new)) => schema::differences(old, new),
            (Some(gone), _) => vec![whole(Kind::PayloadRemoved, renamed(gone, old, new))],
            (None, _) => vec![whole(Kind::PayloadAdded, None)],
        };
        changes.extend(found.into_iter().map(|difference| {
            let requirements = touches::requirements(name, &difference.at);
            Change::of(name, touches::sender(name), requirements, difference)
        }));
    }
    changes
}

/// The one payload that is new with the schema of one that is gone.
fn renamed(gone: &Schema, old: &Schemas, new: &Schemas) -> Option<String> {
    let mut fitting = new
        .iter()
        .filter(|(name, other)| !old.contains_key(*name) && schema::are_same(gone, other))
        .map(|(name, _)| name);
    let name = fitting.next().filter(|_| fitting.next().is_none())?;
    Some(format!("`{name}` is new and has the same schema: perhaps its new name."))
}

fn whole(kind: Kind, note: Option<String>) -> Difference {
    let (what, old, new) = if kind == Kind::PayloadAdded {
        ("payload added", "absent", "present")
    } else {
        ("payload removed", "present", "absent")
    };
    let effect = Effect::Undecided(String::new());
    let (at, what, old, new) = (String::new(), what.to_owned(), old.to_owned(), new.to_owned());
    Difference { at, kind, what, old, new, effect, note }
}
