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

/// Adds the kills of a run to those of earlier runs. Of the earlier ones, the mutants stay that
/// `stays` names: the others were tried again, or are gone.
pub fn add_kills(earlier: Kills, found: &Kills, stays: impl Fn(&str) -> bool) -> Kills {
    let mut kills = earlier;
    for names in kills.values_mut() {
        names.retain(|name| stays(name));
    }
    for (id, names) in found {
        kills.entry(*id).or_default().extend(names.iter().cloned());
    }
    kills.retain(|_, names| !names.is_empty());
    kills
}

#[cfg(test)]
mod tests {
    use super::{Kills, add_kills};
    use invite_spec::requirement::RequirementId;
    use std::collections::BTreeSet;

    fn kills(of: &[(&str, &[&str])]) -> Kills {
        let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        of.iter().map(|&(id, all)| (RequirementId::parse(id).unwrap(), names(all))).collect()
    }

    #[test]
    fn shares_of_a_long_run_add_up_and_what_was_tried_again_counts_as_it_is_now() {
        let earlier = kills(&[("AUTH-001", &["a", "again"]), ("AUTH-002", &["gone"])]);
        let found = kills(&[("AUTH-003", &["again", "new"])]);
        let stays = BTreeSet::from(["a"]);
        let sum = add_kills(earlier, &found, |name| stays.contains(name));
        assert_eq!(sum, kills(&[("AUTH-001", &["a"]), ("AUTH-003", &["again", "new"])]));
    }
}
