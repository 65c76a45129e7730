//! The states that the model holds, and how a step changes them.

use super::calls::label;
use crate::asides::{ASIDES, Aside};
use crate::model::{Act, Branch, Move, Shown, Token, World};
use crate::walk::{Step, Walk};
use std::collections::BTreeSet;

/// The most states that are held at once.
pub(super) const MOST_STATES: usize = 12;

/// An answer that a state takes for granted: the step, and whether it was accepted.
pub(super) type Condition = (String, bool);

/// A possible state, and what the target must have answered for it: one of these lists.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct State {
    pub(super) world: World,
    pub(super) given: Vec<Vec<Condition>>,
}

/// What comes of a move in one state: the branch, and what it takes for granted.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    /// The state before.
    pub(super) from: usize,
    pub(super) branch: Branch,
    /// What is known if it is this one.
    pub(super) given: Vec<Vec<Condition>>,
}

/// The states in which a walk may be before each of its steps, as far as it makes sense.
pub(crate) struct Trail {
    pub(super) states: Vec<State>,
}

impl Trail {
    pub(crate) fn new() -> Trail {
        Trail { states: start() }
    }

    /// One of the states that are possible.
    pub(crate) fn world(&self) -> &World {
        &self.states[0].world
    }

    /// How many states are possible.
    pub(crate) fn states(&self) -> usize {
        self.states.len()
    }

    /// Whether a step makes sense, and, if all states agree, whether it is accepted.
    pub(crate) fn sees(&self, step: &Step, walk: &Walk) -> Option<Option<bool>> {
        let (_, seen) = advance(&self.states, step, walk)?;
        let all: BTreeSet<bool> = seen.iter().flatten().map(|it| it.branch.accepted).collect();
        Some(match all.len() {
            1 => all.first().copied(),
            _ => None,
        })
    }

    /// Takes a step.
    pub(crate) fn take(&mut self, step: &Step, walk: &Walk) -> bool {
        match advance(&self.states, step, walk) {
            Some((states, _)) => {
                self.states = states;
                true
            }
            None => false,
        }
    }
}

pub(super) fn start() -> Vec<State> {
    vec![State { world: World::default(), given: vec![Vec::new()] }]
}

/// The states after a step, and for each of its moves what may come of it.
pub(super) fn advance(
    states: &[State],
    step: &Step,
    walk: &Walk,
) -> Option<(Vec<State>, Vec<Vec<Seen>>)> {
    if let Step::Together(all) = step
        && !are_independent(all)
    {
        return None;
    }
    let mut next: Vec<State> = Vec::new();
    let mut seen: Vec<Vec<Seen>> = vec![Vec::new(); step.moves().len()];
    for (from, state) in states.iter().enumerate() {
        match step {
            Step::One(one) => {
                if let Act::Aside { which, by, .. } = one.act
                    && ASIDES.get(which).is_some_and(Aside::rings)
                    && !state.world.is_free(by)
                {
                    // No source says that an invitation reaches every session of somebody, or whoever is
                    // in a conference.
                    return None;
                }
                let branches = state.world.outcomes(one, walk.setting)?;
                let tells =
                    branches.iter().any(|it| it.accepted) && branches.iter().any(|it| !it.accepted);
                for branch in branches {
                    let mut given = state.given.clone();
                    if tells {
                        given.iter_mut().for_each(|all| all.push((label(one), branch.accepted)));
                    }
                    keep(&mut next, &branch.next, &given);
                    seen[0].push(Seen { from, branch, given });
                }
            }
            Step::Together(all) => {
                for order in orders(all.len()) {
                    together(state, from, all, &order, walk, &mut next, &mut seen)?;
                }
            }
        }
    }
    if let Step::Together(all) = step {
        // An answer that is the same in every order tells nothing.
        for (one, of_one) in all.iter().zip(&seen) {
            let answers: BTreeSet<bool> = of_one.iter().map(|it| it.branch.accepted).collect();
            if answers.len() < 2 {
                forget(&label(one), next.iter_mut().map(|it| &mut it.given));
            }
        }
        for one in all {
            let tells = next.iter().flat_map(|it| &it.given).flatten().any(|it| it.0 == label(one));
            if !tells {
                forget(&label(one), seen.iter_mut().flatten().map(|it| &mut it.given));
            }
        }
    }
    forget_doubtful_tokens(&mut next);
    (next.len() <= MOST_STATES && !next.is_empty()).then_some((next, seen))
}

/// A token that exists in some of the states only cannot be named: no step keeps it.
pub(super) fn forget_doubtful_tokens(states: &mut [State]) {
    let common: BTreeSet<Token> = match states.first() {
        None => return,
        Some(first) => {
            let in_all =
                |token: &&Token| states.iter().all(|state| state.world.tokens.contains_key(token));
            first.world.tokens.keys().filter(in_all).copied().collect()
        }
    };
    for state in states {
        state.world.tokens.retain(|token, _| common.contains(token));
    }
}

/// Whether what each call sends is known however the others fare: a client has one call at a time, and
/// its token does not change meanwhile.
pub(super) fn are_independent(all: &[Move]) -> bool {
    all.iter().enumerate().all(|(place, one)| {
        let Some(by) = one.act.caller() else { return true };
        let others = || all.iter().enumerate().filter(|(other, _)| *other != place);
        others().all(|(_, other)| {
            let changes_token = matches!(
                other.act,
                Act::RestUpdate { .. }
                    | Act::SdkUpdate { .. }
                    | Act::RestKick { .. }
                    | Act::SdkKick { .. }
            );
            let is_same_person = other.act.caller().is_some_and(|it| it.person == by.person);
            let sends_usual = one.act.shown() == Some(Shown::Usual);
            let is_changed = changes_token && other.act.concerned().contains(&by.person);
            // Which of two invitations brought a token could not be told.
            let is_invite = matches!(one.act, Act::SdkInvite { .. });
            let invites = matches!(other.act, Act::SdkInvite { .. } | Act::RestInvite { .. });
            let concerned = one.act.concerned();
            let is_same_invitee = is_invite
                && invites
                && other.act.concerned().iter().any(|person| concerned.contains(person));
            !(is_same_person || is_same_invitee || sends_usual && is_changed)
        })
    })
}

/// Takes a condition about a step out of each.
pub(super) fn forget<'s>(step: &str, given: impl Iterator<Item = &'s mut Vec<Vec<Condition>>>) {
    for all in given {
        for one in all.iter_mut() {
            one.retain(|(of, _)| of != step);
        }
        let mut kept: Vec<Vec<Condition>> = Vec::new();
        for one in all.drain(..) {
            if !kept.contains(&one) {
                kept.push(one);
            }
        }
        *all = kept;
    }
}

/// One order of calls that happen at once. Nothing says which it was but what is answered.
pub(super) fn together(
    state: &State,
    from: usize,
    all: &[Move],
    order: &[usize],
    walk: &Walk,
    next: &mut Vec<State>,
    seen: &mut [Vec<Seen>],
) -> Option<()> {
    let mut paths: Vec<(World, Vec<Condition>)> = vec![(state.world.clone(), Vec::new())];
    for place in order {
        let one = &all[*place];
        let mut longer = Vec::new();
        for (world, given) in paths {
            for branch in world.outcomes(one, walk.setting)? {
                let mut given = given.clone();
                given.push((label(one), branch.accepted));
                seen[*place].push(Seen {
                    from,
                    branch: branch.clone(),
                    given: vec![given.clone()],
                });
                longer.push((branch.next, given));
            }
        }
        paths = longer;
    }
    for (world, given) in paths {
        let mut all = state.given.clone();
        all.iter_mut().for_each(|it| it.extend(given.iter().cloned()));
        keep(next, &world, &all);
    }
    Some(())
}

/// Adds a state; one that is there already is possible for one reason more.
pub(super) fn keep(states: &mut Vec<State>, world: &World, given: &[Vec<Condition>]) {
    match states.iter_mut().find(|state| state.world == *world) {
        Some(state) => {
            for all in given {
                if !state.given.contains(all) {
                    state.given.push(all.clone());
                }
            }
        }
        None => states.push(State { world: world.clone(), given: given.to_vec() }),
    }
}

/// Every order of so many things.
pub(super) fn orders(count: usize) -> Vec<Vec<usize>> {
    match count {
        0 => vec![Vec::new()],
        _ => {
            let mut all = Vec::new();
            for rest in orders(count - 1) {
                for place in 0..=rest.len() {
                    let mut order = rest.clone();
                    order.insert(place, count - 1);
                    all.push(order);
                }
            }
            all
        }
    }
}
