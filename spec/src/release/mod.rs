//! Releases: which requirements count, and what changed since they were frozen.
//!
//! | file | what |
//! | --- | --- |
//! | `spec/releases/0.1.json` | the requirements of a release, frozen: it never changes again |
//! | `spec/releases/next.json` | what was done to released requirements since, and why |
//!
//! A requirement counts from the release that first holds it; until then it is run and told, and no
//! target fails by it. A released one that changes gets a new revision, and `next.json` says why and
//! how its checks were reviewed: [`faults`] finds whatever was changed in silence.
//! `cargo run --example generate` writes the entries, people write the reasons, and
//! `cargo run -p invite-spec --example release -- 0.2` freezes what stands then.

mod changes;
mod freeze;
mod model;

pub use changes::{Changed, Changes, changes};
pub use freeze::{faults, freeze, record};
pub use model::{Change, Frozen, Next, Reason, Release, State, Withdrawn};

use crate::requirement::{self, Requirement, RequirementId};
use std::sync::LazyLock;

const FROZEN: &[&str] = include!(concat!(env!("OUT_DIR"), "/releases.rs"));
const NEXT: &str = include_str!("../../releases/next.json");

/// Every frozen release, oldest first.
pub fn all() -> &'static [Release] {
    // A test reads each file; one that cannot be read stops it there.
    static ALL: LazyLock<Vec<Release>> = LazyLock::new(|| {
        let mut all: Vec<Release> =
            FROZEN.iter().filter_map(|text| serde_json::from_str(text).ok()).collect();
        all.sort_by_key(|release| release.number());
        all
    });
    &ALL
}

/// The newest frozen release; none before the first.
pub fn newest() -> Option<&'static Release> {
    all().last()
}

/// What has been recorded since the newest release.
pub fn next() -> &'static Next {
    // Read by a test as well.
    static READ: LazyLock<Next> = LazyLock::new(|| serde_json::from_str(NEXT).unwrap_or_default());
    &READ
}

/// The catalogue as it stands, in the form of a release that is called `next`.
pub fn unreleased() -> Release {
    freeze("next", requirement::all(), newest(), next())
}

/// The first release with this requirement; none if it waits for the next one.
pub fn since(id: RequirementId) -> Option<&'static str> {
    first_with(all(), id)
}

fn first_with(releases: &[Release], id: RequirementId) -> Option<&str> {
    let first = releases.iter().find(|release| release.find(id.as_str()).is_some());
    first.map(|it| it.release.as_str())
}

/// How often a requirement has been changed, counted from 1.
pub fn revision(row: &Requirement) -> u32 {
    freeze::revision(&Frozen::of(row), newest())
}

/// Whether a failure of this requirement makes a target fail. Without `strict`, `chosen` ones do
/// not. What the newest release does not demand does not count before the next one does.
pub fn counts(row: &Requirement, strict: bool) -> bool {
    counts_by(newest(), row, strict)
}

fn counts_by(newest: Option<&Release>, row: &Requirement, strict: bool) -> bool {
    let released =
        |release: &Release| release.find(row.id.as_str()).is_some_and(|it| it.binds(strict));
    Frozen::of(row).binds(strict) && newest.is_none_or(released)
}

/// Whether this is a tested MUST that no release demands yet: it counts from the next one on.
pub fn is_pending(row: &Requirement) -> bool {
    is_pending_by(newest(), row)
}

fn is_pending_by(newest: Option<&Release>, row: &Requirement) -> bool {
    Frozen::of(row).binds(true) && !counts_by(newest, row, true)
}

#[cfg(test)]
mod tests;
