//! What scenarios come to, judged as soon as each has ended.

use invite_judge::judge;
use invite_record::Judged;
use invite_scenario::Scenario;
use invite_trace::{Check, Ended, Trace, Verdict};
use std::cell::RefCell;
use std::collections::BTreeMap;

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

/// The checks of the scenarios that have ended.
pub(crate) struct Judgements {
    kept: Traces,
    /// Whether a trace may still change when its scenario has ended: then nothing is known of it before
    /// the end of the run.
    may_change: bool,
    checks: RefCell<Judged>,
}

impl Judgements {
    pub(crate) fn new(kept: Traces, may_change: bool) -> Judgements {
        Judgements { kept, may_change, checks: RefCell::default() }
    }

    /// Looks at the checks of a scenario that has ended.
    pub(crate) fn look<T>(
        &self,
        scenario: &Scenario,
        trace: &Trace,
        look: impl FnOnce(&[Check]) -> T,
    ) -> T {
        if self.may_change {
            return look(&judge(scenario, trace));
        }
        let mut all = self.checks.borrow_mut();
        let id = scenario.id.value.clone();
        look(all.entry(id).or_insert_with(|| judge(scenario, trace)))
    }

    /// Judges a trace to which nothing is added any more, and takes out of it what nobody will read.
    pub(crate) fn settle(&self, scenario: &Scenario, trace: &mut Trace) {
        if self.may_change || trace.tokens.len() > MANY_TOKENS {
            return;
        }
        let is_fine = self.look(scenario, trace, |checks| {
            checks.iter().all(|check| matches!(check.verdict(), Verdict::Pass | Verdict::Skip))
        });
        if self.kept == Traces::Telling && is_fine && trace.ended == Ended::Complete {
            trace.entries = Vec::new();
            trace.tokens = BTreeMap::new();
        }
    }

    /// All that is known.
    pub(crate) fn into_judged(self) -> Judged {
        self.checks.into_inner()
    }
}
