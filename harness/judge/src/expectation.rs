//! Whether what a scenario expects is so, on its trace.

use super::clause::{self, Claim, Turn};
use super::history::{Exchange, History};
use invite_scenario::matching::{Context, Mismatch, Pattern, fits, fits_all};
use invite_scenario::{Expectation, Heard, Located, People};
use invite_spec::endpoint::Operation;
use invite_trace::{Content, Event, Evidence, Expected, Seen, Unseen};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What came of looking.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Found {
    /// It is so; by which of several acceptable outcomes, where there are several.
    Holds(Option<String>),
    /// It is not.
    Broken(Box<Evidence>),
    /// What it is about did not happen.
    NotReached,
}

impl Found {
    /// It is not so, as this shows.
    pub(crate) fn broken(evidence: Evidence) -> Found {
        Found::Broken(Box::new(evidence))
    }
}

/// A trace and a scenario's bindings, for evaluating expectations.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scene<'h> {
    pub history: &'h History<'h>,
    /// The operation that each step calls, by label.
    pub calls: &'h BTreeMap<String, Call>,
}

/// How a step's own exchange is told from those that it needed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Call {
    pub operation: Operation,
    pub preflight: bool,
}

/// What an expectation is about: the step that it stands at, and the frames that the step awaited.
#[derive(Debug, Clone)]
pub(crate) struct Subject<'h> {
    pub label: &'h str,
    pub frames: Vec<(usize, &'h Value)>,
}

fn evidence(mismatch: Mismatch) -> Evidence {
    Evidence::new(Expected::Value(mismatch.expected), mismatch.seen)
}

impl<'h> Scene<'h> {
    pub(crate) fn context(&self) -> Context<'h> {
        let trace = self.history.trace;
        Context { bindings: &trace.bindings, tokens: &trace.tokens, received_at: None }
    }

    /// The last exchange of each caller of a step.
    pub(crate) fn own(&self, label: &str) -> Vec<&'h Exchange<'h>> {
        let Some(call) = self.calls.get(label) else { return Vec::new() };
        let mut last: BTreeMap<&str, &Exchange<'h>> = BTreeMap::new();
        for exchange in self.history.exchanges.iter().filter(|exchange| exchange.step == label) {
            let is_own = match exchange.method {
                "OPTIONS" => call.preflight,
                "RAW" => true,
                _ => !call.preflight && exchange.is(call.operation),
            };
            if is_own {
                last.insert(exchange.actor, exchange);
            }
        }
        last.into_values().collect()
    }

    /// The sessions that people stand for.
    pub(crate) fn actors(&self, people: &People) -> Vec<String> {
        let bindings = &self.history.trace.bindings;
        people.0.iter().flat_map(|who| bindings.actors(who)).collect()
    }

    /// The first matching frame of each actor between two places of the trace; an actor without one
    /// has `None`.
    pub(crate) fn frames(
        &self,
        pattern: Pattern<'_>,
        people: &People,
        from: usize,
        to: usize,
    ) -> BTreeMap<String, Option<(usize, &'h Value)>> {
        let mut found: BTreeMap<String, Option<(usize, &'h Value)>> =
            self.actors(people).into_iter().map(|actor| (actor, None)).collect();
        let context = self.context();
        for socket in &self.history.sockets {
            let Some(slot) = found.get_mut(socket.actor) else { continue };
            if slot.is_some() {
                continue;
            }
            *slot = socket.values().find(|(at, frame)| {
                (from..to).contains(at)
                    && pattern.matches(frame, context)
                    && !self.history.is_of_fence(frame)
            });
        }
        found
    }

    /// Where a step began, if it did.
    pub(crate) fn beginning(&self, label: &str) -> Option<usize> {
        self.history.trace.beginning(label)
    }

    /// Where counting begins: at a step, or at the beginning of all.
    pub(crate) fn from(&self, after: Option<&Located>) -> usize {
        after.map_or(Some(0), |step| self.beginning(step)).unwrap_or(usize::MAX)
    }

    /// Where what happened during a step ends: at the beginning of the next one.
    pub(crate) fn end(&self, label: &str) -> usize {
        let entries = &self.history.trace.entries;
        let Some(began) = self.beginning(label) else { return 0 };
        let next = entries[began + 1..].iter().position(|entry| entry.event == Event::Begun);
        next.map_or(entries.len(), |offset| began + 1 + offset)
    }

    /// Whether an expectation holds.
    pub(crate) fn evaluate(&self, expected: &Expectation, subject: &Subject<'h>) -> Found {
        let mut outcome = None;
        let parts: [&dyn Fn() -> Found; 7] = [
            &|| self.status(expected, subject),
            &|| self.answer(expected, subject),
            &|| self.frame(expected, subject),
            &|| self.heard(expected.heard.as_ref(), subject, true),
            &|| self.heard(expected.unheard.as_ref(), subject, false),
            &|| self.all(expected, subject),
            &|| self.outcomes(expected, subject),
        ];
        for part in parts {
            match part() {
                Found::Holds(seen) => outcome = outcome.or(seen),
                other => return other,
            }
        }
        Found::Holds(outcome)
    }

    /// The claims of an expectation that do not hold, each looked at by itself.
    pub(crate) fn broken_claims(
        &self,
        expected: &Expectation,
        subject: &Subject<'h>,
    ) -> Vec<(Vec<Turn>, Claim)> {
        let mut all = clause::claims(expected);
        all.retain(|(within, claim)| {
            let inner = clause::follow(expected, within);
            let only = inner.map(|inner| clause::only(inner, claim));
            only.is_some_and(|only| matches!(self.evaluate(&only, subject), Found::Broken(_)))
        });
        all
    }

    fn label<'a>(&self, expected: &'a Expectation, subject: &'a Subject<'h>) -> &'a str {
        expected.step.as_ref().map_or(subject.label, |step| step.value.as_str())
    }

    fn status(&self, expected: &Expectation, subject: &Subject<'h>) -> Found {
        let Some(wanted) = &expected.status else { return Found::Holds(None) };
        let exchanges = self.own(self.label(expected, subject));
        if exchanges.is_empty() {
            return Found::NotReached;
        }
        for exchange in exchanges {
            match exchange.status() {
                None => return Found::NotReached,
                Some(status) if wanted.fits(status) => {}
                Some(status) => {
                    let expected = Expected::Status(wanted.clone().into());
                    let evidence = Evidence::new(expected, Seen::Status(status));
                    return Found::broken(evidence.at(exchange.entries()));
                }
            }
        }
        Found::Holds(None)
    }

    fn answer(&self, expected: &Expectation, subject: &Subject<'h>) -> Found {
        if expected.answer.is_empty() && expected.headers.is_empty() {
            return Found::Holds(None);
        }
        let exchanges = self.own(self.label(expected, subject));
        if exchanges.is_empty() {
            return Found::NotReached;
        }
        for exchange in exchanges {
            let Some(reply) = &exchange.reply else { return Found::NotReached };
            let body = match reply.body {
                Content::Json(body) => body,
                _ => &Value::Null,
            };
            let received_at = self.history.trace.time_of(reply.at);
            let context = Context { received_at, ..self.context() };
            if let Err(mismatch) = fits_all(&expected.answer, body, context) {
                let pointer = mismatch.pointer.clone();
                let evidence = evidence(mismatch).pointing(pointer);
                return Found::broken(evidence.at(exchange.entries()));
            }
            for (name, matcher) in &expected.headers {
                let value = reply.headers.get(name).map(|text| Value::from(text.as_str()));
                if let Err(mismatch) = fits(matcher, value.as_ref(), self.context()) {
                    let evidence = evidence(mismatch).in_header(name);
                    return Found::broken(evidence.at(exchange.entries()));
                }
            }
        }
        Found::Holds(None)
    }

    fn frame(&self, expected: &Expectation, subject: &Subject<'h>) -> Found {
        if expected.frame.is_empty() {
            return Found::Holds(None);
        }
        if subject.frames.is_empty() {
            return Found::NotReached;
        }
        for (at, frame) in &subject.frames {
            if let Err(mismatch) = fits_all(&expected.frame, frame, self.context()) {
                let pointer = mismatch.pointer.clone();
                return Found::broken(evidence(mismatch).pointing(pointer).at([*at]));
            }
        }
        Found::Holds(None)
    }

    fn heard(&self, heard: Option<&Heard>, subject: &Subject<'h>, wanted: bool) -> Found {
        let Some(heard) = heard else { return Found::Holds(None) };
        let frame = Some(heard.frame.value);
        let pattern = Pattern { frame, about: heard.about.as_ref(), fits: &heard.fits };
        let from = self.from(heard.after.as_ref());
        let found = self.frames(pattern, &heard.by, from, self.end(subject.label));
        for (actor, frame) in found {
            match (frame, wanted) {
                (Some((at, frame)), false) => {
                    let expected = Expected::NoFrame { pattern: pattern.into(), actor };
                    return Found::broken(Evidence::new(expected, Seen::frame(frame)).at([at]));
                }
                (None, true) => {
                    let expected = Expected::Frame { pattern: pattern.into(), actor };
                    return Found::broken(Evidence::new(expected, Seen::NoneYet));
                }
                _ => {}
            }
        }
        Found::Holds(None)
    }

    fn all(&self, expected: &Expectation, subject: &Subject<'h>) -> Found {
        for inner in &expected.all {
            match self.evaluate(inner, subject) {
                Found::Holds(_) => {}
                other => return other,
            }
        }
        if expected.exactly_one.is_empty() {
            return Found::Holds(None);
        }
        let found: Vec<Found> =
            expected.exactly_one.iter().map(|inner| self.evaluate(inner, subject)).collect();
        if found.contains(&Found::NotReached) {
            return Found::NotReached;
        }
        match found.iter().filter(|found| matches!(found, Found::Holds(_))).count() {
            1 => Found::Holds(None),
            count => {
                let expected = Expected::ExactlyOneOf(found.len());
                Found::broken(Evidence::new(expected, Seen::Holds(count)))
            }
        }
    }

    fn outcomes(&self, expected: &Expectation, subject: &Subject<'h>) -> Found {
        if expected.outcomes.is_empty() {
            return Found::Holds(None);
        }
        let mut not_reached = false;
        let mut broken: Vec<(String, Evidence)> = Vec::new();
        for (name, option) in &expected.outcomes {
            match self.evaluate(option, subject) {
                Found::Holds(_) => return Found::Holds(Some(name.clone())),
                Found::NotReached => not_reached = true,
                Found::Broken(evidence) => broken.push((name.clone(), *evidence)),
            }
        }
        if not_reached {
            return Found::NotReached;
        }
        let names = broken.iter().map(|(name, _)| name.clone()).collect();
        let entries: BTreeSet<usize> =
            broken.iter().flat_map(|(_, evidence)| evidence.entries.clone()).collect();
        let unseen = broken.into_iter().map(|(outcome, evidence)| Unseen {
            outcome,
            expected: evidence.expected,
            seen: evidence.seen,
        });
        let seen = Seen::NoOutcome(unseen.collect());
        Found::broken(Evidence::new(Expected::Outcome(names), seen).at(entries))
    }
}
