//! Walks until the time is up: drives them, cuts down what fails, and hands it over.

use crate::cells::Cells;
use crate::finding::{Finding, Rate, Shown, selection};
use crate::generator::{Generator, Shape};
use crate::handover;
use crate::lab::{Came, Lab, Run};
use crate::model::Setting;
use crate::parallel;
use crate::script::{Heading, Muted, Script};
use crate::shrink::shrink;
use crate::walk::Walk;
use invite_drive::{Limits, RunError};
use invite_record::{Exploration, Record};
use invite_scenario::description::Target;
use invite_scenario::{Kinds, Selection};
use invite_spec::requirement::RequirementId;
use invite_trace::Interruption;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::time::{Duration, Instant};

/// How many findings of one requirement are cut down: more of them show the same from other sides.
const MOST_OF_A_REQUIREMENT: usize = 3;

/// How many walks in a row come to nothing before no more are tried.
const IN_VAIN: u64 = 20;

/// How often a failing walk is driven again before it is cut down.
const AGAIN: usize = 2;

/// How long cutting down one walk may take.
const MOST_SHRINKING: Duration = Duration::from_secs(30);

/// What to do.
#[derive(Debug, Clone)]
pub struct Request {
    /// The target.
    pub target: Target,
    /// Fixes the walks.
    pub seed: u64,
    /// How many people take part in a walk.
    pub people: u8,
    /// How many steps a walk has at most.
    pub length: usize,
    /// How many walks at once.
    pub jobs: usize,
    /// How long; none if `walks` says when it is enough.
    pub time: Option<Duration>,
    /// How many walks; none if `time` says when it is enough.
    pub walks: Option<u64>,
    /// End with the first finding that counts, or soon after the first one that does not.
    pub first: bool,
    /// Whether `chosen` requirements count.
    pub strict: bool,
    /// What the names of this run begin with.
    pub run_id: String,
    /// What is tried first: findings of earlier.
    pub saved: Vec<Selection>,
    /// What the runs may take.
    pub limits: Limits,
}

/// What happens meanwhile.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    /// How many walks were driven.
    pub walks: u64,
    /// How many steps they have.
    pub steps: u64,
    /// How many cells were tried, and how many were within reach.
    pub cells: (usize, usize),
    /// How many findings there are.
    pub findings: usize,
    /// Whether something is being cut down.
    pub shrinking: bool,
}

/// What became of a finding of earlier.
#[derive(Debug, Clone)]
pub struct Tried {
    /// Its scenario.
    pub scenario: Selection,
    /// What it shows now; `None` if it is mended.
    pub shows: Option<Shown>,
    /// Whether it could be driven at all.
    pub driven: bool,
}

/// What came of it all.
#[derive(Debug)]
pub struct Outcome {
    /// What was found, in the order in which it was.
    pub findings: Vec<Finding>,
    /// What became of findings of earlier.
    pub tried: Vec<Tried>,
    /// What was tried.
    pub cells: Cells,
    /// How many walks were driven.
    pub walks: u64,
    /// How many steps they have.
    pub steps: u64,
    /// How many walks could not be driven to their end, or broke the harness.
    pub undriven: u64,
    /// How many walks the target turned away by 429, which says nothing about what they try.
    pub turned_away: u64,
    /// Whether it ended because the target turned every walk away.
    pub full: bool,
    /// The number of the last walk that tried a cell for the first time.
    pub last_new: u64,
    /// How long the walks took, without cutting down, in milliseconds.
    pub walking_ms: u64,
    /// How long it all took, in milliseconds.
    pub duration_ms: u64,
    /// Why it ended before its time, if it did.
    pub interrupted: Option<Interruption>,
    /// Why the target could not be tested any more, if it was lost on the way.
    pub lost: Option<String>,
    /// The record of the findings, or of the last walks if there are none.
    pub record: Record,
}

/// Explores a target.
///
/// # Errors
///
/// If the target cannot be tested.
pub async fn explore<S, F>(
    request: &Request,
    stop: S,
    watch: impl Fn(Progress),
) -> Result<Outcome, RunError>
where
    S: Fn() -> F,
    F: Future<Output = Interruption>,
{
    let began = Instant::now();
    let mut lab = Lab {
        target: request.target.clone(),
        seed: request.seed,
        strict: request.strict,
        limits: request.limits,
        run_id: request.run_id.clone(),
        runs: 0,
        stop,
    };
    // What was found earlier comes first; this also shows what kinds of application there are.
    let first = lab.drive(request.saved.clone(), request.jobs.max(1)).await?;
    let tried = request
        .saved
        .iter()
        .zip(first.came)
        .map(|(scenario, came)| Tried {
            scenario: scenario.clone(),
            driven: !matches!(came, Came::TurnedAway | Came::Nothing),
            shows: match came {
                Came::Failed(shown) => Some(shown),
                Came::Held | Came::TurnedAway | Came::Nothing => None,
            },
        })
        .collect();
    let mut outcome = Outcome {
        findings: Vec::new(),
        tried,
        cells: Cells::default(),
        walks: 0,
        steps: 0,
        undriven: 0,
        turned_away: 0,
        full: false,
        last_new: 0,
        walking_ms: 0,
        duration_ms: 0,
        interrupted: first.interrupted,
        lost: None,
        record: first.run.record(&request.target),
    };
    let mut generator = Generator::new(shape(request, first.kinds));
    let mut known: BTreeSet<(String, String)> = BTreeSet::new();
    // The run of which the record is made, if nothing is found.
    let mut last = None;
    // Walks in a row that came to nothing.
    let mut in_vain = 0;
    // Batches since the first finding.
    let mut quiet = 0;
    let is_over = |walks: u64| {
        request.time.is_some_and(|time| began.elapsed() >= time)
            || request.walks.is_some_and(|most| walks >= most)
    };
    while !outcome.is_ended() && !is_over(outcome.walks) {
        if request.first && outcome.is_enough(quiet) {
            break;
        }
        quiet += u32::from(!outcome.findings.is_empty());
        let left = request.walks.map_or(u64::MAX, |most| most - outcome.walks);
        let count = request.jobs.max(1).min(usize::try_from(left).unwrap_or(usize::MAX));
        let mut walks: Vec<Walk> = Vec::with_capacity(count);
        for number in (1..).take(count) {
            let seen = generator.cells().seen().0;
            walks.push(generator.walk());
            if generator.cells().seen().0 > seen {
                outcome.last_new = outcome.walks + number;
            }
        }
        outcome.cells = generator.cells().clone();
        let walking = Instant::now();
        let nothing = outcome.in_vain();
        let failed = walk_all(&mut lab, request, &walks, &mut outcome, &mut last).await;
        let now = outcome.in_vain() - nothing;
        in_vain = if now == u64::try_from(count).unwrap_or(0) { in_vain + now } else { 0 };
        if in_vain >= IN_VAIN {
            outcome.give_up();
        }
        outcome.walking_ms += millis(walking.elapsed());
        let progress = |outcome: &Outcome, shrinking: bool| {
            watch(Progress {
                walks: outcome.walks,
                steps: outcome.steps,
                cells: outcome.cells.seen(),
                findings: outcome.findings.len(),
                shrinking,
            });
        };
        progress(&outcome, false);
        for (walk, shown) in most_common_first(failed) {
            let name = shown.requirement.as_str().to_owned();
            let same = |it: &&(String, String)| it.0 == name;
            if known.iter().filter(same).count() >= MOST_OF_A_REQUIREMENT
                || !known.insert((name, shown.kind.clone()))
            {
                count_again(&mut outcome.findings, &shown);
                continue;
            }
            if outcome.is_ended() {
                break;
            }
            progress(&outcome, true);
            let found_ms = millis(began.elapsed());
            let id = free_id(&outcome);
            match cut_down(&mut lab, &walk, shown, found_ms, &id).await {
                Ok(Some(finding)) => add(&mut outcome, finding),
                Ok(None) => {}
                Err(error) => outcome.end(error),
            }
            if request.first && outcome.is_enough(0) {
                break;
            }
        }
    }
    if let Some(run) = last {
        outcome.record = run.record(&request.target);
    }
    hand_over(&mut lab, request, &mut outcome).await;
    outcome.record.exploration = Some(Exploration {
        seed: request.seed,
        walks: outcome.walks,
        steps: outcome.steps,
        last_new: outcome.last_new,
        situations: outcome.cells.situations(),
    });
    outcome.duration_ms = millis(began.elapsed());
    Ok(outcome)
}

/// What walks are made of, for a target with these applications.
fn shape(request: &Request, kinds: Kinds) -> Shape {
    let mut settings: Vec<Setting> = Vec::new();
    for protects in [kinds.first, kinds.second].into_iter().flatten() {
        if !settings.contains(&Setting { protects }) {
            settings.push(Setting { protects });
        }
    }
    Shape {
        seed: request.seed,
        people: request.people,
        length: request.length,
        claims: request.target.claims.clone(),
        first_of_two: kinds.first.filter(|_| kinds.has_second).map(|protects| Setting { protects }),
        settings,
    }
}

/// Drives walks, and returns those that fail.
async fn walk_all<S, F>(
    lab: &mut Lab<S>,
    request: &Request,
    walks: &[Walk],
    outcome: &mut Outcome,
    last: &mut Option<Run>,
) -> Vec<(Walk, Shown)>
where
    S: Fn() -> F,
    F: Future<Output = Interruption>,
{
    let made = parallel::map(walks, |walk| {
        let script = Script::of(walk, &request.target.claims)?;
        let heading =
            Heading { id: walk.id.clone(), title: "A walk.".to_owned(), ..Heading::default() };
        selection(&script, &heading, &Muted::new())
    });
    let mut scenarios = Vec::new();
    let mut driven = Vec::new();
    for (walk, made) in walks.iter().zip(made) {
        if let Some(scenario) = made {
            outcome.steps += u64::try_from(scenario.scenario.steps.len()).unwrap_or(0);
            driven.push(walk);
            scenarios.push(scenario);
        } else {
            outcome.undriven += 1;
        }
    }
    outcome.walks += u64::try_from(walks.len()).unwrap_or(0);
    let batch = match lab.drive(scenarios, request.jobs).await {
        Ok(batch) => batch,
        // A target that was there and is gone ends the walks with what was found.
        Err(error) => {
            outcome.undriven += u64::try_from(walks.len()).unwrap_or(0);
            outcome.end(error);
            return Vec::new();
        }
    };
    outcome.interrupted = batch.interrupted;
    let mut failed = Vec::new();
    for (walk, came) in driven.into_iter().zip(batch.came) {
        match came {
            Came::Held => {}
            Came::TurnedAway => outcome.turned_away += 1,
            Came::Nothing => outcome.undriven += 1,
            Came::Failed(shown) => failed.push((walk.clone(), shown)),
        }
    }
    if failed.is_empty() || outcome.findings.is_empty() {
        *last = Some(batch.run);
    }
    failed
}

/// What counts comes first, and of that what most walks show: what few show often follows from it.
fn most_common_first(mut failed: Vec<(Walk, Shown)>) -> Vec<(Walk, Shown)> {
    let mut counts: BTreeMap<RequirementId, usize> = BTreeMap::new();
    for (_, shown) in &failed {
        *counts.entry(shown.requirement).or_default() += 1;
    }
    let weight = |shown: &Shown| (shown.counted, counts.get(&shown.requirement).copied());
    failed.sort_by_key(|(_, shown)| Reverse(weight(shown)));
    failed
}

/// Drives a failing walk again, and cuts it down if it fails each time.
async fn cut_down<S, F>(
    lab: &mut Lab<S>,
    walk: &Walk,
    shown: Shown,
    found_ms: u64,
    id: &dyn Fn(&Shown) -> String,
) -> Result<Option<Finding>, RunError>
where
    S: Fn() -> F,
    F: Future<Output = Interruption>,
{
    let began = Instant::now();
    let Some(script) = Script::of(walk, &lab.target.claims) else { return Ok(None) };
    let again = (0..AGAIN).filter_map(|place| {
        let id = format!("{}-again-{place}", walk.id);
        let heading = Heading { id, title: "The same walk.".to_owned(), ..Heading::default() };
        selection(&script, &heading, &Muted::new())
    });
    let again: Vec<Selection> = again.collect();
    let of = 1 + u32::try_from(again.len()).unwrap_or(0);
    let batch = lab.drive(again, AGAIN).await?;
    let failed = 1 + batch.came.iter().filter(|came| came.shows(&shown)).count();
    let rate = Rate { failed: u32::try_from(failed).unwrap_or(of), of };
    let steps_before = script.length(&Muted::new());
    let (walk, muted, shown, candidates) = if rate.is_steady() {
        let small = shrink(lab, walk, &shown, began + MOST_SHRINKING).await?;
        (small.walk, small.muted, small.shown, small.candidates)
    } else {
        (walk.clone(), Muted::new(), shown, 0)
    };
    let Some(script) = Script::of(&walk, &lab.target.claims) else { return Ok(None) };
    let heading = handover::heading(&shown, id(&shown));
    let Some(scenario) = selection(&script, &heading, &muted) else { return Ok(None) };
    Ok(Some(Finding {
        shown,
        rate,
        steps: script.length(&muted),
        steps_before,
        walk,
        muted,
        scenario,
        shrink_ms: millis(began.elapsed()),
        candidates,
        found_ms,
        times: 1,
    }))
}

impl Outcome {
    /// How many walks came to nothing.
    fn in_vain(&self) -> u64 {
        self.turned_away + self.undriven
    }

    /// Too many walks in a row came to nothing.
    fn give_up(&mut self) {
        if self.turned_away > 0 {
            self.full = true;
        } else if self.lost.is_none() {
            self.lost =
                Some(format!("none of the last {IN_VAIN} walks could be driven to the end"));
        }
    }

    /// Whether nothing more can be tried.
    fn is_ended(&self) -> bool {
        self.interrupted.is_some() || self.lost.is_some() || self.full
    }

    /// Whether something was found that counts, or nothing more in a while after something that does
    /// not.
    fn is_enough(&self, batches: u32) -> bool {
        const A_WHILE: u32 = 3;
        let mut steady = self.findings.iter().filter(|it| it.rate.is_steady());
        steady.clone().any(|it| it.shown.counted) || (batches >= A_WHILE && steady.next().is_some())
    }

    /// The target cannot be tested any more, or somebody wants an end.
    fn end(&mut self, error: RunError) {
        match error {
            RunError::Interrupted(reason) => self.interrupted = Some(reason),
            error => self.lost = Some(error.to_string()),
        }
    }
}

/// An id that no finding has, of now or of earlier.
fn free_id(outcome: &Outcome) -> impl Fn(&Shown) -> String + use<> {
    let own = outcome.findings.iter().map(|it| &it.scenario);
    let all = own.chain(outcome.tried.iter().map(|it| &it.scenario));
    let taken: BTreeSet<String> = all.map(|it| it.scenario.id.value.clone()).collect();
    move |shown| {
        let stem = format!("explore-{}", shown.requirement.as_str().to_lowercase());
        let mut ids = (1..).map(|number| format!("{stem}-{number}"));
        ids.find(|id| !taken.contains(id)).unwrap_or(stem)
    }
}

/// Adds a finding, unless another one shows the same, of now or of earlier.
fn add(outcome: &mut Outcome, finding: Finding) {
    /// What happens in a scenario, without what it is called.
    fn steps(selection: &Selection) -> &str {
        selection.source.split_once("\npeople:").map_or("", |(_, steps)| steps)
    }
    let mut still = outcome.tried.iter().filter(|it| it.shows.is_some());
    if still.any(|it| steps(&it.scenario) == steps(&finding.scenario)) {
        return;
    }
    match outcome.findings.iter_mut().find(|it| it.identity() == finding.identity()) {
        Some(same) => same.times += 1,
        None => outcome.findings.push(finding),
    }
}

fn count_again(findings: &mut [Finding], shown: &Shown) {
    let same = |it: &&mut Finding| {
        it.shown.requirement == shown.requirement && it.shown.kind == shown.kind
    };
    if let Some(finding) = findings.iter_mut().find(same) {
        finding.times += 1;
    }
}

/// Drives what was found once more, for the record.
async fn hand_over<S, F>(lab: &mut Lab<S>, request: &Request, outcome: &mut Outcome)
where
    S: Fn() -> F,
    F: Future<Output = Interruption>,
{
    let mut all: Vec<Selection> = outcome.findings.iter().map(|it| it.scenario.clone()).collect();
    let still = outcome.tried.iter().filter(|it| it.shows.is_some());
    for tried in still {
        if all.iter().all(|it| it.scenario.id != tried.scenario.scenario.id) {
            all.push(tried.scenario.clone());
        }
    }
    if all.is_empty() || outcome.is_ended() {
        return;
    }
    match lab.drive(all, request.jobs).await {
        Ok(batch) => outcome.record = batch.run.record(&request.target),
        Err(error) => outcome.end(error),
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
