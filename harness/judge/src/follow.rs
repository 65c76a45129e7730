//! What mostly holds follows what mostly fails.

use crate::cause::is_accepted_instead;
use crate::failures::Failures;
use invite_spec::endpoint::Operation;
use invite_spec::push::FrameType;
use invite_spec::release;
use invite_spec::requirement::RequirementId;
use invite_spec::status::StatusClass;
use invite_trace::{About, Check, Expected, Seen, Wanted};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Failures that follow those of a requirement, by their places among the checks.
type Followers = (RequirementId, Vec<usize>);

/// One requirement mostly fails for a thing. Others mostly hold, and failed for the same thing: they
/// follow. If none mostly fails, those follow the one that failed for it most often by far.
pub(crate) fn of_lacks(checks: &[Check]) -> Option<Followers> {
    let run = Failures::of(checks);
    let mut all: BTreeMap<Lack, BTreeMap<RequirementId, Vec<usize>>> = BTreeMap::new();
    for (place, check) in checks.iter().enumerate() {
        let Some(id) = check.requirement else { continue };
        for lack in Lack::all_of(check, &run) {
            all.entry(lack).or_default().entry(id).or_default().push(place);
        }
    }
    all.into_iter().find_map(|(lack, failures)| {
        let (root, others) = lack.followers(&failures, checks, &run)?;
        Some((root, others.into_iter().flat_map(|id| failures[&id].clone()).collect()))
    })
}

/// A requirement that almost always holds failed only after another one had, wherever it failed, or
/// beside one that fails almost always: it follows that one.
pub(crate) fn of_time(checks: &[Check]) -> Option<Followers> {
    const ALMOST_NEVER: f64 = 0.12;
    const ALMOST_ALWAYS: f64 = 0.9;
    let run = Failures::of(checks);
    let begins: BTreeMap<RequirementId, BTreeMap<&str, usize>> =
        run.requirements().map(|id| (id, run.begins(id))).collect();
    let follows = |id: RequirementId, other: RequirementId| {
        let (own, others) = (&begins[&id], &begins[&other]);
        let always = run.share(other) >= ALMOST_ALWAYS;
        let is_after = |(scenario, at): (&&str, &usize)| {
            others.get(scenario).is_some_and(|it| it <= at || always)
        };
        !own.is_empty()
            && own.iter().all(is_after)
            && run.count(other) >= 2 * run.count(id)
            && run.share(other) > run.share(id)
            && may_follow(id, other)
    };
    let rare = run.requirements().filter(|id| run.share(*id) <= ALMOST_NEVER);
    let mut found = rare.filter_map(|id| {
        let counts = |other: &RequirementId| release::counts(other.row(), false);
        let before = run.requirements().filter(|other| counts(other) && follows(id, *other));
        Some((before.max_by_key(|other| (run.count(*other), Reverse(*other)))?, id))
    });
    let (root, id) = found.next()?;
    let is_its = |check: &Check| check.failure().is_some() && check.requirement == Some(id);
    let places = checks.iter().enumerate().filter(|(_, check)| is_its(check));
    Some((root, places.map(|(place, _)| place).collect()))
}

/// Whether one requirement may be put down to another. What lets somebody do what is not theirs is
/// never put down to what does not.
fn may_follow(id: RequirementId, root: RequirementId) -> bool {
    id.row().security().is_none() || root.row().security().is_some()
}

/// What did not happen, or should not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Lack {
    /// This call was not accepted, but refused with this status.
    Accepted(Operation, u16),
    /// A call that is accepted elsewhere was refused as malformed.
    Form,
    /// A call that is accepted elsewhere was refused for its credentials, or what they allow.
    Refused,
    /// A call was accepted that had to be refused.
    Refusal,
    /// A call that was refused had an effect.
    Effect,
    /// A frame of this type did not come.
    Frame(FrameType),
    /// A token was missing.
    Token,
}

impl Lack {
    /// What a failed check lacks.
    fn all_of(check: &Check, run: &Failures<'_>) -> Vec<Lack> {
        let Some(evidence) = check.failure() else { return Vec::new() };
        match (&evidence.expected, &evidence.seen, &check.about) {
            (Expected::Accepted(operation), Seen::Status(status), _) => {
                let of_kind = match status {
                    // Refusing it is not all that the target can do.
                    _ if !run.is_ever_accepted(*operation) => None,
                    400 => Some(Lack::Form),
                    401 | 403 => Some(Lack::Refused),
                    _ => None,
                };
                [Some(Lack::Accepted(*operation, *status)), of_kind].into_iter().flatten().collect()
            }
            (Expected::Refused(_), Seen::Status(status), _)
                if StatusClass::of(*status).is_accepted() =>
            {
                vec![Lack::Refusal]
            }
            (_, Seen::NoOutcome(all), _)
                if all.iter().all(|it| is_accepted_instead(&it.expected, &it.seen)) =>
            {
                vec![Lack::Refusal]
            }
            (_, Seen::RefusedWithEffect { .. }, _) => vec![Lack::Effect],
            (Expected::Frame { .. } | Expected::SomeFrame(_), _, Some(About::Arrives(frame))) => {
                vec![Lack::Frame(*frame)]
            }
            (Expected::InvitationArrives { .. }, _, _) => {
                vec![Lack::Frame(FrameType::InvitationReceived)]
            }
            (Expected::Value(Wanted::Jwt | Wanted::Present | Wanted::Type(_)), Seen::Absent, _) => {
                vec![Lack::Token]
            }
            _ => Vec::new(),
        }
    }

    /// Which requirement others follow, and which do.
    fn followers(
        self,
        failures: &BTreeMap<RequirementId, Vec<usize>>,
        checks: &[Check],
        run: &Failures<'_>,
    ) -> Option<(RequirementId, Vec<RequirementId>)> {
        let counts = |id: &RequirementId| release::counts(id.row(), false);
        let of = |id: &RequirementId| failures[id].len();
        let ids = || failures.keys().copied();
        let most = |all: &mut dyn Iterator<Item = RequirementId>| {
            all.max_by_key(|id| (of(id), Reverse(*id)))
        };
        let guilty = most(&mut ids().filter(|id| run.mostly_fails(*id) && counts(id)));
        let root = guilty.or_else(|| most(&mut ids()).filter(counts))?;
        let calls = |id: &RequirementId| -> BTreeSet<Operation> {
            let about = |place: &usize| match &checks[*place].failure()?.expected {
                Expected::Refused(operation) => Some(*operation),
                _ => None,
            };
            failures[id].iter().filter_map(about).collect()
        };
        let follows = |id: &RequirementId| {
            let is_less = match guilty {
                Some(_) => run.share(*id) < run.share(root),
                None => of(&root) >= of(id) * self.margin(),
            };
            // The same call, accepted against two requirements, is two faults.
            let (own, of_root) = (calls(id), calls(&root));
            let is_apart = self != Lack::Refusal
                || own.is_empty()
                || (!of_root.is_empty() && own.is_disjoint(&of_root));
            let is_breach = matches!(self, Lack::Refusal | Lack::Effect);
            *id != root
                && run.share(*id) <= 0.5
                && is_less
                && is_apart
                && (!is_breach || may_follow(*id, root))
        };
        let others: Vec<_> = ids().filter(follows).collect();
        (!others.is_empty()).then_some((root, others))
    }

    /// How many times as often the one must have failed that others follow, if none mostly fails.
    fn margin(self) -> usize {
        match self {
            // Whoever refuses now this call and now that has one reason for it.
            Lack::Form | Lack::Refused => 1,
            _ => 3,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold;
    use invite_spec::requirement::id;
    use invite_trace::{At, CheckResult, Evidence, Unseen, Verdict};

    fn red(checks: &[Check]) -> Vec<RequirementId> {
        let failed = checks.iter().filter(|check| check.verdict() == Verdict::Fail);
        failed.filter_map(|check| check.requirement).collect()
    }

    fn check(requirement: RequirementId, about: About, result: CheckResult) -> Check {
        let at = At::Step("1".to_owned());
        Check { about: Some(about), ..Check::new(requirement, "some", at, result) }
    }

    fn refused_call(requirement: RequirementId, operation: Operation, status: u16) -> Check {
        let evidence = Evidence::new(Expected::Accepted(operation), Seen::Status(status));
        check(requirement, About::Accepts(operation), CheckResult::Fail(evidence))
    }

    fn refused(requirement: RequirementId, status: u16) -> Check {
        refused_call(requirement, Operation::SdkJoin, status)
    }

    fn held(requirement: RequirementId) -> Check {
        check(requirement, About::Accepts(Operation::SdkJoin), CheckResult::PASS)
    }

    #[test]
    fn what_mostly_holds_follows_what_mostly_fails_for_the_same_call_and_status() {
        let mut checks = vec![refused(id::JOIN_008, 401), refused(id::JOIN_001, 401)];
        checks.extend(std::iter::repeat_n(held(id::JOIN_001), 10));
        fold(&mut checks);
        assert_eq!(red(&checks), [id::JOIN_008]);
        let once = checks.clone();
        fold(&mut checks);
        assert_eq!(checks, once);
        // Refused for another reason, it is another fault.
        checks.push(refused(id::JOIN_001, 404));
        fold(&mut checks);
        assert_eq!(red(&checks), [id::JOIN_008, id::JOIN_001]);
    }

    #[test]
    fn two_that_mostly_fail_are_two_faults() {
        let mut checks =
            vec![refused(id::JOIN_008, 401), refused(id::JOIN_009, 401), held(id::JOIN_001)];
        fold(&mut checks);
        assert_eq!(red(&checks), [id::JOIN_008, id::JOIN_009]);
    }

    #[test]
    fn calls_that_are_refused_for_their_credentials_follow_the_one_that_mostly_is() {
        let invites = |requirement| refused_call(requirement, Operation::SdkInvite, 403);
        let accepts = |operation: Operation| {
            let requirement = operation.endpoint().requirement;
            check(requirement, About::Accepts(operation), CheckResult::PASS)
        };
        let mut checks = vec![refused(id::JOIN_008, 401), invites(id::PRM_020)];
        checks.extend([accepts(Operation::SdkJoin), accepts(Operation::SdkInvite)]);
        let held = || check(id::PRM_020, About::Accepts(Operation::SdkInvite), CheckResult::PASS);
        checks.extend([held(), held()]);
        fold(&mut checks);
        assert_eq!(red(&checks), [id::JOIN_008]);
    }

    #[test]
    fn a_call_that_is_never_accepted_is_a_fault_of_its_own() {
        let mut checks = vec![
            refused(id::JOIN_008, 401),
            refused_call(id::INV_003, Operation::SdkInvite, 401),
            held(id::JOIN_001),
            check(id::INV_003, About::Refuses(Operation::SdkInvite), CheckResult::PASS),
        ];
        fold(&mut checks);
        assert_eq!(red(&checks), [id::JOIN_008, id::INV_003]);
    }

    #[test]
    fn what_almost_always_holds_and_fails_only_after_another_follows_that_one() {
        let wrong = |requirement, at| {
            let evidence = Evidence::new(Expected::OnAir, Seen::NoToken).at([at]);
            let step = At::Step("1".to_owned());
            Check::new(requirement, "some", step, CheckResult::Fail(evidence))
        };
        let mut checks = vec![wrong(id::KCK_008, 3), wrong(id::KCK_008, 4), wrong(id::PRT_004, 7)];
        let held = |id| check(id, About::Accepts(Operation::SdkKick), CheckResult::PASS);
        checks.extend(std::iter::repeat_with(|| held(id::PRT_004)).take(9));
        let red_of = |checks: &[Check]| {
            let mut checks = checks.to_vec();
            fold(&mut checks);
            red(&checks)
        };
        assert_eq!(red_of(&checks), [id::KCK_008, id::KCK_008]);
        checks[2] = wrong(id::PRT_004, 2);
        assert_eq!(red_of(&checks), [id::KCK_008, id::KCK_008], "the other fails always");
        checks.push(held(id::KCK_008));
        assert_eq!(red_of(&checks).len(), 3, "it failed before");
        // Who hears what is for others has learned it, whatever came before.
        let mut leaks = vec![wrong(id::KCK_008, 3), wrong(id::KCK_008, 4), wrong(id::PRT_008, 7)];
        leaks.extend(std::iter::repeat_with(|| held(id::PRT_008)).take(9));
        assert_eq!(red_of(&leaks).len(), 3);
    }

    #[test]
    fn outcomes_that_all_were_refusals_lack_a_refusal() {
        let unseen = |outcome: &str, operation| Unseen {
            outcome: outcome.to_owned(),
            expected: Expected::Refused(operation),
            seen: Seen::Status(200),
        };
        let outcomes = |requirement| {
            let all = vec![
                unseen("kept out", Operation::SdkJoin),
                unseen("kick refused", Operation::RestKick),
            ];
            let expected = Expected::Outcome(vec!["kept out".into(), "kick refused".into()]);
            let evidence = Evidence::new(expected, Seen::NoOutcome(all));
            check(requirement, About::Accepts(Operation::RestKick), CheckResult::Fail(evidence))
        };
        let held = || check(id::KCK_001, About::Accepts(Operation::RestKick), CheckResult::PASS);
        let red_of = |more: Vec<Check>| {
            let mut checks = vec![outcomes(id::KCK_005), outcomes(id::KCK_001), held(), held()];
            checks.extend(more);
            fold(&mut checks);
            red(&checks)
        };
        assert_eq!(red_of(Vec::new()), [id::KCK_005]);
        // Which call was accepted in these is not known: it may be another one.
        let evidence = Evidence::new(Expected::Refused(Operation::SdkJoin), Seen::Status(200));
        let about = About::Refuses(Operation::SdkJoin);
        let more = check(id::SES_004, about.clone(), CheckResult::Fail(evidence));
        let held = || check(id::SES_004, about.clone(), CheckResult::PASS);
        assert_eq!(red_of(vec![more, held(), held()]), [id::KCK_005, id::SES_004]);
    }

    #[test]
    fn a_breach_of_security_follows_no_fault_that_is_none() {
        let accepted = |requirement, operation| {
            let evidence = Evidence::new(Expected::Refused(operation), Seen::Status(200));
            check(requirement, About::Refuses(operation), CheckResult::Fail(evidence))
        };
        let held = |id| check(id, About::Refuses(Operation::RestKick), CheckResult::PASS);
        let red_of = |root: RequirementId, other: RequirementId| {
            let mut checks = vec![accepted(root, Operation::SdkJoin)];
            checks.push(accepted(other, Operation::RestInvite));
            checks.extend([held(other), held(other)]);
            fold(&mut checks);
            red(&checks)
        };
        assert!(id::ERR_010.row().security().is_none() && id::APP_003.row().security().is_some());
        assert_eq!(red_of(id::ERR_010, id::ERR_005), [id::ERR_010]);
        assert_eq!(red_of(id::ERR_010, id::APP_003), [id::ERR_010, id::APP_003]);
    }
}
