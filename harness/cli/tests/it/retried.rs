//! What is not the target's fault: the harness's own limits, and what only time decided.

use invite_drive::Limits;
use invite_record::{Options, Part, Record};
use invite_report::{View, terminal};
use invite_scenario::description::Target;
use invite_scenario::{Plan, Scenario};
use invite_selftest::proxy::{Change, Content, Delivery, Frame, Proxy, Request, Response};
use invite_spec::endpoint::Operation;
use invite_spec::push::FrameType;
use invite_text::Style;
use invite_trace::{StopReason, Trace, Verdict};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Longer than the deadlines here.
const TOO_LONG: Duration = Duration::from_millis(2_000);

/// The record of these scenarios against a server that the proxy changes.
async fn run(change: impl Change + 'static, wanted: &[&str]) -> Record {
    let (server, target) = invite_conformance::embedded::start().unwrap();
    let proxy = Proxy::start(&target.planes, Arc::new(change)).await.unwrap();
    let mut target = Target { planes: proxy.planes(), ..target };
    (target.deadlines.answer_ms, target.deadlines.event_ms) = (1_000, 1_000);
    let mut scenarios = invite_scenario::built_in().unwrap();
    scenarios.retain(|found| wanted.contains(&found.scenario.id.value.as_str()));
    assert_eq!(scenarios.len(), wanted.len());
    let plan = Plan { scenarios, jobs: 8, seed: 1, run_id: "late".into() };
    let settled: Mutex<BTreeMap<String, Vec<Trace>>> = Mutex::default();
    let settle = |scenario: &Scenario, trace: &mut Trace| {
        let mut settled = settled.lock().unwrap();
        settled.entry(scenario.id.value.clone()).or_default().push(trace.clone());
    };
    let (never, limits) = (std::future::pending(), Limits::default());
    let running =
        invite_drive::run_through(None, never, limits, target.clone(), &plan, |_| {}, settle);
    let driven = running.await.unwrap();
    server.shutdown().await;
    // Whether it was tried once more or not: a trace is settled once, and stays as it is.
    let mut settled = settled.into_inner().unwrap();
    for (trace, found) in driven.traces.iter().zip(&plan.scenarios) {
        let all = settled.remove(&found.scenario.id.value).unwrap_or_default();
        assert_eq!(
            trace.as_ref().ok().into_iter().collect::<Vec<_>>(),
            all.iter().collect::<Vec<_>>()
        );
    }
    let options =
        Options { seed: 1, run_id: plan.run_id, strict: false, jobs: plan.jobs, rate: None };
    Record::new(&target, &plan.scenarios, Part::default(), driven, options, 0)
}

/// The scenarios that were tried once more.
fn retried(record: &Record) -> Vec<&str> {
    let again = record.scenarios.iter().filter(|it| it.retried_alone.is_some());
    again.map(|it| it.id.as_str()).collect()
}

/// Answers some invitations by REST too late.
struct Late {
    calls: AtomicUsize,
    which: Range<usize>,
}

impl Change for Late {
    fn response(&self, request: &Request<'_>, mut response: Response) -> Response {
        let is_it = request.endpoint.is_some_and(|it| it.operation == Operation::RestInvite);
        if is_it && self.which.contains(&self.calls.fetch_add(1, Ordering::Relaxed)) {
            response.delay = TOO_LONG;
        }
        response
    }
}

fn late(which: Range<usize>) -> Late {
    Late { calls: AtomicUsize::new(0), which }
}

const INVITES: &str = "invite-rest-two";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_late_once_is_tried_again_alone_and_the_report_says_so() {
    let record = run(late(0..1), &[INVITES]).await;
    assert!(record.conforms(), "{:#?}", record.checks);
    assert_eq!(retried(&record), [INVITES]);
    let first = record.scenarios[0].retried_alone.as_ref().unwrap();
    assert!(matches!(first, StopReason::NoAnswer { .. }), "{first:?}");
    let report = terminal(&record, Style::PLAIN, View::default());
    assert!(report.contains("Tried once more, alone, before anybody was blamed"), "{report}");
    assert!(report.contains("the second try came to its end"), "{report}");
    let written = serde_json::to_value(&record).unwrap();
    let why = &written["scenarios"][0]["retried_alone"]["no_answer"]["operation"];
    assert_eq!(why, "rest.invite");
    assert_eq!(serde_json::from_value::<Record>(written).unwrap(), record);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_late_again_is_blamed() {
    let record = run(late(0..usize::MAX), &[INVITES]).await;
    assert!(!record.conforms());
    assert_eq!(retried(&record), [INVITES]);
}

/// Scenarios that invite by REST.
const INVITING: [&str; 13] = [
    INVITES,
    "invite-rest-announced",
    "invite-rest-notification-absent",
    "invite-rest-notified",
    "invite-rest-some-notified",
    "invite-rest-tokens",
    "invite-fifty-by-rest-invite",
    "invite-rest-fifty",
    "invite-rest-two-notified",
    "invite-unprotected-by-rest",
    "join-by-rest-invite",
    "permissions-rest-default",
    "permissions-rest-invite-exact",
];

#[tokio::test(flavor = "multi_thread")]
async fn each_of_several_that_are_late_is_tried_again() {
    let record = run(late(1..6), &INVITING[..6]).await;
    assert!(record.conforms(), "{:#?}", record.checks);
    assert_eq!(retried(&record).len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_is_always_late_is_not_given_more_time() {
    let record = run(late(0..usize::MAX), &INVITING).await;
    assert!(!record.conforms());
    assert_eq!(retried(&record), Vec::<&str>::new());
}

/// Pushes more with each invitation than the harness reads in a scenario.
struct Verbose;

impl Change for Verbose {
    fn frame(&self, frame: Frame) -> Vec<Delivery> {
        let is_it = FrameType::of(&frame.body) == Some(FrameType::InvitationReceived);
        let more = format!("{{\"type\":\"More\",\"text\":\"{}\"}}", "x".repeat(900 * 1024));
        let more = Delivery { content: Content::Text(more), ..Delivery::of(frame.clone()) };
        let times = if is_it { 6 } else { 0 };
        vec![more; times].into_iter().chain([Delivery::of(frame)]).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_more_than_the_harness_reads_is_an_error_and_nobodys_failure() {
    let record = run(Verbose, &["invite-rest-notified"]).await;
    let by = |verdict: Verdict| {
        let checks = record.checks.iter().filter(move |check| check.verdict() == verdict);
        checks.map(|check| check.scenario.as_str())
    };
    assert_eq!(by(Verdict::Fail).count(), 0, "{:#?}", record.checks);
    assert!(by(Verdict::Error).count() > 0, "{:#?}", record.checks);
    let report = terminal(&record, Style::PLAIN, View::default());
    assert!(report.contains("bytes in one scenario"), "{report}");
    assert!(!record.conforms());
}
