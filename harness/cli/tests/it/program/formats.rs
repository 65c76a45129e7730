//! The formats of a report: the same run in each, and the same counts.

use super::reports::is_plain;
use super::wrong::{Run, read};
use super::{invoke, process};
use invite_report::{FORMATS, Format};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// A server that grants too much.
async fn failing() -> Run {
    let mut run = Run::of(
        Some("default-is-everything"),
        &["permissions-rest-default", "invite-rest-notified"],
    )
    .await;
    assert_eq!(run.outcome.code(), Some(1), "{:#?}", run.outcome);
    run.change(|record| record["duration_ms"] = 1200.into());
    run
}

#[tokio::test]
async fn one_failing_run_in_each_format() {
    let run = failing().await;
    let terminal = run.invoke(&[]);
    assert_eq!(terminal.code(), Some(1), "the exit code is the run's");
    assert_eq!(run.text("terminal"), terminal.stdout);
    insta::assert_snapshot!("format-terminal", run.steady(&terminal.stdout));
    insta::assert_snapshot!("format-markdown", run.steady(&run.text("markdown")));
    let html = run.text("html");
    let (_, failures) = html.split_once("<section id=\"failures\"").unwrap();
    let (failures, _) = failures.split_once("</article>").unwrap();
    // A line for each element, so that a change shows where it is.
    let lines = failures.replace("><", ">\n<");
    insta::assert_snapshot!("format-html", run.steady(&lines));
    let mut explained = serde_json::from_str(&run.steady(&run.invoke(&["--json"]).stdout)).unwrap();
    without_places(&mut explained);
    insta::assert_json_snapshot!("format-explanations", explained);
}

/// Where an answer stands in the trace depends on what was pushed meanwhile.
fn without_places(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                if name == "entry" && field.is_number() {
                    *field = "#".into();
                }
                without_places(field);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(without_places),
        _ => {}
    }
}

#[tokio::test]
async fn all_formats_agree_on_every_count() {
    // Both a failure that counts and one that is noted, something blocked, something skipped.
    let scenarios = ["token-*", "invite-rest-*", "application-aliases", "kick-*"];
    let run = Run::of(Some("rest-invite-never-notifies"), &scenarios).await;
    let summary = &run.record["tally"]["summary"];
    let tally = |word: &str| summary[word].as_u64().unwrap();
    let words = ["failed", "errors", "blocked", "noted", "passed", "skipped"];
    let right: BTreeMap<String, u64> = words.map(|word| (word.to_owned(), tally(word))).into();
    assert!(right["failed"] > 0 && right["blocked"] + right["noted"] > 0, "{right:?}");
    for format in FORMATS {
        let path = run.report(format.name);
        let found = match format.name {
            "json" => {
                let record: Value = serde_json::from_str(&read(&path)).unwrap();
                let summary = &record["tally"]["summary"];
                words.map(|word| (word.to_owned(), summary[word].as_u64().unwrap())).into()
            }
            "terminal" => counts_of_terminal(&read(&path)),
            "markdown" => counts_of_markdown(&read(&path)),
            "html" => counts_of_html(&read(&path)),
            "replay" => {
                let files = std::fs::read_dir(&path).unwrap().map(|file| file.unwrap().path());
                let scripts = files.filter(|path| path.extension() == Some("sh".as_ref())).count();
                let without = read(&path.join("README.txt"));
                let without = without.lines().filter(|line| line.contains("-0")).count();
                assert_eq!((scripts + without) as u64, right["failed"] + right["noted"]);
                continue;
            }
            // Read in `it/formats.rs`.
            "junit" | "sarif" | "tap" | "github" | "badge" => continue,
            other => panic!("this test does not read `{other}`: teach it to"),
        };
        assert_eq!(found, right, "{}", format.name);
    }
}

fn counts_of_terminal(text: &str) -> BTreeMap<String, u64> {
    let mut counts: BTreeMap<String, u64> =
        ["errors", "blocked", "noted", "skipped"].map(|word| (word.to_owned(), 0)).into();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (_, rest) = text.rsplit_once(" requirements ").unwrap();
    let (rest, _) = rest.split_once(" (").unwrap();
    for part in rest.split(", ") {
        let (count, word) = part.split_once(' ').unwrap();
        counts.insert(word.to_owned(), count.parse().unwrap());
    }
    counts
}

fn counts_of_markdown(text: &str) -> BTreeMap<String, u64> {
    let mut rows = text.lines().filter(|line| line.starts_with('|')).take(3);
    let cells = |row: &str| -> Vec<String> {
        row.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()
    };
    let (names, numbers) = (cells(rows.next().unwrap()), cells(rows.nth(1).unwrap()));
    let pairs = names.into_iter().zip(numbers).filter(|(name, _)| name != "checks");
    pairs.map(|(name, number)| (name, number.parse().unwrap())).collect()
}

fn counts_of_html(text: &str) -> BTreeMap<String, u64> {
    let value = |tag: &str, name: &str| {
        tag.split_once(&format!("{name}=\"")).unwrap().1.split('"').next().unwrap().to_owned()
    };
    let tags = text.split("<li ").filter(|tag| tag.contains("data-word="));
    tags.map(|tag| (value(tag, "data-word"), value(tag, "data-count").parse().unwrap())).collect()
}

#[tokio::test]
async fn what_a_baseline_knows_is_told_apart_in_every_text() {
    let folder = tempfile::tempdir().unwrap();
    let baseline = folder.path().join("known.toml");
    let baseline = baseline.to_str().unwrap();
    let (name, scenarios) = (Some("default-is-everything"), ["permissions-rest-default"]);
    Run::with(name, &scenarios, &["--write-baseline", baseline]).await;
    let run = Run::with(name, &scenarios, &["--baseline", baseline]).await;
    assert_eq!(run.outcome.code(), Some(0), "{:#?}", run.outcome);
    for format in ["terminal", "markdown", "html"] {
        let text = run.text(format);
        assert!(text.contains("CONFORMS, but for 1 known failure"), "{format}: {text}");
        assert!(text.contains("PRM-002"), "{format}");
        for words in ["FAIL ", "### Failures", "id=\"failures\""] {
            assert!(!text.contains(words), "{format}: `{words}`");
        }
    }
}

#[tokio::test]
async fn a_record_fits_its_published_schema() {
    let run = failing().await;
    let published = concat!(env!("CARGO_MANIFEST_DIR"), "/../schemas/run.json");
    let schema: Value = serde_json::from_str(&read(published.as_ref())).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(&run.record).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let mut other = run.record.clone();
    other["tally"]["summary"]["failed"] = json!("many");
    assert!(!validator.is_valid(&other));
    other = run.record.clone();
    other["format"] = json!("invite-conformance-run/0");
    assert!(!validator.is_valid(&other));
}

/// What would do harm in a terminal, a page, Markdown or a diagram.
const NASTY: &str =
    "</script><script>alert(1)</script>]]>|`x` ``` \u{1b}[31m\u{7}\u{0} <!-- [a](b) end\nend";

#[tokio::test]
async fn nothing_that_a_target_or_a_scenario_says_means_anything_to_a_reader() {
    let mut run = failing().await;
    run.change(|record| {
        record["target"]["name"] = NASTY.into();
        record["target"]["flags"] = json!(["--url", NASTY]);
        record["scenarios"][0]["title"] = NASTY.into();
        let failed = record["checks"].as_array_mut().unwrap().iter_mut();
        for check in failed.filter(|check| check["verdict"] == "fail") {
            check["evidence"]["seen"] = json!({ "address": NASTY });
            check["evidence"]["spot"] = json!({ "body": NASTY });
            check["outcome"] = NASTY.into();
        }
        for entry in record["scenarios"][0]["trace"]["entries"].as_array_mut().unwrap() {
            if let Some(body) = entry.pointer_mut("/event/received/body/json/conferenceId") {
                *body = NASTY.into();
            }
            if let Some(path) = entry.pointer_mut("/event/request/path") {
                *path = NASTY.into();
            }
        }
    });
    for format in ["terminal", "markdown", "html"].map(|name| Format::find(name).unwrap()) {
        let text = run.text(format.name);
        let odd = text.chars().find(|c| c.is_control() && *c != '\n');
        assert_eq!(odd, None, "{}", format.name);
        match format.name {
            "html" => {
                assert_eq!(text.matches("<script").count(), 2, "the page's own");
                assert_eq!(text.matches("</script").count(), 2, "the page's own");
            }
            "markdown" => {
                // Outside of code, nothing is left that HTML or a table would take for its own.
                for line in text.lines().filter(|line| line.contains("script")) {
                    let in_code = line.contains("`");
                    assert!(in_code || !line.contains("<script"), "{line}");
                }
                assert!(!text.contains("\nend\n    end\n    end"), "{text}");
            }
            _ => {}
        }
    }
    is_plain(&run.text("terminal"));
}

/// By a validator that is not ours, where `.ci/validate-reports` has installed it.
#[tokio::test]
async fn a_page_is_valid_html() {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let program = target.join("validators-reports/node_modules/.bin/html-validate");
    if !program.exists() {
        eprintln!("SKIPPED: html-validate is not installed; .ci/validate-reports does that");
        return;
    }
    let failing = failing().await;
    let right = Run::of(None, &["invite-rest-notified"]).await;
    for run in [failing, right] {
        let page = run.report("html");
        // Beside nothing that would be taken for its settings.
        let page = std::fs::copy(&page, run.path("page.html")).map(|_| run.path("page.html"));
        let mut command = Command::new(&program);
        command.args(["--preset", "standard"]).arg(page.unwrap());
        let outcome = process::run(command);
        assert_eq!(outcome.code(), Some(0), "{}", outcome.said());
    }
}

#[tokio::test]
async fn a_narrow_terminal_gets_narrow_lines() {
    let run = failing().await;
    for columns in [40, 72] {
        let record = run.path("run.json");
        let mut command = process::program(["report", record.to_str().unwrap()]);
        command.env("COLUMNS", columns.to_string());
        let outcome = process::run(command);
        let widest = outcome.stdout.lines().max_by_key(|line| line.chars().count()).unwrap();
        assert!(widest.chars().count() <= columns, "{columns}: {widest}");
        assert!(outcome.stdout.contains("DOES NOT CONFORM"));
    }
}

#[tokio::test]
async fn verbose_tells_which_outcomes_were_seen() {
    let run = Run::of(None, &["permissions-default-beyond-inviter"]).await;
    assert_eq!(run.outcome.code(), Some(0), "{:#?}", run.outcome);
    let words = "Which of several accepted outcomes was seen";
    assert!(!run.invoke(&[]).stdout.contains(words));
    let verbose = run.invoke(&["--verbose"]).stdout;
    assert!(verbose.contains(words), "{verbose}");
}

#[test]
fn what_is_no_record_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.json");
    let shown = path.to_str().unwrap();
    for (content, words) in [
        ("", "is not JSON"),
        ("[1, 2]", "is not a run record"),
        ("{\"format\": \"invite-conformance-run/9\"}", "`invite-conformance-run/9`"),
        ("{\"format\": \"invite-conformance-run/2\"}", "is not a complete run record"),
        ("{\"format\": \"invite-conformance-run/1\"}", "or run it again"),
    ] {
        std::fs::write(&path, content).unwrap();
        let outcome = invoke(&["report", shown]);
        assert_eq!(outcome.code(), Some(2), "{outcome:#?}");
        assert!(outcome.stderr.contains(words), "{}", outcome.stderr);
        assert!(outcome.stderr.contains(shown), "{}", outcome.stderr);
    }
    std::fs::remove_file(&path).unwrap();
    let outcome = invoke(&["report", shown]);
    assert_eq!(outcome.code(), Some(2));
    assert!(outcome.stderr.contains("cannot be read"), "{}", outcome.stderr);
}

#[test]
fn every_format_says_what_it_is_in_the_help() {
    for command in ["run", "report"] {
        let help = invoke(&[command, "--help"]).stdout;
        for format in FORMATS {
            assert!(help.contains(format.about), "{command}: {}", format.name);
        }
    }
    assert_eq!(invite_record::FORMAT, "invite-conformance-run/2");
}
