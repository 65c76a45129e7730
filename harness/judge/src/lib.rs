//! Verdicts, as a pure function of specification, scenario and trace.
//!
//! | file | what |
//! | --- | --- |
//! | `history` | what a trace says happened: exchanges, sockets, sessions, invitations, joins |
//! | `effects` | what came of a call that was refused |
//! | `laws` | what must hold on every trace, one file a law |
//! | `script` | the expectations of a scenario, step by step |
//! | `cause` | one broken thing, one failed check: what else it explains is blocked by it |
//! | `fold` | the same across scenarios: what never happens is one fault |
//! | `tally` | all checks of a run, requirement by requirement |
//! | `validate` | whether payloads fit their schemas, and where they do not |

mod cause;
mod effects;
mod expectation;
mod fold;
pub mod history;
mod laws;
mod script;
mod tally;
pub mod validate;

pub use fold::fold;
pub use laws::Law;
pub use tally::{RequirementResult, Summary, Tally};

use invite_scenario::Scenario;
use invite_spec::requirement::RequirementId;
use invite_trace::{Check, Evidence, Trace, Verdict};

/// Every check of a scenario, on the trace of its drive.
pub fn judge(scenario: &Scenario, trace: &Trace) -> Vec<Check> {
    let history = history::History::read(trace);
    let findings = laws::examine(&history);
    let mut raw = script::checks(scenario, &history);
    cause::settle(&history, &findings, &mut raw);
    let mut checks: Vec<Check> = raw.into_iter().map(|raw| raw.check).collect();
    checks.extend(laws::checks(&trace.scenario, &history, findings));
    checks
}

/// The laws, and the calls that had to succeed, on a trace that no scenario accounts for: the
/// preflight.
pub fn judge_laws(trace: &Trace) -> Vec<Check> {
    let history = history::History::read(trace);
    let findings = laws::examine(&history);
    let mut raw = script::prerequisites(&trace.scenario, &history);
    cause::settle_stop(&history, &findings, &mut raw);
    let mut checks: Vec<Check> = raw.into_iter().map(|raw| raw.check).collect();
    checks.extend(laws::checks(&trace.scenario, &history, findings));
    checks
}

/// The laws alone, on traffic that was captured elsewhere: nobody knows what it was meant to show.
pub fn judge_captured(trace: &Trace) -> Vec<Check> {
    let history = history::History::read(trace);
    let findings = laws::examine(&history);
    laws::checks(&trace.scenario, &history, findings)
}

/// The checks of a scenario that was not driven: what it would have evaluated was not looked at.
pub fn skipped(scenario: &Scenario, reason: &str) -> Vec<Check> {
    requirements(scenario)
        .into_iter()
        .map(|requirement| Check {
            requirement: Some(requirement),
            scenario: scenario.scenario.text.clone(),
            at: NOT_DRIVEN.to_owned(),
            verdict: Verdict::Skip,
            about: None,
            evidence: Evidence::new("", reason),
            outcome: None,
            blocked_by: None,
        })
        .collect()
}

/// Where the checks of a scenario stand that was not driven.
pub const NOT_DRIVEN: &str = "not driven";

/// The requirements that a scenario evaluates by its own expectations.
pub fn requirements(scenario: &Scenario) -> std::collections::BTreeSet<RequirementId> {
    let trace = Trace {
        scenario: scenario.scenario.text.clone(),
        view: invite_trace::View::Whole,
        epoch_us: 0,
        bindings: Default::default(),
        tokens: Default::default(),
        entries: Vec::new(),
        ended: invite_trace::Ended::Complete,
    };
    // What a scenario would evaluate is what it does evaluate on an empty trace, unreached.
    let history = history::History::read(&trace);
    script::checks(scenario, &history).into_iter().filter_map(|raw| raw.check.requirement).collect()
}

/// The laws, for listings.
pub fn laws() -> &'static [Law] {
    laws::ALL
}
