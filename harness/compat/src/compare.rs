//! Every change between two versions.

use super::change::Change;
use super::version::Version;
use super::{calls, payloads};

/// Every change from one version to another: endpoints and frame types first, if both versions
/// have documents about them, then payloads in the order of the specification.
pub fn compare(old: &Version, new: &Version) -> Vec<Change> {
    let mut changes = match (&old.surface, &new.surface) {
        (Some(old), Some(new)) => calls::changes(old, new),
        _ => Vec::new(),
    };
    changes.extend(payloads::changes(&old.schemas, &new.schemas));
    changes
}
