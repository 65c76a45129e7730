//! Whether verdicts are the same in every run: many runs against the same kind of server, while
//! other threads keep every core busy.

use crate::error::SelftestError;
use crate::runner::millis;
use crate::servers::{Servers, Started};
use invite_record::{Options, Part, Record};
use invite_scenario::Selection;
use invite_spec::requirement::RequirementId;
use invite_trace::{At, Check, SkipReason, Verdict};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// The name and version of the format.
pub const FLAKINESS_FORMAT: &str = "invite-conformance-steady/1";

/// What came of many runs.
#[derive(Debug, Clone, Serialize)]
pub struct Flakiness {
    /// [`FLAKINESS_FORMAT`].
    pub format: &'static str,
    /// The version of the harness.
    pub harness: &'static str,
    /// How many times the suite was run.
    pub runs: usize,
    /// How many scenarios it has.
    pub scenarios: usize,
    /// How many threads did nothing but keep a core busy in the meantime.
    pub busy_threads: usize,
    /// How many verdicts were compared in each run.
    pub verdicts: usize,
    /// Those that differ between runs.
    pub flips: Vec<Flip>,
    /// What laws looked at in some runs only, and held there: where calls are made at once, or the
    /// machine is slow, what there is to look at is not the same in each run.
    pub by_chance: Vec<Flip>,
    /// How long all runs took, in milliseconds.
    pub duration_ms: u64,
    /// How long the slowest of them took, in milliseconds.
    pub slowest_ms: u64,
}

/// A verdict that differs between runs.
#[derive(Debug, Clone, Serialize)]
pub struct Flip {
    /// The requirement; `None` if the harness itself broke.
    pub requirement: Option<RequirementId>,
    /// The scenario.
    pub scenario: String,
    /// The step, or the law.
    pub at: String,
    /// How many runs came to each verdict.
    pub verdicts: BTreeMap<String, usize>,
    /// What the first failure among them showed.
    pub shown: Option<String>,
}

/// What to run, and how many times.
#[derive(Debug)]
pub struct Repetition {
    /// The scenarios.
    pub scenarios: Vec<Selection>,
    /// How many times.
    pub times: usize,
    /// The prefix of the run ids.
    pub run_id: String,
}

impl Flakiness {
    /// Whether every verdict was the same in every run, and there were some.
    pub fn holds(&self) -> bool {
        self.flips.is_empty() && self.verdicts > 0
    }
}

/// Where a run has a verdict: requirement (`None` if the harness broke), scenario, and step or law.
type Place = (Option<RequirementId>, String, String);

/// How often a law has nothing to look at, in the words of a verdict.
const NOT_EVALUATED: &str = "not evaluated";

/// The verdicts at one place, in how many runs each, and what a failure showed.
#[derive(Default)]
struct Seen {
    verdicts: BTreeMap<String, usize>,
    shown: Option<String>,
    is_of_law: bool,
}

/// Runs the suite again and again, each time against a fresh server if there is one to start. After
/// each run, `watch` gets the number of finished runs.
///
/// # Errors
/// If the server does not start or cannot be tested.
pub async fn flakiness(
    servers: &dyn Servers,
    repetition: Repetition,
    watch: impl Fn(usize),
) -> Result<Flakiness, SelftestError> {
    let began = Instant::now();
    let busy = Busy::start();
    let mut seen: BTreeMap<Place, Seen> = BTreeMap::new();
    let (mut slowest_ms, mut verdicts) = (0, 0);
    for run in 0..repetition.times {
        let run_began = Instant::now();
        let checks = once(servers, &repetition, run).await?;
        slowest_ms = slowest_ms.max(millis(run_began));
        let places = by_place(checks);
        verdicts = verdicts.max(places.len());
        for (place, found) in places {
            let slot = seen.entry(place).or_default();
            *slot.verdicts.entry(found.verdicts).or_default() += 1;
            slot.shown = slot.shown.take().or(found.shown);
            slot.is_of_law = found.is_of_law;
        }
        watch(run + 1);
    }
    let (flips, by_chance) = flips(seen, repetition.times);
    Ok(Flakiness {
        format: FLAKINESS_FORMAT,
        harness: env!("CARGO_PKG_VERSION"),
        runs: repetition.times,
        scenarios: repetition.scenarios.len(),
        busy_threads: busy.threads.len(),
        verdicts,
        flips,
        by_chance,
        duration_ms: millis(began),
        slowest_ms,
    })
}

async fn once(
    servers: &dyn Servers,
    repetition: &Repetition,
    run: usize,
) -> Result<Vec<Check>, SelftestError> {
    let Started { target, server } = servers.right()?;
    let plan = invite_scenario::Plan {
        scenarios: repetition.scenarios.clone(),
        jobs: usize::from(invite_drive::USUAL_JOBS),
        seed: 1,
        run_id: format!("{}r{run}", repetition.run_id),
    };
    let driven = invite_drive::run(target.clone(), &plan, |_| {}).await?;
    drop(server);
    let options = Options {
        seed: plan.seed,
        run_id: plan.run_id,
        strict: false,
        jobs: plan.jobs,
        rate: None,
    };
    Ok(Record::new(&target, &plan.scenarios, Part::default(), driven, options, 0).checks)
}

/// What one run says at one place.
#[derive(Default)]
struct Said {
    /// The verdicts, joined if there are several.
    verdicts: String,
    /// What the first failure showed.
    shown: Option<String>,
    is_of_law: bool,
}

fn by_place(checks: Vec<Check>) -> BTreeMap<Place, Said> {
    let mut places: BTreeMap<Place, Said> = BTreeMap::new();
    // What nothing happened for was not looked at.
    let is_evaluated = |check: &Check| check.skipped() != Some(&SkipReason::NothingHappened);
    for check in checks.into_iter().filter(is_evaluated) {
        let verdict = check.verdict();
        let evidence = check.evidence().filter(|_| verdict == Verdict::Fail);
        let shown = evidence.map(ToString::to_string);
        let is_of_law = matches!(check.at, At::Law(_));
        let place = (check.requirement, check.scenario, check.at.to_string());
        let slot = places.entry(place).or_default();
        if !slot.verdicts.is_empty() {
            slot.verdicts.push_str(", ");
        }
        slot.verdicts.push_str(verdict.as_str());
        slot.shown = slot.shown.take().or(shown);
        slot.is_of_law = is_of_law;
    }
    places
}

/// The verdicts that differ, and those that laws came to in some runs only.
fn flips(seen: BTreeMap<Place, Seen>, runs: usize) -> (Vec<Flip>, Vec<Flip>) {
    let (mut flips, mut by_chance) = (Vec::new(), Vec::new());
    for ((requirement, scenario, at), seen) in seen {
        let mut verdicts = seen.verdicts;
        let there: usize = verdicts.values().sum();
        let is_absent = there < runs;
        if is_absent {
            verdicts.insert(NOT_EVALUATED.to_owned(), runs - there);
        }
        let held = verdicts.contains_key(Verdict::Pass.as_str());
        let is_chance = seen.is_of_law && is_absent && held && verdicts.len() == 2;
        let found = if is_chance { &mut by_chance } else { &mut flips };
        if verdicts.len() > 1 {
            found.push(Flip { requirement, scenario, at, verdicts, shown: seen.shown });
        }
    }
    (flips, by_chance)
}

/// Threads that keep every core busy until they are dropped.
struct Busy {
    stop: Arc<AtomicBool>,
    threads: Vec<std::thread::JoinHandle<()>>,
}

impl Busy {
    fn start() -> Busy {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let stop = Arc::<AtomicBool>::default();
        let spin = |_| {
            let stop = Arc::clone(&stop);
            std::thread::spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            })
        };
        let threads = (0..cores).map(spin).collect();
        Busy { stop, threads }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use invite_spec::requirement::id;
    use invite_trace::{CheckResult, LawName};

    fn seen(verdicts: &[(&str, usize)], is_of_law: bool) -> Seen {
        let verdicts = verdicts.iter().map(|(word, runs)| ((*word).to_owned(), *runs)).collect();
        Seen { verdicts, shown: None, is_of_law }
    }

    #[test]
    fn another_verdict_or_none_in_some_run_is_a_flip_and_the_same_in_all_is_none() {
        let place = |at: &str| (Some(id::INV_001), "some".to_owned(), at.to_owned());
        let all = BTreeMap::from([
            (place("1"), seen(&[("pass", 3)], false)),
            (place("2"), seen(&[("pass", 2), ("fail", 1)], false)),
            (place("3"), seen(&[("pass", 2)], false)),
            (place("law 1"), seen(&[("pass", 2), ("fail", 1)], true)),
            (place("law 2"), seen(&[("fail", 2)], true)),
            (place("law 3"), seen(&[("pass", 2)], true)),
        ]);
        let (found, by_chance) = flips(all, 3);
        let places = |flips: &[Flip]| flips.iter().map(|it| it.at.clone()).collect::<Vec<_>>();
        assert_eq!(places(&found), ["2", "3", "law 1", "law 2"]);
        assert_eq!(found[1].verdicts.get(NOT_EVALUATED), Some(&1));
        assert_eq!(places(&by_chance), ["law 3"], "a race had nothing to look at");
    }
    #[test]
    fn a_law_without_anything_to_look_at_is_not_evaluated() {
        let of_law = |result| {
            let at = At::Law(LawName::Order);
            Check::new(id::PRT_003, "some", at, result)
        };
        let skipped = of_law(CheckResult::Skip(SkipReason::NothingHappened));
        assert!(by_place(vec![skipped]).is_empty());
        assert_eq!(by_place(vec![of_law(CheckResult::PASS)]).len(), 1);
    }
}
