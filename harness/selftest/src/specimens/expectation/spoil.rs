//! The edits that may break a clause, the likeliest first. A judge decides which one does.

use super::edit::Edit;
use super::frames;
use super::values::{self, TOKEN, Wrong};
use invite_judge::clause::{Claim, ClauseId, Place, Turn, expectations, follow, subject};
use invite_judge::history::{Exchange, History};
use invite_scenario::matching::{Context, Pattern};
use invite_scenario::{
    Await, Call, Condition, Connect, Expectation, Expected, Heard, Located, Matcher, Never, People,
    Scenario, SessionStep, Status, Step, Upgrade,
};
use invite_spec::endpoint::Operation;
use invite_spec::requirement::RequirementId;
use invite_trace::{
    Awaited, Content, Deadline, Entry, Event, SocketRefusal, Stop, StopReason, Trace,
};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The most candidates of two alternatives that are combined.
const MOST: usize = 24;

/// The most people of a crowd who are tried: what breaks one breaks the clause.
const FEW: usize = 3;

/// What may break the clause, each a list of edits.
pub(super) fn candidates(scenario: &Scenario, trace: &Trace, clause: &ClauseId) -> Vec<Vec<Edit>> {
    let labelled = scenario.labelled();
    let Some((_, step)) = labelled.iter().find(|(label, _)| *label == clause.step) else {
        return Vec::new();
    };
    let history = History::read(trace);
    let scene = Scene { labelled: &labelled, trace, history: &history, label: &clause.step, step };
    match &clause.place {
        Place::Outcome => scene.outcome(),
        Place::Expectation { index, within, claim } => {
            let expectation = expectations(step).get(*index).and_then(|it| follow(it, within));
            expectation.map(|it| scene.claim(it, claim)).unwrap_or_default()
        }
    }
}

struct Scene<'t> {
    labelled: &'t [(String, &'t Step)],
    trace: &'t Trace,
    history: &'t History<'t>,
    label: &'t str,
    step: &'t Step,
}

impl<'t> Scene<'t> {
    fn context(&self) -> Context<'t> {
        let Trace { bindings, tokens, .. } = self.trace;
        Context { bindings, tokens, received_at: None }
    }

    fn outcome(&self) -> Vec<Vec<Edit>> {
        match self.step {
            Step::Call(call) => self.call(call),
            Step::Await(wait) => self.awaited(wait),
            Step::Never(never) => self.never(never),
            Step::Connect(connect) => self.connect(connect),
            Step::Reconnect(step) => self.reconnect(step),
            Step::Close(close) => self.close(close),
            _ => Vec::new(),
        }
    }

    /// A stop of the driver before an entry.
    fn stop(
        &self,
        before: usize,
        actor: &str,
        requirement: RequirementId,
        reason: StopReason,
    ) -> Edit {
        let (step, actor) = (self.label.to_owned(), actor.to_owned());
        let stop = Box::new(Stop { step, actor, reason, requirement: Some(requirement) });
        Edit::Stop { before, stop }
    }

    /// The last exchange of each caller of a step.
    fn own(&self, label: &str) -> Vec<&'t Exchange<'t>> {
        let step = self.labelled.iter().find(|(found, _)| found == label).map(|(_, step)| *step);
        let (operation, preflight) = match step {
            Some(Step::Call(call)) => (call.operation.value, call.is_preflight()),
            Some(Step::Wire(wire)) => (wire.operation.value, false),
            Some(Step::Close(_)) => (Operation::Logout, false),
            _ => return Vec::new(),
        };
        let mut last: BTreeMap<&str, &Exchange<'t>> = BTreeMap::new();
        for exchange in self.history.exchanges.iter().filter(|it| it.step == label) {
            let is_own = match exchange.method {
                "OPTIONS" => preflight,
                "RAW" => true,
                _ => !preflight && exchange.is(operation),
            };
            if is_own {
                last.insert(exchange.actor, exchange);
            }
        }
        last.into_values().collect()
    }

    /// A call that must be accepted is refused, or the other way round.
    fn call(&self, call: &Call) -> Vec<Vec<Edit>> {
        let operation = call.operation.value;
        let replied =
            |exchange: &&'t Exchange<'t>| Some((exchange.actor, exchange.reply.as_ref()?));
        let Some((actor, reply)) = self.own(self.label).iter().find_map(replied) else {
            return Vec::new();
        };
        let Some(request) = call.request() else {
            return vec![vec![Edit::Status { at: reply.at, status: REFUSED }]];
        };
        let (status, bodies, reason) = match &request.expected {
            Expected::Accepted { .. } => {
                let reason = StopReason::NotAccepted { operation, status: REFUSED };
                (REFUSED, vec![refusal()], reason)
            }
            Expected::Refused(refusal) => {
                let reason = StopReason::NotRefused { operation, status: ACCEPTED };
                (ACCEPTED, self.accepted_bodies(operation, &refusal.twin), reason)
            }
            Expected::Any { .. } => return Vec::new(),
        };
        let stop = self.stop(reply.at + 1, actor, call.requirement(), reason);
        let edits = bodies.into_iter().map(|body| {
            let body = Edit::Body { at: reply.at, body };
            vec![Edit::Status { at: reply.at, status }, body, stop.clone()]
        });
        edits.collect()
    }

    /// What an accepted call is answered: as its twin was, or as an example says.
    fn accepted_bodies(&self, operation: Operation, twin: &str) -> Vec<Value> {
        let twins = self.own(twin);
        let of_twin = twins.iter().find_map(|exchange| exchange.answer().cloned());
        let example = operation.endpoint().answer.map(|payload| payload.example());
        of_twin.into_iter().chain(example).chain([json!({})]).collect()
    }

    /// An awaited frame does not reach somebody.
    fn awaited(&self, wait: &Await) -> Vec<Vec<Edit>> {
        let pattern =
            Pattern { frame: Some(wait.frame.value), about: wait.about.as_ref(), fits: &wait.fits };
        let requirement = wait.requires.first().unwrap_or(wait.frame.kind().requirement);
        let (from, end) = (self.from(wait.after.as_ref()), self.end());
        let actors = self.actors(&wait.by);
        let of = actors.len();
        let one = |actor: String| {
            let places = self.matching(pattern, &actor, from, usize::MAX);
            let reason =
                StopReason::NoFrame { pattern: pattern.into(), waited_ms: 1, missing: 1, of };
            let waiting_for = Awaited::Frame(pattern.into());
            let event = Event::Expired { deadline: Deadline::Event, waiting_for };
            let at_us = self.trace.entries.get(end.wrapping_sub(1)).map_or(0, |it| it.at_us);
            let step = self.label.to_owned();
            let entry = Entry { at_us, step, actor: actor.clone(), event };
            let stop = self.stop(end, &actor, requirement, reason);
            vec![Edit::Remove { places }, Edit::Insert { before: end, entry }, stop]
        };
        actors.into_iter().take(FEW).map(one).collect()
    }

    /// A frame that must not come does.
    fn never(&self, never: &Never) -> Vec<Vec<Edit>> {
        let pattern = Pattern {
            frame: never.frame.as_ref().map(|frame| frame.value),
            about: never.about.as_ref(),
            fits: &never.fits,
        };
        self.pushed(pattern, &never.by)
    }

    /// A WebSocket opens that must be refused, or the other way round.
    fn connect(&self, connect: &Connect) -> Vec<Vec<Edit>> {
        let at = |is: fn(&Event) -> bool| {
            let mut entries = self.trace.entries.iter();
            entries.position(|entry| entry.step == self.label && is(&entry.event))
        };
        let (at, edit, opened) = match &connect.expected {
            Upgrade::Opened => {
                let at = at(|event| matches!(event, Event::SocketOpened { .. }));
                (at, Edit::Refuse { at: at.unwrap_or_default() }, false)
            }
            Upgrade::Refused { .. } => {
                let at = at(|event| matches!(event, Event::SocketRefused { .. }));
                (at, Edit::Open { at: at.unwrap_or_default() }, true)
            }
        };
        let Some(at) = at else { return self.reopened(connect) };
        let reason = StopReason::SocketOutcome { opened };
        vec![vec![edit, self.stop(at + 1, &connect.who, connect.requires.value, reason)]]
    }

    /// A WebSocket that opened and was closed at once stays open.
    fn reopened(&self, connect: &Connect) -> Vec<Vec<Edit>> {
        let closed = self.trace.entries.iter().position(|entry| {
            entry.step == self.label && matches!(entry.event, Event::SocketClosed { .. })
        });
        let Some(at) = closed else { return Vec::new() };
        let reason = StopReason::SocketOutcome { opened: true };
        let stop = self.stop(at + 1, &connect.who, connect.requires.value, reason);
        vec![vec![Edit::Remove { places: BTreeSet::from([at]) }, stop]]
    }

    /// A WebSocket does not open again.
    fn reconnect(&self, step: &SessionStep) -> Vec<Vec<Edit>> {
        let requirement =
            step.requires.as_ref().map_or(invite_spec::requirement::id::SES_009, |id| id.value);
        let opened = self.trace.entries.iter().enumerate().find(|(_, entry)| {
            entry.step == self.label && matches!(entry.event, Event::SocketOpened { .. })
        });
        let Some((at, entry)) = opened else { return Vec::new() };
        let reason = StopReason::SocketRefused(SocketRefusal::Status(401));
        vec![vec![Edit::Refuse { at }, self.stop(at + 1, &entry.actor, requirement, reason)]]
    }

    /// A logout is refused.
    fn close(&self, close: &SessionStep) -> Vec<Vec<Edit>> {
        let own = self.own(self.label);
        let Some(reply) = own.iter().find_map(|exchange| exchange.reply.as_ref()) else {
            return Vec::new();
        };
        let operation = Operation::Logout;
        let requirement = operation.endpoint().requirement;
        let reason = StopReason::NotAccepted { operation, status: REFUSED };
        let actor = close.who.0.first().map_or("", |who| who.value.as_str());
        let stop = self.stop(reply.at + 1, actor, requirement, reason);
        vec![vec![
            Edit::Status { at: reply.at, status: REFUSED },
            Edit::Body { at: reply.at, body: refusal() },
            stop,
        ]]
    }

    /// What may break one claim of an expectation.
    fn claim(&self, expectation: &Expectation, claim: &Claim) -> Vec<Vec<Edit>> {
        let about = subject(expectation, self.label);
        match claim {
            Claim::Status => {
                expectation.status.as_ref().map(|it| self.status(about, it)).unwrap_or_default()
            }
            Claim::Answer(pointer, condition) => {
                let matcher = one(&expectation.answer, pointer, condition);
                matcher.map(|it| self.answer(about, pointer, condition, &it)).unwrap_or_default()
            }
            Claim::Header(name, condition) => {
                let matcher = one(&expectation.headers, name, condition);
                matcher.map(|it| self.header(about, name, &it)).unwrap_or_default()
            }
            Claim::Frame(pointer, condition) => {
                let matcher = one(&expectation.frame, pointer, condition);
                matcher.map(|it| self.frame(pointer, condition, &it)).unwrap_or_default()
            }
            Claim::Heard => expectation.heard.as_ref().map(|it| self.lost(it)).unwrap_or_default(),
            Claim::Unheard => {
                expectation.unheard.as_ref().map(|it| self.besides(it)).unwrap_or_default()
            }
            Claim::ExactlyOne => self.alternatives(expectation.exactly_one.iter()),
            Claim::Outcomes => self.alternatives(expectation.outcomes.values()),
        }
    }

    /// What may break some of several alternatives: one claim of one of them, or of two.
    fn alternatives<'e>(
        &self,
        alternatives: impl Iterator<Item = &'e Expectation>,
    ) -> Vec<Vec<Edit>> {
        let each: Vec<Vec<Vec<Edit>>> = alternatives
            .map(|alternative| {
                let claims = invite_judge::clause::claims(alternative);
                let of = |(within, claim): &(Vec<Turn>, Claim)| {
                    let inner = follow(alternative, within);
                    inner.map(|inner| self.claim(inner, claim)).unwrap_or_default()
                };
                claims.iter().flat_map(of).collect()
            })
            .collect();
        let mut all: Vec<Vec<Edit>> = each.iter().flatten().cloned().collect();
        for (place, first) in each.iter().enumerate() {
            for second in &each[place + 1..] {
                for one in first.iter().take(MOST) {
                    let both = second.iter().take(MOST);
                    all.extend(both.map(|other| [one.clone(), other.clone()].concat()));
                }
            }
        }
        all
    }

    fn status(&self, about: &str, wanted: &Status) -> Vec<Vec<Edit>> {
        let own = self.own(about);
        let replies = own.iter().filter_map(|exchange| exchange.reply.as_ref());
        let one = |at: usize| {
            let wrong = STATUSES.into_iter().filter(|status| !wanted.fits(*status));
            wrong.map(move |status| vec![Edit::Status { at, status }])
        };
        replies.flat_map(|reply| one(reply.at)).collect()
    }

    fn answer(
        &self,
        about: &str,
        pointer: &str,
        condition: &Condition,
        matcher: &Matcher,
    ) -> Vec<Vec<Edit>> {
        let pointer = self.resolved(pointer);
        let own = self.own(about);
        let replies = own.iter().filter_map(|exchange| Some((exchange, exchange.reply.as_ref()?)));
        let of_reply = |exchange: &Exchange<'_>, at: usize, body: &Content| {
            let context = Context { received_at: self.trace.time_of(at), ..self.context() };
            let held = body.json().and_then(|body| body.pointer(&pointer));
            let example = exchange.endpoint.and_then(|endpoint| endpoint.answer);
            let example = example.and_then(|it| it.example().pointer(&pointer).cloned());
            let wrong = values::wrong(condition, matcher, held, example, context);
            wrong.into_iter().map(|wrong| edits(at, &pointer, wrong)).collect::<Vec<_>>()
        };
        replies.flat_map(|(exchange, reply)| of_reply(exchange, reply.at, reply.body)).collect()
    }

    fn header(&self, about: &str, name: &str, matcher: &Matcher) -> Vec<Vec<Edit>> {
        let own = self.own(about);
        let replies = own.iter().filter_map(|exchange| exchange.reply.as_ref());
        let of_reply = |at: usize, held: Option<&String>| {
            let held = held.map(|text| json!(text));
            let wrong =
                values::wrong(&Condition::Nothing, matcher, held.as_ref(), None, self.context());
            let texts = wrong.into_iter().filter_map(|wrong| match wrong {
                Wrong::Absent => Some(None),
                Wrong::Value(Value::String(text)) => Some(Some(text)),
                Wrong::Value(_) | Wrong::Token(_) => None,
            });
            let name = name.to_owned();
            texts
                .map(|value| vec![Edit::Header { at, name: name.clone(), value }])
                .collect::<Vec<_>>()
        };
        replies.flat_map(|reply| of_reply(reply.at, reply.headers.get(name))).collect()
    }

    /// The awaited frame says something else, and is still the awaited one.
    fn frame(&self, pointer: &str, condition: &Condition, matcher: &Matcher) -> Vec<Vec<Edit>> {
        let Step::Await(wait) = self.step else { return Vec::new() };
        let pattern =
            Pattern { frame: Some(wait.frame.value), about: wait.about.as_ref(), fits: &wait.fits };
        let pointer = self.resolved(pointer);
        let from = self.from(wait.after.as_ref());
        let mut all = Vec::new();
        for actor in self.actors(&wait.by).into_iter().take(FEW) {
            let places = self.matching(pattern, &actor, from, self.end());
            let Some(first) = places.first() else { continue };
            let Event::Received { body, .. } = &self.trace.entries[*first].event else { continue };
            let held = body.json().and_then(|frame| frame.pointer(&pointer));
            let example = wait.frame.kind().payload.example().pointer(&pointer).cloned();
            let wrong = values::wrong(condition, matcher, held, example, self.context());
            all.extend(wrong.into_iter().map(|wrong| {
                let each = places.iter().flat_map(|at| edits(*at, &pointer, wrong.clone()));
                each.collect::<Vec<_>>()
            }));
        }
        all
    }

    fn lost(&self, heard: &Heard) -> Vec<Vec<Edit>> {
        let from = self.from(heard.after.as_ref());
        let one = |actor: String| {
            let places = self.matching(pattern_of(heard), &actor, from, self.end());
            vec![Edit::Remove { places }]
        };
        self.actors(&heard.by).into_iter().take(FEW).map(one).collect()
    }

    fn besides(&self, heard: &Heard) -> Vec<Vec<Edit>> {
        self.pushed(pattern_of(heard), &heard.by)
    }

    /// A frame that matches reaches one of these people as soon as the step has begun.
    fn pushed(&self, pattern: Pattern<'_>, people: &People) -> Vec<Vec<Edit>> {
        let Some(began) = self.trace.beginning(self.label) else { return Vec::new() };
        let frames = frames::matching(self.history, pattern, self.context());
        let mut all = Vec::new();
        for actor in self.actors(people).into_iter().take(FEW) {
            let sockets = self.history.sockets.iter();
            let mut own = sockets.filter(|it| it.actor == actor && it.opened_at < began);
            let Some(socket) = own.next_back().map(|socket| socket.number) else { continue };
            all.extend(frames.iter().map(|frame| {
                let body = Content::Json(frame.clone());
                let event = Event::Received { socket, body };
                let (at_us, actor) = (self.trace.entries[began].at_us, actor.clone());
                let entry = Entry { at_us, step: String::new(), actor, event };
                vec![Edit::Insert { before: began + 1, entry }]
            }));
        }
        all
    }

    /// The places of the frames that an actor received and that match.
    fn matching(
        &self,
        pattern: Pattern<'_>,
        actor: &str,
        from: usize,
        to: usize,
    ) -> BTreeSet<usize> {
        let sockets = self.history.sockets.iter().filter(|socket| socket.actor == actor);
        let frames = sockets.flat_map(|socket| socket.values());
        frames
            .filter(|(at, frame)| {
                (from..to).contains(at)
                    && pattern.matches(frame, self.context())
                    && !self.history.is_of_fence(frame)
            })
            .map(|(at, _)| at)
            .collect()
    }

    fn actors(&self, people: &People) -> Vec<String> {
        people.0.iter().flat_map(|who| self.trace.bindings.actors(who)).collect()
    }

    fn from(&self, after: Option<&Located>) -> usize {
        after.map_or(Some(0), |step| self.trace.beginning(step)).unwrap_or(usize::MAX)
    }

    /// Where the step ends: at the beginning of the next one.
    fn end(&self) -> usize {
        let entries = &self.trace.entries;
        let Some(began) = self.trace.beginning(self.label) else { return 0 };
        let next = entries[began + 1..].iter().position(|entry| entry.event == Event::Begun);
        next.map_or(entries.len(), |offset| began + 1 + offset)
    }

    fn resolved(&self, pointer: &str) -> String {
        self.trace.bindings.resolve_string(pointer).unwrap_or_else(|_| pointer.to_owned())
    }
}

/// The status of a call that is refused, or accepted, in place of what it should be.
const REFUSED: u16 = 400;
const ACCEPTED: u16 = 200;

/// The statuses that a response may have in place of the right one.
const STATUSES: [u16; 9] = [204, 201, 200, 400, 404, 409, 418, 500, 302];

/// A refusal that every client can read.
fn refusal() -> Value {
    json!({
        "type": "ErrorResponse", "error_code": 100, "error_reason": "refused",
        "error_description": "refused", "status": REFUSED, "error": "refused",
        "message": "refused",
    })
}

fn pattern_of(heard: &Heard) -> Pattern<'_> {
    let frame = Some(heard.frame.value);
    Pattern { frame, about: heard.about.as_ref(), fits: &heard.fits }
}

/// The matcher of one condition at one place.
fn one(matchers: &BTreeMap<String, Matcher>, name: &str, condition: &Condition) -> Option<Matcher> {
    let split = matchers.get(name)?.split().into_iter();
    split.into_iter().find(|(found, _)| found == condition).map(|(_, matcher)| matcher)
}

fn edits(at: usize, pointer: &str, wrong: Wrong) -> Vec<Edit> {
    let value = |value| Edit::Value { at, pointer: pointer.to_owned(), value };
    match wrong {
        Wrong::Absent => vec![value(None)],
        Wrong::Value(other) => vec![value(Some(other))],
        Wrong::Token(record) => {
            let name = TOKEN.to_owned();
            vec![Edit::Token { name: name.clone(), record }, value(Some(json!(name)))]
        }
    }
}
