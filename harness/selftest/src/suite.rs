//! Which scenarios a mutant meets, and how long it is waited for.

use super::mutant::{Class, Mutant};
use invite_scenario::Selection;
use invite_spec::endpoint;
use invite_spec::requirement::RequirementId;
use invite_trace::Deadlines;
use std::collections::BTreeSet;

/// The deadlines of a selftest: nothing that ought to come is waited for in vain against a right
/// server, and a wrong one costs them again and again.
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
pub(super) struct Suite {
    light: Vec<Selection>,
    /// Each with the requirements that it is there for.
    heavy: Vec<(Selection, BTreeSet<String>)>,
}

impl Suite {
    pub(super) fn of(scenarios: Vec<Selection>) -> Suite {
        let (heavy, light): (Vec<_>, Vec<_>) =
            scenarios.into_iter().partition(|found| found.scenario.heavy.is_some());
        let heavy = heavy.into_iter().map(|found| {
            let own = there_for(&found);
            (found, own)
        });
        Suite { light, heavy: heavy.collect() }
    }

    /// The scenarios that a mutant meets: all, but of the heavy ones only those that are there for
    /// what it breaks.
    pub(super) fn met_by(&self, mutant: &Mutant) -> Vec<Selection> {
        let is_own = |own: &BTreeSet<String>| match &mutant.class {
            Class::MustKill { breaks } => breaks.iter().any(|id| own.contains(*id)),
            Class::Permitted { .. } => false,
        };
        let heavy = self.heavy.iter().filter(|(_, own)| is_own(own)).map(|(found, _)| found);
        self.light.iter().chain(heavy).cloned().collect()
    }

    /// The scenarios that are not heavy.
    pub(super) fn light(&self) -> &[Selection] {
        &self.light
    }

    /// The heavy scenarios, and why each is heavy.
    pub(super) fn heavy(&self) -> impl Iterator<Item = (&str, &str)> {
        self.heavy.iter().filter_map(|(found, _)| {
            Some((found.scenario.id.value.as_str(), found.scenario.heavy.as_deref()?))
        })
    }

    /// The ids of all scenarios.
    pub(super) fn ids(&self) -> Vec<String> {
        let all = self.light.iter().chain(self.heavy.iter().map(|(found, _)| found));
        all.map(|found| found.scenario.id.value.clone()).collect()
    }
}

/// The requirements that a scenario is there for: not those that every call is a test of.
fn there_for(found: &Selection) -> BTreeSet<String> {
    let by_the_way: BTreeSet<RequirementId> =
        endpoint::ENDPOINTS.iter().map(|endpoint| endpoint.requirement).collect();
    let mut all = invite_judge::requirements(&found.scenario);
    all.retain(|id| !by_the_way.contains(id));
    all.iter().map(ToString::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heavy_scenarios_are_there_for_something_of_their_own() {
        let suite = Suite::of(invite_scenario::built_in().unwrap());
        assert!(!suite.heavy.is_empty());
        for (found, own) in &suite.heavy {
            assert!(!own.is_empty(), "{} meets nobody", found.scenario.id.value);
        }
    }
}
