//! What failed, in an order in which the cause comes before what comes of it.

use crate::fold::{death, is_leak};
use crate::tally::{RequirementResult, Tally};
use invite_scenario::PREFLIGHT;
use invite_spec::requirement::RequirementId;
use invite_trace::{Check, Expected, Seen, Verdict};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// The requirements that failed, or could not be evaluated because the harness broke: what counts
/// first; of that, the likeliest cause first.
///
/// A message that says something wrong, or that should not be there, is a cause of its own. A call
/// that is answered wrongly may come of one, and what never came of either.
pub fn by_cause(tally: &Tally, checks: &[Check]) -> Vec<RequirementId> {
    let mut failing: BTreeMap<RequirementId, Vec<&Check>> = BTreeMap::new();
    for check in checks.iter().filter(|check| check.verdict() == Verdict::Fail) {
        if let Some(requirement) = check.requirement {
            failing.entry(requirement).or_default().push(check);
        }
    }
    let died = death(checks).and_then(|check| check.requirement);
    let broken = |it: &&RequirementResult| matches!(it.verdict, Verdict::Fail | Verdict::Error);
    let mut found: Vec<&RequirementResult> = tally.requirements.iter().filter(broken).collect();
    found.sort_by_cached_key(|result| {
        let id = result.requirement;
        let own = failing.get(&id).map(Vec::as_slice).unwrap_or_default();
        let counts = result.counted || result.verdict == Verdict::Error;
        let is_of_preflight = own.iter().any(|check| check.scenario == PREFLIGHT && leaks(check));
        let kind = own.iter().filter_map(|check| kind(check)).min();
        let blocks = tally.requirements.iter().filter(|it| it.blocked_by == Some(id)).count();
        (
            !counts,
            died != Some(id),
            !is_of_preflight,
            kind.unwrap_or(Kind::Unreachable),
            Reverse(blocks),
            Reverse(own.len()),
            id,
        )
    });
    found.into_iter().map(|result| result.requirement).collect()
}

/// What a failure shows, the likeliest cause first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// A message that is wrong, or should not be there.
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
        (_, Seen::NoAnswer(_) | Seen::SocketRefused(_) | Seen::SocketLost(_)) => Kind::Unreachable,
        (
            _,
            Seen::NoFrame { .. } | Seen::NoneYet | Seen::NoneWithin { .. } | Seen::NotBeforeFence,
        ) => Kind::Missing,
        (Expected::Accepted(_) | Expected::Refused(_), _) => Kind::Answered,
        _ => Kind::Wrong,
    })
}

fn leaks(check: &Check) -> bool {
    check.evidence().is_some_and(|evidence| is_leak(&evidence.expected))
}
