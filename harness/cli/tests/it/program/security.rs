//! The security floor: what lets somebody do what is not theirs fails, or is in the last line.

use super::process::{program, run};
use super::wrong::{Run, read};

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_gives_away_what_is_not_theirs_does_not_conform() {
    let mut said = String::new();
    for (server, scenarios, requirement) in [
        ("client-token-as-api-token", &["auth-client-token-on-rest"][..], "AUTH-015"),
        ("owner-token-for-anybody", &["conference-existing-alias-of-rest"], "TOK-011"),
        ("unstated-is-everything", &["permissions-rest-null-or-empty-object"], "PRM-030"),
        ("clients-in-one-application", &["application-joining"], "APP-004"),
    ] {
        let run = Run::of(Some(server), scenarios).await;
        assert_eq!(run.outcome.code(), Some(1), "{server}: {}", run.outcome.stdout);
        let red = run.outcome.stdout.lines().find(|line| line.starts_with("FAIL"));
        let verdict = run.outcome.stdout.lines().find(|line| line.contains("DOES NOT CONFORM"));
        let verdict = verdict.and_then(|line| line.split(" (").next()).unwrap();
        let red = red.unwrap_or_else(|| panic!("{server}: {}", run.outcome.stdout));
        let verdict = without_what_held(&run.uncounted(verdict));
        said.push_str(&format!("{server}\n  {}\n  {verdict}\n", run.steady(red)));
        let shown = format!(" {requirement} ");
        assert!(run.outcome.stdout.contains(&shown), "{server}: {}", run.outcome.stdout);
    }
    insta::assert_snapshot!(said);
}

/// A verdict without how many requirements held: on a busy machine the preflight may end before the
/// frames have arrived that some of them are judged by.
fn without_what_held(verdict: &str) -> String {
    let (head, counts) = verdict.split_once(": of ").unwrap();
    let (_, counts) = counts.split_once(" requirements ").unwrap();
    let failed = counts.split(", ").filter(|count| !count.ends_with(" passed"));
    format!("{head}: {}", failed.collect::<Vec<_>>().join(", "))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_this_specification_demands_is_in_the_last_line() {
    let run = Run::of(Some("unknown-scopes-are-all"), &["auth-unknown-api-scopes"]).await;
    assert_eq!(run.outcome.code(), Some(0), "{}", run.outcome.stdout);
    let words = "CONFORMS, with 1 security note: AUTH-014";
    assert!(run.outcome.stdout.contains(words), "{}", run.outcome.stdout);
    assert_eq!(run.record["tally"]["summary"]["security_notes"], 1);
    let rows = run.record["tally"]["requirements"].as_array().unwrap();
    let row = rows.iter().find(|row| row["requirement"] == "AUTH-014").unwrap();
    assert_eq!(row["security"], "permission");
    for format in ["markdown", "html", "tap", "github"] {
        let text = read(&run.report(format));
        assert!(text.contains(words), "{format}: {text}");
    }
    let junit = read(&run.report("junit"));
    assert!(junit.contains("security note, without counting"), "{junit}");
    let badge = read(&run.report("badge"));
    assert!(badge.contains("conforms, 1 security note"), "{badge}");
    insta::assert_snapshot!(run.uncounted(&run.text("terminal")));
}

#[test]
fn the_floor_can_be_listed_and_each_row_says_what_its_breach_means() {
    let list = run(program(["list", "requirements", "--security"])).stdout;
    assert!(list.lines().any(|line| line.starts_with("APP-004")), "{list}");
    assert!(!list.lines().any(|line| line.starts_with("AUTH-001")), "{list}");
    let explained = run(program(["explain", "AUTH-014"])).stdout;
    let flat: String = explained.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains("A breach lets somebody do more than was granted."), "{explained}");
    assert!(flat.contains("has a security note"), "{explained}");
    let misused = run(program(["list", "scenarios", "--security"]));
    assert_eq!(misused.code(), Some(2), "{}", misused.said());
}
