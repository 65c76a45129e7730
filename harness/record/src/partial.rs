//! What a run was not about, or did not come to: so that no report of a part passes for one of all.

use super::Part;
use invite_judge::Tally;
use invite_spec::requirement::{self, Side};
use invite_trace::{Interruption, Verdict};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// That a run was a partial one, and why. The reasons themselves are the record's `part`, its
/// `interrupted`, and the verdicts that are `skip`; readers ignore the words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Partial {
    /// How many requirements came to a verdict.
    pub judged: usize,
    /// How many requirements can be tested.
    pub of: usize,
    /// The same in words, with the reasons.
    words: String,
}

impl Partial {
    /// None if a run was about all that the suite tests, and came to its end.
    pub(crate) fn of(
        part: &Part,
        interrupted: Option<Interruption>,
        tally: &Tally,
        side: Side,
    ) -> Option<Partial> {
        let mut reasons = Vec::new();
        if *part != (Part { foreign: part.foreign, ..Part::default() }) {
            reasons.push(format!("chosen by {part}"));
        }
        if part.foreign {
            reasons.push("scenarios that are not the suite's own (--scenarios)".to_owned());
        }
        reasons.extend(interrupted.map(|interruption| interruption.to_string()));
        let is_skipped = |verdict: Verdict| verdict == Verdict::Skip;
        let results = tally.requirements.iter();
        match results.clone().filter(|it| is_skipped(it.verdict) && it.counted).count() {
            0 => {}
            1 => reasons.push("1 requirement that counts was not reached".to_owned()),
            count => reasons.push(format!("{count} requirements that count were not reached")),
        }
        if reasons.is_empty() {
            return None;
        }
        let reached = |verdict| matches!(verdict, Verdict::Pass | Verdict::Fail | Verdict::Error);
        let judged = results.filter(|it| reached(it.verdict)).count();
        let of = requirement::all_of(side).filter(|row| row.excluded.is_none()).count();
        let words =
            format!("partial run, {judged} of {of} requirements judged: {}", reasons.join("; "));
        Some(Partial { judged, of, words })
    }
}

impl fmt::Display for Partial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Shard, ShardPart};
    use invite_spec::requirement::{Profile, id};
    use invite_trace::{At, Check, CheckResult, LawName, SkipReason};

    fn tally(skips: bool) -> Tally {
        let skip = CheckResult::Skip(SkipReason::NothingHappened);
        let check = |id, result| Check::new(id, "one", At::Law(LawName::Schemas), result);
        let mut checks = vec![check(id::INV_001, CheckResult::PASS)];
        checks.extend(skips.then(|| check(id::INV_002, skip)));
        Tally::of(&checks, true)
    }

    #[test]
    fn a_run_of_all_that_came_to_its_end_is_whole() {
        assert_eq!(Partial::of(&Part::default(), None, &tally(false), Side::Server), None);
    }

    #[test]
    fn each_reason_is_named() {
        let whole = Part::default();
        let only = Part { only: vec!["a-*".into()], ..Part::default() };
        let profile = Part { profiles: vec![Profile::Rest], ..Part::default() };
        let shard = ShardPart { shard: Shard { index: 2, of: 3 }, scenarios: 9, places: vec![0] };
        let shard = Part { shard: Some(shard), ..Part::default() };
        let foreign = Part { foreign: true, ..Part::default() };
        let cases = [
            (&only, None, false, "chosen by --only a-*"),
            (&profile, None, false, "chosen by --profile rest"),
            (&shard, None, false, "chosen by --shard 2/3"),
            (&foreign, None, false, "scenarios that are not the suite's own"),
            (&whole, Some(Interruption::Asked), false, "the run was interrupted"),
            (&whole, None, true, "1 requirement that counts was not reached"),
        ];
        for (part, interrupted, skips, why) in cases {
            let partial = Partial::of(part, interrupted, &tally(skips), Side::Server);
            let words = partial.map(|it| it.to_string());
            let words = words.unwrap_or_default();
            assert!(words.starts_with("partial run, 1 of "), "{words}");
            assert!(words.contains(why), "{words}");
        }
    }
}
