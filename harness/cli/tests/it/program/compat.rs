//! `compat` as its users run it: as a process, on directories and on git revisions.

use super::process::{self, program};
use super::reports::is_plain;
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

/// A commit hook's environment would lead git to another repository, a user's settings elsewhere.
fn silent(command: &mut Command) -> &mut Command {
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
        command.env_remove(name);
    }
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
    command.env("LC_ALL", "C")
}

/// `compat` with these arguments, in a directory.
fn command(within: &Path, arguments: &[&str]) -> Command {
    let mut command = program(["compat"].iter().chain(arguments).copied());
    silent(command.current_dir(within));
    command
}

/// Runs a command: exit code, standard output, standard error.
#[track_caller]
fn run(command: Command) -> (i32, String, String) {
    let outcome = process::run(command);
    (outcome.code().expect("no signal ended it"), outcome.stdout, outcome.stderr)
}

#[track_caller]
fn compat(within: &Path, arguments: &[&str]) -> (i32, String, String) {
    run(command(within, arguments))
}

/// Writes today's schemas below a directory, each as `edit` leaves it.
fn write(directory: &Path, edit: impl Fn(&str, &mut Value)) {
    std::fs::create_dir_all(directory).unwrap();
    for payload in invite_spec::payload::all() {
        let mut schema = payload.schema();
        edit(payload.name, &mut schema);
        let path = directory.join(format!("{}.json", payload.name));
        std::fs::write(path, format!("{schema:#}\n")).unwrap();
    }
}

fn today(directory: &Path) {
    write(directory, |_, _| {});
}

/// Writes today's OpenAPI and AsyncAPI documents below a repository's root, each as `edit` leaves
/// it.
fn documents(root: &Path, edit: impl Fn(&str, &mut Value)) {
    for artefact in invite_spec::artefact::all() {
        let Some((folder, name)) = artefact.path.rsplit_once('/') else { continue };
        if !["spec/openapi", "spec/asyncapi"].contains(&folder) {
            continue;
        }
        let mut document = serde_json::from_str(&artefact.text).unwrap();
        edit(name, &mut document);
        std::fs::create_dir_all(root.join(folder)).unwrap();
        std::fs::write(root.join(&artefact.path), document.to_string()).unwrap();
    }
}

/// An endpoint that is new, one that moved, and a frame type that is gone.
fn another_surface(name: &str, document: &mut Value) {
    match name {
        "rest.json" => {
            let paths = document["paths"].as_object_mut().unwrap();
            let kick = paths.shift_remove("/v2/conferences/{conferenceId}/kick").unwrap();
            paths.insert("/v3/conferences/{conferenceId}/kick".to_owned(), kick);
        }
        "client.json" => {
            document["paths"]["/v1/conferences/{conferenceId}/mood"] = json!({
                "get": { "operationId": "sdk.mood", "responses": { "2XX": { "description": "" } } },
            });
        }
        _ => {
            let operations = document["operations"].as_object_mut().unwrap();
            operations.shift_remove("sendOwnParticipantSwitched").unwrap();
        }
    }
}

/// One change of each kind: for servers, for clients, for both, for nobody, and one that cannot be
/// told; and one that is only editorial.
fn one_of_each(name: &str, schema: &mut Value) {
    match name {
        "push-invitation-received" => {
            schema["required"].as_array_mut().unwrap().push("confAlias".into());
        }
        "rest-create-answer" => {
            schema["properties"].as_object_mut().unwrap().remove("usersTokens");
        }
        "rest-kick-request" => {
            schema["properties"]["externalIds"]["items"] = json!({ "type": "integer" });
        }
        "sdk-leave-request" => schema["properties"]["mood"] = json!({ "type": "string" }),
        "push-participant-kicked" => {
            schema["properties"]["type"]["pattern"] = json!("^ParticipantKicked$");
        }
        "keep-alive" => schema["title"] = json!("Sign of life"),
        _ => {}
    }
}

#[test]
fn one_change_of_each_kind() {
    let root = tempfile::tempdir().unwrap();
    today(&root.path().join("old"));
    write(&root.path().join("new"), one_of_each);
    for (format, arguments) in [
        ("text", &["old", "new"][..]),
        ("all", &["old", "new", "--all"]),
        ("markdown", &["old", "new", "--markdown"]),
        ("json", &["old", "new", "--json"]),
    ] {
        let (code, out, err) = compat(root.path(), arguments);
        assert_eq!((code, err.as_str()), (1, ""), "{format}");
        insta::assert_snapshot!(format!("compat-{format}"), out);
        if !matches!(format, "markdown" | "json") {
            is_plain(&out);
        }
    }
    let (_, out, _) = compat(root.path(), &["old", "new", "--json"]);
    let report: Value = serde_json::from_str(&out).unwrap();
    let classes = ["servers", "clients", "both", "nobody", "unknown", "editorial"];
    assert!(classes.iter().all(|class| report["counts"][class] == 1), "{}", report["counts"]);
}

#[test]
fn endpoints_and_frame_types_are_compared_where_there_are_documents() {
    let root = tempfile::tempdir().unwrap();
    for side in ["old", "new"] {
        today(&root.path().join(side).join("spec/schemas"));
    }
    documents(&root.path().join("old"), |_, _| {});
    let (code, out, _) = compat(root.path(), &["old", "new"]);
    assert_eq!(code, 0, "{out}");
    assert!(out.contains("Endpoints and frame types were not compared"), "{out}");
    documents(&root.path().join("new"), another_surface);
    let (code, out, _) = compat(root.path(), &["old", "new"]);
    assert_eq!(code, 1, "{out}");
    is_plain(&out);
    insta::assert_snapshot!("compat-surface", out);
    // The directory `spec` of a repository will do.
    assert_eq!(compat(root.path(), &["old/spec", "new/spec"]).1, out);
    std::fs::write(root.path().join("new/spec/openapi/rest.json"), "{ }").unwrap();
    let (code, _, err) = compat(root.path(), &["old", "new"]);
    assert_eq!(code, 2);
    assert!(err.contains("NEW: new/spec/openapi/rest.json: neither an OpenAPI nor"), "{err}");
}

#[test]
fn what_is_the_same_changes_nothing() {
    let root = tempfile::tempdir().unwrap();
    today(&root.path().join("old"));
    // A whole repository, whose schemas are found.
    today(&root.path().join("new/spec/schemas"));
    std::fs::write(root.path().join("new/package.json"), "no schema").unwrap();
    for arguments in [["old", "old"], ["old", "new"]] {
        let (code, out, err) = compat(root.path(), &arguments);
        assert_eq!((code, err.as_str()), (0, ""));
        assert!(out.starts_with("No change.\n"), "{out}");
    }
    write(&root.path().join("titled"), |_, schema| schema["title"] = json!("Other"));
    let (code, out, _) = compat(root.path(), &["old", "titled"]);
    assert_eq!(code, 0);
    assert!(out.starts_with("No change in what is accepted."), "{out}");
    let (code, out, _) = compat(root.path(), &["old", "titled", "--json"]);
    let report: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &report["breaking"]), (0, &json!(false)));
    assert!(report["changes"].as_array().unwrap().iter().all(|it| it["kind"] == "editorial"));
    let whole = report["not_compared"].as_str().unwrap();
    assert!(whole.contains("in old and titled"), "{whole}");
}

#[test]
fn what_breaks_nobody_is_no_failure() {
    let root = tempfile::tempdir().unwrap();
    today(&root.path().join("old"));
    write(&root.path().join("new"), |name, schema| {
        if name == "sdk-leave-request" {
            one_of_each(name, schema);
        }
    });
    let (code, out, _) = compat(root.path(), &["old", "new"]);
    assert_eq!(code, 0, "{out}");
    assert!(out.starts_with("1 change: 1 breaks nobody."), "{out}");
}

#[test]
fn revisions_are_read_by_git() {
    let root = tempfile::tempdir().unwrap();
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.current_dir(root.path()).args([
            "-c",
            "user.name=T",
            "-c",
            "user.email=t@example.org",
        ]);
        silent(command.args(arguments));
        let (code, _, err) = run(command);
        assert_eq!(code, 0, "git {arguments:?}: {err}");
    };
    let schemas = root.path().join("spec/schemas");
    git(&["init", "--quiet", "--initial-branch=main"]);
    git(&["commit", "--quiet", "--allow-empty", "--message=none"]);
    today(&schemas);
    documents(root.path(), |_, _| {});
    git(&["add", "."]);
    git(&["commit", "--quiet", "--message=old"]);
    git(&["tag", "--annotate", "--message=v1", "v1"]);
    write(&schemas, one_of_each);
    git(&["commit", "--quiet", "--all", "--message=new"]);
    // Not from the root: a revision's paths start there all the same.
    let below = root.path().join("spec");
    let (code, by_tag, err) = compat(&below, &["v1", "main"]);
    assert_eq!(code, 1, "{err}");
    assert!(by_tag.starts_with("5 changes: 1 breaks both, 1 breaks servers,"), "{by_tag}");
    assert!(!by_tag.contains("not compared"), "{by_tag}");
    let (code, by_tilde, _) = compat(&below, &["main~1", ".."]);
    assert_eq!((code, by_tilde), (1, by_tag));
    assert_eq!(compat(&below, &["main", ".."]).0, 0);

    for (revision, says) in [
        ("main~2", "`main~2` has no schemas: that revision has no spec/schemas/*.json"),
        ("nowhere", "`nowhere` is neither a directory nor a revision"),
        ("main^{tree}", "is neither a directory nor a revision"),
        ("", "`` is neither a directory nor a revision"),
    ] {
        let (code, out, err) = compat(&below, &["main", revision]);
        assert_eq!((code, out.as_str()), (2, ""), "{revision}: {err}");
        assert!(err.contains("NEW: ") && err.contains(says), "{revision}: {err}");
    }
    let (code, _, err) = compat(&below, &["--", "--output=x", "main"]);
    assert_eq!(code, 2, "{err}");
    assert!(err.contains("OLD: `--output=x` is neither"), "{err}");

    std::fs::write(schemas.join("keep-alive.json"), "{ \"type\": ").unwrap();
    git(&["commit", "--quiet", "--all", "--message=bad"]);
    let (code, _, err) = compat(&below, &["v1", "main"]);
    assert_eq!(code, 2);
    assert!(err.contains("NEW: main:spec/schemas/keep-alive.json: EOF while parsing"), "{err}");
}

#[test]
fn without_git_only_directories_can_be_read() {
    let root = tempfile::tempdir().unwrap();
    today(&root.path().join("old"));
    let without_git = |arguments: &[&str]| {
        let mut command = command(root.path(), arguments);
        command.env("PATH", root.path());
        run(command)
    };
    let (code, _, err) = without_git(&["old", "main"]);
    assert_eq!(code, 2);
    assert!(err.contains("NEW: `main` is not a directory, and `git` is not installed"), "{err}");
    assert_eq!(without_git(&["old", "old"]).0, 0);
}

#[test]
fn outside_a_repository_a_revision_is_not_known() {
    let root = tempfile::tempdir().unwrap();
    today(&root.path().join("old"));
    let mut command = command(root.path(), &["main", "old"]);
    command.env("GIT_CEILING_DIRECTORIES", root.path());
    let (code, _, err) = run(command);
    assert_eq!(code, 2);
    assert!(
        err.contains("OLD: `main` is neither") && err.contains("not a git repository"),
        "{err}"
    );
}

#[test]
fn bad_input_is_named_with_its_place() {
    let root = tempfile::tempdir().unwrap();
    today(&root.path().join("old"));
    let bad = |file: &str, text: &str| {
        let directory = root.path().join("bad");
        let _ = std::fs::remove_dir_all(&directory);
        std::fs::create_dir(&directory).unwrap();
        std::fs::write(directory.join(file), text).unwrap();
    };
    let nested = "[".repeat(100_000);
    let deep = format!("{}true{}", "{\"not\":".repeat(200), "}".repeat(200));
    for (text, says) in [
        ("", "bad/x.json: EOF while parsing a value at line 1 column 0"),
        ("{\n  \"type\": string\n}", "bad/x.json: expected value at line 2 column 11"),
        ("{} {}", "bad/x.json: trailing characters at line 1 column 4"),
        (&nested, "bad/x.json: recursion limit exceeded at line 1 column 128"),
        (&deep, "bad/x.json: recursion limit exceeded at line 1"),
        ("[]", "bad/x.json: at its top: a schema is an object or a boolean, not an array"),
        ("7", "bad/x.json: at its top: a schema is an object or a boolean, not a number"),
        (r#"{"properties":{"a/b":{"type":"text"}}}"#, "bad/x.json: /properties/a~1b/type: "),
        (r#"{"properties":[]}"#, "bad/x.json: /properties: "),
        (r#"{"maxLength":-1}"#, "bad/x.json: /maxLength: "),
        (
            r##"{"items":{"$ref":"#/$defs/A"}}"##,
            "bad/x.json: /items/$ref: `#/$defs/A` does not point to a schema",
        ),
        (r#"{"$schema":"http://json-schema.org/draft-07/schema#"}"#, "bad/x.json: /$schema: "),
    ] {
        bad("x.json", text);
        for (arguments, side) in [(["bad", "old"], "OLD: "), (["old", "bad"], "NEW: ")] {
            let (code, out, err) = compat(root.path(), &arguments);
            assert_eq!((code, out.as_str()), (2, ""), "{says}: {err}");
            assert!(err.contains(side) && err.contains(says), "{err}\n{says}");
        }
    }
    bad("x.json", "\u{feff}{}");
    assert_eq!(compat(root.path(), &["bad", "old"]).0, 2);
    std::fs::write(root.path().join("bad/x.json"), b"\"\xff\"").unwrap();
    assert_eq!(compat(root.path(), &["bad", "old"]).0, 2);

    bad("y.txt", "{}");
    let (code, _, err) = compat(root.path(), &["bad", "old"]);
    assert_eq!(code, 2);
    assert!(err.contains("OLD: `bad` has no schemas: there is no *.json"), "{err}");
    let (code, _, err) = compat(root.path(), &["bad/y.txt", "old"]);
    assert_eq!(code, 2);
    assert!(err.contains("OLD: `bad/y.txt` is a file; name the directory that holds it"), "{err}");
    let (code, _, err) = compat(root.path(), &["old"]);
    assert_eq!(code, 2, "{err}");
    let (code, _, err) = compat(root.path(), &["old", "old", "--json", "--markdown"]);
    assert_eq!(code, 2, "{err}");
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let root = tempfile::tempdir().unwrap();
    for file in ["a.json", "b.json"] {
        std::fs::write(root.path().join(file), "[]").unwrap();
    }
    let (_, _, err) = compat(root.path(), &[".", "."]);
    assert!(err.contains("a.json: ") && err.contains("b.json: "), "{err}");
}

#[test]
fn odd_schemas_are_compared_all_the_same() {
    let root = tempfile::tempdir().unwrap();
    let write = |side: &str, text: &str| {
        std::fs::create_dir_all(root.path().join(side)).unwrap();
        std::fs::write(root.path().join(side).join("keep-alive.json"), text).unwrap();
    };
    let endless = r##"{"$ref":"#"}"##;
    let around = r##"{"$ref":"#/$defs/a","$defs":{"a":{"anyOf":[{"$ref":"#/$defs/a"}]}}}"##;
    let tree = r##"{"properties":{"next":{"$ref":"#"}},"required":["next"]}"##;
    let controls = "{\"properties\":{\"\\u001b[31m\\n|`@x`\":{\"const\":\"\\u0000\"}}}";
    let all = ["true", "false", "{}", endless, around, tree, controls];
    for (old, new) in all.iter().flat_map(|old| all.iter().map(move |new| (*old, *new))) {
        write("old", old);
        write("new", new);
        for format in ["--all", "--markdown", "--json"] {
            let (code, out, err) = compat(root.path(), &["old", "new", format]);
            assert!(code == i32::from(code != 0) && err.is_empty(), "{old} {new}: {code} {err}");
            assert!(old != new || code == 0, "{old}: {out}");
            assert!(!out.contains(['\u{1b}', '\0']), "{out}");
        }
    }
}
