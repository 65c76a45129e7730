//! `run`: drive a target through the scenarios and judge it.

use super::{Exit, Failure, embedded, output, progress, reports};
use clap::Args;
use invite_conformance::drive::{self, Plan, RunError};
use invite_conformance::report::{self, Options, Record, View};
use invite_conformance::scenario::{self, ScenarioError, Selection};
use invite_conformance::target::{CredentialsFile, Target, TargetFile};
use invite_spec::requirement::Profile;
use std::path::PathBuf;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Drive a target through the scenarios and judge it.
///
/// Without a target: the reference server, started in this process on a free loopback port.
#[derive(Debug, Args)]
#[command(after_help = reports::formats())]
pub(crate) struct Run {
    /// A target description (TOML)
    #[arg(value_name = "TARGET.toml", conflicts_with = "url")]
    target: Option<PathBuf>,
    /// The address of a target that serves all planes at one
    #[arg(long)]
    url: Option<String>,
    /// The key of the application that the scenarios use
    #[arg(long, value_name = "K", env = "INVITE_APP_KEY", hide_env_values = true)]
    app_key: Option<String>,
    /// Its secret
    #[arg(long, value_name = "S", env = "INVITE_APP_SECRET", hide_env_values = true)]
    app_secret: Option<String>,
    /// The key of a second application, for the scenarios about isolation
    #[arg(long, value_name = "K", env = "INVITE_SECOND_APP_KEY", hide_env_values = true)]
    second_app_key: Option<String>,
    /// Its secret
    #[arg(long, value_name = "S", env = "INVITE_SECOND_APP_SECRET", hide_env_values = true)]
    second_app_secret: Option<String>,
    /// A header that every request carries, as NAME:VALUE
    #[arg(long = "header", value_name = "NAME:VALUE")]
    headers: Vec<String>,
    /// A file of certificates (PEM) to trust besides the system's
    #[arg(long, value_name = "FILE")]
    ca_cert: Option<PathBuf>,
    /// Do not check certificates
    #[arg(long)]
    insecure: bool,
    /// Only scenarios of this profile: rest or sdk
    #[arg(long = "profile", value_name = "P", value_parser = profile)]
    profiles: Vec<Profile>,
    /// Only scenarios whose id matches; `*` stands for anything
    #[arg(long, value_name = "GLOB")]
    only: Vec<String>,
    /// Scenarios of this file or folder instead of the built-in ones
    #[arg(long, value_name = "PATH")]
    scenarios: Option<PathBuf>,
    /// How many scenarios run at once
    #[arg(long, value_name = "N", default_value_t = 128, value_parser = clap::value_parser!(u16).range(1..))]
    jobs: u16,
    /// Fixes the order in which scenarios begin
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Let `chosen` requirements count as well
    #[arg(long)]
    strict: bool,
    /// Write a report as well; see the formats below
    #[arg(long = "report", value_name = "FORMAT=PATH", value_parser = reports::wanted)]
    reports: Vec<reports::Wanted>,
    /// Print the run record as JSON instead of the report
    #[arg(long)]
    json: bool,
    /// Show no progress
    #[arg(long, short)]
    quiet: bool,
    /// Tell everything: which of several accepted outcomes were seen, what was skipped
    #[arg(long, short)]
    verbose: bool,
}

fn profile(text: &str) -> Result<Profile, String> {
    match text {
        "rest" => Ok(Profile::Rest),
        "sdk" => Ok(Profile::Sdk),
        _ => Err("profiles are: rest, sdk".to_owned()),
    }
}

impl Run {
    pub(crate) fn perform(self) -> Result<Exit, Failure> {
        let scenarios = self.selected()?;
        let target = self.target()?;
        let places = reports::Places::prepare(&self.reports)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::harness(format!("no runtime: {error}")))?;
        let mut record =
            runtime.block_on(self.drive(target, scenarios)).inspect_err(|_| places.discard())?;
        // What is still open belongs to nobody any more.
        runtime.shutdown_background();
        if self.json || self.reports.iter().any(reports::Wanted::is_record) {
            record.seal();
        }
        places.write(&record)?;
        if self.json {
            output::print(&output::json(&record)?)?;
        } else {
            let view = View { verbose: self.verbose, ..output::view() };
            output::print(&report::terminal(&record, output::style(), view))?;
        }
        Ok(Exit::of(&record.tally.summary))
    }

    async fn drive(
        &self,
        target: Option<Target>,
        scenarios: Vec<Selection>,
    ) -> Result<Record, Failure> {
        let (server, target) = match target {
            Some(target) => (None, target),
            None => {
                let (server, target) = embedded::start().map_err(|error| {
                    Failure::harness(format!("the reference server does not start: {error}"))
                })?;
                (Some(server), target)
            }
        };
        let plan =
            Plan { scenarios, jobs: usize::from(self.jobs), seed: self.seed, run_id: run_id() };
        let line = progress::Line::new(self.quiet || self.json);
        let began = Instant::now();
        let driven = drive::run(target.clone(), &plan, |progress| line.note(progress)).await;
        let duration_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        line.clear();
        if let Some(server) = server {
            server.shutdown().await;
        }
        let driven = driven.map_err(|error| match error {
            RunError::Untestable(_) => {
                Failure { exit: Exit::Untestable, message: error.to_string() }
            }
            RunError::Connector(_) => Failure::usage(error.to_string()),
        })?;
        let options =
            Options { seed: self.seed, run_id: plan.run_id, strict: self.strict, jobs: plan.jobs };
        let mut record = Record::new(&target, &plan.scenarios, driven, options, duration_ms);
        record.target.flags = self.flags();
        Ok(record)
    }

    /// The scenarios that are asked for.
    fn selected(&self) -> Result<Vec<Selection>, Failure> {
        let all = match &self.scenarios {
            None => scenario::built_in(),
            Some(path) => scenario::from_path(path),
        };
        let all = all.map_err(|errors| faults(&errors))?;
        let selected: Vec<Selection> = all
            .iter()
            .filter(|found| {
                let scenario = &found.scenario;
                let profile = self.profiles.is_empty() || self.profiles.contains(&scenario.profile);
                let id = scenario.scenario.text.as_str();
                profile && (self.only.is_empty() || self.only.iter().any(|glob| matches(glob, id)))
            })
            .cloned()
            .collect();
        if selected.is_empty() {
            return Err(Failure::usage(format!(
                "no scenario matches: {} are known; `invite-conformance list scenarios` lists them",
                all.len()
            )));
        }
        Ok(selected)
    }

    /// The words of the command line that name the target, without secrets: for showing a failure
    /// again.
    fn flags(&self) -> Vec<String> {
        let path = |path: &PathBuf| path.display().to_string();
        let mut flags: Vec<String> = self.target.iter().map(path).collect();
        let mut add = |name: &str, value: Option<String>| {
            flags.extend(value.into_iter().flat_map(|value| [name.to_owned(), value]));
        };
        add("--url", self.url.clone());
        add("--ca-cert", self.ca_cert.as_ref().map(path));
        add("--scenarios", self.scenarios.as_ref().map(path));
        if self.insecure {
            flags.push("--insecure".to_owned());
        }
        flags
    }

    /// The first flag of the command line that means nothing without a target. What stands in the
    /// environment stands there for other runs, too.
    fn aimless(&self) -> Option<&'static str> {
        let typed = |value: &Option<String>, variable: &str| {
            value.is_some() && std::env::var_os(variable).is_none()
        };
        [
            ("--app-key", typed(&self.app_key, "INVITE_APP_KEY")),
            ("--app-secret", typed(&self.app_secret, "INVITE_APP_SECRET")),
            ("--second-app-key", typed(&self.second_app_key, "INVITE_SECOND_APP_KEY")),
            ("--second-app-secret", typed(&self.second_app_secret, "INVITE_SECOND_APP_SECRET")),
            ("--header", !self.headers.is_empty()),
            ("--ca-cert", self.ca_cert.is_some()),
            ("--insecure", self.insecure),
        ]
        .into_iter()
        .find_map(|(flag, is_typed)| is_typed.then_some(flag))
    }

    /// The target that is asked for; `None` for the embedded default.
    fn target(&self) -> Result<Option<Target>, Failure> {
        let (mut file, place) = match (&self.target, &self.url) {
            (Some(path), _) => {
                let file =
                    TargetFile::read(path).map_err(|error| Failure::usage(error.to_string()))?;
                (file, path.display().to_string())
            }
            (None, Some(url)) => {
                (TargetFile { url: Some(url.clone()), ..TargetFile::default() }, "--url".to_owned())
            }
            (None, None) => {
                if let Some(flag) = self.aimless() {
                    return Err(Failure::usage(format!(
                        "{flag} says something about a target, and none is given: add --url or a \
                         description (without either, the embedded reference server is tested)"
                    )));
                }
                return Ok(None);
            }
        };
        let pair = |key: &Option<String>, secret: &Option<String>, flags: &str| match (key, secret)
        {
            (Some(key), Some(secret)) => {
                Ok(Some(CredentialsFile { key: key.clone(), secret: secret.clone() }))
            }
            (None, None) => Ok(None),
            _ => Err(Failure::usage(format!("{flags} belong together: one of them is missing"))),
        };
        if let Some(own) = pair(&self.app_key, &self.app_secret, "--app-key and --app-secret")? {
            file.application = Some(own);
        }
        let second = pair(
            &self.second_app_key,
            &self.second_app_secret,
            "--second-app-key and --second-app-secret",
        )?;
        file.second_application = second.or(file.second_application);
        if file.application.is_none() && self.url.is_some() {
            return Err(Failure::usage(
                "no credentials: give --app-key and --app-secret, or INVITE_APP_KEY and \
                 INVITE_APP_SECRET in the environment",
            ));
        }
        for header in &self.headers {
            let (name, value) = header
                .split_once(':')
                .filter(|(name, _)| !name.trim().is_empty())
                .ok_or_else(|| Failure::usage("--header takes NAME:VALUE, such as X-Tenant:7"))?;
            file.headers.insert(name.trim().to_owned(), value.trim().to_owned());
        }
        file.ca_cert = self.ca_cert.clone().or(file.ca_cert);
        file.insecure |= self.insecure;
        file.resolve(&place, |name| std::env::var(name).ok())
            .map(Some)
            .map_err(|error| Failure::usage(error.to_string()))
    }
}

/// Every fault of the scenario files, each on a line of its own.
pub(crate) fn faults(errors: &[ScenarioError]) -> Failure {
    let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
    Failure::usage(lines.join("\ninvite-conformance: "))
}

/// Whether an id matches a pattern in which `*` stands for anything.
fn matches(glob: &str, id: &str) -> bool {
    let mut parts = glob.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = id.strip_prefix(first) else { return false };
    let mut last = None;
    for part in parts {
        if let Some(previous) = last.replace(part) {
            match rest.find(previous) {
                Some(at) => rest = &rest[at + previous.len()..],
                None => return false,
            }
        }
    }
    match last {
        None => rest.is_empty(),
        Some(part) => rest.ends_with(part),
    }
}

/// Makes this run's names differ from those of every other.
fn run_id() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let mixed = now.as_nanos() ^ (u128::from(std::process::id()) << 64);
    let mut id = String::from("r");
    let mut rest = mixed % 36u128.pow(9);
    for _ in 0..9 {
        let digit = u32::try_from(rest % 36).unwrap_or(0);
        id.push(char::from_digit(digit, 36).unwrap_or('0'));
        rest /= 36;
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything() {
        for (glob, id, expected) in [
            ("invite-*", "invite-offline", true),
            ("*offline", "invite-offline", true),
            ("*off*", "invite-offline", true),
            ("invite", "invite-offline", false),
            ("in*ite*ne", "invite-offline", true),
            ("*", "anything", true),
            ("a*a", "a", false),
        ] {
            assert_eq!(matches(glob, id), expected, "{glob} and {id}");
        }
    }
}
