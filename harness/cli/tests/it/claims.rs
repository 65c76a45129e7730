//! Profiles and claims: what a target does not claim is not asked of it, what it claims is judged,
//! and what it serves besides is told.

use crate::program::process::{Outcome, program, run};
use invite_record::{Options, Part, Record};
use invite_report::{View, terminal};
use invite_scenario::Plan;
use invite_scenario::description::Target;
use invite_selftest::proxy::{Change, Proxy, Request, Response};
use invite_spec::endpoint::Operation;
use invite_text::Style;
use invite_trace::Feature;
use invite_trace::Verdict;
use std::sync::Arc;

/// A server that knows nothing of messages.
struct NoMessages;

impl Change for NoMessages {
    fn response(&self, request: &Request<'_>, mut response: Response) -> Response {
        let sends = [Operation::RestMessage, Operation::SdkSend];
        let is_message = request.endpoint.is_some_and(|it| sends.contains(&it.operation));
        if is_message && response.class().is_accepted() {
            response.status = 404;
            response.set_json(&serde_json::json!({"type": "ErrorResponse", "error_code": 404}));
        }
        response
    }
}

/// The record of these scenarios against a server with or without messages, which claims them or
/// does not.
async fn of_messages(serves: bool, claims: bool) -> Record {
    let (server, mut target) = invite_conformance::embedded::start().unwrap();
    let proxy = Proxy::start(&target.planes, Arc::new(NoMessages)).await.unwrap();
    if !serves {
        target = Target { planes: proxy.planes(), ..target };
    }
    if !claims {
        target.claims.remove(&Feature::Messages);
    }
    let mut scenarios = invite_scenario::built_in().unwrap();
    let wanted = ["message-by-rest-to-all", "message-by-sdk", "invite-rest-two"];
    scenarios.retain(|found| wanted.contains(&found.scenario.id.value.as_str()));
    let plan = Plan { scenarios, jobs: 8, seed: 1, run_id: "claims".into() };
    let driven = invite_drive::run(target.clone(), &plan, |_| {}).await.unwrap();
    server.shutdown().await;
    let options =
        Options { seed: 1, run_id: plan.run_id, strict: false, jobs: plan.jobs, rate: None };
    Record::new(&target, &plan.scenarios, Part::default(), driven, options, 0)
}

fn fails(record: &Record) -> Vec<&str> {
    let failed = record.tally.requirements.iter().filter(|it| it.verdict == Verdict::Fail);
    failed.map(|it| it.requirement.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_claimed_and_not_served_fails() {
    let record = of_messages(false, true).await;
    let rows = record.tally.requirements.iter();
    let rows: Vec<_> = rows.filter(|it| it.verdict != Verdict::Pass).collect();
    assert!(!record.conforms(), "{rows:#?} {:?}", record.skipped());
    assert!(fails(&record).iter().any(|id| id.starts_with("MSG-")), "{:?}", fails(&record));
    assert_eq!(record.unclaimed, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_served_and_not_claimed_is_a_note() {
    let record = of_messages(true, false).await;
    assert!(record.conforms(), "{:?}", fails(&record));
    assert_eq!(record.skipped().len(), 1);
    let features: Vec<Feature> = record.unclaimed.iter().map(|it| it.feature).collect();
    assert_eq!(features, [Feature::Messages]);
    let report = terminal(&record, Style::PLAIN, View::default());
    assert!(report.contains("Served, but not claimed\n  `messages`, as message-"), "{report}");
    // Nothing of it is judged.
    let mut of_messages = record.checks.iter().filter(|it| it.scenario.starts_with("message-"));
    assert!(of_messages.all(|check| check.verdict() == Verdict::Skip));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_neither_claimed_nor_served_is_not_mentioned() {
    let record = of_messages(false, false).await;
    assert!(record.conforms(), "{:?}", fails(&record));
    assert_eq!(record.unclaimed, []);
}

/// The record of all scenarios against the right server, which claims all but this.
async fn without(feature: Feature) -> Record {
    let (server, mut target) = invite_conformance::embedded::start().unwrap();
    target.claims.remove(&feature);
    let scenarios = invite_scenario::built_in().unwrap();
    let (scenarios, _) = invite_scenario::split_slow(scenarios);
    let plan = Plan { scenarios, jobs: 32, seed: 1, run_id: "without".into() };
    let driven = invite_drive::run(target.clone(), &plan, |_| {}).await.unwrap();
    server.shutdown().await;
    let options =
        Options { seed: 1, run_id: plan.run_id, strict: false, jobs: plan.jobs, rate: None };
    Record::new(&target, &plan.scenarios, Part::default(), driven, options, 0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_server_conforms_whichever_feature_it_does_not_claim() {
    // Without the order of frames, quiet windows stand for fences, and on a machine as busy as that of
    // these tests they prove nothing. `selftest` has servers that reorder frames.
    for feature in Feature::ALL.into_iter().filter(|it| *it != Feature::FrameOrder) {
        let record = without(feature).await;
        let rows = record.tally.requirements.iter();
        let bad = rows.filter(|it| !matches!(it.verdict, Verdict::Pass | Verdict::Skip));
        let bad: Vec<_> = bad.map(|it| (it.requirement, it.verdict)).collect();
        let report = terminal(&record, Style::PLAIN, View::default());
        assert!(record.conforms() && bad.is_empty(), "without {feature:?}: {bad:?}\n{report}");
    }
}

/// Runs the program against a server whose plane of clients is not there.
async fn without_sessions(claims: &str, flags: &[&str]) -> Outcome {
    let (server, target) = invite_conformance::embedded::start().unwrap();
    let folder = tempfile::TempDir::new().unwrap();
    let description = folder.path().join("target.toml");
    let text = format!(
        "{claims}\n[planes]\nauth = \"{address}\"\nrest = \"{address}\"\n\
         session = \"http://127.0.0.1:9\"\n[application]\nkey = \"{}\"\nsecret = \"{}\"\n",
        target.application.key,
        target.application.secret,
        address = target.planes.rest,
    );
    std::fs::write(&description, text).unwrap();
    let fixed = ["run", description.to_str().unwrap()];
    let command = program(fixed.into_iter().chain(flags.iter().copied()));
    let outcome = tokio::task::spawn_blocking(|| run(command)).await.unwrap();
    server.shutdown().await;
    outcome
}

#[tokio::test(flavor = "multi_thread")]
async fn the_profile_rest_needs_no_session_and_no_websocket() {
    let outcome = without_sessions("", &["--profile", "rest", "--json"]).await;
    assert_eq!(outcome.code(), Some(0), "{}", outcome.said());
    let record: Record = serde_json::from_str(&outcome.stdout).unwrap();
    assert!(record.conforms() && record.tally.summary.passed > 40, "{:?}", record.tally.summary);
    // So that it is known what was looked at.
    assert_eq!(record.part.profiles.len(), 1);
    assert_eq!(fails(&record), Vec::<&str>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_claims_no_sessions_is_not_asked_for_any_and_one_that_does_fails() {
    let only = ["--only", "session-opens", "--only", "invite-rest-two"];
    let honest = without_sessions("claims = [\"rest\"]", &only).await;
    assert_eq!(honest.code(), Some(0), "{}", honest.said());
    assert!(honest.stdout.contains("the target does not claim `sdk`"), "{}", honest.said());
    assert!(!honest.stdout.contains("Served, but not claimed"), "{}", honest.said());
    let boasting = without_sessions("", &only).await;
    assert_eq!(boasting.code(), Some(1), "{}", boasting.said());
}

#[test]
fn a_scenario_of_the_profile_rest_cannot_open_a_session() {
    let text = "scenario: mine\ntitle: t\nprofile: rest\npeople: {alice: {}}\nsteps:\n  \
                - open: {who: alice}\n";
    let errors = invite_scenario::parse("mine.yaml", text).unwrap_err();
    assert!(errors[0].to_string().contains("mine.yaml:6:"), "{errors:?}");
    assert!(errors[0].message.contains("the profile `rest` has none"), "{errors:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_of_skipped_scenarios_alone_is_no_success() {
    let (server, mut target) = invite_conformance::embedded::start().unwrap();
    target.second_application = None;
    let mut scenarios = invite_scenario::built_in().unwrap();
    scenarios.retain(|found| found.scenario.id.value == "application-aliases");
    let plan = Plan { scenarios, jobs: 1, seed: 1, run_id: "skipped".into() };
    let driven = invite_drive::run(target.clone(), &plan, |_| {}).await.unwrap();
    server.shutdown().await;
    let options = Options { seed: 1, run_id: plan.run_id, strict: false, jobs: 1, rate: None };
    let mut record = Record::new(&target, &plan.scenarios, Part::default(), driven, options, 0);
    assert!(record.tally.summary.passed > 0, "the preflight passes");
    assert!(record.tally.summary.skipped > 0, "{:?}", record.tally.summary);
    assert!(!record.conforms());
    assert_eq!(record.verdict(), "NOTHING WAS JUDGED");
    record.seal();
    assert_eq!(invite_record::verify(&record).unwrap(), []);
}
