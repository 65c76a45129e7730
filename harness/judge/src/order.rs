//! What failed, in an order in which the cause comes before what comes of it.

use crate::failures::begins;
use crate::fold::{death, is_leak};
use crate::tally::{RequirementResult, Tally};
use invite_scenario::PREFLIGHT;
use invite_spec::requirement::RequirementId;
use invite_trace::{About, At, Check, Expected, LawName, Seen, Verdict};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// The requirements that failed, or could not be evaluated because the harness broke: what counts
/// first; of that, the likeliest cause first.
///
/// A message that does not fit its schema spoils whatever relies on it. After that come messages that
/// say something wrong or should not be there, calls that are answered wrongly, and what never came.
/// Of what is alike, a requirement that mostly failed comes before one that mostly held, the one that
/// a call or a frame is there for before others, and one that never held before one that did. Time
/// overrules all that: what failed only after something else had, wherever it failed, comes later.
pub fn by_cause(tally: &Tally, checks: &[Check]) -> Vec<RequirementId> {
    let mut by_id: BTreeMap<RequirementId, Vec<&Check>> = BTreeMap::new();
    for check in checks {
        if let Some(requirement) = check.requirement {
            by_id.entry(requirement).or_default().push(check);
        }
    }
    let died = death(checks).and_then(|check| check.requirement);
    let broken = |it: &&RequirementResult| matches!(it.verdict, Verdict::Fail | Verdict::Error);
    let mut found: Vec<&RequirementResult> = tally.requirements.iter().filter(broken).collect();
    let all_of = |id: RequirementId| by_id.get(&id).map(Vec::as_slice).unwrap_or_default();
    // What is clear without comparing: what counts, who died, and whom strangers hear.
    let rank = |result: &RequirementResult| {
        let id = result.requirement;
        let failed = all_of(id).iter().filter(|check| check.verdict() == Verdict::Fail);
        let counts = result.counted || result.verdict == Verdict::Error;
        let is_of_preflight =
            failed.clone().any(|check| check.scenario == PREFLIGHT && leaks(check));
        (!counts, died != Some(id), !is_of_preflight)
    };
    found.sort_by_cached_key(|result| {
        let id = result.requirement;
        let all = all_of(id);
        let failed = || all.iter().copied().filter(|check| check.verdict() == Verdict::Fail);
        let held = all.iter().filter(|check| check.verdict() == Verdict::Pass).count();
        let blocks = tally.requirements.iter().filter(|it| it.blocked_by == Some(id)).count();
        let is_own = failed().any(|check| is_what_it_is_for(check, id));
        (
            rank(result),
            failed().filter_map(kind).min().unwrap_or(Kind::Unreachable),
            Share::of(failed().count(), held),
            !is_own,
            held > 0,
            Reverse(blocks),
            id,
        )
    });
    let found = found.into_iter().map(|result| Failed {
        id: result.requirement,
        rank: rank(result),
        begins: begins(all_of(result.requirement).iter().copied()),
    });
    what_came_first(found.collect())
}

/// A requirement that failed.
struct Failed<'c> {
    id: RequirementId,
    rank: (bool, bool, bool),
    /// For each scenario in which it failed, the entry of the trace at which it first did.
    begins: BTreeMap<&'c str, usize>,
}

impl Failed<'_> {
    /// Whether the other one had failed before wherever this one did, and not the other way round.
    fn follows(&self, other: &Failed<'_>) -> bool {
        let is_after = |one: &Failed<'_>, other: &Failed<'_>| {
            let earlier = |(scenario, at)| other.begins.get(scenario).is_some_and(|it| it <= at);
            !one.begins.is_empty() && one.begins.iter().all(earlier)
        };
        self.rank == other.rank && is_after(self, other) && !is_after(other, self)
    }
}

/// The same order, but nothing comes before what it follows.
fn what_came_first(mut all: Vec<Failed<'_>>) -> Vec<RequirementId> {
    let mut ordered = Vec::new();
    // "Follows" is a partial order, so something always follows nothing.
    while let Some(next) = all.iter().position(|it| !all.iter().any(|other| it.follows(other))) {
        ordered.push(all.remove(next).id);
    }
    ordered
}

/// How much of a requirement's checks failed: what a fault is about fails more than what it disturbs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Share {
    /// At least half of them.
    Most,
    /// At least an eighth of them.
    Some,
    /// Fewer.
    Few,
}

impl Share {
    fn of(failed: usize, held: usize) -> Share {
        let all = failed + held;
        if failed * 2 >= all {
            Share::Most
        } else if failed * 8 >= all {
            Share::Some
        } else {
            Share::Few
        }
    }
}

/// What a failure shows, the likeliest cause first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// A message that cannot be read, or does not fit its schema.
    Unreadable,
    /// A message that says something wrong, or should not be there.
    Wrong,
    /// A call that is answered otherwise than it must be.
    Answered,
    /// Something that never came.
    Missing,
    /// A target that cannot be reached.
    Unreachable,
}

fn kind(check: &Check) -> Option<Kind> {
    let evidence = check.evidence()?;
    Some(match (&evidence.expected, &evidence.seen) {
        _ if matches!(check.at, At::Law(LawName::Schemas | LawName::Forms)) => Kind::Unreadable,
        (_, Seen::NoAnswer(_) | Seen::SocketRefused(_) | Seen::SocketLost(_)) => Kind::Unreachable,
        (Expected::ConnectingFirst | Expected::IntroducedFirst, _)
        | (
            _,
            Seen::NoFrame { .. } | Seen::NoneYet | Seen::NoneWithin { .. } | Seen::NotBeforeFence,
        ) => Kind::Missing,
        (Expected::Accepted(_) | Expected::Refused(_), _) => Kind::Answered,
        _ => Kind::Wrong,
    })
}

/// Whether a requirement is the one that the call, or the frame, of a check is there for.
fn is_what_it_is_for(check: &Check, id: RequirementId) -> bool {
    match &check.about {
        Some(About::Accepts(operation)) => operation.endpoint().requirement == id,
        Some(About::Arrives(frame)) => frame.kind().requirement == id,
        Some(About::Refuses(_)) | None => false,
    }
}

fn leaks(check: &Check) -> bool {
    check.evidence().is_some_and(|evidence| is_leak(&evidence.expected))
}

#[cfg(test)]
mod tests {
    use super::*;
    use invite_spec::endpoint::Operation;
    use invite_spec::requirement::id;
    use invite_trace::{CheckResult, Evidence};

    fn check(requirement: RequirementId, at: At, evidence: Option<Evidence>) -> Check {
        let result = evidence.map_or(CheckResult::PASS, CheckResult::Fail);
        let about = Some(About::Accepts(Operation::SdkJoin));
        Check { about, ..Check::new(requirement, "some", at, result) }
    }

    fn step() -> At {
        At::Step("1".into())
    }

    fn refused() -> Option<Evidence> {
        Some(Evidence::new(Expected::Accepted(Operation::SdkJoin), Seen::Status(403)))
    }

    fn order(checks: &[Check]) -> Vec<RequirementId> {
        by_cause(&Tally::of(checks, false), checks)
    }

    #[test]
    fn a_message_that_cannot_be_read_comes_before_what_did_not_come_of_it() {
        let schema = Evidence::new(Expected::Jwt, Seen::NoToken);
        let checks = [
            check(id::JOIN_001, step(), refused()),
            check(id::PRT_001, step(), Some(Evidence::new(Expected::OnAir, Seen::NoneYet))),
            check(id::WIRE_005, At::Law(LawName::Schemas), Some(schema)),
        ];
        assert_eq!(order(&checks), [id::WIRE_005, id::JOIN_001, id::PRT_001]);
    }

    #[test]
    fn what_failed_only_after_something_else_comes_later() {
        let wrong = |at| Some(Evidence::new(Expected::OnAir, Seen::Status(200)).at([at]));
        let refused = |at| refused().map(|evidence| evidence.at([at]));
        let checks = [check(id::KCK_008, step(), wrong(7)), check(id::KCK_005, step(), refused(5))];
        assert_eq!(order(&checks), [id::KCK_005, id::KCK_008]);
        let mut elsewhere = check(id::KCK_008, step(), wrong(3));
        elsewhere.scenario = "other".to_owned();
        let checks = [&checks[..], &[elsewhere]].concat();
        assert_eq!(order(&checks), [id::KCK_008, id::KCK_005], "it failed on its own, too");
    }

    #[test]
    fn what_mostly_failed_comes_before_what_mostly_held() {
        let checks = [
            check(id::JOIN_001, step(), refused()),
            check(id::JOIN_001, step(), None),
            check(id::JOIN_001, step(), None),
            check(id::TOK_005, step(), refused()),
        ];
        assert_eq!(order(&checks), [id::TOK_005, id::JOIN_001]);
        assert_eq!(order(&checks[..1]), [id::JOIN_001]);
    }
}
