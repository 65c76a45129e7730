//! `--wait`: a target that is starting.

use super::interrupt::Interrupt;
use super::progress::Line;
use super::{Exit, Failure, run};
use invite_drive::{Limits, RunError};
use invite_scenario::Plan;
use invite_scenario::description::Target;
use invite_trace::{Event, Interruption, Trace};
use std::time::{Duration, Instant};

/// How often a target is asked whether it is there.
const EVERY: Duration = Duration::from_millis(250);

/// What a proxy answers in the place of a server that is starting.
const NOT_YET: [u16; 3] = [502, 503, 504];

/// Waits until the target answers, for so long at most. It does not wait for one that answers and
/// refuses: a wrong secret stays wrong.
///
/// # Errors
///
/// If it has not answered in time, cannot be tested, or somebody wants an end.
pub(crate) async fn until_there(
    target: &Target,
    most: Duration,
    interrupt: &Interrupt,
    quiet: bool,
) -> Result<(), Failure> {
    let began = Instant::now();
    let line = Line::new(quiet);
    loop {
        let plan = Plan { scenarios: Vec::new(), jobs: 1, seed: 1, run_id: run::run_id() };
        let left = most.saturating_sub(began.elapsed()).max(EVERY);
        let limits = Limits { time: Some(left), ..Limits::default() };
        let driven =
            invite_drive::run_until(interrupt.wanted(), limits, target.clone(), &plan, |_| {})
                .await;
        let why = match driven {
            Ok(driven) if !is_starting(&driven.preflight) => {
                line.clear();
                return Ok(());
            }
            Ok(_) => {
                "it still answers 502, 503 or 504, as what stands in front of it does".to_owned()
            }
            Err(RunError::Untestable(why)) if !why.answered => why.to_string(),
            Err(RunError::Interrupted(Interruption::OutOfTime { .. })) => {
                "it accepts connections, and does not answer".to_owned()
            }
            Err(error) => {
                line.clear();
                return Err(run::untested(error));
            }
        };
        let waited = began.elapsed();
        if waited >= most {
            line.clear();
            let message = format!("the target was not ready after {} s: {why}", most.as_secs());
            return Err(Failure { exit: Exit::Untestable, message });
        }
        line.show(&format!("waiting for {} ({} s)", target.planes.rest, waited.as_secs()));
        tokio::time::sleep(EVERY).await;
    }
}

/// Whether a proxy answered in the place of the target.
fn is_starting(preflight: &Trace) -> bool {
    let last = preflight.entries.iter().rev().find_map(|entry| match entry.event {
        Event::Answer { status, .. } => Some(status),
        _ => None,
    });
    last.is_some_and(|status| NOT_YET.contains(&status))
}
