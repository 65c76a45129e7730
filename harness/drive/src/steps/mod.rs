//! One step after the other.
//!
//! | file | what |
//! | --- | --- |
//! | `people` | whose sessions a step is about |
//! | `sockets` | opening, closing, losing and reopening sessions and their WebSockets |
//! | `call` | calls, and what is waited for after them |
//! | `request` | what a call sends, and with which credentials |
//! | `pair` | keys and secrets similar to the right ones |
//! | `frames` | waiting for frames |
//! | `tokens` | forged tokens, and tokens that expire |
//! | `waits` | letting time pass |

mod call;
mod frames;
mod pair;
mod people;
mod request;
mod sockets;
mod tokens;
mod waits;

use super::fence;
use super::scenario_run::ScenarioRun;
use super::sdk;
use super::session::SocketCommand;
use super::stop::{out_of_descriptors, out_of_room};
use futures_util::future::join_all;
use invite_scenario::{Scenario, Step};
use invite_trace::{Ended, Event, NoAnswer, SocketRefusal, Stop, Trace};
use people::listening;

/// The label of what is done after the last step.
const EPILOGUE: &str = "end";

/// Drives a scenario to its end, or to the first step that cannot be done.
pub(crate) async fn drive(run: &ScenarioRun, scenario: &Scenario) -> Trace {
    let ended = match perform_all(run, scenario).await {
        Ok(()) => Ended::Complete,
        Err(stop) => Ended::Stopped(stop),
    };
    finish(run, scenario, ended)
}

/// Closes what is open and returns the trace.
pub(crate) fn finish(run: &ScenarioRun, scenario: &Scenario, ended: Ended) -> Trace {
    let last = match &ended {
        Ended::Stopped(stop) => stop.step.as_str(),
        Ended::Complete => EPILOGUE,
    };
    // What did not come after that may have been cut off by the harness.
    let ended = if is_out_of_descriptors(run) {
        Ended::Stopped(out_of_descriptors(last))
    } else if run.recorder.is_exhausted() {
        Ended::Stopped(out_of_room(last, run.recorder.most_bytes()))
    } else {
        ended
    };
    let trace = run.recorder.finish(&scenario.id, ended);
    // A client that an adapter drives closes its session by itself.
    let mut sessions = run.sessions();
    sessions.retain(|session| run.sdk(&session.identity.actor).is_none());
    for session in sessions {
        sockets::command(&session, SocketCommand::Close);
    }
    trace
}

/// Whether a connection was not made because the harness had no descriptor left for it.
fn is_out_of_descriptors(run: &ScenarioRun) -> bool {
    run.recorder.lock().entries.iter().any(|entry| {
        matches!(
            entry.event,
            Event::NoAnswer { why: NoAnswer::OutOfDescriptors, .. }
                | Event::SocketRefused { why: SocketRefusal::OutOfDescriptors, .. }
        )
    })
}

async fn perform_all(run: &ScenarioRun, scenario: &Scenario) -> Result<(), Stop> {
    let mut labels = scenario.labelled().into_iter();
    for step in &scenario.steps {
        let Some((label, _)) = labels.next() else { break };
        match step {
            Step::Together(steps) => {
                let inner: Vec<_> = labels.by_ref().take(steps.len()).collect();
                let all = inner.iter().map(|(label, step)| perform(run, label, step));
                join_all(all).await.into_iter().collect::<Result<(), Stop>>()?;
            }
            step => perform(run, &label, step).await?,
        }
    }
    // What is still in flight belongs to the trace: the laws are judged on all of it.
    fence::fence(run, EPILOGUE, &run.sessions()).await
}

async fn perform(run: &ScenarioRun, label: &str, step: &Step) -> Result<(), Stop> {
    run.recorder.add(label, None, Event::Begun);
    sdk::refuse(run, label, step)?;
    match step {
        Step::Open(step) => sockets::open(run, label, step).await,
        Step::Close(step) => sockets::close(run, label, step).await,
        Step::Drop(step) => sockets::drop_sockets(run, label, step).await,
        Step::Reconnect(step) => sockets::reconnect(run, label, step).await,
        Step::Connect(step) => sockets::connect(run, label, step).await,
        Step::Call(step) => {
            call::call(run, label, step).await?;
            call::settle(run, label, step).await
        }
        Step::Wire(step) => super::wire::send(run, label, step).await,
        Step::Await(step) => frames::await_frame(run, label, step).await,
        Step::Never(never) => {
            let sessions = listening(run, label, &never.by)?;
            fence::fence(run, label, &sessions).await
        }
        Step::Forge(step) => tokens::forge_token(run, label, step),
        Step::Together(_) => Ok(()),
        Step::UntilExpired(step) => tokens::until_expired(run, label, step).await,
        Step::Wait(step) => waits::wait(run, label, step).await,
        Step::Say(step) => sockets::say(run, label, step),
        Step::Expect(expect) => match &expect.fence {
            None => Ok(()),
            Some(people) => {
                let sessions = listening(run, label, people)?;
                fence::fence(run, label, &sessions).await
            }
        },
    }
}
