//! Answers and frames that nobody can read: what comes after them, and relies on them, proves nothing.

use super::cause::{blocked, is_accepted_instead};
use super::history::History;
use super::laws::{Finding, Findings};
use invite_spec::endpoint::Operation;
use invite_spec::requirement::{RequirementId, id};
use invite_trace::{Check, CheckResult, Event, Evidence, Expected, LawName, Seen, Spot, Trace};
use std::collections::BTreeSet;

/// What of a trace is unreadable.
#[derive(Debug, Default)]
pub(crate) struct Unreadable {
    /// The first answer that lacks what its call is made for: where, and the requirement that it
    /// breaks.
    answer: Option<(usize, RequirementId)>,
    /// The first answer that does not say who is in the conference, in the same way.
    list: Option<(usize, RequirementId)>,
    /// The sessions at which frames arrived, and the requirements that these break.
    frames: Vec<(String, RequirementId)>,
}

impl Unreadable {
    pub(crate) fn of(history: &History<'_>, findings: &Findings) -> Unreadable {
        let mut found = Unreadable::default();
        // Everything else about a session depends on what identify said about it.
        let is_essential = |it: &Finding| match it.law {
            LawName::Schemas | LawName::Forms => it.is_content,
            LawName::Truth => it.requirement == id::SES_007,
            _ => false,
        };
        for finding in findings.breaches.iter().filter(|it| is_essential(it)) {
            let Some(at) = finding.evidence.entries.last().copied() else { continue };
            match &history.trace.entries[at].event {
                Event::Received { .. } => {
                    let actor = history.trace.entries[at].actor.clone();
                    found.frames.push((actor, finding.requirement));
                }
                Event::Answer { .. } => {
                    let lacks = lacks(history, at, &finding.evidence);
                    let is_first = |found: Option<(usize, _)>| found.is_none_or(|it| at < it.0);
                    if lacks.essentials && is_first(found.answer) {
                        found.answer = Some((at, finding.requirement));
                    }
                    if lacks.participants && is_first(found.list) {
                        found.list = Some((at, finding.requirement));
                    }
                }
                _ => {}
            }
        }
        found
    }

    /// Blocks what failed because of it.
    pub(crate) fn settle(&self, trace: &Trace, checks: &mut [Check]) {
        let mut excused = BTreeSet::new();
        // Unless it is a consequence itself: what had to be refused has no right answer.
        let is_own = |check: &Check, at: usize, id: RequirementId| {
            check.requirement == Some(id)
                && check.failure().is_some_and(|it| it.entries.contains(&at))
        };
        let stands =
            |(at, id): &(usize, RequirementId)| checks.iter().any(|check| is_own(check, *at, *id));
        let answer = self.answer.filter(stands);
        let list = self.list.filter(stands);
        for check in checks.iter_mut() {
            let (CheckResult::Fail(evidence), Some(own)) = (&check.result, check.requirement)
            else {
                continue;
            };
            if is_accepted_instead(&evidence.expected, &evidence.seen) {
                continue;
            }
            let is_after = |(at, _): &(usize, _)| evidence.entries.iter().any(|it| it >= at);
            let of_list = || list.filter(|it| own.area().prefix == "PRT" && is_after(it));
            let of_frame = || {
                let missed = missed_at(trace, evidence);
                self.frames.iter().find(|(heard_by, _)| missed.contains(&heard_by.as_str()))
            };
            let of_answer = answer.filter(is_after).or_else(of_list).map(|(_, id)| id);
            let cause = of_answer.or_else(|| of_frame().map(|(_, id)| *id));
            if let Some(cause) = cause.filter(|cause| *cause != own) {
                check.result = blocked(own, cause);
                excused.insert(own);
            }
        }
        // What was put down to a check that is now put down to the answer is put down to that, too.
        let Some((_, cause)) = answer else { return };
        for check in checks.iter_mut() {
            let by = check.blocked_by().filter(|by| excused.contains(by) && *by != cause);
            if let (Some(_), Some(own)) = (by, check.requirement.filter(|own| *own != cause)) {
                check.result = blocked(own, cause);
            }
        }
    }
}

/// What an answer does not say.
struct Lacks {
    /// What its call is made for.
    essentials: bool,
    /// Who is in the conference.
    participants: bool,
}

/// What an answer does not say, or not in the right form.
fn lacks(history: &History<'_>, at: usize, evidence: &Evidence) -> Lacks {
    let mut exchanges = history.exchanges.iter();
    let exchange = exchanges.find(|it| it.reply.as_ref().is_some_and(|reply| reply.at == at));
    let endpoint = exchange.filter(|it| it.is_accepted()).and_then(|it| it.endpoint);
    let essential = endpoint.map_or(&[][..], |it| it.essential);
    let is_join = endpoint.is_some_and(|it| it.operation == Operation::SdkJoin);
    match evidence.spot.as_ref().map(Spot::pointer) {
        None | Some(Some("")) => Lacks { essentials: !essential.is_empty(), participants: is_join },
        Some(pointer) => Lacks {
            essentials: pointer.is_some_and(|pointer| essential.contains(&pointer)),
            participants: is_join && pointer.is_some_and(|it| it.starts_with("/participants")),
        },
    }
}

/// The sessions at which something did not come, or came without what has to come before it.
fn missed_at<'e>(trace: &'e Trace, evidence: &'e Evidence) -> Vec<&'e str> {
    let awaited = |expected: &'e Expected| match expected {
        Expected::InvitationArrives { actor, .. } | Expected::Frame { actor, .. } => {
            Some(actor.as_str())
        }
        _ => None,
    };
    match (&evidence.expected, &evidence.seen) {
        (Expected::IntroducedFirst | Expected::ConnectingFirst, _) => {
            let entries = evidence.entries.iter().filter_map(|at| trace.entries.get(*at));
            entries.map(|entry| entry.actor.as_str()).collect()
        }
        (_, Seen::NoOutcome(all)) => all.iter().filter_map(|it| awaited(&it.expected)).collect(),
        (expected, _) => awaited(expected).into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::testing::Story;
    use invite_trace::{At, FramePattern, Unseen, Verdict};
    use serde_json::json;

    fn failed(requirement: RequirementId, expected: Expected, at: usize) -> Check {
        let evidence = Evidence::new(expected, Seen::Status(404)).at([at]);
        let step = At::Step("1".into());
        Check::new(requirement, "some", step, CheckResult::Fail(evidence))
    }

    #[test]
    fn what_fails_after_an_answer_without_its_essentials_is_put_down_to_that_answer() {
        let unreadable = Unreadable { answer: Some((5, id::WIRE_003)), ..Unreadable::default() };
        let joins = || Expected::Accepted(Operation::SdkJoin);
        let blocked = CheckResult::Blocked { by: Some(id::JOIN_001) };
        let mut checks = [
            failed(id::WIRE_003, Expected::Jwt, 5),
            failed(id::CNF_001, joins(), 5),
            failed(id::SES_001, joins(), 4),
            failed(id::JOIN_001, joins(), 8),
            Check::new(id::PRT_001, "some", At::Step("2".into()), blocked),
        ];
        unreadable.settle(Story::new().trace(), &mut checks);
        assert_eq!(checks[0].verdict(), Verdict::Fail);
        assert_eq!(checks[1].blocked_by(), Some(id::WIRE_003));
        assert_eq!(checks[2].verdict(), Verdict::Fail, "it was before");
        assert_eq!(checks[3].blocked_by(), Some(id::WIRE_003));
        assert_eq!(checks[4].blocked_by(), Some(id::WIRE_003));
    }

    #[test]
    fn the_answer_to_what_had_to_be_refused_excuses_nothing() {
        let unreadable = Unreadable { answer: Some((5, id::WIRE_003)), ..Unreadable::default() };
        let refused = Expected::Refused(Operation::AuthToken);
        let evidence = Evidence::new(refused, Seen::Status(200)).at([4, 5]);
        let step = At::Step("1".into());
        let accepted = Check::new(id::AUTH_003, "some", step, CheckResult::Fail(evidence));
        let mut checks = [accepted.clone(), failed(id::JOIN_001, Expected::Jwt, 8)];
        unreadable.settle(Story::new().trace(), &mut checks);
        assert_eq!(checks[1].verdict(), Verdict::Fail, "the answer is no fault of its own");
        let mut checks = [accepted, failed(id::WIRE_003, Expected::Jwt, 5)];
        unreadable.settle(Story::new().trace(), &mut checks);
        assert_eq!(checks[0].verdict(), Verdict::Fail);
    }

    #[test]
    fn an_invitation_that_may_be_the_frame_that_nobody_can_read_is_not_missing() {
        let frames = vec![("bob".to_owned(), id::WIRE_006)];
        let unreadable = Unreadable { frames, ..Unreadable::default() };
        let arrives = |actor: &str| {
            let operation = Operation::RestInvite;
            failed(id::INV_011, Expected::InvitationArrives { operation, actor: actor.into() }, 9)
        };
        let mut checks = [arrives("bob"), arrives("carol")];
        unreadable.settle(Story::new().trace(), &mut checks);
        assert_eq!(checks[0].blocked_by(), Some(id::WIRE_006));
        assert_eq!(checks[1].verdict(), Verdict::Fail);
    }
    #[test]
    fn who_could_not_read_who_is_there_hears_of_people_whom_nobody_introduced() {
        let unreadable = Unreadable { list: Some((5, id::WIRE_004)), ..Unreadable::default() };
        let mut checks = [
            failed(id::WIRE_004, Expected::Jwt, 5),
            failed(id::PRT_009, Expected::Jwt, 5),
            failed(id::PRT_007, Expected::IntroducedFirst, 4),
            failed(id::KCK_003, Expected::Jwt, 6),
        ];
        unreadable.settle(Story::new().trace(), &mut checks);
        assert_eq!(checks[1].blocked_by(), Some(id::WIRE_004));
        assert_eq!(checks[2].verdict(), Verdict::Fail, "it was before");
        assert_eq!(checks[3].verdict(), Verdict::Fail, "a kick is told in another way");
    }

    #[test]
    fn a_frame_that_nobody_can_read_may_be_the_one_that_introduces_somebody() {
        let frames = vec![("bob".to_owned(), id::WIRE_006)];
        let unreadable = Unreadable { frames, ..Unreadable::default() };
        let mut story = Story::of(&["bob", "carol"]);
        let mut updated = |actor| story.frame(actor, json!({"type": "ParticipantUpdated"}));
        let (at_bob, at_carol) = (updated("bob"), updated("carol"));
        let outcomes = |actor: &str| {
            let pattern = FramePattern::default();
            let expected = Expected::Frame { pattern, actor: actor.to_owned() };
            let unseen = Unseen { outcome: "told".to_owned(), expected, seen: Seen::NoneYet };
            let expected = Expected::Outcome(vec!["told".to_owned()]);
            let evidence = Evidence::new(expected, Seen::NoOutcome(vec![unseen]));
            let step = At::Step("1".into());
            Check::new(id::PRT_006, "some", step, CheckResult::Fail(evidence))
        };
        let mut checks = [
            outcomes("bob"),
            outcomes("carol"),
            failed(id::PRT_007, Expected::IntroducedFirst, at_bob),
            failed(id::PRT_004, Expected::ConnectingFirst, at_carol),
        ];
        unreadable.settle(story.trace(), &mut checks);
        let blocked = checks.each_ref().map(|check| check.blocked_by().is_some());
        assert_eq!(blocked, [true, false, true, false]);
    }
}
