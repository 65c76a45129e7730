//! One broken thing, one failed check: what else it explains is blocked by it.

use super::history::{History, mentions};
use super::laws::{Finding, Findings, OF_TOKENS};
use super::pending::PendingCheck;
use invite_spec::endpoint::{CONFERENCE_TOKEN_HEADER, Operation};
use invite_spec::push::FrameType;
use invite_spec::requirement::{Basis, RequirementId, id};
use invite_spec::status::StatusClass;
use invite_trace::{
    About, At, Check, CheckResult, Ended, Event, Evidence, Excuse, Expected, Seen, SkipReason,
    Spot, Stop, StopReason, Verdict, Wanted, WantedStatus,
};
use serde_json::Value;
use std::collections::BTreeMap;

/// Settles the checks of a scenario: finds the causes, and what each of them blocks.
pub(crate) fn settle(history: &History<'_>, findings: &Findings, checks: &mut Vec<PendingCheck>) {
    spoilt_content(history, findings, checks);
    missing_tokens(history, checks);
    settle_stop(history, findings, checks);
    twins_that_no_client_does(history, checks);
    twins(history, checks);
}

/// What relied on a message that is wrong in its content is blocked by that.
fn spoilt_content(history: &History<'_>, findings: &Findings, checks: &mut [PendingCheck]) {
    for pending in checks.iter_mut() {
        let CheckResult::Fail(evidence) = &pending.check.result else { continue };
        // Whatever the response says: it accepts what had to be refused.
        if is_accepted_instead(&evidence.expected, &evidence.seen) {
            continue;
        }
        // What only a `chosen` row finds wrong is no excuse for breaking another.
        let own = pending.check.requirement;
        let excuses = |id: RequirementId| !is_chosen(id) || own.is_some_and(is_chosen);
        let content = || {
            let breaches = findings.breaches.iter().filter(|finding| finding.is_content);
            breaches.filter(|finding| excuses(finding.requirement))
        };
        let of_subject = content().find(|finding| {
            finding.evidence.entries.iter().any(|entry| pending.subject.contains(entry))
                && concerns(finding, evidence)
        });
        let near_miss = pending.missed.as_ref().and_then(|(kind, actors)| {
            content().find(|finding| is_of_kind(history, finding, *kind, actors))
        });
        let of_token = || {
            let token = refused_token(history, pending, evidence)?;
            findings.breaches.iter().find(|finding| {
                let spoils = match OF_TOKENS.contains(&finding.law) {
                    true => brought(history, finding, token),
                    false => finding.is_content && is_about(history, finding, token),
                };
                spoils && Some(finding.requirement) != own && excuses(finding.requirement)
            })
        };
        if let Some(cause) = of_subject.or(near_miss).or_else(of_token) {
            let cause = cause.requirement;
            block(pending, cause);
        }
    }
}

/// Where there is no token, nothing can be said of it: what fails is that it is there.
fn missing_tokens(history: &History<'_>, checks: &mut Vec<PendingCheck>) {
    let mut missing = Vec::new();
    for pending in checks.iter_mut() {
        let Some(evidence) = pending.check.failure() else { continue };
        // What only a row that does not count asks for breaks no other one.
        if pending.check.requirement.is_none_or(|own| !own.row().is_binding()) {
            continue;
        }
        let is_absent = [None, Some(&Value::Null)].map(Seen::value).contains(&evidence.seen);
        if evidence.expected != Expected::Value(Wanted::Jwt) || !is_absent {
            continue;
        }
        let Some(pointer) = evidence.spot.as_ref().and_then(Spot::pointer) else { continue };
        let required = evidence.entries.iter().find_map(|at| demands_token(history, *at, pointer));
        if let Some(required) = required.filter(|id| pending.check.requirement != Some(*id)) {
            let mut check = pending.check.clone();
            check.requirement = Some(required);
            missing.push(PendingCheck { check, is_outcome: false, ..pending.clone() });
            block(pending, required);
        }
    }
    checks.extend(missing);
}

/// The requirement that a message brings a token in this place.
fn demands_token(history: &History<'_>, at: usize, pointer: &str) -> Option<RequirementId> {
    match &history.trace.entries[at].event {
        Event::Received { body, .. } => match FrameType::of(body.json()?)? {
            FrameType::InvitationReceived => Some(id::INV_022),
            FrameType::UpdateToken => Some(id::PRM_025),
            _ => None,
        },
        Event::Answer { .. } => {
            let exchange = history.exchanges.iter().find(|it| it.entries().contains(&at))?;
            match exchange.operation()? {
                Operation::RestCreate if pointer == "/ownerToken" => Some(id::TOK_001),
                Operation::SdkCreate => Some(id::TOK_003),
                Operation::RestCreate => Some(id::TOK_002),
                Operation::RestInvite => Some(id::INV_002),
                Operation::RestPermissions => Some(id::PRM_015),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The conference token of a call that was refused and should not have been.
fn refused_token<'h>(
    history: &'h History<'_>,
    pending: &PendingCheck,
    evidence: &Evidence,
) -> Option<&'h str> {
    let Some(About::Accepts(_)) = pending.check.about else { return None };
    let exchange = history
        .exchanges
        .iter()
        .find(|exchange| exchange.is_refused() && evidence.entries.contains(&exchange.asked_at))?;
    exchange.headers.get(CONFERENCE_TOKEN_HEADER).map(String::as_str)
}

/// Whether a finding is about a message that brought this token.
fn brought(history: &History<'_>, finding: &Finding, token: &str) -> bool {
    messages(history, finding).any(|body| mentions(body, token))
}

/// Whether a finding is about this token itself, where a message brought it: whatever stood there
/// instead was sent as the token.
fn is_about(history: &History<'_>, finding: &Finding, token: &str) -> bool {
    let Some(pointer) = finding.evidence.spot.as_ref().and_then(Spot::pointer) else {
        return false;
    };
    messages(history, finding).filter_map(|body| body.pointer(pointer)).any(|found| match found {
        Value::String(text) => text == token,
        Value::Number(number) => number.to_string() == token,
        _ => false,
    })
}

/// The messages of the target that a finding is about.
fn messages<'t>(
    history: &History<'t>,
    finding: &Finding,
) -> impl Iterator<Item = &'t Value> + use<'t> {
    let trace = history.trace;
    let entries = finding.evidence.entries.clone();
    entries.into_iter().filter_map(move |at| match &trace.entries[at].event {
        Event::Received { body, .. } | Event::Answer { body, .. } => body.json(),
        _ => None,
    })
}

/// Whether a finding is about the place that a check looked at, or about the whole message.
fn concerns(finding: &Finding, evidence: &Evidence) -> bool {
    match (&finding.evidence.spot, &evidence.spot) {
        (Some(Spot::Body(found)), Some(Spot::Body(looked))) => {
            looked.starts_with(found.as_str()) || found.starts_with(looked.as_str())
        }
        (Some(found), Some(looked)) => found == looked,
        (None, _) => true,
        (Some(_), None) => false,
    }
}

/// Whether a finding is about a frame of this type at one of these sessions.
fn is_of_kind(
    history: &History<'_>,
    finding: &Finding,
    kind: FrameType,
    actors: &[String],
) -> bool {
    finding.evidence.entries.iter().any(|at| {
        let entry = &history.trace.entries[*at];
        if !actors.contains(&entry.actor) {
            return false;
        }
        match &entry.event {
            Event::Received { body, .. } => match body.json() {
                Some(frame @ Value::Object(fields)) if fields.contains_key("type") => {
                    FrameType::of(frame) == Some(kind)
                }
                // What is no object at all, or says nothing of its type, may have been it.
                _ => true,
            },
            // Nothing was heard after a socket was cut off.
            Event::SocketClosed { .. } => true,
            _ => false,
        }
    })
}

/// Puts the drive's stop down to its cause, and blocks by that what was not reached.
pub(crate) fn settle_stop(
    history: &History<'_>,
    findings: &Findings,
    checks: &mut Vec<PendingCheck>,
) {
    let Ended::Stopped(stop) = &history.trace.ended else {
        // Nothing stopped it, so what was not reached lacks what it is about.
        for pending in checks.iter_mut().filter(|pending| !pending.reached) {
            pending.check.result = CheckResult::Skip(SkipReason::NothingHappened);
        }
        return;
    };
    match &stop.reason {
        StopReason::Excused(excuse) => {
            for pending in checks.iter_mut().filter(|pending| !pending.reached) {
                pending.check.result = CheckResult::Skip(SkipReason::Excused(excuse.clone()));
            }
            return;
        }
        StopReason::Harness(_) => return error(history, stop, checks),
        _ => {}
    }
    let cause = match cause(history, findings, stop, checks) {
        Some(cause) => Some(cause),
        None => {
            checks.push(failed(history, stop));
            stop.requirement
        }
    };
    for pending in checks.iter_mut().filter(|pending| !pending.reached) {
        if let Some(cause) = cause {
            block(pending, cause);
        }
    }
}

/// The requirement whose failure explains the stop, if a check or a law shows it already.
fn cause(
    history: &History<'_>,
    findings: &Findings,
    stop: &Stop,
    checks: &[PendingCheck],
) -> Option<RequirementId> {
    let content = || findings.breaches.iter().filter(|finding| finding.is_content);
    // The step's own check says it best; it may itself be put down to something else already.
    let own = checks.iter().find(|pending| {
        pending.check.at.step() == Some(&stop.step)
            && pending.is_outcome
            && pending.reached
            && matches!(pending.check.verdict(), Verdict::Fail | Verdict::Blocked)
    });
    if let Some(own) = own {
        return own.check.blocked_by().or(own.check.requirement);
    }
    // A message of the step that is wrong in its content. The words of a refusal are none: what
    // was refused was refused whatever they are.
    let is_refusal = |event: &Event| matches!(event, Event::Answer { status, .. } if StatusClass::of(*status).is_refused());
    let spoilt = content().find(|finding| {
        finding.evidence.entries.last().is_some_and(|at| {
            let entry = &history.trace.entries[*at];
            let of_step =
                entry.step == stop.step || (entry.step.is_empty() && entry.actor == stop.actor);
            let is_outcome = matches!(
                stop.reason,
                StopReason::NotAccepted { .. } | StopReason::NotRefused { .. }
            );
            of_step && !(is_outcome && is_refusal(&entry.event))
        })
    });
    if let Some(spoilt) = spoilt {
        return Some(spoilt.requirement);
    }
    // A failed expectation or prerequisite of the same step.
    let failed = checks.iter().find(|pending| {
        pending.check.at.step() == Some(&stop.step)
            && pending.reached
            && pending.check.verdict() == Verdict::Fail
    });
    failed.and_then(|pending| pending.check.requirement)
}

/// The check that says why the drive stopped.
fn failed(history: &History<'_>, stop: &Stop) -> PendingCheck {
    let entries = &history.trace.entries;
    let last = entries
        .iter()
        .rposition(|entry| entry.step == stop.step && entry.actor == stop.actor)
        .or_else(|| entries.iter().rposition(|entry| entry.step == stop.step));
    pending(history, stop, CheckResult::Fail(evidence(stop).at(last)))
}

/// The harness's own fault is never the target's.
fn error(history: &History<'_>, stop: &Stop, checks: &mut Vec<PendingCheck>) {
    let result = CheckResult::Error(evidence(stop));
    // The step at which the harness broke shows nothing about the target.
    let is_hit = |pending: &&mut PendingCheck| {
        let is_of_step = pending.check.at.step() == Some(&stop.step);
        !pending.reached || (is_of_step && pending.check.verdict() == Verdict::Fail)
    };
    for pending in checks.iter_mut().filter(is_hit) {
        pending.check.result = result.clone();
    }
    checks.push(pending(history, stop, result));
}

/// What a stop shows.
fn evidence(stop: &Stop) -> Evidence {
    Evidence::new(stop.reason.expected(), stop.reason.seen())
}

fn pending(history: &History<'_>, stop: &Stop, result: CheckResult) -> PendingCheck {
    let at = At::Step(stop.step.clone());
    PendingCheck {
        check: Check::new(stop.requirement, &history.trace.scenario, at, result),
        reached: true,
        twin: None,
        detail_beside: None,
        subject: Vec::new(),
        missed: None,
        is_outcome: false,
        broken: Vec::new(),
    }
}

/// What follows from a wrong status. The response to a call that had to be refused is no right one.
/// Who joined although the join was refused hears what participants hear; so it is with subscriptions,
/// and with the invitations of a create. What a target did that accepts what no source forbids is not
/// known, nor what comes of that later.
pub(crate) fn unrefused(checks: &mut [Check]) {
    let failed = || {
        let failures = checks.iter().filter_map(|check| Some((check.failure()?, check)));
        failures.filter_map(|(evidence, check)| Some((evidence, check.requirement?)))
    };
    let mut accepted: BTreeMap<usize, RequirementId> = BTreeMap::new();
    for (evidence, id) in failed() {
        let of_class = matches!(evidence.expected, Expected::ClientError);
        if of_class || is_accepted_instead(&evidence.expected, &evidence.seen) {
            accepted.extend(evidence.entries.iter().map(|entry| (*entry, id)));
        }
    }
    let done = |wanted: Operation| {
        let fails = |(evidence, id): (&Evidence, RequirementId)| match evidence.expected {
            Expected::RefusedWithoutEffect(operation) | Expected::Accepted(operation) => {
                (operation == wanted).then_some(id)
            }
            _ => None,
        };
        failed().find_map(fails)
    };
    let granted = failed().filter(|(evidence, id)| {
        !id.row().is_binding() && is_accepted_instead(&evidence.expected, &evidence.seen)
    });
    // What a call brings about may come before its answer.
    let granted = granted.filter_map(|(evidence, id)| Some((*evidence.entries.iter().min()?, id)));
    let granted = granted.min();
    let (joined, subscribed) = (done(Operation::SdkJoin), done(Operation::Subscribe));
    let created = done(Operation::RestCreate);
    for check in checks.iter_mut().filter(|check| matches!(check.at, At::Law(_))) {
        let (CheckResult::Fail(evidence), Some(own)) = (&check.result, check.requirement) else {
            continue;
        };
        let of_effect = match evidence.expected {
            Expected::OnlyJoined | Expected::MessageStaysInside | Expected::OnlyReplaced => joined,
            Expected::OnlySubscribers => subscribed,
            Expected::NoUninvited => created,
            _ => None,
        };
        let latest = evidence.entries.iter().max();
        let after = granted.filter(|(at, _)| latest.is_some_and(|latest| latest > at));
        let of_answer = evidence.entries.last().and_then(|entry| accepted.get(entry)).copied();
        let later = after.map(|(_, id)| id);
        if let Some(cause) = of_answer.or(of_effect).or(later).filter(|cause| *cause != own) {
            check.result = blocked(own, cause);
        }
    }
}

/// Whether a call was accepted that had to be refused, whichever outcome was meant.
pub(crate) fn is_accepted_instead(expected: &Expected, seen: &Seen) -> bool {
    let refused = matches!(
        expected,
        Expected::Refused(_) | Expected::Status(WantedStatus::Refused | WantedStatus::OneOf(_))
    );
    match seen {
        Seen::Status(status) => refused && StatusClass::of(*status).is_accepted(),
        Seen::NoOutcome(all) => all.iter().all(|it| is_accepted_instead(&it.expected, &it.seen)),
        _ => false,
    }
}

/// What the client of an adapter cannot do shows nothing, and is nobody's fault: a refusal beside it is
/// skipped as well.
fn twins_that_no_client_does(history: &History<'_>, checks: &mut [PendingCheck]) {
    let cannot = |check: &Check| match check.skipped() {
        Some(SkipReason::Excused(excuse @ Excuse::Adapter { .. })) => Some(excuse.clone()),
        _ => None,
    };
    let lacking: Vec<(At, Excuse)> = checks
        .iter()
        .filter(|pending| pending.is_outcome)
        .filter_map(|pending| Some((pending.check.at.clone(), cannot(&pending.check)?)))
        .collect();
    let stopped = match &history.trace.ended {
        Ended::Stopped(Stop { reason: StopReason::Excused(excuse), step, .. })
            if matches!(excuse, Excuse::Adapter { .. }) =>
        {
            Some((step, excuse))
        }
        _ => None,
    };
    for pending in checks.iter_mut().filter(|pending| pending.check.verdict() == Verdict::Pass) {
        let Some(twin) = &pending.twin else { continue };
        let outcome = lacking.iter().find(|(at, _)| at.step() == Some(twin));
        let not_begun =
            stopped.filter(|(step, _)| *step == twin || history.trace.beginning(twin).is_none());
        if let Some(excuse) = outcome.map(|(_, excuse)| excuse).or(not_begun.map(|(_, it)| it)) {
            pending.check.result = CheckResult::Skip(SkipReason::Excused(excuse.clone()));
        }
    }
}

/// A refusal, or a silence, proves something only beside its twin.
fn twins(history: &History<'_>, checks: &mut [PendingCheck]) {
    let outcomes: Vec<(At, Verdict, Option<RequirementId>)> = checks
        .iter()
        .filter(|pending| pending.is_outcome)
        .map(|pending| {
            let check = &pending.check;
            (check.at.clone(), check.verdict(), check.blocked_by().or(check.requirement))
        })
        .collect();
    let outcome_of = |step: &str| outcomes.iter().find(|(at, ..)| at.step() == Some(step));
    for pending in checks.iter_mut().filter(|pending| pending.check.verdict() == Verdict::Fail) {
        let accepted = pending.detail_beside.as_deref().and_then(outcome_of);
        if let Some((_, Verdict::Fail | Verdict::Blocked, Some(cause))) = accepted {
            block(pending, *cause);
        }
    }
    for pending in checks.iter_mut().filter(|pending| pending.check.verdict() == Verdict::Pass) {
        let Some(twin) = &pending.twin else { continue };
        let shown = outcome_of(twin);
        match (shown, &history.trace.ended) {
            (Some((_, Verdict::Pass, ..)), _) => {}
            (Some((_, _, Some(cause))), _) => block(pending, *cause),
            (Some((_, _, None)), _) => {}
            // A step without an outcome of its own was done if the drive went past it.
            (None, Ended::Stopped(stop))
                if stop.step == *twin || history.trace.beginning(twin).is_none() =>
            {
                if let Some(cause) = stop.requirement {
                    block(pending, cause);
                }
            }
            (None, _) => {}
        }
    }
}

/// Blocks a check by a cause. A cause that does not count by itself (`chosen`, or no MUST) makes
/// nothing count: what it kept from being reached is skipped.
fn block(pending: &mut PendingCheck, cause: RequirementId) {
    let own = pending.check.requirement;
    if own == Some(cause) {
        return;
    }
    pending.check.result = match own {
        Some(own) => blocked(own, cause),
        None => CheckResult::Blocked { by: Some(cause) },
    };
}

pub(crate) fn blocked(own: RequirementId, cause: RequirementId) -> CheckResult {
    let binds = |id: RequirementId| id.row().is_binding();
    match !binds(cause) && binds(own) {
        true => CheckResult::Skip(SkipReason::NotReached { because_of: cause }),
        false => CheckResult::Blocked { by: Some(cause) },
    }
}

/// Whether no source settles a requirement.
pub(crate) fn is_chosen(id: RequirementId) -> bool {
    id.row().basis == Basis::Chosen
}

#[cfg(test)]
mod tests {
    use super::*;
    use invite_trace::{FrameAt, LawName, Outside};

    fn at_step(requirement: RequirementId, evidence: Evidence) -> Check {
        let at = At::Step("1".to_owned());
        Check::new(requirement, "some", at, CheckResult::Fail(evidence))
    }

    fn of_law(requirement: RequirementId, law: LawName, evidence: Evidence) -> Check {
        Check::new(requirement, "some", At::Law(law), CheckResult::Fail(evidence))
    }

    fn accepted_instead(requirement: RequirementId) -> Check {
        let expected = Expected::Refused(Operation::RestInvite);
        at_step(requirement, Evidence::new(expected, Seen::Status(200)).at([3, 4]))
    }

    fn unfit(at: usize) -> Check {
        let evidence = Evidence::new(Expected::Jwt, Seen::NoToken).at([at]);
        of_law(id::INV_002, LawName::Schemas, evidence)
    }

    #[test]
    fn the_response_to_a_call_that_had_to_be_refused_is_no_fault_of_its_own() {
        let mut checks = [accepted_instead(id::AUTH_004), unfit(4), unfit(9)];
        unrefused(&mut checks);
        assert_eq!(checks[0].verdict(), Verdict::Fail);
        assert_eq!(checks[1].blocked_by(), Some(id::AUTH_004));
        assert_eq!(checks[2].verdict(), Verdict::Fail, "of another response");
    }

    #[test]
    fn what_follows_after_a_call_that_may_be_accepted_is_nobodys_fault() {
        let uninvited = || {
            let seen = Seen::InvitationTo { conference: "c-1".to_owned() };
            let evidence = Evidence::new(Expected::NoUninvited, seen).at([9]);
            of_law(id::INV_017, LawName::Invitations, evidence)
        };
        // That a body of the wrong shape is refused, no source says.
        let mut checks = [accepted_instead(id::ERR_011), uninvited(), unfit(2)];
        unrefused(&mut checks);
        assert_eq!(checks[1].verdict(), Verdict::Skip);
        assert_eq!(checks[2].verdict(), Verdict::Fail, "it came before");
        let mut checks = [accepted_instead(id::AUTH_004), uninvited()];
        unrefused(&mut checks);
        assert_eq!(checks[1].verdict(), Verdict::Fail, "that had to be refused");
    }

    #[test]
    fn a_refusal_that_is_a_server_error_is_no_consequence_of_itself() {
        let evidence = Evidence::new(Expected::ClientError, Seen::Status(500)).at([3, 4]);
        let mut checks = [of_law(id::ERR_017, LawName::Errors, evidence), unfit(4)];
        unrefused(&mut checks);
        assert_eq!(checks[0].verdict(), Verdict::Fail);
        assert_eq!(checks[1].blocked_by(), Some(id::ERR_017));
    }

    #[test]
    fn who_joined_although_the_join_was_refused_is_no_outsider() {
        let operation = Operation::SdkJoin;
        let refused = Evidence::new(Expected::Accepted(operation), Seen::Status(500)).at([3]);
        let frame = FrameAt { frame: FrameType::ParticipantUpdated, actor: "bob".into() };
        let seen = Seen::AtOutsider { frame, why: Outside::NotJoined };
        let news = Evidence::new(Expected::OnlyJoined, seen).at([9]);
        let mut checks =
            [at_step(id::JOIN_001, refused), of_law(id::PRT_008, LawName::News, news.clone())];
        unrefused(&mut checks);
        assert_eq!(checks[1].blocked_by(), Some(id::JOIN_001));
        // Nor is an invitation of a create that was refused and done one that nobody sent.
        let operation = Operation::RestCreate;
        let refused = Evidence::new(Expected::Accepted(operation), Seen::Status(500)).at([3]);
        let seen = Seen::InvitationTo { conference: "c-1".to_owned() };
        let uninvited = Evidence::new(Expected::NoUninvited, seen).at([9]);
        let law = LawName::Invitations;
        let mut created = [at_step(id::CNF_001, refused), of_law(id::INV_017, law, uninvited)];
        unrefused(&mut created);
        assert_eq!(created[1].blocked_by(), Some(id::CNF_001));
        let mut alone = [of_law(id::PRT_008, LawName::News, news)];
        unrefused(&mut alone);
        assert_eq!(alone[0].verdict(), Verdict::Fail);
    }
}
