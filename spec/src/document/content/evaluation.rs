//! What evaluates requirements: scenarios and laws.

use super::index::evaluator_anchor;
use super::stacking;
use crate::document::input::{Evaluator, EvaluatorKind, Input};
use crate::document::model::{Row, Section};
use crate::document::text::{Target, Text};
use crate::requirement::{self, Area};

pub(super) fn section(input: &Input) -> Section {
    let is_law = |it: &&Evaluator| it.kind == EvaluatorKind::Law;
    let laws: Vec<&Evaluator> = input.evaluators.iter().filter(is_law).collect();
    let scenarios: Vec<&Evaluator> = input.evaluators.iter().filter(|it| !is_law(it)).collect();
    let areas = requirement::areas().iter().filter_map(|area| {
        let of_area: Vec<&Evaluator> =
            scenarios.iter().copied().filter(|it| belongs(it) == Some(area.prefix)).collect();
        let rows = of_area.iter().map(|scenario| row(scenario)).collect::<Vec<_>>();
        (!rows.is_empty()).then(|| {
            Section::new(format!("checks-{}", area.prefix), format!("Scenarios: {}", area.title))
                .with(stacking(&["Scenario", "Subject", "Profile", "Requirements"], rows))
        })
    });
    let law_rows = laws.iter().map(|law| Row {
        anchor: Some(evaluator_anchor(law)),
        cells: vec![
            Text::plain(&law.id),
            Text::parse(&law.title),
            Text::rules(law.about.iter().copied()),
        ],
    });
    let laws = Section::new("laws", "Laws")
        .says("Laws hold for all traffic, in every scenario.")
        .with(stacking(&["Law", "Rule", "Requirements"], law_rows));
    Section::new("checks", "Scenarios and laws")
        .says(&format!(
            "The conformance harness drives a server through {} scenarios and checks {} laws \
             against all traffic. Each scenario is listed with the requirements that it is about. \
             It evaluates those after “on the way” as well, because its steps depend on them.",
            scenarios.len(),
            input.evaluators.len() - scenarios.len()
        ))
        .within([laws])
        .within(areas)
}

/// The scenarios and laws for clients.
pub(super) fn of_clients(input: &Input) -> Section {
    let rows = input.of_clients.iter().map(|check| Row {
        anchor: Some(evaluator_anchor(check)),
        cells: vec![
            match &check.file {
                Some(file) => Text::code_link(&check.id, Target::Source(file.clone())),
                None => Text::plain(&check.id),
            },
            Text::parse(&check.title),
            Text::rules(check.about.iter().copied()),
        ],
    });
    Section::new("client-checks", "Scenarios and laws for clients")
        .says(
            "In these scenarios, the reference server is at the other end of a client, which is told \
             what to do. The laws hold for all traffic of clients.",
        )
        .with(stacking(&["Scenario or law", "Subject", "Requirements"], rows))
}

/// The area of a scenario: the last one in the catalogue among the areas that it is about, because
/// the areas are in the order of a conversation.
fn belongs(scenario: &Evaluator) -> Option<&'static str> {
    let about = |area: &&Area| area.rows.iter().any(|row| scenario.about.contains(&row.id));
    requirement::areas().iter().rfind(about).map(|area| area.prefix)
}

fn row(scenario: &Evaluator) -> Row {
    let EvaluatorKind::Scenario(profile) = scenario.kind else {
        return Row { anchor: None, cells: Vec::new() };
    };
    let id = match &scenario.file {
        Some(file) => Text::code_link(&scenario.id, Target::Source(file.clone())),
        None => Text::code(&scenario.id),
    };
    let about = Text::rules(scenario.about.iter().copied());
    let besides = Text::rules(scenario.besides.iter().copied());
    let requirements = if besides.is_empty() {
        about
    } else {
        about.and(Text::plain("; on the way ")).and(besides)
    };
    Row {
        anchor: Some(evaluator_anchor(scenario)),
        cells: vec![
            id,
            Text::parse(&scenario.title),
            Text::plain(profile.to_string()),
            requirements,
        ],
    }
}
