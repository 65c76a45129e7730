//! One step after the other.
//!
//! | file | what |
//! | --- | --- |
//! | `people` | whose sessions a step is about |
//! | `sockets` | opening, closing, losing and reopening sessions and their WebSockets |
//! | `call` | calls, and what is waited for after them |
//! | `request` | what a call sends, and with which credentials |
//! | `pair` | keys and secrets that are like the right ones |
//! | `frames` | waiting for frames |
//! | `tokens` | forged tokens, and tokens that expire |

mod call;
mod frames;
mod pair;
mod people;
mod request;
mod sockets;
mod tokens;

use super::fence;
use super::session::Order;
use super::stage::Stage;
use futures_util::future::join_all;
use invite_scenario::{Check, Scenario, Step};
use invite_trace::reference::Unbound;
use invite_trace::{Ended, Event, Stop, StopReason, Trace};
use people::listening;

/// The label of what is done after the last step.
const EPILOGUE: &str = "end";

/// Drives a scenario to its end, or to the first step that cannot be done.
pub(crate) async fn drive(stage: &Stage, scenario: &Scenario) -> Trace {
    let ended = match perform_all(stage, scenario).await {
        Ok(()) => Ended::Complete,
        Err(stop) => Ended::Stopped(stop),
    };
    finish(stage, scenario, ended)
}

/// Closes what is open and gives the trace.
pub(crate) fn finish(stage: &Stage, scenario: &Scenario, ended: Ended) -> Trace {
    let trace = stage.recorder.finish(&scenario.scenario, ended);
    for session in stage.sessions() {
        sockets::order(&session, Order::Close);
    }
    trace
}

async fn perform_all(stage: &Stage, scenario: &Scenario) -> Result<(), Stop> {
    let mut labels = scenario.labelled().into_iter();
    for step in &scenario.steps {
        let Some((label, _)) = labels.next() else { break };
        match step {
            Step::Together(steps) => {
                let inner: Vec<_> = labels.by_ref().take(steps.len()).collect();
                let all = inner.iter().map(|(label, step)| perform(stage, label, step));
                join_all(all).await.into_iter().collect::<Result<(), Stop>>()?;
            }
            step => perform(stage, &label, step).await?,
        }
    }
    // What is still on its way belongs to the trace: the laws are judged on all of it.
    fence::fence(stage, EPILOGUE, &stage.sessions()).await
}

async fn perform(stage: &Stage, label: &str, step: &Step) -> Result<(), Stop> {
    stage.recorder.add(label, "", Event::Begun);
    match step {
        Step::Open(step) => sockets::open(stage, label, step).await,
        Step::Close(step) => sockets::close(stage, label, step).await,
        Step::Drop(step) => sockets::drop_sockets(stage, label, step).await,
        Step::Reconnect(step) => sockets::reconnect(stage, label, step).await,
        Step::Connect(step) => sockets::connect(stage, label, step).await,
        Step::Call(step) => {
            call::call(stage, label, step).await?;
            call::settle(stage, label, step).await
        }
        Step::Wire(step) => super::wire::send(stage, label, step).await,
        Step::Await(step) => frames::await_frame(stage, label, step).await,
        Step::Never(never) => {
            let sessions = listening(stage, label, &never.by)?;
            fence::fence(stage, label, &sessions).await
        }
        Step::Forge(step) => tokens::forge_token(stage, label, step),
        Step::Together(_) => Ok(()),
        Step::UntilExpired(step) => tokens::until_expired(stage, label, step).await,
        Step::Say(step) => sockets::say(stage, label, step),
        Step::Check(Check { fence: people, .. }) => match people {
            None => Ok(()),
            Some(people) => {
                let sessions = listening(stage, label, people)?;
                fence::fence(stage, label, &sessions).await
            }
        },
    }
}

/// A stop that is nobody's fault but the scenario's or the harness's.
fn harness_fault(step: &str, actor: &str, expected: &str, seen: impl Into<String>) -> Stop {
    Stop {
        step: step.into(),
        actor: actor.into(),
        reason: StopReason::Harness,
        requirement: String::new(),
        expected: expected.into(),
        seen: seen.into(),
    }
}

fn unbound(step: &str, error: &Unbound) -> Stop {
    harness_fault(step, "", "every reference has a value", error.to_string())
}
