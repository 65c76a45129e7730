//! `init`: what it writes can be used as it is.

use super::process::{Outcome, program, run};
use invite_conformance::init::{Pipeline, Remote, Suite};
use invite_reference::{Application, Server, Settings};
use serde_json::Value;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

const SECRET: &str = "s3cr3t-of-the-server";
const SUITE: &str = "https://github.com/owner/suite@0123abc";

/// A server's sources.
fn sources() -> TempDir {
    tempfile::Builder::new().prefix("my-server").tempdir().unwrap()
}

fn text(path: impl AsRef<Path>) -> String {
    std::fs::read_to_string(path.as_ref())
        .unwrap_or_else(|error| panic!("{}: {error}", path.as_ref().display()))
}

/// `init` for these sources, in the sources.
fn init(folder: &Path, arguments: &[&str]) -> Outcome {
    let mut command = program(["init", "--suite", SUITE].into_iter().chain(arguments.to_vec()));
    command.current_dir(folder);
    run(command)
}

async fn server() -> (Server, String) {
    let server = Server::start(Settings {
        listen: ([127, 0, 0, 1], 0).into(),
        applications: vec![
            Application::new("first", SECRET).protected(),
            Application::new("second", SECRET),
        ],
        ..Settings::default()
    })
    .unwrap();
    let url = format!("http://{}", server.address());
    (server, url)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_it_writes_runs() {
    let (server, url) = server().await;
    let folder = sources();
    let run_it = |arguments: &[&str], environment: bool| {
        let mut command = program(arguments.iter().copied());
        command.current_dir(folder.path());
        if environment {
            command.env("INVITE_APP_KEY", "first").env("INVITE_APP_SECRET", SECRET);
            command.env("INVITE_SECOND_APP_KEY", "second").env("INVITE_SECOND_APP_SECRET", SECRET);
        }
        tokio::task::spawn_blocking(|| run(command))
    };
    let outcome = run_it(&["init", "--url", &url, "--suite", SUITE], true).await.unwrap();
    assert_eq!(outcome.code(), Some(0), "{outcome:#?}");
    super::reports::is_plain(&outcome.stdout);
    assert!(!outcome.said().contains(SECRET));

    let description = text(folder.path().join("invite-conformance.toml"));
    assert!(!description.contains(SECRET) && !description.contains("\"first\""), "{description}");
    // It was asked: it has a WebSocket, and one application of each kind.
    let words: Vec<&str> = description.split_whitespace().filter(|word| *word != "#").collect();
    let words = words.join(" ");
    for learnt in ["open its WebSocket", "in it were protected", "in it were not protected"] {
        assert!(words.contains(learnt), "{description}");
    }

    let only = ["--only", "application-api-tokens", "--only", "invite-rest-two"];
    let only = [&["run", "invite-conformance.toml"][..], &only].concat();
    let outcome = run_it(&only, true).await.unwrap();
    assert_eq!(outcome.code(), Some(0), "{outcome:#?}");
    let outcome = run_it(&only, false).await.unwrap();
    assert_eq!(outcome.code(), Some(2), "{outcome:#?}");
    assert!(outcome.stderr.contains("INVITE_APP_KEY"), "{}", outcome.stderr);
    server.shutdown().await;
}

#[test]
fn nothing_is_overwritten_unless_that_is_wanted() {
    let folder = sources();
    let path = folder.path().join("invite-conformance.toml");
    std::fs::write(&path, "mine").unwrap();
    let outcome = init(folder.path(), &[]);
    assert_eq!(outcome.code(), Some(2), "{outcome:#?}");
    assert!(outcome.stderr.contains("invite-conformance.toml is there already"), "{outcome:#?}");
    assert!(outcome.stderr.contains("--force"), "{outcome:#?}");
    assert_eq!(text(&path), "mine");
    assert!(!folder.path().join("invite-conformance.sh").exists(), "half of it was written");
    assert_eq!(init(folder.path(), &["--force"]).code(), Some(0));
    assert!(text(&path).contains("claims = ["));
}

/// The paths of the files that were written.
fn written(outcome: &Outcome) -> Vec<String> {
    let files = outcome.json()["files"].as_array().unwrap().clone();
    files.iter().map(|file| file["path"].as_str().unwrap().replace("./", "")).collect()
}

#[test]
fn the_ci_is_found_out() {
    type Prepare = fn(&Path);
    fn git(folder: &Path, arguments: &[&str]) {
        let mut command = Command::new("git");
        assert!(command.arg("-C").arg(folder).args(arguments).status().unwrap().success());
    }
    let cases: [(Prepare, &[&str], &str); 7] = [
        (|_| {}, &[], "invite-conformance.sh"),
        (|_| {}, &["--ci", "github"], ".github/workflows/invite-conformance.yml"),
        (|_| {}, &["--ci", "gitlab"], ".gitlab-ci.yml"),
        (
            |folder| std::fs::create_dir(folder.join(".github")).unwrap(),
            &[],
            ".github/workflows/invite-conformance.yml",
        ),
        (
            |folder| std::fs::write(folder.join(".gitlab-ci.yml"), "mine: {}").unwrap(),
            &[],
            ".gitlab/invite-conformance.yml",
        ),
        (
            |folder| {
                git(folder, &["init", "--quiet"]);
                git(folder, &["remote", "add", "up", "git@github.com:me/my-server.git"]);
            },
            &[],
            ".github/workflows/invite-conformance.yml",
        ),
        (
            |folder| {
                git(folder, &["init", "--quiet"]);
                git(folder, &["remote", "add", "origin", "https://gitlab.com/me/my-server"]);
            },
            &[],
            ".gitlab-ci.yml",
        ),
    ];
    for (prepare, flags, expected) in cases {
        let folder = sources();
        prepare(folder.path());
        let outcome = init(folder.path(), &[&["--json"], flags].concat());
        assert_eq!(outcome.code(), Some(0), "{expected}: {outcome:#?}");
        assert_eq!(
            written(&outcome),
            ["invite-conformance.toml", "invite-target.schema.json", expected]
        );
        let ci = text(folder.path().join(expected));
        assert!(ci.contains("0123abc") && ci.contains("invite-conformance.toml"), "{ci}");
    }
    let folder = sources();
    let outcome = init(folder.path(), &["--ci", "none", "--json"]);
    assert_eq!(written(&outcome), ["invite-conformance.toml", "invite-target.schema.json"]);
}

/// The first line of a description leads editors to the schema, which stands next to it.
#[test]
fn the_description_names_its_schema() {
    let folder = sources();
    assert_eq!(init(folder.path(), &["--ci", "none"]).code(), Some(0));
    let description = text(folder.path().join("invite-conformance.toml"));
    let schema = description.lines().next().unwrap().strip_prefix("#:schema ./").unwrap();
    let schema: Value = serde_json::from_str(&text(folder.path().join(schema))).unwrap();
    assert_eq!(schema, run(program(["schema", "target"])).json());
    let validator = jsonschema::validator_for(&schema).unwrap();
    let fits = |text: &str| validator.is_valid(&toml::from_str(text).unwrap());
    assert!(fits(&description), "{description}");
    for (right, wrong) in [
        ("url = ", "ulr = "),
        ("\"rest\",", "\"rset\","),
        ("# [deadlines]", "[deadlines]\nevent_ms = 0"),
    ] {
        assert!(!fits(&description.replacen(right, wrong, 1)), "{wrong}");
    }
}

/// An older schema is replaced without asking. What is no schema of ours is not.
#[test]
fn the_schema_is_renewed_and_nothing_else_is_lost() {
    let folder = sources();
    assert_eq!(init(folder.path(), &["--ci", "none"]).code(), Some(0));
    let schema = folder.path().join("invite-target.schema.json");
    let whole = text(&schema);
    std::fs::write(&schema, whole.replace("The one address", "An older word")).unwrap();
    std::fs::remove_file(folder.path().join("invite-conformance.toml")).unwrap();
    assert_eq!(init(folder.path(), &["--ci", "none"]).code(), Some(0));
    assert_eq!(text(&schema), whole);
    std::fs::remove_file(folder.path().join("invite-conformance.toml")).unwrap();
    std::fs::write(&schema, "{\"title\": \"mine\"}").unwrap();
    let outcome = init(folder.path(), &["--ci", "none"]);
    super::input::refuses(&outcome, &["invite-target.schema.json is there already", "--force"]);
    assert!(!folder.path().join("invite-conformance.toml").exists(), "half of it was written");
}

/// The server may be one of several in a repository: CI files stand at its root.
#[test]
fn in_a_part_of_a_repository_ci_files_go_to_the_root() {
    let folder = sources();
    std::fs::create_dir_all(folder.path().join(".git")).unwrap();
    std::fs::create_dir_all(folder.path().join(".github")).unwrap();
    std::fs::create_dir_all(folder.path().join("servers/it's")).unwrap();
    let outcome = init(folder.path(), &["servers/it's"]);
    assert_eq!(outcome.code(), Some(0), "{outcome:#?}");
    assert!(folder.path().join("servers/it's/invite-conformance.toml").exists());
    let workflow = text(folder.path().join(".github/workflows/invite-conformance.yml"));
    let workflow: Value = serde_saphyr::from_str(&workflow).unwrap();
    let steps = workflow["jobs"]["invite-conformance"]["steps"].as_array().unwrap();
    let suite = steps.iter().find(|step| step["uses"] == "owner/suite@0123abc").unwrap();
    assert_eq!(suite["with"]["target"], "servers/it's/invite-conformance.toml");
}

#[test]
fn what_cannot_be_known_is_said() {
    let folder = sources();
    let outcome = run(program(["init", folder.path().to_str().unwrap()]));
    assert_eq!(outcome.code(), Some(0), "{outcome:#?}");
    assert!(outcome.stdout.contains("Write the server's address"), "{}", outcome.stdout);

    // Without credentials it is not asked; and where nobody answers, that is said.
    for (environment, words) in [(false, "there are no credentials"), (true, "cannot be reached")] {
        let folder = sources();
        let arguments = ["init", folder.path().to_str().unwrap(), "--url", "http://127.0.0.1:9"];
        let mut command = program(arguments);
        if environment {
            command.env("INVITE_APP_KEY", "k").env("INVITE_APP_SECRET", SECRET);
        }
        let outcome = run(command);
        assert_eq!(outcome.code(), Some(0), "{outcome:#?}");
        let said = outcome.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains(words), "{}", outcome.stdout);
        let description = text(folder.path().join("invite-conformance.toml"));
        assert!(description.contains("url = \"http://127.0.0.1:9\""), "{description}");
        assert!(!description.contains(SECRET), "{description}");
    }
}

#[test]
fn wrong_input_is_refused_and_nothing_is_written() {
    let folder = sources();
    for (arguments, words) in [
        (&["--app-key", "k"][..], "add --url"),
        (&["--url", "nowhere"], "is not a URL"),
        (&["--url", "https://me:s3cr3t@conf.example.com"], "holds a password"),
        (&["--suite", "somewhere"], "ADDRESS@REVISION"),
        (&["--suite", "https://github.com/o/n@a b"], "ADDRESS@REVISION"),
    ] {
        let outcome = init(folder.path(), arguments);
        assert_eq!(outcome.code(), Some(2), "{outcome:#?}");
        assert!(outcome.stderr.contains(words), "{}", outcome.stderr);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "{arguments:?}");
    }
    std::fs::write(folder.path().join("file"), "").unwrap();
    let outcome = init(folder.path(), &["file/below"]);
    assert_eq!(outcome.code(), Some(2), "{outcome:#?}");
    assert!(outcome.stderr.contains("cannot write"), "{}", outcome.stderr);
}

/// Scripts within the files are right for the shell, whatever CI they are for.
#[test]
fn scripts_and_files_are_well_formed() {
    let suites = ["https://github.com/owner/suite", "https://git.example.com/group/suite"];
    for remote in suites.map(|address| Remote::parse(address).unwrap()) {
        let suite = Suite { remote, revision: "v1.0".into() };
        for pipeline in [Pipeline::GitHub, Pipeline::GitLab, Pipeline::Shell] {
            let text = pipeline.text(&suite, "it's.toml", "https://conf.example.com/", true);
            let scripts: Vec<String> = match pipeline {
                Pipeline::Shell => vec![text],
                _ => scripts(&serde_saphyr::from_str::<Value>(&text).unwrap()),
            };
            assert!(!scripts.is_empty());
            for script in scripts {
                super::super::ci::check_syntax(&script);
            }
        }
    }
}

/// Every text that a shell is given.
fn scripts(value: &Value) -> Vec<String> {
    let of_list = |list: &Value| {
        let lines = list.as_array().into_iter().flatten().filter_map(Value::as_str);
        lines.collect::<Vec<_>>().join("\n")
    };
    let mut found = Vec::new();
    for (name, value) in value.as_object().into_iter().flatten() {
        match (name.as_str(), value) {
            ("run", Value::String(script)) => found.push(script.clone()),
            ("before_script" | "script", list) => found.push(of_list(list)),
            (_, Value::Array(items)) => found.extend(items.iter().flat_map(scripts)),
            (_, other) => found.extend(scripts(other)),
        }
    }
    found
}
