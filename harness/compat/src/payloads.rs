//! Every change between the payloads of two versions.

use super::change::Change;
use super::schema::{Difference, Effect, Kind, Schema, are_same, differences};
use super::touches;
use super::version::Schemas;
use invite_spec::payload;
use std::collections::BTreeSet;

/// Every change of payloads, in the order of the specification.
pub(super) fn changes(old: &Schemas, new: &Schemas) -> Vec<Change> {
    let names: BTreeSet<&str> = old.keys().chain(new.keys()).map(String::as_str).collect();
    let mut names: Vec<&str> = names.into_iter().collect();
    // Payloads that this build does not know come last, by name.
    let place = |name: &str| payload::all().position(|payload| payload.name == name);
    names.sort_by_key(|name| place(name).unwrap_or(usize::MAX));
    let mut changes = Vec::new();
    for name in names {
        let found = match (old.get(name), new.get(name)) {
            (Some(old), Some(new)) => differences(old, new),
            (Some(gone), _) => vec![whole(Kind::PayloadRemoved, renamed(gone, old, new))],
            (None, _) => vec![whole(Kind::PayloadAdded, None)],
        };
        changes.extend(found.into_iter().map(|difference| {
            let requirements = touches::requirements(name, &difference.at);
            let sender = payload::find(name).map(|payload| payload.sender);
            Change::of(name, sender, requirements, difference)
        }));
    }
    changes
}

/// The note that a removed payload may have a new name: exactly one new payload has its schema.
fn renamed(gone: &Schema, old: &Schemas, new: &Schemas) -> Option<String> {
    let mut fitting = new
        .iter()
        .filter(|(name, other)| !old.contains_key(*name) && are_same(gone, other))
        .map(|(name, _)| name);
    let name = fitting.next().filter(|_| fitting.next().is_none())?;
    Some(format!("`{name}` is new and has the same schema: it may be the new name."))
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
