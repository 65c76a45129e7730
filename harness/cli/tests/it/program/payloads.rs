//! `schema` and `validate`.

use super::invoke;
use super::process::{Outcome, program, run};
use invite_spec::payload;
use std::io::Write as _;
use std::process::Stdio;

const GOOD: &str = r#"{"message":"hello"}"#;
const BAD: &str = r#"{"message":7}"#;

/// The kinds of files that have a schema.
const KINDS: [&str; 5] = ["scenario", "client-scenario", "target", "record", "adapter"];

/// A folder with these files; the paths are below it.
fn files(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    folder
}

/// Runs `validate sdk-send-request` in a folder.
fn validate(folder: &tempfile::TempDir, arguments: &[&str]) -> Outcome {
    let mut command = program(["validate", "sdk-send-request"]);
    command.args(arguments).current_dir(folder.path());
    run(command)
}

/// Runs the program with this on its standard input.
fn fed(arguments: &[&str], input: &[u8]) -> Outcome {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(input).unwrap();
    std::io::Seek::rewind(&mut file).unwrap();
    let mut command = program(arguments.iter().copied());
    command.stdin(Stdio::from(file));
    run(command)
}

#[test]
fn schema_lists_the_payloads_and_the_kinds_of_files() {
    let listed = invoke(&["schema"]);
    assert_eq!(listed.code(), Some(0));
    let names: Vec<_> = listed.stdout.lines().filter_map(|l| l.split(' ').next()).collect();
    let payloads = payload::all().map(|payload| payload.name);
    let known: Vec<&str> =
        ["Payloads"].into_iter().chain(payloads).chain(["", "Files"]).chain(KINDS).collect();
    assert_eq!(names, known);
    assert!(listed.stdout.lines().all(|line| line.chars().count() <= 100));
    let rows = invoke(&["schema", "--json"]).json();
    let rows = rows.as_array().unwrap();
    // Without the two headings and the empty line.
    assert_eq!(rows.len(), names.len() - 3);
    for (key, of_file) in [("name", true), ("title", true), ("group", true), ("sender", false)] {
        assert!(rows[0][key].is_string(), "{key}");
        assert_eq!(rows.last().unwrap()[key].is_string(), of_file, "{key}");
    }
    // `list payloads` lists payloads and nothing else.
    let payloads = invoke(&["list", "payloads", "--json"]).json();
    assert_eq!(payloads.as_array().unwrap().len(), rows.len() - KINDS.len());
}

#[test]
fn the_schema_of_each_kind_of_file_is_the_committed_one() {
    for kind in KINDS {
        let file = if kind == "record" { "run" } else { kind };
        let path = format!("{}/../schemas/{file}.json", env!("CARGO_MANIFEST_DIR"));
        let committed: serde_json::Value =
            serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        assert_eq!(invoke(&["schema", kind]).json(), committed, "{kind}");
        let outcome = invoke(&["schema", kind, "--writing"]);
        super::input::refuses(&outcome, &["`--writing` is for payloads", kind]);
        // Nothing else takes the name for that of a payload.
        let outcome = invoke(&["validate", kind, "no-such-file"]);
        super::input::refuses(&outcome, &["not a payload", &format!("schema {kind}")]);
    }
    for (near, kind) in [("scenaro", "scenario"), ("client-scenari", "client-scenario")] {
        super::input::refuses(&invoke(&["schema", near]), &[&format!("did you mean `{kind}`?")]);
    }
}

#[test]
fn schema_prints_the_contract_for_reading_and_for_writing() {
    let create = payload::find("sdk-create-request").unwrap();
    assert_eq!(invoke(&["schema", create.name]).json(), create.schema());
    let writing = invoke(&["schema", create.name, "--writing"]).json();
    assert_eq!(Some(writing), create.writing_schema());
    // Where one contract serves both, it is printed.
    let send = payload::find("sdk-send-request").unwrap();
    assert_eq!(invoke(&["schema", send.name, "--writing"]).json(), send.schema());
    assert_eq!(invoke(&["schema", "--writing"]).code(), Some(2));
}

#[test]
fn an_unknown_payload_finds_the_nearest() {
    for command in ["schema", "validate"] {
        let outcome = invoke(&[command, "rest-invite-requst"]);
        assert_eq!(outcome.code(), Some(2), "{outcome:#?}");
        assert!(outcome.stderr.contains("did you mean `rest-invite-request`?"), "{outcome:#?}");
        let outcome = invoke(&[command, "nonsense-of-no-kind"]);
        assert!(outcome.stderr.contains("`invite-conformance schema` lists all"), "{outcome:#?}");
    }
}

#[test]
fn faults_are_told_with_place_and_requirement() {
    let invitation = r#"{ "participants": {
  "bob": { "permissions": ["JOIN", "FLY"], "notification": "yes" },
  "carol": [] } }
"#;
    let folder = files(&[("invite.json", invitation.as_bytes()), ("empty.json", b"{}")]);
    let mut command = program(["validate", "rest-invite-request", "invite.json", "empty.json"]);
    command.current_dir(folder.path());
    let outcome = run(command);
    assert_eq!(outcome.code(), Some(1));
    assert_eq!(outcome.stderr, "");
    assert!(outcome.stdout.lines().all(|line| line.chars().count() <= 100));
    insta::assert_snapshot!("validate-faults", outcome.stdout);
    let mut command = program(["validate", "rest-invite-request", "--json", "invite.json"]);
    command.current_dir(folder.path());
    let outcome = run(command);
    assert_eq!(outcome.code(), Some(1));
    outcome.json();
    insta::assert_snapshot!("validate-faults-json", outcome.stdout);
}

#[test]
fn exit_codes_tell_valid_invalid_and_unreadable_apart() {
    let both = format!("{GOOD}\n{BAD}\n");
    let folder = files(&[
        ("good", GOOD.as_bytes()),
        ("bad", BAD.as_bytes()),
        ("both", both.as_bytes()),
        ("broken", b"{"),
    ]);
    let code = |arguments: &[&str]| validate(&folder, arguments).code();
    assert_eq!(code(&["good", "good"]), Some(0));
    assert_eq!(code(&["bad", "good"]), Some(1));
    assert_eq!(code(&["both"]), Some(1));
    // Every file is looked at, whatever came before it.
    let outcome = validate(&folder, &["broken", "bad", "no-such-file", "good"]);
    assert_eq!(outcome.code(), Some(2), "{outcome:#?}");
    assert!(outcome.stdout.contains("bad:1:12 /message"), "{outcome:#?}");
    assert!(outcome.stderr.contains("broken:1:1: not JSON"), "{outcome:#?}");
    assert!(outcome.stderr.contains("no-such-file: cannot be read"), "{outcome:#?}");
    let told = validate(&folder, &["broken", "bad", "good", "--json"]).json();
    assert_eq!(told["valid"], false);
    assert_eq!(told["files"][0]["error"]["line"], 1);
    assert_eq!(told["files"][1]["faults"][0]["pointer"], "/message");
    assert_eq!(told["files"][2]["valid"], 1);
}

#[test]
fn standard_input_is_read_when_no_file_is_named() {
    for arguments in [&["validate", "sdk-send-request"][..], &["validate", "sdk-send-request", "-"]]
    {
        let outcome = fed(arguments, GOOD.as_bytes());
        assert_eq!(outcome.code(), Some(0), "{outcome:#?}");
        assert_eq!(outcome.stdout, "1 value fits sdk-send-request\n");
        let outcome = fed(arguments, BAD.as_bytes());
        assert_eq!(outcome.code(), Some(1), "{outcome:#?}");
        assert!(outcome.stdout.starts_with("standard input:1:12 /message\n"), "{outcome:#?}");
    }
}

#[test]
fn bad_input_of_any_kind_is_refused_and_never_a_panic() {
    let deep = [b"[".repeat(200_000), b"]".repeat(200_000)].concat();
    let folder = files(&[
        ("empty", b""),
        ("blank", b" \n\t\r\n"),
        ("no-values", b"[]"),
        ("bom", b"\xef\xbb\xbf{\"message\":\"\"}"),
        ("utf-16", b"\xff\xfe{\0}\0"),
        ("latin-1", b"{\"message\":\"h\xe9\"}"),
        ("nul", b"{\"message\":\"\0\"}"),
        ("twice", b"{\"message\":1,\"message\":\"x\"}"),
        ("huge-number", b"{\"message\":1e99999}"),
        ("deep", &deep),
        ("surrogate", b"{\"message\":\"\\ud800\"}"),
        ("comment", b"{} // end"),
        ("comma", b"{\"message\":\"\",}"),
    ]);
    let mut names = vec![".".to_owned()];
    names.extend(
        std::fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap()),
    );
    for name in names {
        let outcome = validate(&folder, &[&name]);
        assert_eq!(outcome.code(), Some(2), "{outcome:#?}");
        assert_eq!(outcome.stdout, "");
        assert_eq!(outcome.stderr.lines().count(), 1, "{}", outcome.stderr);
        assert!(outcome.stderr.contains(&format!("invite-conformance: {name}:")), "{outcome:#?}");
        assert!(!outcome.stderr.contains("harness itself failed"), "{outcome:#?}");
    }
}

#[test]
fn no_control_character_reaches_the_terminal() {
    let text = "{\"from\":1,\"message\":\"\",\"to\":[{\"\u{9b}31m\":\"\u{7f}\"}]}";
    let outcome = fed(&["validate", "rest-message-request"], text.as_bytes());
    assert_eq!(outcome.code(), Some(1));
    assert!(!outcome.said().contains(['\u{9b}', '\u{7f}', '\u{1b}']), "{outcome:#?}");
}

#[test]
fn a_large_file_is_read_to_its_end() {
    let line = format!("{{\"message\":\"{}\"}}\n", "x".repeat(4_000));
    let mut text = line.repeat(2_000);
    text.push_str(BAD);
    let outcome = fed(&["validate", "sdk-send-request"], text.as_bytes());
    assert_eq!(outcome.code(), Some(1));
    assert!(outcome.stdout.starts_with("standard input:2001:12 /message"), "{outcome:#?}");
    assert!(outcome.stdout.contains("1 of 2001 values"), "{}", outcome.stdout);
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let faults = format!("{BAD}\n").repeat(5_000);
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(faults.as_bytes()).unwrap();
    std::io::Seek::rewind(&mut file).unwrap();
    let mut command = program(["validate", "sdk-send-request"]);
    command.stdin(file).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    let outcome = child.wait_with_output().unwrap();
    assert_eq!(outcome.status.code(), Some(1), "what was found is still so");
    assert_eq!(String::from_utf8_lossy(&outcome.stderr), "");
}
