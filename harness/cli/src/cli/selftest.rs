//! `selftest`: how strong the suite is, on wrong and unusual servers.

use super::progress::Line;
use super::target::TargetArgs;
use super::{Exit, Failure, output, run};
use clap::Args;
use invite_record::Shard;
use invite_reference::mutants;
use invite_scenario::Selection;
use invite_scenario::description::Target;
use invite_selftest::{
    self, Kind, Mutant, Plan, Progress, Repetition, Servers, Started, Wrong, null,
};
use std::cell::RefCell;
use std::path::PathBuf;
use std::sync::Arc;

/// Show how strong the suite is, on wrong and unusual servers.
///
/// Wrong servers must turn red, and for what is wrong with them; unusual but right ones must stay
/// green; what is no server at all earns nothing. What each of them is was settled beforehand, by
/// what the sources say. With a target given, the proxy makes the mutants of that one.
#[derive(Debug, Args)]
pub(crate) struct Selftest {
    #[command(flatten)]
    target: TargetArgs,
    /// Only mutants whose name matches; `*` stands for anything
    #[arg(long, value_name = "GLOB")]
    only: Vec<String>,
    /// Only mutants of this kind: shape, stream, behaviour, legal or null
    #[arg(long = "kind", value_name = "KIND", value_parser = kind)]
    kinds: Vec<Kind>,
    /// Scenarios of this file or folder instead of the built-in ones
    #[arg(long, value_name = "PATH")]
    scenarios: Option<PathBuf>,
    /// Only this share of them, such as 1/4
    #[arg(long, value_name = "I/N")]
    shard: Option<Shard>,
    /// Try no mutants: run the suite N times on a busy machine, and show each verdict that differs
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(2..),
          conflicts_with_all = ["only", "kinds", "shard", "jobs", "lean", "verify"])]
    stable: Option<u16>,
    /// How many mutants at once
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..))]
    jobs: u16,
    /// Drive a mutant only through scenarios in which it finds anything to change
    ///
    /// In the others it would say what the unchanged server says, whose traces are judged instead.
    #[arg(long)]
    lean: bool,
    /// Write each mutant's record down, read it again, and recompute its verdicts
    #[arg(long)]
    verify: bool,
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
        let every = invite_selftest::all(&*servers);
        let known = every.len() + null::ALL.len();
        let (mutants, nulls) = self.selected(every);
        if mutants.is_empty() && nulls.is_empty() {
            return Err(Failure::usage(format!(
                "no mutant matches: {known} are known, such as `{}`",
                null::ALL[0].name
            )));
        }
        let jobs = usize::from(self.jobs);
        let (lean, verify) = (self.lean, self.verify);
        let run_id = run::run_id();
        let plan = Plan { mutants, nulls, scenarios, jobs, lean, verify, run_id };
        let line = Line::new(self.quiet || self.json);
        let count = RefCell::new(Count::default());
        let watch = |progress: Progress<'_>| line.show(&count.borrow_mut().note(progress));
        let report = invite_selftest::run(servers, plan, watch);
        line.clear();
        let report = report.map_err(Failure::harness)?;
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
        let repetition = Repetition { scenarios, times: usize::from(times), run_id: run::run_id() };
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::harness(format!("no runtime: {error}")))?;
        let line = Line::new(self.quiet || self.json);
        let watch = |done: usize| line.show(&format!("{done}/{times} runs"));
        let found = runtime.block_on(invite_selftest::steadiness(servers, repetition, watch));
        line.clear();
        runtime.shutdown_background();
        let found = found.map_err(|message| Failure { exit: Exit::Untestable, message })?;
        let text = if self.json {
            output::json(&found)?
        } else {
            invite_selftest::steadiness_text(&found, output::style())
        };
        output::print(&text)?;
        Ok(if found.holds() { Exit::Conforms } else { Exit::DoesNotConform })
    }

    /// The mutants that are asked for.
    fn selected(&self, every: Vec<Mutant>) -> (Vec<Mutant>, Vec<&'static null::Null>) {
        let is_meant = |name: &str, kind: Kind| {
            (self.kinds.is_empty() || self.kinds.contains(&kind))
                && (self.only.is_empty() || self.only.iter().any(|glob| run::matches(glob, name)))
        };
        let mutants = every.into_iter().filter(|mutant| is_meant(&mutant.name, mutant.kind));
        let nulls = null::ALL.iter().filter(|null| is_meant(null.name, Kind::Null));
        (self.share(mutants.collect()), self.share(nulls.collect()))
    }

    /// This share of them.
    fn share<T>(&self, all: Vec<T>) -> Vec<T> {
        let Some(shard) = self.shard else { return all };
        let own = shard.places(&vec![1; all.len()]);
        let numbered = all.into_iter().enumerate();
        numbered.filter(|(place, _)| own.contains(place)).map(|(_, one)| one).collect()
    }
}

/// The reference server, and its mutants.
struct Embedded;

impl Servers for Embedded {
    fn right(&self) -> Result<Started, String> {
        started(crate::embedded::start())
    }

    fn wrong(&self) -> Vec<Wrong> {
        let wrong = |it: &mutants::Mutant| Wrong {
            name: it.name,
            breaks: it.breaks,
            also: it.also(),
            does: it.does,
        };
        mutants::all().iter().map(wrong).collect()
    }

    fn start(&self, wrong: &str) -> Result<Started, String> {
        let mutant = mutants::find(wrong).ok_or_else(|| format!("no mutant {wrong}"))?;
        started(crate::embedded::start_with((mutant.rules)()))
    }
}

fn started(
    server: Result<(invite_reference::Server, Target), invite_reference::StartError>,
) -> Result<Started, String> {
    let (server, target) =
        server.map_err(|error| format!("the reference server does not start: {error}"))?;
    Ok(Started { target, server: Box::new(server) })
}

/// A server that somebody else runs.
struct Given(Target);

impl Servers for Given {
    fn right(&self) -> Result<Started, String> {
        Ok(Started { target: self.0.clone(), server: Box::new(()) })
    }

    fn wrong(&self) -> Vec<Wrong> {
        Vec::new()
    }

    fn start(&self, wrong: &str) -> Result<Started, String> {
        Err(format!("no mutant {wrong}"))
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
