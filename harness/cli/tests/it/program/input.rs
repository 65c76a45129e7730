//! Right and wrong input: the command line, scenario files and target descriptions.

use super::invoke;
use super::process::{Outcome, program, run};
use std::path::{Path, PathBuf};

/// A port of loopback on which nobody listens: whoever gets there has got past its input.
const NOBODY: &str = "http://127.0.0.1:9";

/// What is refused before anything runs: exit 2, nothing on standard output, and these words.
#[track_caller]
pub(super) fn refuses(outcome: &Outcome, words: &[&str]) {
    assert_eq!(outcome.code(), Some(2), "{outcome:#?}");
    assert_eq!(outcome.stdout, "", "a refusal goes to standard error");
    for word in words {
        assert!(outcome.stderr.contains(word), "no `{word}` in:\n{}", outcome.stderr);
    }
    assert!(!outcome.stderr.contains(" { "), "a Debug dump:\n{}", outcome.stderr);
}

/// The names of the commands, as `--help` lists them.
pub(super) fn commands() -> Vec<String> {
    let help = invoke(&["--help"]).stdout;
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let names = listed.take_while(|line| !line.is_empty()).filter_map(|line| {
        let name = line.split_whitespace().next()?;
        line.starts_with("  ").then(|| name.to_owned())
    });
    names.filter(|name| name != "help").collect()
}

#[test]
fn help_says_it_all() {
    let help = invoke(&["--help"]);
    assert_eq!(help.code(), Some(0));
    insta::assert_snapshot!("help", help.stdout);
    let commands = commands();
    assert!(commands.contains(&"run".to_owned()), "{commands:?}");
    for command in commands {
        let help = invoke(&[&command, "--help"]);
        assert_eq!(help.code(), Some(0));
        insta::assert_snapshot!(format!("help-{command}"), help.stdout);
    }
}

#[test]
fn without_arguments_it_shows_its_help_and_fails() {
    let outcome = invoke(&[]);
    assert_eq!(outcome.code(), Some(2));
    assert!(outcome.stderr.contains("Usage: invite-conformance"), "{}", outcome.stderr);
}

#[test]
fn it_tells_its_version() {
    let outcome = invoke(&["--version"]);
    assert_eq!(outcome.code(), Some(0));
    assert_eq!(outcome.stdout, concat!("invite-conformance ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[test]
fn a_misspelled_flag_or_command_finds_the_right_one() {
    refuses(&invoke(&["run", "--onyl", "x"]), &["--onyl", "'--only'"]);
    refuses(&invoke(&["rnu"]), &["'rnu'", "'run'"]);
    refuses(&invoke(&["explian", "INV-001"]), &["'explian'", "'explain'"]);
    refuses(&invoke(&["list", "scenarois"]), &["scenarois", "scenarios"]);
}

#[test]
fn nothing_to_run_is_refused() {
    refuses(&invoke(&["run", "--only", "nothing*"]), &["no scenario matches", "list scenarios"]);
    // One that matches does not make up for one that does not.
    let misspelt = ["run", "--only", "kick-rest", "--only", "kick-rset"];
    refuses(&invoke(&misspelt), &["no scenario matches `kick-rset`", "did you mean `kick-rest`?"]);
}

#[test]
fn flags_that_need_a_target_are_refused_without_one() {
    refuses(&invoke(&["run", "--app-key", "k"]), &["--app-key", "--url"]);
    refuses(&invoke(&["run", "--insecure"]), &["--insecure", "--url"]);
    refuses(&invoke(&["run", "--header", "A: b"]), &["--header", "--url"]);
}

#[test]
fn a_key_without_its_secret_is_refused() {
    let target = ["run", "--url", NOBODY];
    refuses(&invoke(&[&target[..], &["--app-key", "k"]].concat()), &["--app-secret", "missing"]);
    refuses(&invoke(&target), &["no credentials", "--app-key", "INVITE_APP_KEY"]);
    let second = ["--app-key", "k", "--app-secret", "s", "--second-app-key", "k"];
    refuses(&invoke(&[&target[..], &second].concat()), &["--second-app-secret", "missing"]);
}

#[test]
fn credentials_come_from_the_environment() {
    let mut command = program(["run", "--url", NOBODY]);
    command.env("INVITE_APP_KEY", "k").env("INVITE_APP_SECRET", "s3cr3t-of-the-environment");
    let outcome = run(command);
    assert_eq!(outcome.code(), Some(3), "{outcome:#?}");
    assert!(!outcome.said().contains("s3cr3t-of-the-environment"));
    // Without a target they mean nothing, and do no harm.
    let mut command = program(["run", "--only", "auth-api-token"]);
    command.env("INVITE_APP_KEY", "k");
    assert_eq!(run(command).code(), Some(0));
}

#[test]
fn a_header_that_cannot_be_sent_is_refused_without_showing_it() {
    let run = |header| {
        let target = ["run", "--url", NOBODY, "--app-key", "k", "--app-secret", "s"];
        invoke(&[&target[..], &["--header", header]].concat())
    };
    for header in ["s3cr3t", "bad name: s3cr3t", ": s3cr3t", "A: s3cr3t\nB: c"] {
        let outcome = run(header);
        refuses(&outcome, &["header"]);
        assert!(!outcome.stderr.contains("s3cr3t"), "{}", outcome.stderr);
    }
}

#[test]
fn a_report_that_cannot_be_written_is_found_before_the_run() {
    let outcome = invoke(&["run", "--report", "json=/no/such/folder/run.json"]);
    refuses(&outcome, &["/no/such/folder/run.json", "cannot write"]);
    refuses(&invoke(&["run", "--report", "jsno=run.json"]), &["jsno", "json"]);
    refuses(&invoke(&["run", "--report", "json"]), &["FORMAT=PATH"]);
    refuses(&invoke(&["run", "--report", "json="]), &["path is missing"]);
}

#[test]
fn a_run_that_never_was_leaves_no_report() {
    let folder = tempfile::tempdir().unwrap();
    let (new, old) = (folder.path().join("new.json"), folder.path().join("old.json"));
    std::fs::write(&old, "kept").unwrap();
    let wanted = |path: &Path| format!("json={}", path.display());
    let (wants_new, wants_old) = (wanted(&new), wanted(&old));
    let target = ["run", "--url", NOBODY, "--app-key", "k", "--app-secret", "s"];
    let reports = ["--report", &*wants_new, "--report", &*wants_old];
    assert_eq!(invoke(&[&target[..], &reports].concat()).code(), Some(3));
    assert!(!new.exists(), "an empty file passes for a report");
    assert_eq!(std::fs::read_to_string(&old).unwrap(), "kept");
}

// ----- Scenario files -----

const SCENARIO: &str = r#"scenario: NAME
title: A participant's message does not come back to its sender.
profile: sdk
people: {alice: {}, bob: {}}
steps:
  - open: {who: [alice, bob]}
  - call:
      operation: rest.create
      body: {ownerExternalId: "${alice}"}
      save: {room: /conferenceId, owner_token: /ownerToken}
  - call: {id: right, operation: sdk.join, as: alice, in: "${room}", token: "${owner_token}"}
  - call:
      operation: sdk.join
      as: bob
      in: "${room}"
      token: none
      outcome: refused
      requires: JOIN-003
      twin: right
"#;

/// A file in a folder of its own that lasts as long as the guard.
fn file(name: &str, content: impl AsRef<[u8]>) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    (folder, path)
}

/// Runs the scenario file `mine.yaml` with one text of it replaced.
#[track_caller]
fn with(from: &str, to: &str) -> Outcome {
    let text = SCENARIO.replace("NAME", "mine");
    assert!(text.contains(from), "`{from}` is not there to be replaced");
    let (_folder, path) = file("mine.yaml", text.replacen(from, to, 1));
    invoke(&["run", "--scenarios", path.to_str().unwrap()])
}

#[test]
fn a_right_scenario_file_runs() {
    let outcome = with("title:", "title:");
    assert_eq!(outcome.code(), Some(0), "{outcome:#?}");
}

#[test]
fn a_wrong_scenario_file_is_refused_at_its_line_and_column() {
    for (from, to, words) in [
        ("people:", "poeple:", ["mine.yaml:4:1:", "`poeple`", "did you mean `people`?"]),
        ("outcome:", "outcmoe:", ["mine.yaml:17:7:", "`outcmoe`", "did you mean `outcome`?"]),
        ("sdk\n", "skd\n", ["mine.yaml:3:10:", "`skd`", "did you mean `sdk`?"]),
        (
            "rest.create",
            "rest.crate",
            ["mine.yaml:8:18:", "`rest.crate`", "did you mean `rest.create`?"],
        ),
        ("JOIN-003", "JOIN-999", ["mine.yaml:18:17:", "unknown requirement", "`JOIN-999`"]),
        ("twin: right", "twin: rihgt", ["mine.yaml:19:13:", "`rihgt`", "did you mean `right`?"]),
        (
            "in: \"${room}\"\n",
            "in: \"${rom}\"\n",
            ["mine.yaml:13:18:", "`${rom}`", "did you mean `room`?"],
        ),
        ("as: bob", "as: bbo", ["mine.yaml:14:11:", "`bbo`", "did you mean `bob`?"]),
        ("scenario: mine", "scenario: yours", ["mine.yaml:1:11:", "`yours`", "name of the file"]),
        ("steps:", "steps: [", ["mine.yaml:", ":", ""]),
    ] {
        refuses(&with(from, to), &words);
    }
}

#[test]
fn every_fault_of_a_file_is_told_at_once() {
    let (_folder, path) = file(
        "mine.yaml",
        SCENARIO
            .replace("NAME", "mine")
            .replace("rest.create", "rest.crate")
            .replace("JOIN-003", "JON-003"),
    );
    let outcome = invoke(&["run", "--scenarios", path.to_str().unwrap()]);
    refuses(&outcome, &["rest.crate", "JON-003"]);
}

#[test]
fn two_scenarios_of_one_id_are_refused() {
    let (folder, path) = file("mine.yaml", SCENARIO.replace("NAME", "mine"));
    std::fs::copy(&path, folder.path().join("mine.yml")).unwrap();
    let outcome = invoke(&["run", "--scenarios", folder.path().to_str().unwrap()]);
    refuses(&outcome, &["mine.yml:1:11:", "`mine`", "taken by", "mine.yaml"]);
}

#[test]
fn files_that_are_no_scenarios_are_refused() {
    for (content, words) in [
        (&b"scenario: \xff"[..], "UTF-8"),
        (b"", "it is empty"),
        (b"\n\n", "it is empty"),
        (b"- just\n- a list\n", ":1:1"),
        (b"scenario: [\n", ":1:"),
    ] {
        let (_folder, path) = file("mine.yaml", content);
        refuses(&invoke(&["run", "--scenarios", path.to_str().unwrap()]), &["mine.yaml", words]);
    }
    let empty = tempfile::tempdir().unwrap();
    let folder = empty.path().to_str().unwrap();
    refuses(&invoke(&["run", "--scenarios", folder]), &[folder, "no scenario", ".yaml"]);
    refuses(
        &invoke(&["run", "--scenarios", "/no/such.yaml"]),
        &["/no/such.yaml", "cannot be read"],
    );
}

// ----- Target descriptions -----

const TARGET: &str = r#"name = "mine"
url = "http://127.0.0.1:9"
claims = ["rest", "sdk"]

[application]
key = "k"
secret = "s3cr3t-of-a-file"

[deadlines]
answer_ms = 900
"#;

#[track_caller]
fn described(from: &str, to: &str) -> Outcome {
    assert!(TARGET.contains(from), "`{from}` is not there to be replaced");
    let (_folder, path) = file("mine.toml", TARGET.replacen(from, to, 1));
    invoke(&["run", path.to_str().unwrap()])
}

#[test]
fn a_right_description_is_taken() {
    let outcome = described("name", "name");
    assert_eq!(outcome.code(), Some(3), "{outcome:#?}");
    assert!(!outcome.said().contains("s3cr3t-of-a-file"));
}

#[test]
fn a_wrong_description_is_refused_with_its_place() {
    for (from, to, words) in [
        ("claims", "clams", ["mine.toml:3:1:", "`clams`", "did you mean `claims`?"]),
        ("secret", "secrte", ["mine.toml:7:1:", "`secrte`", "did you mean `secret`?"]),
        ("\"sdk\"", "\"skd\"", ["mine.toml:3:19:", "`skd`", "did you mean `sdk`?"]),
        ("answer_ms", "anwser_ms", ["mine.toml:10:1:", "`anwser_ms`", "did you mean `answer_ms`?"]),
        ("900", "0", ["mine.toml:", "`answer_ms` is 0", "from 1 to"]),
        ("900", "99999999", ["mine.toml:", "`answer_ms` is 99999999", "from 1 to"]),
        ("http://127.0.0.1:9", "127.0.0.1:9", ["mine.toml:", "`127.0.0.1:9`", "http://"]),
        ("http://127.0.0.1:9", "ftp://a", ["mine.toml:", "`ftp://a`", "http://"]),
        (
            "s3cr3t-of-a-file",
            "env:INVITE_TEST_UNSET",
            ["mine.toml:", "INVITE_TEST_UNSET", "not set"],
        ),
        ("s3cr3t-of-a-file", "", ["mine.toml:", "secret", "empty"]),
        ("\"mine\"", "\"mine", ["mine.toml:1:", "string", ""]),
        (
            "[application]\nkey = \"k\"\nsecret = \"s3cr3t-of-a-file\"\n",
            "",
            ["mine.toml", "no credentials", "[application]"],
        ),
    ] {
        refuses(&described(from, to), &words);
    }
}

#[test]
fn descriptions_that_cannot_be_read_are_refused() {
    refuses(&invoke(&["run", "/no/such.toml"]), &["/no/such.toml", "cannot be read"]);
    let (folder, path) = file("mine.toml", b"name = \"\xff\"");
    refuses(&invoke(&["run", path.to_str().unwrap()]), &["mine.toml", "UTF-8"]);
    refuses(&invoke(&["run", folder.path().to_str().unwrap()]), &["cannot be read"]);
    refuses(&invoke(&["run", path.to_str().unwrap(), "--url", NOBODY]), &["--url", "TARGET.toml"]);
}
