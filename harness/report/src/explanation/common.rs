//! What several failures have in common: the first thing to look at.

use super::{Explanation, SERVER, Sequence};
use invite_judge::history::History;
use invite_spec::endpoint::Operation;
use invite_spec::push::FrameType;
use invite_trace::{About, Check, Expected};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Something that failures can have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// A call.
    Call(Operation),
    /// A type of frame.
    Frame(FrameType),
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Subject::Call(operation) => operation.fmt(f),
            Subject::Frame(frame) => frame.fmt(f),
        }
    }
}

/// What most of several failures have in common.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Common {
    /// How many failures.
    pub failures: usize,
    /// What.
    pub subject: Subject,
}

impl fmt::Display for Common {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "common to these {}: {}", self.failures, self.subject)
    }
}

/// The fewest failures of which it is worth telling.
const FEWEST: usize = 3;

/// Calls on the way to almost everything.
const USUAL: [Operation; 4] =
    [Operation::SdkCreate, Operation::RestCreate, Operation::SdkJoin, Operation::Identify];

/// Failures that have something in common, or one that has nothing in common with enough others.
#[derive(Debug, Clone, PartialEq)]
pub struct Group<'e> {
    /// What, if they do.
    pub common: Option<Common>,
    /// The failures, in their order.
    pub failures: Vec<&'e Explanation>,
}

/// What all of these failures have in common, if there are several and they do.
pub fn common(failures: &[&Explanation]) -> Option<Common> {
    shared(failures).filter(|common| common.failures == failures.len())
}

/// The failures by what they have in common: what most of them do first, of the rest again what most
/// do. Each group is where its first failure was.
pub fn groups<'e>(failures: &[&'e Explanation]) -> Vec<Group<'e>> {
    let mut left = failures.to_vec();
    let mut found: Vec<Group<'e>> = Vec::new();
    while let Some(common) = shared(&left) {
        let (shares, rest): (Vec<_>, Vec<_>) =
            left.into_iter().partition(|one| one.subjects.contains(&common.subject));
        found.push(Group { common: Some(common), failures: shares });
        left = rest;
    }
    found.extend(left.into_iter().map(|one| Group { common: None, failures: vec![one] }));
    let place = |group: &Group<'_>| {
        let first = group.failures.first();
        failures.iter().position(|one| first.is_some_and(|first| std::ptr::eq(*one, *first)))
    };
    found.sort_by_key(place);
    found
}

/// What most of these failures have in common, if enough do.
fn shared(failures: &[&Explanation]) -> Option<Common> {
    let mut counts: BTreeMap<Subject, usize> = BTreeMap::new();
    for subject in failures.iter().flat_map(|one| &one.subjects) {
        *counts.entry(*subject).or_default() += 1;
    }
    // Of several that equally many have, the first.
    let most = counts.into_iter().rev().max_by_key(|(_, count)| *count);
    let most = most.filter(|(_, count)| *count >= FEWEST);
    most.map(|(subject, failures)| Common { failures, subject })
}

/// What a failure has to do with: what its check is about, and the calls of the messages that show it.
pub(super) fn subjects(
    check: &Check,
    sequence: &Sequence,
    history: &History<'_>,
) -> BTreeSet<Subject> {
    let about = match &check.about {
        Some(About::Accepts(operation) | About::Refuses(operation)) => {
            Some(Subject::Call(*operation))
        }
        Some(About::Arrives(frame)) => Some(Subject::Frame(*frame)),
        None => None,
    };
    let expected = check.evidence().and_then(|evidence| match &evidence.expected {
        Expected::Accepted(operation)
        | Expected::Refused(operation)
        | Expected::RefusedWithoutEffect(operation)
        | Expected::Answer(operation)
        | Expected::NoEffect(operation)
        | Expected::InvitationArrives { operation, .. } => Some(Subject::Call(*operation)),
        Expected::Frame { pattern, .. }
        | Expected::SomeFrame(pattern)
        | Expected::NoFrame { pattern, .. } => pattern.frame.map(Subject::Frame),
        _ => None,
    });
    let asked = sequence.messages.iter().filter(|message| message.to == SERVER);
    let called = asked.filter_map(|message| {
        let at = message.entry?;
        let exchange = history.exchanges.iter().find(|exchange| exchange.asked_at == at)?;
        let operation = exchange.operation().filter(|it| !USUAL.contains(it))?;
        Some(Subject::Call(operation))
    });
    about.into_iter().chain(expected).chain(called).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Rule, Sequence};
    use super::*;
    use invite_spec::requirement::{RequirementId, id};
    use invite_trace::{At, Verdict};

    fn failure(requirement: RequirementId, subjects: &[Operation]) -> Explanation {
        Explanation {
            rule: Rule::of(requirement.row()),
            verdict: Verdict::Fail,
            counts: true,
            headline: String::new(),
            scenario: "some".to_owned(),
            title: String::new(),
            at: At::Step("1".to_owned()),
            place: None,
            expected: String::new(),
            seen: String::new(),
            spot: None,
            differences: Vec::new(),
            acceptable: Vec::new(),
            sequence: Sequence::default(),
            exhibits: Vec::new(),
            blocks: Vec::new(),
            elsewhere: Vec::new(),
            again: String::new(),
            needs: Vec::new(),
            subjects: subjects.iter().copied().map(Subject::Call).collect(),
        }
    }

    #[test]
    fn failures_are_grouped_by_what_most_have_in_common_each_in_one_group() {
        use Operation::{RestInvite, SdkInvite, SdkKick};
        let all = [
            failure(id::KCK_001, &[]),
            failure(id::INV_001, &[SdkKick, SdkInvite]),
            failure(id::INV_002, &[SdkKick, SdkInvite, RestInvite]),
            failure(id::INV_003, &[RestInvite]),
            failure(id::INV_004, &[SdkInvite, SdkKick]),
            failure(id::INV_005, &[SdkInvite]),
            failure(id::INV_006, &[RestInvite]),
        ];
        let all: Vec<&Explanation> = all.iter().collect();
        let told: Vec<(Option<String>, Vec<RequirementId>)> = groups(&all)
            .iter()
            .map(|group| {
                let common = group.common.as_ref().map(ToString::to_string);
                (common, group.failures.iter().map(|one| one.rule.id).collect())
            })
            .collect();
        let invites = vec![id::INV_001, id::INV_002, id::INV_004, id::INV_005];
        assert_eq!(
            told,
            [
                (None, vec![id::KCK_001]),
                (Some("common to these 4: sdk.invite".to_owned()), invites),
                // Kicks are in a group already, and what two have in common says little.
                (None, vec![id::INV_003]),
                (None, vec![id::INV_006]),
            ]
        );
        assert_eq!(common(&all), None);
        let invites = [all[1], all[2], all[4]];
        assert_eq!(groups(&invites)[0].common, common(&invites));
        assert!(common(&invites).is_some());
    }
}
