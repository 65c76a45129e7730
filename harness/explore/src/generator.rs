//! Makes walks: by chance that the seed fixes, with a preference for what was tried least.
//!
//! A walk depends on the seed, on what is asked for, and on the walks before it. It does not depend on
//! what the target answers: the same seed makes the same walks against every target of the same kind.

use crate::asides::ASIDES;
use crate::cells::{Cell, Cells, cell};
use crate::model::{
    Act, Credential, Form, Grant, Invitee, Life, Move, Person, Room, Session, Setting, Shown,
    Socket, Standing, Text, Token, Topic, World, Wrong,
};
use crate::prng::{Chance, seed_of};
use crate::script::Trail;
use crate::walk::{Alike, Step, Walk};
use invite_spec::permission::{Permission, PermissionSet};
use invite_trace::{Feature, Forgery};
use std::collections::BTreeSet;

/// How many steps are looked at before one of them is taken.
const CHOICES: usize = 6;

/// How many steps of a hundred are taken as they come.
const USUAL: usize = 60;

/// In how many calls of a hundred something is wrong.
const WRONG: usize = 18;

/// In how many walks of a hundred two people's external ids differ by the case of letters alone.
const ALIKE_BY_CASE: usize = 20;

/// In how many the one, read as a pattern, fits the other.
const ALIKE_BY_PATTERN: usize = 10;

/// How often a step is thought up before the walk ends.
const ATTEMPTS: usize = 60;

/// The most conferences of a walk.
const MOST_ROOMS: usize = 3;

/// The most states that may be possible at once while a walk is made.
const MOST_STATES: usize = 4;

/// What walks are made of.
#[derive(Debug, Clone)]
pub struct Shape {
    /// Fixes everything.
    pub seed: u64,
    /// How many people there are.
    pub people: u8,
    /// How many steps a walk has at most.
    pub length: usize,
    /// What the target claims.
    pub claims: BTreeSet<Feature>,
    /// The kinds of application that it has.
    pub settings: Vec<Setting>,
    /// The kind of its first application, if there is a second one.
    pub first_of_two: Option<Setting>,
}

/// Makes walks.
#[derive(Debug)]
pub struct Generator {
    shape: Shape,
    cells: Cells,
    made: u64,
}

impl Generator {
    /// One that has made none yet.
    pub fn new(shape: Shape) -> Generator {
        Generator { shape, cells: Cells::default(), made: 0 }
    }

    /// What the walks made so far try.
    pub fn cells(&self) -> &Cells {
        &self.cells
    }

    /// The next walk.
    pub fn walk(&mut self) -> Walk {
        let number = self.made;
        self.made += 1;
        let mut chance = Chance::new(seed_of(self.shape.seed, number));
        let fallback = Setting { protects: true };
        let setting = chance.one(&self.shape.settings).unwrap_or(fallback);
        let id = format!("walk-{}-{}", self.shape.seed, number + 1);
        let alike = match chance.below(100) {
            below if below < ALIKE_BY_CASE => Alike::ByCase,
            below if below < ALIKE_BY_CASE + ALIKE_BY_PATTERN => Alike::ByPattern,
            _ => Alike::Not,
        };
        let mut walk = Walk { id, setting, alike, steps: Vec::new() };
        let mut trail = Trail::new();
        let mut maker =
            Maker { chance, shape: &self.shape, setting, number: 0, wrong: WRONG, lost: 0 };
        let first = maker.opening();
        if trail.take(&first, &walk) {
            walk.steps.push(first);
        }
        while walk.steps.len() < self.shape.length {
            let Some((step, cells)) = maker.choose(&trail, &walk, &mut self.cells) else { break };
            if !trail.take(&step, &walk) {
                break;
            }
            for cell in &cells {
                self.cells.see(cell);
            }
            maker.note(&step);
            walk.steps.push(step);
        }
        walk
    }
}

/// Whether no source settles that a wrong call is refused. What a target does that accepts one is not
/// known, nor whether one that refuses it did half of it: such a call is the last one of a walk.
pub(crate) fn is_unsettled(step: &Step, world: &World, setting: Setting) -> bool {
    let of_move = |one: &Move| {
        let outcomes = one.wrong.and_then(|_| world.outcomes(one, setting)).unwrap_or_default();
        outcomes.iter().any(|branch| !branch.accepted && !branch.requires.row().is_binding())
    };
    step.moves().iter().any(of_move)
}

/// Makes one walk.
struct Maker<'s> {
    chance: Chance,
    shape: &'s Shape,
    setting: Setting,
    /// The number of the next move.
    number: u16,
    /// The same as [`WRONG`], but for the last step of a walk.
    wrong: usize,
    /// How many steps a socket has been lost for.
    lost: usize,
}

impl Maker<'_> {
    fn next(&mut self, act: Act) -> Move {
        let number = self.number;
        self.number += 1;
        Move { number, act, wrong: None }
    }

    fn person(&mut self) -> Person {
        let count = usize::from(self.shape.people);
        Person(u8::try_from(self.chance.below(count)).unwrap_or(0))
    }

    /// Somebody: mostly one who is in this conference, where something is done to people there.
    fn insider(&mut self, world: &World, room: Room) -> Person {
        if self.chance.percent(65) {
            let standing = world.rooms.get(&room).into_iter().flat_map(|it| &it.standing);
            let inside = standing.filter(|(_, it)| matches!(it, Standing::In { .. }));
            let inside: Vec<Person> = inside.map(|(person, _)| *person).collect();
            if let Some(person) = self.chance.one(&inside) {
                return person;
            }
        }
        self.person()
    }

    /// Most people open a session first, some of them two.
    fn opening(&mut self) -> Step {
        let mut all: Vec<Session> = (0..self.shape.people)
            .map(|person| Session { person: Person(person), device: 0 })
            .collect();
        if all.len() > 2 && self.chance.percent(40) {
            let last = self.chance.below(all.len());
            all.remove(last);
        }
        if self.chance.percent(50) {
            let person = self.chance.one(&all).map_or(Person(0), |it| it.person);
            all.push(Session { person, device: 1 });
        }
        Step::One(self.next(Act::Open(all)))
    }

    /// The step of several that tries what was tried least.
    fn choose(
        &mut self,
        trail: &Trail,
        walk: &Walk,
        cells: &mut Cells,
    ) -> Option<(Step, Vec<Cell>)> {
        let mut best: Option<(u64, Step, Vec<Cell>)> = None;
        let mut found = 0;
        // What is usual has to happen as well: without it, nothing that is rare can.
        let is_last = walk.steps.len() + 1 == self.shape.length;
        self.wrong = if is_last { 100 } else { WRONG };
        let choices = if self.chance.percent(USUAL) { 1 } else { CHOICES };
        for _ in 0..ATTEMPTS {
            if found >= choices {
                break;
            }
            let before = self.number;
            let Some(step) = self.propose(trail.world()) else {
                self.number = before;
                continue;
            };
            let seen = trail.sees(&step, walk);
            let is_open = seen == Some(None);
            let is_out_of_place = is_unsettled(&step, trail.world(), walk.setting) != is_last;
            if seen.is_none() || is_out_of_place || (is_open && trail.states() >= MOST_STATES) {
                self.number = before;
                continue;
            }
            found += 1;
            let own: Vec<Cell> = step.moves().iter().map(|one| cell(one, trail.world())).collect();
            own.iter().for_each(|cell| cells.reach(cell));
            let rarest = own.iter().map(|cell| cells.count(cell)).min().unwrap_or(0);
            if best.as_ref().is_none_or(|(count, ..)| rarest < *count) {
                best = Some((rarest, step, own));
            }
        }
        best.map(|(_, step, own)| (step, own))
    }

    /// A socket is not lost for long.
    fn note(&mut self, step: &Step) {
        for one in step.moves() {
            match one.act {
                Act::Lose(_) => self.lost = 1,
                Act::Return(_) => self.lost = 0,
                _ => {}
            }
        }
        if self.lost > 0 {
            self.lost += 1;
        }
    }

    fn propose(&mut self, world: &World) -> Option<Step> {
        let lost = world.sessions.iter().find(|(_, state)| state.socket == Socket::Lost);
        if let Some((by, _)) = lost
            && (self.lost > 3 || self.chance.percent(40))
        {
            return Some(Step::One(self.next(Act::Return(*by))));
        }
        if self.chance.percent(8) && lost.is_none() {
            return self.group(world);
        }
        self.single(world).map(Step::One)
    }

    /// Calls at once, about the same conference.
    fn group(&mut self, world: &World) -> Option<Step> {
        let count = 2 + self.chance.below(2);
        let mut all: Vec<Move> = Vec::new();
        for _ in 0..12 {
            if all.len() == count {
                break;
            }
            let Some(one) = self.single(world) else { continue };
            let fits = matches!(
                one.act,
                Act::Join { .. }
                    | Act::Leave { .. }
                    | Act::RestInvite { .. }
                    | Act::SdkInvite { .. }
                    | Act::RestUpdate { .. }
                    | Act::SdkUpdate { .. }
                    | Act::RestKick { .. }
                    | Act::SdkKick { .. }
                    | Act::Terminate { .. }
                    | Act::Send { .. }
            ) && one.wrong.is_none()
                && all.first().is_none_or(|first: &Move| first.act.room() == one.act.room())
                && all.iter().all(|other| other.act != one.act);
            if fits {
                all.push(one);
            }
        }
        (all.len() > 1).then_some(Step::Together(all))
    }

    fn single(&mut self, world: &World) -> Option<Move> {
        let rooms: Vec<Room> = world.rooms.keys().copied().collect();
        let open: Vec<Room> = rooms
            .iter()
            .copied()
            .filter(|room| world.rooms.get(room).is_some_and(|it| it.life == Life::Open))
            .collect();
        if open.is_empty() && rooms.len() < MOST_ROOMS && self.chance.percent(70) {
            let act = self.create(world)?;
            return Some(self.finish(act, world));
        }
        let act = match self.chance.below(100) {
            0..=3 if rooms.len() < MOST_ROOMS => self.create(world)?,
            4..=5 => Act::List { room: self.room(&rooms, &open)? },
            6..=27 => self.join(world, &rooms)?,
            28..=33 => self.leave(world)?,
            34..=41 => {
                let room = self.room(&rooms, &open)?;
                Act::RestInvite { room, invited: self.invited(true) }
            }
            42..=52 => {
                let (by, room) = self.somebody(world, &rooms, &open)?;
                let token = self.shown(world, by, room);
                Act::SdkInvite { by, room, invited: self.invited(false), token }
            }
            53..=57 => {
                let room = self.room(&rooms, &open)?;
                Act::RestUpdate { room, grants: self.grants(world, room) }
            }
            58..=62 => {
                let (by, room) = self.somebody(world, &rooms, &open)?;
                let token = self.shown(world, by, room);
                Act::SdkUpdate { by, room, grants: self.grants(world, room), token }
            }
            63..=66 => {
                let room = self.room(&rooms, &open)?;
                let mut people = vec![self.insider(world, room)];
                if self.chance.percent(30) {
                    let other = self.insider(world, room);
                    if !people.contains(&other) {
                        people.push(other);
                    }
                }
                Act::RestKick { room, people }
            }
            67..=71 => {
                let (by, room) = self.somebody(world, &rooms, &open)?;
                let token = self.shown(world, by, room);
                Act::SdkKick { by, room, person: self.insider(world, room), token }
            }
            72..=76 if self.shape.claims.contains(&Feature::Messages) => {
                let room = self.room(&rooms, &open)?;
                let to = match self.chance.below(4) {
                    0 => Some(Vec::new()),
                    1 => None,
                    2 => Some(vec![self.insider(world, room)]),
                    _ => {
                        let all =
                            BTreeSet::from([self.insider(world, room), self.insider(world, room)]);
                        Some(all.into_iter().collect())
                    }
                };
                let from = self.insider(world, room);
                let text = self.text();
                Act::RestMessage { room, from, to, text }
            }
            77..=82 if self.shape.claims.contains(&Feature::Messages) => {
                let (by, room) = self.somebody(world, &rooms, &open)?;
                let token = self.shown(world, by, room);
                let text = self.text();
                Act::Send { by, room, text, token }
            }
            83 => Act::Terminate { room: self.room(&rooms, &open)? },
            84..=86 if self.shape.claims.contains(&Feature::Subscriptions) => {
                let by = self.session(world)?;
                let alias = u8::try_from(self.chance.below(2)).unwrap_or(0);
                Act::Subscribe { by, alias, topics: self.topics() }
            }
            87 if self.shape.claims.contains(&Feature::Subscriptions) => {
                let by = self.session(world)?;
                let own: Vec<(u8, Topic)> =
                    world.sessions.get(&by)?.topics.iter().copied().collect();
                let (alias, topic) = self.chance.one(&own)?;
                Act::Unsubscribe { by, alias, topics: vec![topic] }
            }
            88..=89 => self.create_again(world, &open)?,
            90..=91 => {
                let person = self.person();
                let device = u8::from(self.chance.percent(60));
                Act::Open(vec![Session { person, device }])
            }
            92 => Act::Close(self.session(world)?),
            93..=94 if self.lost == 0 => Act::Lose(self.session(world)?),
            95..=99 => {
                let which = self.chance.below(ASIDES.len());
                let needs = ASIDES[which].needs;
                if !needs.iter().all(|feature| self.shape.claims.contains(feature)) {
                    return None;
                }
                let by = self.session(world)?;
                Act::Aside { which, by, other: self.person() }
            }
            _ => return None,
        };
        Some(self.finish(act, world))
    }

    /// The move, with something wrong now and then.
    fn finish(&mut self, act: Act, world: &World) -> Move {
        let mut step = self.next(act);
        let is_usual = matches!(step.act.shown(), None | Some(Shown::Usual | Shown::This(_)));
        if step.act.operation().is_some() && is_usual && self.chance.percent(self.wrong) {
            step.wrong = self.wrong(&step.act, world);
        }
        step
    }

    fn wrong(&mut self, act: &Act, world: &World) -> Option<Wrong> {
        Some(match self.chance.below(12) {
            0..=2 => Wrong::Bearer(self.credential(world)?),
            3..=4 => Wrong::SessionToken(self.credential(world)?),
            5..=7 => Wrong::Body(self.chance.one(&Form::ALL)?),
            8 => Wrong::UnknownRoom,
            9 => Wrong::UnknownPermission,
            10 if self.shape.first_of_two == Some(self.setting) => Wrong::OtherApplication,
            10 => Wrong::UnknownRoom,
            _ => match act {
                Act::RestCreate { .. } => Wrong::NoOwner,
                Act::Send { .. } | Act::RestMessage { .. } => Wrong::TooLong,
                _ => Wrong::UnknownPermission,
            },
        })
    }

    fn credential(&mut self, world: &World) -> Option<Credential> {
        let tokens: Vec<Token> = world
            .tokens
            .iter()
            .filter(|(_, state)| state.origin != crate::model::Origin::SdkInvite)
            .map(|(token, _)| *token)
            .collect();
        Some(match self.chance.below(8) {
            0 => Credential::Absent,
            1 => Credential::Garbage,
            2 => Credential::Longer,
            3 => Credential::Api,
            4 => Credential::Client(self.session(world)?),
            5 => Credential::Session(self.session(world)?),
            6 => Credential::Conference(self.chance.one(&tokens)?),
            _ => Credential::Narrow,
        })
    }

    fn create(&mut self, world: &World) -> Option<Act> {
        let free: Vec<u8> = (0..2)
            .filter(|alias| world.rooms.values().all(|state| state.alias != Some(*alias)))
            .collect();
        let alias = if self.chance.percent(60) { self.chance.one(&free) } else { None };
        let ttl = self.chance.percent(70);
        if self.chance.percent(if self.setting.protects { 60 } else { 35 }) {
            let owner = self.person();
            let mut invited = self.invited(true);
            invited.retain(|it| it.person != owner);
            return Some(Act::RestCreate { owner, alias, ttl, invited });
        }
        Some(Act::SdkCreate { by: self.session(world)?, alias, ttl })
    }

    fn create_again(&mut self, world: &World, open: &[Room]) -> Option<Act> {
        let room = self.chance.one(open)?;
        let state = world.rooms.get(&room)?;
        let alias = state.alias?;
        let other_case = self.chance.percent(50);
        if self.chance.percent(50) {
            let owner = if self.chance.percent(60) { state.owner } else { self.person() };
            let mut invited = self.invited(true);
            if owner != state.owner {
                invited.clear();
            }
            return Some(Act::RestCreateAgain { room, alias, owner, other_case, invited });
        }
        Some(Act::SdkCreateAgain { by: self.session(world)?, room, alias, other_case })
    }

    fn join(&mut self, world: &World, rooms: &[Room]) -> Option<Act> {
        let room = self.chance.one(rooms)?;
        let protected = world.rooms.get(&room)?.protected;
        let by = self.session(world)?;
        let own = world.tokens_of(room, by.person);
        let listener = self.chance.percent(15);
        let token = match self.chance.below(10) {
            0 if protected => Shown::Absent,
            1 => self.any_token(world, by, room).map(Shown::This)?,
            2 if protected => self.shown(world, by, room),
            _ if !protected => match self.chance.percent(25) {
                true => self.any_token(world, by, room).map(Shown::This)?,
                false => Shown::Absent,
            },
            _ => Shown::This(self.chance.one(&own)?),
        };
        Some(Act::Join { by, room, token, listener })
    }

    fn leave(&mut self, world: &World) -> Option<Act> {
        let by = self.session(world)?;
        let state = world.sessions.get(&by)?;
        let room = match state.room {
            Some(room) => room,
            None => *state.gone.keys().next()?,
        };
        let token = if self.chance.percent(20) { Shown::Absent } else { Shown::Usual };
        Some(Act::Leave { by, room, token })
    }

    /// The token that a call in a conference shows: the usual one, most of the time.
    fn shown(&mut self, world: &World, by: Session, room: Room) -> Shown {
        let state = world.sessions.get(&by);
        let is_in = state.is_some_and(|state| state.room == Some(room));
        if !is_in && self.chance.percent(60) {
            let own = world.tokens_of(room, by.person);
            if let Some(token) = self.chance.one(&own) {
                return Shown::This(token);
            }
        }
        if self.chance.percent(65) {
            return Shown::Usual;
        }
        match self.chance.below(7) {
            0 => Shown::Absent,
            1 => Shown::Api,
            2 => Shown::Client,
            3 => Shown::OfSession,
            4 => {
                let own = world.tokens_of(room, by.person);
                let forgeries =
                    [Forgery::Tampered, Forgery::TamperedAndUnsigned, Forgery::OtherKey];
                match (self.chance.one(&own), self.chance.one(&forgeries)) {
                    (Some(token), Some(how)) => Shown::Forged(token, how),
                    _ => Shown::Usual,
                }
            }
            _ => self.any_token(world, by, room).map_or(Shown::Usual, Shown::This),
        }
    }

    /// Some token that is not simply the right one: another's, another conference's, or an old one.
    fn any_token(&mut self, world: &World, by: Session, room: Room) -> Option<Token> {
        let tokens: Vec<Token> = world
            .tokens
            .iter()
            .filter(|(token, state)| {
                token.person != by.person || state.room != room || state.revoked.is_some()
            })
            .map(|(token, _)| *token)
            .collect();
        self.chance.one(&tokens)
    }

    fn session(&mut self, world: &World) -> Option<Session> {
        let open: Vec<Session> =
            world.sessions.keys().copied().filter(|by| world.is_open(*by)).collect();
        self.chance.one(&open)
    }

    /// A session and a conference: mostly one that it is in.
    fn somebody(
        &mut self,
        world: &World,
        rooms: &[Room],
        open: &[Room],
    ) -> Option<(Session, Room)> {
        if self.chance.percent(75) {
            let inside: Vec<(Session, Room)> = world
                .rooms
                .iter()
                .flat_map(|(room, state)| {
                    state.standing.values().filter_map(move |it| match it {
                        Standing::In { by, .. } => Some((*by, *room)),
                        _ => None,
                    })
                })
                .collect();
            if let Some(found) = self.chance.one(&inside) {
                return Some(found);
            }
        }
        Some((self.session(world)?, self.room(rooms, open)?))
    }

    fn room(&mut self, rooms: &[Room], open: &[Room]) -> Option<Room> {
        if self.chance.percent(90) { self.chance.one(open) } else { self.chance.one(rooms) }
    }

    fn invited(&mut self, by_rest: bool) -> Vec<Invitee> {
        let count = match self.chance.below(10) {
            0 => 0,
            1..=6 => 1,
            7..=8 => 2,
            _ => 3,
        };
        let mut all: Vec<Invitee> = Vec::new();
        for _ in 0..count {
            let person = self.person();
            if all.iter().any(|it| it.person == person) {
                continue;
            }
            let can_notify = self.shape.claims.contains(&Feature::Notifications);
            let notify = match self.chance.below(4) {
                0 if by_rest => None,
                1 if by_rest => Some(false),
                _ if by_rest && can_notify => Some(true),
                _ => None,
            };
            all.push(Invitee { person, grant: self.grant(), notify });
        }
        all
    }

    fn grants(&mut self, world: &World, room: Room) -> Vec<(Person, Grant)> {
        let mut all = vec![(self.insider(world, room), self.grant())];
        if self.chance.percent(30) {
            let other = self.insider(world, room);
            if all.iter().all(|(person, _)| *person != other) {
                all.push((other, self.grant()));
            }
        }
        all
    }

    fn grant(&mut self) -> Grant {
        match self.chance.below(20) {
            0..=5 => Grant::Unsaid,
            6 => Grant::Null,
            7 => Grant::EmptyObject,
            8 => Grant::EmptyList,
            9 => Grant::These(PermissionSet::from([Permission::Join])),
            10 => {
                let one = self.chance.one(&Permission::ALL).unwrap_or(Permission::Join);
                Grant::These(PermissionSet::from([one]))
            }
            11 => Grant::These(Permission::ALL.into_iter().collect()),
            _ => {
                let mut set: PermissionSet =
                    Permission::ALL.into_iter().filter(|_| self.chance.percent(40)).collect();
                if self.chance.percent(85) {
                    set.insert(Permission::Join);
                }
                if set.is_empty() {
                    set.insert(Permission::SendMessage);
                }
                Grant::These(set)
            }
        }
    }

    fn topics(&mut self) -> Vec<Topic> {
        let all: Vec<Topic> = Topic::ALL.into_iter().filter(|_| self.chance.percent(55)).collect();
        if all.is_empty() { vec![Topic::Joined] } else { all }
    }

    fn text(&mut self) -> Text {
        let number = self.number;
        match self.chance.below(12) {
            0..=5 => Text::Short(number),
            6 => Text::Json(number),
            7 => Text::Spaced(number),
            8 => Text::Letters(number),
            9 => Text::Full,
            10 => Text::FullWide,
            _ => Text::FullQuotes,
        }
    }
}
