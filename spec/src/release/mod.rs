//! Releases: which requirements count, and what changed since they were frozen.
//!
//! | file | what |
//! | --- | --- |
//! | `spec/releases/0.1.json` | the requirements of a release, frozen: the file never changes again |
//! | `spec/releases/next.json` | the changes to released requirements since then, with reasons |
//!
//! A requirement counts from its first release on. Until then, checks evaluate and report it, but
//! no target fails because of it. The security floor does not wait for a release. Releases hold the
//! requirements for servers; those for clients count as soon as the catalogue has them. A released
//! requirement that changes gets a new revision, and `next.json` gives the reason and the review of its checks. [`faults`] finds undeclared changes.
//! `cargo run --example generate` writes the entries, people write the reasons, and `cargo run -p
//! invite-spec --example release -- 0.2` freezes the catalogue.

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
    // A test fails if a file cannot be read.
    static ALL: LazyLock<Vec<Release>> = LazyLock::new(|| {
        let mut all: Vec<Release> =
            FROZEN.iter().filter_map(|text| serde_json::from_str(text).ok()).collect();
        all.sort_by_key(|release| release.number());
        all
    });
    &ALL
}

/// The newest frozen release; `None` before the first.
pub fn newest() -> Option<&'static Release> {
    all().last()
}

/// The changes since the newest release, as `next.json` declares them.
pub fn next() -> &'static Next {
    // A test fails if the file cannot be read.
    static READ: LazyLock<Next> = LazyLock::new(|| serde_json::from_str(NEXT).unwrap_or_default());
    &READ
}

/// The current catalogue, as a release called `next`.
pub fn unreleased() -> Release {
    freeze("next", requirement::all(), newest(), next())
}

/// The name of the first release with this requirement; `None` if it is not released yet.
pub fn since(id: RequirementId) -> Option<&'static str> {
    first_with(all(), id)
}

fn first_with(releases: &[Release], id: RequirementId) -> Option<&str> {
    let first = releases.iter().find(|release| release.find(id.as_str()).is_some());
    first.map(|it| it.release.as_str())
}

/// The revision of a requirement, counted from 1.
pub fn revision(row: &Requirement) -> u32 {
    freeze::revision(&Frozen::of(row), newest())
}

/// Whether a violation of this requirement makes a target fail. Without `strict`, `chosen` ones do
/// not. A requirement counts only if both the newest release and the current catalogue demand it;
/// one of the security floor ([`requirement::SECURITY`]) counts as soon as the catalogue demands
/// it, because a verdict must not recommend a server that is open. So does one that binds clients,
/// which no release holds.
pub fn counts(row: &Requirement, strict: bool) -> bool {
    counts_by(newest(), row, strict)
}

fn counts_by(newest: Option<&Release>, row: &Requirement, strict: bool) -> bool {
    let released =
        |release: &Release| release.find(row.id.as_str()).is_some_and(|it| it.binds(strict));
    let waits = row.security().is_none() && row.side().is_server();
    let is_released = !waits || newest.is_none_or(released);
    Frozen::of(row).binds(strict) && is_released
}

/// Whether this is a tested MUST that the newest release does not demand: it counts from the next
/// one on.
pub fn is_pending(row: &Requirement) -> bool {
    is_pending_by(newest(), row)
}

fn is_pending_by(newest: Option<&Release>, row: &Requirement) -> bool {
    Frozen::of(row).binds(true) && !counts_by(newest, row, true)
}

#[cfg(test)]
mod tests;
