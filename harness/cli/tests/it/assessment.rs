//! How a run stands to a baseline, and how shards make a whole: on a run that was recorded once.

use crate::bench::record;
use invite_judge::Tally;
use invite_record::baseline::{self, Assessment, Baseline, Day, Entry, State};
use invite_record::{MergeError, Part, Record, Shard, ShardPart, merge, recompute, verify};
use invite_report::{Format, Rendered};
use invite_spec::requirement::{RequirementId, id};

use invite_trace::{
    At, Check, CheckResult, Evidence, Expected, Feature, Interruption, LawName, Seen, SkipReason,
    Verdict,
};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::sync::LazyLock;

const SCENARIOS: [&str; 7] = [
    "auth-api-token",
    "conference-by-rest",
    "error-missing-permission",
    "invite-rest-two",
    "invite-sdk-two",
    "kick-rest",
    "token-claims",
];

/// A run of a wrong server, sealed.
static RUN: LazyLock<Record> = LazyLock::new(|| {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut record = runtime.block_on(record(Some("nested-tokens"), &SCENARIOS));
    assert!(record.tally.summary.failed > 0);
    // As if these were all that there are.
    record.part = Part::default();
    record.checks = recompute(&record).unwrap();
    record.tally = Tally::of(&record.checks, false);
    record.seal();
    record
});

/// A run with these checks: requirement, scenario, verdict, and what it is blocked by.
fn run(checks: &[(&str, &str, Verdict, Option<&str>)]) -> Record {
    let mut record = RUN.clone();
    record.checks = checks
        .iter()
        .map(|(requirement, scenario, verdict, blocked_by)| {
            let evidence = || Evidence::new(Expected::SocketOpens, Seen::SocketDidNotOpen);
            let result = match verdict {
                Pass => CheckResult::PASS,
                Fail => CheckResult::Fail(evidence()),
                Verdict::Error => CheckResult::Error(evidence()),
                Verdict::Skip => CheckResult::Skip(SkipReason::NothingHappened),
                Blocked => CheckResult::Blocked { by: blocked_by.and_then(RequirementId::parse) },
            };
            let at = At::Step("1".to_owned());
            Check::new(RequirementId::parse(requirement), *scenario, at, result)
        })
        .collect();
    record.tally = Tally::of(&record.checks, false);
    record
}

fn entry(requirement: &str, scenario: &str) -> Entry {
    Entry {
        requirement: RequirementId::parse(requirement).unwrap(),
        scenario: scenario.to_owned(),
        reason: "known".to_owned(),
        expires: None,
        link: None,
        flaky: false,
        line: 1,
    }
}

fn flaky(requirement: &str, scenario: &str) -> Entry {
    Entry { flaky: true, ..entry(requirement, scenario) }
}

fn until(day: &str, entry: Entry) -> Entry {
    Entry { expires: Some(day.parse().unwrap()), ..entry }
}

fn today() -> Day {
    "2026-06-15".parse().unwrap()
}

fn assess(record: &Record, entries: Vec<Entry>) -> Assessment {
    let baseline = Baseline { file: "known.toml".to_owned(), entries };
    baseline::assess(record, &baseline, today())
}

use Verdict::{Blocked, Error, Fail, Pass, Skip};

#[test]
fn only_a_failure_that_is_not_listed_is_new() {
    let run = run(&[
        ("INV-001", "kick-rest", Pass, None),
        ("INV-002", "invite-rest-two", Fail, None),
        ("INV-002", "kick-rest", Fail, None),
    ]);
    let listed = entry("INV-002", "invite-rest-two");
    let found = assess(&run, vec![listed.clone()]);
    assert!(!found.conforms);
    assert_eq!(found.entries, [State::Known]);
    assert_eq!(found.new.len(), 1);
    assert_eq!(found.new[0].scenario, "kick-rest");
    let found = assess(&run, vec![listed, entry("INV-002", "kick-rest")]);
    assert!(found.conforms, "{found:?}");
    assert!(assess(&run, vec![entry("INV-002", "*")]).conforms);
    assert!(!assess(&run, vec![]).conforms);
}

#[test]
fn what_no_longer_fails_is_stale() {
    let run = run(&[("INV-001", "kick-rest", Pass, None), ("INV-002", "kick-rest", Pass, None)]);
    for stale in [entry("INV-002", "kick-rest"), entry("INV-002", "*")] {
        let found = assess(&run, vec![stale]);
        assert_eq!((found.conforms, found.entries.as_slice()), (false, &[State::Stale][..]));
        assert!(found.only_stale());
    }
    // A check that only its failure makes: the scenario went to its end without.
    assert_eq!(assess(&run, vec![entry("INV-008", "kick-rest")]).entries, [State::Stale]);
}

#[test]
fn what_is_flaky_may_fail_or_hold() {
    for (verdict, state) in [(Fail, State::FlakyFailed), (Pass, State::FlakyHeld)] {
        let run =
            run(&[("INV-001", "kick-rest", Pass, None), ("INV-002", "kick-rest", verdict, None)]);
        for entry in [flaky("INV-002", "kick-rest"), flaky("INV-002", "*")] {
            let found = assess(&run, vec![entry]);
            assert_eq!((found.conforms, found.entries.as_slice()), (true, &[state][..]));
        }
    }
}

#[test]
fn an_entry_holds_to_its_last_day() {
    let run = run(&[("INV-001", "kick-rest", Pass, None), ("INV-002", "kick-rest", Fail, None)]);
    for (day, conforms) in [("2026-06-14", false), ("2026-06-15", true), ("2026-06-16", true)] {
        let found = assess(&run, vec![until(day, entry("INV-002", "kick-rest"))]);
        assert_eq!(found.conforms, conforms, "{day}");
        assert_eq!(found.entries[0] == State::Expired, !conforms, "{day}");
    }
    let over = until("2026-06-14", flaky("INV-002", "kick-rest"));
    assert_eq!(assess(&run, vec![over]).new.len(), 1);
}

#[test]
fn what_was_not_looked_at_is_neither_stale_nor_used() {
    let mut run = run(&[
        ("INV-001", "kick-rest", Pass, None),
        ("INV-004", "kick-rest", Skip, None),
        ("INV-005", "kick-rest", Error, None),
    ]);
    let state = |run: &Record, entry| assess(run, vec![entry]).entries[0];
    assert_eq!(state(&run, entry("INV-002", "invite-offline")), State::NotRun);
    assert_eq!(state(&run, entry("INV-004", "kick-rest")), State::NotReached);
    assert_eq!(state(&run, entry("INV-004", "*")), State::NotReached);
    assert_eq!(state(&run, entry("INV-005", "kick-rest")), State::NotReached);
    assert_eq!(state(&run, flaky("INV-002", "invite-offline")), State::NotRun);
    // In a part of the run, it may be another scenario that fails.
    run.part.only = vec!["kick-*".to_owned()];
    assert_eq!(state(&run, entry("INV-001", "*")), State::NotRun);
    assert_eq!(state(&run, entry("INV-001", "kick-rest")), State::Stale);
    // Nor in a run that was ended early.
    let mut ended = run.clone();
    (ended.part, ended.interrupted) = (Part::default(), Some(Interruption::Asked));
    assert_eq!(state(&ended, entry("INV-001", "*")), State::NotRun);
    // A scenario that was skipped was not run.
    let scenario = run.scenarios.iter_mut().find(|it| it.id == "token-claims").unwrap();
    (scenario.trace, scenario.skipped) =
        (None, Some(SkipReason::NotClaimed(Feature::Messages).into()));
    assert_eq!(state(&run, entry("INV-001", "token-claims")), State::NotRun);
}

#[test]
fn what_a_known_failure_keeps_from_being_reached_does_not_count_either() {
    let run = run(&[
        ("INV-001", "kick-rest", Pass, None),
        ("INV-002", "kick-rest", Fail, None),
        ("INV-004", "kick-rest", Blocked, Some("INV-002")),
        ("INV-005", "invite-rest-two", Blocked, Some("INV-002")),
    ]);
    let found = assess(&run, vec![entry("INV-002", "kick-rest")]);
    assert_eq!(found.excused.len(), 1);
    assert_eq!(found.excused[0].because_of, id::INV_002);
    assert_eq!(found.unreached[0].requirement, id::INV_005, "its cause is in another scenario");
    assert!(!found.conforms);
    assert!(assess(&run, vec![entry("INV-002", "*")]).conforms);
}

#[test]
fn an_error_of_the_harness_is_never_known() {
    let run = run(&[("INV-001", "kick-rest", Pass, None), ("INV-002", "kick-rest", Error, None)]);
    assert!(!assess(&run, vec![entry("INV-002", "*")]).conforms);
}

#[test]
fn the_first_baseline_of_a_run_makes_it_conform_and_is_sorted() {
    let (text, count) = baseline::first(&RUN, today());
    assert!(count > 0 && text.contains("on 2026-06-15; say why"), "{text}");
    let ids: Vec<&str> = SCENARIOS.into_iter().chain(["preflight"]).collect();
    let read = baseline::read("known.toml", &text, &ids).unwrap();
    assert_eq!(read.entries.len(), count);
    let found = baseline::assess(&RUN, &read, today());
    assert!(found.conforms, "{found:?}");
    assert!(found.entries.iter().all(|state| *state == State::Known));
    // One entry less, and it does not.
    for left_out in 0..count {
        let mut less = read.clone();
        less.entries.remove(left_out);
        assert!(!baseline::assess(&RUN, &less, today()).conforms);
    }
}

#[test]
fn verify_recomputes_what_follows_from_a_baseline() {
    let mut record = RUN.clone();
    let (text, _) = baseline::first(&RUN, today());
    let ids: Vec<&str> = SCENARIOS.into_iter().chain(["preflight"]).collect();
    record.hold_against(baseline::read("known.toml", &text, &ids).unwrap(), today());
    assert!(record.conforms() && record.verdict().starts_with("CONFORMS, but for "));
    assert_eq!(verify(&record).unwrap(), []);
    let written = serde_json::to_value(&record).unwrap();
    let mut tampered = written.clone();
    tampered["baseline"]["baseline"]["entries"].as_array_mut().unwrap().clear();
    let tampered: Record = serde_json::from_value(tampered).unwrap();
    let differences = verify(&tampered).unwrap();
    assert!(differences.iter().any(|it| it.place == "the baseline"), "{differences:?}");
    let mut tampered = written;
    tampered["baseline"]["assessment"]["conforms"] = false.into();
    let tampered: Record = serde_json::from_value(tampered).unwrap();
    assert_eq!(verify(&tampered).unwrap().len(), 1);
}

/// The records of the shards of a run, by the shard of each scenario (from 0).
fn shards(whole: &Record, of: usize, assigned: &[usize]) -> Vec<Record> {
    let mut found = Vec::new();
    for index in 0..of {
        let places: Vec<usize> =
            (0..whole.scenarios.len()).filter(|place| assigned[*place] == index).collect();
        let mut shard = whole.clone();
        shard.scenarios = places.iter().map(|place| whole.scenarios[*place].clone()).collect();
        shard.part = Part {
            shard: Some(ShardPart {
                shard: Shard { index: index + 1, of },
                scenarios: whole.scenarios.len(),
                places,
            }),
            ..whole.part.clone()
        };
        shard.checks = recompute(&shard).unwrap();
        shard.tally = Tally::of(&shard.checks, whole.options.strict);
        shard.seal();
        if let Some(baselined) = shard.baseline.take() {
            shard.hold_against(baselined.baseline, baselined.today);
        }
        found.push(shard);
    }
    found
}

/// What a merged run has instead of the name of one.
fn named_alike(mut merged: Record) -> Record {
    merged.options.run_id = RUN.options.run_id.clone();
    merged
}

fn thirds() -> Vec<Record> {
    let assigned: Vec<usize> = (0..SCENARIOS.len()).map(|place| place % 3).collect();
    shards(&RUN, 3, &assigned)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_partition_merges_to_the_whole(
        of in 1..5_usize,
        assigned in prop::collection::vec(0..1000_usize, SCENARIOS.len()),
        turned in 0..4_usize,
    ) {
        let mut whole = RUN.clone();
        let entries = vec![entry("INV-002", "*"), flaky("INV-001", "kick-rest")];
        whole.hold_against(Baseline { file: "known.toml".into(), entries }, today());
        let assigned: Vec<usize> = assigned.into_iter().map(|shard| shard % of).collect();
        let mut parts = shards(&whole, of, &assigned);
        // In whatever order they are given.
        parts.rotate_left(turned % of);
        let merged = named_alike(merge(&parts).unwrap());
        prop_assert_eq!(verify(&merged).unwrap(), []);
        prop_assert_eq!(serde_json::to_value(&merged).unwrap(), serde_json::to_value(&whole).unwrap());
    }
}

#[test]
fn what_is_no_set_of_shards_is_not_merged() {
    let parts = thirds();
    let refused = |records: &[Record]| merge(records).unwrap_err().to_string();
    assert_eq!(merge(&[]), Err(MergeError::Nothing));
    assert_eq!(refused(&parts[..2]), "shard 3/3 is missing");
    assert_eq!(
        refused(&[parts[0].clone(), parts[1].clone(), parts[0].clone()]),
        "records 1 and 3 are both shard 1/3"
    );
    assert!(refused(&[parts[0].clone(), RUN.clone()]).starts_with("record 2 is of a whole run"));
    type Edit = fn(&mut Record);
    let others: [(Edit, &str); 9] = [
        (|it| it.harness = "9".into(), "another harness version"),
        (|it| it.target.name = "T".into(), "another target than record 1: T"),
        (|it| it.target.claims.clear(), "another target's claims"),
        (|it| it.target.deadlines.event_ms = 1, "another target's deadlines"),
        (|it| it.target.first_application_protected = None, "of unknown kind"),
        (|it| it.options.seed = 7, "another seed than record 1: 7"),
        (|it| it.options.strict = true, "another strictness than record 1: strict, not usual"),
        (|it| it.part.only = vec!["kick-*".into()], "--only kick-*, not all scenarios"),
        (
            |it| it.hold_against(Baseline::default(), "2026-06-15".parse().unwrap()),
            "another baseline than record 1",
        ),
    ];
    for (change, words) in others {
        let mut parts = parts.clone();
        change(&mut parts[1]);
        let refused = refused(&parts);
        assert!(refused.starts_with("record 2") && refused.contains(words), "{refused}");
    }
    let mut overlapping = parts.clone();
    let shard = overlapping[1].part.shard.as_mut().unwrap();
    shard.places[0] = 0;
    assert!(refused(&overlapping).contains("in none of them, or in two"));
}

#[test]
fn a_shard_that_was_ended_early_makes_a_whole_that_was() {
    let mut parts = thirds();
    parts[1].interrupted = Some(Interruption::Asked);
    let merged = merge(&parts).unwrap();
    assert!(merged.interrupted.is_some() && merged.tally.summary.interrupted);
}

#[test]
fn what_broke_before_the_scenarios_began_is_not_lost() {
    let mut parts = thirds();
    let fail = |requirement: &str| {
        let evidence = Evidence::new(Expected::JsonContentType, Seen::ContentType(None));
        let (at, result) = (At::Law(LawName::Forms), CheckResult::Fail(evidence));
        Check::new(RequirementId::parse(requirement), "preflight", at, result)
    };
    parts[1].checks.insert(0, fail("AUTH-001"));
    let merged = merge(&parts).unwrap();
    assert!(merged.checks.contains(&fail("AUTH-001")));
    parts[2].checks.insert(0, fail("AUTH-002"));
    assert!(matches!(merge(&parts), Err(MergeError::Unsteady(_))));
}

#[test]
fn a_report_of_a_merged_run_is_that_of_the_whole() {
    let merged = named_alike(merge(&thirds()).unwrap());
    let text = |record: &Record| {
        invite_report::terminal(record, invite_text::Style::PLAIN, invite_report::View::default())
    };
    assert_eq!(text(&merged), text(&RUN));
    assert!(text(&thirds()[1]).contains("shard 2/3 of 7 scenarios"));
}

fn render(name: &str, record: &Record) -> String {
    match Format::find(name).unwrap().render(record).unwrap() {
        Rendered::File(text) => text,
        Rendered::Folder(_) => panic!("{name} is a folder"),
    }
}

/// A run whose failures are all known.
fn known() -> Record {
    let mut record = RUN.clone();
    let (text, _) = baseline::first(&RUN, today());
    let ids: Vec<&str> = SCENARIOS.into_iter().chain(["preflight"]).collect();
    record.hold_against(baseline::read("known.toml", &text, &ids).unwrap(), today());
    record
}

#[test]
fn what_is_known_is_red_in_no_format_and_told_in_every_report() {
    let known = known();
    let red = [
        ("junit", "<failure"),
        ("github", "::error"),
        ("sarif", "\"level\": \"error\",\n          \"locations\""),
        ("badge", "\"isError\": true"),
    ];
    for (format, mark) in red {
        assert!(!render(format, &known).contains(mark), "{format}:\n{}", render(format, &known));
    }
    assert!(
        render("junit", &RUN).contains("<failure") && render("github", &RUN).contains("::error")
    );
    let tap = render("tap", &known);
    let not_ok = |text: &str| text.lines().filter(|it| it.starts_with("not ok")).count();
    let red = tap.lines().filter(|it| it.starts_with("not ok") && !it.contains("# TODO")).count();
    assert!((red, not_ok(&tap) > 0) == (0, true) && !tap.contains("Bail out"), "{tap}");
    for format in ["terminal", "markdown", "html", "github", "tap"] {
        let text = render(format, &known);
        assert!(text.contains("CONFORMS, but for "), "{format}:\n{text}");
    }
    for format in ["terminal", "markdown", "html"] {
        assert!(render(format, &known).contains("Known failures"), "{format}");
    }
}

#[test]
fn a_stale_baseline_is_red_in_every_format() {
    let mut stale = known();
    for check in stale.checks.iter_mut().filter(|check| check.verdict() != Pass) {
        check.result = CheckResult::PASS;
    }
    stale.tally = Tally::of(&stale.checks, false);
    let baselined = stale.baseline.take().unwrap();
    stale.hold_against(baselined.baseline, baselined.today);
    assert!(!stale.conforms() && stale.tally.summary.conforms);
    assert!(render("tap", &stale).contains("Bail out! the baseline is stale"));
    assert!(render("github", &stale).contains("::error"));
    assert!(render("badge", &stale).contains("\"isError\": true"));
    for format in ["terminal", "markdown", "html"] {
        assert!(render(format, &stale).contains("Stale entries of the baseline"), "{format}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_calls_settle_at_one_place() {
    // Which of the two leaves settles first is chance. A place of its own for each of them would make
    // verdicts differ between runs.
    let record = record(None, &["participants-two-leave-at-once"]).await;
    let places: BTreeSet<String> = record.checks.iter().map(|check| check.at.to_string()).collect();
    let settled: Vec<_> = places.iter().filter(|place| place.contains("after ")).collect();
    assert_eq!(settled, ["step after 6"], "{places:?}");
}
