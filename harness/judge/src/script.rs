//! The expectations of a scenario, step by step.

use super::effects;
use super::expectation::{Call as OwnCall, Found, Scene, Subject};
use super::history::{Exchange, History};
use invite_scenario::matching::Pattern;
use invite_scenario::{Await, Call, Connect, Expectation, Located, Never, Outcome, Scenario, Step};
use invite_spec::endpoint::Operation;
use invite_spec::push::FrameType;
use invite_spec::requirement::{RequirementId, id};
use invite_spec::status::StatusClass;
use invite_trace::{About, Check, Evidence, Verdict};
use invite_trace::{Content, Event, SocketEnd};
use std::collections::BTreeMap;

/// A check on its way to its verdict.
#[derive(Debug, Clone)]
pub(crate) struct Raw {
    pub check: Check,
    /// Whether what it is about happened at all.
    pub reached: bool,
    /// The steps by which it proves something: whose failure makes it prove nothing.
    pub twin: Option<String>,
    /// The entries whose content it looked at.
    pub subject: Vec<usize>,
    /// The type of frame that did not come, and at whom.
    pub missed: Option<(FrameType, Vec<String>)>,
    /// Whether it is the outcome of its step, which a twin can rest on.
    pub is_outcome: bool,
}

/// The checks of a scenario, in the order of its steps.
pub(crate) fn checks(scenario: &Scenario, history: &History<'_>) -> Vec<Raw> {
    let labelled = scenario.labelled();
    let calls: BTreeMap<String, OwnCall> = labelled
        .iter()
        .filter_map(|(label, step)| match step {
            Step::Call(call) => {
                let operation = Operation::parse(&call.operation)?;
                Some((label.clone(), OwnCall { operation, preflight: call.preflight }))
            }
            Step::Wire(wire) => {
                let operation = Operation::parse(&wire.operation)?;
                Some((label.clone(), OwnCall { operation, preflight: false }))
            }
            _ => None,
        })
        .collect();
    let scene = Scene { history, calls: &calls };
    let mut script = Script { id: &scenario.scenario, scene, raw: Vec::new() };
    script.raw.extend(prerequisite_checks(&scenario.scenario, history, &calls));
    for (label, step) in &labelled {
        script.step(label, step);
    }
    script.raw
}

/// The calls that were made on the way to something else.
pub(crate) fn prerequisites(id: &str, history: &History<'_>) -> Vec<Raw> {
    prerequisite_checks(id, history, &BTreeMap::new())
}

fn prerequisite_checks(
    id: &str,
    history: &History<'_>,
    calls: &BTreeMap<String, OwnCall>,
) -> Vec<Raw> {
    let mut found: BTreeMap<RequirementId, Raw> = BTreeMap::new();
    for exchange in &history.exchanges {
        if exchange.is_abandoned() {
            continue;
        }
        let is_own = calls.get(exchange.step).is_some_and(|call| exchange.is(call.operation));
        let Some(endpoint) = exchange.endpoint.filter(|_| !is_own) else { continue };
        let requirement = endpoint.prerequisite(exchange.body.json());
        let slot = found
            .entry(requirement)
            .or_insert_with(|| raw(id, requirement, exchange.step, Found::Holds(None)));
        if slot.check.verdict == Verdict::Pass
            && let Some(evidence) = failure(exchange, endpoint.operation)
        {
            *slot = raw(id, requirement, exchange.step, Found::Broken(evidence));
        }
        slot.check.about = Some(About::Accepts(endpoint.operation));
    }
    let opened =
        history.trace.entries.iter().enumerate().filter_map(|(at, entry)| match &entry.event {
            Event::SocketOpened { .. } => Some((at, entry, None)),
            Event::SocketRefused { why, .. } => Some((at, entry, Some(why))),
            _ => None,
        });
    for (at, entry, refused) in opened {
        let by_choice = entry.step.is_empty() || is_chosen_socket(history, &entry.step);
        if by_choice {
            continue;
        }
        let slot = found
            .entry(id::SES_002)
            .or_insert_with(|| raw(id, id::SES_002, &entry.step, Found::Holds(None)));
        if let (Verdict::Pass, Some(why)) = (slot.check.verdict, refused) {
            let evidence = Evidence::new("the WebSocket opens", why.as_str()).at([at]);
            *slot = raw(id, id::SES_002, &entry.step, Found::Broken(evidence));
            // It was opened by what identify answered.
            let before = history.exchanges.iter().filter(|e| e.step == entry.step);
            slot.subject = before
                .filter(|e| e.is(Operation::Identify) && e.actor == entry.actor)
                .flat_map(Exchange::entries)
                .collect();
        }
    }
    found.into_values().map(|raw| Raw { is_outcome: false, ..raw }).collect()
}

/// Whether a step's socket is its own subject: then the step has a requirement of its own for it.
fn is_chosen_socket(history: &History<'_>, step: &str) -> bool {
    !history
        .exchanges
        .iter()
        .any(|exchange| exchange.step == step && exchange.is(Operation::Identify))
}

/// Why a call did not succeed that was to: it was not accepted, or its answer lacks what it is
/// called for.
fn failure(exchange: &Exchange<'_>, operation: Operation) -> Option<Evidence> {
    let evidence = if exchange.is_accepted() {
        let body = exchange.answer();
        let lacks = |pointer: &&&str| {
            let value = body.and_then(|body| body.pointer(pointer)?.as_str());
            value.is_none_or(str::is_empty)
        };
        let pointer = exchange.endpoint.map_or(&[][..], |it| it.essential).iter().find(lacks)?;
        let seen = match &exchange.reply.as_ref()?.body {
            Content::Json(body) => invite_text::show(body.pointer(pointer)),
            Content::Empty => "an empty body".to_owned(),
            Content::Text { .. } => "a body that is not JSON".to_owned(),
        };
        Evidence::new(format!("{operation} answers a text at {pointer}"), seen).pointing(*pointer)
    } else {
        let expected = format!("{operation} is accepted (a status from 200 to 299)");
        Evidence::new(expected, exchange.outcome())
    };
    Some(evidence.at(exchange.entries()))
}

fn raw(scenario: &str, requirement: RequirementId, at: &str, found: Found) -> Raw {
    let reached = found != Found::NotReached;
    let (verdict, evidence, outcome) = match found {
        Found::Holds(outcome) => (Verdict::Pass, Evidence::default(), outcome),
        Found::Broken(evidence) => (Verdict::Fail, evidence, None),
        Found::NotReached => (Verdict::Blocked, Evidence::default(), None),
    };
    Raw {
        check: Check {
            requirement: Some(requirement),
            scenario: scenario.to_owned(),
            at: at.to_owned(),
            verdict,
            about: None,
            evidence,
            outcome,
            blocked_by: None,
        },
        reached,
        twin: None,
        subject: Vec::new(),
        missed: None,
        is_outcome: false,
    }
}

/// The requirements that a scenario names. They exist: the scenario was checked when it was read.
fn named(ids: &[Located]) -> Vec<RequirementId> {
    ids.iter().filter_map(|id| RequirementId::parse(id)).collect()
}

/// The same, or the usual one where none is named.
fn or_usual(ids: &[Located], usual: RequirementId) -> Vec<RequirementId> {
    if ids.is_empty() { vec![usual] } else { named(ids) }
}

struct Script<'h> {
    id: &'h str,
    scene: Scene<'h>,
    raw: Vec<Raw>,
}

impl<'h> Script<'h> {
    fn add(&mut self, ids: &[RequirementId], label: &str, found: &Found) -> &mut [Raw] {
        let first = self.raw.len();
        for id in ids {
            self.raw.push(raw(self.id, *id, label, found.clone()));
        }
        &mut self.raw[first..]
    }

    fn step(&mut self, label: &'h str, step: &'h Step) {
        match step {
            Step::Call(call) => self.call(label, call),
            Step::Await(wait) => self.awaited(label, wait),
            Step::Never(never) => self.never(label, never),
            Step::Connect(connect) => self.connect(label, connect),
            Step::Reconnect(close) => {
                let ids = or_usual(close.requires.as_slice(), id::SES_009);
                let found = self.reconnected(label);
                for raw in self.add(&ids, label, &found) {
                    raw.is_outcome = true;
                }
            }
            Step::Close(close) => {
                if let Some(id) = &close.requires {
                    let closed = self.scene.beginning(label).is_some();
                    let found = if closed { Found::Holds(None) } else { Found::NotReached };
                    self.add(&named(std::slice::from_ref(id)), label, &found);
                }
            }
            Step::Check(check) => {
                let subject = Subject { label, frames: Vec::new() };
                let reached = self.scene.beginning(label).is_some() && !self.is_stopped_at(label);
                self.expectations(&check.expect, &subject, reached);
            }
            Step::Open(_)
            | Step::Drop(_)
            | Step::Wire(_)
            | Step::Forge(_)
            | Step::Say(_)
            | Step::Together(_)
            | Step::UntilExpired(_) => {}
        }
    }

    /// Whether the drive stopped at this step before it was done.
    fn is_stopped_at(&self, label: &str) -> bool {
        matches!(&self.scene.history.trace.ended, invite_trace::Ended::Stopped(stop) if stop.step == label)
    }

    fn call(&mut self, label: &'h str, call: &'h Call) {
        let mut exchanges = self.scene.own(label);
        exchanges.retain(|exchange| !exchange.is_abandoned());
        // The scenario was checked when it was read: it names an operation.
        let Some(operation) = Operation::parse(&call.operation) else { return };
        let found = match call.outcome {
            _ if exchanges.is_empty() => Found::NotReached,
            Outcome::Accepted => {
                let wrong = |exchange: &&Exchange<'h>| failure(exchange, operation);
                exchanges.iter().find_map(wrong).map_or(Found::Holds(None), Found::Broken)
            }
            Outcome::Refused => self.refused(&exchanges, call),
            Outcome::Any => Found::Holds(None),
        };
        let judged = call.outcome != Outcome::Any && !call.preflight;
        if judged {
            let entries: Vec<usize> = exchanges.iter().flat_map(|e| e.entries()).collect();
            let about = match call.outcome {
                Outcome::Refused => About::Refuses(operation),
                _ => About::Accepts(operation),
            };
            for raw in self.add(
                &or_usual(&call.requires.0, operation.endpoint().requirement),
                label,
                &found,
            ) {
                raw.is_outcome = true;
                raw.check.about = Some(about.clone());
                raw.subject.clone_from(&entries);
                if call.outcome == Outcome::Refused {
                    raw.twin = call.twin.as_ref().map(|twin| twin.text.clone());
                    if raw.check.verdict == Verdict::Pass {
                        raw.check.evidence.entries.clone_from(&entries);
                    }
                }
            }
        }
        let subject = Subject { label, frames: Vec::new() };
        // What a call should have refused is not to be looked at further, and the other way round.
        let reached = matches!(found, Found::Holds(_));
        self.expectations(&call.expect, &subject, reached);
    }

    fn refused(&self, exchanges: &[&'h Exchange<'h>], call: &Call) -> Found {
        let is_refused =
            |exchange: &&Exchange<'h>| exchange.class().is_some_and(StatusClass::is_refused);
        let Some(wrong) = exchanges.iter().find(|exchange| !is_refused(exchange)) else {
            return self.undone(exchanges, call);
        };
        let seen = wrong.outcome();
        let expected = format!("{} is refused (a status of 400 or more)", call.operation);
        Found::Broken(Evidence::new(expected, seen).at(wrong.entries()))
    }

    /// Whether nothing came of calls that were refused, as they should be: who says no and does it
    /// all the same has not refused.
    fn undone(&self, exchanges: &[&'h Exchange<'h>], call: &Call) -> Found {
        let done = exchanges.iter().find_map(|exchange| {
            let effect = effects::of_refused(self.scene.history, exchange)?;
            Some((exchange, effect))
        });
        let Some((exchange, effect)) = done else { return Found::Holds(None) };
        let expected = format!("{} is refused, and not done", call.operation);
        let seen = format!("{}, and then {}", exchange.outcome(), effect.what);
        let places = exchange.entries().into_iter().chain([effect.at]);
        Found::Broken(Evidence::new(expected, seen).at(places))
    }

    fn awaited(&mut self, label: &'h str, wait: &'h Await) {
        let pattern =
            Pattern { frame: Some(&wait.frame), about: wait.about.as_ref(), fits: &wait.fits };
        let Some(kind) = FrameType::parse(&wait.frame) else { return };
        let began = self.scene.beginning(label);
        let (found, frames, missing) = match began {
            None => (Found::NotReached, Vec::new(), Vec::new()),
            Some(_) => {
                let end = self.deadline(label).unwrap_or_else(|| self.scene.end(label));
                let from = self.scene.from(wait.after.as_ref());
                let all = self.scene.frames(pattern, &wait.by, from, end);
                let missing: Vec<String> = all
                    .iter()
                    .filter(|(_, frame)| frame.is_none())
                    .map(|(actor, _)| actor.clone())
                    .collect();
                let frames: Vec<_> = all.values().filter_map(|frame| *frame).collect();
                let found = match missing.first() {
                    None => Found::Holds(None),
                    Some(first) => {
                        Found::Broken(self.missed(label, pattern, all.len(), &missing, first))
                    }
                };
                (found, frames, missing)
            }
        };
        let entries: Vec<usize> = frames.iter().map(|(at, _)| *at).collect();
        for raw in self.add(&or_usual(&wait.requires.0, kind.kind().requirement), label, &found) {
            raw.is_outcome = true;
            raw.check.about = Some(About::Arrives(kind));
            raw.subject.clone_from(&entries);
            if raw.check.verdict == Verdict::Fail {
                raw.missed = Some((kind, missing.clone()));
            }
        }
        let reached = found == Found::Holds(None);
        self.expectations(&wait.expect, &Subject { label, frames }, reached);
    }

    /// Where the deadline of a step passed.
    fn deadline(&self, label: &str) -> Option<usize> {
        self.scene
            .history
            .trace
            .entries
            .iter()
            .position(|entry| entry.step == label && matches!(entry.event, Event::Expired { .. }))
    }

    fn missed(
        &self,
        label: &str,
        pattern: Pattern<'_>,
        total: usize,
        missing: &[String],
        first: &str,
    ) -> Evidence {
        let entries = &self.scene.history.trace.entries;
        let expired = self.deadline(label);
        let mut seen = match expired.map(|at| &entries[at].event) {
            Some(Event::Expired { deadline, .. }) => {
                format!("none before the deadline `{deadline}`")
            }
            _ => "none before the WebSocket was closed by the target".to_owned(),
        };
        if total > 1 {
            seen.push_str(&format!(" at {} of {total}, {first} among them", missing.len()));
        }
        // The nearest thing that did arrive is the best clue.
        let near =
            self.scene.history.sockets.iter().filter(|socket| socket.actor == first).find_map(
                |socket| socket.values().filter(|(_, frame)| pattern.is_of_type(frame)).last(),
            );
        if let Some((_, frame)) = near {
            let shown = invite_text::show(Some(frame));
            seen.push_str(&format!("; the last of its type was {shown}"));
        }
        let places = near.map(|(at, _)| at).into_iter().chain(expired);
        Evidence::new(format!("{pattern} at {first}"), seen).at(places)
    }

    fn never(&mut self, label: &'h str, never: &'h Never) {
        let pattern =
            Pattern { frame: never.frame.as_ref(), about: never.about.as_ref(), fits: &never.fits };
        let found = match self.scene.beginning(label) {
            None => Found::NotReached,
            Some(_) => {
                let from = self.scene.from(never.after.as_ref());
                let frames = self.scene.frames(pattern, &never.by, from, self.scene.end(label));
                match frames.into_iter().find_map(|(actor, frame)| Some((actor, frame?))) {
                    Some((actor, (at, frame))) => {
                        let seen = invite_text::show(Some(frame));
                        let expected = format!("no {pattern} at {actor}");
                        Found::Broken(Evidence::new(expected, seen).at([at]))
                    }
                    // Only a fence that arrived proves that nothing else will.
                    None if self.is_stopped_at(label) => Found::NotReached,
                    None => Found::Holds(None),
                }
            }
        };
        for raw in self.add(&named(&never.requires.0), label, &found) {
            raw.is_outcome = true;
            raw.twin = never.twin.as_ref().map(|twin| twin.text.clone());
        }
    }

    fn connect(&mut self, label: &'h str, connect: &'h Connect) {
        let entries = &self.scene.history.trace.entries;
        let own = |event: fn(&Event) -> bool| {
            entries.iter().position(|entry| entry.step == label && event(&entry.event))
        };
        let opened = own(|event| matches!(event, Event::SocketOpened { .. }));
        let refused = own(|event| matches!(event, Event::SocketRefused { .. }));
        let closed =
            own(|event| matches!(event, Event::SocketClosed { by: SocketEnd::Target, .. }));
        let found = match (opened, refused) {
            (None, None) => Found::NotReached,
            _ => {
                let accepted = opened.is_some() && closed.is_none();
                let right = match connect.outcome {
                    Outcome::Accepted => accepted,
                    Outcome::Refused => !accepted,
                    Outcome::Any => true,
                };
                let words = |accepted: bool| if accepted { "it opens" } else { "it is refused" };
                if right {
                    Found::Holds(None)
                } else {
                    let evidence = Evidence::new(words(!accepted), words(accepted));
                    Found::Broken(evidence.at(opened.into_iter().chain(refused)))
                }
            }
        };
        let twin = connect.twin.as_ref().map(|twin| twin.text.clone());
        for raw in self.add(&named(std::slice::from_ref(&connect.requires)), label, &found) {
            raw.is_outcome = true;
            if connect.outcome == Outcome::Refused {
                raw.twin.clone_from(&twin);
            }
        }
    }

    fn reconnected(&self, label: &str) -> Found {
        if self.scene.beginning(label).is_none() {
            return Found::NotReached;
        }
        let entries = &self.scene.history.trace.entries;
        let refused = entries.iter().enumerate().find_map(|(at, entry)| match &entry.event {
            Event::SocketRefused { why, .. } if entry.step == label => Some((at, why)),
            _ => None,
        });
        match refused {
            None => Found::Holds(None),
            Some((at, why)) => {
                let expected = "the WebSocket opens again by the same address and token";
                Found::Broken(Evidence::new(expected, why.as_str()).at([at]))
            }
        }
    }

    fn expectations(&mut self, expected: &'h [Expectation], subject: &Subject<'h>, reached: bool) {
        for expectation in expected {
            let found =
                if reached { self.scene.evaluate(expectation, subject) } else { Found::NotReached };
            let label = subject.label;
            let mut entries: Vec<usize> = subject.frames.iter().map(|(at, _)| *at).collect();
            let own = expectation.step.as_ref().map_or(label, |step| step.text.as_str());
            entries.extend(self.scene.own(own).iter().flat_map(|exchange| exchange.entries()));
            for raw in self.add(&named(&expectation.requires.0), label, &found) {
                raw.twin = expectation.twin.as_ref().map(|twin| twin.text.clone());
                raw.subject.clone_from(&entries);
            }
        }
    }
}
