//! The records of all shards of a run, as the record of the whole run.

use super::baseline::{Baselined, assess};
use super::{Part, Partial, Record, Shard, Unclaimed, record};
use invite_scenario::LookedAt;
use invite_spec::requirement::RequirementId;
use invite_trace::At;
use invite_trace::Deadline;
use invite_trace::{Check, Verdict};
use std::collections::{BTreeMap, BTreeSet};

/// Why records do not make one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// There is none.
    #[error("there is no record to merge")]
    Nothing,
    /// One of them is no part of a run.
    #[error(
        "record {0} is of a whole run: only the shards of a run (`run --shard I/N`) are merged"
    )]
    NoShard(usize),
    /// They differ in what all must share.
    #[error("record {record} is of another {what} than record 1: {seen}, not {expected}")]
    Other {
        /// Which record, from 1.
        record: usize,
        /// In what it differs.
        what: &'static str,
        /// What record 1 says.
        expected: String,
        /// What this one says.
        seen: String,
    },
    /// A shard is there more than once.
    #[error("records {first} and {second} are both shard {shard}")]
    Twice {
        /// The one.
        first: usize,
        /// The other.
        second: usize,
        /// The shard.
        shard: Shard,
    },
    /// A shard is missing.
    #[error("shard {0} is missing")]
    Missing(Shard),
    /// What the shards hold does not fit together.
    #[error("the shards do not add up to one run: {0}")]
    NoWhole(String),
    /// The target was not the same for all of them.
    #[error(
        "the shards met the target in different states: before the scenarios began, {0}; run them \
         again"
    )]
    Unsteady(String),
}

/// Merges the records of all shards of a run: in any order, but each of them once.
pub fn merge(records: &[Record]) -> Result<Record, MergeError> {
    let given = records.first().ok_or(MergeError::Nothing)?;
    for (index, record) in records.iter().enumerate() {
        same(given, record, index + 1)?;
    }
    complete(records)?;
    // In the order of the shards, so that the order in which they are given does not matter.
    let mut records: Vec<&Record> = records.iter().collect();
    records.sort_by_key(|record| record.part.shard.as_ref().map(|part| part.shard));
    let (records, first) = (records.as_slice(), records[0]);
    let preflight = preflight(records)?;
    let mut places: Vec<(usize, usize, usize)> = Vec::new();
    for (index, record) in records.iter().enumerate() {
        let part = record.part.shard.iter().flat_map(|part| &part.places).enumerate();
        places.extend(part.map(|(own, place)| (*place, index, own)));
    }
    places.sort_unstable();
    let mut merged = Record {
        scenarios: Vec::new(),
        checks: of_preflight(records[preflight]).cloned().collect(),
        part: Part { shard: None, ..first.part.clone() },
        preflight: records[preflight].preflight.clone(),
        duration_ms: records.iter().map(|record| record.duration_ms).max().unwrap_or(0),
        left_out: first.left_out.clone(),
        seconds: seconds(records),
        unclaimed: unclaimed(records),
        snapshots: None,
        exploration: None,
        seals: BTreeMap::new(),
        baseline: None,
        // Whoever signed the shards did not sign what is made of them.
        signature: None,
        ..first.clone()
    };
    merged.options.run_id = joined(records);
    for (_, index, own) in places {
        let (record, scenario) = (records[index], &records[index].scenarios[own]);
        merged.checks.extend(record.checks.iter().filter(|it| it.scenario == scenario.id).cloned());
        let seal = record.seals.get(&scenario.id).cloned();
        merged.seals.extend(seal.map(|seal| (scenario.id.clone(), seal)));
        merged.scenarios.push(scenario.clone());
    }
    let name = invite_scenario::PREFLIGHT;
    let seal = records[preflight].seals.get(name).cloned();
    merged.seals.extend(seal.map(|seal| (name.to_owned(), seal)));
    // What no shard saw happen never did; what one of them saw did.
    merged.interrupted = records.iter().find_map(|record| record.interrupted);
    if records.iter().all(|record| !record.head_seal.is_empty()) {
        merged.head_seal = super::seal::head(&merged);
    }
    let strict = merged.options.strict;
    merged.tally = record::tally(&mut merged.checks, &merged.part, strict, merged.interrupted);
    merged.partial = Partial::of(&merged.part, merged.interrupted, &merged.tally, merged.side);
    if let Some(baselined) = &first.baseline {
        // Shards may have been run before and after midnight: the later day is the stricter one.
        let days = records.iter().filter_map(|record| Some(record.baseline.as_ref()?.today));
        let today = days.max().unwrap_or(baselined.today);
        let baseline = baselined.baseline.clone();
        let assessment = assess(&merged, &baseline, today);
        merged.baseline = Some(Baselined { baseline, today, assessment });
    }
    Ok(merged)
}

/// Whether a record has in common with the first one what all must.
fn same(first: &Record, record: &Record, number: usize) -> Result<(), MergeError> {
    let pairs = facts(first).into_iter().zip(facts(record));
    let other = pairs.into_iter().find(|((_, expected), (_, seen))| expected != seen);
    if let Some(((what, expected), (_, seen))) = other {
        return Err(MergeError::Other { record: number, what, expected, seen });
    }
    let entries = |record: &Record| record.baseline.as_ref().map(|it| it.baseline.entries.clone());
    if entries(first) != entries(record) {
        return Err(MergeError::Other {
            record: number,
            what: "baseline",
            expected: "the same entries".into(),
            seen: "others".into(),
        });
    }
    Ok(())
}

/// What all records must share: all but the times, the names of the run and the addresses.
///
/// A target is told by its name. Its addresses may differ: each job of a matrix may start a server
/// of its own.
fn facts(record: &Record) -> [(&'static str, String); 13] {
    let (target, options) = (&record.target, &record.options);
    let claims: Vec<String> = target.claims.iter().map(ToString::to_string).collect();
    let word = |kind: Option<bool>| match kind {
        Some(true) => "protected",
        Some(false) => "unprotected",
        None => "of unknown kind",
    };
    let second = match target.has_second_application {
        true => word(target.second_application_protected),
        false => "none",
    };
    let first = word(target.first_application_protected);
    let deadlines = Deadline::ALL.map(|it| format!("{it} {} ms", target.deadlines.ms(it)));
    let baseline = record.baseline.as_ref().map(|it| it.baseline.entries.len());
    [
        ("format", record.format.clone()),
        ("harness version", record.harness.clone()),
        ("target", target.name.clone()),
        ("target's claims", claims.join(" ")),
        ("target's deadlines", deadlines.join(", ")),
        ("target's applications", format!("first {first}, second {second}")),
        ("seed", options.seed.to_string()),
        ("strictness", if options.strict { "strict" } else { "usual" }.to_owned()),
        ("number of jobs", options.jobs.to_string()),
        ("rate", options.rate.map_or("any".to_owned(), |rate| format!("{rate} calls a second"))),
        ("selection", Part { shard: None, ..record.part.clone() }.to_string()),
        ("choice of slow scenarios", format!("{} of them left out", record.left_out.len())),
        (
            "baseline",
            baseline.map_or("none".to_owned(), |entries| format!("one of {entries} entries")),
        ),
    ]
}

/// Whether the records' scenarios together are all there are, each of them once.
fn complete(records: &[Record]) -> Result<(), MergeError> {
    let mut places = Vec::new();
    let mut seen: BTreeMap<usize, usize> = BTreeMap::new();
    let mut whole: Option<(usize, usize)> = None;
    for (index, record) in records.iter().enumerate() {
        let number = index + 1;
        let part = record.part.shard.as_ref().ok_or(MergeError::NoShard(number))?;
        let (shard, all) = (part.shard, (part.shard.of, part.scenarios));
        let first = *whole.get_or_insert(all);
        if first != all {
            let words = |(of, scenarios)| format!("{of} shards of {scenarios} scenarios");
            return Err(MergeError::Other {
                record: number,
                what: "partition",
                expected: words(first),
                seen: words(all),
            });
        }
        if let Some(first) = seen.insert(shard.index, number) {
            return Err(MergeError::Twice { first, second: number, shard });
        }
        if part.places.len() != record.scenarios.len() {
            return Err(MergeError::NoWhole(format!(
                "shard {shard} says that it has {} scenarios, and has {}",
                part.places.len(),
                record.scenarios.len()
            )));
        }
        places.extend_from_slice(&part.places);
    }
    let (of, scenarios) = whole.unwrap_or_default();
    if let Some(index) = (1..=of).find(|index| !seen.contains_key(index)) {
        return Err(MergeError::Missing(Shard { index, of }));
    }
    places.sort_unstable();
    if places.iter().copied().ne(0..scenarios) {
        let message = "a scenario is in none of them, or in two";
        return Err(MergeError::NoWhole(message.to_owned()));
    }
    let ids: BTreeSet<&str> =
        records.iter().flat_map(|it| &it.scenarios).map(|it| it.id.as_str()).collect();
    if ids.len() != scenarios {
        return Err(MergeError::NoWhole("two scenarios have the same id".to_owned()));
    }
    Ok(())
}

fn of_preflight(record: &Record) -> impl Iterator<Item = &Check> {
    record.checks.iter().filter(|check| check.scenario == record.preflight.scenario)
}

fn id(check: &Check) -> &'static str {
    check.requirement.map_or("the harness", RequirementId::as_str)
}

/// What did not hold before the scenarios began.
fn broken(record: &Record) -> BTreeSet<(&str, &At)> {
    let is_broken = |check: &&Check| !matches!(check.verdict(), Verdict::Pass | Verdict::Skip);
    let broken = of_preflight(record).filter(is_broken);
    broken.map(|check| (id(check), &check.at)).collect()
}

/// Which record's preflight is kept. They all show the same, so one is enough; where one shows
/// more that is broken, it is that one: nothing may be lost.
fn preflight(records: &[&Record]) -> Result<usize, MergeError> {
    let all: Vec<_> = records.iter().map(|record| broken(record)).collect();
    let worst = (0..all.len()).rev().max_by_key(|index| all[*index].len()).unwrap_or(0);
    let lost = all.iter().find_map(|broken| broken.difference(&all[worst]).next().copied());
    match (lost, all[worst].first()) {
        (Some((lost, _)), Some((kept, _))) => {
            Err(MergeError::Unsteady(format!("one broke {lost} and another {kept}")))
        }
        _ => Ok(worst),
    }
}

/// How far the scenarios of all shards look.
fn seconds(records: &[&Record]) -> Vec<LookedAt> {
    let mut all = records.iter().map(|record| record.seconds.clone());
    let first = all.next().unwrap_or_default();
    all.fold(first, |found, other| {
        found.into_iter().zip(other).map(|(one, other)| one.max(other)).collect()
    })
}

/// What any shard saw, each feature once.
fn unclaimed(records: &[&Record]) -> Vec<Unclaimed> {
    let mut by_feature = BTreeMap::new();
    for it in records.iter().flat_map(|record| &record.unclaimed) {
        by_feature.entry(it.feature).or_insert_with(|| it.clone());
    }
    by_feature.into_values().collect()
}

fn joined(records: &[&Record]) -> String {
    records.iter().map(|it| it.options.run_id.as_str()).collect::<Vec<_>>().join("+")
}
