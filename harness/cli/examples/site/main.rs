//! Makes the static site: `cargo run --example site -- DIR`.
//!
//! The specification, the guide, all documents and one sample report, which is that of a run against
//! the reference server. Everything in it is relative, so that it works wherever it lies, also as
//! files without a server.

mod made;

use invite_conformance::embedded;
use invite_record::{Options, Part, Record};
use invite_scenario::Plan;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut words = std::env::args_os().skip(1);
    let (Some(folder), None) = (words.next(), words.next()) else {
        eprintln!("usage: cargo run --example site -- DIR");
        return ExitCode::from(2);
    };
    match make(&PathBuf::from(folder)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn make(folder: &Path) -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let report = runtime.block_on(sample())?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let site = made::site(&root, report)?;
    let broken = made::broken_links(&site);
    if !broken.is_empty() {
        return Err(format!("links that lead nowhere:\n{}", broken.join("\n")).into());
    }
    for (path, content) in &site {
        let path = folder.join(path);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)
                .map_err(|error| format!("cannot make {}: {error}", parent.display()))?;
        }
        std::fs::write(&path, content)
            .map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    }
    println!("wrote {} files; begin at {}", site.len(), folder.join(made::INDEX).display());
    Ok(())
}

/// The report of a run of the built-in scenarios against the reference server.
async fn sample() -> Result<String, Box<dyn Error>> {
    let scenarios = invite_scenario::built_in()
        .map_err(|errors| errors.iter().map(|it| format!("{it}\n")).collect::<String>())?;
    let (scenarios, _slow) = invite_scenario::split_slow(scenarios);
    let (server, target) = embedded::start()?;
    let plan = Plan { scenarios, jobs: 16, seed: 1, run_id: "sample".into() };
    let driven = invite_drive::run(target.clone(), &plan, |_| {}).await?;
    server.shutdown().await;
    let options =
        Options { seed: 1, run_id: plan.run_id, strict: false, jobs: plan.jobs, rate: None };
    let record = Record::new(&target, &plan.scenarios, Part::default(), driven, options, 0);
    Ok(invite_report::html(&record))
}
