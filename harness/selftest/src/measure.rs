//! What no specimen made fail: a check that cannot fail says nothing.

use crate::suite::Suite;
use crate::trial::{SpecimenOutcome, Trial};
use invite_judge::CheckId;
use invite_judge::clause::clauses;
use invite_record::Kills;
use serde::Serialize;
use std::collections::BTreeSet;

/// How many expectations there are, and which of them no specimen made fail.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Measure {
    /// How many there are: the clauses of the scenarios that were driven, and the sentences of all
    /// laws.
    pub expectations: usize,
    /// Those that nothing made fail.
    pub without_mutant: Vec<Unfailed>,
}

/// An expectation that no specimen made fail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unfailed {
    /// Its identity, in words.
    pub id: String,
    /// The file, line and column of the scenario; none for a sentence of a law.
    pub place: Option<String>,
    /// What it expects.
    pub expects: String,
}

impl Measure {
    /// What all specimens made fail, against what there is.
    pub(crate) fn of(suite: &Suite, trials: &[Trial]) -> Measure {
        let failed: BTreeSet<&CheckId> = trials.iter().flat_map(|trial| &trial.failed).collect();
        let idle: BTreeSet<&str> = trials
            .iter()
            .filter(|trial| trial.outcome == SpecimenOutcome::NeverActed)
            .map(|trial| trial.name.as_str())
            .collect();
        let mut measure = Measure::default();
        let mut note = |id: CheckId, place: Option<String>, expects: String| {
            measure.expectations += 1;
            if !failed.contains(&id) {
                measure.without_mutant.push(Unfailed { id: id.to_string(), place, expects });
            }
        };
        for found in suite.all() {
            for clause in clauses(&found.scenario) {
                let place = match clause.position {
                    Some(position) => format!("{}:{position}", found.file),
                    None => found.file.clone(),
                };
                if !idle.contains(clause.id.to_string().as_str()) {
                    note(CheckId::Clause(clause.id), Some(place), clause.expects);
                }
            }
        }
        for sentence in invite_judge::sentences() {
            note(CheckId::Sentence(sentence), None, sentence.says.to_owned());
        }
        measure
    }
}

/// The mutants that were killed, by what they had to be killed for.
pub(crate) fn kills(trials: &[Trial]) -> Kills {
    let mut kills = Kills::new();
    let killed =
        |trial: &&Trial| trial.kind.is_mutant() && trial.outcome == SpecimenOutcome::Killed;
    for trial in trials.iter().filter(killed) {
        let failed = |id: &&_| trial.red.contains(id) || trial.noted.contains(id);
        for id in trial.expected.broken().iter().filter(failed) {
            kills.entry(*id).or_default().insert(trial.name.clone());
        }
    }
    kills
}
