//! Runs specimens, several at once, and says in which order.

use crate::attempt::{Attempt, Bench, failed, unverified};
use crate::catalogue;
use crate::error::SelftestError;
use crate::report::{Report, Setting};
use crate::servers::Servers;
use crate::specimen::{Make, Specimen};
use crate::specimens::expectation;
use crate::suite::{self, Suite};
use crate::trial::{Observed, SpecimenOutcome, Trial};
use crate::unchanged::{Unchanged, needs_right_server, require_conforming};
use invite_judge::clause::ClauseId;
use invite_scenario::Selection;
use invite_trace::Deadlines;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::{Duration, Instant};

/// A specimen that takes longer than this will never end. All deadlines of a run add up to much less.
const LIMIT: Duration = Duration::from_secs(240);

/// What to try, and how.
#[derive(Debug)]
pub struct Plan {
    /// The specimens to try.
    pub specimens: Vec<Specimen>,
    /// The scenarios to run against each.
    pub scenarios: Vec<Selection>,
    /// How many specimens run at once.
    pub jobs: usize,
    /// Whether to run only the scenarios in which a specimen finds anything to change. In the others
    /// it would do what the unchanged server does, whose traces are judged instead.
    pub lean: bool,
    /// Whether slow scenarios run against the specimens that nothing else can detect. Otherwise these
    /// specimens are not tried.
    pub slow: bool,
    /// Whether to write down each specimen's record, read it again and recompute its verdicts.
    pub verify: bool,
    /// The prefix of all run ids.
    pub run_id: String,
}

/// Reported while specimens run.
#[derive(Debug, Clone, Copy)]
pub enum Progress<'p> {
    /// So many specimens will be tried.
    Planned(usize),
    /// A specimen was tried: its name, and whether the suite failed on it.
    Tried(&'p str, bool),
}

/// Tries the suite on everything that is planned.
///
/// The unchanged server must conform first, if any specimen is made from it. Each job has its own
/// thread and single-threaded runtime, which harness, proxy and server share: no work moves between
/// cores, and a busy judge delays nobody else.
///
/// # Errors
/// If the unchanged server does not start, cannot be tested or does not conform.
pub fn run(
    servers: Arc<dyn Servers>,
    plan: Plan,
    watch: impl Fn(Progress<'_>),
) -> Result<Report, SelftestError> {
    let began = Instant::now();
    let mut every = catalogue::all(&*servers);
    every.extend(catalogue::expectations(&plan.scenarios));
    let bench = prepare(servers, &plan)?;
    let setting = Setting {
        scenarios: bench.suite.ids(),
        heavy: bench.suite.heavy().map(|(id, why)| (id.to_owned(), why.to_owned())).collect(),
        deadlines: bench.deadlines,
        jobs: plan.jobs,
        lean: plan.lean,
        slow: plan.slow,
        verify: plan.verify,
    };
    watch(Progress::Planned(plan.specimens.len()));
    let queue = Mutex::new(queue(plan.specimens));
    let mut trials = BTreeMap::new();
    std::thread::scope(|scope| {
        let (sender, done) = mpsc::channel();
        for _ in 0..plan.jobs.max(1) {
            let (sender, queue, bench) = (sender.clone(), &queue, &bench);
            scope.spawn(move || {
                while let Some((place, specimen)) = next(queue) {
                    // Fails only if the receiver has panicked.
                    let _ = sender.send((place, bench.try_on(place, &specimen)));
                }
            });
        }
        drop(sender);
        for (place, trial) in done {
            watch(Progress::Tried(&trial.name, trial.outcome.is_failure()));
            trials.insert(place, trial);
        }
    });
    let trials = trials.into_values().collect();
    Ok(Report::new(&every, trials, setting, &bench.suite, millis(began)))
}

/// Checks the unchanged server and keeps its traces, if they are needed.
fn prepare(servers: Arc<dyn Servers>, plan: &Plan) -> Result<Bench, SelftestError> {
    let mut bench = Bench {
        servers,
        suite: Suite::of(scenarios(plan)),
        slow: plan.slow,
        deadlines: suite::deadlines(Deadlines::default()),
        run_id: plan.run_id.clone(),
        seals: plan.verify,
        unchanged: Unchanged::default(),
        lean: plan.lean,
    };
    if plan.specimens.iter().any(needs_right_server) {
        let given =
            in_runtime(async { bench.servers.right().map(|started| started.target.deadlines) })??;
        bench.deadlines = suite::deadlines(given);
        let of_clauses = plan.specimens.iter().filter_map(|specimen| match &specimen.make {
            Make::Clause(clause) => Some(clause.scenario.clone()),
            _ => None,
        });
        let of_clauses: BTreeSet<String> = of_clauses.collect();
        let record = in_runtime(bench.drive_unchanged(&of_clauses))??;
        require_conforming(&record)?;
        if plan.lean || !of_clauses.is_empty() {
            bench.unchanged = Unchanged::of(record);
        }
    }
    Ok(bench)
}

/// The scenarios of a plan, without the slow ones if no specimen needs them.
fn scenarios(plan: &Plan) -> Vec<Selection> {
    if plan.slow && plan.specimens.iter().any(Specimen::needs_slow) {
        return plan.scenarios.clone();
    }
    invite_scenario::split_slow(plan.scenarios.clone()).0
}

/// The specimens with their places, which keep the report in order. Null targets come first: they
/// take the longest, and almost no computing.
fn queue(specimens: Vec<Specimen>) -> VecDeque<(usize, Specimen)> {
    let mut queue: Vec<(usize, Specimen)> = specimens.into_iter().enumerate().collect();
    queue.sort_by_key(|(_, specimen)| !matches!(specimen.make, Make::Alone(_)));
    queue.into()
}

fn next<T>(queue: &Mutex<VecDeque<T>>) -> Option<T> {
    queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
}

/// Runs a task to its end on a runtime of its own; then all that it started ends, too.
fn in_runtime<T>(task: impl Future<Output = T>) -> Result<T, SelftestError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(SelftestError::Runtime)?;
    let outcome = runtime.block_on(task);
    runtime.shutdown_background();
    Ok(outcome)
}

impl Bench {
    fn try_on(&self, place: usize, specimen: &Specimen) -> Trial {
        if specimen.needs_slow() && !self.slow {
            return Trial::postponed(specimen);
        }
        let began = Instant::now();
        if let Make::Clause(clause) = &specimen.make {
            let spoilt = || self.spoilt(specimen, clause);
            let trial = catch_unwind(AssertUnwindSafe(spoilt)).unwrap_or_else(|_panic| {
                Trial::of_nothing(specimen, "the harness panicked", SpecimenOutcome::Untried)
            });
            return Trial { duration_ms: millis(began), ..trial };
        }
        let run_id = format!("{}m{place}", self.run_id);
        let (observed, acted) = self.observe(specimen, run_id);
        let duration_ms = millis(began);
        let unverified = match &observed {
            Observed::Judged(record) if self.seals => unverified(record),
            _ => None,
        };
        let failed = match &observed {
            Observed::Judged(record) => failed(record, &self.suite),
            Observed::Untestable(_) | Observed::Nothing(_) => BTreeSet::new(),
        };
        let trial = Trial::new(specimen, observed, acted, unverified, duration_ms);
        Trial { failed, ..trial }
    }

    /// What comes of a server that breaks one clause of one scenario.
    fn spoilt(&self, specimen: &Specimen, clause: &ClauseId) -> Trial {
        let scenario = self.suite.find(&clause.scenario);
        let Some((scenario, trace)) = scenario.zip(self.unchanged.trace(&clause.scenario)) else {
            let why = "the unchanged server does not claim what its scenario needs";
            return Trial::of_nothing(specimen, why, SpecimenOutcome::NeverActed);
        };
        if trace.beginning(&clause.step).is_none() {
            let why = "the unchanged server does not come to this step";
            return Trial::of_nothing(specimen, why, SpecimenOutcome::Unreached);
        }
        Trial::of_clause(specimen, expectation::spoilt(scenario, trace, clause))
    }

    /// Makes an attempt; whatever goes wrong is reported and does not stop the other attempts.
    fn observe(&self, specimen: &Specimen, run_id: String) -> Attempt {
        let attempt = || {
            in_runtime(async { tokio::time::timeout(LIMIT, self.attempt(specimen, run_id)).await })
        };
        let why = match catch_unwind(AssertUnwindSafe(attempt)) {
            Ok(Ok(Ok(Ok(attempt)))) => return attempt,
            Ok(Ok(Ok(Err(error))) | Err(error)) => error.to_string(),
            Ok(Ok(Err(_elapsed))) => {
                format!("the suite hung: still running after {} s", LIMIT.as_secs())
            }
            Err(_panic) => "the harness panicked".to_owned(),
        };
        (Observed::Nothing(why), None)
    }
}

pub(crate) fn millis(began: Instant) -> u64 {
    u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX)
}
