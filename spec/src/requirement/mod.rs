//! The requirement catalogue: every rule for a server, as data.
//!
//! The document, the coverage and `explain` come from the catalogue. A scenario or a law names the
//! rows that it evaluates. Ids are never reused.

mod fields;
mod guide;
pub mod id;
mod model;
mod rows;
mod seconds;
mod security;
mod source;

pub use fields::{general, of_answers, of_field, of_frames, of_payload, of_refusals, of_requests};
pub use guide::{GUIDE, Sentence};
pub use id::RequirementId;
pub(crate) use model::binds;
pub use model::{Basis, Level, Profile, Requirement};
pub use seconds::Seconds;
pub use security::{Breach, SECURITY};
pub use source::{Document, Source};

/// Every requirement, in the order of the document.
pub fn all() -> impl Iterator<Item = &'static Requirement> {
    rows::AREAS.iter().flat_map(|area| area.rows.iter())
}

/// The areas of the catalogue, each with its rows.
pub fn areas() -> &'static [Area] {
    &rows::AREAS
}

/// The requirement with this id, in either case; `None` if there is none.
pub fn find(id: &str) -> Option<&'static Requirement> {
    all().find(|row| row.id.as_str().eq_ignore_ascii_case(id))
}

/// A group of requirements about one subject; its prefix begins the id of each of its rows.
#[derive(Debug)]
pub struct Area {
    /// The prefix of its ids, such as `INV`.
    pub prefix: &'static str,
    /// The heading.
    pub title: &'static str,
    /// The rows, in reading order.
    pub rows: &'static [Requirement],
}
