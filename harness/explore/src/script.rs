//! Makes a scenario of a walk: each step with what the model predicts of it.
//!
//! The model may hold several states at once. Each is kept with the answers that it takes for granted,
//! so that a prediction that holds in some of them only becomes an expectation with several outcomes:
//! what the target did before decides between them when the trace is judged, and nothing has to be
//! asked while it is driven.

use crate::asides::ASIDES;
use crate::model::{
    Act, Branch, Check, Credential, Form, Frame, Grant, Invitee, Move, Person, Role, Session,
    Shown, Token, World, Wrong, alias, names,
};
use crate::walk::{Step, Walk};
use crate::yaml;
use invite_spec::endpoint::Operation;
use invite_spec::requirement::RequirementId;
use invite_trace::Feature;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The most states that are held at once.
const MOST_STATES: usize = 12;

/// An answer that a state takes for granted: the step, and whether it was accepted.
type Condition = (String, bool);

/// A possible state, and what the target must have answered for it: one of these lists.
#[derive(Debug, Clone, PartialEq)]
struct State {
    world: World,
    given: Vec<Vec<Condition>>,
}

/// What a piece of a script is.
#[derive(Debug, Clone, PartialEq)]
enum Kind {
    /// A call of a move.
    Call,
    /// A frame that is waited for.
    Arrives(Role),
    /// Frames that must and must not have come.
    Check,
    /// What opens, closes or prepares something.
    Plain,
    /// A step of an aside.
    Aside,
}

/// One step of the scenario, with its expectations apart.
#[derive(Debug, Clone, PartialEq)]
struct Piece {
    kind: Kind,
    step: Map<String, Value>,
    /// Each with the sessions whose sockets it needs fenced.
    expects: Vec<(Vec<Session>, Value)>,
}

#[derive(Debug, Clone, PartialEq)]
enum Item {
    One(Piece),
    Together(Vec<Piece>),
}

/// What is left out of a script: the places of pieces, and of expectations in them.
pub type Muted = BTreeSet<(usize, usize)>;

/// A scenario in the making.
#[derive(Debug, Clone)]
pub struct Script {
    items: Vec<Item>,
    features: BTreeSet<Feature>,
    both: bool,
    protects: Option<bool>,
    /// What may be left out.
    droppable: Vec<(usize, usize)>,
}

/// What a scenario says of itself.
#[derive(Debug, Clone, Default)]
pub struct Heading {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What happens in it.
    pub about: Option<String>,
    /// What stands before everything, as comments.
    pub comment: Vec<String>,
}

/// The states in which a walk may be before each of its steps, as far as it makes sense.
pub(crate) struct Trail {
    states: Vec<State>,
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

fn start() -> Vec<State> {
    vec![State { world: World::default(), given: vec![Vec::new()] }]
}

/// What comes of a move in one state: the branch, and what it takes for granted.
#[derive(Debug, Clone)]
struct Seen {
    /// The state before.
    from: usize,
    branch: Branch,
    /// What is known if it is this one.
    given: Vec<Vec<Condition>>,
}

/// The states after a step, and for each of its moves what may come of it.
fn advance(states: &[State], step: &Step, walk: &Walk) -> Option<(Vec<State>, Vec<Vec<Seen>>)> {
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
fn forget_doubtful_tokens(states: &mut [State]) {
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
fn are_independent(all: &[Move]) -> bool {
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
fn forget<'s>(step: &str, given: impl Iterator<Item = &'s mut Vec<Vec<Condition>>>) {
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
fn together(
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
fn keep(states: &mut Vec<State>, world: &World, given: &[Vec<Condition>]) {
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
fn orders(count: usize) -> Vec<Vec<usize>> {
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

/// The id of the step of a move.
fn label(step: &Move) -> String {
    let word = match (&step.act, step.act.operation()) {
        (_, Some(operation)) => operation.as_str().rsplit('.').next().unwrap_or("call"),
        (Act::Open(_), _) => "open",
        (Act::Close(_), _) => "close",
        (Act::Lose(_), _) => "lose",
        (Act::Return(_), _) => "return",
        _ => "aside",
    };
    format!("{word}-{}", step.number)
}

impl Script {
    /// The script of a walk; `None` if it makes no sense.
    pub fn of(walk: &Walk, claims: &BTreeSet<Feature>) -> Option<Script> {
        let mut script = Script {
            items: Vec::new(),
            features: BTreeSet::new(),
            both: false,
            protects: None,
            droppable: Vec::new(),
        };
        let mut states = start();
        for step in &walk.steps {
            let (next, seen) = advance(&states, step, walk)?;
            script.step(walk, step, &states, &seen, claims)?;
            states = next;
        }
        script.note_droppable();
        Some(script)
    }

    fn step(
        &mut self,
        walk: &Walk,
        step: &Step,
        states: &[State],
        seen: &[Vec<Seen>],
        claims: &BTreeSet<Feature>,
    ) -> Option<()> {
        for one in step.moves() {
            self.needs(one, walk);
            self.prepare(one);
        }
        let mut after = Vec::new();
        let mut calls = Vec::new();
        for (one, seen) in step.moves().iter().zip(seen) {
            let is_alone = matches!(step, Step::One(_));
            let (own, later) = self.pieces(one, states, seen, is_alone, claims)?;
            calls.extend(own);
            after.extend(later);
        }
        match step {
            Step::One(_) => self.items.extend(calls.into_iter().map(Item::One)),
            Step::Together(_) => self.items.push(Item::Together(calls)),
        }
        let mut check = Piece { kind: Kind::Check, step: Map::new(), expects: Vec::new() };
        for piece in after {
            match piece.kind {
                Kind::Check => check.expects.extend(piece.expects),
                _ => self.items.push(Item::One(piece)),
            }
        }
        if !check.expects.is_empty() {
            self.items.push(Item::One(check));
        }
        Some(())
    }

    /// What a target must claim, and be, for a move.
    fn needs(&mut self, step: &Move, walk: &Walk) {
        match &step.act {
            Act::RestMessage { .. } | Act::Send { .. } => {
                self.features.insert(Feature::Messages);
            }
            Act::Subscribe { .. } | Act::Unsubscribe { .. } => {
                self.features.insert(Feature::Subscriptions);
            }
            Act::SdkCreate { .. } => self.protects = Some(walk.setting.protects),
            Act::Aside { which, .. } if ASIDES.get(*which).is_some_and(|it| it.signs_in) => {
                self.features.insert(Feature::SignIn);
            }
            _ => {}
        }
        let invited = match &step.act {
            Act::RestCreate { invited, .. }
            | Act::RestCreateAgain { invited, .. }
            | Act::RestInvite { invited, .. } => invited.as_slice(),
            _ => &[],
        };
        if invited.iter().any(|it| it.notify == Some(true)) {
            self.features.insert(Feature::Notifications);
        }
        self.both |= step.wrong == Some(Wrong::OtherApplication);
    }

    /// Forged and narrow tokens are made before they are used.
    fn prepare(&mut self, step: &Move) {
        let mut plain = |step: Value| {
            if let Value::Object(step) = step {
                let kind = Kind::Plain;
                self.items.push(Item::One(Piece { kind, step, expects: Vec::new() }));
            }
        };
        if let Some(Shown::Forged(from, how)) = step.act.shown() {
            plain(json!({ "forge": {
                "name": forged(step.number), "from": from.text(), "how": how,
            } }));
        }
        if step.wrong == Some(Wrong::Bearer(Credential::Narrow)) {
            let scope = match step.act.operation() {
                Some(Operation::RestCreate) => "comms:conf:admin",
                _ => "comms:conf:create",
            };
            plain(json!({ "call": {
                "operation": "auth.token",
                "body": { "scope": scope },
                "save": { narrow(step.number): "/access_token" },
            } }));
        }
    }

    /// The pieces of a move: itself, and what is looked at afterwards.
    fn pieces(
        &self,
        step: &Move,
        states: &[State],
        seen: &[Seen],
        is_alone: bool,
        claims: &BTreeSet<Feature>,
    ) -> Option<(Vec<Piece>, Vec<Piece>)> {
        let mut after = Vec::new();
        let mut own = Piece { kind: Kind::Plain, step: Map::new(), expects: Vec::new() };
        let who = |all: &[Session]| match all {
            [one] => json!(one.to_string()),
            all => json!(all.iter().map(ToString::to_string).collect::<Vec<_>>()),
        };
        let simple = |verb: &str, by: &[Session]| {
            let inner = json!({ "id": label(step), "who": who(by) });
            Map::from_iter([(verb.to_owned(), inner)])
        };
        match &step.act {
            Act::Open(all) => own.step = simple("open", all),
            Act::Close(by) => own.step = simple("close", &[*by]),
            Act::Lose(by) => own.step = simple("drop", &[*by]),
            Act::Return(by) => own.step = simple("reconnect", &[*by]),
            Act::Aside { which, by, other } => {
                let steps = ASIDES.get(*which)?.steps(step.number, *by, *other);
                let piece = |step: Value| match step {
                    Value::Object(step) => {
                        Some(Piece { kind: Kind::Aside, step, expects: Vec::new() })
                    }
                    _ => None,
                };
                return Some((steps.into_iter().filter_map(piece).collect(), after));
            }
            _ => {
                own.kind = Kind::Call;
                let mut call = request(step)?;
                // Calls at once may leave it open whether there is a token to keep.
                if let Some(Value::Object(save)) = call.get_mut("save") {
                    let is_sure = |name: &String| {
                        let has =
                            |it: &Seen| it.branch.next.tokens.keys().any(|of| of.name() == *name);
                        name.starts_with("room") || seen.iter().all(has)
                    };
                    save.retain(|name, _| is_sure(name));
                }
                outcome(step, states, seen, is_alone, &mut call, &mut own.expects);
                own.step = Map::from_iter([("call".to_owned(), Value::Object(call))]);
            }
        }
        let mut checks: Vec<&Check> = Vec::new();
        let may_be_accepted = seen.iter().any(|it| it.branch.accepted);
        for (seen, check) in
            seen.iter().flat_map(|it| it.branch.checks.iter().map(move |check| (it, check)))
        {
            // How a call is refused that may be accepted as well is not looked at.
            let is_detail = may_be_accepted && !seen.branch.accepted;
            if !is_detail && !checks.contains(&check) {
                checks.push(check);
            }
        }
        for check in checks {
            let without: Vec<&Seen> =
                seen.iter().filter(|it| !it.branch.checks.contains(check)).collect();
            let Some(or_else) = otherwise(&without) else { continue };
            // Of calls at once, only what none of the others can have an influence on is looked at.
            if !is_alone && !without.is_empty() {
                continue;
            }
            self.check(step, check, or_else, claims, &mut own, &mut after);
        }
        Some((vec![own], after))
    }

    fn check(
        &self,
        step: &Move,
        check: &Check,
        or_else: Map<String, Value>,
        claims: &BTreeSet<Feature>,
        own: &mut Piece,
        after: &mut Vec<Piece>,
    ) {
        let mut expect = |fenced: Vec<Session>, expectation: Value| {
            let expects = vec![(fenced, expectation)];
            after.push(Piece { kind: Kind::Check, step: Map::new(), expects });
        };
        match check {
            Check::Heard { by, any_of, requires } => {
                let mut parts: Vec<Value> =
                    any_of.iter().map(|frame| heard(by, frame, step, "heard")).collect();
                let value = if parts.len() == 1 && or_else.is_empty() {
                    with(*requires, parts.remove(0))
                } else {
                    let mut outcomes = Map::new();
                    for (part, frame) in parts.into_iter().zip(any_of) {
                        let name = frame.kind.as_str().trim_start_matches("Participant");
                        outcomes.insert(name.to_lowercase(), part);
                    }
                    outcomes.extend(or_else);
                    with(*requires, json!({ "outcomes": outcomes }))
                };
                expect(by.clone(), value);
            }
            Check::Unheard { by, frame, requires } => {
                let part = heard(by, frame, step, "unheard");
                let value = if or_else.is_empty() {
                    with(*requires, part)
                } else {
                    let mut outcomes = Map::from_iter([("unheard".to_owned(), part)]);
                    outcomes.extend(or_else);
                    with(*requires, json!({ "outcomes": outcomes }))
                };
                expect(by.clone(), value);
            }
            Check::Listed { by, answer, frame, requires } if or_else.is_empty() => {
                let id = label(step);
                let heard = heard(&[*by], frame, step, "heard");
                let value = json!({ "outcomes": {
                    "answer": { "step": id, "answer": { "/participants": answer } },
                    "frame": heard,
                } });
                expect(vec![*by], with(*requires, value));
            }
            Check::Answer { requires, value } if own.kind == Kind::Call => {
                let value = if or_else.is_empty() {
                    with(*requires, value.clone())
                } else {
                    let mut outcomes = Map::from_iter([("so".to_owned(), value.clone())]);
                    outcomes.extend(or_else);
                    with(*requires, json!({ "outcomes": outcomes }))
                };
                own.expects.push((Vec::new(), value));
            }
            Check::Arrives { by, frame, requires, role } if or_else.is_empty() => {
                if *role == Role::Time && !claims.contains(&Feature::ConnectedWithoutMedia) {
                    return;
                }
                let mut wait = Map::new();
                wait.insert("by".into(), names_of(by));
                wait.insert("frame".into(), json!(frame.kind.as_str()));
                describe(&mut wait, frame);
                wait.insert("after".into(), json!(label(step)));
                if let Role::Brings(token) = role {
                    let pointer = match frame.kind {
                        invite_spec::push::FrameType::UpdateToken => "/content/access_token",
                        _ => "/confToken",
                    };
                    wait.insert("save".into(), json!({ token.name(): pointer }));
                }
                wait.insert("requires".into(), json!(requires.as_str()));
                let step = Map::from_iter([("await".to_owned(), Value::Object(wait))]);
                after.insert(0, Piece { kind: Kind::Arrives(*role), step, expects: Vec::new() });
            }
            Check::Listed { .. } | Check::Answer { .. } | Check::Arrives { .. } => {}
        }
    }

    fn note_droppable(&mut self) {
        let mut found = Vec::new();
        for (place, piece) in self.flat().enumerate() {
            match piece.kind {
                Kind::Call | Kind::Check => {
                    found.extend((0..piece.expects.len()).map(|expect| (place, expect)));
                }
                Kind::Arrives(Role::Time) | Kind::Aside => found.push((place, 0)),
                Kind::Arrives(_) | Kind::Plain => {}
            }
        }
        self.droppable = found;
    }

    fn flat(&self) -> impl Iterator<Item = &Piece> {
        self.items.iter().flat_map(|item| match item {
            Item::One(piece) => std::slice::from_ref(piece),
            Item::Together(all) => all.as_slice(),
        })
    }

    /// Everything that can be left out without changing what is done.
    pub fn droppable(&self) -> &[(usize, usize)] {
        &self.droppable
    }

    /// The steps, without what is muted, and without what only that needed.
    fn steps(&self, muted: &Muted) -> Vec<Value> {
        let mut place = 0;
        let mut kept: Vec<Item> = Vec::new();
        for item in &self.items {
            let pieces: Vec<Piece> = match item {
                Item::One(piece) => vec![piece.clone()],
                Item::Together(all) => all.clone(),
            };
            let mut left = Vec::new();
            for mut piece in pieces {
                let own = place;
                place += 1;
                let mut expect = 0..;
                piece
                    .expects
                    .retain(|_| expect.next().is_none_or(|expect| !muted.contains(&(own, expect))));
                let is_gone = match piece.kind {
                    Kind::Check => piece.expects.is_empty(),
                    Kind::Arrives(_) | Kind::Aside => muted.contains(&(own, 0)),
                    Kind::Call | Kind::Plain => false,
                };
                if !is_gone {
                    left.push(piece);
                }
            }
            match (item, left.len()) {
                (_, 0) => {}
                (Item::Together(_), 2..) => kept.push(Item::Together(left)),
                _ => kept.extend(left.into_iter().map(Item::One)),
            }
        }
        twins(&mut kept);
        let mut steps: Vec<(Value, Option<Role>)> = kept.iter().flat_map(finish).collect();
        prune(&mut steps);
        let mut steps: Vec<Value> = steps.into_iter().map(|(step, _)| step).collect();
        readable(&mut steps);
        steps
    }

    /// The text of the scenario.
    pub fn text(&self, heading: &Heading, muted: &Muted) -> String {
        let steps = self.steps(muted);
        let whole = serde_json::to_string(&steps).unwrap_or_default();
        let mut text = String::new();
        for line in &heading.comment {
            text.push_str(&format!("# {line}\n"));
        }
        let mut field = |key: &str, value: Value| {
            text.push_str(&format!(
                "{key}: {}\n",
                yaml::block(&value, 2, key.len() + 2).trim_start()
            ));
        };
        field("scenario", json!(heading.id));
        field("title", json!(heading.title));
        if let Some(about) = &heading.about {
            field("about", json!(about));
        }
        field("profile", json!("sdk"));
        let mut features = self.features.clone();
        if self.flat().any(|piece| piece.kind == Kind::Arrives(Role::Time))
            && whole.contains("ON_AIR")
        {
            features.insert(Feature::ConnectedWithoutMedia);
        }
        let uses = |feature: &Feature| match feature {
            Feature::Messages => whole.contains("sdk.send") || whole.contains("rest.message"),
            Feature::Subscriptions => whole.contains("subscribe"),
            Feature::Notifications => whole.contains("\"notification\":true"),
            Feature::SignIn => whole.contains("sdk.sign-in"),
            _ => true,
        };
        features.retain(uses);
        if !features.is_empty() {
            let all: Vec<&str> = features.iter().map(|feature| feature.as_str()).collect();
            field("features", json!(all));
        }
        let both = self.both && whole.contains("second_application");
        match self.protects.filter(|_| whole.contains("sdk.create")) {
            _ if both => field("application", json!("both")),
            Some(true) => field("application", json!("protected")),
            Some(false) => field("application", json!("unprotected")),
            None => {}
        }
        let people: Map<String, Value> = crate::model::NAMES
            .iter()
            .filter(|name| mentions(&whole, name))
            .map(|name| ((*name).to_owned(), json!({})))
            .collect();
        field("people", Value::Object(people));
        text.push_str("steps:\n");
        for step in &steps {
            text.push_str(&yaml::step(step));
        }
        text
    }

    /// How many steps it has.
    pub fn length(&self, muted: &Muted) -> usize {
        self.steps(muted).len()
    }
}

/// Whether a text has this word.
fn mentions(text: &str, word: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_alphanumeric();
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(is_letter) && !after.is_some_and(is_letter)
    })
}

/// What else may be true, where a prediction does not hold in every state: each as an outcome. `None`
/// if one of these states cannot be told by what the target answered.
fn otherwise(without: &[&Seen]) -> Option<Map<String, Value>> {
    let mut outcomes = Map::new();
    for given in without.iter().flat_map(|seen| &seen.given) {
        if given.is_empty() {
            return None;
        }
        let parts: Vec<Value> = given.iter().map(condition).collect();
        let name = given
            .iter()
            .map(|(step, yes)| format!("{step} {}", if *yes { "accepted" } else { "refused" }));
        let name = name.collect::<Vec<_>>().join(", ");
        let value = match <[Value; 1]>::try_from(parts) {
            Ok([one]) => one,
            Err(parts) => json!({ "all": parts }),
        };
        outcomes.insert(name, value);
    }
    (outcomes.len() <= 4).then_some(outcomes)
}

fn condition((step, yes): &Condition) -> Value {
    json!({ "step": step, "status": if *yes { "accepted" } else { "refused" } })
}

/// What must come of a call.
fn outcome(
    step: &Move,
    states: &[State],
    seen: &[Seen],
    is_alone: bool,
    call: &mut Map<String, Value>,
    expects: &mut Vec<(Vec<Session>, Value)>,
) {
    let accepted = seen.iter().find(|it| it.branch.accepted);
    let refused = seen.iter().find(|it| !it.branch.accepted);
    match (accepted, refused) {
        (Some(one), None) => {
            call.insert("requires".into(), json!(one.branch.requires.as_str()));
        }
        (None, Some(one)) => {
            call.insert("outcome".into(), json!("refused"));
            call.insert("requires".into(), json!(one.branch.requires.as_str()));
            // Which step shows that it could be accepted is known in the end.
            call.insert("twin".into(), json!(""));
        }
        _ => {
            call.insert("outcome".into(), json!("any"));
            call.shift_remove("save");
            if is_alone {
                expects.extend(depending(step, states, seen).map(|value| (Vec::new(), value)));
            }
        }
    }
}

/// What must come of a call that is refused or accepted in some states: as an expectation that says in
/// which.
fn depending(step: &Move, states: &[State], seen: &[Seen]) -> Option<Value> {
    let mut outcomes = Map::new();
    let mut requires = None;
    for (from, state) in states.iter().enumerate() {
        let own: Vec<&Seen> = seen.iter().filter(|it| it.from == from).collect();
        let answers: BTreeSet<bool> = own.iter().map(|it| it.branch.accepted).collect();
        let forced = if answers.len() == 1 { answers.first() } else { None };
        for given in &state.given {
            if given.is_empty() {
                return None;
            }
            let mut parts: Vec<Value> = given.iter().map(condition).collect();
            if let Some(yes) = forced {
                parts.push(condition(&(label(step), *yes)));
            }
            let name = given
                .iter()
                .map(|(step, yes)| format!("{step} {}", if *yes { "accepted" } else { "refused" }));
            let name = name.collect::<Vec<_>>().join(", ");
            outcomes.insert(name, json!({ "all": parts }));
        }
        if forced == Some(&false) || (forced.is_some() && requires.is_none()) {
            requires = own.first().map(|it| it.branch.requires);
        }
    }
    let requires = requires?;
    (outcomes.len() <= 4).then(|| with(requires, json!({ "outcomes": outcomes })))
}

fn with(requires: RequirementId, rest: Value) -> Value {
    let mut all = Map::from_iter([("requires".to_owned(), json!(requires.as_str()))]);
    if let Value::Object(rest) = rest {
        all.extend(rest);
    }
    Value::Object(all)
}

fn names_of(by: &[Session]) -> Value {
    match by {
        [one] => json!(one.to_string()),
        all => json!(all.iter().map(ToString::to_string).collect::<Vec<_>>()),
    }
}

fn describe(fields: &mut Map<String, Value>, frame: &Frame) {
    if let Some(person) = frame.about {
        fields.insert("about".into(), json!(person.name()));
    }
    if !frame.fits.is_empty() {
        let fits: Map<String, Value> = frame
            .fits
            .iter()
            .map(|(pointer, value)| ((*pointer).to_owned(), value.clone()))
            .collect();
        fields.insert("where".into(), Value::Object(fits));
    }
}

fn heard(by: &[Session], frame: &Frame, step: &Move, word: &str) -> Value {
    let mut fields = Map::new();
    fields.insert("by".into(), names_of(by));
    fields.insert("frame".into(), json!(frame.kind.as_str()));
    describe(&mut fields, frame);
    fields.insert("after".into(), json!(label(step)));
    json!({ word: fields })
}

/// The request of a move, as a step spells it, without what must come of it.
fn request(step: &Move) -> Option<Map<String, Value>> {
    let operation = step.act.operation()?;
    let mut call = Map::new();
    call.insert("id".into(), json!(label(step)));
    call.insert("operation".into(), json!(operation.as_str()));
    match step.act.caller() {
        Some(by) => {
            call.insert("as".into(), json!(by.to_string()));
        }
        None if step.wrong == Some(Wrong::OtherApplication) => {
            call.insert("as".into(), json!("second_application"));
        }
        None => {}
    }
    if operation.endpoint().is_about_conference() {
        let room = match step.wrong {
            Some(Wrong::UnknownRoom) => "no-such-conference".to_owned(),
            _ => step.act.room()?.id(),
        };
        call.insert("in".into(), json!(room));
    }
    if let Some(token) = step.act.shown().and_then(|shown| shown_text(shown, step)) {
        call.insert("token".into(), json!(token));
    }
    match step.wrong {
        Some(Wrong::Bearer(credential)) => {
            call.insert("bearer".into(), json!(credential_text(credential, step, false)));
        }
        Some(Wrong::SessionToken(credential)) => {
            call.insert("session_token".into(), json!(credential_text(credential, step, true)));
        }
        _ => {}
    }
    if let Act::SdkKick { person, .. } = &step.act {
        call.insert("path".into(), json!({ "userId": person.user() }));
    }
    let body = body(step);
    match (step.wrong, body) {
        (Some(Wrong::Body(form)), body) => {
            let (key, value) = malformed(step, form, body.unwrap_or_else(|| json!({})));
            call.insert(key.into(), value);
        }
        (_, Some(body)) => {
            call.insert("body".into(), body);
        }
        (_, None) => {}
    }
    if step.wrong.is_none() {
        let save = saves(step);
        if !save.is_empty() {
            call.insert("save".into(), Value::Object(save));
        }
    }
    Some(call)
}

fn forged(number: u16) -> String {
    format!("forged{number}")
}

fn narrow(number: u16) -> String {
    format!("narrow{number}")
}

fn shown_text(shown: Shown, step: &Move) -> Option<String> {
    let name = step.act.caller()?.person.name();
    Some(match shown {
        Shown::Usual => return None,
        Shown::Absent => "none".to_owned(),
        Shown::This(token) => token.text(),
        Shown::Forged(..) => format!("${{{}}}", forged(step.number)),
        Shown::Api => "${api_token}".to_owned(),
        Shown::Client => format!("${{{name}.client_token}}"),
        Shown::OfSession => format!("${{{name}.session_token}}"),
    })
}

fn credential_text(credential: Credential, step: &Move, of_session: bool) -> String {
    let own = match step.act.caller() {
        None => "${api_token}".to_owned(),
        Some(by) if of_session => format!("${{{}.session_token}}", by.person.name()),
        Some(by) => format!("${{{}.client_token}}", by.person.name()),
    };
    match credential {
        Credential::Absent => "none".to_owned(),
        Credential::Garbage => "not-a-token".to_owned(),
        Credential::Longer => format!("{own}x"),
        Credential::Api => "${api_token}".to_owned(),
        Credential::Client(by) => format!("${{{}.client_token}}", by.person.name()),
        Credential::Session(by) => format!("${{{}.session_token}}", by.person.name()),
        Credential::Conference(token) => token.text(),
        Credential::Narrow => format!("${{{}}}", narrow(step.number)),
    }
}

/// The values that a call brings.
fn saves(step: &Move) -> Map<String, Value> {
    let mut save = Map::new();
    let number = step.number;
    let mut token = |person: Person, pointer: String| {
        save.insert(Token { by: number, person }.name(), json!(pointer));
    };
    match &step.act {
        Act::RestCreate { owner, invited, .. } => {
            token(*owner, "/ownerToken".to_owned());
            for it in invited {
                token(it.person, format!("/usersTokens/{}", it.person.id()));
            }
            save.insert(crate::model::Room(number).name(), json!("/conferenceId"));
        }
        Act::RestCreateAgain { invited, .. } => {
            for it in invited {
                token(it.person, format!("/usersTokens/{}", it.person.id()));
            }
        }
        Act::SdkCreate { by, .. } => {
            token(by.person, "/ownerToken".to_owned());
            save.insert(crate::model::Room(number).name(), json!("/conferenceId"));
        }
        Act::RestInvite { invited, .. } => {
            for it in invited {
                token(it.person, format!("/{}", it.person.id()));
            }
        }
        Act::RestUpdate { grants, .. } => {
            for (person, _) in grants {
                token(*person, format!("/{}", person.id()));
            }
        }
        _ => {}
    }
    save
}

fn grant(grant: &Grant) -> Option<Value> {
    Some(match grant {
        Grant::Unsaid => return None,
        Grant::Null => Value::Null,
        Grant::EmptyObject => json!({}),
        Grant::EmptyList => json!([]),
        Grant::These(set) => json!(names(set)),
    })
}

/// Somebody's permissions; the first one's have a word that does not exist, where that is what is wrong.
fn permissions(of: &Grant, step: &Move, place: usize) -> Option<Value> {
    match step.wrong {
        Some(Wrong::UnknownPermission) if place == 0 => Some(json!(["JOIN", "FLY"])),
        _ => grant(of),
    }
}

fn people(invited: &[Invitee], step: &Move) -> Value {
    let mut all = Map::new();
    for (place, it) in invited.iter().enumerate() {
        let mut fields = Map::new();
        if let Some(value) = permissions(&it.grant, step, place) {
            fields.insert("permissions".into(), value);
        }
        if let Some(notify) = it.notify {
            fields.insert("notification".into(), json!(notify));
        }
        all.insert(it.person.id(), Value::Object(fields));
    }
    Value::Object(all)
}

/// The body of a right request; `None` for what a real client sends by default.
fn body(step: &Move) -> Option<Value> {
    Some(match &step.act {
        Act::RestCreate { owner, alias: number, ttl, invited } => {
            let mut body = Map::new();
            if step.wrong != Some(Wrong::NoOwner) {
                body.insert("ownerExternalId".into(), json!(owner.id()));
            }
            if let Some(number) = number {
                body.insert("alias".into(), json!(alias(*number, false)));
            }
            if *ttl {
                body.insert("parameters".into(), json!({ "ttl": 3600 }));
            }
            if !invited.is_empty() {
                body.insert("participants".into(), people(invited, step));
            }
            Value::Object(body)
        }
        Act::SdkCreate { alias: number, ttl, .. } => {
            let mut body = Map::new();
            if let Some(number) = number {
                body.insert("alias".into(), json!(alias(*number, false)));
            }
            if *ttl {
                body.insert("params".into(), json!({ "ttl": 3600 }));
            }
            if body.is_empty() {
                return None;
            }
            Value::Object(body)
        }
        Act::RestCreateAgain { owner, other_case, invited, .. } => {
            let mut body = Map::new();
            body.insert("ownerExternalId".into(), json!(owner.id()));
            body.insert("alias".into(), json!(alias(step_alias(step)?, *other_case)));
            if !invited.is_empty() {
                body.insert("participants".into(), people(invited, step));
            }
            Value::Object(body)
        }
        Act::SdkCreateAgain { other_case, .. } => {
            json!({ "alias": alias(step_alias(step)?, *other_case) })
        }
        Act::Join { listener: true, .. } => json!({ "user": { "type": "listener" } }),
        Act::RestInvite { invited, .. } => json!({ "participants": people(invited, step) }),
        Act::SdkInvite { invited, .. } => {
            let profile = |(place, it): (usize, &Invitee)| {
                let mut fields = Map::new();
                fields.insert("externalId".into(), json!(it.person.id()));
                // A client may say the name as well.
                if step.number.is_multiple_of(3) {
                    fields.insert("externalName".into(), json!(it.person.name_shown()));
                }
                if let Some(value) = permissions(&it.grant, step, place) {
                    fields.insert("permissions".into(), value);
                }
                Value::Object(fields)
            };
            let all: Vec<Value> = invited.iter().enumerate().map(profile).collect();
            json!({ "externalProfiles": all })
        }
        Act::RestUpdate { grants, .. } => {
            let mut all = Map::new();
            for (place, (person, of)) in grants.iter().enumerate() {
                let mut fields = Map::new();
                if let Some(value) = permissions(of, step, place) {
                    fields.insert("permissions".into(), value);
                }
                all.insert(person.id(), Value::Object(fields));
            }
            json!({ "participants": all })
        }
        Act::SdkUpdate { grants, .. } => {
            let one = |(place, (person, of)): (usize, &(Person, Grant))| {
                let mut fields = Map::new();
                fields.insert("userId".into(), json!(person.user()));
                if let Some(value) = permissions(of, step, place) {
                    fields.insert("newPermissions".into(), value);
                }
                Value::Object(fields)
            };
            let all: Vec<Value> = grants.iter().enumerate().map(one).collect();
            json!({ "userPermissions": all })
        }
        Act::RestKick { people, .. } => {
            let all: Vec<String> = people.iter().map(|person| person.id()).collect();
            json!({ "externalIds": all })
        }
        Act::RestMessage { from, to, text, .. } => {
            let text = match step.wrong {
                Some(Wrong::TooLong) => "${filler:16385}".to_owned(),
                _ => text.text(),
            };
            let mut body = Map::new();
            body.insert("from".into(), json!(from.id()));
            body.insert("message".into(), json!(text));
            if let Some(to) = to {
                let to: Vec<String> = to.iter().map(|person| person.id()).collect();
                body.insert("to".into(), json!(to));
            }
            Value::Object(body)
        }
        Act::Send { text, .. } => match step.wrong {
            Some(Wrong::TooLong) => json!({ "message": "${filler:16385}" }),
            _ => json!({ "message": text.text() }),
        },
        Act::Subscribe { alias: number, topics, .. }
        | Act::Unsubscribe { alias: number, topics, .. } => {
            let one = |topic: &crate::model::Topic| json!({ "type": topic.as_str(), "conferenceAlias": alias(*number, false) });
            json!({ "subscriptions": topics.iter().map(one).collect::<Vec<_>>() })
        }
        _ => return None,
    })
}

/// The alias of a conference that is created again has the number that its move was made for.
fn step_alias(step: &Move) -> Option<u8> {
    match &step.act {
        Act::RestCreateAgain { alias, .. } | Act::SdkCreateAgain { alias, .. } => Some(*alias),
        _ => None,
    }
}

/// A body of the wrong form, and the field that says it.
fn malformed(step: &Move, form: Form, body: Value) -> (&'static str, Value) {
    let right = body.to_string();
    let shorter = right.get(..right.len().saturating_sub(1)).unwrap_or_default().to_owned();
    match form {
        Form::SecondValue => ("text", json!(format!("{right} {{\"more\": 1}}"))),
        Form::Rubbish => ("text", json!(format!("{right} x"))),
        Form::Truncated => ("text", json!(shorter)),
        Form::Comma => ("text", json!(format!("{shorter},}}"))),
        Form::Latin1 => ("latin1", json!(format!("{shorter},\"note\":\"é\"}}"))),
        Form::List => ("text", json!(format!("[{right}]"))),
        Form::Text => ("text", json!(Value::from(right).to_string())),
        Form::Null => ("text", json!("null")),
        Form::Nothing => ("text", json!("")),
        Form::WrongType | Form::HalfWrong => {
            let mut body = body;
            let field = match step.act.operation() {
                Some(
                    Operation::RestCreate | Operation::RestInvite | Operation::RestPermissions,
                ) => "participants",
                Some(Operation::RestKick) => "externalIds",
                Some(Operation::SdkCreate) => "params",
                Some(Operation::SdkInvite) => "externalProfiles",
                Some(Operation::SdkPermissions) => "userPermissions",
                Some(Operation::Subscribe | Operation::Unsubscribe) => "subscriptions",
                _ => "message",
            };
            let half = match body.get(field) {
                Some(Value::Array(all)) if form == Form::HalfWrong => {
                    Value::Array(all.iter().cloned().chain([json!(7)]).collect())
                }
                _ => json!(7),
            };
            if let Value::Object(fields) = &mut body {
                fields.insert(field.to_owned(), half);
            }
            ("body", body)
        }
    }
}

/// Names for each refusal the step that shows that such a call is accepted when it is right.
fn twins(items: &mut [Item]) {
    struct Known {
        operation: String,
        id: String,
        accepted: bool,
    }
    let call_of = |piece: &Piece| piece.step.get("call").cloned();
    let mut known: Vec<Known> = Vec::new();
    for item in items.iter() {
        let pieces = match item {
            Item::One(piece) => std::slice::from_ref(piece),
            Item::Together(all) => all.as_slice(),
        };
        for piece in pieces.iter().filter(|piece| piece.kind != Kind::Aside) {
            let found = match call_of(piece) {
                Some(call) => (
                    call["operation"].as_str().unwrap_or_default().to_owned(),
                    call["id"].as_str().unwrap_or_default().to_owned(),
                    call.get("outcome").is_none(),
                ),
                None => {
                    let open = piece.step.get("open");
                    let id = open.and_then(|open| open["id"].as_str()).unwrap_or_default();
                    (String::new(), id.to_owned(), open.is_some())
                }
            };
            if !found.1.is_empty() {
                known.push(Known { operation: found.0, id: found.1, accepted: found.2 });
            }
        }
    }
    // The twin, and whether it is the same call.
    let twin = |operation: &str, own: &str| {
        let before = known.iter().take_while(|it| it.id != own);
        let after = known.iter().skip_while(|it| it.id != own);
        let fits = |it: &&Known| it.accepted && it.operation == operation;
        let same = before.filter(fits).last().or_else(|| after.clone().find(fits));
        let any = same.or_else(|| known.iter().find(|it| it.accepted));
        any.map(|it| (it.id.clone(), same.is_some()))
    };
    for item in items {
        let pieces = match item {
            Item::One(piece) => std::slice::from_mut(piece),
            Item::Together(all) => all.as_mut_slice(),
        };
        for piece in pieces.iter_mut().filter(|piece| piece.kind == Kind::Call) {
            let Some(Value::Object(call)) = piece.step.get_mut("call") else { continue };
            if call.get("twin") != Some(&json!("")) {
                continue;
            }
            let operation = call["operation"].as_str().unwrap_or_default().to_owned();
            let own = call["id"].as_str().unwrap_or_default().to_owned();
            let (found, is_same) = twin(&operation, &own).unwrap_or((own, false));
            call.insert("twin".into(), json!(found));
            // How a call is refused says nothing where none is accepted.
            if !is_same {
                piece.expects.clear();
            }
        }
    }
}

/// The step of a piece, with its expectations in their place; and why it is waited for, if it is.
fn finish(item: &Item) -> Vec<(Value, Option<Role>)> {
    match item {
        Item::One(piece) => vec![finished(piece)],
        Item::Together(all) => {
            let steps: Vec<Value> = all.iter().map(|piece| finished(piece).0).collect();
            vec![(json!({ "together": steps }), None)]
        }
    }
}

fn finished(piece: &Piece) -> (Value, Option<Role>) {
    let expects: Vec<Value> = piece.expects.iter().map(|(_, value)| value.clone()).collect();
    let mut step = piece.step.clone();
    match piece.kind {
        Kind::Check => {
            let fenced: BTreeSet<Session> =
                piece.expects.iter().flat_map(|(fenced, _)| fenced.iter().copied()).collect();
            let fenced: Vec<Session> = fenced.into_iter().collect();
            let check = json!({ "fence": names_of(&fenced), "expect": expects });
            (json!({ "check": check }), None)
        }
        Kind::Call => {
            if let (Some(Value::Object(call)), false) = (step.get_mut("call"), expects.is_empty()) {
                call.insert("expect".into(), Value::Array(expects));
            }
            (Value::Object(step), None)
        }
        Kind::Arrives(role) => (Value::Object(step), Some(role)),
        Kind::Plain | Kind::Aside => (Value::Object(step), None),
    }
}

/// Takes away the ids, saved values and waits that nothing needs.
fn prune(steps: &mut Vec<(Value, Option<Role>)>) {
    loop {
        let before = steps.clone();
        let whole: String = steps.iter().map(|(step, _)| step.to_string()).collect();
        let uses = |name: &str| whole.contains(&format!("${{{name}}}"));
        steps.retain(|(step, role)| {
            let made = step.pointer("/forge/name").and_then(Value::as_str);
            let is_unused_token = matches!(role, Some(Role::Brings(token)) if !uses(&token.name()));
            // An update that a client does not get changes what it sends: then it is waited for.
            let is_update = step.pointer("/await/frame") == Some(&json!("UpdateToken"));
            made.is_none_or(uses) && (!is_unused_token || is_update)
        });
        for (step, _) in steps.iter_mut() {
            each_call(step, &mut |call| {
                if let Some(Value::Object(save)) = call.get_mut("save") {
                    save.retain(|name, _| uses(name));
                    if save.is_empty() {
                        call.shift_remove("save");
                    }
                }
            });
        }
        // A token with narrow scopes that nobody uses.
        steps.retain(|(step, _)| {
            let call = step.get("call");
            let is_of_narrow = call.is_some_and(|call| {
                call["operation"] == json!("auth.token") && call.get("id").is_none()
            });
            let saves = call.and_then(|call| call.get("save"));
            !(is_of_narrow && saves.is_none() && call.is_some_and(is_only_scope))
        });
        if *steps == before {
            break;
        }
    }
    let mut referenced = BTreeSet::new();
    for (step, _) in steps.iter() {
        references(step, &mut referenced);
    }
    for (step, _) in steps.iter_mut() {
        each_call(step, &mut |fields| {
            let id = fields.get("id").and_then(Value::as_str).map(str::to_owned);
            if id.is_some_and(|id| !referenced.contains(&id)) {
                fields.shift_remove("id");
            }
        });
    }
}

fn is_only_scope(call: &Value) -> bool {
    call.pointer("/body/scope").is_some()
        && call.get("outcome").is_none()
        && call.get("expect").is_none()
}

/// Does something with the fields of each step, within groups as well.
fn each_call(step: &mut Value, change: &mut dyn FnMut(&mut Map<String, Value>)) {
    let Value::Object(fields) = step else { return };
    for value in fields.values_mut() {
        match value {
            Value::Object(inner) => change(inner),
            Value::Array(all) => all.iter_mut().for_each(|step| each_call(step, change)),
            _ => {}
        }
    }
}

/// The ids of steps that others name.
fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                if let (true, Some(text)) =
                    (["twin", "after", "step"].contains(&key.as_str()), value.as_str())
                {
                    found.insert(text.to_owned());
                }
                references(value, found);
            }
        }
        Value::Array(all) => all.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

/// Gives everything that has a number a readable name instead.
fn readable(steps: &mut [Value]) {
    let whole: String = steps.iter().map(Value::to_string).collect();
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    let rooms = ["room", "other_room", "third_room", "fourth_room"];
    let mut count = 0;
    for word in words(&whole) {
        if names.contains_key(word) {
            continue;
        }
        let Some(stem) = numbered(word) else { continue };
        let plain = match stem {
            "room" => {
                count += 1;
                rooms.get(count - 1).map_or_else(|| format!("room_{count}"), |it| (*it).to_owned())
            }
            stem => {
                free(&taken, stem.trim_end_matches('-'), if word.contains('-') { "-" } else { "_" })
            }
        };
        taken.insert(plain.clone());
        names.insert(word.to_owned(), plain);
    }
    for step in steps {
        rename(step, &names);
    }
}

/// The first of `x`, `x_2`, `x_3` that is free.
fn free(taken: &BTreeSet<String>, stem: &str, joint: &str) -> String {
    let mut all = (2..).map(|number| format!("{stem}{joint}{number}"));
    if !taken.contains(stem) {
        return stem.to_owned();
    }
    all.find(|name| !taken.contains(name)).unwrap_or_else(|| stem.to_owned())
}

/// The words of a text that may be names.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-'))
}

/// The name without its number, if it is one of those that are given with numbers.
fn numbered(word: &str) -> Option<&str> {
    let stem = word.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_own = stem != word
        && (["room", "forged", "narrow"].contains(&stem)
            || stem.ends_with("_token")
            || STEMS.contains(&stem));
    is_own.then_some(stem)
}

/// What the ids of steps begin with.
const STEMS: [&str; 20] = [
    "create-",
    "join-",
    "leave-",
    "invite-",
    "permissions-",
    "kick-",
    "message-",
    "send-",
    "participants-",
    "terminate-",
    "subscribe-",
    "unsubscribe-",
    "open-",
    "close-",
    "lose-",
    "return-",
    "token-",
    "logout-",
    "identify-",
    "aside-",
];

fn rename(value: &mut Value, names: &BTreeMap<String, String>) {
    match value {
        Value::String(text) => {
            let mut renamed = String::new();
            let mut rest = text.as_str();
            // Whole words only: a name can be part of another one.
            while !rest.is_empty() {
                let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
                let end = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
                let (word, after) = rest.split_at(end);
                renamed.push_str(names.get(word).map_or(word, String::as_str));
                let skip = after.chars().next().map_or(0, char::len_utf8);
                renamed.push_str(&after[..skip]);
                rest = &after[skip..];
            }
            *text = renamed;
        }
        Value::Array(all) => all.iter_mut().for_each(|value| rename(value, names)),
        Value::Object(fields) => {
            let old = std::mem::take(fields);
            for (key, mut value) in old {
                rename(&mut value, names);
                let mut key = Value::String(key);
                rename(&mut key, names);
                if let Value::String(key) = key {
                    fields.insert(key, value);
                }
            }
        }
        _ => {}
    }
}
