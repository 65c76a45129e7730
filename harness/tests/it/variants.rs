//! Unusual but right servers stay green.
//!
//! Each variant meets a share of the scenarios, so that each scenario meets several variants and the
//! whole stays short in a debug build. `VARIANT=name` lets one variant meet all scenarios.

use invite_conformance::drive::{self, Plan};
use invite_conformance::judge::Verdict;
use invite_conformance::proxy::Proxy;
use invite_conformance::report::{Options, Record};
use invite_conformance::scenario;
use invite_conformance::target::Target;
use invite_conformance::variants::{self, Variant};
use std::fmt::Write as _;

/// In how many shares the scenarios are dealt out.
const SHARES: usize = 8;

/// The run of one variant, against a reference server of its own.
async fn record(variant: &Variant, share: Option<usize>) -> Record {
    let (server, target) = super::embedded::start().unwrap();
    let proxy = Proxy::start(&target.planes, (variant.change)()).await.unwrap();
    let target = Target { planes: proxy.planes(), ..target };
    let mut scenarios = scenario::built_in().unwrap();
    // A thousand people through a debug build's proxy are a benchmark, not a test.
    scenarios.retain(|found| !found.source.contains("count: 1000"));
    if let Some(share) = share {
        let mut place = 0;
        scenarios.retain(|_| {
            place += 1;
            place % SHARES == share % SHARES
        });
    }
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
    for (place, variant) in variants::all().enumerate() {
        let share = match &only {
            None => Some(place),
            Some(name) if name == variant.name => None,
            Some(_) => continue,
        };
        let record = record(variant, share).await;
        assert!(record.tally.summary.passed > 0, "{}: nothing passed", variant.name);
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
