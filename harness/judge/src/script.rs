//! The expectations of a scenario, step by step.

use super::cause::is_accepted_instead;
use super::effects::Effects;
use super::expectation::{Call as OwnCall, Found, Scene, Subject};
use super::history::{Exchange, History};
use super::pending::PendingCheck;
use invite_scenario::matching::Pattern;
use invite_scenario::{
    Await, Call, CallKind, Connect, Expectation, Expected as Wanted, Never, Refusal, Requirements,
    Scenario, SessionStep, Step, Upgrade,
};
use invite_spec::endpoint::Operation;
use invite_spec::push::FrameType;
use invite_spec::requirement::{RequirementId, id};
use invite_trace::{
    About, CheckResult, Ended, Event, Evidence, Expected, FramePattern, Seen, SocketEnd,
    StopReason, Verdict, WaitEnd,
};
use std::collections::{BTreeMap, BTreeSet};

/// The checks of a scenario, in the order of its steps.
pub(crate) fn checks(scenario: &Scenario, history: &History<'_>) -> Vec<PendingCheck> {
    let labelled = scenario.labelled();
    let calls: BTreeMap<String, OwnCall> = labelled
        .iter()
        .filter_map(|(label, step)| {
            let own = match step {
                Step::Call(call) => {
                    OwnCall { operation: call.operation.value, preflight: call.is_preflight() }
                }
                Step::Wire(wire) => OwnCall { operation: wire.operation.value, preflight: false },
                Step::Close(close) if close.requires.is_some() => {
                    OwnCall { operation: Operation::Logout, preflight: false }
                }
                _ => return None,
            };
            Some((label.clone(), own))
        })
        .collect();
    let scene = Scene { history, calls: &calls };
    let effects = Effects::of(history);
    let mut script = Script { id: &scenario.id, scene, effects, checks: Vec::new() };
    script.checks.extend(prerequisite_checks(&scenario.id, history, &calls));
    for (label, step) in &labelled {
        script.step(label, step);
    }
    script.checks
}

/// The calls that were made on the way to something else.
pub(crate) fn prerequisites(id: &str, history: &History<'_>) -> Vec<PendingCheck> {
    prerequisite_checks(id, history, &BTreeMap::new())
}

fn prerequisite_checks(
    id: &str,
    history: &History<'_>,
    calls: &BTreeMap<String, OwnCall>,
) -> Vec<PendingCheck> {
    let mut found: BTreeMap<RequirementId, PendingCheck> = BTreeMap::new();
    for exchange in history.exchanges.iter().filter(|exchange| !exchange.is_abandoned()) {
        let is_own = calls.get(exchange.step).is_some_and(|call| exchange.is(call.operation));
        let Some(endpoint) = exchange.endpoint.filter(|_| !is_own) else { continue };
        let requirement = endpoint.prerequisite(exchange.body.json());
        let pending = |found| PendingCheck::new(id, requirement, exchange.step, found);
        let slot = found.entry(requirement).or_insert_with(|| pending(Found::Holds(None)));
        if slot.check.verdict() == Verdict::Pass
            && let Some(evidence) = failure(exchange, endpoint.operation)
        {
            *slot = pending(Found::broken(evidence));
        }
        slot.check.about = Some(About::Accepts(endpoint.operation));
    }
    opened(id, history, &mut found);
    found.into_values().collect()
}

/// The WebSockets that were opened on the way to something else.
fn opened(id: &str, history: &History<'_>, found: &mut BTreeMap<RequirementId, PendingCheck>) {
    // A step that opens no session has its socket for a subject, and a requirement of its own for it.
    let opens: BTreeSet<&str> =
        history.calls_of(Operation::Identify).map(|exchange| exchange.step).collect();
    for (at, entry) in history.trace.entries.iter().enumerate() {
        let refused = match &entry.event {
            Event::SocketOpened { .. } => None,
            Event::SocketRefused { why, .. } => Some(why),
            _ => continue,
        };
        if entry.step.is_empty() || !opens.contains(entry.step.as_str()) {
            continue;
        }
        let pending = |found| PendingCheck::new(id, id::SES_002, &entry.step, found);
        let slot = found.entry(id::SES_002).or_insert_with(|| pending(Found::Holds(None)));
        if let (Verdict::Pass, Some(why)) = (slot.check.verdict(), refused) {
            let evidence = Evidence::new(Expected::SocketOpens, Seen::SocketRefused(why.clone()));
            *slot = pending(Found::broken(evidence.at([at])));
            // It was opened with what identify answered.
            let before = history.exchanges.iter().filter(|e| e.step == entry.step);
            slot.subject = before
                .filter(|e| e.is(Operation::Identify) && e.actor == entry.actor)
                .flat_map(Exchange::entries)
                .collect();
        }
    }
}

/// Why a call failed that must succeed: it was not accepted, or its response lacks what the call is
/// made for.
fn failure(exchange: &Exchange<'_>, operation: Operation) -> Option<Evidence> {
    let evidence = if exchange.is_accepted() {
        let body = exchange.answer();
        let lacks = |pointer: &&&str| {
            let value = body.and_then(|body| body.pointer(pointer)?.as_str());
            value.is_none_or(str::is_empty)
        };
        let pointer = exchange.endpoint.map_or(&[][..], |it| it.essential).iter().find(lacks)?;
        let body = &exchange.reply.as_ref()?.body;
        let seen = match body.json() {
            Some(json) => Seen::value(json.pointer(pointer)),
            None => Seen::body(body),
        };
        let expected = Expected::Text { operation, pointer: (*pointer).to_owned() };
        Evidence::new(expected, seen).pointing(*pointer)
    } else {
        Evidence::new(Expected::Accepted(operation), exchange.outcome())
    };
    Some(evidence.at(exchange.entries()))
}

/// The requirements that a scenario names.
fn named(ids: &Requirements) -> Vec<RequirementId> {
    ids.0.iter().map(|id| id.value).collect()
}

/// The same, or the default one where none is named.
fn or_default(ids: &Requirements, default: RequirementId) -> Vec<RequirementId> {
    if ids.is_empty() { vec![default] } else { named(ids) }
}

struct Script<'h> {
    id: &'h str,
    scene: Scene<'h>,
    effects: Effects<'h, 'h>,
    checks: Vec<PendingCheck>,
}

impl<'h> Script<'h> {
    fn add(&mut self, ids: &[RequirementId], label: &str, found: &Found) -> &mut [PendingCheck] {
        let first = self.checks.len();
        for id in ids {
            self.checks.push(PendingCheck::new(self.id, *id, label, found.clone()));
        }
        &mut self.checks[first..]
    }

    fn step(&mut self, label: &'h str, step: &'h Step) {
        match step {
            Step::Call(call) => self.call(label, call),
            Step::Await(wait) => self.awaited(label, wait),
            Step::Never(never) => self.never(label, never),
            Step::Connect(connect) => self.connect(label, connect),
            Step::Reconnect(step) => self.reconnect(label, step),
            Step::Close(close) => {
                if let Some(id) = &close.requires {
                    let found = self.closed(label);
                    for pending in self.add(&[id.value], label, &found) {
                        pending.is_outcome = true;
                    }
                }
            }
            Step::Expect(step) => {
                let subject = Subject { label, frames: Vec::new() };
                let reached = self.scene.beginning(label).is_some() && !self.is_stopped_at(label);
                self.expectations(&step.expect, &subject, reached);
            }
            Step::Open(_)
            | Step::Drop(_)
            | Step::Wire(_)
            | Step::Forge(_)
            | Step::Say(_)
            | Step::Together(_)
            | Step::UntilExpired(_)
            | Step::Wait(_) => {}
        }
    }

    /// Whether the drive stopped at this step before it was done.
    fn is_stopped_at(&self, label: &str) -> bool {
        matches!(&self.scene.history.trace.ended, Ended::Stopped(stop) if stop.step == label)
    }

    fn call(&mut self, label: &'h str, call: &'h Call) {
        let mut exchanges = self.scene.own(label);
        exchanges.retain(|exchange| !exchange.is_abandoned());
        let wanted = match &call.kind {
            CallKind::Request(request) => Some(&request.expected),
            CallKind::Preflight(_) => None,
        };
        let found = match wanted {
            _ if exchanges.is_empty() => Found::NotReached,
            None | Some(Wanted::Accepted { .. }) => self.accepted(&exchanges, call),
            Some(Wanted::Refused(_)) => self.refused(&exchanges, call),
            Some(Wanted::Any { .. }) => Found::Holds(None),
        };
        let operation = call.operation.value;
        match wanted {
            None => {
                let ids = or_default(call.requires(), operation.endpoint().requirement);
                self.judged(&ids, label, &found, None, &exchanges);
            }
            Some(Wanted::Accepted { requires }) => {
                let ids = or_default(requires, operation.endpoint().requirement);
                self.judged(&ids, label, &found, Some(About::Accepts(operation)), &exchanges);
            }
            Some(Wanted::Refused(Refusal { requires, twin, .. })) => {
                let about = Some(About::Refuses(operation));
                for pending in self.judged(&named(requires), label, &found, about, &exchanges) {
                    pending.twin = Some(twin.value.clone());
                    if let CheckResult::Pass { entries, .. } = &mut pending.check.result {
                        entries.clone_from(&pending.subject);
                    }
                }
            }
            // What else is expected of it says what it shows.
            Some(Wanted::Any { .. }) => {}
        }
        let subject = Subject { label, frames: Vec::new() };
        // Check expectations only if the outcome was the expected one.
        let reached = matches!(found, Found::Holds(_));
        let first = self.checks.len();
        self.expectations(&call.expect, &subject, reached);
        if let Some(Wanted::Refused(refusal)) = wanted {
            for pending in &mut self.checks[first..] {
                pending.detail_beside = Some(refusal.twin.value.clone());
            }
        }
    }

    /// The checks of what must come of a call.
    fn judged(
        &mut self,
        ids: &[RequirementId],
        label: &str,
        found: &Found,
        about: Option<About>,
        exchanges: &[&Exchange<'_>],
    ) -> &mut [PendingCheck] {
        let entries: Vec<usize> = exchanges.iter().flat_map(|e| e.entries()).collect();
        let added = self.add(ids, label, found);
        for pending in added.iter_mut() {
            pending.is_outcome = true;
            pending.check.about.clone_from(&about);
            pending.subject.clone_from(&entries);
        }
        added
    }

    fn accepted(&self, exchanges: &[&'h Exchange<'h>], call: &Call) -> Found {
        let operation = call.operation.value;
        let wrong = |exchange: &&Exchange<'h>| match call.is_preflight() {
            true if exchange.is_accepted() => None,
            true => {
                let expected = Expected::PreflightAccepted(operation);
                Some(Evidence::new(expected, exchange.outcome()).at(exchange.entries()))
            }
            false => failure(exchange, operation),
        };
        exchanges.iter().find_map(wrong).map_or(Found::Holds(None), Found::broken)
    }

    fn refused(&self, exchanges: &[&'h Exchange<'h>], call: &Call) -> Found {
        let Some(wrong) = exchanges.iter().find(|exchange| !exchange.is_refused()) else {
            return self.undone(exchanges, call);
        };
        let expected = Expected::Refused(call.operation.value);
        Found::broken(Evidence::new(expected, wrong.outcome()).at(wrong.entries()))
    }

    /// Whether refused calls had no effect: an error status is no refusal if the call took effect
    /// anyway.
    fn undone(&self, exchanges: &[&'h Exchange<'h>], call: &Call) -> Found {
        let done = exchanges.iter().find_map(|exchange| {
            let shown = self.effects.of_refused(exchange)?;
            Some((exchange, exchange.status()?, shown))
        });
        let Some((exchange, status, shown)) = done else { return Found::Holds(None) };
        let expected = Expected::RefusedWithoutEffect(call.operation.value);
        let seen = Seen::RefusedWithEffect { status, effect: shown.frame };
        let places = exchange.entries().into_iter().chain([shown.at]);
        Found::broken(Evidence::new(expected, seen).at(places))
    }

    fn awaited(&mut self, label: &'h str, wait: &'h Await) {
        let kind = wait.frame.kind();
        let pattern =
            Pattern { frame: Some(kind.name), about: wait.about.as_ref(), fits: &wait.fits };
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
                    // What the target may do ended the step, and says nothing about the frame.
                    Some(_) if self.is_excused(label) => Found::NotReached,
                    Some(first) => {
                        Found::broken(self.missed(label, pattern, all.len(), &missing, first))
                    }
                };
                (found, frames, missing)
            }
        };
        let entries: Vec<usize> = frames.iter().map(|(at, _)| *at).collect();
        let fields = fields(wait.about.is_some(), wait.fits.keys());
        for pending in self.add(&or_default(&wait.requires, kind.requirement), label, &found) {
            pending.is_outcome = true;
            pending.check.about = Some(About::Arrives(kind.name));
            pending.check.fields.clone_from(&fields);
            pending.subject.clone_from(&entries);
            if pending.check.verdict() == Verdict::Fail {
                pending.missed = Some((kind.name, missing.clone()));
            }
        }
        let reached = found == Found::Holds(None);
        self.expectations(&wait.expect, &Subject { label, frames }, reached);
    }

    /// Whether an outcome that is allowed ended the scenario at this step.
    fn is_excused(&self, label: &str) -> bool {
        match &self.scene.history.trace.ended {
            Ended::Stopped(stop) => {
                stop.step == label && matches!(stop.reason, StopReason::Excused(_))
            }
            Ended::Complete => false,
        }
    }

    /// Where the deadline of a step passed.
    fn deadline(&self, label: &str) -> Option<usize> {
        let mut entries = self.scene.history.trace.entries.iter();
        entries.position(|it| it.step == label && matches!(it.event, Event::Expired { .. }))
    }

    fn missed(
        &self,
        label: &str,
        pattern: Pattern<'_>,
        of: usize,
        missing: &[String],
        first: &str,
    ) -> Evidence {
        let expired = self.deadline(label);
        let end = match expired.map(|at| &self.scene.history.trace.entries[at].event) {
            Some(Event::Expired { deadline, .. }) => WaitEnd::Deadline(*deadline),
            _ => WaitEnd::Closed,
        };
        // The last frame of the right type is the best clue.
        let near =
            self.scene.history.sockets.iter().filter(|socket| socket.actor == first).find_map(
                |socket| socket.values().filter(|(_, frame)| pattern.is_of_type(frame)).last(),
            );
        let nearest = near.map(|(_, frame)| invite_text::show(Some(frame)));
        let places = near.map(|(at, _)| at).into_iter().chain(expired);
        let expected = Expected::Frame { pattern: pattern.into(), actor: first.to_owned() };
        let seen = Seen::NoFrame { end, missing: missing.len(), of, nearest };
        Evidence::new(expected, seen).at(places)
    }

    fn never(&mut self, label: &'h str, never: &'h Never) {
        let pattern = Pattern {
            frame: never.frame.as_ref().map(|frame| frame.value),
            about: never.about.as_ref(),
            fits: &never.fits,
        };
        let found = match self.scene.beginning(label) {
            None => Found::NotReached,
            Some(_) => {
                let from = self.scene.from(never.after.as_ref());
                let frames = self.scene.frames(pattern, &never.by, from, self.scene.end(label));
                match frames.into_iter().find_map(|(actor, frame)| Some((actor, frame?))) {
                    Some((actor, (at, frame))) => {
                        let expected = Expected::NoFrame { pattern: pattern.into(), actor };
                        Found::broken(Evidence::new(expected, Seen::frame(frame)).at([at]))
                    }
                    // Only a fence that arrived proves that nothing else will.
                    None if self.is_stopped_at(label) => Found::NotReached,
                    None => Found::Holds(None),
                }
            }
        };
        for pending in self.add(&named(&never.requires), label, &found) {
            pending.is_outcome = true;
            pending.twin = never.twin.as_ref().map(|twin| twin.value.clone());
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
        let is_open = opened.is_some() && closed.is_none();
        let evidence = match (&connect.expected, is_open) {
            (Upgrade::Opened, true) | (Upgrade::Refused { .. }, false) => None,
            (Upgrade::Opened, false) => {
                Some(Evidence::new(Expected::SocketOpens, Seen::SocketDidNotOpen))
            }
            (Upgrade::Refused { .. }, true) => {
                Some(Evidence::new(Expected::SocketIsRefused, Seen::SocketOpened))
            }
        };
        let found = match evidence {
            _ if opened.is_none() && refused.is_none() => Found::NotReached,
            None => Found::Holds(None),
            Some(evidence) => Found::broken(evidence.at(opened.into_iter().chain(refused))),
        };
        let twin = connect.expected.twin().map(|twin| twin.value.clone());
        for pending in self.add(&[connect.requires.value], label, &found) {
            pending.is_outcome = true;
            pending.twin.clone_from(&twin);
        }
    }

    /// Whether the logout of each session was accepted.
    fn closed(&self, label: &str) -> Found {
        let mut exchanges = self.scene.own(label);
        exchanges.retain(|exchange| !exchange.is_abandoned());
        if exchanges.is_empty() {
            return Found::NotReached;
        }
        let wrong = |exchange: &&Exchange<'h>| failure(exchange, Operation::Logout);
        exchanges.iter().find_map(wrong).map_or(Found::Holds(None), Found::broken)
    }

    fn reconnect(&mut self, label: &'h str, step: &'h SessionStep) {
        let id = step.requires.as_ref().map_or(id::SES_009, |id| id.value);
        let found = self.reconnected(label);
        for pending in self.add(&[id], label, &found) {
            pending.is_outcome = true;
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
        let Some((at, why)) = refused else { return Found::Holds(None) };
        let seen = Seen::SocketRefused(why.clone());
        Found::broken(Evidence::new(Expected::SocketReopens, seen).at([at]))
    }

    fn expectations(&mut self, expected: &'h [Expectation], subject: &Subject<'h>, reached: bool) {
        for (index, expectation) in expected.iter().enumerate() {
            let found =
                if reached { self.scene.evaluate(expectation, subject) } else { Found::NotReached };
            let broken = match &found {
                Found::Broken(_) => self.scene.broken_claims(expectation, subject),
                _ => Vec::new(),
            };
            let about = self.about(&found, subject);
            let fields = match &found {
                Found::Broken(evidence) => {
                    awaited(evidence).map(|it| fields(it.about.is_some(), it.fits.keys()))
                }
                _ => None,
            };
            let label = subject.label;
            let mut entries: Vec<usize> = subject.frames.iter().map(|(at, _)| *at).collect();
            let own = expectation.step.as_ref().map_or(label, |step| step.value.as_str());
            entries.extend(self.scene.own(own).iter().flat_map(|exchange| exchange.entries()));
            for pending in self.add(&named(&expectation.requires), label, &found) {
                pending.check.expectation = Some(index);
                pending.check.about.clone_from(&about);
                pending.check.fields = fields.clone().unwrap_or_default();
                pending.broken.clone_from(&broken);
                pending.twin = expectation.twin.as_ref().map(|twin| twin.value.clone());
                pending.subject.clone_from(&entries);
            }
        }
    }

    /// What an expectation is about that fails because a call was accepted, or because a frame says
    /// something else or has not come.
    fn about(&self, found: &Found, subject: &Subject<'h>) -> Option<About> {
        let Found::Broken(evidence) = found else { return None };
        let of = |at: &usize| evidence.entries.contains(at);
        if let Some((_, frame)) = subject.frames.iter().find(|(at, _)| of(at)) {
            return FrameType::of(frame).map(About::Arrives);
        }
        if let Some(pattern) = awaited(evidence) {
            return pattern.frame.map(About::Arrives);
        }
        if !is_accepted_instead(&evidence.expected, &evidence.seen) {
            return None;
        }
        let mut exchanges = self.scene.history.exchanges.iter();
        let accepted = exchanges.find(|it| it.is_accepted() && of(&it.asked_at))?;
        accepted.operation().map(About::Refuses)
    }
}

/// The frame that had not come, by itself or as one of several outcomes.
fn awaited<'e>(evidence: &'e Evidence) -> Option<&'e FramePattern> {
    let of_one = |expected: &'e Expected| match expected {
        Expected::Frame { pattern, .. } => Some(pattern),
        _ => None,
    };
    match &evidence.seen {
        Seen::NoOutcome(all) => all.iter().find_map(|unseen| of_one(&unseen.expected)),
        _ => of_one(&evidence.expected),
    }
}

/// The fields that a frame must say something in: whom it is about, and what else it must fit.
fn fields<'p>(about: bool, fits: impl Iterator<Item = &'p String>) -> Vec<String> {
    let person = about.then(|| "/user_id".to_owned());
    person.into_iter().chain(fits.cloned()).collect()
}
