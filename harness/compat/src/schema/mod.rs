//! The differences between two schemas of one payload, whoever sends it.
//!
//! | file | what |
//! | --- | --- |
//! | `document` | a schema, checked once so that comparing it cannot go wrong later |
//! | `facts` | what the keywords of one schema demand |
//! | `alternatives` | a schema as a list of facts: references, `allOf`, `anyOf`, `oneOf` resolved |
//! | `compare` | two schemas, place by place of the payload, alternative by alternative |
//! | `structure`, `scalar` | two alternatives: their fields and items; their values and bounds |
//! | `fit`, `same` | whether a value fits, whether two schemas say the same |
//! | `types`, `number`, `limit`, `fuel` | sets of types, exact numbers, ranges, a budget of steps |
//! | `describe` | schemas and values in a few words |
//! | `difference` | one difference, and what it does to the accepted values |
//!
//! What cannot be decided is reported as undecided, never ignored: a property test checks the
//! comparison against a validator.

mod alternatives;
mod compare;
mod describe;
mod difference;
mod document;
mod facts;
mod fit;
mod fuel;
mod limit;
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
    same::same(one, two, one.root(), two.root(), &fuel::Fuel::new(10_000))
}
