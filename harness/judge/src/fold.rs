//! What a target never does is one fault, however many scenarios it spoils.
//!
//! Within a scenario, `cause` finds what a failure rests on. Across scenarios, this does: if no check
//! of a run saw a frame of some type arrive, or an operation accepted or refused, then all checks
//! that failed for it are folded into one requirement.

use invite_spec::requirement::RequirementId;
use invite_trace::{About, Check, CheckResult, Verdict};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Folds the checks of a run: those that failed for the same thing that never happened are blocked
/// by the one requirement that describes it best. Folding twice changes nothing.
pub fn fold(checks: &mut [Check]) {
    unfold(checks);
    for (about, root) in roots(checks) {
        for check in checks.iter_mut() {
            if check.about.as_ref() != Some(&about) || check.requirement == Some(root) {
                continue;
            }
            if let CheckResult::Fail(was) = &check.result {
                check.result = CheckResult::Folded { by: root, was: was.clone() };
            }
        }
    }
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
    use invite_spec::endpoint::Operation;
    use invite_spec::push::FrameType;
    use invite_spec::requirement::id;
    use invite_trace::{At, Evidence, Expected, Seen};

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
}
