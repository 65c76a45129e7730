//! Where a scenario belongs on the implementer's path.

use invite_scenario::Selection;
use invite_spec::path::{Step, first_step};
use invite_spec::requirement;

/// The first step of the path after which a server can fulfil this scenario.
pub fn step_of(found: &Selection) -> &'static Step {
    let scenario = &found.scenario;
    // What the scenario names is what it is about; it evaluates more on the way.
    let named = requirement::all().map(|row| row.id);
    let named = named.filter(|id| found.source.contains(id.as_str()));
    first_step(scenario.operations(), scenario.frames(), named)
}
