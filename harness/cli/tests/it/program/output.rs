//! What the program says, where, and to whom.

use super::invoke;
use super::process::program;
#[cfg(unix)]
use super::process::run_in_terminal;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

#[test]
fn lists_say_the_same_to_people_and_to_programs() {
    for what in ["scenarios", "requirements", "profiles", "payloads"] {
        let (text, rows) = (invoke(&["list", what]), invoke(&["list", what, "--json"]).json());
        assert_eq!(text.code(), Some(0));
        let rows = rows.as_array().unwrap();
        // What is too long for a line goes on below, indented.
        let mut lines: Vec<String> = Vec::new();
        for line in text.stdout.lines() {
            assert!(line.chars().count() <= 100, "{what}: `{line}` is too long");
            match lines.last_mut().filter(|_| line.starts_with(' ')) {
                Some(last) => last.push_str(&format!(" {}", line.trim())),
                None => lines.push(line.to_owned()),
            }
        }
        assert_eq!(rows.len(), lines.len(), "{what}");
        assert!(!rows.is_empty(), "{what}");
        for (row, line) in rows.iter().zip(lines) {
            let first = ["id", "name", "profile"].iter().find_map(|key| row[key].as_str()).unwrap();
            let last = ["title", "about"].iter().find_map(|key| row[key].as_str()).unwrap();
            assert_eq!(line.split_whitespace().next(), Some(first), "{what}");
            assert!(line.contains(last), "{what}: `{line}` does not say `{last}`");
        }
    }
}

#[test]
fn explanations_read_well() {
    for (id, name) in [
        ("INV-027", "explain-requirement"),
        ("invite-offline", "explain-scenario"),
        ("sdk-send-request", "explain-payload"),
    ] {
        let outcome = invoke(&["explain", id]);
        assert_eq!(outcome.code(), Some(0));
        insta::assert_snapshot!(name, outcome.stdout);
        assert!(invoke(&["explain", id, "--json"]).json().is_object(), "{id}");
    }
}

#[test]
fn what_is_not_known_is_not_explained() {
    for (id, meant) in [
        ("INV-27", "INV-027"),
        ("invite-ofline", "invite-offline"),
        ("sdk-send-reqest", "sdk-send-request"),
    ] {
        let outcome = invoke(&["explain", id]);
        assert_eq!(outcome.code(), Some(2));
        let meant = format!("did you mean `{meant}`?");
        assert!(outcome.stderr.contains(&meant), "{}", outcome.stderr);
    }
    let stranger = invoke(&["explain", "nothing-like-it-at-all"]);
    assert_eq!(stranger.code(), Some(2));
    assert!(!stranger.stderr.contains("did you mean"), "{}", stranger.stderr);
}

#[test]
fn a_reader_that_has_read_enough_is_no_failure() {
    for arguments in [&["list", "requirements"][..], &["list", "scenarios", "--json"], &["--help"]]
    {
        let mut command = program(arguments.iter().copied());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::with_capacity(16, child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let outcome = child.wait_with_output().unwrap();
        assert!(!line.is_empty());
        assert_eq!(outcome.status.code(), Some(0), "{arguments:?}");
        assert_eq!(String::from_utf8_lossy(&outcome.stderr), "", "{arguments:?}");
    }
}

#[test]
fn a_record_holds_no_secret_and_its_tally_agrees_with_its_checks() {
    let outcome = invoke(&["run", "--only", "auth-*", "--only", "invite-offline", "--json"]);
    assert_eq!(outcome.code(), Some(0), "{}", outcome.stderr);
    let record = outcome.json();
    // The embedded applications' secrets, and every JSON Web Token.
    for secret in ["embedded-protected-secret", "embedded-unprotected-secret", "eyJ"] {
        assert!(!outcome.stdout.contains(secret), "`{secret}` stands in the record");
    }
    let checks = record["checks"].as_array().unwrap();
    let mut counted: BTreeMap<&str, BTreeMap<&str, u64>> = BTreeMap::new();
    for check in checks {
        let verdicts = counted.entry(check["requirement"].as_str().unwrap()).or_default();
        *verdicts.entry(check["verdict"].as_str().unwrap()).or_default() += 1;
    }
    let told = record["tally"]["requirements"].as_array().unwrap();
    assert_eq!(told.len(), counted.len());
    for row in told {
        let counts: BTreeMap<&str, u64> = row["counts"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(verdict, count)| (verdict.as_str(), count.as_u64().unwrap()))
            .collect();
        assert_eq!(counted.get(row["requirement"].as_str().unwrap()), Some(&counts), "{row}");
    }
    let summary = &record["tally"]["summary"];
    assert_eq!(summary["checks"], checks.len());
    let is = |verdict: &str| told.iter().filter(|row| row["verdict"] == verdict).count();
    assert_eq!(summary["passed"], is("pass"));
    assert_eq!(summary["failed"], is("fail"));
    assert_eq!(summary["conforms"], true);
}

#[test]
fn a_report_in_a_pipe_is_plain_and_no_line_is_too_wide() {
    let outcome = invoke(&["run", "--only", "permissions-*"]);
    assert_eq!(outcome.code(), Some(0), "{}\n{}", outcome.stdout, outcome.stderr);
    super::reports::is_plain(&outcome.stdout);
    assert_eq!(outcome.stderr, "", "progress is for terminals");
}

#[cfg(unix)]
#[test]
fn colours_are_for_terminals_that_want_them() {
    let on_a_terminal = |name: &str| {
        let mut command = program(["run", "--quiet", "--only", "auth-api-token"]);
        command.env("TERM", "xterm").env(name, "1");
        run_in_terminal(command, 100)
    };
    assert!(on_a_terminal("NOTHING").contains("\u{1b}["), "no colours on a terminal");
    let plain = on_a_terminal("NO_COLOR");
    assert!(!plain.contains('\u{1b}'), "NO_COLOR is ignored: {plain:?}");
    assert!(plain.contains("CONFORMS"), "{plain:?}");
}

#[cfg(unix)]
#[test]
fn text_is_laid_out_for_the_terminal_that_shows_it() {
    let widest = |arguments: &[&str], columns: u16, variable: Option<&str>| {
        let mut command = program(arguments.iter().copied());
        command.env("NO_COLOR", "1").envs(variable.map(|value| ("COLUMNS", value)));
        let text = run_in_terminal(command, columns);
        assert!(text.lines().count() > 3, "{arguments:?}: {text}");
        text.lines().map(invite_text::columns).max().unwrap()
    };
    for arguments in [
        &["run", "--only", "auth-api-token"][..],
        &["list", "requirements"],
        &["explain", "INV-027"],
    ] {
        let narrow = widest(arguments, 44, None);
        assert!((20..=44).contains(&narrow), "{arguments:?}: {narrow} columns");
        let wide = widest(arguments, 300, None);
        assert!((45..=100).contains(&wide), "{arguments:?}: {wide} columns");
        let asked = widest(arguments, 44, Some("72"));
        assert!((45..=72).contains(&asked), "{arguments:?}: {asked} columns");
    }
    // A terminal that does not know its size, and a variable that makes no sense.
    let unknown = widest(&["list", "requirements"], 0, Some("wide"));
    assert!((45..=100).contains(&unknown), "{unknown} columns");
}

#[test]
fn a_report_file_is_the_report() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.json");
    let wanted = format!("json={}", path.display());
    let outcome = invoke(&["run", "--only", "auth-api-token", "--json", "--report", &wanted]);
    assert_eq!(outcome.code(), Some(0));
    let written: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(written, outcome.json());
}
