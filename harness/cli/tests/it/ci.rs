//! What CI systems are given: the composite action, the template for GitLab, and their scripts.

use crate::program::process::{Outcome, run};
use invite_reference::{Application, Server, Settings};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

fn yaml(path: &str) -> Value {
    serde_saphyr::from_str(&read(path)).unwrap()
}

/// A script that bash can read.
#[track_caller]
pub(crate) fn check_syntax(script: &str) {
    let mut command = Command::new("bash");
    command.arg("-n").stdin(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("bash is needed, as CI needs it");
    child.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.is_empty(), "{said}\n{script}");
}

/// Every expression `${{ ... }}` in a text.
fn expressions(text: &str) -> Vec<String> {
    let parts = text.split("${{").skip(1);
    parts.map(|part| part.split("}}").next().unwrap().trim().to_owned()).collect()
}

fn steps(action: &Value) -> &Vec<Value> {
    action["runs"]["steps"].as_array().unwrap()
}

#[test]
fn the_action_uses_what_it_declares_and_declares_what_it_uses() {
    let action = yaml("action.yml");
    let text = read("action.yml");
    let mut used = BTreeSet::new();
    for expression in expressions(&text) {
        for word in expression.split(|c: char| !(c.is_alphanumeric() || "._-".contains(c))) {
            let parts: Vec<&str> = word.split('.').collect();
            match parts.as_slice() {
                ["inputs", name] => {
                    used.insert((*name).to_owned());
                }
                ["steps", id, "outputs", _] => {
                    assert!(steps(&action).iter().any(|step| step["id"] == *id), "{expression}");
                }
                [""] | ["env", _] | ["runner", "os" | "arch"] => {}
                _ => panic!("`{word}` in `{expression}` is not known"),
            }
        }
    }
    let declared: BTreeSet<String> =
        action["inputs"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(used, declared);
    for (name, input) in action["inputs"].as_object().unwrap() {
        assert!(input["description"].as_str().unwrap().len() > 5, "{name}");
    }
}

#[test]
fn the_action_runs_scripts_that_bash_can_read_and_nothing_that_can_move() {
    let action = yaml("action.yml");
    for step in steps(&action) {
        match (step["run"].as_str(), step["uses"].as_str()) {
            (Some(script), None) => {
                assert_eq!(step["shell"], "bash", "{step:#}");
                // What is put into a script as text could be read as commands.
                assert!(expressions(script).is_empty(), "{script}");
                check_syntax(script);
            }
            (None, Some(used)) => {
                let (name, revision) = used.split_once('@').unwrap();
                assert!(["actions/cache", "actions/upload-artifact"].contains(&name), "{used}");
                let is_commit =
                    revision.len() == 40 && revision.chars().all(|c| c.is_ascii_hexdigit());
                assert!(is_commit, "{used} can move");
            }
            _ => panic!("neither a script nor an action: {step:#}"),
        }
    }
    check_syntax(&read("ci/program"));
    check_syntax(&read("ci/run"));
    let template = yaml("ci/gitlab.yml");
    let lines = template[".invite-conformance"]["script"].as_array().unwrap().clone();
    let lines: Vec<&str> = lines.iter().map(|line| line.as_str().unwrap()).collect();
    check_syntax(&lines.join("\n"));
}

/// What a runner would have given the scripts: folders and files of its own.
struct Runner {
    folder: TempDir,
    server: Server,
    url: String,
}

impl Runner {
    fn start() -> Runner {
        let server = Server::start(Settings {
            listen: ([127, 0, 0, 1], 0).into(),
            applications: vec![Application::new("key", "s3cr3t").protected()],
            ..Settings::default()
        })
        .unwrap();
        let url = format!("http://{}", server.address());
        Runner { folder: tempfile::tempdir().unwrap(), server, url }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    /// A script by bash, in an environment like that of a runner.
    fn command(&self, script: &str) -> Command {
        let mut command = Command::new("bash");
        command.args(["-eo", "pipefail", "-c", script]).current_dir(self.folder.path());
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap());
        command.env("HOME", self.folder.path());
        command.env("GITHUB_ACTIONS", "true").env("GITHUB_ACTION_PATH", root());
        command.env("GITHUB_OUTPUT", self.path("output"));
        command.env("GITHUB_STEP_SUMMARY", self.path("summary"));
        command.stdin(Stdio::null());
        command
    }

    /// Does what the action does: every step that is a script, with these inputs. The program is
    /// there already, as it is from the cache. Gives the last step's outcome and the outputs.
    fn action(&self, inputs: &[(&str, &str)]) -> (Outcome, BTreeMap<String, String>) {
        let action = yaml("action.yml");
        let mut outputs: BTreeMap<String, String> = BTreeMap::new();
        let mut last = None;
        for step in steps(&action).iter().filter(|step| step["run"].is_string()) {
            let mut command = self.command(step["run"].as_str().unwrap());
            for (name, value) in step["env"].as_object().into_iter().flatten() {
                let mut value = value.as_str().unwrap().to_owned();
                for expression in expressions(&value.clone()) {
                    let first = expression.split("||").next().unwrap().trim();
                    let known = match first.split_once('.').unwrap() {
                        ("inputs", input) => {
                            let given = inputs.iter().find(|(name, _)| *name == input);
                            given.map_or("", |(_, value)| value)
                        }
                        (_, output) => outputs.get(output).map_or("", String::as_str),
                    };
                    value = value.replace(&format!("${{{{ {expression} }}}}"), known);
                }
                command.env(name, value);
            }
            let outcome = run(command);
            let id = step["id"].as_str().unwrap_or("-");
            for line in self.text("output").lines() {
                let (name, value) = line.split_once('=').unwrap();
                outputs.insert(format!("{id}.outputs.{name}"), value.to_owned());
            }
            let _ = std::fs::remove_file(self.path("output"));
            if id == "suite" {
                self.provide(&outputs["suite.outputs.home"], &outputs["suite.outputs.key"]);
            }
            last = Some(outcome);
        }
        (last.unwrap(), outputs)
    }

    /// Puts the program where the cache would.
    fn provide(&self, home: &str, key: &str) {
        let folder = Path::new(home).join(key);
        std::fs::create_dir_all(&folder).unwrap();
        let program = folder.join("invite-conformance");
        if !program.exists() {
            std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_invite-conformance"), program).unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_steps_of_the_action_do_what_it_promises() {
    let runner = Runner::start();
    let inputs = [
        ("url", runner.url.clone()),
        ("app-key", "key".to_owned()),
        ("app-secret", "s3cr3t".to_owned()),
        ("args", "--only invite-rest-two  --only\n auth-api-token".to_owned()),
    ];
    let (runner, (outcome, outputs)) = tokio::task::spawn_blocking(move || {
        let inputs: Vec<(&str, &str)> = inputs.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let done = runner.action(&inputs);
        (runner, done)
    })
    .await
    .unwrap();
    assert_eq!(outcome.code(), Some(0), "{outcome:#?}");
    assert!(!outcome.said().contains("s3cr3t"));
    let record: Value = serde_json::from_str(&runner.text("invite-conformance/run.json")).unwrap();
    assert_eq!(record["scenarios"].as_array().unwrap().len(), 2);
    // Every output that is declared is there, and says what the record says.
    for (name, output) in yaml("action.yml")["outputs"].as_object().unwrap() {
        let [expression] = &expressions(output["value"].as_str().unwrap())[..] else { panic!() };
        let key = expression.strip_prefix("steps.").unwrap();
        let value = outputs.get(key).unwrap_or_else(|| panic!("no {name} in {outputs:#?}"));
        if let Some(count) = record["tally"]["summary"][name].as_u64() {
            assert_eq!(value, &count.to_string(), "{name}");
        }
    }
    assert_eq!(outputs["run.outputs.verdict"], "conforms");
    assert!(runner.text("summary").contains("CONFORMS"), "{}", runner.text("summary"));
    assert!(runner.text("invite-conformance/junit.xml").contains("<testsuites"));

    // Its record is reported again as the whole of a run.
    std::fs::rename(runner.path("invite-conformance"), runner.path("shard")).unwrap();
    let (runner, (outcome, outputs)) = tokio::task::spawn_blocking(move || {
        let done = runner.action(&[("merge", "shard/*.json")]);
        (runner, done)
    })
    .await
    .unwrap();
    assert_eq!(outcome.code(), Some(0), "{outcome:#?}");
    assert!(outcome.stdout.contains("CONFORMS: "), "{outcome:#?}");
    assert_eq!(outputs["run.outputs.verdict"], "conforms");
    runner.server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_fails_fails_the_step_and_is_told() {
    let runner = Runner::start();
    // Nobody knows this key.
    let inputs = [("app-key", "key"), ("app-secret", "wrong"), ("url", &*runner.url.clone())];
    let inputs = inputs.map(|(name, value)| (name, value.to_owned()));
    let (runner, (outcome, outputs)) = tokio::task::spawn_blocking(move || {
        let inputs: Vec<(&str, &str)> = inputs.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let done = runner.action(&inputs);
        (runner, done)
    })
    .await
    .unwrap();
    assert_eq!(outcome.code(), Some(3), "{outcome:#?}");
    assert_eq!(outputs["run.outputs.verdict"], "untestable");
    assert_eq!(outputs["run.outputs.exit-code"], "3");
    runner.server.shutdown().await;
}

/// A folder with a release of these sources: a program that says `released`.
struct Release {
    home: TempDir,
    key: String,
    archive: String,
}

impl Release {
    /// None where no program is released for this machine.
    fn make() -> Option<Release> {
        let platform = match (std::env::consts::OS, std::env::consts::ARCH) {
            ("linux", arch @ ("x86_64" | "aarch64")) => format!("{arch}-unknown-linux-musl"),
            ("macos", arch @ ("x86_64" | "aarch64")) => format!("{arch}-apple-darwin"),
            _ => return None,
        };
        let home = tempfile::tempdir().unwrap();
        let key = run_script(home.path(), &["--key"]).stdout.trim().to_owned();
        let archive = format!("invite-conformance-{platform}.tar.gz");
        let release =
            home.path().join(concat!("releases/v", env!("CARGO_PKG_VERSION"))).join(&archive);
        let folder = release.parent().unwrap();
        let inner = folder.join(archive.strip_suffix(".tar.gz").unwrap());
        std::fs::create_dir_all(&inner).unwrap();
        std::fs::write(inner.join("invite-conformance"), "#!/bin/sh\necho released\n").unwrap();
        let pack = format!(
            "cd '{}' && tar -czf {archive} {name} && rm -r {name} && printf '%s\\n' {key} > sources.txt \
             && (sha256sum {archive} || shasum -a 256 {archive}) > {archive}.sha256",
            folder.display(),
            name = inner.file_name().unwrap().to_str().unwrap(),
        );
        let made = Command::new("bash").args(["-ec", &pack]).output().unwrap();
        assert!(made.status.success(), "{made:?}");
        Some(Release { home, key, archive })
    }

    fn file(&self, name: &str) -> PathBuf {
        self.home.path().join(concat!("releases/v", env!("CARGO_PKG_VERSION"))).join(name)
    }

    fn program(&self) -> PathBuf {
        self.home.path().join("home").join(&self.key).join("invite-conformance")
    }

    /// Asks for the released program, and for nothing to be built.
    fn take(&self) -> Outcome {
        let home = self.home.path().join("home");
        run_script(self.home.path(), &["--released", home.to_str().unwrap()])
    }
}

/// Runs `ci/program` with the releases that are in a folder.
fn run_script(folder: &Path, arguments: &[&str]) -> Outcome {
    let mut command = Command::new("bash");
    command.arg(root().join("ci/program")).args(arguments).stdin(Stdio::null());
    command.env("INVITE_RELEASES", format!("file://{}/releases", folder.display()));
    run(command)
}

#[test]
fn a_released_program_is_taken_where_there_is_one_for_these_sources() {
    let Some(release) = Release::make() else { return };
    let outcome = release.take();
    assert_eq!(outcome.code(), Some(0), "{outcome:#?}");
    assert_eq!(Path::new(outcome.stdout.trim()).canonicalize().unwrap(), {
        release.program().canonicalize().unwrap()
    });
    let said = Command::new(release.program()).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&said.stdout), "released\n");
    // What is there is not fetched again.
    std::fs::remove_file(release.file(&release.archive)).unwrap();
    assert_eq!(release.take().code(), Some(0));
}

#[test]
fn a_release_of_other_sources_or_without_its_program_is_not_taken() {
    let Some(release) = Release::make() else { return };
    std::fs::write(release.file("sources.txt"), "0123456789abcdef\n").unwrap();
    let outcome = release.take();
    assert_eq!((outcome.code(), &*outcome.said()), (Some(1), ""), "{outcome:#?}");

    std::fs::write(release.file("sources.txt"), format!("{}\n", release.key)).unwrap();
    std::fs::remove_file(release.file(&release.archive)).unwrap();
    let outcome = release.take();
    assert_eq!(outcome.code(), Some(1), "{outcome:#?}");
    assert!(outcome.stderr.contains("cannot download"), "{outcome:#?}");
    assert!(!release.program().exists());
}

#[test]
fn a_released_program_with_another_checksum_is_not_run() {
    let Some(release) = Release::make() else { return };
    let archive = release.file(&release.archive);
    let mut bytes = std::fs::read(&archive).unwrap();
    bytes.push(0);
    std::fs::write(&archive, bytes).unwrap();
    let outcome = release.take();
    assert_eq!(outcome.code(), Some(2), "{outcome:#?}");
    assert!(outcome.stderr.contains("is not what its checksum says"), "{outcome:#?}");
    assert!(!release.program().exists());
}
