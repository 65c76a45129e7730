//! Where a scenario belongs on the implementer's path.

use invite_scenario::Selection;
use invite_spec::path::{Step, first_step};
use invite_spec::requirement::{self, RequirementId};

/// Whether a scenario names this requirement.
pub(crate) fn names(found: &Selection, id: RequirementId) -> bool {
    found.source.contains(id.as_str())
}

/// The first step of the path after which a server can fulfil this scenario.
pub fn step_of(found: &Selection) -> &'static Step {
    let scenario = &found.scenario;
    // What the scenario names is what it is about; it evaluates more on the way.
    let named = requirement::all().map(|row| row.id).filter(|id| names(found, *id));
    first_step(scenario.operations(), scenario.frames(), named)
}
