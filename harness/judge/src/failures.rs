//! How often requirements failed and held in a run, and where.

use crate::fold::is_leak;
use invite_spec::endpoint::Operation;
use invite_spec::requirement::RequirementId;
use invite_trace::{About, At, Check, Verdict};
use std::collections::{BTreeMap, BTreeSet};

/// The checks of a run, for comparing how often requirements failed.
pub(crate) struct Failures<'c> {
    checks: &'c [Check],
    /// How often each requirement failed and held.
    of_rows: BTreeMap<RequirementId, (usize, usize)>,
    /// The calls that were accepted where they had to be.
    accepted: BTreeSet<Operation>,
}

impl<'c> Failures<'c> {
    pub(crate) fn of(checks: &'c [Check]) -> Failures<'c> {
        let mut of_rows: BTreeMap<RequirementId, (usize, usize)> = BTreeMap::new();
        let mut accepted = BTreeSet::new();
        for check in checks {
            let Some(id) = check.requirement else { continue };
            if let (Verdict::Pass, Some(About::Accepts(operation))) =
                (check.verdict(), &check.about)
            {
                accepted.insert(*operation);
            }
            match check.verdict() {
                Verdict::Pass => of_rows.entry(id).or_default().1 += 1,
                Verdict::Fail => of_rows.entry(id).or_default().0 += 1,
                _ => {}
            }
        }
        Failures { checks, of_rows, accepted }
    }

    /// The checks that failed.
    pub(crate) fn failed(&self) -> impl Iterator<Item = &'c Check> {
        self.checks.iter().filter(|check| check.verdict() == Verdict::Fail)
    }

    /// The requirements that failed.
    pub(crate) fn requirements(&self) -> impl Iterator<Item = RequirementId> {
        self.of_rows.iter().filter(|(_, (failed, _))| *failed > 0).map(|(id, _)| *id)
    }

    /// How often each requirement failed in a way.
    pub(crate) fn counts(
        &self,
        is_meant: impl Fn(&Check) -> bool,
    ) -> BTreeMap<RequirementId, usize> {
        let mut counts = BTreeMap::new();
        for check in self.failed().filter(|check| is_meant(check)) {
            if let Some(id) = check.requirement {
                *counts.entry(id).or_default() += 1;
            }
        }
        counts
    }

    /// How often a requirement failed.
    pub(crate) fn count(&self, id: RequirementId) -> usize {
        self.of_rows.get(&id).map_or(0, |(failed, _)| *failed)
    }

    /// The share of a requirement's checks that failed, from 0 to 1.
    pub(crate) fn share(&self, id: RequirementId) -> f64 {
        match self.of_rows.get(&id) {
            Some((failed, held)) if failed + held > 0 => *failed as f64 / (failed + held) as f64,
            _ => 0.0,
        }
    }

    /// Whether at least half of a requirement's checks failed, and one did.
    pub(crate) fn mostly_fails(&self, id: RequirementId) -> bool {
        self.share(id) >= 0.5
    }

    /// In how many scenarios somebody hears or holds what is for others.
    pub(crate) fn leaks(&self, id: RequirementId) -> usize {
        let of_row = self.failed().filter(|check| check.requirement == Some(id));
        let leaks = of_row.filter(|check| check.failure().is_some_and(|it| is_leak(&it.expected)));
        leaks.map(|check| check.scenario.as_str()).collect::<BTreeSet<_>>().len()
    }

    /// Whether a call was accepted where it had to be.
    pub(crate) fn is_ever_accepted(&self, operation: Operation) -> bool {
        self.accepted.contains(&operation)
    }

    /// For each scenario in which a requirement failed, the entry of the trace at which it first did.
    pub(crate) fn begins(&self, id: RequirementId) -> BTreeMap<&'c str, usize> {
        begins(self.failed().filter(|check| check.requirement == Some(id)))
    }
}

/// The first entry of each scenario at which these checks show a failure: of a call, when it was
/// made; of what a law found, when it was complete.
pub(crate) fn begins<'c>(checks: impl Iterator<Item = &'c Check>) -> BTreeMap<&'c str, usize> {
    let mut begins = BTreeMap::new();
    for check in checks {
        let Some(evidence) = check.evidence() else { continue };
        let entries = evidence.entries.iter().copied();
        let at = if matches!(check.at, At::Law(_)) { entries.max() } else { entries.min() };
        if let Some(at) = at {
            let begins: &mut usize = begins.entry(check.scenario.as_str()).or_insert(at);
            *begins = at.min(*begins);
        }
    }
    begins
}
