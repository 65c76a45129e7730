//! The places that name each requirement, and the checks that evaluate it.

use super::payload_anchor;
use crate::document::input::{Evaluator, EvaluatorKind, Input};
use crate::document::life::TRANSITIONS;
use crate::document::text::{Target, Text};
use crate::requirement::RequirementId;
use crate::{document, endpoint, payload, push, requirement};
use std::collections::BTreeMap;

/// The places that name each requirement, and the checks that evaluate it.
pub(super) struct Index<'a> {
    places: BTreeMap<RequirementId, Vec<Text>>,
    input: &'a Input,
}

impl<'a> Index<'a> {
    pub(super) fn new(input: &'a Input) -> Index<'a> {
        let mut index = Index { places: BTreeMap::new(), input };
        let code = |name: &str, anchor: String| Text::code_link(name, Target::Anchor(anchor));
        for endpoint in endpoint::ENDPOINTS {
            let place = code(endpoint.operation.as_str(), endpoint.operation.to_string());
            index.add(endpoint.requirement, place);
        }
        for kind in push::KINDS {
            index
                .add(kind.requirement, code(kind.name.as_str(), payload_anchor(kind.payload.name)));
        }
        for payload in payload::all() {
            for (pointer, id) in requirement::of_payload(payload.name) {
                let name = format!("{}{pointer}", payload.name);
                index.add(id, code(&name, payload_anchor(payload.name)));
            }
        }
        for transition in TRANSITIONS {
            for &id in transition.rules {
                index.add(id, Text::link("the life of a participant", "life"));
            }
        }
        for flow in document::FLOWS {
            for &id in flow.steps.iter().flat_map(|step| step.rules) {
                index.add(id, Text::link(flow.title, flow.anchor()));
            }
        }
        index
    }

    fn add(&mut self, id: RequirementId, place: Text) {
        let places = self.places.entry(id).or_default();
        if !places.contains(&place) {
            places.push(place);
        }
    }

    /// Links to the places that name a requirement.
    pub(super) fn places(&self, id: RequirementId) -> Text {
        Text::joined(self.places.get(&id).into_iter().flatten().cloned(), ", ")
    }

    /// The checks that are about a requirement.
    pub(super) fn about(&self, id: RequirementId) -> impl Iterator<Item = &'a Evaluator> {
        let both = self.input.evaluators.iter().chain(&self.input.of_clients);
        both.filter(move |it| it.about.contains(&id))
    }

    /// The checks that evaluate a requirement on the way.
    pub(super) fn besides(&self, id: RequirementId) -> impl Iterator<Item = &'a Evaluator> {
        self.input.evaluators.iter().filter(move |it| it.besides.contains(&id))
    }
}

/// The anchor of a check.
pub(super) fn evaluator_anchor(evaluator: &Evaluator) -> String {
    match evaluator.kind {
        EvaluatorKind::Scenario(_) => format!("scenario-{}", evaluator.id),
        EvaluatorKind::Law => format!("law-{}", evaluator.id.replace(' ', "-")),
    }
}

/// A link to a check.
pub(super) fn evaluator_link(evaluator: &Evaluator) -> Text {
    let anchor = evaluator_anchor(evaluator);
    match evaluator.kind {
        EvaluatorKind::Scenario(_) => Text::code_link(&evaluator.id, Target::Anchor(anchor)),
        EvaluatorKind::Law => Text::link(format!("law: {}", evaluator.id), anchor),
    }
}
