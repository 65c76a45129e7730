//! The requirement catalogue: every rule for a server and for a client, as data.
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
pub use model::{Basis, Level, Profile, Requirement, Side};
pub use seconds::Seconds;
pub use security::{Breach, SECURITY};
pub use source::{Document, Source};

/// Every requirement for servers, in the order of the document.
pub fn all() -> impl Iterator<Item = &'static Requirement> {
    all_of(Side::Server)
}

/// Every requirement for one side, in the order of the document.
pub fn all_of(side: Side) -> impl Iterator<Item = &'static Requirement> {
    areas_of(side).iter().flat_map(|area| area.rows.iter())
}

/// The areas of the catalogue for servers, each with its rows.
pub fn areas() -> &'static [Area] {
    areas_of(Side::Server)
}

/// The areas of the catalogue for one side, each with its rows.
pub fn areas_of(side: Side) -> &'static [Area] {
    let (servers, clients) = rows::AREAS.split_at(rows::OF_SERVERS);
    match side {
        Side::Server => servers,
        Side::Client => clients,
    }
}

/// The requirement with this id, in either case; `None` if there is none.
pub fn find(id: &str) -> Option<&'static Requirement> {
    let mut both = all().chain(all_of(Side::Client));
    both.find(|row| row.id.as_str().eq_ignore_ascii_case(id))
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
