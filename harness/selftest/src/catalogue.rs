//! Every specimen there is.

use crate::servers::Servers;
use crate::specimen::Specimen;
use crate::specimens::{expectation, hostile, legal, null, proxy, rules};
use invite_scenario::Selection;

/// Every specimen, in the order in which reports list them: wrong rules, legal variants, what the
/// proxy changes, null targets and hostile servers.
pub fn all(servers: &dyn Servers) -> Vec<Specimen> {
    let mut all = rules::all(servers);
    all.extend(legal::all());
    all.extend(proxy::all());
    all.extend(null::all());
    all.extend(hostile::all());
    all
}

/// A specimen for each of the smallest things that these scenarios expect.
pub fn expectations(scenarios: &[Selection]) -> Vec<Specimen> {
    expectation::all(scenarios)
}

/// The specimen of this name.
pub fn find(servers: &dyn Servers, name: &str) -> Option<Specimen> {
    all(servers).into_iter().find(|specimen| specimen.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::servers::{StartError, Started, Wrong};
    use crate::specimen::{Expected, Kind};
    use std::collections::{BTreeMap, BTreeSet};

    struct Nobody;

    impl Servers for Nobody {
        fn right(&self) -> Result<Started, StartError> {
            Err(StartError::Unknown("right".to_owned()))
        }

        fn wrong(&self) -> Vec<Wrong> {
            Vec::new()
        }

        fn start(&self, wrong: &str) -> Result<Started, StartError> {
            Err(StartError::Unknown(wrong.to_owned()))
        }
    }

    #[test]
    fn names_are_unique() {
        let mut names = BTreeSet::new();
        for specimen in all(&Nobody) {
            assert!(names.insert(specimen.name.clone()), "{} twice", specimen.name);
        }
    }

    #[test]
    fn each_must_fail_on_requirements_that_are_tested_or_is_allowed_for_a_reason() {
        for specimen in all(&Nobody) {
            let name = &specimen.name;
            match &specimen.expected {
                Expected::Allowed(because) => assert!(!because.is_empty(), "{name}"),
                Expected::MustFail(ids) => {
                    assert!(!ids.is_empty(), "{name} breaks nothing");
                    for id in ids {
                        assert!(id.row().excluded.is_none(), "{name}: {id} is excluded");
                    }
                }
                Expected::NothingPasses | Expected::DoesNotConform | Expected::Untestable => {
                    assert!(!specimen.kind.is_mutant(), "{name}");
                }
            }
        }
    }

    #[test]
    fn no_kind_has_lost_specimens() {
        let mut counts: BTreeMap<Kind, usize> = BTreeMap::new();
        for specimen in all(&Nobody) {
            *counts.entry(specimen.kind).or_default() += 1;
        }
        let least = [
            (Kind::Shape, 900),
            (Kind::Stream, 78),
            (Kind::Legal, 30),
            (Kind::Null, 11),
            (Kind::Hostile, 10),
        ];
        for (kind, least) in least {
            assert!(counts.get(&kind) >= Some(&least), "{kind:?}: {counts:?}");
        }
    }
}
