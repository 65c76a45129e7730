//! What the proxy makes of a right server: one field, one kind of response or one type of frame is
//! changed.
//!
//! Each of the three folders holds the specimens (`mod`), what is done (`mutation`, `fault`), and
//! what the suite must make of it (`expected`). Where no schema decides, the `expected` tables do.
//! Each row names the requirement whose own sources say why such a server is wrong
//! (`invite-conformance explain ID`), or gives the reason why the sources allow it. A run may be the
//! occasion to look a row up in the sources again, but never the reason to change it.

mod answers;
mod fields;
mod frames;
mod site;

pub(crate) use site::{PayloadSite, Responses};

use crate::specimen::Specimen;

/// Every specimen that the proxy makes by one change.
pub(crate) fn all() -> Vec<Specimen> {
    let mut all = fields::all();
    all.extend(answers::all());
    all.extend(frames::all());
    all
}
