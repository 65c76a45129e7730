//! The changes from one release to the next.

use super::{Frozen, Release, Withdrawn};

/// The changes from one release to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes<'r> {
    /// The requirements that only the newer one has, in its order.
    pub added: Vec<&'r Frozen>,
    /// The requirements of both with different revisions, in the order of the newer one.
    pub changed: Vec<Changed<'r>>,
    /// The withdrawn requirements of the older one, each with its reason.
    pub withdrawn: Vec<&'r Withdrawn>,
}

/// A requirement that changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Changed<'r> {
    /// The requirement in the older release.
    pub before: &'r Frozen,
    /// The requirement in the newer release, whose `changed` gives the reason.
    pub now: &'r Frozen,
}

/// The changes from one release to the one after it. [`super::unreleased`] can be the newer one.
pub fn changes<'r>(old: &'r Release, new: &'r Release) -> Changes<'r> {
    let mut changes = Changes { added: Vec::new(), changed: Vec::new(), withdrawn: Vec::new() };
    for now in &new.requirements {
        match old.find(&now.id) {
            None => changes.added.push(now),
            Some(before) if before.revision != now.revision => {
                changes.changed.push(Changed { before, now });
            }
            Some(_) => {}
        }
    }
    changes.withdrawn = new.withdrawn.iter().filter(|row| old.find(&row.id).is_some()).collect();
    changes
}
