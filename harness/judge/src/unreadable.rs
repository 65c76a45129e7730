//! Answers and frames that nobody can read: what comes after them, and relies on them, proves nothing.

use super::cause::{blocked, is_accepted_instead};
use super::history::History;
use super::laws::Findings;
use invite_spec::requirement::RequirementId;
use invite_trace::{Check, CheckResult, Event, Evidence, Expected, LawName, Spot};
use std::collections::BTreeSet;

/// What of a trace is unreadable.
#[derive(Debug, Default)]
pub(crate) struct Unreadable {
    /// The first answer that lacks what its call is made for: where, and the requirement that it
    /// breaks.
    answer: Option<(usize, RequirementId)>,
    /// The sessions at which frames arrived, and the requirements that these break.
    frames: Vec<(String, RequirementId)>,
}

impl Unreadable {
    pub(crate) fn of(history: &History<'_>, findings: &Findings) -> Unreadable {
        let mut found = Unreadable::default();
        let of_form = |law| matches!(law, LawName::Schemas | LawName::Forms);
        for finding in findings.breaches.iter().filter(|it| it.is_content && of_form(it.law)) {
            let Some(at) = finding.evidence.entries.last().copied() else { continue };
            match &history.trace.entries[at].event {
                Event::Received { .. } => {
                    let actor = history.trace.entries[at].actor.clone();
                    found.frames.push((actor, finding.requirement));
                }
                Event::Answer { .. }
                    if found.answer.is_none_or(|(first, _)| at < first)
                        && lacks_essentials(history, at, &finding.evidence) =>
                {
                    found.answer = Some((at, finding.requirement));
                }
                _ => {}
            }
        }
        found
    }

    /// Blocks what failed because of it.
    pub(crate) fn settle(&self, checks: &mut [Check]) {
        let mut excused = BTreeSet::new();
        // Unless it is a consequence itself: what had to be refused has no right answer.
        let is_own = |check: &Check, at: usize, id: RequirementId| {
            check.requirement == Some(id)
                && check.failure().is_some_and(|it| it.entries.contains(&at))
        };
        let stands =
            |(at, id): &(usize, RequirementId)| checks.iter().any(|check| is_own(check, *at, *id));
        let answer = self.answer.filter(stands);
        for check in checks.iter_mut() {
            let (CheckResult::Fail(evidence), Some(own)) = (&check.result, check.requirement)
            else {
                continue;
            };
            if is_accepted_instead(&evidence.expected, &evidence.seen) {
                continue;
            }
            let of_answer = answer.filter(|(at, _)| evidence.entries.iter().any(|it| it >= at));
            let of_frame = || match &evidence.expected {
                Expected::InvitationArrives { actor, .. } => {
                    self.frames.iter().find(|(heard_by, _)| heard_by == actor)
                }
                _ => None,
            };
            let cause = of_answer.map(|(_, id)| id).or_else(|| of_frame().map(|(_, id)| *id));
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

/// Whether an answer has no value, or a wrong one, where its call is made for one.
fn lacks_essentials(history: &History<'_>, at: usize, evidence: &Evidence) -> bool {
    let mut exchanges = history.exchanges.iter();
    let exchange = exchanges.find(|it| it.reply.as_ref().is_some_and(|reply| reply.at == at));
    let endpoint = exchange.filter(|it| it.is_accepted()).and_then(|it| it.endpoint);
    let essential = endpoint.map_or(&[][..], |it| it.essential);
    match evidence.spot.as_ref().map(Spot::pointer) {
        None | Some(Some("")) => !essential.is_empty(),
        Some(pointer) => pointer.is_some_and(|pointer| essential.contains(&pointer)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use invite_spec::endpoint::Operation;
    use invite_spec::requirement::id;
    use invite_trace::{At, Seen, Verdict};

    fn failed(requirement: RequirementId, expected: Expected, at: usize) -> Check {
        let evidence = Evidence::new(expected, Seen::Status(404)).at([at]);
        let step = At::Step("1".into());
        Check::new(requirement, "some", step, CheckResult::Fail(evidence))
    }

    #[test]
    fn what_fails_after_an_answer_without_its_essentials_is_put_down_to_that_answer() {
        let unreadable = Unreadable { answer: Some((5, id::WIRE_003)), frames: Vec::new() };
        let joins = || Expected::Accepted(Operation::SdkJoin);
        let blocked = CheckResult::Blocked { by: Some(id::JOIN_001) };
        let mut checks = [
            failed(id::WIRE_003, Expected::Jwt, 5),
            failed(id::CNF_001, joins(), 5),
            failed(id::SES_001, joins(), 4),
            failed(id::JOIN_001, joins(), 8),
            Check::new(id::PRT_001, "some", At::Step("2".into()), blocked),
        ];
        unreadable.settle(&mut checks);
        assert_eq!(checks[0].verdict(), Verdict::Fail);
        assert_eq!(checks[1].blocked_by(), Some(id::WIRE_003));
        assert_eq!(checks[2].verdict(), Verdict::Fail, "it was before");
        assert_eq!(checks[3].blocked_by(), Some(id::WIRE_003));
        assert_eq!(checks[4].blocked_by(), Some(id::WIRE_003));
    }

    #[test]
    fn the_answer_to_what_had_to_be_refused_excuses_nothing() {
        let unreadable = Unreadable { answer: Some((5, id::WIRE_003)), frames: Vec::new() };
        let refused = Expected::Refused(Operation::AuthToken);
        let evidence = Evidence::new(refused, Seen::Status(200)).at([4, 5]);
        let step = At::Step("1".into());
        let accepted = Check::new(id::AUTH_003, "some", step, CheckResult::Fail(evidence));
        let mut checks = [accepted.clone(), failed(id::JOIN_001, Expected::Jwt, 8)];
        unreadable.settle(&mut checks);
        assert_eq!(checks[1].verdict(), Verdict::Fail, "the answer is no fault of its own");
        let mut checks = [accepted, failed(id::WIRE_003, Expected::Jwt, 5)];
        unreadable.settle(&mut checks);
        assert_eq!(checks[0].verdict(), Verdict::Fail);
    }

    #[test]
    fn an_invitation_that_may_be_the_frame_that_nobody_can_read_is_not_missing() {
        let frames = vec![("bob".to_owned(), id::WIRE_006)];
        let unreadable = Unreadable { answer: None, frames };
        let arrives = |actor: &str| {
            let operation = Operation::RestInvite;
            failed(id::INV_011, Expected::InvitationArrives { operation, actor: actor.into() }, 9)
        };
        let mut checks = [arrives("bob"), arrives("carol")];
        unreadable.settle(&mut checks);
        assert_eq!(checks[0].blocked_by(), Some(id::WIRE_006));
        assert_eq!(checks[1].verdict(), Verdict::Fail);
    }
}
