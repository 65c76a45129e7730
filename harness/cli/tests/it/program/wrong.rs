//! Wrong servers, and runs of the program against them.

use super::process::{self, Outcome, program};
use invite_reference::{Application, Server, Settings, mutants};
use serde_json::Value;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

pub(super) const KEY: &str = "key";
pub(super) const SECRET: &str = "s3cr3t-of-the-server";
pub(super) const SECOND_KEY: &str = "second";
pub(super) const SECOND_SECRET: &str = "s3cr3t-of-the-second";

/// Starts a wrong server of this name, or the right one.
pub(super) fn serve(name: Option<&str>) -> Server {
    let mut settings = Settings {
        listen: ([127, 0, 0, 1], 0).into(),
        applications: vec![
            Application::new(KEY, SECRET).protected(),
            Application::new(SECOND_KEY, SECOND_SECRET),
        ],
        ..Settings::default()
    };
    if let Some(name) = name {
        let mutant = mutants::find(name).unwrap_or_else(|| panic!("no wrong server {name}"));
        settings.rules = (mutant.rules)();
    }
    Server::start(settings).unwrap()
}

/// Where a server is.
pub(super) fn url(server: &Server) -> String {
    format!("http://{}", server.address())
}

/// A run that is over: its record, in a folder that lasts as long as this.
pub(super) struct Run {
    folder: TempDir,
    pub(super) outcome: Outcome,
    pub(super) record: Value,
}

impl Run {
    /// Runs scenarios against a wrong server (or the right one) that is gone afterwards.
    pub(super) async fn of(name: Option<&str>, scenarios: &[&str]) -> Run {
        Run::with(name, scenarios, &[]).await
    }

    /// The same, with further arguments.
    pub(super) async fn with(name: Option<&str>, scenarios: &[&str], further: &[&str]) -> Run {
        let folder = tempfile::tempdir().unwrap();
        let server = serve(name);
        let url = url(&server);
        let report = format!("json={}", folder.path().join("run.json").display());
        let mut arguments = vec!["run", "--seed", "1", "--url", &url, "--report", &report];
        arguments.extend(scenarios.iter().flat_map(|id| ["--only", id]));
        arguments.extend(further);
        let mut command = program(arguments);
        command.envs([("INVITE_APP_KEY", KEY), ("INVITE_APP_SECRET", SECRET)]);
        command.envs([
            ("INVITE_SECOND_APP_KEY", SECOND_KEY),
            ("INVITE_SECOND_APP_SECRET", SECOND_SECRET),
        ]);
        let outcome = tokio::task::spawn_blocking(|| process::run(command)).await.unwrap();
        server.shutdown().await;
        let text = std::fs::read_to_string(folder.path().join("run.json")).unwrap();
        assert!(!text.contains("s3cr3t"), "a secret in a record");
        let record = serde_json::from_str(&text).unwrap();
        Run { folder, outcome, record }
    }

    /// Changes the record, as if the run had been another.
    pub(super) fn change(&mut self, change: impl FnOnce(&mut Value)) {
        change(&mut self.record);
        std::fs::write(self.path("run.json"), self.record.to_string()).unwrap();
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What `report` makes of the record in one format.
    pub(super) fn report(&self, format: &str) -> PathBuf {
        let path = self.path(&format!("report.{format}"));
        let outcome = self.invoke(&["--report", &format!("{format}={}", path.display())]);
        assert!(outcome.stderr.is_empty(), "{outcome:#?}");
        path
    }

    /// The same, of a format that makes one file.
    pub(super) fn text(&self, format: &str) -> String {
        read(&self.report(format))
    }

    /// Runs `report` on the record.
    pub(super) fn invoke(&self, arguments: &[&str]) -> Outcome {
        let record = self.path("run.json");
        let fixed = ["report", record.to_str().unwrap()];
        process::run(program(fixed.into_iter().chain(arguments.iter().copied())))
    }

    /// A text without what differs from run to run.
    pub(super) fn steady(&self, text: &str) -> String {
        let run = self.record["options"]["run_id"].as_str().unwrap();
        let address = self.record["target"]["name"].as_str().unwrap();
        let mut text = text.replace(address, "http://SERVER").replace(run, &"R".repeat(run.len()));
        for trace in traces(&self.record) {
            let names = trace["bindings"]["alias_prefix"].as_str().unwrap();
            text = text.replace(names, "NAMES");
        }
        super::reports::ids(&text)
    }

    /// The same without the counts of what held: what the laws see besides depends on what has
    /// arrived by the time that a scenario ends.
    pub(super) fn uncounted(&self, text: &str) -> String {
        let text = self.steady(text);
        let mut words: Vec<&str> = text.split_inclusive(' ').collect();
        for at in 1..words.len() {
            let of_passes = ["checks", "requirements", "passed"];
            let is_count = words[at - 1].trim_matches(['(', ' ']).parse::<u32>().is_ok();
            // As in `28 of 266 requirements judged`.
            let is_part = words[at] == "of "
                && words.get(at + 2).is_some_and(|noun| noun.starts_with("requirements"));
            if is_count && (is_part || of_passes.iter().any(|noun| words[at].starts_with(noun))) {
                words[at - 1] = "N ";
            }
        }
        words.concat().rsplit_once(" (").map_or(text.clone(), |(counted, _)| counted.to_owned())
    }
}

pub(super) fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The traces of a record.
fn traces(record: &Value) -> impl Iterator<Item = &Value> {
    let scenarios = record["scenarios"].as_array().unwrap().iter();
    let driven = scenarios.map(|scenario| &scenario["trace"]).filter(|trace| trace.is_object());
    std::iter::once(&record["preflight"]).chain(driven)
}
