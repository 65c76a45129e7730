//! What scenarios claim, and what the rows are about that they claim.

use super::Condition;
use invite_scenario::{Call, Expectation, Selection, Step};
use invite_spec::endpoint::{Body, ENDPOINTS};
use invite_spec::requirement::{self, Requirement, RequirementId};
use std::collections::{BTreeMap, BTreeSet};

/// What each scenario claims, by its name.
pub(super) type Claims = BTreeMap<String, Claim>;

/// What a scenario claims.
#[derive(Debug)]
pub(super) struct Claim {
    /// The rows that it names.
    pub named: BTreeSet<RequirementId>,
    /// The rows that its calls rest on without naming them: that each is accepted.
    pub implied: BTreeSet<RequirementId>,
}

pub(super) fn claims(scenarios: &[Selection]) -> Claims {
    let claim = |selection: &Selection| {
        let rows = requirement::all().map(|row| row.id);
        let named = rows.filter(|row| selection.source.contains(row.as_str())).collect();
        let steps = selection.scenario.labelled();
        let calls = steps.iter().filter_map(|(_, step)| match step {
            Step::Call(call) if call.requires().is_empty() => Some(call.requirement()),
            _ => None,
        });
        Claim { named, implied: calls.collect() }
    };
    let scenarios = scenarios.iter();
    scenarios.map(|selection| (selection.scenario.id.value.clone(), claim(selection))).collect()
}

/// What rows are about.
#[derive(Debug, Default)]
pub(super) struct Natures {
    refused: BTreeSet<RequirementId>,
    frames: BTreeSet<RequirementId>,
    with_body: BTreeSet<RequirementId>,
    about_conference: BTreeSet<RequirementId>,
}

pub(super) fn natures(scenarios: &[Selection]) -> Natures {
    let mut natures = Natures::default();
    for endpoint in ENDPOINTS {
        if matches!(endpoint.request, Body::Json(_)) {
            natures.with_body.insert(endpoint.requirement);
        }
        if endpoint.is_about_conference() {
            natures.about_conference.insert(endpoint.requirement);
        }
    }
    for selection in scenarios {
        for (_, step) in selection.scenario.labelled() {
            natures.step(step);
        }
    }
    natures
}

impl Natures {
    fn step(&mut self, step: &Step) {
        match step {
            Step::Call(call) => self.call(call),
            Step::Await(step) => {
                self.frames.extend(step.requires.0.iter().map(|id| id.value));
                self.expectations(&step.expect, true);
            }
            Step::Never(step) => self.frames.extend(step.requires.0.iter().map(|id| id.value)),
            Step::Expect(step) => self.expectations(&step.expect, false),
            _ => {}
        }
    }

    fn call(&mut self, call: &Call) {
        if call.request().and_then(|request| request.expected.refusal()).is_some() {
            self.refused.extend(call.requires().0.iter().map(|id| id.value));
        }
        self.expectations(&call.expect, false);
    }

    fn expectations(&mut self, expectations: &[Expectation], of_frame: bool) {
        for expectation in expectations {
            if of_frame || hears(expectation) {
                self.frames.extend(expectation.requires.0.iter().map(|id| id.value));
            }
        }
    }

    /// Whether any of these conditions holds for a row.
    pub(super) fn fulfil(&self, row: &Requirement, any: &[Condition]) -> bool {
        any.iter().any(|condition| {
            let has_word =
                |word: &String| row.text.to_lowercase().contains(&word.to_lowercase());
            let Condition { words, refused, frames, calls_with_body, calls_about_conference, rows } =
                condition;
            (words.is_empty() || words.iter().any(has_word))
                && (!refused || self.refused.contains(&row.id))
                && (!frames || self.frames.contains(&row.id))
                && (!calls_with_body || self.with_body.contains(&row.id))
                && (!calls_about_conference || self.about_conference.contains(&row.id))
                && (rows.is_empty() || rows.contains(&row.id))
        })
    }
}

/// Whether an expectation is about a frame.
fn hears(expectation: &Expectation) -> bool {
    expectation.heard.is_some()
        || expectation.unheard.is_some()
        || expectation.all.iter().any(hears)
        || expectation.exactly_one.iter().any(hears)
        || expectation.outcomes.values().any(hears)
}
