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
                .with(stacking(&["Scenario", "What it shows", "Profile", "Requirements"], rows))
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
        .says("What must hold in all traffic, whatever the scenario.")
        .with(stacking(&["Law", "What it says", "Requirements"], law_rows));
    Section::new("checks", "Scenarios and laws")
        .says(&format!(
            "The conformance harness drives a server through {} scenarios, and holds {} laws \
             against all that was said. A scenario is about the requirements that stand first; \
             those after “on the way” it evaluates because it cannot do without them.",
            scenarios.len(),
            input.evaluators.len() - scenarios.len()
        ))
        .within([laws])
        .within(areas)
}

/// The area that a scenario belongs to: of those that it is about the last one in the catalogue,
/// since the areas follow each other as a conversation does.
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
