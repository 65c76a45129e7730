//! Right servers that look unusual: whatever the sources allow, however odd, must not be blamed.

mod answers;
mod fields;
mod frames;

use crate::proxy::Change;
use crate::scope::Scope;
use crate::specimen::{Expected, Kind, Make, Specimen};
use std::sync::Arc;

/// A row of the tables: an unusual but right way for a server to behave.
#[derive(Debug, Clone, Copy)]
struct Variant {
    name: &'static str,
    does: &'static str,
    /// Why the sources allow it.
    allowed: &'static str,
    /// Makes a right server behave so.
    change: fn() -> Arc<dyn Change>,
}

/// Every legal variant.
pub(crate) fn all() -> Vec<Specimen> {
    fields::ALL.iter().chain(answers::ALL).chain(frames::ALL).map(specimen).collect()
}

fn specimen(variant: &Variant) -> Specimen {
    let change = variant.change;
    Specimen {
        name: variant.name.to_owned(),
        kind: Kind::Legal,
        does: variant.does.to_owned(),
        expected: Expected::allowed(variant.allowed),
        make: Make::Proxy { change: Arc::new(change), keeps_order: true, scope: Scope::Everything },
    }
}
