//! Every file of the repository that is generated, from the one source of truth of each.

use crate::{kinds, malformed, path};
use invite_judge::Law;
use invite_record::Coverage;
use invite_scenario::client::ClientSelection;
use invite_spec::requirement::{Profile, RequirementId};

use invite_scenario::Selection;
use invite_spec::artefact::{self, Artefact};
use invite_spec::document::{self, Evaluator, EvaluatorKind, Input};
use invite_spec::glossary;
use invite_text::Diagnostic;
use std::collections::BTreeSet;

/// All generated files but the coverage, which a run makes. The documents tell what a run
/// evaluates.
pub fn all(coverage: &Coverage) -> Result<Vec<Artefact>, Vec<Diagnostic>> {
    let mut all = artefact::all();
    all.push(Artefact::json("harness/schemas/adapter.json", &invite_adapter::schema()));
    all.push(Artefact::json("harness/schemas/run.json", &invite_record::schema()));
    all.push(Artefact::json("harness/schemas/scenario.json", &invite_scenario::schema()));
    all.push(Artefact::json(
        "harness/schemas/client-scenario.json",
        &invite_scenario::client::schema(),
    ));
    all.push(Artefact::json(
        "harness/schemas/target.json",
        &invite_scenario::description::schema(),
    ));
    let scenarios = invite_scenario::built_in()?;
    let evaluators = of_servers(&scenarios, coverage);
    let clients = invite_scenario::client::built_in()?;
    let of_clients = clients.iter().map(of_client_scenario).chain(client_laws());
    let input = Input { evaluators, of_clients: of_clients.collect() };
    all.extend(document::artefacts(&input));
    all.push(Artefact { path: "README.md".to_owned(), text: readme() });
    all.extend(malformed::scenarios());
    let table = kinds::table(&scenarios)
        .map_err(|message| vec![Diagnostic::new("fixtures/kinds.yaml", message)])?;
    all.push(kinds::page(&table));
    Ok(all)
}

/// Every scenario and law for servers, with what it evaluates.
///
/// # Errors
///
/// Every error of every scenario.
pub fn evaluators(coverage: &Coverage) -> Result<Vec<Evaluator>, Vec<Diagnostic>> {
    Ok(of_servers(&invite_scenario::built_in()?, coverage))
}

fn of_servers(scenarios: &[Selection], coverage: &Coverage) -> Vec<Evaluator> {
    scenarios.iter().map(|found| of_scenario(found, coverage)).chain(laws()).collect()
}

/// The README, with the glossary of the specification between its markers.
fn readme() -> String {
    const README: &str = include_str!("../../../README.md");
    const BEGIN: &str = "<!-- glossary: begin -->\n";
    const END: &str = "<!-- glossary: end -->";
    let (before, rest) = README.split_once(BEGIN).unwrap_or((README, ""));
    let (_, after) = rest.split_once(END).unwrap_or(("", ""));
    format!("{before}{BEGIN}{}{END}{after}", glossary::markdown())
}

/// A scenario, with what a run of it evaluates. It is about what it names; one that names nothing
/// is about all that it evaluates.
fn of_scenario(found: &Selection, coverage: &Coverage) -> Evaluator {
    let id = &found.scenario.id.value;
    let evaluated = coverage.iter().filter(|(_, by)| by.contains(id)).map(|(row, _)| *row);
    let (about, besides): (Vec<RequirementId>, Vec<RequirementId>) =
        evaluated.partition(|row| path::names(found, *row));
    let (about, besides) = if about.is_empty() { (besides, about) } else { (about, besides) };
    Evaluator {
        kind: EvaluatorKind::Scenario(found.scenario.profile),
        id: id.clone(),
        title: found.scenario.title.clone(),
        file: Some(found.file.clone()),
        step: Some(path::step_of(found)),
        about,
        besides,
    }
}

fn of_client_scenario(found: &ClientSelection) -> Evaluator {
    let scenario = &found.scenario;
    Evaluator {
        kind: EvaluatorKind::Scenario(Profile::Client),
        id: scenario.id.value.clone(),
        title: scenario.title.clone(),
        file: Some(found.file.clone()),
        step: None,
        about: scenario.requirements().into_iter().collect(),
        besides: Vec::new(),
    }
}

fn laws() -> impl Iterator<Item = Evaluator> {
    invite_judge::laws().iter().map(of_law)
}

fn client_laws() -> impl Iterator<Item = Evaluator> {
    invite_judge::client_laws().iter().map(of_law)
}

fn of_law(law: &Law) -> Evaluator {
    // A law may look at one requirement in several ways.
    let about: BTreeSet<RequirementId> = law.requirements.iter().copied().collect();
    Evaluator {
        kind: EvaluatorKind::Law,
        id: law.name.to_string(),
        title: law.says.to_owned(),
        file: None,
        step: None,
        about: about.into_iter().collect(),
        besides: Vec::new(),
    }
}
