//! Laws: what must hold on every trace, whatever the scenario.

mod cors;
mod errors;
mod forms;
mod grants;
mod invitations;
mod messages;
mod news;
mod order;
mod refused;
mod schemas;
mod switched;
mod tokens;
mod updates;

pub(crate) use news::outside;

use super::history::History;
use invite_spec::requirement::{Basis, RequirementId};
use invite_trace::{Check, Evidence, Verdict};
use std::collections::{BTreeMap, BTreeSet};

/// One law.
#[derive(Debug)]
pub struct Law {
    /// Its name in reports.
    pub name: &'static str,
    /// What it says, in a sentence.
    pub says: &'static str,
    /// The requirements that it evaluates.
    pub requirements: &'static [RequirementId],
    examine: fn(&History<'_>, &mut Findings),
}

/// Every law.
pub(crate) const ALL: &[Law] = &[
    schemas::LAW,
    forms::LAW,
    errors::LAW,
    cors::LAW,
    tokens::LAW,
    grants::LAW,
    invitations::LAW,
    news::LAW,
    order::LAW,
    updates::LAW,
    switched::LAW,
    messages::LAW,
    refused::LAW,
];

/// The laws about what tokens say, and whose they are.
pub(crate) const OF_TOKENS: [&str; 3] = [tokens::LAW.name, grants::LAW.name, updates::LAW.name];

/// One breach of a law.
#[derive(Debug, Clone)]
pub(crate) struct Finding {
    pub law: &'static str,
    pub requirement: RequirementId,
    pub evidence: Evidence,
    /// Whether whoever relied on the offending message could not go on: such a finding explains
    /// what did not come of it.
    pub is_content: bool,
}

/// What the laws found, and how often they had something to look at.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    law: &'static str,
    pub breaches: Vec<Finding>,
    observed: BTreeMap<(&'static str, RequirementId), usize>,
}

impl Findings {
    /// There was something to look at.
    pub(crate) fn observe(&mut self, requirement: RequirementId) {
        *self.observed.entry((self.law, requirement)).or_default() += 1;
    }

    /// Something was wrong about what happened.
    pub(crate) fn breach(&mut self, requirement: RequirementId, evidence: Evidence) {
        self.observe(requirement);
        let law = self.law;
        self.breaches.push(Finding { law, requirement, evidence, is_content: false });
    }

    /// Something was wrong about what a message says.
    pub(crate) fn content(&mut self, requirement: RequirementId, evidence: Evidence) {
        self.observe(requirement);
        let law = self.law;
        self.breaches.push(Finding { law, requirement, evidence, is_content: true });
    }
}

/// Examines a trace by every law.
pub(crate) fn examine(history: &History<'_>) -> Findings {
    let mut findings = Findings::default();
    for law in ALL {
        findings.law = law.name;
        (law.examine)(history, &mut findings);
    }
    findings
}

/// The laws' checks: one for each requirement that they had something to look at.
///
/// A message that is wrong in its content is wrong once: what the other laws find in the same entry
/// is a consequence. And who never gave a single right answer has earned nothing by the rest.
pub(crate) fn checks(scenario: &str, history: &History<'_>, findings: Findings) -> Vec<Check> {
    let mut spoilt: BTreeMap<usize, RequirementId> = BTreeMap::new();
    for finding in findings.breaches.iter().filter(|finding| finding.is_content) {
        if let Some(entry) = finding.evidence.entries.last() {
            spoilt.entry(*entry).or_insert(finding.requirement);
        }
    }
    let mut breached: BTreeMap<(&str, RequirementId), (Evidence, usize)> = BTreeMap::new();
    let mut blocked: BTreeMap<(&str, RequirementId), RequirementId> = BTreeMap::new();
    for finding in findings.breaches {
        let key = (finding.law, finding.requirement);
        let cause = finding.evidence.entries.last().and_then(|entry| spoilt.get(entry));
        match cause {
            Some(cause) if *cause != finding.requirement && !is_chosen(*cause) => {
                blocked.entry(key).or_insert(*cause);
            }
            _ => {
                let slot = breached.entry(key).or_insert((finding.evidence, 0));
                slot.1 += 1;
            }
        }
    }
    let earns = has_right_answer(history, &spoilt);
    let keys: BTreeSet<_> = findings.observed.keys().copied().collect();
    keys.into_iter()
        .filter(|key| earns || breached.contains_key(key) || blocked.contains_key(key))
        .collect::<Vec<_>>()
        .into_iter()
        .map(|(law, requirement)| {
            let mut check = Check {
                requirement: Some(requirement),
                scenario: scenario.to_owned(),
                at: format!("law: {law}"),
                verdict: Verdict::Pass,
                about: None,
                evidence: Evidence::default(),
                outcome: None,
                blocked_by: None,
            };
            if let Some((evidence, count)) = breached.remove(&(law, requirement)) {
                check.verdict = Verdict::Fail;
                check.evidence = evidence;
                if count > 1 {
                    check.evidence.seen.push_str(&format!(" (and {} more like it)", count - 1));
                }
            } else if let Some(cause) = blocked.get(&(law, requirement)) {
                check.verdict = Verdict::Blocked;
                check.blocked_by = Some(*cause);
            }
            check
        })
        .collect()
}

/// Whether the target answered anything in a way that says something, so that it is there at all. A
/// trace without requests is what somebody overheard, and taken as it is.
fn has_right_answer(history: &History<'_>, spoilt: &BTreeMap<usize, RequirementId>) -> bool {
    history.exchanges.is_empty()
        || history.exchanges.iter().any(|exchange| {
            let says_something = exchange.endpoint.is_some_and(|known| known.answer.is_some());
            let is_spoilt = exchange.entries().iter().any(|entry| spoilt.contains_key(entry));
            says_something && exchange.is_accepted() && !is_spoilt
        })
}

fn is_chosen(id: RequirementId) -> bool {
    id.row().basis == Basis::Chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn laws_name_requirements_that_are_tested() {
        for law in ALL {
            for id in law.requirements {
                assert!(id.row().excluded.is_none(), "{}: {id} is excluded", law.name);
            }
        }
    }
}
