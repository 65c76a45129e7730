//! Laws: what must hold on every trace, whatever the scenario. Those for clients are in `clients`.

pub(crate) mod clients;
mod cors;
mod errors;
mod forms;
mod grants;
mod invitations;
mod inviters;
mod leaks;
mod messages;
mod news;
mod order;
mod refused;
mod schemas;
mod sentences;
mod switched;
#[cfg(test)]
pub(crate) mod testing;
mod tokens;
mod truth;
mod updates;

pub use sentences::{Sentence, sentences};

use super::history::History;
use crate::cause::is_chosen;
use crate::fold::is_misdelivered;
use invite_spec::requirement::RequirementId;
use invite_trace::{At, Check, CheckResult, Evidence, LawName};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

/// One law.
#[derive(Debug)]
pub struct Law {
    /// Its name in reports.
    pub name: LawName,
    /// What it says, in a sentence.
    pub says: &'static str,
    /// The requirements that it evaluates.
    pub requirements: &'static [RequirementId],
    /// The requirements of single fields, which it can find broken but never kept: scenarios
    /// evaluate them.
    pub besides: &'static [RequirementId],
    examine: fn(&History<'_>, &mut Findings),
}

impl Law {
    /// Whether it may find this requirement broken.
    fn covers(&self, requirement: RequirementId) -> bool {
        self.requirements.contains(&requirement) || self.besides.contains(&requirement)
    }
}

/// Every law for servers.
pub(crate) const ALL: &[Law] = &[
    schemas::LAW,
    forms::LAW,
    errors::LAW,
    cors::LAW,
    tokens::LAW,
    leaks::LAW,
    grants::LAW,
    invitations::LAW,
    news::LAW,
    order::LAW,
    updates::LAW,
    switched::LAW,
    messages::LAW,
    truth::LAW,
    refused::LAW,
];

/// The laws about what tokens say, and whose they are.
pub(crate) const OF_TOKENS: [LawName; 4] =
    [LawName::Tokens, LawName::Leaks, LawName::Grants, LawName::Updates];

/// One breach of a law.
#[derive(Debug, Clone)]
pub(crate) struct Finding {
    pub law: LawName,
    pub requirement: RequirementId,
    pub evidence: Evidence,
    /// Whether whoever relied on the offending message could not go on: such a finding explains
    /// what did not come of it.
    pub is_content: bool,
}

/// What the laws found, and how often they had something to look at.
#[derive(Debug)]
pub(crate) struct Findings {
    law: &'static Law,
    pub breaches: Vec<Finding>,
    observed: BTreeSet<(LawName, RequirementId)>,
}

impl Findings {
    /// There was something to look at.
    pub(crate) fn observe(&mut self, requirement: RequirementId) {
        let law = self.law;
        debug_assert!(law.covers(requirement), "{} does not name {requirement}", law.name);
        self.observed.insert((law.name, requirement));
    }

    /// Something was wrong about what happened.
    pub(crate) fn breach(&mut self, requirement: RequirementId, evidence: Evidence) {
        self.find(requirement, evidence, false);
    }

    /// Something was wrong about what a message says.
    pub(crate) fn content(&mut self, requirement: RequirementId, evidence: Evidence) {
        self.find(requirement, evidence, true);
    }

    fn find(&mut self, requirement: RequirementId, evidence: Evidence, is_content: bool) {
        self.observe(requirement);
        let law = self.law.name;
        #[cfg(test)]
        assert!(
            Sentence::that(law, requirement, &evidence).is_some(),
            "no sentence of {law} says this of {requirement}: {evidence}"
        );
        self.breaches.push(Finding { law, requirement, evidence, is_content });
    }
}

/// Examines a trace by every law.
pub(crate) fn examine(history: &History<'_>) -> Findings {
    let mut findings = Findings { law: &ALL[0], breaches: Vec::new(), observed: BTreeSet::new() };
    for law in ALL {
        findings.law = law;
        (law.examine)(history, &mut findings);
    }
    findings
}

/// The laws' checks: one for each requirement that they had something to look at.
///
/// A message that is wrong in its content, or reached the wrong person, is wrong once: what the other
/// laws find in the same entry is a consequence. A target without one valid answer earns no passes.
pub(crate) fn checks(scenario: &str, history: &History<'_>, findings: Findings) -> Vec<Check> {
    let spoilt = spoilt(&findings);
    let earns = has_right_answer(history, &spoilt);
    let mut results = by_requirement(findings.breaches, &spoilt);
    let mut checks = Vec::new();
    for key in findings.observed {
        let result = match results.remove(&key) {
            Some(result) => result,
            None if earns => CheckResult::PASS,
            None => continue,
        };
        let (law, requirement) = key;
        checks.push(Check::new(requirement, scenario, At::Law(law), result));
    }
    checks
}

/// The entries that are wrong in their content, or reached the wrong person, with the requirement
/// that each breaks first.
fn spoilt(findings: &Findings) -> BTreeMap<usize, RequirementId> {
    let mut spoilt = BTreeMap::new();
    let content = || findings.breaches.iter().filter(|finding| finding.is_content);
    let unreadable =
        content().filter(|finding| matches!(finding.law, LawName::Schemas | LawName::Forms));
    let misdelivered =
        findings.breaches.iter().filter(|finding| is_misdelivered(&finding.evidence.expected));
    for finding in unreadable.chain(misdelivered).chain(content()) {
        if let Some(entry) = finding.evidence.entries.last() {
            spoilt.entry(*entry).or_insert(finding.requirement);
        }
    }
    spoilt
}

/// What came of each requirement that a law found broken: the first breach that is no consequence of
/// another, and how many more there are.
fn by_requirement(
    breaches: Vec<Finding>,
    spoilt: &BTreeMap<usize, RequirementId>,
) -> BTreeMap<(LawName, RequirementId), CheckResult> {
    let mut breached: BTreeMap<_, Evidence> = BTreeMap::new();
    let mut results = BTreeMap::new();
    for finding in breaches {
        let key = (finding.law, finding.requirement);
        let cause = finding.evidence.entries.last().and_then(|entry| spoilt.get(entry));
        match cause {
            Some(cause) if *cause != finding.requirement && !is_chosen(*cause) => {
                results.entry(key).or_insert(CheckResult::Blocked { by: Some(*cause) });
            }
            _ => match breached.entry(key) {
                Entry::Vacant(place) => {
                    place.insert(finding.evidence);
                }
                Entry::Occupied(mut place) => place.get_mut().more += 1,
            },
        }
    }
    results.extend(breached.into_iter().map(|(key, evidence)| (key, CheckResult::Fail(evidence))));
    results
}

/// Whether the target has given one valid answer that says something. A trace without requests was
/// captured elsewhere, and is judged as it is.
fn has_right_answer(history: &History<'_>, spoilt: &BTreeMap<usize, RequirementId>) -> bool {
    history.exchanges.is_empty()
        || history.exchanges.iter().any(|exchange| {
            let says_something = exchange.endpoint.is_some_and(|known| known.answer.is_some());
            let is_spoilt = exchange.entries().iter().any(|entry| spoilt.contains_key(entry));
            says_something && exchange.is_accepted() && !is_spoilt
        })
}

#[cfg(test)]
mod tests {
    use super::testing::{APP, Story};
    use super::*;
    use crate::history::effort;
    use invite_spec::requirement::{Side, id};
    use invite_trace::{Expected, Seen};
    use serde_json::json;

    #[test]
    fn every_law_has_its_row() {
        let every = || ALL.iter().chain(clients::ALL);
        let names: BTreeSet<LawName> = every().map(|law| law.name).collect();
        assert_eq!(names, LawName::ALL.iter().copied().collect());
        assert_eq!(names.len(), every().count());
    }

    #[test]
    fn laws_name_requirements_that_are_tested() {
        for (laws, side) in [(ALL, Side::Server), (clients::ALL, Side::Client)] {
            for law in laws {
                for id in law.requirements.iter().chain(law.besides) {
                    assert!(id.row().excluded.is_none(), "{}: {id} is excluded", law.name);
                    assert_eq!(id.row().side(), side, "{}: {id}", law.name);
                }
            }
        }
    }

    #[test]
    fn no_law_names_a_requirement_twice() {
        for law in ALL {
            let all: Vec<_> = law.requirements.iter().chain(law.besides).collect();
            let distinct: BTreeSet<_> = all.iter().collect();
            assert_eq!(distinct.len(), all.len(), "{}", law.name);
        }
    }

    #[test]
    fn every_breach_is_of_a_requirement_that_its_law_names() {
        let mut story = Story::of(&["alice", "bob"]);
        story.call(APP, "POST /v2/conferences/c-1/invite", json!({}), 500, json!([]));
        let conference =
            json!({ "conferenceId": "c-1", "isProtected": "yes", "ownerToken": "<o>" });
        story.call(APP, "POST /v2/conferences/create", json!({}), 200, conference);
        for frame in [
            json!({ "type": "InvitationReceived", "confToken": 1, "inviter": 2, "confAlias": 3 }),
            json!({ "type": "InvitationReceived", "conferenceId": "c-2", "confToken": "<o>" }),
            json!({ "type": "update_token", "amu": {}, "userId": "u-alice", "content": 1 }),
            json!({ "type": "ParticipantAdded", "user_id": "u-alice", "status": "CONNECTED" }),
            json!({ "type": "ParticipantJoinedNotification" }),
            json!({ "type": "ConferenceMessageReceived" }),
            json!({ "type": "OwnParticipantSwitched" }),
            json!("no object"),
        ] {
            story.frame("bob", frame);
        }
        let findings = story.examined_by_all();
        let laws: BTreeSet<LawName> = findings.breaches.iter().map(|it| it.law).collect();
        assert!(laws.len() >= 9, "{laws:?}");
        for finding in &findings.breaches {
            let law = ALL.iter().find(|law| law.name == finding.law).unwrap();
            assert!(law.covers(finding.requirement), "{}: {}", law.name, finding.requirement);
        }
    }

    /// How often the laws look at something, where so many people join, are invited and refused, and one
    /// of them hears about all.
    fn effort_for(people: usize) -> usize {
        let mut story = Story::of(&["bob"]);
        let made = json!({ "conferenceId": "c-1", "isProtected": true });
        story.call(APP, "POST /v2/conferences/create", json!({}), 200, made);
        story.joins("bob", "c-1");
        for number in 0..people {
            let name = format!("p{number}");
            story.session(&name);
            story.invites("c-1", json!({ &name: { "notification": true } }));
            let invitation = json!({ "type": "InvitationReceived", "conferenceId": "c-1",
                                     "confToken": "<t>" });
            story.frame(&name, invitation);
            story.call(&name, "POST /v1/conferences/c-1/join", json!({}), 403, json!({}));
            story.joins(&name, "c-1");
            for (kind, status) in
                [("ParticipantAdded", "CONNECTING"), ("ParticipantUpdated", "ON_AIR")]
            {
                let user = format!("u-{name}");
                story.frame("bob", json!({ "type": kind, "user_id": user, "status": status }));
            }
            story.frame(&name, json!({ "type": "OwnParticipantSwitched" }));
            story.fence(&name);
        }
        effort::of(|| {
            story.examined_by_all();
        })
    }

    #[test]
    fn judging_a_crowd_takes_effort_in_proportion_to_its_size() {
        let (few, many) = (effort_for(50), effort_for(200));
        assert!(few > 50 && many < 5 * few, "{few} for 50 people, {many} for 200");
    }

    fn findings_of_cors() -> Findings {
        Findings { law: &cors::LAW, breaches: Vec::new(), observed: BTreeSet::new() }
    }

    // In a release build, the assertion is not there.
    #[test]
    #[cfg(debug_assertions)]
    #[should_panic(expected = "does not name INV-010")]
    fn a_law_cannot_break_what_it_does_not_name() {
        findings_of_cors().breach(id::INV_010, Evidence::new(Expected::Jwt, Seen::NoToken));
    }

    #[test]
    #[cfg(debug_assertions)]
    #[should_panic(expected = "does not name INV-010")]
    fn a_law_cannot_find_content_wrong_that_it_does_not_name() {
        findings_of_cors().content(id::INV_010, Evidence::new(Expected::Jwt, Seen::NoToken));
    }

    #[test]
    #[cfg(debug_assertions)]
    #[should_panic(expected = "does not name INV-010")]
    fn a_law_cannot_observe_what_it_does_not_name() {
        findings_of_cors().observe(id::INV_010);
    }

    #[test]
    fn a_law_breaks_what_it_names() {
        let mut findings = findings_of_cors();
        let expected = Expected::AllowsOrigin("https://example.com".to_owned());
        findings.breach(id::WIRE_008, Evidence::new(expected, Seen::NoToken));
        assert_eq!(findings.breaches.len(), 1);
        assert_eq!(findings.observed, BTreeSet::from([(LawName::Cors, id::WIRE_008)]));
    }
}
