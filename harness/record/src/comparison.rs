//! What changed from one run to another: what broke, what was mended, which payloads look otherwise,
//! how times moved.

use crate::Record;
use crate::snapshot::{Compared, take_of};
use invite_judge::Outcome;
use invite_spec::requirement::RequirementId;
use serde::{Serialize, Serializer};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// How many scenarios are named whose times moved most.
const MOST_TIMES: usize = 5;

/// Times that move by less than this many milliseconds are noise.
const NOISE_MS: u64 = 100;

/// What changed from one run to another.
#[derive(Debug, Clone, Serialize)]
pub struct Comparison {
    /// The run before.
    pub old: RunSummary,
    /// The run after.
    pub new: RunSummary,
    /// What fails and did not fail before.
    pub broke: Vec<Moved>,
    /// What failed before and holds.
    pub mended: Vec<Moved>,
    /// What came out otherwise in another way, such as from passed to skipped.
    pub moved: Vec<Moved>,
    /// What only the run after evaluated.
    pub added: Vec<RequirementId>,
    /// What only the run before evaluated.
    pub gone: Vec<RequirementId>,
    /// Scenarios that only the run after drove.
    pub scenarios_added: Vec<String>,
    /// Scenarios that only the run before drove.
    pub scenarios_gone: Vec<String>,
    /// Which payloads look otherwise, in the scenarios that both runs drove.
    pub payloads: Compared,
    /// The scenarios whose times moved most.
    pub times: Vec<Time>,
}

/// One of the two runs.
#[derive(Debug, Clone, Serialize)]
pub struct RunSummary {
    /// The target.
    pub target: String,
    /// The version of the harness.
    pub harness: String,
    /// The verdict, in words.
    pub verdict: String,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
}

/// A requirement that came out otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// The requirement.
    pub requirement: RequirementId,
    /// What came of it before; none if it was not evaluated.
    #[serde(serialize_with = "word")]
    pub before: Option<Outcome>,
    /// What came of it now.
    #[serde(serialize_with = "word")]
    pub now: Option<Outcome>,
}

/// How the time of a scenario moved, in milliseconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Time {
    /// The scenario.
    pub scenario: String,
    /// Before.
    pub before_ms: u64,
    /// Now.
    pub now_ms: u64,
}

fn word<S: Serializer>(outcome: &Option<Outcome>, serializer: S) -> Result<S::Ok, S::Error> {
    outcome.map(Outcome::word).serialize(serializer)
}

impl Comparison {
    /// Compares two runs.
    pub fn of(old: &Record, new: &Record) -> Comparison {
        let (before, now) = (outcomes(old), outcomes(new));
        let mut found = Comparison {
            old: RunSummary::of(old),
            new: RunSummary::of(new),
            broke: Vec::new(),
            mended: Vec::new(),
            moved: Vec::new(),
            added: only_in(&now, &before),
            gone: only_in(&before, &now),
            scenarios_added: Vec::new(),
            scenarios_gone: Vec::new(),
            payloads: payloads(old, new),
            times: times(old, new),
        };
        let is_bad =
            |outcome: Option<Outcome>| matches!(outcome, Some(Outcome::Failed | Outcome::Error));
        for (&requirement, &outcome) in &now {
            let (before, now) = (before.get(&requirement).copied(), Some(outcome));
            let moved = Moved { requirement, before, now };
            match (is_bad(before), is_bad(now)) {
                (false, true) => found.broke.push(moved),
                (true, false) if matches!(outcome, Outcome::Passed | Outcome::Noted) => {
                    found.mended.push(moved);
                }
                _ if before.is_some() && before != now => found.moved.push(moved),
                _ => {}
            }
        }
        let (old, new) = (driven(old), driven(new));
        found.scenarios_added = new.difference(&old).map(|id| (*id).to_owned()).collect();
        found.scenarios_gone = old.difference(&new).map(|id| (*id).to_owned()).collect();
        found
    }

    /// Whether every requirement came out as before, and nothing else was driven or seen.
    pub fn is_nothing(&self) -> bool {
        let Comparison { broke, mended, moved, added, gone, payloads, .. } = self;
        let rows = broke.len() + mended.len() + moved.len() + added.len() + gone.len();
        let scenarios = self.scenarios_added.len() + self.scenarios_gone.len();
        let payloads = payloads.new.len() + payloads.gone.len() + payloads.changed.len();
        rows + scenarios + payloads == 0
    }

    /// Whether anything fails that did not fail before.
    pub fn is_worse(&self) -> bool {
        !self.broke.is_empty()
    }
}

impl RunSummary {
    pub(crate) fn of(record: &Record) -> RunSummary {
        RunSummary {
            target: record.target.name.clone(),
            harness: record.harness.clone(),
            verdict: record.verdict(),
            duration_ms: record.duration_ms,
        }
    }
}

/// What came of each requirement that was evaluated, or could not be.
fn outcomes(record: &Record) -> BTreeMap<RequirementId, Outcome> {
    record.tally.requirements.iter().map(|row| (row.requirement, row.outcome())).collect()
}

fn only_in(
    these: &BTreeMap<RequirementId, Outcome>,
    those: &BTreeMap<RequirementId, Outcome>,
) -> Vec<RequirementId> {
    these.keys().filter(|id| !those.contains_key(id)).copied().collect()
}

/// Other scenarios show other payloads: only those count that both runs drove.
fn payloads(old: &Record, new: &Record) -> Compared {
    let (before, now) = (driven(old), driven(new));
    let is_common = |id: &str| before.contains(id) && now.contains(id);
    let shapes: BTreeMap<String, Value> = take_of(old, is_common)
        .into_iter()
        .map(|snapshot| (snapshot.name, snapshot.shape))
        .collect();
    Compared::of(&take_of(new, is_common), &shapes)
}

fn driven(record: &Record) -> BTreeSet<&str> {
    let scenarios = record.scenarios.iter().filter(|it| it.trace.is_some());
    scenarios.map(|it| it.id.as_str()).collect()
}

/// How long each scenario took, in milliseconds.
fn durations(record: &Record) -> BTreeMap<&str, u64> {
    let scenarios = record.scenarios.iter();
    let timed = scenarios.filter_map(|it| {
        let (began, ended) = it.trace.as_ref()?.span()?;
        Some((it.id.as_str(), ended.saturating_sub(began) / 1_000))
    });
    timed.collect()
}

/// The scenarios whose times moved most: by more than noise, and by more than a half.
fn times(old: &Record, new: &Record) -> Vec<Time> {
    let before = durations(old);
    let moved = durations(new).into_iter().filter_map(|(scenario, now_ms)| {
        let before_ms = *before.get(scenario)?;
        let (less, more) = (before_ms.min(now_ms), before_ms.max(now_ms));
        let is_moved = more - less > NOISE_MS && more > less + less / 2;
        is_moved.then(|| Time { scenario: scenario.to_owned(), before_ms, now_ms })
    });
    let mut moved: Vec<Time> = moved.collect();
    moved.sort_by_key(|time| std::cmp::Reverse(time.before_ms.abs_diff(time.now_ms)));
    moved.truncate(MOST_TIMES);
    moved
}
