//! Which scenarios run against a specimen, and with which deadlines.

use crate::specimen::Specimen;
use invite_scenario::{Scenario, Selection};
use invite_spec::endpoint;
use invite_spec::requirement::RequirementId;
use invite_trace::Deadlines;
use std::collections::BTreeSet;

/// The deadlines of a selftest, in place of those of a target. They are shorter: a wrong server makes
/// the suite wait for them again and again.
pub fn deadlines(given: Deadlines) -> Deadlines {
    Deadlines {
        connect_ms: given.connect_ms,
        answer_ms: given.answer_ms.min(4_000),
        event_ms: given.event_ms.min(1_500),
        quiet_ms: given.quiet_ms.min(150),
        leeway_ms: given.leeway_ms.min(1_000),
    }
}

/// The scenarios, light and heavy.
#[derive(Debug)]
pub(crate) struct Suite {
    light: Vec<Selection>,
    /// Each with the requirements that it is about.
    heavy: Vec<(Selection, BTreeSet<RequirementId>)>,
    /// Likewise; they run only against the specimens that nothing else can detect.
    slow: Vec<(Selection, BTreeSet<RequirementId>)>,
}

impl Suite {
    pub(crate) fn of(scenarios: Vec<Selection>) -> Suite {
        let (usual, slow) = invite_scenario::split_slow(scenarios);
        let (heavy, light): (Vec<_>, Vec<_>) =
            usual.into_iter().partition(|found| found.scenario.heavy.is_some());
        let with_subjects = |found: Selection| {
            let subjects = subjects(&found);
            (found, subjects)
        };
        let heavy = heavy.into_iter().map(with_subjects).collect();
        Suite { light, heavy, slow: slow.into_iter().map(with_subjects).collect() }
    }

    /// The scenarios that run against a specimen: all, but of the heavy ones only those about what it
    /// breaks, and of the slow ones likewise, if nothing else can detect it.
    pub(crate) fn scenarios_for(&self, specimen: &Specimen) -> Vec<Selection> {
        let broken = specimen.expected.broken();
        let is_about = |subjects: &BTreeSet<RequirementId>| {
            specimen.kind.is_mutant() && broken.iter().any(|id| subjects.contains(id))
        };
        let heavy = self.heavy.iter().filter(|(_, own)| is_about(own)).map(|(found, _)| found);
        let needed = self.slow.iter().filter(|(_, own)| specimen.needs_slow() && is_about(own));
        let slow = needed.map(|(found, _)| found);
        self.light.iter().chain(heavy).chain(slow).cloned().collect()
    }

    /// The scenarios that are not heavy, and these.
    pub(crate) fn light_and(&self, besides: &BTreeSet<String>) -> Vec<Selection> {
        let heavy = self.heavy.iter().map(|(found, _)| found);
        let asked = heavy.filter(|found| besides.contains(&found.scenario.id.value));
        self.light.iter().chain(asked).cloned().collect()
    }

    /// The scenario of this id.
    pub(crate) fn find(&self, id: &str) -> Option<&Scenario> {
        let mut all = self.all();
        all.find(|found| found.scenario.id.value == id).map(|found| &found.scenario)
    }

    /// All scenarios: the light ones first.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Selection> {
        let heavy = self.heavy.iter().map(|(found, _)| found);
        self.light.iter().chain(heavy).chain(self.slow())
    }

    /// The slow scenarios.
    pub(crate) fn slow(&self) -> impl Iterator<Item = &Selection> {
        self.slow.iter().map(|(found, _)| found)
    }

    /// The heavy scenarios, and why each is heavy.
    pub(crate) fn heavy(&self) -> impl Iterator<Item = (&str, &str)> {
        self.heavy.iter().filter_map(|(found, _)| {
            Some((found.scenario.id.value.as_str(), found.scenario.heavy.as_deref()?))
        })
    }

    /// The ids of all scenarios.
    pub(crate) fn ids(&self) -> Vec<String> {
        self.all().map(|found| found.scenario.id.value.clone()).collect()
    }
}

/// The requirements that a scenario is about, without those that every call tests.
fn subjects(found: &Selection) -> BTreeSet<RequirementId> {
    let by_the_way: BTreeSet<RequirementId> =
        endpoint::ENDPOINTS.iter().map(|endpoint| endpoint.requirement).collect();
    &invite_judge::requirements(&found.scenario) - &by_the_way
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heavy_scenarios_are_about_something_of_their_own() {
        let suite = Suite::of(invite_scenario::built_in().unwrap());
        assert!(!suite.heavy.is_empty());
        for (found, subjects) in &suite.heavy {
            assert!(!subjects.is_empty(), "{} runs against nothing", found.scenario.id.value);
        }
    }
}
