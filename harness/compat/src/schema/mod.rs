//! What differs between two schemas of one payload, whoever sends it.
//!
//! | file | what |
//! | --- | --- |
//! | `document` | a schema, checked once so that comparing it cannot go wrong later |
//! | `facts` | a schema as plain alternatives: references followed, `allOf`, `anyOf`, `oneOf` resolved |
//! | `compare` | two schemas, place by place of the payload, alternative by alternative |
//! | `structure`, `scalar` | two alternatives: their fields and items; their values and bounds |
//! | `fit`, `same`, `number`, `types` | what these ask of values, schemas, numbers and types |
//! | `describe` | schemas and values in a few words |
//! | `difference` | what is found |
//!
//! Whatever cannot be decided is told as such, never passed over: a property test holds the
//! comparison to what a validator accepts.

mod compare;
mod describe;
mod difference;
mod document;
mod facts;
mod fit;
mod number;
mod same;
mod scalar;
mod structure;
mod types;

pub use difference::Kind;
pub use document::{Fault, Schema};

pub(super) use compare::differences;
pub(super) use difference::{Difference, Effect};

/// Whether two schemas accept the same by the same keywords.
pub(super) fn are_same(one: &Schema, two: &Schema) -> bool {
    same::same(one, two, one.root(), two.root(), &facts::Fuel::new(10_000))
}
