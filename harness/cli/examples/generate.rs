//! Writes every generated file of the repository: `cargo run --example generate`.

use invite_conformance::kinds::{self, Cell};
use invite_conformance::{artefacts, embedded, files};
use invite_record::{Coverage, Options, Part, Record};
use invite_scenario::Plan;
use invite_spec::artefact::Artefact;
use invite_text::Diagnostic;
use std::error::Error;
use std::path::Path;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let coverage = coverage().await?;
    let mut all = artefacts::all(&coverage).map_err(|errors| explained(&errors))?;
    all.push(Artefact::json("harness/coverage.json", &serde_json::to_value(&coverage)?));
    all.push(Artefact { path: files::PATH.to_owned(), text: files::index(&root)? });
    for artefact in all {
        let path = root.join(&artefact.path);
        if std::fs::read_to_string(&path).is_ok_and(|text| text == artefact.text) {
            continue;
        }
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(&path, &artefact.text)?;
        println!("wrote {}", artefact.path);
    }
    let scenarios = invite_scenario::built_in().map_err(|errors| explained(&errors))?;
    let table = kinds::table(&scenarios)?;
    table.faults.iter().for_each(|fault| println!("fixtures/kinds.yaml: {fault}"));
    let tried = table.count(|cell| matches!(cell, Cell::Tried(_)));
    let open = table.count(|cell| matches!(cell, Cell::Open(_)));
    println!("kinds of bugs x requirements: {tried} cells are tried, {open} are open");
    Ok(())
}

/// What a run of the built-in scenarios against the reference server evaluates.
async fn coverage() -> Result<Coverage, Box<dyn Error>> {
    let scenarios = invite_scenario::built_in().map_err(|errors| explained(&errors))?;
    let (scenarios, slow) = invite_scenario::split_slow(scenarios);
    let (server, target) = embedded::start()?;
    let plan = Plan { scenarios, jobs: 16, seed: 1, run_id: "generate".into() };
    let driven = invite_drive::run(target.clone(), &plan, |_| {}).await?;
    server.shutdown().await;
    let options =
        Options { seed: 1, run_id: plan.run_id, strict: true, jobs: plan.jobs, rate: None };
    let record = Record::new(&target, &plan.scenarios, Part::default(), driven, options, 0);
    if !record.tally.summary.conforms {
        return Err(invite_report::terminal(
            &record,
            invite_text::Style::PLAIN,
            invite_report::View::default(),
        )
        .into());
    }
    Ok(invite_record::with_slow(invite_record::coverage(&record), &slow))
}

fn explained(errors: &[Diagnostic]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
