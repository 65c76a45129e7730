//! What a target never does is one fault, however many scenarios it spoils.
//!
//! Within a scenario, `cause` finds what a failure rests on. Across scenarios, this does: if no check
//! of a run saw a frame of some type arrive, or an operation accepted or refused, then all checks
//! that failed for it are folded into one requirement. So are all that failed because the target was
//! gone, all that were drowned by what it told strangers, and what `symptom` and `follow` find.

use crate::failures::Failures;
use crate::{follow, symptom};
use invite_scenario::PREFLIGHT;
use invite_spec::endpoint::Operation;
use invite_spec::push::FrameType;
use invite_spec::requirement::{RequirementId, id};
use invite_trace::{
    About, Check, CheckResult, Evidence, Expected, NoAnswer, Seen, SocketLoss, SocketRefusal,
    Verdict, WaitEnd,
};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Folds the checks of a run: those that failed for the same thing that never happened are blocked
/// by the one requirement that describes it best. Folding twice changes nothing.
pub fn fold(checks: &mut [Check]) {
    unfold(checks);
    if let Some(root) = death(checks).and_then(|check| check.requirement) {
        fold_into(root, checks, |check| check.evidence().is_some_and(of_the_dead));
    }
    for (root, frames) in strangers(checks) {
        fold_into(root, checks, |check| {
            check.evidence().is_some_and(|evidence| is_told(&evidence.expected, frames))
        });
    }
    if let Some(root) = leak(checks) {
        fold_into(root, checks, |check| check.evidence().is_some_and(is_flooded));
    }
    for symptom in symptom::ALL {
        if let Some(root) = symptom.root(&Failures::of(checks)) {
            fold_into(root, checks, |check| symptom.is_shown_by(check));
        }
    }
    for (operation, root) in performed(checks) {
        fold_into(root, checks, |check| {
            let seen = check.evidence().map(|evidence| &evidence.seen);
            check.about == Some(About::Refuses(operation))
                && matches!(seen, Some(Seen::RefusedWithEffect { .. }))
        });
    }
    for (frame, field, root) in unsaid(checks) {
        fold_into(root, checks, |check| {
            check.about == Some(About::Arrives(frame)) && check.fields.contains(&field)
        });
    }
    for (about, root) in roots(checks) {
        fold_into(root, checks, |check| check.about.as_ref() == Some(&about));
    }
    // Each fold leaves fewer failures, from which the next is found.
    while let Some((root, places)) = follow::of_lacks(checks).or_else(|| follow::of_time(checks)) {
        for place in places {
            fold_one(root, &mut checks[place]);
        }
    }
}

/// Folds the failures that are meant into the one of a requirement.
fn fold_into(root: RequirementId, checks: &mut [Check], is_meant: impl Fn(&Check) -> bool) {
    for check in checks.iter_mut().filter(|check| is_meant(check)) {
        fold_one(root, check);
    }
}

/// Folds a failure into that of another requirement.
fn fold_one(root: RequirementId, check: &mut Check) {
    if let (true, CheckResult::Fail(was)) = (check.requirement != Some(root), &check.result) {
        check.result = CheckResult::Folded { by: root, was: was.clone() };
    }
}

/// The check that shows after which call the target stopped answering, if it did: the call was never
/// answered, and from then on nobody could connect.
///
/// Several calls may have been under way. It was the one that the target answered least often.
pub fn death(checks: &[Check]) -> Option<&Check> {
    let failed = || checks.iter().filter(|check| check.evidence().is_some());
    let is_gone = |check: &&Check| {
        let seen = &check.evidence().map(|evidence| &evidence.seen);
        matches!(
            seen,
            Some(
                Seen::NoAnswer(NoAnswer::NoConnection { .. })
                    | Seen::SocketRefused(SocketRefusal::NoConnection { .. })
            )
        )
    };
    // A row that does not count cannot be what ended the run.
    let binds = |check: &&Check| check.requirement.is_some_and(|id| id.row().is_binding());
    let lived = checks.iter().any(|check| check.verdict() == Verdict::Pass);
    if !lived || !failed().any(|check| is_gone(&check)) {
        return None;
    }
    let answered = |operation: Operation| {
        let about = [About::Accepts(operation), About::Refuses(operation)];
        let is_of = |check: &&Check| check.about.as_ref().is_some_and(|it| about.contains(it));
        checks.iter().filter(|check| check.verdict() == Verdict::Pass).filter(is_of).count()
    };
    let cut_short = failed().filter(binds).filter_map(|check| {
        let seen = &check.evidence()?.seen;
        matches!(seen, Seen::NoAnswer(NoAnswer::Broken { .. } | NoAnswer::Closed))
            .then_some((check, operation(check)?))
    });
    // A call that changes something is likelier to kill than one that does not.
    let last = cut_short
        .min_by_key(|(_, operation)| (answered(*operation), operation.endpoint().effect.is_none()));
    let gone = || failed().filter(is_gone);
    last.map(|(check, _)| check).or_else(|| gone().find(binds)).or_else(|| gone().next())
}

/// The call that a check is about.
fn operation(check: &Check) -> Option<Operation> {
    match (&check.about, &check.evidence()?.expected) {
        (Some(About::Accepts(operation) | About::Refuses(operation)), _)
        | (_, Expected::Accepted(operation) | Expected::Answer(operation)) => Some(*operation),
        _ => None,
    }
}

/// Whether a target that is gone would show this.
fn of_the_dead(evidence: &Evidence) -> bool {
    match &evidence.seen {
        Seen::NoAnswer(why) => !why.is_of_harness() && !matches!(why, NoAnswer::Unreadable { .. }),
        Seen::SocketRefused(why) => {
            matches!(why, SocketRefusal::NoConnection { .. } | SocketRefusal::Failed { .. })
        }
        Seen::SocketLost(SocketLoss::Closed { .. })
        | Seen::SocketDidNotOpen
        | Seen::NoFrame { end: WaitEnd::Closed, .. } => true,
        _ => false,
    }
}

/// Whether this says that somebody hears what is for others.
pub(crate) fn is_leak(expected: &Expected) -> bool {
    is_misdelivered(expected) || matches!(expected, Expected::NoForeignToken)
}

/// Whether this says that a whole frame reaches somebody for whom it is not.
pub(crate) fn is_misdelivered(expected: &Expected) -> bool {
    matches!(
        expected,
        Expected::OnlyJoined
            | Expected::OnlySameConference
            | Expected::NoUninvited
            | Expected::MessageStaysInside
            | Expected::OnlySubscribers
    )
}

/// The requirements that the target breaks toward people who have done nothing at all, and what it
/// tells them: it tells everybody, and no other check of these frames says more.
fn strangers(checks: &[Check]) -> Vec<(RequirementId, &'static [FrameType])> {
    let told = |requirement: RequirementId| {
        let is_told = |check: &Check| {
            check.scenario == PREFLIGHT
                && check.requirement == Some(requirement)
                && check.verdict() == Verdict::Fail
                && check.evidence().is_some_and(|evidence| is_leak(&evidence.expected))
        };
        checks.iter().any(is_told)
    };
    let all: [(RequirementId, &[FrameType]); 2] = [
        (id::PRT_008, &[FrameType::ParticipantAdded, FrameType::ParticipantUpdated]),
        (id::INV_017, &[FrameType::InvitationReceived]),
    ];
    all.into_iter().filter(|(requirement, _)| told(*requirement)).collect()
}

/// Whether this is broken wherever these frames reach everybody: somebody hears one that must not
/// come, or comes too early, or takes another person's for their own.
fn is_told(expected: &Expected, frames: &[FrameType]) -> bool {
    let is_news = frames.contains(&FrameType::ParticipantUpdated);
    match expected {
        Expected::NoFrame { pattern, .. } => {
            pattern.frame.is_none_or(|frame| frames.contains(&frame))
        }
        Expected::NoNewsAfterKick
        | Expected::IntroducedFirst
        | Expected::ConnectingFirst
        | Expected::NoReconnectAfterKick => is_news,
        // Who hears all invitations has the tokens of others, and takes one of them for their own.
        Expected::NotNotified(_)
        | Expected::Invitations { .. }
        | Expected::Grants(_)
        | Expected::NoForeignToken => !is_news,
        _ => false,
    }
}

/// The requirement that a target breaks most that tells somebody what is for others.
fn leak(checks: &[Check]) -> Option<RequirementId> {
    let mut found: BTreeMap<RequirementId, usize> = BTreeMap::new();
    for check in checks.iter().filter(|check| check.verdict() == Verdict::Fail) {
        let leaks = check.evidence().is_some_and(|evidence| is_leak(&evidence.expected));
        if let Some(requirement) = check.requirement.filter(|_| leaks) {
            *found.entry(requirement).or_default() += 1;
        }
    }
    let most = found.into_iter().max_by_key(|(id, count)| (*count, Reverse(*id)));
    most.map(|(id, _)| id)
}

/// The operations that are never accepted, though they may be performed, each with the requirement
/// that says so.
fn performed(checks: &[Check]) -> Vec<(Operation, RequirementId)> {
    let mut failures: BTreeMap<Operation, BTreeMap<RequirementId, usize>> = BTreeMap::new();
    for check in checks.iter().filter(|check| check.verdict() == Verdict::Fail) {
        if let (Some(About::Accepts(operation)), Some(id)) = (&check.about, check.requirement) {
            *failures.entry(*operation).or_default().entry(id).or_default() += 1;
        }
    }
    failures.retain(|operation, _| never(checks, &About::Accepts(*operation)));
    let root = |(operation, requirements): (Operation, BTreeMap<RequirementId, usize>)| {
        Some((operation, best(&About::Accepts(operation), &requirements)?))
    };
    failures.into_iter().filter_map(root).collect()
}

/// Whether the harness heard more than it listens to.
fn is_flooded(evidence: &Evidence) -> bool {
    matches!(
        &evidence.seen,
        Seen::CutOff(_)
            | Seen::SocketLost(SocketLoss::Cut(_))
            | Seen::SocketRefused(SocketRefusal::Flooded { .. })
            | Seen::NoAnswer(NoAnswer::TooMuch { .. })
    )
}

/// Takes a fold back: it may not hold for a shard, or for the whole that shards are merged into.
fn unfold(checks: &mut [Check]) {
    for check in checks.iter_mut() {
        if let CheckResult::Folded { was, .. } = &check.result {
            check.result = CheckResult::Fail(was.clone());
        }
    }
}

/// What never happened, and the requirement that describes it best, where several failed for it.
fn roots(checks: &[Check]) -> BTreeMap<About, RequirementId> {
    let mut failures: BTreeMap<&About, BTreeMap<RequirementId, usize>> = BTreeMap::new();
    for check in checks.iter().filter(|check| check.verdict() == Verdict::Fail) {
        if let (Some(about), Some(requirement)) = (&check.about, check.requirement) {
            *failures.entry(about).or_default().entry(requirement).or_default() += 1;
        }
    }
    failures.retain(|about, requirements| requirements.len() > 1 && never(checks, about));
    let root = |(about, requirements): (&About, BTreeMap<RequirementId, usize>)| {
        Some((about.clone(), best(about, &requirements)?))
    };
    failures.into_iter().filter_map(root).collect()
}

/// The fields that frames of a type did not have as was expected: never, or, where frames of this type
/// said something else there, less often than they had them. Each with the requirement that describes
/// the frame best, where several failed for it.
fn unsaid(checks: &[Check]) -> Vec<(FrameType, String, RequirementId)> {
    #[derive(Default)]
    struct Field {
        held: usize,
        otherwise: usize,
        failures: BTreeMap<RequirementId, usize>,
    }
    let mut all: BTreeMap<(FrameType, &String), Field> = BTreeMap::new();
    for check in checks {
        let Some(About::Arrives(frame)) = check.about else { continue };
        for name in &check.fields {
            let field = all.entry((frame, name)).or_default();
            match (check.verdict(), check.requirement) {
                (Verdict::Pass, _) => field.held += 1,
                (Verdict::Fail, Some(id)) => {
                    *field.failures.entry(id).or_default() += 1;
                    let seen = check.failure().map(|evidence| &evidence.seen);
                    let otherwise = matches!(seen, Some(Seen::NoFrame { nearest: Some(_), .. }));
                    field.otherwise += usize::from(otherwise);
                }
                _ => {}
            }
        }
    }
    all.retain(|_, field| {
        field.failures.len() > 1 && (field.held == 0 || field.held < field.otherwise)
    });
    let root = |((frame, name), field): ((FrameType, &String), Field)| {
        Some((frame, name.clone(), best(&About::Arrives(frame), &field.failures)?))
    };
    all.into_iter().filter_map(root).collect()
}

fn never(checks: &[Check], about: &About) -> bool {
    let happened =
        |check: &Check| check.verdict() == Verdict::Pass && check.about.as_ref() == Some(about);
    !checks.iter().any(happened)
}

/// A requirement that counts comes before one that does not; then the one whose subject it is; for a
/// refusal the first one of the catalogue, where credentials come before what they allow; else the
/// one that failed most often.
fn best(about: &About, requirements: &BTreeMap<RequirementId, usize>) -> Option<RequirementId> {
    let own = match about {
        About::Arrives(frame) => Some(frame.kind().requirement),
        About::Accepts(operation) => Some(operation.endpoint().requirement),
        About::Refuses(_) => None,
    };
    let rank = |id: RequirementId, failures: usize| {
        let count = if matches!(about, About::Refuses(_)) { 0 } else { failures };
        (Reverse(id.row().is_binding()), Reverse(own == Some(id)), Reverse(count), id)
    };
    let found = requirements.iter().min_by_key(|(id, failures)| rank(**id, **failures));
    found.map(|(id, _)| *id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use invite_trace::{At, CutOff};

    fn check(requirement: RequirementId, verdict: Verdict, about: About) -> Check {
        let result = match verdict {
            Verdict::Pass => CheckResult::PASS,
            _ => CheckResult::Fail(Evidence::new(Expected::SocketOpens, Seen::SocketDidNotOpen)),
        };
        let at = At::Step("1".to_owned());
        Check { about: Some(about), ..Check::new(requirement, "some", at, result) }
    }

    fn red(checks: &[Check]) -> Vec<RequirementId> {
        let failed = checks.iter().filter(|check| check.verdict() == Verdict::Fail);
        failed.filter_map(|check| check.requirement).collect()
    }

    #[test]
    fn what_never_arrives_is_one_failure_and_what_sometimes_does_is_not() {
        let arrives = || About::Arrives(FrameType::ParticipantUpdated);
        let mut checks = vec![
            check(id::PRT_002, Verdict::Fail, arrives()),
            check(id::PRT_001, Verdict::Fail, arrives()),
            check(id::KCK_004, Verdict::Fail, arrives()),
            check(id::INV_003, Verdict::Fail, About::Accepts(Operation::SdkInvite)),
        ];
        let before = checks.clone();
        fold(&mut checks);
        assert_eq!(red(&checks).len(), 2, "{checks:?}");
        let blocked = checks.iter().filter(|check| check.verdict() == Verdict::Blocked);
        assert!(blocked.clone().all(|check| check.blocked_by().is_some()));
        assert_eq!(blocked.count(), 2);
        let once = checks.clone();
        fold(&mut checks);
        assert_eq!(checks, once);
        // Merged with a part in which one arrived, it is another matter.
        checks.push(check(id::PRT_001, Verdict::Pass, arrives()));
        fold(&mut checks);
        assert_eq!(checks[..4], before[..]);
    }

    #[test]
    fn what_is_never_refused_is_told_by_the_first_of_the_catalogue_that_counts() {
        let refuses = || About::Refuses(Operation::RestInvite);
        let mut checks = vec![
            check(id::ERR_018, Verdict::Fail, refuses()),
            check(id::ERR_005, Verdict::Fail, refuses()),
            check(id::ERR_005, Verdict::Fail, refuses()),
            check(id::AUTH_004, Verdict::Fail, refuses()),
        ];
        fold(&mut checks);
        assert_eq!(red(&checks), [id::AUTH_004]);
    }

    fn failed(requirement: RequirementId, about: About, expected: Expected, seen: Seen) -> Check {
        let result = CheckResult::Fail(Evidence::new(expected, seen));
        Check { result, ..check(requirement, Verdict::Pass, about) }
    }

    #[test]
    fn what_a_dead_target_does_not_do_is_one_failure_that_names_its_last_call() {
        let unanswered = |requirement, operation, why: NoAnswer| {
            let expected = Expected::Accepted(operation);
            failed(requirement, About::Accepts(operation), expected, Seen::NoAnswer(why))
        };
        let broken = || NoAnswer::Broken { cause: "connection closed".into() };
        let gone = || NoAnswer::NoConnection { cause: "connection refused".into() };
        let mut checks = vec![
            check(id::JOIN_001, Verdict::Pass, About::Accepts(Operation::SdkJoin)),
            unanswered(id::JOIN_001, Operation::SdkJoin, broken()),
            unanswered(id::KCK_001, Operation::SdkKick, broken()),
            unanswered(id::AUTH_001, Operation::AuthToken, gone()),
            failed(
                id::SES_010,
                About::Arrives(FrameType::ParticipantUpdated),
                Expected::SocketStaysOpen,
                Seen::SocketLost(SocketLoss::Closed { code: None, reason: String::new() }),
            ),
        ];
        fold(&mut checks);
        assert_eq!(red(&checks), [id::KCK_001]);
        assert_eq!(death(&checks).and_then(|check| check.requirement), Some(id::KCK_001));
        let once = checks.clone();
        fold(&mut checks);
        assert_eq!(checks, once);
    }

    #[test]
    fn one_connection_that_breaks_is_no_death() {
        let why = NoAnswer::Broken { cause: "reset".into() };
        let checks = [
            check(id::JOIN_001, Verdict::Pass, About::Accepts(Operation::SdkJoin)),
            failed(
                id::KCK_001,
                About::Accepts(Operation::SdkKick),
                Expected::Accepted(Operation::SdkKick),
                Seen::NoAnswer(why),
            ),
        ];
        assert_eq!(death(&checks), None);
    }

    #[test]
    fn a_flood_of_what_is_for_others_is_that_leak() {
        let about = || About::Accepts(Operation::SdkJoin);
        let cut = CutOff::TooManyFrames { most: 200 };
        let mut checks = vec![
            failed(
                id::PRT_008,
                about(),
                Expected::OnlyJoined,
                Seen::News(FrameType::ParticipantAdded),
            ),
            failed(id::SES_002, about(), Expected::UsableSocket, Seen::CutOff(cut)),
            failed(
                id::AUTH_001,
                about(),
                Expected::Accepted(Operation::AuthToken),
                Seen::NoAnswer(NoAnswer::TooMuch { status: 200, most_bytes: 1 }),
            ),
        ];
        fold(&mut checks);
        assert_eq!(red(&checks), [id::PRT_008]);
    }

    #[test]
    fn a_field_that_never_says_what_it_must_is_one_failure() {
        let awaits = |requirement, verdict, fields: &[&str]| {
            let about = About::Arrives(FrameType::ParticipantUpdated);
            let fields = fields.iter().map(ToString::to_string).collect();
            Check { fields, ..check(requirement, verdict, about) }
        };
        let mut checks = vec![
            awaits(id::PRT_001, Verdict::Fail, &["/status", "/user_id"]),
            awaits(id::PRT_011, Verdict::Fail, &["/status"]),
            awaits(id::JOIN_018, Verdict::Pass, &["/user_id"]),
        ];
        fold(&mut checks);
        assert_eq!(red(&checks), [id::PRT_001]);
        checks.push(awaits(id::PRT_002, Verdict::Pass, &["/status"]));
        fold(&mut checks);
        assert_eq!(red(&checks), [id::PRT_001, id::PRT_011]);
    }
}
