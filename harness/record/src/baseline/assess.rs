//! How a run stands to a baseline.

use super::{Assessment, Baseline, Consequence, Day, EVERYWHERE, Entry, Place, State};
use crate::Record;
use invite_spec::requirement::RequirementId;
use invite_trace::Ended;
use invite_trace::{Check, Verdict};
use std::collections::{BTreeMap, BTreeSet};

/// How a run stands to a baseline on a day. Nothing else decides.
pub fn assess(record: &Record, baseline: &Baseline, today: Day) -> Assessment {
    let run = Run::of(record);
    let entries: Vec<State> =
        baseline.entries.iter().map(|entry| run.state(entry, today)).collect();
    let listed = |place: &Key<'_>| baseline.lists(place.requirement, place.scenario, today);
    let mut found = Assessment { entries, ..Assessment::default() };
    let mut excused = BTreeMap::new();
    for (place, verdicts) in &run.places {
        if verdicts.contains(&Verdict::Fail) && run.counts(place.requirement) && !listed(place) {
            found.new.push(place.owned());
        }
    }
    for check in record.checks.iter().filter(|check| check.verdict() == Verdict::Blocked) {
        let Some(place) = Key::of(check) else { continue };
        let known = check
            .blocked_by()
            .filter(|cause| listed(&Key { requirement: *cause, ..place }))
            .or_else(|| listed(&place).then_some(place.requirement));
        match known {
            Some(cause) => {
                excused.insert(place.owned(), cause);
            }
            // A new failure at the same place says it already.
            None if run.counts(place.requirement) && !found.new.contains(&place.owned()) => {
                found.unreached.push(place.owned());
            }
            None => {}
        }
    }
    found.unreached.sort();
    found.unreached.dedup();
    found.excused = excused
        .into_iter()
        .map(|(place, because_of)| Consequence {
            requirement: place.requirement,
            scenario: place.scenario,
            because_of,
        })
        .collect();
    let summary = &record.tally.summary;
    found.conforms = summary.errors == 0
        && !summary.interrupted
        && summary.passed > 0
        && found.new.is_empty()
        && found.unreached.is_empty()
        && !found.entries.contains(&State::Stale);
    found
}

impl Baseline {
    /// Whether a failure of a requirement in a scenario is known on a day.
    pub fn lists(&self, requirement: RequirementId, scenario: &str, today: Day) -> bool {
        let place = Key { requirement, scenario };
        self.entries.iter().any(|entry| !is_expired(entry, today) && covers(entry, &place))
    }
}

fn is_expired(entry: &Entry, today: Day) -> bool {
    entry.expires.is_some_and(|day| day < today)
}

fn covers(entry: &Entry, place: &Key<'_>) -> bool {
    entry.requirement == place.requirement
        && (entry.scenario == EVERYWHERE || entry.scenario == place.scenario)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key<'k> {
    requirement: RequirementId,
    scenario: &'k str,
}

impl<'k> Key<'k> {
    /// None for a check of no requirement: what the harness itself broke.
    fn of(check: &'k Check) -> Option<Key<'k>> {
        Some(Key { requirement: check.requirement?, scenario: &check.scenario })
    }

    fn owned(&self) -> Place {
        Place { requirement: self.requirement, scenario: self.scenario.to_owned() }
    }
}

/// A run, by place.
struct Run<'r> {
    record: &'r Record,
    places: BTreeMap<Key<'r>, BTreeSet<Verdict>>,
    /// The scenarios that were driven, and whether to their end.
    driven: BTreeMap<&'r str, bool>,
}

impl<'r> Run<'r> {
    fn of(record: &'r Record) -> Run<'r> {
        let mut places: BTreeMap<Key<'_>, BTreeSet<Verdict>> = BTreeMap::new();
        for check in &record.checks {
            let Some(place) = Key::of(check) else { continue };
            places.entry(place).or_default().insert(check.verdict());
        }
        let traces = record.scenarios.iter().filter_map(|scenario| scenario.trace.as_ref());
        let driven = std::iter::once(&record.preflight)
            .chain(traces)
            .map(|trace| (trace.scenario.as_str(), trace.ended == Ended::Complete))
            .collect();
        Run { record, places, driven }
    }

    fn counts(&self, requirement: RequirementId) -> bool {
        self.record.tally.find(requirement).is_some_and(|result| result.counted)
    }

    fn state(&self, entry: &Entry, today: Day) -> State {
        if is_expired(entry, today) {
            return State::Expired;
        }
        let verdicts: BTreeSet<Verdict> = self
            .places
            .iter()
            .filter(|(place, _)| covers(entry, place))
            .flat_map(|(_, verdicts)| verdicts.iter().copied())
            .collect();
        let fails = verdicts.contains(&Verdict::Fail);
        let is_open = [Verdict::Blocked, Verdict::Error].iter().any(|it| verdicts.contains(it));
        let holds = verdicts.contains(&Verdict::Pass);
        match (entry.flaky, fails) {
            (true, true) => return State::FlakyFailed,
            (false, true) => return State::Known,
            (true, false) if holds => return State::FlakyHeld,
            _ => {}
        }
        if is_open {
            return State::NotReached;
        }
        if entry.scenario == EVERYWHERE {
            // It may fail in a scenario that is not of this part, or was not come to.
            let is_whole = self.record.part.is_whole() && self.record.interrupted.is_none();
            return match (is_whole, holds) {
                (false, _) => State::NotRun,
                (true, true) => State::Stale,
                (true, false) => State::NotReached,
            };
        }
        match self.driven.get(entry.scenario.as_str()) {
            None => State::NotRun,
            // Some checks are made only by the failure that they tell of.
            Some(true) if !entry.flaky && (holds || verdicts.is_empty()) => State::Stale,
            Some(true) if entry.flaky && verdicts.is_empty() => State::FlakyHeld,
            Some(false) if holds => State::Stale,
            Some(_) => State::NotReached,
        }
    }
}
