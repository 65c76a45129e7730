//! JUnit XML, as CI systems read it: a suite for each area, a case for each requirement.
//!
//! What is blocked, noted or skipped is `skipped` with its reason: one cause, one red case.

use super::explanation::{Explanation, explain};
use super::judged::{Judged, judged};
use super::{Record, Unrendered, told};
use invite_judge::Outcome;
use invite_spec::requirement;
use invite_spec::requirement::RequirementId;
use invite_text::Untrusted;
use invite_trace::Evidence;
use invite_trace::{Check, Verdict};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use std::collections::BTreeMap;
use std::time::Duration;

/// The report.
pub(super) fn junit(record: &Record) -> Result<String, Unrendered> {
    let explanations = explain(record);
    let by_id: BTreeMap<RequirementId, &Explanation> =
        explanations.iter().map(|one| (one.rule.id, one)).collect();
    let partial = record.partial.as_ref().map(|it| format!(" ({it})")).unwrap_or_default();
    let name = format!("invite-conformance: {}{partial}", record.target.name);
    let mut report = Report::new(shown(&name));
    report.set_time(Duration::from_millis(record.duration_ms));
    let judged = judged(record);
    for area in requirement::areas_of(record.side) {
        let mut suite = TestSuite::new(format!("{} {}", area.prefix, area.title));
        for one in judged.iter().filter(|it| it.area.prefix == area.prefix) {
            let mut case = case(one, by_id.get(&one.row.id).copied());
            case.set_classname(format!("{}.{}", one.row.profile, area.prefix));
            suite.add_test_case(case);
        }
        if !suite.test_cases.is_empty() {
            report.add_test_suite(suite);
        }
    }
    let orphans: Vec<&Check> = record.checks.iter().filter(|it| it.is_orphan()).collect();
    if !orphans.is_empty() {
        let mut suite = TestSuite::new("the harness itself");
        for check in orphans {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            let seen = check.evidence().map(Evidence::seen_in_words).unwrap_or_default();
            status.set_message(shown(&seen));
            suite.add_test_case(TestCase::new(
                shown(&format!("{} {}", check.scenario, check.at)),
                status,
            ));
        }
        report.add_test_suite(suite);
    }
    report.to_string().map_err(|error| Unrendered(format!("cannot write JUnit XML: {error}")))
}

/// Text from a target: XML cannot hold most control characters.
fn shown(text: &str) -> String {
    Untrusted(text).to_string()
}

fn case(one: &Judged<'_>, explanation: Option<&Explanation>) -> TestCase {
    let mut status = match one.outcome {
        Outcome::Passed => TestCaseStatus::success(),
        Outcome::Failed => TestCaseStatus::non_success(NonSuccessKind::Failure),
        Outcome::Error => TestCaseStatus::non_success(NonSuccessKind::Error),
        Outcome::Blocked | Outcome::Noted | Outcome::Skipped => TestCaseStatus::skipped(),
    };
    match (one.result.verdict, explanation) {
        (Verdict::Fail | Verdict::Error, Some(why)) => {
            let noted = match (why.counts, why.security_note()) {
                (true, _) => "",
                (false, Some(_)) => "security note, without counting: ",
                (false, None) => "noted, without counting: ",
            };
            status.set_message(shown(&format!("{noted}{}", why.headline)));
            status.set_type(format!("{} {}", why.rule.basis, why.rule.level));
            status.set_description(told(why));
        }
        (Verdict::Pass, _) => {}
        _ => {
            status.set_message(one.reason());
        }
    }
    TestCase::new(format!("{} {}", one.row.id, one.row.title), status)
}
