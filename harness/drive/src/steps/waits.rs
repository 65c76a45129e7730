//! Letting time pass.

use crate::scenario_run::ScenarioRun;
use crate::stop::Demand;
use invite_scenario::Wait;
use invite_trace::{Excuse, Stop, StopReason};
use std::time::Duration;

/// Waits until the seconds have passed, counted from the beginning of a step as the trace has it.
/// On a machine that was late the scenario ends: what follows would look too far.
pub(crate) async fn wait(run: &ScenarioRun, label: &str, step: &Wait) -> Result<(), Stop> {
    let since = step.since.as_ref().map_or(label, |id| id.value.as_str());
    let passed = run.recorder.since(since);
    let seconds = Duration::from_secs(step.seconds.value);
    // One of the few things that the clock decides.
    tokio::time::sleep(seconds.saturating_sub(passed)).await;
    let passed = run.recorder.since(since);
    match step.at_most {
        Some(at_most) if passed > Duration::from_secs(at_most) => {
            let excuse = Excuse::TooLate { waited_ms: millis(passed), at_most };
            let demand = Demand { step: label, actor: None, requirement: None };
            Err(demand.not_met(StopReason::Excused(excuse)))
        }
        _ => Ok(()),
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
