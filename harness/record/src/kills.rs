//! The independent ways in which each requirement was seen to be broken.

use invite_spec::requirement::RequirementId;
use std::collections::{BTreeMap, BTreeSet};

/// Requirements, and the wrong servers that fail each.
pub type Kills = BTreeMap<RequirementId, BTreeSet<String>>;

/// The committed kills, written by `selftest --kills harness/kills.json`: no run of a few seconds
/// could find them.
const COMMITTED: &str = include_str!("../../kills.json");

/// The committed kills.
pub fn committed_kills() -> Kills {
    // It is generated; a test reads it.
    serde_json::from_str(COMMITTED).unwrap_or_default()
}
