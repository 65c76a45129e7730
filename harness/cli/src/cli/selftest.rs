//! `selftest`: how strong the suite is, on wrong and unusual servers.

use super::progress::Line;
use super::target::TargetArgs;
use super::{Exit, Failure, only, output, run};
use clap::Args;
use invite_record::{Kills, Shard};
use invite_reference::{mutants, variants};
use invite_scenario::Selection;
use invite_scenario::description::Target;
use invite_selftest::{
    self, Kind, Plan, Progress, Repetition, Report, SelftestError, Servers, Specimen, StartError,
    Started, Unusual, Wrong,
};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt::Display;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Show how strong the suite is, on wrong and unusual servers.
///
/// Runs the suite against servers that are known to be right or wrong. Wrong servers must fail, and
/// fail on what is wrong with them. Unusual servers that the sources allow must conform. Targets that
/// are not servers of this protocol get no passes, and hostile servers are blamed without harm to the
/// harness. With a target given, the proxy makes the mutants from that target.
#[derive(Debug, Args)]
pub(crate) struct Selftest {
    #[command(flatten)]
    target: TargetArgs,
    /// Only specimens whose name matches; `*` matches anything
    #[arg(long, value_name = "GLOB")]
    only: Vec<String>,
    /// Only specimens of this kind: shape, stream, behaviour, legal, expectation, null or
    /// hostile
    #[arg(long = "kind", value_name = "KIND", value_parser = kind)]
    kinds: Vec<Kind>,
    /// Scenarios of this file or folder instead of the built-in ones
    #[arg(long, value_name = "PATH")]
    scenarios: Option<PathBuf>,
    /// Only this share of the specimens, such as 1/4
    #[arg(long, value_name = "I/N")]
    shard: Option<Shard>,
    /// Try no specimens: run the suite N times on a busy machine, and show each verdict that differs
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(2..),
          conflicts_with_all = ["only", "kinds", "shard", "jobs", "lean", "slow", "verify", "kills"])]
    stable: Option<u16>,
    /// How many specimens to try at once
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..))]
    jobs: u16,
    /// Run only the scenarios in which a mutant finds anything to change
    ///
    /// In the others it would do what the unchanged server does, whose traces are judged instead.
    #[arg(long)]
    lean: bool,
    /// Also try the wrong servers that only slow scenarios can detect: a minute more
    #[arg(long)]
    slow: bool,
    /// Write down each specimen's record, read it again, and recompute its verdicts
    #[arg(long)]
    verify: bool,
    /// Write to this file which mutants were killed for each requirement
    ///
    /// What the file says of mutants that were not tried stays, so shares of a long run add up. The
    /// committed file is harness/kills.json: `list requirements` and `explain` read it.
    #[arg(long, value_name = "FILE", conflicts_with = "scenarios")]
    kills: Option<PathBuf>,
    /// Print everything as JSON
    #[arg(long)]
    json: bool,
    /// Show no progress
    #[arg(long, short)]
    quiet: bool,
}

fn kind(text: &str) -> Result<Kind, String> {
    let found = Kind::ALL.into_iter().find(|kind| kind.as_str() == text);
    found.ok_or_else(|| format!("kinds are: {}", Kind::ALL.map(Kind::as_str).join(", ")))
}

impl Selftest {
    pub(crate) fn perform(self) -> Result<Exit, Failure> {
        let scenarios = match &self.scenarios {
            None => invite_scenario::built_in(),
            Some(path) => invite_scenario::from_path(path),
        };
        let scenarios = scenarios.map_err(|errors| run::faults(&errors))?;
        let servers: Arc<dyn Servers> = match self.target.resolve()? {
            None => Arc::new(Embedded),
            Some(target) => Arc::new(Given(target)),
        };
        if let Some(times) = self.stable {
            return self.repeat(&*servers, scenarios, times);
        }
        let mut every = invite_selftest::all(&*servers);
        every.extend(invite_selftest::expectations(&scenarios));
        let known: BTreeSet<String> = every.iter().map(|specimen| specimen.name.clone()).collect();
        let specimens = self.selected(every);
        if specimens.is_empty() {
            return Err(Failure::usage(format!(
                "no specimen matches: there are {}, such as `update-without-amu`; \
                 look at --only, --kind and --shard",
                known.len()
            )));
        }
        let jobs = usize::from(self.jobs);
        let (lean, slow, verify) = (self.lean, self.slow, self.verify);
        let run_id = run::run_id();
        let plan = Plan { specimens, scenarios, jobs, lean, slow, verify, run_id };
        let line = Line::new(self.quiet || self.json);
        let count = RefCell::new(Count::default());
        let watch = |progress: Progress<'_>| line.show(&count.borrow_mut().note(progress));
        let report = invite_selftest::run(servers, plan, watch);
        line.clear();
        let report = report.map_err(failure)?;
        if let Some(path) = &self.kills {
            write_kills(path, &report, &known)?;
        }
        let text = if self.json {
            output::json(&report)?
        } else {
            invite_selftest::text(&report, output::style())
        };
        output::print(&text)?;
        Ok(if report.summary.holds { Exit::Conforms } else { Exit::DoesNotConform })
    }

    /// Runs the suite again and again.
    fn repeat(
        &self,
        servers: &dyn Servers,
        scenarios: Vec<Selection>,
        times: u16,
    ) -> Result<Exit, Failure> {
        let (scenarios, _) = invite_scenario::split_slow(scenarios);
        let repetition = Repetition { scenarios, times: usize::from(times), run_id: run::run_id() };
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::harness(format!("no runtime: {error}")))?;
        let line = Line::new(self.quiet || self.json);
        let watch = |done: usize| line.show(&format!("{done}/{times} runs"));
        let found = runtime.block_on(invite_selftest::flakiness(servers, repetition, watch));
        line.clear();
        runtime.shutdown_background();
        let found = found.map_err(failure)?;
        let text = if self.json {
            output::json(&found)?
        } else {
            invite_selftest::flakiness_text(&found, output::style())
        };
        output::print(&text)?;
        Ok(if found.holds() { Exit::Conforms } else { Exit::DoesNotConform })
    }

    /// The specimens that are asked for. Each kind is shared out on its own.
    fn selected(&self, every: Vec<Specimen>) -> Vec<Specimen> {
        let is_meant = |specimen: &Specimen| {
            let name = &specimen.name;
            (self.kinds.is_empty() || self.kinds.contains(&specimen.kind))
                && (self.only.is_empty() || self.only.iter().any(|glob| only::matches(glob, name)))
        };
        let meant = every.into_iter().filter(is_meant);
        let (mutants, others): (Vec<_>, Vec<_>) =
            meant.partition(|specimen| specimen.kind.is_mutant());
        let mut selected = self.share(mutants);
        selected.extend(self.share(others));
        selected
    }

    /// This share of them.
    fn share(&self, all: Vec<Specimen>) -> Vec<Specimen> {
        let Some(shard) = self.shard else { return all };
        let own = shard.places(&vec![1; all.len()]);
        let numbered = all.into_iter().enumerate();
        numbered.filter(|(place, _)| own.contains(place)).map(|(_, one)| one).collect()
    }
}

/// Writes which mutants were killed for each requirement, beside what the file says of `known`
/// mutants that were not tried.
fn write_kills(path: &Path, report: &Report, known: &BTreeSet<String>) -> Result<(), Failure> {
    let cannot = |what: &str, error: &dyn Display| {
        Failure::usage(format!("cannot {what} {}: {error}", path.display()))
    };
    let earlier = match std::fs::read(path) {
        Ok(text) => serde_json::from_slice(&text).map_err(|error| cannot("read", &error))?,
        Err(error) if error.kind() == ErrorKind::NotFound => Kills::new(),
        Err(error) => return Err(cannot("read", &error)),
    };
    let text = output::json(&report.kills_beside(earlier, known))?;
    std::fs::write(path, text).map_err(|error| cannot("write", &error))
}

/// A server that cannot be tested, or does not conform unchanged, shows nothing about the suite.
fn failure(error: SelftestError) -> Failure {
    let exit = match &error {
        SelftestError::Run(_)
        | SelftestError::DoesNotConform { .. }
        | SelftestError::NothingJudged => Exit::Untestable,
        _ => Exit::Harness,
    };
    Failure { exit, message: error.to_string() }
}

/// The reference server, and its mutants.
struct Embedded;

impl Servers for Embedded {
    fn right(&self) -> Result<Started, StartError> {
        started(crate::embedded::start())
    }

    fn wrong(&self) -> Vec<Wrong> {
        mutants::all().iter().map(wrong).collect()
    }

    fn unusual(&self) -> Vec<Unusual> {
        let unusual = |variant: &variants::Variant| Unusual {
            name: variant.name,
            does: variant.does,
            allowed: variant.allowed,
        };
        variants::ALL.iter().map(unusual).collect()
    }

    fn start(&self, name: &str) -> Result<Started, StartError> {
        let wrong = mutants::find(name).map(|mutant| mutant.rules);
        let rules = wrong.or_else(|| variants::find(name).map(|variant| variant.rules));
        let rules = rules.ok_or_else(|| StartError::Unknown(name.to_owned()))?;
        started(crate::embedded::start_with(rules()))
    }
}

fn wrong(mutant: &mutants::Mutant) -> Wrong {
    Wrong {
        name: mutant.name,
        breaks: std::iter::once(&mutant.breaks).chain(mutant.also()).copied().collect(),
        does: mutant.does,
        slow: mutant.needs_slow(),
    }
}

fn started(
    server: Result<(invite_reference::Server, Target), invite_reference::StartError>,
) -> Result<Started, StartError> {
    let (server, target) = server.map_err(|error| StartError::Server(Box::new(error)))?;
    Ok(Started { target, server: Box::new(server) })
}

/// A server that somebody else runs.
struct Given(Target);

impl Servers for Given {
    fn right(&self) -> Result<Started, StartError> {
        Ok(Started { target: self.0.clone(), server: Box::new(()) })
    }

    fn wrong(&self) -> Vec<Wrong> {
        Vec::new()
    }

    fn start(&self, wrong: &str) -> Result<Started, StartError> {
        Err(StartError::Unknown(wrong.to_owned()))
    }
}

/// How many mutants were tried.
#[derive(Default)]
struct Count {
    planned: usize,
    tried: usize,
    unexpected: usize,
}

impl Count {
    /// Takes note of what happened; the words for the progress line.
    fn note(&mut self, progress: Progress<'_>) -> String {
        let mut last = "";
        match progress {
            Progress::Planned(count) => self.planned = count,
            Progress::Tried(name, failed) => {
                self.tried += 1;
                self.unexpected += usize::from(failed);
                last = name;
            }
        }
        format!("{}/{} tried, {} unexpected: {last}", self.tried, self.planned, self.unexpected)
    }
}
