//! Freezing a catalogue, and finding undeclared changes to a frozen one.

use super::{Change, Frozen, Next, Reason, Release, Withdrawn};
use crate::requirement::Requirement;

/// A catalogue as a release with this name. Requirements that equal those of `previous` keep their
/// revision. Changed ones get the next revision and the reason from `next`.
pub fn freeze<'r>(
    name: &str,
    rows: impl IntoIterator<Item = &'r Requirement>,
    previous: Option<&Release>,
    next: &Next,
) -> Release {
    let requirements = rows
        .into_iter()
        .map(|row| {
            let now = Frozen::of(row);
            match previous.and_then(|previous| previous.find(row.id.as_str())) {
                Some(before) if before.sha256 == now.sha256 => before.clone(),
                _ => Frozen {
                    revision: revision(&now, previous),
                    changed: entry(next, &now.id).map(|change| change.why.clone()),
                    ..now
                },
            }
        })
        .collect();
    let before = previous.into_iter().flat_map(|previous| &previous.withdrawn);
    let withdrawn = before.chain(&next.withdrawn).cloned().collect();
    Release { release: name.to_owned(), requirements, withdrawn }
}

/// The revision of a row in its current form.
pub(super) fn revision(now: &Frozen, previous: Option<&Release>) -> u32 {
    match previous.and_then(|previous| previous.find(&now.id)) {
        Some(before) if before.sha256 == now.sha256 => before.revision,
        Some(before) => before.revision + 1,
        None => 1,
    }
}

/// The required content of `next.json` for this catalogue. It keeps existing reasons. Where a
/// requirement changed again, it clears `checks`, because the review has to be repeated.
pub fn record<'r>(
    rows: impl IntoIterator<Item = &'r Requirement>,
    previous: Option<&Release>,
    next: &Next,
) -> Next {
    let Some(previous) = previous else { return Next::default() };
    let rows: Vec<Frozen> = rows.into_iter().map(Frozen::of).collect();
    let changed = rows
        .iter()
        .filter(|now| previous.find(&now.id).is_some_and(|before| before.sha256 != now.sha256))
        .map(|now| {
            let known = entry(next, &now.id);
            let reason = known.map(|change| change.why.reason.clone()).unwrap_or_default();
            let reviewed = known.filter(|change| change.sha256 == now.sha256);
            let checks = reviewed.map(|change| change.why.checks.clone()).unwrap_or_default();
            let why = Reason { reason, checks };
            Change { id: now.id.clone(), sha256: now.sha256.clone(), why }
        })
        .collect();
    let withdrawn = previous
        .requirements
        .iter()
        .filter(|before| rows.iter().all(|now| now.id != before.id))
        .map(|before| {
            let known = next.withdrawn.iter().find(|row| row.id == before.id);
            let reason = known.map(|row| row.reason.clone()).unwrap_or_default();
            Withdrawn { id: before.id.clone(), reason }
        })
        .collect();
    Next { changed, withdrawn }
}

/// The undeclared changes to released requirements, each as a message.
pub fn faults<'r>(
    rows: impl IntoIterator<Item = &'r Requirement>,
    previous: Option<&Release>,
    next: &Next,
) -> Vec<String> {
    const FILE: &str = "spec/releases/next.json";
    const WRITE: &str = "run `cargo run --example generate`, then give the reason in \
        spec/releases/next.json";
    let rows: Vec<&Requirement> = rows.into_iter().collect();
    let due = record(rows.iter().copied(), previous, next);
    let name = previous.map_or("", |previous| previous.release.as_str());
    let mut faults = Vec::new();
    for change in &due.changed {
        let id = &change.id;
        if entry(next, id).is_none_or(|known| known.sha256 != change.sha256) {
            faults.push(format!("{id} differs from release {name} without a reason: {WRITE}"));
        } else if change.why.reason.trim().is_empty() {
            faults.push(format!("{id} was changed: give the `reason` in {FILE}"));
        } else if change.why.checks.trim().is_empty() {
            faults.push(format!(
                "{id} was changed: review its checks and describe the review in {FILE} (`checks`)"
            ));
        }
    }
    for row in &due.withdrawn {
        let id = &row.id;
        if next.withdrawn.iter().all(|known| known.id != *id) {
            faults.push(format!("{id} of release {name} was removed without a reason: {WRITE}"));
        } else if row.reason.trim().is_empty() {
            faults.push(format!("{id} was withdrawn: give the `reason` in {FILE}"));
        }
    }
    let stale = |id: &str| {
        format!("{FILE} has an entry for {id}, which equals release {name}: remove the entry")
    };
    let wanted = |id: &str| due.changed.iter().any(|change| change.id == id);
    faults.extend(next.changed.iter().filter(|it| !wanted(&it.id)).map(|it| stale(&it.id)));
    let wanted = |id: &str| due.withdrawn.iter().any(|row| row.id == id);
    faults.extend(next.withdrawn.iter().filter(|it| !wanted(&it.id)).map(|it| stale(&it.id)));
    for gone in previous.into_iter().flat_map(|previous| &previous.withdrawn) {
        if rows.iter().any(|row| row.id.as_str() == gone.id) {
            faults.push(format!("{} was withdrawn earlier and cannot be reused", gone.id));
        }
    }
    faults
}

fn entry<'n>(next: &'n Next, id: &str) -> Option<&'n Change> {
    next.changed.iter().find(|change| change.id == id)
}
