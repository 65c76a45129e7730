//! What scenarios come to, judged in a thread of its own as soon as each has ended: driving the others is
//! not held up.

use invite_judge::judge;
use invite_record::Judged;
use invite_scenario::{Driven, Scenario};
use invite_trace::{Check, Ended, Trace, Verdict};
use std::collections::BTreeMap;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::JoinHandle;

/// A trace with more tokens is judged when all scenarios have ended, and takes memory from none of them.
const MANY_TOKENS: usize = 5_000;

/// Which traces are kept when their scenarios have been judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Traces {
    /// All.
    All,
    /// Those in which something is wrong: nobody reads the others.
    Telling,
}

/// Judges the scenarios that have ended.
#[derive(Debug)]
pub(crate) struct Judgements {
    /// None if traces are judged at the end of the run.
    queue: Option<Queue>,
}

#[derive(Debug)]
struct Queue {
    sender: Sender<(Scenario, Trace)>,
    judging: JoinHandle<BTreeMap<String, Judgement>>,
}

#[derive(Debug)]
struct Judgement {
    checks: Vec<Check>,
    /// The trace, if somebody will read it.
    trace: Option<Trace>,
}

impl Judgements {
    /// Where all traces are kept, nothing is gained by judging them early.
    pub(crate) fn new(kept: Traces) -> Judgements {
        let queue = (kept == Traces::Telling).then(|| {
            let (sender, receiver) = mpsc::channel();
            Queue { sender, judging: std::thread::spawn(|| judge_all(receiver)) }
        });
        Judgements { queue }
    }

    /// Takes a trace to which nothing is added any more.
    pub(crate) fn settle(&self, scenario: &Scenario, trace: &mut Trace) {
        let Some(queue) = self.queue.as_ref().filter(|_| trace.tokens.len() <= MANY_TOKENS) else {
            return;
        };
        let emptied = Trace {
            scenario: trace.scenario.clone(),
            view: trace.view,
            epoch_us: trace.epoch_us,
            bindings: trace.bindings.clone(),
            tokens: BTreeMap::new(),
            entries: Vec::new(),
            ended: trace.ended.clone(),
        };
        let whole = std::mem::replace(trace, emptied);
        if let Err(mpsc::SendError((_, whole))) = queue.sender.send((scenario.clone(), whole)) {
            *trace = whole;
        }
    }

    /// What is known of the scenarios, with the traces that are kept back in their places.
    pub(crate) fn end(self, driven: &mut Driven) -> Judged {
        let Some(Queue { sender, judging }) = self.queue else { return Judged::new() };
        drop(sender);
        let mut all = match judging.join() {
            Ok(all) => all,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        for trace in driven.traces.iter_mut().flatten() {
            let known = all.get_mut(&trace.scenario).and_then(|known| known.trace.take());
            if let Some(known) = known {
                *trace = known;
            }
        }
        all.into_iter().map(|(id, known)| (id, known.checks)).collect()
    }
}

fn judge_all(receiver: Receiver<(Scenario, Trace)>) -> BTreeMap<String, Judgement> {
    let judged = receiver.into_iter().map(|(scenario, trace)| {
        let checks = judge(&scenario, &trace);
        let is_fine = |check: &Check| matches!(check.verdict(), Verdict::Pass | Verdict::Skip);
        let is_told = trace.ended != Ended::Complete || !checks.iter().all(is_fine);
        (scenario.id.value, Judgement { checks, trace: is_told.then_some(trace) })
    });
    judged.collect()
}
