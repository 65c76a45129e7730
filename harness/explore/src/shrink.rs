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
use std::future::Future;
use std::time::Instant;

/// How many candidates are driven at once.
const AT_ONCE: usize = 24;

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
        if let Some((walk, shown)) = first(lab, &mut small.candidates, vec![prefix], wanted).await? {
            (small.walk, small.shown) = (walk, shown);
        }
    }
    loop {
        let mut candidates = reductions::of(&small.walk);
        let mut found = None;
        while !candidates.is_empty() && found.is_none() && Instant::now() < until {
            let rest = candidates.split_off(candidates.len().min(AT_ONCE));
            found = first(lab, &mut small.candidates, candidates, wanted).await?;
            candidates = rest;
        }
        match found {
            Some((walk, shown)) => (small.walk, small.shown) = (walk, shown),
            None => break,
        }
    }
    mute(lab, &mut small, wanted, until).await?;
    Ok(small)
}

/// The walk up to the step that failed.
fn prefix(walk: &Walk, wanted: &Shown) -> Option<Walk> {
    let step = wanted.step.as_deref()?;
    let number: u16 = step.rsplit('-').next()?.parse().ok()?;
    let last = walk.steps.iter().position(|it| it.moves().iter().any(|one| one.number == number))?;
    let mut cut = walk.clone();
    cut.steps.truncate(last + 1);
    (cut.steps.len() < walk.steps.len()).then_some(cut)
}

/// The first of these walks that shows the same.
async fn first<S, F>(
    lab: &mut Lab<S>,
    count: &mut u32,
    walks: Vec<Walk>,
    wanted: &Shown,
) -> Result<Option<(Walk, Shown)>, RunError>
where
    S: Fn() -> F,
    F: Future<Output = Interruption>,
{
    let scenarios = |lab: &Lab<S>| -> Vec<(usize, Selection)> {
        let one = |(place, walk): (usize, &Walk)| {
            let script = Script::of(walk, &lab.target.claims)?;
            Some((place, selection(&script, &heading(&walk.id, place), &Muted::new())?))
        };
        walks.iter().enumerate().filter_map(one).collect()
    };
    let scenarios = scenarios(lab);
    Ok(fails(lab, count, scenarios, wanted).await?.map(|(place, shown)| (walks[place].clone(), shown)))
}

fn heading(id: &str, place: usize) -> Heading {
    let title = "A candidate.".to_owned();
    Heading { id: format!("{id}-{place}"), title, ..Heading::default() }
}

/// The place of the first of these that shows the same.
async fn fails<S, F>(
    lab: &mut Lab<S>,
    count: &mut u32,
    scenarios: Vec<(usize, Selection)>,
    wanted: &Shown,
) -> Result<Option<(usize, Shown)>, RunError>
where
    S: Fn() -> F,
    F: Future<Output = Interruption>,
{
    if scenarios.is_empty() {
        return Ok(None);
    }
    *count += u32::try_from(scenarios.len()).unwrap_or(0);
    let (places, scenarios): (Vec<usize>, Vec<Selection>) = scenarios.into_iter().unzip();
    let batch = lab.drive(scenarios, AT_ONCE).await?;
    let found = places.into_iter().zip(batch.came).find(|(_, came)| came.shows(wanted));
    Ok(found.and_then(|(place, came)| match came {
        Came::Failed(shown) => Some((place, shown)),
        Came::Held | Came::Nothing => None,
    }))
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
        if let Some((place, shown)) = fails(lab, &mut small.candidates, scenarios, wanted).await? {
            return Ok(Some((part[place].clone(), shown)));
        }
    }
    Ok(None)
}
