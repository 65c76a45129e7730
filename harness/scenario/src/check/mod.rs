//! What can be found wrong with a scenario before anything runs.
//!
//! | file | what |
//! | --- | --- |
//! | `heading` | the id and the people |
//! | `steps` | each kind of step |
//! | `call` | calls |
//! | `waits` | how long a scenario waits |
//! | `expectation` | expectations and matchers |
//! | `names` | steps, people and `${...}` references that do not exist |

mod call;
mod expectation;
mod heading;
mod names;
mod steps;
mod waits;

use crate::faults::Fault;
use crate::{Located, Scenario};
use invite_text::Position;
use std::collections::{BTreeMap, BTreeSet};

/// Every fault of a scenario.
pub(super) fn faults(scenario: &Scenario, file: &str) -> Vec<Fault> {
    let mut checker = Checker {
        scenario,
        steps: BTreeSet::new(),
        known: BTreeSet::new(),
        faults: Vec::new(),
        position: scenario.id.position,
    };
    checker.heading(file);
    checker.waits();
    let labelled = scenario.labelled();
    let mut first: BTreeMap<&str, Option<Position>> = BTreeMap::new();
    for id in labelled.iter().filter_map(|(_, step)| step.id()) {
        match first.get(id.as_str()) {
            Some(earlier) => {
                let line = earlier.map(|place| format!(" (first used on line {})", place.line));
                let message = format!("duplicate step id `{id}`{}", line.unwrap_or_default());
                checker.fault(id, message);
            }
            None => {
                first.insert(id, id.position);
                checker.steps.insert(id.value.clone());
            }
        }
    }
    for (_, step) in &labelled {
        checker.step(step);
    }
    checker.faults
}

struct Checker<'s> {
    scenario: &'s Scenario,
    steps: BTreeSet<String>,
    /// Values that are bound by earlier steps.
    known: BTreeSet<String>,
    faults: Vec<Fault>,
    /// Where the step that is being checked begins, as near as is known.
    position: Option<Position>,
}

impl Checker<'_> {
    fn fault<T>(&mut self, at: &Located<T>, message: impl Into<String>) {
        self.faults.push(Fault::new(at.position, message));
    }

    /// A fault of the step that is being checked.
    fn fault_here(&mut self, message: impl Into<String>) {
        self.faults.push(Fault::new(self.position, message));
    }
}
