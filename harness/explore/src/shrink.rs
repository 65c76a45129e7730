//! Cuts a failing walk down against the live target, until nothing can be taken away without it
//! passing, or failing by another requirement.

use crate::finding::{Shown, selection};
use crate::lab::{Came, Lab};
use crate::reductions;
use crate::script::{Heading, Muted, Script};
use crate::walk::Walk;
use invite_drive::RunError;
use invite_scenario::Selection;
use invite_trace::Interruption;
use std::collections::BTreeSet;
use std::future::Future;
use std::time::Instant;

/// How many candidates are driven at once.
const AT_ONCE: usize = 48;

/// A walk as small as it gets.
pub(crate) struct Small {
    pub(crate) walk: Walk,
    pub(crate) muted: Muted,
    pub(crate) shown: Shown,
    pub(crate) candidates: u32,
}

/// Cuts a walk down that shows this, until this time at most.
pub(crate) async fn shrink<S, F>(
    lab: &mut Lab<S>,
    walk: &Walk,
    wanted: &Shown,
    until: Instant,
) -> Result<Small, RunError>
where
    S: Fn() -> F,
    F: Future<Output = Interruption>,
{
    let mut small =
        Small { walk: walk.clone(), muted: Muted::new(), shown: wanted.clone(), candidates: 0 };
    // What comes after the step that failed has no part in it.
    if let Some(prefix) = prefix(walk, wanted) {
        adopt(lab, &mut small, vec![prefix], wanted).await?;
    }
    loop {
        while Instant::now() < until && cut(lab, &mut small, wanted).await? {}
        let mut is_simpler = false;
        while Instant::now() < until && simplify(lab, &mut small, wanted).await? {
            is_simpler = true;
        }
        // What is simpler may need less.
        if !is_simpler || Instant::now() >= until {
            break;
        }
    }
    mute(lab, &mut small, wanted, until).await?;
    Ok(small)
}

/// Takes steps away; true if some could be.
async fn cut<S, F>(lab: &mut Lab<S>, small: &mut Small, wanted: &Shown) -> Result<bool, RunError>
where
    S: Fn() -> F,
    F: Future<Output = Interruption>,
{
    let walk = small.walk.clone();
    let numbers = |walk: &Walk| -> BTreeSet<u16> { walk.moves().map(|one| one.number).collect() };
    let own = numbers(&walk);
    let shorter = adopt(lab, small, reductions::cuts(&walk), wanted).await?;
    if shorter.len() > 1 {
        // What can be spared one by one can often be spared at once.
        let gone =
            |other: &Walk| -> BTreeSet<u16> { own.difference(&numbers(other)).copied().collect() };
        let mut all: Vec<BTreeSet<u16>> = vec![BTreeSet::new()];
        for other in &shorter {
            let union: BTreeSet<u16> =
                all.last().into_iter().flatten().copied().chain(gone(other)).collect();
            all.push(union);
        }
        let unions = all.iter().rev().filter_map(|gone| reductions::without(&walk, gone));
        let unions: Vec<Walk> = unions.take(AT_ONCE).collect();
        adopt(lab, small, unions, wanted).await?;
    }
    Ok(!shorter.is_empty())
}

/// Makes people and arguments simpler; true if some could be.
async fn simplify<S, F>(
    lab: &mut Lab<S>,
    small: &mut Small,
    wanted: &Shown,
) -> Result<bool, RunError>
where
    S: Fn() -> F,
    F: Future<Output = Interruption>,
{
    let walk = small.walk.clone();
    let candidates = reductions::simplifications(&walk);
    let simpler = adopt(lab, small, candidates, wanted).await?;
    if let [first, _, ..] = &simpler[..] {
        small.walk = first.clone();
        if let Some(all) = reductions::with_all(&walk, &simpler) {
            adopt(lab, small, vec![all], wanted).await?;
        }
    }
    Ok(!simpler.is_empty())
}

/// Drives these, and goes on with the shortest of those that show the same. Returns all that do.
async fn adopt<S, F>(
    lab: &mut Lab<S>,
    small: &mut Small,
    walks: Vec<Walk>,
    wanted: &Shown,
) -> Result<Vec<Walk>, RunError>
where
    S: Fn() -> F,
    F: Future<Output = Interruption>,
{
    let one = |(place, walk): (usize, &Walk)| {
        let script = Script::of(walk, &lab.target.claims)?;
        Some((place, selection(&script, &heading(&walk.id, place), &Muted::new())?))
    };
    let scenarios: Vec<(usize, Selection)> = walks.iter().enumerate().filter_map(one).collect();
    let failing = failing(lab, &mut small.candidates, scenarios, wanted).await?;
    let size = |walk: &Walk| walk.moves().count();
    if let Some((place, shown)) = failing.iter().min_by_key(|(place, _)| size(&walks[*place])) {
        (small.walk, small.shown) = (walks[*place].clone(), shown.clone());
    }
    Ok(failing.into_iter().map(|(place, _)| walks[place].clone()).collect())
}

/// The walk up to the step that failed.
fn prefix(walk: &Walk, wanted: &Shown) -> Option<Walk> {
    let step = wanted.step.as_deref()?;
    let number: u16 = step.rsplit('-').next()?.parse().ok()?;
    let last =
        walk.steps.iter().position(|it| it.moves().iter().any(|one| one.number == number))?;
    let mut cut = walk.clone();
    cut.steps.truncate(last + 1);
    (cut.steps.len() < walk.steps.len()).then_some(cut)
}

fn heading(id: &str, place: usize) -> Heading {
    let title = "A candidate.".to_owned();
    Heading { id: format!("{id}-{place}"), title, ..Heading::default() }
}

/// The places of those that show the same.
async fn failing<S, F>(
    lab: &mut Lab<S>,
    count: &mut u32,
    scenarios: Vec<(usize, Selection)>,
    wanted: &Shown,
) -> Result<Vec<(usize, Shown)>, RunError>
where
    S: Fn() -> F,
    F: Future<Output = Interruption>,
{
    if scenarios.is_empty() {
        return Ok(Vec::new());
    }
    *count += u32::try_from(scenarios.len()).unwrap_or(0);
    let (places, scenarios): (Vec<usize>, Vec<Selection>) = scenarios.into_iter().unzip();
    let batch = lab.drive(scenarios, AT_ONCE).await?;
    let all = places.into_iter().zip(batch.came);
    let shows = all.filter_map(|(place, came)| match came {
        Came::Failed(shown) if shown.is_of_same_fault(wanted) => Some((place, shown)),
        _ => None,
    });
    Ok(shows.collect())
}

/// Leaves out the expectations that have no part in it: all at once if that goes, all but one, or one
/// after the other.
async fn mute<S, F>(
    lab: &mut Lab<S>,
    small: &mut Small,
    wanted: &Shown,
    until: Instant,
) -> Result<(), RunError>
where
    S: Fn() -> F,
    F: Future<Output = Interruption>,
{
    let Some(script) = Script::of(&small.walk, &lab.target.claims) else { return Ok(()) };
    let all: Muted = script.droppable().iter().copied().collect();
    let without = |kept: &(usize, usize)| {
        let mut muted = all.clone();
        muted.remove(kept);
        muted
    };
    let mut choices: Vec<Muted> = vec![all.clone()];
    choices.extend(script.droppable().iter().map(without));
    if let Some((muted, shown)) = quietest(lab, small, &script, choices, wanted).await? {
        (small.muted, small.shown) = (muted, shown);
        return Ok(());
    }
    while Instant::now() < until {
        let more = |one: &(usize, usize)| {
            let mut muted = small.muted.clone();
            muted.insert(*one);
            muted
        };
        let left = script.droppable().iter().filter(|one| !small.muted.contains(one));
        let choices: Vec<Muted> = left.map(more).collect();
        match quietest(lab, small, &script, choices, wanted).await? {
            Some((muted, shown)) => (small.muted, small.shown) = (muted, shown),
            None => break,
        }
    }
    Ok(())
}

async fn quietest<S, F>(
    lab: &mut Lab<S>,
    small: &mut Small,
    script: &Script,
    choices: Vec<Muted>,
    wanted: &Shown,
) -> Result<Option<(Muted, Shown)>, RunError>
where
    S: Fn() -> F,
    F: Future<Output = Interruption>,
{
    let id = small.walk.id.clone();
    for part in choices.chunks(AT_ONCE) {
        let scenarios = part.iter().enumerate().filter_map(|(place, muted)| {
            Some((place, selection(script, &heading(&id, place), muted)?))
        });
        let scenarios = scenarios.collect();
        let found = failing(lab, &mut small.candidates, scenarios, wanted).await?;
        if let Some((place, shown)) = found.into_iter().next() {
            return Ok(Some((part[place].clone(), shown)));
        }
    }
    Ok(None)
}
