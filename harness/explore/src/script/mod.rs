//! Makes a scenario of a walk: each step with what the model predicts of it.
//!
//! The model may hold several states at once. Each is kept with the answers that it takes for granted,
//! so that a prediction that holds in some of them only becomes an expectation with several outcomes:
//! what the target did before decides between them when the trace is judged, and nothing has to be
//! asked while it is driven.
//!
//! | file | what |
//! | --- | --- |
//! | `states` | the states that the model holds, and how a step changes them |
//! | `calls` | the calls of a step, as a scenario writes them |
//! | `expectations` | what the model predicts, as expectations |
//! | `tidy` | takes out what nothing needs, and gives readable names |

mod calls;
mod expectations;
mod states;
mod tidy;

use crate::asides::ASIDES;
use crate::model::{Act, Check, Credential, Move, Role, Session, Shown, Wrong};
use crate::walk::{Alike, Step, Walk};
use crate::yaml;
use calls::{forged, label, narrow, request};
use expectations::{describe, heard, names_of, otherwise, outcome, with};
use invite_spec::endpoint::Operation;
use invite_spec::requirement::{RequirementId, id};
use invite_trace::Feature;
use serde_json::{Map, Value, json};
pub(crate) use states::Trail;
use states::{Seen, State, advance, start};
use std::collections::BTreeSet;
use tidy::{finish, mentions, prune, readable, twins};

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
    /// A fence before a session opens that nobody must hear of.
    Settles,
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
    alike: Alike,
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
    /// The requirement that it shows to be broken, if it was made for that.
    pub failed: Option<RequirementId>,
    /// What stands before everything, as comments.
    pub comment: Vec<String>,
}

impl Script {
    /// The script of a walk; `None` if it makes no sense.
    pub fn of(walk: &Walk, claims: &BTreeSet<Feature>) -> Option<Script> {
        let mut script = Script {
            items: Vec::new(),
            features: BTreeSet::new(),
            both: false,
            protects: None,
            alike: walk.alike,
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
            Act::Aside { which, .. } => {
                self.features.extend(ASIDES.get(*which).into_iter().flat_map(|it| it.needs));
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
        let before = match &step.act {
            Act::Open(_) => settled(&after),
            _ => None,
        };
        Some((before.into_iter().chain([own]).collect(), after))
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
            Check::Says { by, any, frame, requires } => {
                // It may come to some of them only.
                for session in by.chunks(1) {
                    let told = heard(session, frame, step, "heard");
                    let lost = heard(session, any, step, "unheard");
                    let mut outcomes = Map::new();
                    outcomes.insert("told".to_owned(), told);
                    outcomes.insert("lost".to_owned(), lost);
                    outcomes.extend(or_else.clone());
                    expect(session.to_vec(), with(*requires, json!({ "outcomes": outcomes })));
                }
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
                Kind::Arrives(_) | Kind::Plain | Kind::Settles => {}
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
                    Kind::Call | Kind::Plain | Kind::Settles => false,
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
        if !kept.iter().any(demands_silence) {
            kept.retain(|item| !matches!(item, Item::One(piece) if piece.kind == Kind::Settles));
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
        let mut field = |key: &str, value: Value| text.push_str(&yaml::field(key, &value));
        field("scenario", json!(heading.id));
        field("title", json!(heading.title));
        if let Some(about) = &heading.about {
            field("about", json!(about));
        }
        if let Some(failed) = heading.failed {
            field("failed", json!(failed));
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
        field("people", Value::Object(people(&whole, self.alike)));
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

/// A fence at those who must not hear of what follows: what is still on its way to them is not about that.
fn settled(after: &[Piece]) -> Option<Piece> {
    let fenced: BTreeSet<Session> =
        after.iter().flat_map(|piece| &piece.expects).flat_map(|(by, _)| by).copied().collect();
    if fenced.is_empty() {
        return None;
    }
    let fenced: Vec<Session> = fenced.into_iter().collect();
    let check = json!({ "fence": names_of(&fenced), "expect": [] });
    let step = Map::from_iter([("check".to_owned(), check)]);
    Some(Piece { kind: Kind::Settles, step, expects: Vec::new() })
}

/// Whether it expects that nobody hears of a session that opens.
fn demands_silence(item: &Item) -> bool {
    let Item::One(piece) = item else { return false };
    let mut requires =
        piece.expects.iter().filter_map(|(_, value)| value.get("requires")?.as_str());
    requires.any(|requires| requires == id::SES_011.as_str())
}

/// The people of a scenario that says this.
fn people(whole: &str, alike: Alike) -> Map<String, Value> {
    let named = crate::model::NAMES.iter().filter(|name| mentions(whole, name));
    let mut people: Map<String, Value> =
        named.map(|name| ((*name).to_owned(), json!({}))).collect();
    let [first, second, ..] = crate::model::NAMES;
    let spelled = match alike {
        Alike::Not => None,
        Alike::ByCase => Some((" of Ålesund", " OF ålesund")),
        Alike::ByPattern => Some(("_7", "x7")),
    };
    if let Some((one, other)) = spelled
        && people.contains_key(first)
        && people.contains_key(second)
    {
        people.insert(first.to_owned(), json!({ "spelled": one }));
        let other = json!({ "same_external_id_as": first, "spelled": other });
        people.insert(second.to_owned(), other);
    }
    people
}
