//! Which of the smallest things that can fail did: the clauses of the scenario and the sentences of
//! the laws.

use super::clause::{ClauseId, Place};
use super::history::History;
use super::laws::{self, Findings, Sentence};
use super::pending::PendingCheck;
use super::unreadable::Unreadable;
use super::{cause, near, script};
use invite_scenario::Scenario;
use invite_spec::requirement::RequirementId;
use invite_trace::{At, Check, LawName, Trace, Verdict};
use std::collections::BTreeSet;
use std::fmt;

/// The identity of the smallest thing that can fail.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum CheckId {
    /// A clause of a scenario.
    Clause(ClauseId),
    /// A sentence of a law.
    Sentence(&'static Sentence),
}

impl fmt::Display for CheckId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CheckId::Clause(clause) => clause.fmt(f),
            CheckId::Sentence(sentence) => sentence.fmt(f),
        }
    }
}

/// Every check of a scenario, on the trace of its drive; and what fails of the scenario and of the
/// laws: what is broken, and has a check that says so. What a verdict puts down to something else
/// does not count.
pub fn judge_in_detail(scenario: &Scenario, trace: &Trace) -> (Vec<Check>, BTreeSet<CheckId>) {
    let history = History::read(trace);
    let findings = laws::examine(&history);
    let mut pending = script::checks(scenario, &history);
    cause::settle(&history, &findings, &mut pending);
    let clauses: Vec<Vec<ClauseId>> = pending.iter().map(|it| of_check(it).collect()).collect();
    let mut checks: Vec<Check> = pending.into_iter().map(|pending| pending.check).collect();
    let broken = broken(&findings);
    let unreadable = Unreadable::of(&history, &findings);
    checks.extend(laws::checks(&trace.scenario, &history, findings));
    cause::unrefused(&mut checks);
    unreadable.settle(trace, &mut checks);
    near::look(&history, &mut checks);
    let of_script = clauses.into_iter().zip(&checks);
    let mut failed: BTreeSet<CheckId> = of_script
        .filter(|(_, check)| check.verdict() == Verdict::Fail)
        .flat_map(|(clauses, _)| clauses)
        .map(CheckId::Clause)
        .collect();
    failed.extend(of_laws_in(&broken, &checks));
    (checks, failed)
}

/// What fails of the laws, on the trace of the probe before the scenarios.
pub fn failed_laws(trace: &Trace) -> BTreeSet<CheckId> {
    let history = History::read(trace);
    let findings = laws::examine(&history);
    let broken = broken(&findings);
    of_laws_in(&broken, &laws::checks(&trace.scenario, &history, findings)).collect()
}

/// The clauses that a failed check is about.
fn of_check(pending: &PendingCheck) -> impl Iterator<Item = ClauseId> {
    let Check { scenario, at, expectation, .. } = &pending.check;
    let of_step =
        |step: &String, place| ClauseId { scenario: scenario.clone(), step: step.clone(), place };
    let clauses: Vec<ClauseId> = match (at, expectation) {
        (At::Step(step), Some(index)) => pending
            .broken
            .iter()
            .map(|(within, claim)| {
                let (within, claim) = (within.clone(), claim.clone());
                of_step(step, Place::Expectation { index: *index, within, claim })
            })
            .collect(),
        (At::Step(step), None) if pending.is_outcome => vec![of_step(step, Place::Outcome)],
        _ => Vec::new(),
    };
    clauses.into_iter()
}

/// The sentences that are broken.
fn broken(findings: &Findings) -> Vec<&'static Sentence> {
    findings.breaches.iter().filter_map(Sentence::of).collect()
}

/// Those that have a failed check: they are not put down to something else.
fn of_laws_in(
    broken: &[&'static Sentence],
    checks: &[Check],
) -> impl Iterator<Item = CheckId> + use<> {
    let failed: BTreeSet<(LawName, RequirementId)> = checks
        .iter()
        .filter(|check| check.verdict() == Verdict::Fail)
        .filter_map(|check| match check.at {
            At::Law(law) => Some((law, check.requirement?)),
            At::Step(_) | At::NotDriven => None,
        })
        .collect();
    let broken = broken.to_vec();
    broken
        .into_iter()
        .filter(move |it| failed.contains(&(it.law, it.requirement)))
        .map(CheckId::Sentence)
}
