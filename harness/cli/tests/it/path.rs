//! The implementer's path can be walked: after each step, its command finds nothing wrong with a server
//! that has nothing else yet.

use crate::program::process::{program, run};
use invite_conformance::{artefacts, embedded};
use invite_record::committed_coverage;
use invite_reference::core::rules::Hooks;
use invite_reference::core::state::Tenant;
use invite_reference::core::{Call, Delivery, Refusal, Rules};
use invite_spec::error::Failure;
use invite_spec::path::{STEPS, Step, of_requirements};
use invite_spec::requirement;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The reference server, as far as a step of the path.
#[derive(Debug)]
struct Built {
    steps: &'static [Step],
}

impl Hooks for Built {
    fn check_call(&self, _: &Tenant, call: &Call) -> Result<(), Refusal> {
        let operation = call.endpoint.operation;
        match self.steps.iter().any(|step| step.operations.contains(&operation)) {
            true => Ok(()),
            false => Err(Refusal::new(Failure::NoSuchConference, "not built yet")),
        }
    }

    fn rewrite_deliveries(&self, _: &Tenant, mut deliveries: Vec<Delivery>) -> Vec<Delivery> {
        deliveries.retain(|delivery| {
            let frame = delivery.push.frame_type();
            frame.is_none_or(|frame| self.steps.iter().any(|step| step.frames.contains(&frame)))
        });
        deliveries
    }
}

impl Rules for Built {
    fn hooks(&self) -> &dyn Hooks {
        self
    }
}

#[test]
fn every_tested_requirement_is_in_exactly_one_step() {
    let evaluators = artefacts::evaluators(&committed_coverage()).unwrap();
    let placed = of_requirements(&evaluators);
    for row in requirement::all() {
        assert_eq!(placed.contains_key(&row.id), row.excluded.is_none(), "{}", row.id);
    }
    // A requirement that a scenario is about is tried at its own step.
    for (id, step) in &placed {
        let about = evaluators.iter().filter(|it| it.step.is_some() && it.about.contains(id));
        let mut trying = evaluators.iter().filter(|it| it.step == Some(*step));
        let is_tried = trying.any(|it| it.about.contains(id) || it.besides.contains(id));
        assert!(is_tried || about.count() == 0, "{id} is not tried at {}", step.name);
    }
    // And no step is empty.
    let used: BTreeSet<&str> = placed.values().map(|step| step.name).collect();
    assert_eq!(used.len(), STEPS.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn after_each_step_its_command_is_green() {
    let mut red = Vec::new();
    for place in 0..STEPS.len() {
        let (server, target) =
            embedded::start_with(Arc::new(Built { steps: &STEPS[..=place] })).unwrap();
        let second = target.second_application.clone().unwrap();
        let pattern = STEPS[place].pattern();
        let arguments = [
            ["--url", &target.planes.auth],
            ["--app-key", &target.application.key],
            ["--app-secret", &target.application.secret],
            ["--second-app-key", &second.key],
            ["--second-app-secret", &second.secret],
            ["--only", &pattern],
            ["--jobs=8", "--json"],
        ];
        let arguments = arguments.concat().into_iter().map(str::to_owned).collect::<Vec<_>>();
        let walked =
            move || run(program(["run"].into_iter().chain(arguments.iter().map(String::as_str))));
        let outcome = tokio::task::spawn_blocking(walked).await.unwrap();
        let record = outcome.json();
        for result in record["tally"]["requirements"].as_array().unwrap() {
            let verdict = result["verdict"].as_str().unwrap();
            if ["fail", "blocked", "error"].contains(&verdict) {
                red.push(format!("{pattern}: {} {verdict}", result["requirement"]));
            }
        }
        if outcome.code() != Some(0) {
            red.push(format!("{pattern}: exit code {:?}", outcome.code()));
        }
        server.shutdown().await;
    }
    assert!(red.is_empty(), "{}", red.join("\n\n"));
}
