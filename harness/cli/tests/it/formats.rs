//! Every format of a report says the same, and survives what a target may send.

use crate::bench::record;
use invite_judge::{RequirementResult, Tally};
use invite_record::Record;
use invite_report::{FORMATS, Format, Rendered, View, terminal};
use invite_spec::endpoint::Operation;
use invite_spec::requirement::RequirementId;
use invite_text::{Style, columns};
use invite_trace::{CheckResult, Evidence, Expected, Seen, SkipReason, Spot, Verdict};
use quick_xml::events::Event;
use quick_xml::reader::Reader;
use serde_json::Value;
use std::collections::BTreeMap;

const SCENARIOS: [&str; 3] =
    ["error-missing-permission", "error-unknown-conference-by-sdk", "invite-sdk-two"];

/// A wrong server, whose failure counts, and blocks another check.
async fn wrong() -> Record {
    record(Some("null-error"), &SCENARIOS).await
}

fn render(name: &str, record: &Record) -> String {
    match Format::find(name).unwrap().render(record).unwrap() {
        Rendered::File(text) => text,
        Rendered::Folder(_) => panic!("{name} is a folder"),
    }
}

/// What counts and was not judged is named, and why, in each format for people.
#[tokio::test]
async fn what_was_not_judged_though_it_counts_is_named() {
    let mut record = wrong().await;
    let words = "Not judged, though it counts";
    let people = ["terminal", "markdown", "html"];
    for name in people {
        assert!(!render(name, &record).contains(words), "{name}");
    }
    let passed = |it: &&mut RequirementResult| it.verdict == Verdict::Pass && it.counted;
    let result = record.tally.requirements.iter_mut().find(passed).unwrap();
    result.verdict = Verdict::Skip;
    let id = result.requirement;
    for check in record.checks.iter_mut().filter(|check| check.requirement == Some(id)) {
        check.result = CheckResult::Skip(SkipReason::NothingHappened);
    }
    for name in people {
        let report = render(name, &record);
        let (_, named) = report.split_once(words).unwrap_or_else(|| panic!("{name}: {report}"));
        assert!(named.contains(id.as_str()) && named.contains("did not happen"), "{name}");
    }
}

/// What failures have in common is said by the terminal, and groups them on the page.
#[tokio::test(flavor = "multi_thread")]
async fn the_page_groups_failures_by_what_the_terminal_says_they_have_in_common() {
    let mut record = record(None, &["invite-sdk-two"]).await;
    let counted = record.tally.requirements.iter().filter(|it| it.counted);
    let failed: Vec<RequirementId> = counted.map(|it| it.requirement).take(3).collect();
    for id in &failed {
        let check = record.checks.iter_mut().find(|check| check.requirement == Some(*id)).unwrap();
        let evidence = Evidence::new(Expected::Accepted(Operation::SdkInvite), Seen::Status(500));
        check.result = CheckResult::Fail(evidence);
    }
    record.tally = Tally::of(&record.checks, false);
    let page = render("html", &record);
    let words = render("terminal", &record);
    let common = words.lines().find(|line| line.starts_with("common to these 3: ")).unwrap();
    let (_, group) = page.split_once(&format!("<h3>C{}</h3>", &common[1..])).unwrap();
    let (group, _) = group.split_once("</div></section>").unwrap();
    for id in failed {
        assert!(group.contains(&format!("id=\"failure-{id}\"")), "{id}: {group}");
    }
}

/// Where GitHub annotations and SARIF results show the failures of a record.
fn shown_at(record: &Record) -> Vec<(String, String)> {
    let github = render("github", record);
    let lines = github.lines().filter(|line| !line.contains("title=invite-conformance against"));
    let annotations = lines.map(|line| {
        let file = line.split_once("file=").map(|(_, rest)| rest.split(",title=").next().unwrap());
        file.unwrap_or_default().to_owned()
    });
    let sarif: Value = serde_json::from_str(&render("sarif", record)).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let results = results.iter().map(|result| {
        let place = &result["locations"][0]["physicalLocation"];
        let Some(file) = place["artifactLocation"]["uri"].as_str() else { return String::new() };
        let region = &place["region"];
        format!("{file},line={},col={}", region["startLine"], region["startColumn"])
    });
    let both: Vec<(String, String)> = annotations.zip(results).collect();
    assert!(!both.is_empty(), "{github}");
    both
}

/// A user's repository has the target description and scenarios of its own, but not ours.
#[tokio::test]
async fn failures_are_shown_at_files_that_the_user_has() {
    // It fails at a step.
    let mut record = record(Some("kicked-unawares"), &["kick-sdk"]).await;
    record.target.flags = ["--url", "http://127.0.0.1:1"].map(str::to_owned).to_vec();
    for (github, sarif) in shown_at(&record) {
        assert_eq!((&*github, &*sarif), ("", ""), "a file, though no file named the target");
    }
    record.target.flags = vec!["./tests/server.toml".to_owned(), "--insecure".to_owned()];
    let at = "tests/server.toml,line=1,col=1";
    for (github, sarif) in shown_at(&record) {
        assert_eq!((&*github, &*sarif), (at, at));
    }
    record.part.foreign = true;
    for scenario in &mut record.scenarios {
        scenario.file = format!("mine/{}.yaml", scenario.id);
    }
    let both = shown_at(&record);
    assert!(both.iter().all(|(github, sarif)| github == sarif), "{both:#?}");
    // A law that is broken stands at no step of a scenario.
    let (steps, laws): (Vec<_>, Vec<_>) = both.iter().partition(|one| one.0.starts_with("mine/"));
    assert!(!steps.is_empty() && laws.iter().all(|one| one.0 == at), "{both:#?}");
    assert!(steps.iter().all(|one| !one.0.ends_with("line=1,col=1")), "{both:#?}");
}

/// A record in which a target put the worst it could think of into its answers.
fn poisoned(mut record: Record) -> Record {
    let poison = "\u{1b}[31m]]><script>alert(1)</script>\r\n::error::gotcha # SKIP %0A\u{0}\u{ffff}\n\
                  not ok 1\n  ...\n```\n|a|";
    for check in record.checks.iter_mut().filter(|check| check.verdict() == Verdict::Fail) {
        let evidence = check.evidence().unwrap().clone();
        check.result = CheckResult::Fail(Evidence {
            expected: Expected::AllowsOrigin(poison.to_owned()),
            seen: Seen::Address(poison.to_owned()),
            spot: Some(Spot::Body(format!("/{poison}"))),
            ..evidence
        });
    }
    record.target.name = poison.to_owned();
    record
}

/// Counts by word, without those that are none.
fn tallied(record: &Record) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for result in &record.tally.requirements {
        *counts.entry(result.outcome().word()).or_default() += 1;
    }
    counts
}

/// The cases of a JUnit document by how they ended, and what its counts say.
fn junit_counts(text: &str) -> (BTreeMap<String, usize>, BTreeMap<String, usize>) {
    let mut reader = Reader::from_str(text);
    let (mut found, mut said) = (BTreeMap::<String, usize>::new(), BTreeMap::new());
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) | Event::Empty(tag) => {
                let name = String::from_utf8(tag.name().as_ref().to_vec()).unwrap();
                if name == "testsuites" {
                    for attribute in tag.attributes() {
                        let attribute = attribute.unwrap();
                        let key = String::from_utf8(attribute.key.as_ref().to_vec()).unwrap();
                        let value = String::from_utf8(attribute.value.to_vec()).unwrap();
                        if let Ok(count) = value.parse() {
                            said.insert(key, count);
                        }
                    }
                }
                *found.entry(name).or_default() += 1;
            }
            Event::Eof => return (found, said),
            _ => {}
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_formats_agree_on_every_count() {
    let right = record(None, &["invite-sdk-two"]).await;
    let wrong = wrong().await;
    assert!(wrong.tally.summary.failed > 0, "{:?}", wrong.tally.summary);
    let noted = record(Some("problem-details-by-sdk"), &SCENARIOS).await;
    assert!(noted.tally.summary.noted > 0, "{:?}", noted.tally.summary);
    for record in [right, poisoned(wrong.clone()), wrong, noted] {
        let tally = tallied(&record);
        let count = |words: &[&str]| words.iter().filter_map(|word| tally.get(word)).sum::<usize>();
        let all = record.tally.requirements.len();
        let (failed, noted) = (count(&["failed"]), count(&["noted"]));
        let out = count(&["noted", "blocked", "skipped"]);

        let (found, said) = junit_counts(&render("junit", &record));
        let cases = |name: &str| found.get(name).copied().unwrap_or_default();
        assert_eq!((cases("testcase"), said["tests"]), (all, all));
        assert_eq!((cases("failure"), said["failures"]), (failed, failed));
        assert_eq!(cases("skipped"), out);

        let tap = render("tap", &record);
        let lines = |is: &dyn Fn(&str) -> bool| tap.lines().filter(|line| is(line)).count();
        assert!(tap.contains(&format!("\n1..{all}\n")), "{tap}");
        let todo = |line: &str| line.contains(" # TODO ");
        assert_eq!(lines(&|line| line.starts_with("not ok ") && !todo(line)), failed, "{tap}");
        assert_eq!(lines(&|line| line.starts_with("not ok ") && todo(line)), noted, "{tap}");
        let skip = |line: &str| line.starts_with("ok ") && line.contains(" # SKIP ");
        assert_eq!(lines(&skip), out - noted, "{tap}");
        assert_eq!(lines(&|l| l.starts_with("ok ") && !skip(l)), count(&["passed"]), "{tap}");

        let sarif: Value = serde_json::from_str(&render("sarif", &record)).unwrap();
        let results = sarif["runs"][0]["results"].as_array().unwrap().clone();
        let of = |level: &str| results.iter().filter(|it| it["level"] == level).count();
        assert_eq!((of("error"), of("warning")), (failed, noted));
        assert_eq!(sarif["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap().len(), all);

        let github = render("github", &record);
        let of = |level: &str| github.lines().filter(|line| line.starts_with(level)).count();
        let verdict = usize::from(!record.tally.summary.conforms);
        assert_eq!(of("::error "), failed + verdict, "{github}");
        assert_eq!(of("::warning "), noted, "{github}");
        assert_eq!(github.lines().count(), failed + noted + 1, "{github}");

        let badge: Value = serde_json::from_str(&render("badge", &record)).unwrap();
        let message = badge["message"].as_str().unwrap();
        assert!(message.ends_with(&format!("{}/{all}", count(&["passed"]))), "{message}");
        assert_eq!(badge["isError"], !record.tally.summary.conforms);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_target_sends_breaks_out_of_no_format() {
    let record = poisoned(wrong().await);
    for name in ["junit", "tap", "github", "sarif"] {
        let text = render(name, &record);
        let controls: Vec<char> = text.chars().filter(|c| c.is_control() && *c != '\n').collect();
        assert!(controls.is_empty(), "{name}: {controls:?}");
    }
    let junit = render("junit", &record);
    assert!(!junit.contains("<script>"), "{junit}");
    let github = render("github", &record);
    assert!(github.lines().all(|line| line.starts_with("::") && !line.starts_with("::error::")));
    let tap = render("tap", &record);
    assert!(!tap.lines().any(|line| line == "not ok 1"), "{tap}");
}

/// What steers a terminal or a CI job, or is invisible; and a word that must be seen.
const UNSEEN: &str = "gotcha\u{1b}[2J\u{1b}]0;x\u{7}\u{9b}31m\r\n::error::a\u{202e}b\u{2066}c\u{200b}d\
                      \u{200f}e\u{feff}f\u{ad}g\u{2028}##[error]h\u{e0041} \u{2003}::stop-commands::i";

/// A record with that in every text that a target or a scenario has a say in.
fn unseen(record: &Record) -> Record {
    let mut value = serde_json::to_value(record).unwrap();
    spoil(&mut value, false);
    value["target"]["name"] = UNSEEN.into();
    serde_json::from_value(value).unwrap()
}

/// Every text of an evidence that may be any text: not the names of variants, operations and the
/// like, without which it cannot be read.
fn spoil_evidence(evidence: &mut Value) {
    let mut pointers = Vec::new();
    texts(evidence, String::new(), &mut pointers);
    for pointer in pointers {
        let mut spoilt = evidence.clone();
        if let Some(Value::String(text)) = spoilt.pointer_mut(&pointer) {
            text.push_str(UNSEEN);
        }
        if serde_json::from_value::<Evidence>(spoilt.clone()).is_ok() {
            *evidence = spoilt;
        }
    }
}

/// The pointers of all texts in a value.
fn texts(value: &Value, at: String, found: &mut Vec<String>) {
    match value {
        Value::String(_) => found.push(at),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                texts(item, format!("{at}/{index}"), found);
            }
        }
        Value::Object(fields) => {
            for (key, item) in fields {
                texts(item, format!("{at}/{}", invite_text::escape(key)), found);
            }
        }
        _ => {}
    }
}

/// Bodies as a whole, but for the types of frames; elsewhere what is not read again.
fn spoil(value: &mut Value, within_body: bool) {
    const FREE: [&str; 7] = ["expected", "seen", "pointer", "run_id", "title", "outcome", "why"];
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| spoil(item, within_body)),
        Value::Object(fields) => {
            for (name, field) in fields {
                match field {
                    evidence if name == "evidence" => spoil_evidence(evidence),
                    Value::String(text)
                        if FREE.contains(&&**name) || (within_body && name != "type") =>
                    {
                        text.push_str(UNSEEN);
                    }
                    field => spoil(field, within_body || name == "json"),
                }
            }
        }
        _ => {}
    }
}

/// A text without the escape sequences that are ours: colours.
fn without_colours(text: &str) -> String {
    ["0", "1", "2", "31", "32", "33"]
        .iter()
        .fold(text.to_owned(), |text, code| text.replace(&format!("\u{1b}[{code}m"), ""))
}

#[track_caller]
fn is_seen(name: &str, text: &str) {
    let is_unseen = |c: &char| {
        (c.is_control() && *c != '\n')
            || matches!(*c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
            || matches!(*c, '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
    };
    let found: Vec<char> = text.chars().filter(is_unseen).collect();
    assert!(found.is_empty(), "{name}: {found:?}");
    assert!(!text.contains("##["), "{name} holds a command");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_a_target_sends_is_invisible_or_steers_anything() {
    let record = unseen(&wrong().await);
    for format in FORMATS.iter().filter(|format| !format.is_folder() && format.name != "badge") {
        let text = render(format.name, &record);
        is_seen(format.name, &text);
        assert!(text.contains("gotcha"), "{} shows nothing of it", format.name);
    }
    for (colour, width) in [(true, 100), (true, 44), (false, 100), (false, 30)] {
        let view = View { verbose: true, width };
        let text = without_colours(&terminal(&record, Style { colour }, view));
        is_seen("the terminal", &text);
        assert!(text.contains("gotcha\\u001b[2J") || width < 100, "{text}");
        for line in text.lines() {
            assert!(!line.trim_start().starts_with("::"), "a command to the job: {line}");
            assert!(columns(line) <= width, "too long: {line}");
        }
    }
    // The record itself loses nothing by it.
    let read: Record = serde_json::from_str(&render("json", &record)).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), serde_json::to_value(&record).unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn each_format_shows_a_failure_in_its_own_way() {
    let record = steady(wrong().await);
    for name in ["junit", "sarif", "tap", "github", "badge"] {
        insta::assert_snapshot!(name, render(name, &record));
    }
}

/// A record with the times of no day, and with a round number of checks: how many were made depends
/// on how often something was asked again.
fn steady(mut record: Record) -> Record {
    record.duration_ms = 1_000;
    record.tally.summary.checks = 300;
    record.target.name = "a wrong server".to_owned();
    record
}
