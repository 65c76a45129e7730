//! Runs scenarios against servers in this process, right and wrong.

use invite_record::{Options, Part, Record};
use invite_reference::{Application, Rules, Server, Settings, Standard, mutants};
use invite_scenario::Plan;
use invite_scenario::description::{Credentials, Target};
use std::sync::Arc;

/// The record of these scenarios against the reference server, or against the wrong server of this
/// name.
pub(crate) async fn record(mutant: Option<&str>, scenarios: &[&str]) -> Record {
    let rules: Arc<dyn Rules> = match mutant {
        None => Arc::new(Standard),
        Some(name) => (mutants::find(name).unwrap().rules)(),
    };
    let key = |protected: bool| if protected { "protected" } else { "open" };
    let settings = Settings {
        listen: ([127, 0, 0, 1], 0).into(),
        applications: vec![
            Application::new(key(true), "secret-of-protected").protected(),
            Application::new(key(false), "secret-of-open"),
        ],
        rules,
        ..Settings::default()
    };
    let server = Server::start(settings).unwrap();
    let (embedded, mut target): (_, Target) = invite_conformance::embedded::start().unwrap();
    embedded.shutdown().await;
    let address = format!("http://{}", server.address());
    target.planes.auth.clone_from(&address);
    target.planes.rest.clone_from(&address);
    target.planes.session = address;
    target.application =
        Credentials { key: key(true).into(), secret: "secret-of-protected".into() };
    target.second_application =
        Some(Credentials { key: key(false).into(), secret: "secret-of-open".into() });
    let mut selected = invite_scenario::built_in().unwrap();
    selected.retain(|found| scenarios.contains(&found.scenario.id.value.as_str()));
    assert_eq!(selected.len(), scenarios.len(), "no such scenario among {scenarios:?}");
    let plan = Plan { scenarios: selected, jobs: 8, seed: 1, run_id: "bench".into() };
    let driven = invite_drive::run(target.clone(), &plan, |_| {}).await.unwrap();
    server.shutdown().await;
    let options =
        Options { seed: 1, run_id: plan.run_id, strict: false, jobs: plan.jobs, rate: None };
    let only = scenarios.iter().map(ToString::to_string).collect();
    let part = Part { only, ..Part::default() };
    Record::new(&target, &plan.scenarios, part, driven, options, 0)
}
