//! Runs mutants, several at once.

use super::change::Counted;
use super::mutant::{How, Kind, Mutant};
use super::null::{self, NullOutcome};
use super::outcome::{Observed, Outcome};
use super::report::{Report, Setting};
use super::servers::{Servers, Started};
use super::suite::{self, Suite};
use super::touch::Said;
use crate::proxy::Proxy;
use invite_record::{Options, Record, verify};
use invite_scenario::Driven;
use invite_scenario::Selection;
use invite_trace::Trace;
use invite_trace::{Deadlines, Feature};
use std::collections::{BTreeMap, VecDeque};
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::{Duration, Instant};

/// How many scenarios of one mutant run at once. Few, so that an event is late because the target is
/// wrong, and not because the machine is busy.
const SCENARIOS_AT_ONCE: usize = 12;

/// A mutant that has not ended by itself after this long never will. Far beyond what all deadlines
/// of a run come to.
const LIMIT: Duration = Duration::from_secs(240);

/// What to try, and how.
#[derive(Debug)]
pub struct Plan {
    /// The mutants that are tried.
    pub mutants: Vec<Mutant>,
    /// The targets that are no server, and are tried besides.
    pub nulls: Vec<&'static null::Null>,
    /// The scenarios that they meet.
    pub scenarios: Vec<Selection>,
    /// How many mutants at once.
    pub jobs: usize,
    /// Whether a mutant is driven only through scenarios in which it finds anything to change: in
    /// the others it is judged by the traces of the unchanged server, as it would say the same.
    pub lean: bool,
    /// Whether each mutant's record is written down, read again, and its verdicts recomputed.
    pub verify: bool,
    /// What the names of this run begin with.
    pub run_id: String,
}

/// What happens meanwhile, for whoever watches.
#[derive(Debug, Clone, Copy)]
pub enum Progress<'p> {
    /// So many are to be tried.
    Planned(usize),
    /// One has been tried, and whether the suite failed on it.
    Tried(&'p str, bool),
}

/// One thing to try: its place in the plan keeps the report in order.
enum Job {
    Mutant(usize, Box<Mutant>),
    Null(usize, &'static null::Null),
}

/// What came of it.
enum Tried {
    Mutant(usize, Box<Outcome>),
    Null(usize, NullOutcome),
}

/// What all jobs share.
struct Bench {
    servers: Arc<dyn Servers>,
    suite: Suite,
    deadlines: Deadlines,
    run_id: String,
    verify: bool,
    /// What the unchanged server says, by scenario, where that stands for mutants.
    unchanged: BTreeMap<String, (Trace, Said)>,
}

/// Tries the suite on everything that is planned.
///
/// Each job has a thread and a single-threaded runtime of its own, on which harness, proxy and
/// server take turns: nothing is handed from core to core, and a busy judge makes nobody else late.
pub fn run(
    servers: Arc<dyn Servers>,
    plan: Plan,
    watch: impl Fn(Progress<'_>),
) -> Result<Report, String> {
    let began = Instant::now();
    let every = super::mutant::all(&*servers);
    let right = in_runtime(async { servers.right().map(|started| started.target.deadlines) })??;
    let suite = Suite::of(plan.scenarios);
    let deadlines = suite::deadlines(right);
    let (run_id, verify) = (plan.run_id, plan.verify);
    let mut bench = Bench { servers, suite, deadlines, run_id, verify, unchanged: BTreeMap::new() };
    if plan.lean {
        bench.unchanged = in_runtime(bench.unchanged())??;
    }
    let setting = Setting {
        scenarios: bench.suite.ids(),
        heavy: bench.suite.heavy().map(|(id, why)| (id.to_owned(), why.to_owned())).collect(),
        deadlines,
        jobs: plan.jobs,
        lean: plan.lean,
        verify,
    };
    watch(Progress::Planned(plan.mutants.len() + plan.nulls.len()));

    // The null targets first: they wait the longest, and cost the least.
    let nulls = plan.nulls.into_iter().enumerate().map(|(place, null)| Job::Null(place, null));
    let mutants = plan.mutants.into_iter().enumerate();
    let mutants = mutants.map(|(place, mutant)| Job::Mutant(place, Box::new(mutant)));
    let jobs: Mutex<VecDeque<Job>> = Mutex::new(nulls.chain(mutants).collect());
    let (mut outcomes, mut nulls) = (BTreeMap::new(), BTreeMap::new());
    std::thread::scope(|scope| {
        let (sender, tried) = mpsc::channel();
        for _ in 0..plan.jobs.max(1) {
            let (sender, jobs, bench) = (sender.clone(), &jobs, &bench);
            scope.spawn(move || {
                while let Some(job) = next(jobs) {
                    // Nobody listens any more only if the collector has panicked.
                    let _ = sender.send(bench.perform(job));
                }
            });
        }
        drop(sender);
        for one in tried {
            match one {
                Tried::Mutant(place, outcome) => {
                    watch(Progress::Tried(&outcome.name, outcome.fate.is_failure()));
                    outcomes.insert(place, *outcome);
                }
                Tried::Null(place, outcome) => {
                    watch(Progress::Tried(&outcome.name, outcome.is_failure()));
                    nulls.insert(place, outcome);
                }
            }
        }
    });
    let outcomes = outcomes.into_values().collect();
    let nulls = nulls.into_values().collect();
    Ok(Report::new(&every, outcomes, nulls, setting, millis(began)))
}

fn next(jobs: &Mutex<VecDeque<Job>>) -> Option<Job> {
    jobs.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
}

/// Runs something to its end on a runtime of its own, and all that it started with it.
fn in_runtime<T>(task: impl Future<Output = T>) -> Result<T, String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("no runtime: {error}"))?;
    let outcome = runtime.block_on(task);
    runtime.shutdown_background();
    Ok(outcome)
}

impl Bench {
    fn perform(&self, job: Job) -> Tried {
        match job {
            Job::Mutant(place, mutant) => {
                Tried::Mutant(place, Box::new(self.mutant(place, &mutant)))
            }
            Job::Null(place, null) => {
                let outcome = in_runtime(null::attempt(null, self.suite.light(), &self.run_id));
                let outcome = outcome.unwrap_or_else(|why| null::NullOutcome::untried(null, why));
                Tried::Null(place, outcome)
            }
        }
    }

    fn mutant(&self, place: usize, mutant: &Mutant) -> Outcome {
        let began = Instant::now();
        let run_id = format!("{}m{place}", self.run_id);
        // A panic of the harness is something to report, and not the end of the others.
        let attempt = || {
            in_runtime(async { tokio::time::timeout(LIMIT, self.attempt(mutant, run_id)).await })
        };
        let (observed, acted) = match catch_unwind(AssertUnwindSafe(attempt)) {
            Ok(Ok(Ok(Ok((record, acted))))) => (Observed::Judged(record), acted),
            Ok(Ok(Ok(Err(why))) | Err(why)) => (Observed::Untested(why), None),
            Ok(Ok(Err(_))) => {
                let why = format!("the suite hung: no end after {} s", LIMIT.as_secs());
                (Observed::Untested(why), None)
            }
            Err(_) => (Observed::Untested("the harness panicked".to_owned()), None),
        };
        let unverified = match &observed {
            Observed::Judged(record) if self.verify => unverified(record),
            _ => None,
        };
        Outcome { unverified, ..Outcome::of(mutant, observed, acted, millis(began)) }
    }

    async fn attempt(&self, mutant: &Mutant, run_id: String) -> Result<Judged, String> {
        let Started { mut target, server } = match mutant.how {
            How::Server(name) => self.servers.start(name)?,
            How::Proxy { .. } => self.servers.right()?,
        };
        target.deadlines = self.deadlines;
        let mut proxy = None;
        if let How::Proxy { change, keeps_order, .. } = &mutant.how {
            let counted = Arc::new(Counted::new(change()));
            let running = Proxy::start(&target.planes, counted.clone()).await;
            let running = running.map_err(|error| error.to_string())?;
            target.planes = running.planes();
            if !keeps_order {
                target.claims.remove(&Feature::FrameOrder);
            }
            proxy = Some((running, counted));
        }
        let met = self.suite.met_by(mutant);
        let standing: Vec<Option<&Trace>> =
            met.iter().map(|found| self.unchanged_by(mutant, found)).collect();
        let pairs = met.iter().zip(&standing).filter(|(_, standing)| standing.is_none());
        let scenarios = pairs.map(|(found, _)| found.clone()).collect();
        let plan = invite_scenario::Plan { scenarios, jobs: SCENARIOS_AT_ONCE, seed: 1, run_id };
        let began = Instant::now();
        let driven =
            invite_drive::run(target.clone(), &plan, |_| {}).await.map_err(|it| it.to_string())?;
        let lasted = millis(began);
        let mut own = driven.traces.into_iter();
        let traces = standing.into_iter().filter_map(|it| match it {
            Some(trace) => Some(Ok(trace.clone())),
            None => own.next(),
        });
        let driven = Driven { traces: traces.collect(), ..driven };
        drop(server);
        let acted = proxy.map(|(_, counted)| counted.acted());
        let options =
            Options { seed: plan.seed, run_id: plan.run_id, strict: false, jobs: plan.jobs };
        let mut record = Box::new(Record::new(&target, &met, driven, options, lasted));
        if self.verify {
            record.seal();
        }
        let acted = if mutant.kind == Kind::Behaviour { None } else { acted };
        Ok((record, acted))
    }
}

impl Bench {
    /// What a right server says in every scenario that is not heavy.
    async fn unchanged(&self) -> Result<BTreeMap<String, (Trace, Said)>, String> {
        let Started { mut target, server } = self.servers.right()?;
        target.deadlines = self.deadlines;
        let plan = invite_scenario::Plan {
            scenarios: self.suite.light().to_vec(),
            jobs: SCENARIOS_AT_ONCE,
            seed: 1,
            run_id: format!("{}u", self.run_id),
        };
        let driven = invite_drive::run(target, &plan, |_| {}).await.map_err(|it| it.to_string())?;
        drop(server);
        let traces = driven.traces.into_iter().flatten();
        Ok(traces
            .map(|trace| {
                let said = Said::in_trace(&trace);
                (trace.scenario.clone(), (trace, said))
            })
            .collect())
    }

    /// The trace of the unchanged server that stands for a mutant's in a scenario, if one does.
    fn unchanged_by(&self, mutant: &Mutant, found: &Selection) -> Option<&Trace> {
        let How::Proxy { touches, keeps_order: true, .. } = mutant.how else { return None };
        let (trace, said) = self.unchanged.get(&found.scenario.id.value)?;
        (!touches.occurs_in(said)).then_some(trace)
    }
}

/// Where a record, written down and read again, does not say what its own traces say.
fn unverified(record: &Record) -> Option<String> {
    let read = serde_json::to_string(record).and_then(|text| serde_json::from_str(&text));
    let read: Record = match read {
        Ok(read) => read,
        Err(error) => return Some(format!("its record cannot be read again: {error}")),
    };
    match verify(&read) {
        Ok(differences) => differences.first().map(|it| {
            format!("{}: recorded {}, recomputed {}", it.place, it.recorded, it.recomputed)
        }),
        Err(error) => Some(error.to_string()),
    }
}

fn millis(began: Instant) -> u64 {
    u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX)
}

type Judged = (Box<Record>, Option<u64>);
