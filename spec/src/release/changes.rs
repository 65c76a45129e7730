//! What changed from one release to the next.

use super::{Frozen, Release, Withdrawn};

/// What changed from one release to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes<'r> {
    /// Requirements that only the newer one has, in its order.
    pub added: Vec<&'r Frozen>,
    /// Requirements of both that have another revision, in the order of the newer one.
    pub changed: Vec<Changed<'r>>,
    /// Requirements that only the older one has, each with its reason.
    pub withdrawn: Vec<&'r Withdrawn>,
}

/// A requirement that changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Changed<'r> {
    /// As it was.
    pub before: &'r Frozen,
    /// As it is; its `changed` says why.
    pub now: &'r Frozen,
}

/// What changed from one release to the one that follows it. [`super::unreleased`] can be the newer
/// one.
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
