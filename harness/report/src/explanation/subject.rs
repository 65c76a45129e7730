//! What a check was about: the step of the scenario, what it wanted, and the frame that never came.

use super::Difference;
use super::Place;
use super::difference::{by_matchers, by_words};
use invite_scenario::matching::{Context, Pattern};
use invite_scenario::{Expectation, Located, Matcher, People, Scenario, Step};
use invite_spec::requirement::RequirementId;
use invite_trace::Check;
use invite_trace::reference::Bindings;
use invite_trace::{Event, Trace};
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
    pub(crate) what: String,
}

impl<'r> Subject<'r> {
    pub(crate) fn of(
        check: &'r Check,
        trace: &'r Trace,
        scenario: Option<&'r Scenario>,
    ) -> Subject<'r> {
        let labelled = scenario.map(Scenario::labelled).unwrap_or_default();
        let step = labelled.into_iter().find(|(label, _)| *label == check.at).map(|(_, step)| step);
        let of_requirement = |expectation: &&Expectation| {
            let ids = &expectation.requires.0;
            ids.iter().any(|id| RequirementId::parse(id) == check.requirement)
        };
        let expected = step.map(expectations).unwrap_or_default();
        let expected = expected.iter().filter(of_requirement).collect();
        Subject { check, trace, scenario, step, expected }
    }

    /// Where the step stands.
    pub(super) fn place(&self, file: &str) -> Option<Place> {
        let at = match self.step? {
            Step::Call(step) => &step.operation,
            Step::Await(step) => &step.frame,
            Step::Wire(step) => &step.operation,
            Step::Open(step) => step.who.0.first()?,
            Step::Close(step) | Step::Drop(step) | Step::Reconnect(step) => step.who.0.first()?,
            Step::Connect(step) => &step.who,
            Step::Never(step) => step.by.0.first()?,
            Step::Forge(step) => &step.name,
            Step::Say(step) => step.who.0.first()?,
            Step::Check(step) => step.expect.first()?.requires.0.first()?,
            Step::UntilExpired(step) => step.id.as_ref()?,
            Step::Together(_) => return None,
        };
        let place = Place { file: file.to_owned(), line: at.line, column: at.column };
        Some(place).filter(|place| place.line > 0)
    }

    /// The names of the outcomes that were acceptable, where there are several.
    pub(super) fn acceptable(&self) -> Vec<String> {
        self.expected.iter().flat_map(|one| one.outcomes.keys().cloned()).collect()
    }

    /// The frame that never came, if that is what is wrong.
    pub(crate) fn missing(&self) -> Option<Missing> {
        let expected = self.check.evidence.expected.as_str();
        let of_patterns = self.patterns().into_iter().find_map(|(pattern, by)| {
            let told = |actor: &String| format!("{pattern} at {actor}") == expected;
            let actor = actors(by, &self.trace.bindings).into_iter().find(told)?;
            Some(Missing { actor, what: pattern.to_string() })
        });
        let of_deadline = || {
            let last = self.trace.entries.get(*self.check.evidence.entries.last()?)?;
            match &last.event {
                Event::Expired { waiting_for, .. } => {
                    Some(Missing { actor: last.actor.clone(), what: waiting_for.clone() })
                }
                _ => None,
            }
        };
        let of_law = || {
            let (_, rest) = expected.split_once("the invitation of ")?;
            let (operation, actor) = rest.split_once(" arrives at ")?;
            let what = format!("InvitationReceived of {operation}");
            Some(Missing { actor: actor.to_owned(), what })
        };
        of_patterns.or_else(of_deadline).or_else(of_law)
    }

    /// The frames that the step, or an expectation of it, waited for.
    fn patterns(&self) -> Vec<(Pattern<'r>, &'r People)> {
        let mut found = Vec::new();
        if let Some(Step::Await(wait)) = self.step {
            found.push((pattern(Some(&wait.frame), wait.about.as_ref(), &wait.fits), &wait.by));
        }
        let mut open: Vec<&Expectation> = self.expected.clone();
        while let Some(one) = open.pop() {
            if let Some(heard) = &one.heard {
                let about = heard.about.as_ref();
                found.push((pattern(Some(&heard.frame), about, &heard.fits), &heard.by));
            }
            open.extend(one.all.iter().chain(&one.exactly_one).chain(one.outcomes.values()));
        }
        found
    }

    /// The message that is looked at: the last of the evidence that has a body.
    fn document(&self) -> Option<(usize, &'r Value)> {
        self.check.evidence.entries.iter().rev().find_map(|at| {
            let body = match &self.trace.entries.get(*at)?.event {
                Event::Answer { body, .. } | Event::Received { body, .. } => body.json()?,
                _ => return None,
            };
            Some((*at, body))
        })
    }

    /// How what was seen differs from what was expected.
    pub(super) fn differences(&self) -> Vec<Difference> {
        let evidence = &self.check.evidence;
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
                .collect();
            if !found.is_empty() {
                return found;
            }
        }
        match (&evidence.pointer, document) {
            (Some(header), _) if !header.starts_with('/') && !header.is_empty() => {
                let seen = Value::from(evidence.seen.as_str());
                vec![Difference::changed(header, evidence.expected.as_str(), seen)]
            }
            (Some(pointer), Some((_, document))) => {
                by_words(pointer, &evidence.expected, document.pointer(pointer))
            }
            (None, _) => self.status().into_iter().collect(),
            _ => Vec::new(),
        }
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
        if self.check.evidence.pointer.is_none() {
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

    fn status(&self) -> Option<Difference> {
        let last = self.trace.entries.get(*self.check.evidence.entries.last()?)?;
        match &last.event {
            Event::Answer { status, .. } => {
                let expected = self.check.evidence.expected.as_str();
                Some(Difference::changed("status", expected, *status))
            }
            _ => None,
        }
    }
}

/// The expectations that stand at a step.
fn expectations(step: &Step) -> &[Expectation] {
    match step {
        Step::Call(step) => &step.expect,
        Step::Await(step) => &step.expect,
        Step::Check(step) => &step.expect,
        _ => &[],
    }
}

fn pattern<'s>(
    frame: Option<&'s Located>,
    about: Option<&'s Located>,
    fits: &'s BTreeMap<String, Matcher>,
) -> Pattern<'s> {
    Pattern { frame, about, fits }
}

/// The sessions that people stand for.
pub(crate) fn actors(people: &People, bindings: &Bindings) -> Vec<String> {
    let of_one = |who: &Located| {
        let (name, device) = who.split_once('/').map_or((&**who, None), |(n, d)| (n, Some(d)));
        let told = |member: String| device.map_or(member.clone(), |d| format!("{member}/{d}"));
        bindings.members(name).into_iter().map(told).collect::<Vec<_>>()
    };
    people.0.iter().flat_map(of_one).collect()
}
