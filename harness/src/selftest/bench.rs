//! Runs mutants, several at once.

use super::change::Counted;
use super::mutant::{How, Kind, Mutant};
use super::null::{self, NullOutcome};
use super::outcome::{Observed, Outcome};
use super::report::{Report, Setting};
use super::servers::{Servers, Started};
use super::suite::{self, Suite};
use crate::drive;
use crate::proxy::Proxy;
use crate::report::{Options, Record};
use crate::scenario::Selection;
use crate::target::{Deadlines, Feature};
use futures_util::StreamExt as _;
use std::sync::Arc;
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

/// Tries the suite on everything that is planned.
pub async fn run(
    servers: Arc<dyn Servers>,
    plan: Plan,
    watch: impl Fn(Progress<'_>),
) -> Result<Report, String> {
    let began = Instant::now();
    let suite = Arc::new(Suite::of(plan.scenarios));
    let every = super::mutant::all(&*servers);
    let deadlines = suite::deadlines(servers.right()?.target.deadlines);
    watch(Progress::Planned(plan.mutants.len() + plan.nulls.len()));

    let mut tried = futures_util::stream::iter(plan.mutants.into_iter().enumerate())
        .map(|(place, mutant)| {
            let (servers, suite) = (Arc::clone(&servers), Arc::clone(&suite));
            let run_id = format!("{}m{place}", plan.run_id);
            async move {
                let began = Instant::now();
                let running = tokio::spawn({
                    let mutant = mutant.clone();
                    async move {
                        let attempt = attempt(&*servers, &suite, &mutant, deadlines, run_id);
                        tokio::time::timeout(LIMIT, attempt).await
                    }
                });
                let (observed, acted) = match running.await {
                    Ok(Ok(Ok((record, acted)))) => (Observed::Judged(record), acted),
                    Ok(Ok(Err(why))) => (Observed::Untested(why), None),
                    Ok(Err(_)) => {
                        let why = format!("the suite hung: no end after {} s", LIMIT.as_secs());
                        (Observed::Untested(why), None)
                    }
                    Err(_) => (Observed::Untested("the harness panicked".to_owned()), None),
                };
                (place, Outcome::of(&mutant, observed, acted, millis(began)))
            }
        })
        .buffer_unordered(plan.jobs.max(1));
    let mut outcomes = Vec::new();
    while let Some((place, outcome)) = tried.next().await {
        watch(Progress::Tried(&outcome.name, outcome.fate.is_failure()));
        outcomes.push((place, outcome));
    }
    drop(tried);
    outcomes.sort_by_key(|(place, _)| *place);
    let outcomes: Vec<Outcome> = outcomes.into_iter().map(|(_, outcome)| outcome).collect();

    let nulls = all_nulls(&plan.nulls, &suite, &plan.run_id, plan.jobs, &watch).await;
    let setting = Setting {
        scenarios: suite.ids(),
        heavy: suite.heavy().map(|(id, why)| (id.to_owned(), why.to_owned())).collect(),
        deadlines,
        jobs: plan.jobs,
    };
    Ok(Report::new(&every, outcomes, nulls, setting, millis(began)))
}

async fn all_nulls(
    nulls: &[&'static null::Null],
    suite: &Suite,
    run_id: &str,
    jobs: usize,
    watch: impl Fn(Progress<'_>),
) -> Vec<NullOutcome> {
    let scenarios = suite.light();
    let watch = &watch;
    let tried = futures_util::stream::iter(nulls).map(|null| async move {
        let outcome = null::attempt(null, scenarios, run_id).await;
        watch(Progress::Tried(&outcome.name, outcome.is_failure()));
        outcome
    });
    tried.buffered(jobs.max(1)).collect().await
}

fn millis(began: Instant) -> u64 {
    u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX)
}

type Judged = (Box<Record>, Option<u64>);

async fn attempt(
    servers: &dyn Servers,
    suite: &Suite,
    mutant: &Mutant,
    deadlines: Deadlines,
    run_id: String,
) -> Result<Judged, String> {
    let Started { mut target, server } = match mutant.how {
        How::Server(name) => servers.start(name)?,
        How::Proxy { .. } => servers.right()?,
    };
    target.deadlines = deadlines;
    let mut proxy = None;
    if let How::Proxy { change, keeps_order } = &mutant.how {
        let counted = Arc::new(Counted::new(change()));
        let running = Proxy::start(&target.planes, counted.clone()).await;
        let running = running.map_err(|error| error.to_string())?;
        target.planes = running.planes();
        if !keeps_order {
            target.claims.remove(&Feature::FrameOrder);
        }
        proxy = Some((running, counted));
    }
    let scenarios = suite.met_by(mutant);
    let plan = drive::Plan { scenarios, jobs: SCENARIOS_AT_ONCE, seed: 1, run_id };
    let began = Instant::now();
    let driven = drive::run(target.clone(), &plan, |_| {}).await.map_err(|it| it.to_string())?;
    let lasted = millis(began);
    drop(server);
    let acted = proxy.map(|(_, counted)| counted.acted());
    // It computes for a while: the others must not be late for that.
    let judged = tokio::task::spawn_blocking(move || {
        let options =
            Options { seed: plan.seed, run_id: plan.run_id, strict: false, jobs: plan.jobs };
        Box::new(Record::new(&target, &plan.scenarios, driven, options, lasted))
    });
    let record = judged.await.map_err(|_| "the judge panicked".to_owned())?;
    let acted = if mutant.kind == Kind::Behaviour { None } else { acted };
    Ok((record, acted))
}
