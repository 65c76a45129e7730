//! `scenario new`: what it writes passes as it is, fits its schema, and breaks where it is broken.

use super::input::refuses;
use super::process::{Outcome, program, run};
use serde_json::Value;
use std::path::Path;
use tempfile::TempDir;

/// Runs the program in a folder.
fn within(folder: &Path, arguments: &[&str]) -> Outcome {
    let mut command = program(arguments.iter().copied());
    command.current_dir(folder);
    run(command)
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn text(path: impl AsRef<Path>) -> String {
    std::fs::read_to_string(path.as_ref())
        .unwrap_or_else(|error| panic!("{}: {error}", path.as_ref().display()))
}

/// The schema that the first line of a scenario leads to.
fn schema_of(folder: &Path, file: &str) -> Value {
    let scenario = text(folder.join(file));
    let line = scenario.lines().next().unwrap();
    let name = line.strip_prefix("# yaml-language-server: $schema=./").unwrap();
    serde_json::from_str(&text(folder.join(file).with_file_name(name))).unwrap()
}

/// Whether a scenario fits that schema.
fn fits(folder: &Path, file: &str) -> bool {
    let value: Value = serde_saphyr::from_str(&text(folder.join(file))).unwrap();
    jsonschema::validator_for(&schema_of(folder, file)).unwrap().is_valid(&value)
}

/// The guide, in which every command works, one after the other.
const GUIDE: &str = include_str!("../../../../../docs/scenarios.md");

#[cfg(unix)]
#[test]
fn each_command_of_the_guide_works() {
    let folder = folder();
    let program = Path::new(env!("CARGO_BIN_EXE_invite-conformance"));
    let path = std::env::var("PATH").unwrap();
    let path = format!("{}:{path}", program.parent().unwrap().display());
    let commands: Vec<&str> = GUIDE
        .lines()
        .filter_map(|line| line.strip_prefix("    "))
        .filter(|line| line.starts_with("invite-conformance "))
        .collect();
    assert!(commands.len() >= 6, "{commands:?}");
    for command in commands {
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", command]).current_dir(folder.path()).env("PATH", &path);
        let outcome = run(shell);
        assert_eq!(outcome.code(), Some(0), "{command}: {outcome:#?}");
    }
}

/// The scenario with most of the words passes, fits the schema, and each thing that it wants can fail.
#[test]
fn the_scenario_of_the_guide_works() {
    let folder = folder();
    let (_, rest) = GUIDE.split_once("```yaml\n").unwrap();
    let (scenario, _) = rest.split_once("```").unwrap();
    let file = folder.path().join("kicked-and-gone.yaml");
    let run_it = |text: &str| {
        std::fs::write(&file, text).unwrap();
        within(folder.path(), &["run", "--scenarios", "kicked-and-gone.yaml"])
    };
    let outcome = run_it(scenario);
    assert_eq!(outcome.code(), Some(0), "{outcome:#?}");
    let value: Value = serde_saphyr::from_str(scenario).unwrap();
    let schema = invite_scenario::schema();
    assert!(jsonschema::validator_for(&schema).unwrap().is_valid(&value), "{scenario}");
    for (right, wrong, failed) in [
        ("bob}\": {permissions: [JOIN]}}\n", "bob}\": {permissions: [KICK]}}\n", "INV-002"),
        ("{/status: KICKED}", "{/status: LEFT}", "KCK-004"),
        ("where: {/userId: \"${bob.user}\"}", "where: {/userId: \"${carol.user}\"}", "KCK-003"),
    ] {
        assert!(scenario.contains(right), "{right}");
        let outcome = run_it(&scenario.replace(right, wrong));
        assert_eq!(outcome.code(), Some(1), "{wrong}: {outcome:#?}");
        assert!(outcome.stdout.contains(&format!("FAIL {failed}")), "{}", outcome.stdout);
    }
}

/// A scenario of one's own is written, runs, is broken, and says where.
#[test]
fn a_first_scenario_passes_as_it_is_and_fails_where_it_is_broken() {
    let folder = folder();
    let folder = folder.path();
    let outcome = within(folder, &["scenario", "new", "my-first.yaml"]);
    assert_eq!(outcome.code(), Some(0), "{outcome:#?}");
    super::reports::is_plain(&outcome.stdout);
    for words in
        ["wrote my-first.yaml", "invite-scenario.schema.json", "run --scenarios my-first.yaml"]
    {
        assert!(outcome.stdout.contains(words), "{}", outcome.stdout);
    }
    assert!(text(folder.join("my-first.yaml")).lines().count() < 40);
    assert_eq!(schema_of(folder, "my-first.yaml"), run(program(["schema", "scenario"])).json());
    assert!(fits(folder, "my-first.yaml"));
    let run_it = || within(folder, &["run", "--scenarios", "my-first.yaml"]);
    let outcome = run_it();
    assert_eq!(outcome.code(), Some(0), "{outcome:#?}");

    // What it expects is looked at: each change is one that a reader of the guide makes.
    let whole = text(folder.join("my-first.yaml"));
    let change = |right: &str, wrong: &str| {
        assert!(whole.contains(right), "{whole}");
        std::fs::write(folder.join("my-first.yaml"), whole.replacen(right, wrong, 1)).unwrap();
    };
    change("keys: [\"${bob}\"]", "keys: [\"${alice}\"]");
    let outcome = run_it();
    assert_eq!(outcome.code(), Some(1), "{outcome:#?}");
    assert!(outcome.stdout.contains("FAIL INV-002"), "{}", outcome.stdout);
    change("notification: true", "notification: false");
    let outcome = run_it();
    assert_eq!(outcome.code(), Some(1), "{outcome:#?}");
    assert!(outcome.stdout.contains("InvitationReceived"), "{}", outcome.stdout);
    // Mistakes are found before it runs, and by the schema.
    for (right, wrong, words) in [
        ("rest.invite", "rest.invit", &["my-first.yaml:", "rest.invit", "did you mean"][..]),
        ("InvitationReceived", "InvitationReceivd", &["unknown frame", "`InvitationReceived`?"]),
        ("save:", "sav:", &["sav", "did you mean `save`?"]),
        ("INV-002\n", "INV-0022\n", &["unknown requirement `INV-0022`", "did you mean"]),
    ] {
        change(&format!(" {right}"), &format!(" {wrong}"));
        refuses(&run_it(), words);
        assert!(!fits(folder, "my-first.yaml"), "{wrong}");
    }
}

#[test]
fn one_about_a_requirement_names_it_and_passes() {
    let folder = folder();
    let folder = folder.path();
    // One of each profile.
    for (id, file, profile) in [("INV-001", "a.yml", "rest"), ("prt-006", "b.yaml", "sdk")] {
        let new = ["scenario", "new", file, "--requirement", id, "--title", "It: is so"];
        assert_eq!(within(folder, &new).code(), Some(0));
        let scenario = text(folder.join(file));
        let read: Value = serde_saphyr::from_str(&scenario).unwrap();
        assert_eq!(read["profile"], profile, "{scenario}");
        assert_eq!(read["title"], "It: is so");
        let id = id.to_uppercase();
        assert!(scenario.contains(&format!("- requires: {id}\n")), "{scenario}");
        let row = run(program(["explain", &id, "--json"])).json();
        let words: Vec<&str> = scenario.split_whitespace().filter(|word| *word != "#").collect();
        assert!(words.join(" ").contains(row["text"].as_str().unwrap()), "{scenario}");
        assert!(fits(folder, file), "{scenario}");
        let outcome = within(folder, &["run", "--scenarios", file, "--json"]);
        assert_eq!(outcome.code(), Some(0), "{outcome:#?}");
        assert!(outcome.stdout.contains(&format!("\"{id}\"")), "{}", outcome.stdout);
    }
}

#[test]
fn one_for_clients_passes_with_the_sample_client() {
    let folder = folder();
    let folder = folder.path();
    let new = ["scenario", "new", "mine.yaml", "--client", "--requirement", "CLI-017", "--json"];
    let outcome = within(folder, &new);
    assert_eq!(outcome.code(), Some(0), "{outcome:#?}");
    let outcome = outcome.json();
    assert_eq!(outcome["files"][1]["path"], "invite-client-scenario.schema.json", "{outcome:#}");
    assert!(outcome["next"][0].as_str().unwrap().contains("client --adapter"), "{outcome:#}");
    assert!(fits(folder, "mine.yaml"));
    let sample = format!("'{}' sample-client", env!("CARGO_BIN_EXE_invite-conformance"));
    let outcome = within(folder, &["client", "--adapter", &sample, "--scenarios", "mine.yaml"]);
    assert_eq!(outcome.code(), Some(0), "{outcome:#?}");
    assert!(outcome.stdout.contains("CONFORMS"), "{}", outcome.stdout);
}

#[test]
fn the_id_is_the_name_of_the_file() {
    let folder = folder();
    let folder = folder.path();
    let new = |file: &str| within(folder, &["scenario", "new", file]);
    // The end and the folder are made.
    assert_eq!(new("some/where/my-first").code(), Some(0));
    let scenario = text(folder.join("some/where/my-first.yaml"));
    assert!(scenario.contains("\nscenario: my-first\n"), "{scenario}");
    assert!(folder.join("some/where/invite-scenario.schema.json").exists());
    // A folder with the schema in it is a folder of scenarios.
    let outcome = within(folder, &["run", "--scenarios", "some/where"]);
    assert_eq!(outcome.code(), Some(0), "{outcome:#?}");
    refuses(&new("My First.yaml"), &["`My First` is not an id", "such as my-first.yaml"]);
    refuses(&new("Ä.yaml"), &["is not an id", "such as my-first.yaml"]);
    refuses(&new("mine.json"), &["mine.json", "end it in .yaml"]);
    refuses(&new("some/where"), &["some/where is a folder", "my-first.yaml"]);
    refuses(&new("some/where/my-first.yaml/below.yaml"), &["cannot write"]);
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), 1, "something was written");
}

#[test]
fn a_wrong_requirement_or_title_is_refused_and_nothing_is_written() {
    let folder = folder();
    let new = |arguments: &[&str]| {
        within(folder.path(), &[&["scenario", "new", "mine.yaml"], arguments].concat())
    };
    let excluded = invite_spec::requirement::all().find(|row| row.excluded.is_some()).unwrap();
    for (arguments, words) in [
        (
            &["--requirement", "INV-0002"][..],
            &["no requirement `INV-0002`", "did you mean `INV-002`?"][..],
        ),
        (&["--requirement", "nonsense"], &["no requirement `nonsense`", "list requirements"]),
        (&["--requirement", "nonsense", "--client"], &["list requirements --client"]),
        (&["--requirement", "CLI-001"], &["CLI-001 binds clients", "add --client"]),
        (&["--requirement", "INV-001", "--client"], &["INV-001 binds servers", "--client"]),
        (&["--requirement", excluded.id.as_str()], &["excluded from testing"]),
        (&["--title", " "], &["--title", "one line"]),
        (&["--title", "a\nb"], &["--title", "one line"]),
    ] {
        refuses(&new(arguments), words);
    }
    refuses(&within(folder.path(), &["scenario", "nwe", "x.yaml"]), &["'nwe'", "'new'"]);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn nothing_is_overwritten_unless_that_is_wanted() {
    let folder = folder();
    let path = folder.path().join("mine.yaml");
    std::fs::write(&path, "mine").unwrap();
    refuses(
        &within(folder.path(), &["scenario", "new", "mine.yaml"]),
        &["mine.yaml is there already", "nothing was written", "--force"],
    );
    assert_eq!(text(&path), "mine");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "half of it was written");
    let outcome = within(folder.path(), &["scenario", "new", "mine.yaml", "--force"]);
    assert_eq!(outcome.code(), Some(0), "{outcome:#?}");
    assert!(text(&path).contains("\nscenario: mine\n"));
    // The schema is the program's own: a second scenario renews it.
    let schema = folder.path().join("invite-scenario.schema.json");
    let whole = text(&schema);
    std::fs::write(&schema, whole.replace("rest.create", "rest.older")).unwrap();
    assert_eq!(within(folder.path(), &["scenario", "new", "second.yaml"]).code(), Some(0));
    assert_eq!(text(&schema), whole);
}
