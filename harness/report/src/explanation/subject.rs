//! What a check was about: the step of the scenario, what it wanted, and the frame that never came.

use super::difference::by_matchers;
use super::{Change, Difference, Place};
use invite_scenario::matching::Context;
use invite_scenario::{Expectation, Matcher, Scenario, Step};
use invite_spec::push::FrameType;
use invite_trace::{Awaited, Check, Event, Evidence, Expected, FramePattern, Spot, Trace};
use serde_json::Value;
use std::collections::BTreeMap;

/// What a check was about.
pub(crate) struct Subject<'r> {
    pub(crate) check: &'r Check,
    pub(crate) trace: &'r Trace,
    pub(crate) scenario: Option<&'r Scenario>,
    pub(crate) step: Option<&'r Step>,
    /// The expectations of the step that its requirement stands at.
    pub(crate) expected: Vec<&'r Expectation>,
}

/// A frame that should have come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Missing {
    /// At whom.
    pub(crate) actor: String,
    /// What.
    pub(crate) what: Awaited,
}

impl<'r> Subject<'r> {
    pub(crate) fn of(
        check: &'r Check,
        trace: &'r Trace,
        scenario: Option<&'r Scenario>,
    ) -> Subject<'r> {
        let labelled = scenario.map(Scenario::labelled).unwrap_or_default();
        let is_its = |label: &str| check.at.step() == Some(label);
        let step = labelled.into_iter().find(|(label, _)| is_its(label)).map(|(_, step)| step);
        let own = check.expectation.and_then(|index| step.map(expectations)?.get(index));
        let expected = own.into_iter().collect();
        Subject { check, trace, scenario, step, expected }
    }

    /// The step after which what was awaited had to come.
    pub(super) fn after(&self) -> Option<&'r str> {
        let heard = |one: &&'r Expectation| one.heard.as_ref().or(one.unheard.as_ref());
        let after = match self.step? {
            Step::Await(step) => step.after.as_ref(),
            Step::Never(step) => step.after.as_ref(),
            _ => self.expected.iter().filter_map(heard).find_map(|heard| heard.after.as_ref()),
        };
        after.map(|step| step.value.as_str())
    }

    /// Where the step stands.
    pub(super) fn place(&self, file: &str) -> Option<Place> {
        let position = match self.step? {
            Step::Call(step) => step.operation.position,
            Step::Await(step) => step.frame.position,
            Step::Wire(step) => step.operation.position,
            Step::Open(step) => step.who.0.first()?.position,
            Step::Close(step) | Step::Drop(step) | Step::Reconnect(step) => {
                step.who.0.first()?.position
            }
            Step::Connect(step) => step.who.position,
            Step::Never(step) => step.by.0.first()?.position,
            Step::Forge(step) => step.name.position,
            Step::Say(step) => step.who.0.first()?.position,
            Step::Expect(step) => step.expect.first()?.requires.0.first()?.position,
            Step::UntilExpired(step) => step.id.as_ref()?.position,
            Step::Wait(step) => step.seconds.position,
            Step::Together(_) => return None,
        }?;
        Some(Place { file: file.to_owned(), line: position.line, column: position.column })
    }

    /// The names of the outcomes that were acceptable, where there are several.
    pub(super) fn acceptable(&self) -> Vec<String> {
        self.expected.iter().flat_map(|one| one.outcomes.keys().cloned()).collect()
    }

    /// The frame that never came, if that is what is wrong.
    pub(crate) fn missing(&self) -> Option<Missing> {
        let evidence = self.check.evidence()?;
        match &evidence.expected {
            Expected::Frame { pattern, actor } => {
                Some(Missing { actor: actor.clone(), what: Awaited::Frame(pattern.clone()) })
            }
            Expected::InvitationArrives { actor, .. } => {
                let frame = Some(FrameType::InvitationReceived);
                let pattern = FramePattern { frame, ..FramePattern::default() };
                Some(Missing { actor: actor.clone(), what: Awaited::Frame(pattern) })
            }
            // A drive that stopped: the trace knows whose deadline passed.
            _ => {
                let last = self.trace.entries.get(*evidence.entries.last()?)?;
                match &last.event {
                    Event::Expired { waiting_for, .. } => {
                        Some(Missing { actor: last.actor.clone(), what: waiting_for.clone() })
                    }
                    _ => None,
                }
            }
        }
    }

    /// The message that is looked at: the last of the evidence that has a body.
    pub(super) fn document(&self) -> Option<(usize, &'r Value)> {
        self.check.entries().iter().rev().find_map(|at| {
            let body = match &self.trace.entries.get(*at)?.event {
                Event::Answer { body, .. } | Event::Received { body, .. } => body.json()?,
                _ => return None,
            };
            Some((*at, body))
        })
    }

    /// How what was seen differs from what was expected.
    pub(super) fn differences(&self) -> Vec<Difference> {
        let Some(evidence) = self.check.evidence() else { return Vec::new() };
        let document = self.document();
        if let Some((at, document)) = document {
            let context = Context {
                bindings: &self.trace.bindings,
                tokens: &self.trace.tokens,
                received_at: self.trace.time_of(at),
            };
            let found: Vec<Difference> = self
                .wanted()
                .into_iter()
                .flat_map(|wanted| by_matchers(wanted, document, context))
                .map(|one| if repeats(&one, evidence) { one.repeating() } else { one })
                .collect();
            if !found.is_empty() {
                return found;
            }
        }
        let expected = evidence.expected.to_string();
        let found = match (&evidence.spot, document) {
            (Some(Spot::Header(_)), _) => None,
            (Some(Spot::Body(pointer)), Some((_, document))) => {
                Some(match document.pointer(pointer) {
                    None => Difference::missing(pointer, expected),
                    Some(seen) => Difference::changed(pointer, expected, seen.clone()),
                })
            }
            (Some(Spot::Body(_)), None) | (None, _) => None,
        };
        found.map(Difference::repeating).into_iter().collect()
    }

    /// What the step wants of the message, by JSON Pointer.
    fn wanted(&self) -> Vec<&'r BTreeMap<String, Matcher>> {
        if self.missing().is_some() {
            // The nearest frame that did come.
            return match self.step {
                Some(Step::Await(wait)) => vec![&wait.fits],
                _ => Vec::new(),
            };
        }
        if self.check.evidence().is_none_or(|evidence| evidence.spot.is_none()) {
            return Vec::new();
        }
        let mut found = Vec::new();
        let mut open: Vec<&Expectation> = self.expected.clone();
        while let Some(one) = open.pop() {
            found.extend([&one.answer, &one.frame]);
            open.extend(&one.all);
        }
        found
    }
}

/// Whether a difference says no more than the evidence: it is about the same place, and neither of
/// them goes into a token or into fields of the value.
fn repeats(difference: &Difference, evidence: &Evidence) -> bool {
    let is_same = evidence.spot.as_ref() == Some(&difference.spot) && difference.claim.is_none();
    is_same && !matches!(difference.change, Change::Unexpected { .. })
}

/// The expectations that stand at a step.
fn expectations(step: &Step) -> &[Expectation] {
    match step {
        Step::Call(step) => &step.expect,
        Step::Await(step) => &step.expect,
        Step::Expect(step) => &step.expect,
        _ => &[],
    }
}
