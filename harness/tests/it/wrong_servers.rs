//! Deliberately wrong servers: the suite goes red for each of them, for the right requirement, and
//! every scenario goes red for some of them.

mod bench;
mod tables;

use bench::{Outcome, against_right_server, against_wrong_servers};
use invite_conformance::judge::Verdict;
use std::collections::BTreeSet;
use tables::CANNOT_FAIL;

#[test]
fn every_wrong_server_breaks_the_requirement_that_it_is_made_to_break() {
    let outcomes = against_wrong_servers();
    let missed: Vec<&Outcome> = outcomes.iter().filter(|it| !it.is_caught()).collect();
    assert!(
        missed.is_empty(),
        "{} of {} wrong servers were not caught:\n{}",
        missed.len(),
        outcomes.len(),
        bench::table(&missed)
    );
}

#[test]
fn every_scenario_fails_against_some_wrong_server() {
    let failing: BTreeSet<&str> =
        against_wrong_servers().iter().flat_map(Outcome::failing_scenarios).collect();
    let all: BTreeSet<&str> = bench::with_checks().collect();
    let excused: BTreeSet<&str> = CANNOT_FAIL.iter().map(|(scenario, _)| *scenario).collect();

    let never: Vec<_> = all.difference(&failing).filter(|id| !excused.contains(*id)).collect();
    assert!(never.is_empty(), "no wrong server makes these {} fail: {never:#?}", never.len());
    let stale: Vec<_> = excused.iter().filter(|id| failing.contains(*id)).collect();
    assert!(stale.is_empty(), "these do fail, or are gone: take them out of the table: {stale:?}");
}

#[test]
fn the_right_server_breaks_nothing_in_the_same_scenarios() {
    let record = against_right_server();
    let wrong = |verdict| matches!(verdict, Verdict::Fail | Verdict::Blocked | Verdict::Error);
    let red: Vec<_> = record.checks.iter().filter(|check| wrong(check.verdict)).collect();
    assert!(red.is_empty(), "{red:#?}");
    assert!(record.tally.summary.passed > 200, "{:?}", record.tally.summary);
}

/// How many rows each fault turns red in the whole suite. Run it in a release build, and look.
#[test]
#[ignore = "takes minutes; it measures"]
fn one_fault_turns_few_rows_red() {
    let outcomes = bench::against_everything();
    println!("{}", bench::table(&outcomes.iter().collect::<Vec<_>>()));
    let few = outcomes.iter().filter(|it| it.red().len() <= 3).count();
    println!("{few} of {} turn at most 3 rows red", outcomes.len());
    let missed: Vec<&Outcome> = outcomes.iter().filter(|it| !it.is_caught()).collect();
    assert!(missed.is_empty(), "{}", bench::table(&missed));
}
