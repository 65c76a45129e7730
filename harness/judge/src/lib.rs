//! Verdicts, as a pure function of specification, scenario and trace.
//!
//! | file | what |
//! | --- | --- |
//! | `history` | what a trace says happened: exchanges, sockets, sessions, invitations, joins |
//! | `effects` | the effects of a call that was refused |
//! | `laws` | what must hold on every trace, one file a law |
//! | `script` | the checks of a scenario, step by step |
//! | `client` | the checks of a client scenario |
//! | `expectation` | whether an expectation holds |
//! | `clause` | what a scenario expects, one by one |
//! | `failed` | which clauses and which sentences of laws a trace fails |
//! | `pending` | checks on their way to a verdict |
//! | `cause` | one broken thing, one failed check: it blocks all else that it explains |
//! | `unreadable` | the same for answers and frames that nobody can read |
//! | `fold` | the same across scenarios: what never happens is one fault |
//! | `near` | what did arrive in place of what was awaited |
//! | `follow` | the same for what mostly holds: it follows what mostly fails |
//! | `symptom` | what failures of several requirements show alike |
//! | `order` | what failed, the likeliest cause first |
//! | `failures` | how often requirements failed and held, and where |
//! | `outcome` | what came of a requirement, in one word |
//! | `tally` | all checks of a run, requirement by requirement |
//! | `validate` | whether payloads fit their schemas, and where they do not |

mod cause;
pub mod clause;
mod client;
mod effects;
mod expectation;
mod failed;
mod failures;
mod fold;
mod follow;
pub mod history;
mod laws;
mod near;
mod order;
mod outcome;
mod pending;
mod script;
mod symptom;
mod tally;
mod unreadable;
pub mod validate;

pub use client::{
    evaluators_of_clients, first as first_that_shows, judge_client, since as counts_since,
    unobserved_of_clients,
};
pub use failed::{CheckId, failed_laws, judge_in_detail};
pub use fold::{death, fold};
pub use laws::{Law, Sentence, sentences};
pub use order::by_cause;
pub use outcome::Outcome;
pub use tally::{RequirementResult, Summary, Tally};

use invite_scenario::Scenario;
use invite_spec::requirement::RequirementId;
use invite_trace::{At, Check, CheckResult, SkipReason, Trace};
use std::collections::BTreeSet;

/// Every check of a scenario, on the trace of its drive.
pub fn judge(scenario: &Scenario, trace: &Trace) -> Vec<Check> {
    judge_in_detail(scenario, trace).0
}

/// The laws, and the calls that had to succeed, on the trace of the probe before the scenarios.
pub fn judge_laws(trace: &Trace) -> Vec<Check> {
    let history = history::History::read(trace);
    let findings = laws::examine(&history);
    let mut pending = script::prerequisites(&trace.scenario, &history);
    cause::settle_stop(&history, &findings, &mut pending);
    let unreadable = unreadable::Unreadable::of(&history, &findings);
    let mut checks: Vec<Check> = pending.into_iter().map(|pending| pending.check).collect();
    checks.extend(laws::checks(&trace.scenario, &history, findings));
    cause::unrefused(&mut checks);
    unreadable.settle(trace, &mut checks);
    near::look(&history, &mut checks);
    checks
}

/// The laws alone, on traffic that was captured elsewhere, whose purpose is unknown.
pub fn judge_captured(trace: &Trace) -> Vec<Check> {
    let history = history::History::read(trace);
    let findings = laws::examine(&history);
    let mut checks = laws::checks(&trace.scenario, &history, findings);
    near::look(&history, &mut checks);
    checks
}

/// The laws for clients alone, on traffic of clients that the harness does not drive.
pub fn judge_clients(trace: &Trace) -> Vec<Check> {
    laws::clients::checks(&trace.scenario, &history::History::read(trace))
}

/// The checks of a scenario that was not driven: all that it would have evaluated is skipped.
pub fn skipped(scenario: &Scenario, reason: &SkipReason) -> Vec<Check> {
    requirements(scenario)
        .into_iter()
        .map(|requirement| {
            let result = CheckResult::Skip(reason.clone());
            Check::new(requirement, scenario.id.value.clone(), At::NotDriven, result)
        })
        .collect()
}

/// The requirements of laws that no check is about, because nothing of the kind happened: skipped.
pub fn unobserved(scenario: &str, checks: &[Check]) -> Vec<Check> {
    let mut seen: BTreeSet<_> = checks.iter().filter_map(|check| check.requirement).collect();
    let named = laws().iter().flat_map(|law| law.requirements.iter().map(|id| (law.name, *id)));
    named
        .filter(|(_, requirement)| seen.insert(*requirement))
        .map(|(law, requirement)| {
            let result = CheckResult::Skip(SkipReason::NothingHappened);
            Check::new(requirement, scenario, At::Law(law), result)
        })
        .collect()
}

/// The requirements that a scenario evaluates by its own expectations.
pub fn requirements(scenario: &Scenario) -> BTreeSet<RequirementId> {
    let trace = Trace {
        scenario: scenario.id.value.clone(),
        view: invite_trace::View::Whole,
        epoch_us: 0,
        bindings: Default::default(),
        tokens: Default::default(),
        entries: Vec::new(),
        ended: invite_trace::Ended::Complete,
    };
    // On an empty trace, a scenario evaluates nothing, but lists what it would evaluate.
    let history = history::History::read(&trace);
    script::checks(scenario, &history)
        .into_iter()
        .filter_map(|pending| pending.check.requirement)
        .collect()
}

/// The laws for servers, for listings.
pub fn laws() -> &'static [Law] {
    laws::ALL
}

/// The laws for clients, for listings.
pub fn client_laws() -> &'static [Law] {
    laws::clients::ALL
}
