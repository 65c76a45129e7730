//! Every way to make a walk smaller by one thing, what is cut away most first.

use crate::model::{Act, Grant, Move, Person, Session, Shown, Text};
use crate::script::Trail;
use crate::walk::{Alike, Step, Walk};
use invite_spec::permission::{Permission, PermissionSet};
use std::collections::BTreeSet;

/// The walk without the steps that make no sense in it; `None` if nothing is left.
pub(crate) fn sensible(walk: &Walk) -> Option<Walk> {
    let mut trail = Trail::new();
    let mut kept = Walk { steps: Vec::new(), ..walk.clone() };
    for step in &walk.steps {
        if trail.take(step, walk) {
            kept.steps.push(step.clone());
        }
    }
    (!kept.steps.is_empty()).then_some(kept)
}

/// What is left when runs of steps are cut, the longest first; each with the numbers of the moves that
/// are gone.
pub(crate) fn cuts(walk: &Walk) -> Vec<Walk> {
    let mut all = Vec::new();
    cut_runs(walk, &mut all);
    take_from_groups(walk, &mut all);
    distinct(walk, all)
}

/// The same walk with simpler people and arguments, one thing at a time.
pub(crate) fn simplifications(walk: &Walk) -> Vec<Walk> {
    let mut all = Vec::new();
    if walk.alike != Alike::Not {
        all.push(Walk { alike: Alike::Not, ..walk.clone() });
    }
    merge_devices(walk, &mut all);
    simplify(walk, &mut all);
    distinct(walk, all)
}

/// The walk without these moves.
pub(crate) fn without(walk: &Walk, gone: &BTreeSet<u16>) -> Option<Walk> {
    let mut cut = Walk { steps: Vec::new(), ..walk.clone() };
    for step in &walk.steps {
        let left: Vec<Move> =
            step.moves().iter().filter(|one| !gone.contains(&one.number)).cloned().collect();
        match <[Move; 1]>::try_from(left) {
            Ok([one]) => cut.steps.push(Step::One(one)),
            Err(left) if left.is_empty() => {}
            Err(left) => cut.steps.push(Step::Together(left)),
        }
    }
    sensible(&cut)
}

/// The walk with each of its moves as it is in the first of these in which it differs.
pub(crate) fn with_all(walk: &Walk, others: &[Walk]) -> Option<Walk> {
    let mut all = walk.clone();
    if others.iter().any(|other| other.alike == Alike::Not) {
        all.alike = Alike::Not;
    }
    for one in all.steps.iter_mut().flat_map(Step::moves_mut) {
        let simpler = others.iter().find_map(|other| {
            other.moves().find(|it| it.number == one.number && it.act != one.act)
        });
        if let Some(simpler) = simpler {
            *one = simpler.clone();
        }
    }
    sensible(&all)
}

fn distinct(walk: &Walk, all: Vec<Walk>) -> Vec<Walk> {
    let mut found: Vec<Walk> = Vec::new();
    for candidate in all.iter().filter_map(sensible) {
        if candidate != *walk && !found.contains(&candidate) {
            found.push(candidate);
        }
    }
    found
}

/// Runs of steps are cut, the longest first.
fn cut_runs(walk: &Walk, all: &mut Vec<Walk>) {
    let count = walk.steps.len();
    let mut length = count / 2;
    while length >= 1 {
        let mut end = count;
        while end > 0 {
            let begin = end.saturating_sub(length);
            let mut cut = walk.clone();
            cut.steps.drain(begin..end);
            all.push(cut);
            end = if length == 1 { end - 1 } else { begin };
        }
        length /= 2;
    }
}

/// A group loses a call, or becomes calls one after the other.
fn take_from_groups(walk: &Walk, all: &mut Vec<Walk>) {
    for (place, step) in walk.steps.iter().enumerate() {
        let Step::Together(calls) = step else { continue };
        for gone in 0..calls.len() {
            let mut left = calls.clone();
            left.remove(gone);
            let mut cut = walk.clone();
            cut.steps[place] = match <[Move; 1]>::try_from(left) {
                Ok([one]) => Step::One(one),
                Err(left) => Step::Together(left),
            };
            all.push(cut);
        }
        let mut cut = walk.clone();
        cut.steps.splice(place..=place, calls.iter().cloned().map(Step::One));
        all.push(cut);
    }
}

/// A person's first session does what the second one did.
fn merge_devices(walk: &Walk, all: &mut Vec<Walk>) {
    let opened = walk.moves().filter_map(|one| match &one.act {
        Act::Open(sessions) => Some(sessions),
        _ => None,
    });
    let phones: BTreeSet<Person> =
        opened.flatten().filter(|it| it.device > 0).map(|it| it.person).collect();
    for person in phones {
        let mut cut = walk.clone();
        cut.steps.iter_mut().flat_map(Step::moves_mut).for_each(|one| {
            change_sessions(&mut one.act, &|by| match by.person == person {
                true => Session { device: 0, ..by },
                false => by,
            });
        });
        all.push(cut);
    }
}

fn change_sessions(act: &mut Act, change: &dyn Fn(Session) -> Session) {
    match act {
        Act::Open(all) => {
            let mut changed: Vec<Session> = Vec::new();
            for by in all.iter() {
                let by = change(*by);
                if !changed.contains(&by) {
                    changed.push(by);
                }
            }
            *all = changed;
        }
        Act::Close(by)
        | Act::Lose(by)
        | Act::Return(by)
        | Act::SdkCreate { by, .. }
        | Act::SdkCreateAgain { by, .. }
        | Act::Join { by, .. }
        | Act::Leave { by, .. }
        | Act::SdkInvite { by, .. }
        | Act::SdkUpdate { by, .. }
        | Act::SdkKick { by, .. }
        | Act::Send { by, .. }
        | Act::Subscribe { by, .. }
        | Act::Unsubscribe { by, .. }
        | Act::Aside { by, .. } => *by = change(*by),
        _ => {}
    }
}

/// Arguments become simpler, one at a time.
fn simplify(walk: &Walk, all: &mut Vec<Walk>) {
    for (place, step) in walk.steps.iter().enumerate() {
        for (inner, one) in step.moves().iter().enumerate() {
            for act in simpler(&one.act) {
                let mut cut = walk.clone();
                cut.steps[place].moves_mut()[inner].act = act;
                all.push(cut);
            }
        }
    }
}

fn simpler(act: &Act) -> Vec<Act> {
    let mut all = Vec::new();
    let mut with = |change: &dyn Fn(&mut Act)| {
        let mut other = act.clone();
        change(&mut other);
        if other != *act {
            all.push(other);
        }
    };
    match act {
        Act::Open(sessions) => {
            for place in 0..sessions.len() {
                with(&|act| {
                    if let Act::Open(sessions) = act
                        && sessions.len() > 1
                    {
                        sessions.remove(place);
                    }
                });
            }
        }
        Act::RestCreate { invited, .. }
        | Act::RestInvite { invited, .. }
        | Act::RestCreateAgain { invited, .. }
        | Act::SdkInvite { invited, .. } => {
            for place in 0..invited.len() {
                with(&|act| {
                    if let Some(invited) = invited_of(act) {
                        invited.remove(place);
                    }
                });
                with(&|act| {
                    if let Some(invited) = invited_of(act) {
                        invited[place].notify = None;
                    }
                });
                for grant in simpler_grants(&invited[place].grant) {
                    with(&|act| {
                        if let Some(invited) = invited_of(act) {
                            invited[place].grant = grant.clone();
                        }
                    });
                }
            }
        }
        Act::RestUpdate { grants, .. } | Act::SdkUpdate { grants, .. } => {
            for place in 0..grants.len() {
                with(&|act| {
                    if let Act::RestUpdate { grants, .. } | Act::SdkUpdate { grants, .. } = act {
                        grants.remove(place);
                    }
                });
                for grant in simpler_grants(&grants[place].1) {
                    with(&|act| {
                        if let Act::RestUpdate { grants, .. } | Act::SdkUpdate { grants, .. } = act
                        {
                            grants[place].1 = grant.clone();
                        }
                    });
                }
            }
        }
        Act::RestKick { people, .. } => {
            for place in 0..people.len() {
                with(&|act| {
                    if let Act::RestKick { people, .. } = act {
                        people.remove(place);
                    }
                });
            }
        }
        Act::Subscribe { topics, .. } | Act::Unsubscribe { topics, .. } => {
            for place in 0..topics.len() {
                with(&|act| {
                    if let Act::Subscribe { topics, .. } | Act::Unsubscribe { topics, .. } = act
                        && topics.len() > 1
                    {
                        topics.remove(place);
                    }
                });
            }
        }
        Act::RestMessage { to: Some(_), .. } => {
            with(&|act| {
                if let Act::RestMessage { to, .. } = act {
                    *to = None;
                }
            });
        }
        Act::Leave { .. } => {
            with(&|act| {
                if let Act::Leave { token, .. } = act {
                    *token = Shown::Usual;
                }
            });
        }
        _ => {}
    }
    with(&|act| {
        if let Act::RestCreate { ttl, .. } | Act::SdkCreate { ttl, .. } = act {
            *ttl = false;
        }
    });
    with(&|act| {
        if let Act::RestCreate { alias, .. } | Act::SdkCreate { alias, .. } = act {
            *alias = None;
        }
    });
    with(&|act| {
        if let Act::RestCreateAgain { other_case, .. } | Act::SdkCreateAgain { other_case, .. } =
            act
        {
            *other_case = false;
        }
    });
    with(&|act| {
        if let Act::Join { listener, .. } = act {
            *listener = false;
        }
    });
    with(&|act| {
        if let Act::RestMessage { text, .. } | Act::Send { text, .. } = act
            && !matches!(text, Text::Short(_))
        {
            *text = Text::Short(1);
        }
    });
    all
}

fn invited_of(act: &mut Act) -> Option<&mut Vec<crate::model::Invitee>> {
    match act {
        Act::RestCreate { invited, .. }
        | Act::RestInvite { invited, .. }
        | Act::RestCreateAgain { invited, .. }
        | Act::SdkInvite { invited, .. } => Some(invited),
        _ => None,
    }
}

/// What is shorter to say: nothing, joining alone, or one permission less.
fn simpler_grants(grant: &Grant) -> Vec<Grant> {
    let join = Grant::These(PermissionSet::from([Permission::Join]));
    let mut all = Vec::new();
    match grant {
        Grant::Unsaid => {}
        Grant::These(set) => {
            all.push(Grant::Unsaid);
            if *grant != join {
                all.push(join);
                for permission in set.iter().filter(|_| set.len() > 1) {
                    let mut less = set.clone();
                    less.remove(permission);
                    all.push(Grant::These(less));
                }
            }
        }
        _ => all.push(Grant::Unsaid),
    }
    all
}
