//! Unusual but right servers stay green.

use invite_conformance::drive::{self, Plan};
use invite_conformance::judge::Verdict;
use invite_conformance::proxy::Proxy;
use invite_conformance::report::{Options, Record};
use invite_conformance::scenario;
use invite_conformance::target::Target;
use invite_conformance::variants::{self, Variant};
use std::fmt::Write as _;

/// Whole runs, one variant after the other, each against a reference server of its own.
async fn record(variant: &Variant) -> Record {
    let (server, target) = super::embedded::start().unwrap();
    let proxy = Proxy::start(&target.planes, (variant.change)()).await.unwrap();
    let target = Target { planes: proxy.planes(), ..target };
    let mut scenarios = scenario::built_in().unwrap();
    // A thousand people through a debug build's proxy are a benchmark, not a test.
    scenarios.retain(|found| !found.source.contains("count: 1000"));
    let plan = Plan { scenarios, jobs: 64, seed: 1, run_id: "variant".into() };
    let driven = drive::run(target.clone(), &plan, |_| {}).await.unwrap();
    server.shutdown().await;
    let options = Options { seed: 1, run_id: plan.run_id, strict: false, jobs: plan.jobs };
    Record::new(&target, &plan.scenarios, driven, options, 0)
}

#[tokio::test(flavor = "multi_thread")]
async fn unusual_but_right_servers_stay_green() {
    let only = std::env::var("VARIANT").ok();
    let mut wrong = String::new();
    for variant in variants::all().filter(|v| only.as_ref().is_none_or(|only| v.name == only)) {
        let record = record(variant).await;
        for check in record.checks.iter().filter(|check| check.verdict == Verdict::Fail) {
            let counted = record.tally.find(&check.requirement).is_some_and(|r| r.counted);
            let _ = writeln!(
                wrong,
                "{}: {} {} in {} at {}: expected {}, saw {}",
                variant.name,
                if counted { "RED " } else { "note" },
                check.requirement,
                check.scenario,
                check.at,
                check.evidence.expected,
                check.evidence.seen
            );
        }
    }
    assert!(!wrong.contains(": RED "), "{wrong}");
    print!("{wrong}");
}

#[test]
fn there_are_at_least_thirty_of_them() {
    assert!(variants::all().count() >= 30, "{}", variants::all().count());
}
